"""Deletions that leave still owes: sealed, tried again when Telegram allows it, counted, and no danger to a new talk."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.support.telegram_server import Fault
from bot.channels.telegram.clearing import Clearing, unpack
from tests.channels.telegram.test_leave_anywhere import CHAT, Scene
from tests.channels.telegram.virtual_time import run

_IDS = st.sets(st.integers(1, 2**52), max_size=40)


@given(_IDS, _IDS, _IDS, st.text(max_size=200), st.integers(-(2**52), 2**52), st.integers(0, 60), st.booleans())
def test_what_is_sealed_comes_back_whole(numbers, stayed, blanked, neutral, chat, swept, forgotten):
    before = Clearing(chat, neutral, 1.5, numbers, stayed, blanked, 5, 9, swept, 2, forgotten)
    assert unpack(before.pack()) == before


class Refusing:
    """Telegram refuses every deletion with 429 until `until`, and notes when it was asked inside the time that it named."""

    def __init__(self, scene: Scene, seconds: float, retry_after: int) -> None:
        self.clock = asyncio.get_running_loop().time
        self.until, self.retry_after = self.clock() + seconds, retry_after
        self.allowed, self.too_soon, self.refused = 0.0, 0, 0
        scene.bot.fault = self.fault

    def fault(self, method: str, chat: int) -> Fault | None:
        """What happens to a call."""
        if chat != CHAT or not method.startswith("delete") or self.clock() >= self.until:
            return None
        self.refused += 1
        # What Leave itself asks for side by side, in its first seconds, is not meant.
        self.too_soon += self.clock() < self.allowed and self.clock() > self.until - 3600 + 4
        self.allowed = self.clock() + self.retry_after
        return Fault(status=429, retry_after=self.retry_after)


async def _refused(seconds: float, wait: float, retry_after: int = 6) -> tuple[Scene, Refusing]:
    scene = Scene()
    await scene.open()
    refusing = Refusing(scene, seconds, retry_after)
    scene.leave(scene.ann.screen)
    await scene.until_after_leave(wait)
    return scene, refusing


def test_it_is_tried_until_done_and_counted():
    async def main() -> None:
        scene, refusing = await _refused(100, 99)
        assert scene.ann.sees, "still refused"
        assert (scene.counters.owed, scene.counters.undone) == (1, 0)
        asked = refusing.refused
        assert asked < 30
        await scene.until_after_leave(140)
        assert scene.ann.sees == []
        assert len(scene.sessions.state.owed) == 0
        await scene.close()

    run(main())


def test_it_is_given_up_after_half_an_hour_and_counted():
    async def main() -> None:
        scene, _ = await _refused(3600, 1900)
        assert (scene.counters.owed, scene.counters.undone) == (1, 1)
        assert len(scene.sessions.state.owed) == 0
        assert len(scene.driver.queues) == 0
        await scene.close()

    run(main())


def test_never_before_the_moment_that_telegram_named():
    async def main() -> None:
        scene, refusing = await _refused(3600, 600, retry_after=50)
        assert 3 <= refusing.refused <= 20
        assert refusing.too_soon == 0
        await scene.close()

    run(main())


def _texts(scene: Scene) -> list[Any]:
    return [message.text for message in scene.ann.sees if message.by_bot]


def test_a_new_talk_keeps_its_messages_and_is_answered_at_once():
    async def main() -> None:
        scene, _ = await _refused(60, 7, retry_after=1)
        old = {message.id for message in scene.ann.sees}
        scene.ann.types("hello again")
        scene.deliver()
        await asyncio.sleep(1.5)  # Telegram's own limit, not a try that lasts longer
        assert any("hello again" in text for text in _texts(scene))
        await scene.until_after_leave(200)
        assert not old & {message.id for message in scene.ann.sees}
        assert any("hello again" in text for text in _texts(scene))
        await scene.close()

    run(main())


def test_a_message_that_is_pressed_again_meanwhile_is_the_new_talk():
    async def main() -> None:
        scene, _ = await _refused(60, 20)
        scene.ann.presses("Go b")
        scene.deliver()
        await scene.until_after_leave(200)
        assert any("This is b" in text for text in _texts(scene))
        await scene.close()

    run(main())


def test_a_clean_stop_tries_once_more():
    async def main() -> None:
        scene, refusing = await _refused(3600, 10)
        refusing.until = 0.0
        assert scene.ann.sees
        await scene.driver.stop(5)
        assert scene.ann.sees == []
        await scene.sessions.close()

    run(main())
