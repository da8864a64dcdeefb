"""Every point at which the channel's coroutines wait, found by stepping them: each task of the loop is driven through a generator
that sees where it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any, cast

Point = tuple[str, ...]
"""Where a task waits: "module:function:line" of each coroutine of ours in it, the outermost first."""

_OURS = "/bot/"
_WAYS_ON = ("cr_await", "gi_yieldfrom", "ag_await")
_FRAMES = ("cr_frame", "gi_frame", "ag_frame")


def where(waiting: Any) -> Point:
    """Where a suspended coroutine waits, as far as the code is ours. Behind an async generator's `asend` nothing can be seen."""
    found = []
    while waiting is not None:
        frame = next((frame for name in _FRAMES if (frame := getattr(waiting, name, None)) is not None), None)
        if frame is not None and _OURS in frame.f_code.co_filename:
            module = frame.f_code.co_filename.rpartition(_OURS)[2]
            found.append(f"{module}:{frame.f_code.co_name}:{frame.f_lineno}")
        waiting = next((step for name in _WAYS_ON if (step := getattr(waiting, name, None)) is not None), None)
    return tuple(found)


class _Stepped(Coroutine[Any, Any, Any]):
    """A coroutine that tells `at` each time it has stopped somewhere in our code."""

    def __init__(self, inner: Any, at: Callable[[Point], None]) -> None:
        self._inner, self._at = inner, at

    def send(self, value: Any) -> Any:
        """One step."""
        return self._told(self._inner.send(value))

    def throw(self, *error: Any) -> Any:
        """One step, with an error."""
        return self._told(self._inner.throw(*error))

    def close(self) -> None:
        """Ends it."""
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return cast("Generator[Any, Any, Any]", self)

    def _told(self, yielded: Any) -> Any:
        if point := where(self._inner):
            # Not within the step: what is told may want to cancel this very task.
            asyncio.get_running_loop().call_soon(self._at, point)
        return yielded


def watch(loop: asyncio.AbstractEventLoop, at: Callable[[Point], None]) -> None:
    """From now on `at` gets the point of each stop of each new task, behind what is ready just then."""

    def factory(loop: asyncio.AbstractEventLoop, coro: Any, context: Context | None = None) -> asyncio.Task[Any]:
        return asyncio.Task(_Stepped(coro, at), loop=loop, context=context)

    loop.set_task_factory(factory)
