"""What is left in a chat after Leave? Each case with a process of its own: the channel as it ships, and the tests' small engine.

    python -m benchmarks.leaving

"left": messages still there. "forbidden": those of them that are older than 48 hours, which no bot may delete. A case holds
where only those are left, each reads as the neutral text without a button, and a pop-up (which leaves no trace) said so if there
are any. "ms": from the press until the chat holds nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.process import Bot
from benchmarks.support.telegram_server import DELETABLE_SECONDS, Fault, TelegramServer
from benchmarks.support.tiny_engine import NEUTRAL, REMAINS

HOUR = 3600.0


class Scene:
    """A server, a bot and a person, and what a case does with them."""

    def __init__(self) -> None:
        self.server = TelegramServer(api_delay=0.01)
        self.bot = Bot("tiny", self.server)
        self.ann = self.server.person(11)
        self.pressed = ""

    async def open(self) -> None:
        """The first screen stands in the chat."""
        await self.server.start()
        await self.bot.start()
        self.ann.types("/start")
        await self.alone()

    async def alone(self) -> None:
        """Until the bot has nothing more to do."""
        await self.server.until(lambda: any(message.by_bot for message in self.ann.sees), 20)
        await self.server.quiet(20)
        await asyncio.sleep(1.5)  # the session is stored a second behind the answer

    async def press(self, label: str) -> None:
        """Presses a button of the newest screen and waits."""
        self.ann.presses(label)
        await self.alone()

    async def say(self, words: str) -> None:
        """Types and waits."""
        self.ann.types(words)
        await self.alone()

    async def die(self, times: int = 1) -> None:
        """Kills the bot and starts it again; with more, somebody writes in between, here and in thirty other chats."""
        for number in range(times):
            await self.bot.kill()
            await self.bot.start()
            if times > 1:
                for other in range(30):
                    self.server.person(1000 + other).types(f"other {number}")
                await self.say(f"again {number}")

    def age(self, hours: float, which: slice = slice(None)) -> None:
        """Makes messages older."""
        for message in self.ann.sees[which]:
            message.date -= hours * HOUR

    def leave(self, at: int = -1) -> None:
        """Presses Leave in one of the bot's screens, the newest first."""
        screens = [message for message in self.ann.sees if "Leave" in message.buttons]
        self.pressed = self.ann.presses("Leave", screens[at])


Play = Callable[[Scene], Awaitable[None]]


async def _session(scene: Scene) -> None:
    await scene.say("one")
    scene.leave()


async def _no_session(scene: Scene) -> None:
    await scene.die()
    scene.leave()


async def _copies(scene: Scene) -> None:
    for _ in range(3):
        await scene.press("Keep a copy")
    scene.leave()


async def _copies_restart(scene: Scene) -> None:
    for _ in range(3):
        await scene.press("Keep a copy")
    await scene.die()
    scene.leave()


async def _leftovers(scene: Scene) -> None:
    await scene.press("Keep a copy")
    await scene.die(6)
    scene.leave()


async def _leftover_button(scene: Scene) -> None:
    await scene.die(2)
    scene.leave(0)


async def _old(scene: Scene) -> None:
    await scene.say("one")
    scene.age(49)
    scene.leave()


async def _old_restart(scene: Scene) -> None:
    await scene.press("Keep a copy")
    await scene.die()
    scene.age(100)
    scene.leave()


async def _mixed(scene: Scene) -> None:
    await scene.press("Keep a copy")
    await scene.press("Keep a copy")
    scene.age(49, slice(0, 1))
    scene.leave()


async def _mixed_restart(scene: Scene) -> None:
    await scene.press("Keep a copy")
    await scene.press("Keep a copy")
    await scene.die()
    scene.age(49, slice(0, 1))
    scene.leave()


async def _copy_too_old(scene: Scene) -> None:
    await scene.press("Keep a copy")
    scene.age(49, slice(0, 1))
    copy = scene.ann.sees[0]
    scene.pressed = scene.ann.presses("Erase", copy)
    await scene.server.until(lambda: not copy.buttons, 10)
    await scene.alone()
    scene.leave()


async def _timer(scene: Scene) -> None:
    await scene.press("Clear later")
    scene.leave()


async def _held(scene: Scene) -> None:
    bubble = scene.ann.screen
    scene.server.faults["editMessageText"] = [Fault("status", 429, retry_after=20)]
    scene.ann.presses("Go a", bubble)
    await scene.server.until(lambda: not scene.server.faults["editMessageText"], 10)
    scene.leave()


async def _faults(scene: Scene) -> None:
    await scene.press("Keep a copy")
    scene.server.faults["deleteMessage"] = [Fault("status", 500), Fault("after"), Fault("before")]
    scene.server.faults["deleteMessages"] = [Fault("status", 429, retry_after=1), Fault("truncated"), Fault("status", 502)]
    scene.leave()


async def _twice(scene: Scene) -> None:
    bubble = scene.ann.screen
    scene.leave()
    scene.pressed = scene.ann.presses("Leave", bubble)


async def _words_waiting(scene: Scene) -> None:
    bubble = scene.ann.screen
    scene.ann.types("one more")
    scene.ann.presses("Go b", bubble)
    scene.pressed = scene.ann.presses("Leave", bubble)


async def _command(scene: Scene) -> None:
    await scene.press("Keep a copy")
    scene.ann.types("/leave")


async def _readers(scene: Scene) -> None:
    await scene.press("Readers")
    await scene.press("Go a")
    scene.leave()


async def _photo(scene: Scene) -> None:
    scene.ann.sends("photo")
    await scene.alone()
    scene.leave()


def _others(scene: Scene) -> None:
    """Other chats get more messages than the sweep of leave reaches."""
    scene.server._numbers += 2500


async def _limited_words(scene: Scene) -> None:
    bubble = scene.ann.screen
    scene.server.faults["sendMessage"] = [Fault("status", 429, retry_after=20)]
    _others(scene)
    scene.ann.types("words")
    await scene.server.until(lambda: not scene.server.faults["sendMessage"], 10)
    _others(scene)
    scene.pressed = scene.ann.presses("Leave", bubble)


async def _slow_words(scene: Scene) -> None:
    bubble = scene.ann.screen
    scene.server.faults["sendMessage"] = [Fault("slow", seconds=3)]
    _others(scene)
    scene.ann.types("words")
    await scene.server.until(lambda: not scene.server.faults["sendMessage"], 10)
    scene.pressed = scene.ann.presses("Leave", bubble)


async def _full_queue(scene: Scene) -> None:
    bubble = scene.ann.screen
    scene.server.faults["sendMessage"] = [Fault("status", 429, retry_after=20)]
    for number in range(75):
        scene.server._numbers += 300
        scene.ann.types(f"words {number}")
    await scene.server.until(lambda: not scene.server.faults["sendMessage"], 10)
    await asyncio.sleep(0.5)
    scene.pressed = scene.ann.presses("Leave", bubble)


async def _refused_words(scene: Scene) -> None:
    bubble = scene.ann.screen
    scene.server.faults["sendMessage"] = [Fault("status", 400), Fault("status", 400)]
    _others(scene)
    scene.ann.types("words")
    await scene.alone()
    _others(scene)
    scene.pressed = scene.ann.presses("Leave", bubble)


CASES: dict[str, Play] = {
    "a live session": _session,
    "after a kill, no session": _no_session,
    "three copies": _copies,
    "three copies, after a kill": _copies_restart,
    "a copy and the screens of six kills, 30 other chats": _leftovers,
    "pressed in the oldest of the screens of two kills": _leftover_button,
    "all older than 48 hours": _old,
    "all older than 48 hours, after a kill": _old_restart,
    "one copy older than 48 hours": _mixed,
    "one copy older than 48 hours, after a kill": _mixed_restart,
    "a copy too old, erased by its own button before": _copy_too_old,
    "a timer is running": _timer,
    "Telegram holds the chat for 20 seconds": _held,
    "calls fail in six ways": _faults,
    "pressed twice": _twice,
    "words and a press still waiting": _words_waiting,
    "words being answered, Telegram holds the chat for 20 seconds": _limited_words,
    "words being answered by a call that takes 3 seconds": _slow_words,
    "75 words typed, 60 fit into the queue": _full_queue,
    "words whose answer Telegram refused": _refused_words,
    "the command /leave": _command,
    "each screen a new message": _readers,
    "a photo in the chat": _photo,
}


@dataclass(frozen=True)
class Result:
    """How a case ended."""

    case: str
    left: int
    forbidden: int
    neutral: bool
    told: bool
    milliseconds: int

    @property
    def holds(self) -> bool:
        """Whether nothing is left but what Telegram forbids to delete, that neutral, and the person told."""
        return self.left == self.forbidden and self.neutral and self.told == (self.forbidden > 0)


async def run(name: str) -> Result:
    """Plays one case."""
    scene = Scene()
    server, ann = scene.server, scene.ann
    try:
        await scene.open()
        await CASES[name](scene)
        begin = time.monotonic()

        def old() -> list[bool]:
            return [server.now() - message.date > DELETABLE_SECONDS for message in ann.sees]

        def clean() -> bool:
            return all(old()) and all(message.text == NEUTRAL and not message.buttons for message in ann.sees)

        with contextlib.suppress(AssertionError):
            await server.until(clean, 15)
        spent = time.monotonic() - begin
        await server.quiet(15)
        await asyncio.sleep(1.0)
        neutral = all(message.text == NEUTRAL and not message.buttons for message in ann.sees)
        return Result(name, len(ann.sees), sum(old()), neutral, ann.popups == [REMAINS], round(spent * 1000))
    finally:
        await scene.bot.kill(signal.SIGTERM)
        await server.stop()


async def table() -> list[Result]:
    """All cases, four at a time."""
    room = asyncio.Semaphore(4)

    async def one(name: str) -> Result:
        async with room:
            return await run(name)

    return list(await asyncio.gather(*map(one, CASES)))


def main() -> None:
    """Prints the table."""
    print("| case | left | forbidden to delete | neutral | told by a pop-up | ms | holds |\n|---|---|---|---|---|---|---|")
    for found in asyncio.run(table()):
        told, neutral, holds = ("yes" if fact else "no" for fact in (found.told, found.neutral, found.holds))
        print(f"| {found.case} | {found.left} | {found.forbidden} | {neutral} | {told} | {found.milliseconds} | {holds} |")


if __name__ == "__main__":
    main()
