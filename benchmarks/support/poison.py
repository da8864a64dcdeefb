"""Updates that Telegram would never send: fields lost, doubled or of the wrong kind, with a word that must not be printed."""

from __future__ import annotations

import copy
import random
from typing import Any

CANARY = "".join(reversed("nosiop-yranac"))
JUNK: list[Any] = [
    *(None, 0, -1, 1 << 63, 10**30, 1.5, float("1e308"), True, "", CANARY, [], {}, [[]]),
    *({"id": CANARY}, [CANARY] * 50, "\ud83d", "\x00", "a" * 5000, "\u202e" + CANARY, "/start " + CANARY),
]


def _good(chat: int) -> dict[str, Any]:
    who = {"id": chat, "is_bot": False, "first_name": CANARY, "language_code": "en"}
    message = {"message_id": 5, "from": who, "chat": {"id": chat, "type": "private"}, "date": 1_700_000_000, "text": CANARY}
    kinds: list[dict[str, Any]] = [
        {"message": message},
        {"callback_query": {"id": "5", "from": who, "message": message, "data": CANARY, "chat_instance": "1"}},
        {"edited_message": message},
        {"my_chat_member": {"chat": {"id": chat, "type": "group"}, "from": who, "date": 1}},
        {"message": {**message, "location": {"latitude": 1, "longitude": 2}}},
        {"message": {**message, "reply_to_message": message, "photo": [{"file_id": CANARY}]}},
    ]
    return copy.deepcopy(kinds[chat % len(kinds)])


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    for key, inner in value.items() if isinstance(value, dict) else ():
        found += _paths(inner, (*at, key))
    return found


def _deep(levels: int) -> Any:
    value: Any = CANARY
    for _ in range(levels):
        value = [value]
    return value


def mutated(dice: random.Random, chat: int) -> dict[str, Any]:
    """An update with one to three of its fields lost, replaced, nested deep or doubled."""
    update = _good(chat)
    for _ in range(dice.randint(1, 3)):
        paths = _paths(update)
        if not paths:
            break
        path = dice.choice(paths)
        holder = update
        for key in path[:-1]:
            holder = holder[key]
        way = dice.random()
        if way < 0.3:
            del holder[path[-1]]
        elif way < 0.35:
            holder[path[-1]] = _deep(dice.choice((5, 30, 400)))
        elif way < 0.4:
            holder[CANARY] = copy.deepcopy(holder[path[-1]])
        else:
            holder[path[-1]] = copy.deepcopy(dice.choice(JUNK))
    return update
