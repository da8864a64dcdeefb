"""An event loop whose clock jumps to the next timer when there is nothing else to do: hours pass in no time, in a fixed order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.SelectSelector):
    """Waits for real only for threads; else the clock moves on by what the loop wanted to wait."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As every selector's."""
        self.loop.now += 1e-6  # or a wait too short for the clock would never be over
        if timeout is None or timeout <= 0 or self.loop.in_threads:
            return super().select(0.001 if timeout is None or timeout > 0 else 0)
        self.loop.now += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """`now`: its clock, in seconds. `in_threads`: how much work is in threads, for which the clock stands still."""

    def __init__(self) -> None:
        self.now, self.in_threads = 1000.0, 0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """The virtual clock."""
        return self.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:
        """As every loop's, with the clock held."""
        self.in_threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    def _back(self, _: asyncio.Future[Any]) -> None:
        self.in_threads -= 1


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
