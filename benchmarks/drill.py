"""The drill: from the edit to a number gone from every screen, with the real process, git and signatures.

    python -m benchmarks.drill [--every 60] [--most 100]

A community's repository, a bare one that a bot fetches from, two signers who are both required. People open the screens that
lead to two numbers, in both languages and at three places; the buttons they have then are the old ones. First the control: a
withdrawal that nobody signed is pushed, and after two more looks the number must still be there. Then, with one file of the
pack that cannot be read and is pushed too, the number is withdrawn as peers do it (`constellation content retract`, `sign
--retractions`, commit, push), and every old button is pressed until none shows it. Again for the second number, and in the
moment of the push the bot is killed and started again. Last, older copies: the bot starts while the host is away, then while
it serves what it served before the withdrawals."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.support.repository import Repository  # noqa: E402
from benchmarks.support.telegram_server import Message, Person, TelegramServer  # noqa: E402
from bot.book import Edition, build, default_folders, snapshot  # noqa: E402
from bot.engine.flow_compiler import compile_flows  # noqa: E402
from bot.engine.turn import step  # noqa: E402
from bot.engine.types import Press, Surface, World  # noqa: E402
from bot.engine.walker import walk  # noqa: E402
from bot.find.heard import Heard  # noqa: E402
from bot.privacy.log_grammar import parse  # noqa: E402
from bot.trust.signing import public_of  # noqa: E402

DAY = "2026-11-28"
LIVE, KILLED = "+18006564673", "+18777762004"
PLACES = ("", "us", "us-ny")
TARGET = 300
SIGNERS = ("river", "moon")


def shows(text: str, number: str) -> bool:
    """Whether a screen holds the number, however it is spaced."""
    return number[2:] in re.sub(r"[^0-9]", "", text)


def ways(number: str) -> list[tuple[str, str]]:
    """Every screen with a button that leads to the number, and that button: their tokens."""
    edition = Edition(build(snapshot(*default_folders()), compile_flows), dt.date.fromisoformat(DAY))
    surface = Surface(name="telegram", title="Telegram", timers=True, layouts=True)
    world = World(edition, lambda _text, language: Heard("unsure", language=language), surface)
    found: dict[str, str] = {}
    for language in edition.languages:
        for place in PLACES:
            for visit in walk(world, language, place, vary=False).visits:
                for choice in visit.screen.choices:
                    if shows(step(world, "", Press(choice.token)).screen.text, number):
                        found.setdefault(choice.token, visit.token)
    return [(screen, button) for button, screen in found.items()]


@dataclass
class Witness:
    """Somebody with a message from before the edit. `old`: it, with the buttons it had; `button`: the one that leads there."""

    person: Person
    old: Message
    button: str

    async def looks(self, number: str) -> bool:
        """Presses the old button; True if what it then shows holds the number. Copies that the person asked for before are theirs
        and stay: only the pressed message and newer ones count."""
        server = self.person.server
        before = {message.id for message in self.person.sees}
        query = self.person.presses(self.button, self.old)
        await server.until(lambda: query in server.acknowledged and not server.updates, 30)
        await asyncio.sleep(0.1)
        now = [
            message for message in self.person.sees if message.by_bot and (message.id not in before or message.id == self.old.id)
        ]
        return any(shows(message.text, number) for message in now)


class Drill:
    """Everything in one folder: the repository, keys, the bot's cache, and the bot."""

    def __init__(self, folder: Path, server: TelegramServer, every: int) -> None:
        self.folder, self.server, self.every = folder, server, every
        self.repository = Repository(folder, {})
        for name, source in zip(("content", "flows"), default_folders(), strict=True):
            shutil.copytree(source, self.repository.work / name, dirs_exist_ok=True)
        for name in SIGNERS:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)], check=True)
            self.constellation("trust", "sign", "--key", str(folder / name), "--as", name)
        self.good = self.repository.push_all()
        lines = "".join(f"{name} {public_of(folder / name)}\n" for name in SIGNERS)
        (folder / "signers").write_text(lines, encoding="ascii")
        (folder / "token").write_text(server.token, encoding="ascii")
        self.process: asyncio.subprocess.Process | None = None

    def constellation(self, *words: str) -> None:
        """A command on the repository's files, as its user types it."""
        work = self.repository.work
        common = ["--content", str(work / "content"), "--flows", str(work / "flows")]
        command = [sys.executable, "-m", "bot", *words[:2], *common, *words[2:]]
        subprocess.run(command, check=True, cwd=ROOT, capture_output=True)

    def withdraw(self, number: str, *, signed: bool = True) -> float:
        """The edit, up to the push; gives the moment at which it began."""
        begin = time.monotonic()
        self.constellation("content", "retract", number, "--why", "the drill")
        if signed:
            self.constellation("trust", "sign", "--key", str(self.folder / "moon"), "--as", "moon", "--retractions")
        self.repository.push_all()
        return begin

    async def start(self) -> None:
        """Starts the bot; comes back when it asks for updates."""
        polled = self.server.calls["getUpdates"]
        environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN_FILE": str(self.folder / "token"), "PYTHONPATH": str(ROOT),
                   "CONSTELLATION_TELEGRAM_API_URL": self.server.url, "CONSTELLATION_TELEGRAM_PACE": "off",
                   "CONSTELLATION_CACHE_DIR": str(self.folder / "cache")}  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "telegram", "--date", DAY, "--source", self.repository.address,
                "--require-signatures", str(len(SIGNERS)), "--signers", str(self.folder / "signers"), "--every", str(self.every),
                env=environ, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip
        await self.server.until(lambda: self.server.calls["getUpdates"] > polled, 60)

    async def end(self, how: int = signal.SIGKILL) -> None:
        """Ends the bot, by default without a word of warning."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    async def witnesses(self, number: str, first: int, most: int) -> list[Witness]:
        """One for each way to the number, `most` at most. Each has seen it. `first`: the lowest chat."""
        found = []
        for chat, (screen, button) in enumerate(ways(number)[:most], first):
            person = self.server.person(chat, "en")
            person.types("/start")
            await self.server.until(lambda person=person: any(one.by_bot for one in person.sees), 30)
            query = person.presses(screen, person.screen)
            await self.server.until(lambda query=query: query in self.server.acknowledged and not self.server.updates, 30)
            await self.server.until(lambda person=person, button=button: button in person.screen.buttons.values(), 10)
            one = person.screen
            witness = Witness(person, Message(one.id, True, one.text, one.date, one.rows), button)
            if not await witness.looks(number):
                raise SystemExit("the number is not on its screen: the drill would prove nothing")
            found.append(witness)
        return found

    def events(self) -> list[str]:
        """What the bot printed. Leaves where a line is none of the grammar's."""
        lines = (self.folder / "log").read_text(encoding="ascii").splitlines()
        if not all(parse(line) for line in lines):
            raise SystemExit("the bot printed something outside its grammar")
        return lines


async def seen_by(witnesses: list[Witness], number: str) -> int:
    """How many see the number when they press their old button."""
    return sum([await one.looks(number) for one in witnesses])


async def until_gone(witnesses: list[Witness], number: str, since: float) -> float | None:
    """Seconds from `since` until no old button shows the number, or None after the target."""
    while time.monotonic() - since < TARGET:
        if not await witnesses[0].looks(number) and not await seen_by(witnesses, number):
            return round(time.monotonic() - since, 1)
        await asyncio.sleep(0.5)
    return None


async def run(every: int, most: int = 100) -> dict[str, Any]:
    """Figures of one drill. `every`: how often the bot looks at its source, in seconds. `most`: old buttons for each number."""
    server = TelegramServer()
    await server.start()
    with tempfile.TemporaryDirectory() as name:
        drill = Drill(Path(name), server, every)
        await drill.start()
        try:
            live, killed = await drill.witnesses(LIVE, 1000, most), await drill.witnesses(KILLED, 2000, most)
            found: dict[str, Any] = {"every": every, "old_buttons": [len(live), len(killed)]}

            drill.withdraw(LIVE, signed=False)
            await asyncio.sleep(2 * every + 3)
            found["control_unsigned_still_shown_to"] = await seen_by(live, LIVE)
            (drill.repository.work / "content" / "retractions.yaml").write_text("retractions: []\n", encoding="ascii")

            (drill.repository.work / "content" / "words.yaml").write_text("default: [\n", encoding="ascii")
            found["seconds_to_gone"] = await until_gone(live, LIVE, drill.withdraw(LIVE))
            found["the_other_number_still_shown_to"] = await seen_by(killed, KILLED)

            begun = drill.withdraw(KILLED)
            await drill.end()
            await drill.start()
            found["seconds_to_gone_across_a_kill"] = await until_gone(killed, KILLED, begun)

            await drill.end()
            away = drill.repository.bare.rename(drill.folder / "away")
            begin = time.monotonic()
            await drill.start()
            found["seconds_to_start_without_the_source"] = round(time.monotonic() - begin, 1)
            both = [(live, LIVE), (killed, KILLED)]
            found["shown_without_the_source"] = sum([await seen_by(who, number) for who, number in both])

            away.rename(drill.repository.bare)
            drill.repository.serves(drill.good)
            fetched = sum(line.startswith("fetched") for line in drill.events())
            await server.until(lambda: sum(line.startswith("fetched") for line in drill.events()) > fetched, every + 20)
            await asyncio.sleep(4)
            found["shown_with_an_older_copy"] = sum([await seen_by(who, number) for who, number in both])
            found["kept_though_the_older_copy_lists_neither"] = "kept_withdrawn n=2" in drill.events()
        finally:
            await drill.end(signal.SIGTERM)
            await server.stop()
    return found


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=60)
    parser.add_argument("--most", type=int, default=100)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(run(args.every, args.most)), indent=1))


if __name__ == "__main__":
    main()
