"""Ten thousand broken updates: no crash, nothing stuck, nothing of them in the log, and others are answered meanwhile."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

CANARY = "".join(reversed("nosiop-yranac"))
JUNK: list[Any] = [None, 0, -1, 1 << 63, 1.5, True, "", CANARY, [], {}, [[]], {"id": CANARY}, "\ud83d", "\x00", "a" * 5000]


def _good(chat: int) -> dict[str, Any]:
    who = {"id": chat, "is_bot": False, "first_name": CANARY, "language_code": "en"}
    message = {"message_id": 5, "from": who, "chat": {"id": chat, "type": "private"}, "date": 1_700_000_000, "text": CANARY}
    kinds: list[dict[str, Any]] = [
        {"message": message},
        {"callback_query": {"id": "5", "from": who, "message": message, "data": CANARY, "chat_instance": "1"}},
        {"edited_message": message},
        {"my_chat_member": {"chat": {"id": chat, "type": "group"}, "from": who, "date": 1}},
        {"message": {**message, "location": {"latitude": 1, "longitude": 2}}},
    ]
    return copy.deepcopy(kinds[chat % len(kinds)])


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    for key, inner in value.items() if isinstance(value, dict) else ():
        found += _paths(inner, (*at, key))
    return found


def mutated(dice: random.Random, chat: int) -> dict[str, Any]:
    """An update with one to three of its fields lost, replaced or doubled."""
    update = _good(chat)
    for _ in range(dice.randint(1, 3)):
        paths = _paths(update)
        if not paths:
            break
        path = dice.choice(paths)
        holder = update
        for key in path[:-1]:
            holder = holder[key]
        if dice.random() < 0.3:
            del holder[path[-1]]
        else:
            holder[path[-1]] = copy.deepcopy(dice.choice(JUNK))
    return update


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
