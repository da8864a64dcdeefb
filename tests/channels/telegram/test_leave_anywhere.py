"""Leave pressed at every point at which an answer waits: the chat is empty, words are gone after two seconds, ids after five.

The points are not listed: each task of the loop is stepped, and every stop of it in the channel's code is one. Time is virtual:
twenty seconds of a limit pass at once, and nothing depends on how busy the machine is.
"""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from benchmarks.support import tiny_engine
from benchmarks.support.telegram_server import Fault, Message, Person, TelegramServer
from bot.channels.sessions import Sessions
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.driver import Driver
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.updates import decode
from bot.engine import Typed
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import Namer, chat_secret
from bot.runtime.state import Lease, MemorySessions, MemoryState
from bot.runtime.state.flood_counts import MemoryFloodCounts
from bot.runtime.state.pacing import MemoryPacing
from bot.runtime.state.tombstones import MemoryTombstones
from tests.channels.held_words import holders, left_words
from tests.channels.telegram.await_points import Point, watch
from tests.channels.telegram.direct import DirectBot
from tests.channels.telegram.virtual_time import run

CHAT = 4_690_123_456_789
TIMES = 3
"""How many stops at the same point are tried: what waits in a generator's own frame cannot be told apart."""
WORDS, IDS = 2.0, 5.0
"""Seconds after Leave until words, and ids, have to be gone."""

OTHERS = 2500
"""Messages of others between the screen and what is done then: more than leave searches through, so ids have to be known."""

Stop = tuple[Point, int]


class SlowSessions(MemorySessions):
    """A store that answers a little later, as one across a network does: more points at which an answer waits."""

    async def get(self, name: bytes) -> bytes | None:
        """As in `SessionStore`."""
        await asyncio.sleep(0.001)
        return await super().get(name)

    async def put(self, name: bytes, sealed: bytes, ttl: float, held: Lease) -> bool:
        """As in `Lease`."""
        await asyncio.sleep(0.001)
        return await super().put(name, sealed, ttl, held)


class Scene:
    """A driver and a server without a network, and a person who does something."""

    def __init__(self, delay: float = 0.0, step: Any = tiny_engine.step) -> None:
        clock = asyncio.get_running_loop().time
        self._before = set(threading.enumerate())
        self.server = TelegramServer()
        self.bot = DirectBot(self.server, delay)
        self.counters = Counters()
        state = MemoryState(SlowSessions(clock=clock))
        state.pacing = MemoryPacing(clock=clock)
        state.floods, state.tombstones = MemoryFloodCounts(clock=clock), MemoryTombstones(clock)
        self.sessions = Sessions(state, Namer(Peppers(), "test", cost=2))
        self.outbox = Outbox(self.bot, self.counters, state.pacing)
        self.driver = Driver(step, lambda: tiny_engine.WORLD, self.outbox, self.sessions)
        self.ann: Person = self.server.person(CHAT)
        self.left_at = 0.0
        self.first_effect = -1.0

    def deliver(self) -> None:
        """Whatever people did is brought to the bot."""
        updates, self.server.updates = self.server.updates, []
        for _, update in updates:
            self.driver.receive(decode(json.dumps(update).encode()))

    async def still(self, seconds: float = 30.0) -> None:
        """Until nothing is left to do."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        while len(self.driver.queues) and clock() < end:
            await asyncio.sleep(0.05)

    async def open(self) -> None:
        """The first screen stands in the chat, and its session is stored."""
        self.ann.types("/start")
        self.deliver()
        await self.still()

    def others(self) -> None:
        """Other chats get many messages."""
        self.server._numbers += OTHERS
        self.outbox.newest = self.server._numbers

    def leave(self, bubble: Any) -> None:
        """Leave is pressed now."""
        self.left_at = asyncio.get_running_loop().time()
        self.ann.presses("Leave", bubble)
        self.deliver()

    async def until_after_leave(self, seconds: float) -> None:
        """Until so many seconds after Leave."""
        await asyncio.sleep(max(0.0, self.left_at + seconds - asyncio.get_running_loop().time()))

    async def close(self) -> None:
        """The end. A thread that has given its work back and waits for the processor would hold this scene, and with it what
        arrived late, into the next one."""
        await self.driver.stop(1)
        await self.sessions.close()
        for thread in set(threading.enumerate()) - self._before:
            thread.join(30)


def _words(scene: Scene) -> None:
    scene.ann.types(left_words())


def _first_words(scene: Scene) -> None:
    scene.server.chats[CHAT].clear()
    scene.ann.types(left_words())


def _press(scene: Scene) -> None:
    scene.ann.presses("Go a")


def _copy(scene: Scene) -> None:
    scene.ann.presses("Keep a copy")


def _words_behind_a_press(scene: Scene) -> None:
    scene.ann.presses("Go b")
    scene.ann.types(left_words())


def _readers(scene: Scene) -> None:
    scene.ann.presses("Readers")
    scene.ann.types(left_words())


def _timer(scene: Scene) -> None:
    scene.ann.presses("Clear later")


def _command(scene: Scene) -> None:
    scene.ann.types("/urgent")


def _location(scene: Scene) -> None:
    scene.ann.sends("location")


DOINGS: dict[str, Callable[[Scene], None]] = {
    "words": _words,
    "a press": _press,
    "a copy": _copy,
    "a press, then words": _words_behind_a_press,
    "a new message for each screen, then words": _readers,
    "clear later": _timer,
    "a command": _command,
    "a location": _location,
}


def _nothing(_scene: Scene) -> None:
    """Nothing goes wrong."""


def _limited(scene: Scene) -> None:
    """Telegram limits what is sent and edited for twenty seconds, and then once more."""
    clock = asyncio.get_running_loop().time
    until = clock() + 20

    def fault(method: str, chat: int) -> Fault | None:
        if chat == CHAT and method in ("sendMessage", "editMessageText") and clock() < until:
            return Fault(status=429, retry_after=20)
        return None

    scene.bot.fault = fault


def _late(scene: Scene) -> None:
    """What is sent takes three seconds to arrive, whether anybody waits for it or not."""
    scene.bot.fault = lambda method, chat: Fault("slow", seconds=3) if chat == CHAT and method == "sendMessage" else None


def _refused(scene: Scene) -> None:
    """Telegram refuses to delete anything for half a minute."""
    clock = asyncio.get_running_loop().time
    until = clock() + 30

    def fault(method: str, chat: int) -> Fault | None:
        if chat == CHAT and method.startswith("delete") and clock() < until:
            return Fault(status=429, retry_after=6)
        return None

    scene.bot.fault = fault


def _failing(scene: Scene) -> None:
    """Every third call to the chat fails, each in another way; every ninth has its effect all the same."""
    calls = Counter[str]()
    ways = (Fault(status=500), Fault("after"), Fault(status=502))

    def fault(_method: str, chat: int) -> Fault | None:
        if chat != CHAT:
            return None
        calls["all"] += 1
        return ways[calls["all"] // 3 % 3] if calls["all"] % 3 == 0 else None

    scene.bot.fault = fault


def _crowd(scene: Scene) -> None:
    """Three hundred others have typed just before; the bot may send thirty messages a second."""
    for number in range(300):
        scene.server.person(1000 + number).types("somebody else's words")
    scene.deliver()


CONDITIONS: dict[str, tuple[Callable[[Scene], None], float, float]] = {
    "well": (_nothing, 0.0, IDS),
    "each call takes 0.3 s": (_nothing, 0.3, IDS),
    "429 on what is sent": (_limited, 0.0, IDS),
    "429 on what is deleted": (_refused, 0.0, 90.0),
    "sent late": (_late, 0.05, 40.0),
    "every third call fails": (_failing, 0.05, 90.0),
    "behind 300 typists": (_crowd, 0.05, IDS),
}
"""What goes wrong, how long a call takes, and after how many seconds the chat is empty."""


async def _stops(doing: Callable[[Scene], None], condition: str) -> list[Stop]:
    """Where an answer waits, each point as often as it does, three times at most."""
    trouble, delay, _ = CONDITIONS[condition]
    found: Counter[Point] = Counter()
    scene, on = Scene(delay), [False]

    def at(point: Point) -> None:
        if on[0]:
            found[point] += 1

    watch(asyncio.get_running_loop(), at)
    await scene.open()
    trouble(scene)
    on[0] = True
    doing(scene)
    scene.deliver()
    await scene.still(8)
    on[0] = False
    await scene.close()
    ours = {point: times for point, times in found.items() if point[0].startswith("channels/")}
    return [(point, time) for point, times in ours.items() for time in range(1, min(times, TIMES) + 1)]


async def _left_at(stop: Stop, doing: Callable[[Scene], None], condition: str) -> list[str]:
    """Presses Leave there; gives what does not hold."""
    trouble, delay, empty = CONDITIONS[condition]
    found: Counter[Point] = Counter()
    scene, pressed, bubble = Scene(delay), [True], None

    def at(point: Point) -> None:
        if not pressed[0]:
            found[point] += 1
            if (point, found[point]) == stop:
                pressed[0] = True
                scene.leave(bubble)

    watch(asyncio.get_running_loop(), at)
    await scene.open()
    bubble = scene.ann.screen
    scene.others()
    trouble(scene)
    pressed[0] = False
    doing(scene)
    scene.deliver()
    clock = asyncio.get_running_loop().time
    end = clock() + 8
    while not pressed[0] and clock() < end:
        await asyncio.sleep(0.05)
    wrong = []
    if not pressed[0]:
        # The order of threads is not the clock's: this once the answer did not come by here.
        pressed[0] = True
        scene.leave(bubble)
    await scene.until_after_leave(WORDS)
    scene.server.edits_of.clear()
    if held := _after_threads(_word_holders):
        wrong.append(f"words held by {held}")
    await scene.until_after_leave(IDS)
    if any(queue.chat == CHAT for queue in scene.driver.queues._queues.values()):
        wrong.append("a queue still holds the id")
    await scene.until_after_leave(empty)
    if scene.ann.sees:
        wrong.append(f"left in the chat: {[(message.id, message.by_bot) for message in scene.ann.sees]}")
    if scene.counters.faults:
        wrong.append(f"{scene.counters.faults} faults of ours")
    if len(scene.sessions.state.timers):
        wrong.append("a timer holds the chat")
    async with scene.sessions.hold(CHAT, priority=False, count=False) as lease:
        if not lease.kept or lease.session is not None:
            wrong.append("a session is left")
    if empty == IDS and (held := _id_holders(scene)):
        wrong.append(f"the id is held by {held}")
    await scene.close()
    return wrong


def _id_holders(scene: Scene) -> list[str]:
    """What holds the chat's id, but for the server."""
    server = scene.server
    for of_telegram in (server.people, server.chats, server.presses, server.held_until, server.updates):
        of_telegram.clear()
    scene.ann = Person(server, 1, "en", "Ann", "ann")

    def held() -> list[str]:
        holders()  # refreshes what it has itself kept of the frames of threads
        gc.collect()
        found = [each for each in gc.get_objects() if _has_id(each)]
        return [f"{type(each).__module__}.{type(each).__qualname__} {each}"[:300] for each in found]

    return _after_threads(held)


def _word_holders() -> list[str]:
    """What holds words, but for what Telegram does not delete yet: that is in its chat."""
    return [one for one in holders() if one != f"{Message.__module__}.{Message.__qualname__}"]


def _after_threads(held: Callable[[], list[str]]) -> list[str]:
    """What is held once threads have had the processor: each lets go of its work a moment after it has given what came of it,
    and the loop's clock does not wait for that moment."""
    for _ in range(100):
        if not (found := held()):
            return []
        time.sleep(0.05)
    return found


def _has_id(holder: object) -> bool:
    if isinstance(holder, partial) and holder.func is chat_secret:
        # The thread of names keeps its last work until it has the processor again, to which it comes last: not on this clock.
        return False
    return any(type(found) is int and found == CHAT for found in (*gc.get_referents(holder), *_untracked(holder)))


def _untracked(holder: object) -> list[object]:
    """What is in the plain containers in `holder` that Python's collector does not list."""
    return [inner for each in gc.get_referents(holder) if not gc.is_tracked(each) for inner in gc.get_referents(each)]


def _everywhere(name: str, condition: str) -> tuple[int, list[str]]:
    gc.collect()
    gc.freeze()
    try:
        stops = [stop for stop in run(_stops(DOINGS[name], condition)) if stop[1] == 1 or not condition.startswith("behind")]
        wrong = []
        for stop in stops:
            for fault in run(_left_at(stop, DOINGS[name], condition)):
                wrong.append(f"{' > '.join(stop[0])} ({stop[1]}): {fault}")
        return len(stops), wrong
    finally:
        gc.unfreeze()


CASES = [
    pytest.param(name, condition, marks=[pytest.mark.heavy] if condition.startswith("behind") else [])
    for name in DOINGS
    for condition in CONDITIONS
    if name == "words" or not condition.startswith("behind")
]


@pytest.mark.parametrize(("name", "condition"), CASES)
def test_leave_at_every_point(name: str, condition: str) -> None:
    """One answer, one kind of trouble, Leave at each stop of it in turn."""
    tried, wrong = _everywhere(name, condition)
    assert tried >= 4
    assert wrong == []


def test_the_points_are_found() -> None:
    """They are of all parts of an answer: the name, the hearing, the call that sends, the deletion of the words, the session."""
    stops = [stop for doing in (_words_behind_a_press, _press) for stop in run(_stops(doing, "well"))]
    found = {line.rpartition(":")[0] for point, _ in stops for line in point}
    wanted = {"channels/turn_worker.py:run", "channels/telegram/written.py:answer", "channels/telegram/outbox.py:_answer"}
    wanted |= {"channels/telegram/outbox.py:delete_all", "channels/telegram/session_writer.py:_write_pending"}
    assert wanted <= found


async def _behind(typists: int) -> tuple[int, int, float]:
    """Leave behind others who have typed, while its own words wait: how much was heard and answered before its first call, which
    deletes, and after how many seconds that was made."""
    heard, clock = [0], asyncio.get_running_loop().time
    begun = asyncio.Event()

    def step(world: Any, token: str, event: Any) -> Any:
        heard[0] += isinstance(event, Typed)
        return tiny_engine.step(world, token, event)

    def first(method: str, chat: int) -> None:
        if chat == CHAT and method.startswith("delete") and not begun.is_set():
            begun.set()
            found.append((heard[0] - before, scene.counters.answered - answered, clock() - began))

    scene, found = Scene(0.05, step), list[tuple[int, int, float]]()
    await scene.open()
    bubble = scene.ann.screen
    for number in range(typists):
        scene.server.person(1000 + number).types("somebody else's words")
    scene.ann.types(left_words())
    scene.deliver()
    while heard[0] < 2:
        await asyncio.sleep(0)
    scene.bot.fault = first
    before, answered, began = heard[0], scene.counters.answered, clock()
    scene.leave(bubble)
    await begun.wait()
    await scene.close()
    return found[0]


def test_leave_goes_before_a_crowd() -> None:
    """Behind 300 who have just typed: a deletion waits for no name, no hearing and no turn to send."""
    heard, answered, seconds = run(_behind(300))
    assert heard <= 5
    assert answered <= 5
    assert seconds < 0.1
