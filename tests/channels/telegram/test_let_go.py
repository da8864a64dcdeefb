"""Errors and what they are about are gone with the answer: nothing waits for the collector, which an idle bot never runs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from bot.channels.sessions import Sessions
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.pending_update import PendingUpdate
from bot.channels.telegram.render import Message
from bot.channels.telegram.transport import Answer, QuietBot, Refusal, RefusedError
from bot.channels.turn_worker import TurnWorker
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import Namer
from bot.privacy.thread_line import ThreadLine
from bot.runtime.state import Lease, MemorySessions, MemoryState


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class _Refuses:
    """A Bot API that refuses each call; the errors are known by weak references alone."""

    def __init__(self) -> None:
        self.errors: list[weakref.ref[RefusedError]] = []

    async def call(self, _method: str, **_parameters: Any) -> Answer:
        await asyncio.sleep(0)
        raise self._made()  # not by a name of this frame: that would be a ring of the test's own

    def _made(self) -> RefusedError:
        error = RefusedError(400, Refusal.NOT_MODIFIED)
        self.errors.append(weakref.ref(error))
        return error


async def test_a_refused_message_leaves_nothing() -> None:
    """Its error would hold the frames that know the chat and the words."""
    bot = _Refuses()
    outbox = Outbox(cast(QuietBot, bot), Counters(), MemoryState().pacing)
    await outbox.edit(46_987_022_953_172, 7, Message("words", "words", ()), unanswered=set())
    await asyncio.sleep(0)
    assert bot.errors
    assert all(error() is None for error in bot.errors)


class _FailedError(Exception):
    """What the work raises."""


class _Fails:
    """Work that fails; the error is known by a weak reference alone."""

    def __init__(self) -> None:
        self.error: weakref.ref[_FailedError] | None = None

    def __call__(self) -> None:
        raise self._made()

    def _made(self) -> _FailedError:
        error = _FailedError()
        self.error = weakref.ref(error)
        return error


async def _gone(run: Callable[[Callable[[], None]], Awaitable[object]]) -> bool:
    work = _Fails()
    with contextlib.suppress(_FailedError):
        await run(work)
    for _ in range(100):
        if work.error is not None and work.error() is None:
            return True
        await asyncio.sleep(0.01)
    return False


async def test_work_in_a_thread_that_fails_leaves_nothing() -> None:
    """Neither where words are heard nor where names are made."""
    line, worker = ThreadLine("test"), TurnWorker()
    assert await _gone(line.run)
    assert await _gone(lambda work: worker.run(line, work))
    line.close()


class _Chat:
    """In the place of a chat's queue: it knows what is to be written, as its writer knows it."""

    def __init__(self) -> None:
        self.pending = PendingUpdate()


async def _written(chat: _Chat, begun: asyncio.Event) -> None:
    begun.set()
    await asyncio.sleep(60)
    assert chat


@pytest.mark.parametrize("how", ["cancel", "clear", "take_over"])
async def test_a_writer_that_is_cut_off_leaves_nothing(how: str) -> None:
    """Its task holds the error, the error the frame that knows the chat, the chat what is to be written, and that the task."""
    chat, begun, ended = _Chat(), asyncio.Event(), asyncio.Event()
    chat.pending.start(_written(chat, begun), ended.set)
    await begun.wait()
    found = getattr(chat.pending, how)()
    if how == "take_over":
        await found
    del found
    await ended.wait()
    known = weakref.ref(chat)
    del chat
    for _ in range(5):
        await asyncio.sleep(0)
    assert known() is None


class _SlowToEnd(MemorySessions):
    """Leases that take long to be let go of, as those of a server that is slow. `ending`: set once one is."""

    def __init__(self) -> None:
        super().__init__()
        self.ending = asyncio.Event()

    @asynccontextmanager
    async def lease(self, name: bytes, *older: bytes, seize: bool = False) -> AsyncIterator[Lease]:
        """As in `SessionStore`."""
        async with super().lease(name, *older, seize=seize) as held:
            yield held
            self.ending.set()
            await asyncio.sleep(60)


async def _answers(sessions: Sessions, chat: _Chat) -> None:
    async with sessions.hold(46_987_022_953_172, priority=True):
        pass
    assert chat


@pytest.mark.parametrize("when", ["within", "at the end"])
async def test_an_answer_that_is_cut_off_leaves_nothing(when: str) -> None:
    """Leave cuts off whoever holds the session, also where it is just letting go of it."""
    store, chat = _SlowToEnd(), _Chat()
    state = MemoryState(store)
    sessions = Sessions(state, Namer(Peppers(), "test", cost=2))
    task = asyncio.create_task(_answers(sessions, chat))
    if when == "at the end":
        await store.ending.wait()
    else:
        await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    known = weakref.ref(chat)
    del chat, task
    for _ in range(100):
        await asyncio.sleep(0.001)
    assert known() is None
    await sessions.close()
