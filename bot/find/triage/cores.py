"""How many cores matrices may take: one for messages and fits, all where somebody measures."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def one_core() -> None:
    """From now on one core for matrices: more are many times slower for sentences, and take the processor from other chats."""
    if limits := _limits():
        limits(limits=1, user_api="blas")


@contextmanager
def every_core() -> Iterator[None]:
    """All cores for the matrices of the block."""
    if limits := _limits():
        with limits(limits=os.cpu_count(), user_api="blas"):
            yield
    else:
        yield


def _limits() -> Any:
    try:
        return importlib.import_module("threadpoolctl").threadpool_limits
    except ImportError:
        return None
