"""Ten thousand broken updates: no crash, nothing stuck, nothing of them in the log, and others are answered meanwhile."""

from __future__ import annotations

import asyncio
import random

import pytest

from benchmarks import poison
from benchmarks.support.poison import CANARY, mutated


@pytest.mark.heavy
async def test_ten_thousand_broken_updates(server, start, capfd):
    """In bursts, with a person who talks in between."""
    dice = random.Random(11)
    bot = await start()
    ann = server.person(11)
    for burst in range(100):
        for number in range(100):
            server.add_update(mutated(dice, 1000 + burst * 100 + number))
        if burst % 20 == 0:
            before = len([1 for _, method, _ in server.log if method == "sendMessage"])
            ann.types("/start")
            await server.until(lambda before=before: len([1 for _, m, _ in server.log if m == "sendMessage"]) > before, 30)
    ann.types("/start")
    await server.until(lambda: any(message.by_bot for message in ann.sees), 60)
    assert bot.parts is not None
    await server.until(lambda: not server.updates, 60)  # Telegram may forget every one of them: none is stuck
    out = capfd.readouterr()
    assert CANARY not in out.out + out.err


@pytest.mark.heavy
def test_broken_updates_harm_no_real_process() -> None:
    """Four thousand, to a process of its own: it lives, none is stuck, nothing is printed, and the others are answered."""
    found = asyncio.run(poison.run(4000, "tiny"))
    assert (found["crashes"], found["stuck"], found["content_in_the_log"], found["presses_unanswered"]) == (0, 0, 0, 0)
    assert found["presses_meanwhile"] > 0


@pytest.mark.heavy
def test_the_plain_twin_prints_and_sticks() -> None:
    """The same on a plain Application: its log holds people's words and the others wait, so the search is not blind."""
    found = asyncio.run(poison.run(200, "twin"))
    assert found["stuck"] > 0
    assert found["content_in_the_log"] > 0
