"""An update, reduced to the few fields the bot needs. Names, usernames and pictures are never read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeGuard

from bot.channels.telegram.json_fields import NoJsonError, Shape, elements, skim

ALLOWED: Final = ("message", "callback_query", "my_chat_member")
Kind = Literal["press", "typed", "unreadable", "personal", "member", "group", "nothing"]

_CHAT: Final[Shape] = {b"id": None, b"type": None}
_FROM: Final[Shape] = {b"id": None, b"language_code": None}
_PERSONAL: Final = ("location", "contact", "venue")
_UNOPENED: Final = (
    *("photo", "voice", "video", "video_note", "audio", "document", "animation", "sticker", "story", "poll", "dice"),
    *("game", "paid_media", "checklist", "users_shared", "chat_shared"),
)
_MESSAGE: Final[Shape] = {
    b"message_id": None,
    b"date": None,
    b"chat": _CHAT,
    b"from": _FROM,
    b"text": None,
    **{name.encode(): None for name in (*_PERSONAL, *_UNOPENED)},
}
_SHAPE: Final[Shape] = {
    b"update_id": None,
    b"message": _MESSAGE,
    b"callback_query": {
        b"id": None,
        b"data": None,
        b"from": _FROM,
        b"message": {b"message_id": None, b"chat": _CHAT, b"reply_to_message": {b"message_id": None}},
    },
    b"my_chat_member": {b"chat": _CHAT, b"new_chat_member": {b"status": None}},
}
_LONGEST: Final = 16_000
_FIRST: Final = re.compile(rb'\{\s*"update_id"\s*:\s*(\d{1,18})\s*[,}]')


class PoisonError(ValueError):
    """An update that makes no sense. Carries nothing of it."""


@dataclass(frozen=True, slots=True, repr=False)
class Update:
    """What happened, in whose chat.

    `message`: the message typed, or the one whose button was pressed. `text`: typed words, or the pressed token.
    `date`: when it was typed, in seconds since 1970. `query`: what a press has to be acknowledged by. `buttons`: how
    many buttons the pressed message has. `answers`: the message that the pressed one replies to, or 0. `language`: the
    phone's hint. `left`: the person blocked the bot.
    """

    id: int
    kind: Kind
    chat: int = 0
    message: int = 0
    text: str = ""
    query: str = ""
    buttons: int = 0
    answers: int = 0
    language: str = ""
    date: int = 0
    left: bool = False


def update_ids(payload: bytes) -> list[tuple[int, bytes]]:
    """Every update of a getUpdates answer with its id, still unread; an update without an id gets -1.

    Raises `NoJsonError` where the answer is cut short or no list.
    """
    found = []
    for raw in elements(payload, b"result"):
        if first := _FIRST.match(raw):
            found.append((int(first.group(1)), raw))
            continue
        try:
            number = skim(raw, {b"update_id": None}).get("update_id")
        except NoJsonError:
            number = None
        found.append((number if _whole(number) else -1, raw))
    return found


def decode(raw: bytes) -> Update:
    """One update. Raises `PoisonError` for anything that Telegram would not send."""
    try:
        fields = skim(raw, _SHAPE)
    except NoJsonError:
        raise PoisonError from None
    number = fields.get("update_id")
    if not _whole(number):
        raise PoisonError
    if "callback_query" in fields:
        return _press(number, fields["callback_query"], raw)
    if "message" in fields:
        return _message(number, fields["message"])
    if "my_chat_member" in fields:
        return _member(number, fields["my_chat_member"])
    return Update(number, "nothing")


def _press(number: int, query: Any, raw: bytes) -> Update:
    query = _dict(query)
    name, data, message = query.get("id"), query.get("data"), _dict(query.get("message") or {})
    if not isinstance(name, str) or not name:
        raise PoisonError
    if not message:
        return Update(number, "nothing", query=name)
    chat, private = _chat(message)
    if not private:
        return Update(number, "group", chat, query=name)
    pressed = message.get("message_id")
    if not _whole(pressed) or not isinstance(data, str):
        return Update(number, "nothing", chat, query=name)
    earlier = _dict(message.get("reply_to_message") or {}).get("message_id")
    return Update(
        number,
        "press",
        chat,
        pressed,
        data,
        name,
        raw.count(b'"callback_data"'),
        earlier if _whole(earlier) else 0,
        _language(query),
    )


def _message(number: int, message: Any) -> Update:
    message = _dict(message)
    chat, private = _chat(message)
    if not private:
        return Update(number, "group", chat)
    written = message.get("message_id")
    if not _whole(written):
        raise PoisonError
    text, language, date = message.get("text"), _language(message), message.get("date")
    if isinstance(text, str):
        date = date if _whole(date) else 0
        return Update(number, "typed", chat, written, text[:_LONGEST], language=language, date=date)
    if any(name in message for name in _PERSONAL):
        return Update(number, "personal", chat, written, language=language)
    if any(name in message for name in _UNOPENED):
        return Update(number, "unreadable", chat, written, language=language)
    return Update(number, "nothing", chat)


def _member(number: int, member: Any) -> Update:
    member = _dict(member)
    chat, private = _chat(member)
    status = _dict(member.get("new_chat_member") or {}).get("status")
    if private:
        return Update(number, "member", chat, left=status == "kicked")
    return Update(number, "nothing" if status in ("left", "kicked") else "group", chat)


def _chat(holder: dict[str, Any]) -> tuple[int, bool]:
    chat = _dict(holder.get("chat"))
    number = chat.get("id")
    if not _whole(number) or not isinstance(chat.get("type"), str):
        raise PoisonError
    return number, chat["type"] == "private"


def _language(holder: dict[str, Any]) -> str:
    sender = holder.get("from")
    code = sender.get("language_code") if isinstance(sender, dict) else None
    return code[:12] if isinstance(code, str) and code.isascii() else ""


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PoisonError
    return value


def _whole(value: Any) -> TypeGuard[int]:
    return type(value) is int and -(2**63) < value < 2**63
