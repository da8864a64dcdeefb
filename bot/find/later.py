"""Something that is made when it is first asked for, once, whichever thread asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """What `make` gives. Whatever `make` holds is let go of once it is made."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._lock = threading.Lock()

    def get(self) -> T:
        """It; whoever asks meanwhile waits. Raises what `make` does, then and whenever it is asked for again."""
        with self._lock:
            if self._make is not None:
                self._made = self._make()
                self._make = None
            return self._made
