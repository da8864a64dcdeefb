"""Leave at one replica at every point at which an answer waits at another: the chat is empty, and no session is left.

As `test_leave_anywhere`, in virtual time: each task of the loop is stepped, and every stop of it in the channel's code is one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from tests.channels.telegram.await_points import Point, watch
from tests.channels.telegram.replicas import Fleet
from tests.channels.telegram.virtual_time import run

TIMES = 2
Stop = tuple[Point, int]

DOINGS: dict[str, Callable[[Fleet], object]] = {
    "words": lambda fleet: fleet.ann.types("something of mine"),
    "a press": lambda fleet: fleet.ann.presses("Go a"),
    "a copy": lambda fleet: fleet.ann.presses("Keep a copy"),
    "a new message for each screen": lambda fleet: fleet.ann.presses("Readers"),
    "clear later": lambda fleet: fleet.ann.presses("Clear later"),
    "a command": lambda fleet: fleet.ann.types("/urgent"),
    "a location": lambda fleet: fleet.ann.sends("location"),
}


async def _begin(delay: float, at: Callable[[Point], None]) -> Fleet:
    watch(asyncio.get_running_loop(), at)
    fleet = Fleet(2, delay)
    await fleet.open()
    return fleet


async def _stops(doing: Callable[[Fleet], object], delay: float) -> list[Stop]:
    found, on = Counter[Point](), [False]

    def at(point: Point) -> None:
        if on[0]:
            found[point] += 1

    fleet = await _begin(delay, at)
    on[0] = True
    doing(fleet)
    fleet.deliver(0)
    await fleet.still(8)
    on[0] = False
    await fleet.close()
    ours = {point: times for point, times in found.items() if point[0].startswith("channels/")}
    return [(point, time) for point, times in ours.items() for time in range(1, min(times, TIMES) + 1)]


async def _left_at(stop: Stop, doing: Callable[[Fleet], object], delay: float) -> list[str]:
    found, left, bubble = Counter[Point](), [True], None

    def leave() -> None:
        left[0] = True
        fleet.ann.presses("Leave", bubble)
        fleet.deliver(1)

    def at(point: Point) -> None:
        if not left[0]:
            found[point] += 1
            if (point, found[point]) == stop:
                leave()

    fleet = await _begin(delay, at)
    bubble = fleet.ann.screen
    left[0] = False
    doing(fleet)
    fleet.deliver(0)
    await asyncio.sleep(8)
    if not left[0]:
        leave()
    await asyncio.sleep(15)
    wrong = []
    if fleet.ann.sees:
        wrong.append(f"left in the chat: {[(message.id, message.by_bot) for message in fleet.ann.sees]}")
    if await fleet.session() is not None:
        wrong.append("a session is left")
    if len(fleet.state.timers) or len(fleet.state.owed):
        wrong.append("a timer is left")
    if any(len(replica.driver.queues) for replica in fleet.replicas):
        wrong.append("a queue is left")
    await fleet.close()
    return wrong


@pytest.mark.parametrize("delay", [0.0, 0.3])
@pytest.mark.parametrize("name", DOINGS)
def test_leave_at_another_replica_at_every_point(name: str, delay: float) -> None:
    """One answer here, Leave there, at each stop of it in turn."""
    stops = run(_stops(DOINGS[name], delay))
    faults = [(stop, fault) for stop in stops for fault in run(_left_at(stop, DOINGS[name], delay))]
    wrong = [f"{' > '.join(point)} ({time}): {fault}" for (point, time), fault in faults]
    assert len(stops) >= 3
    assert wrong == []
