"""The limits that Telegram sets to what a bot sends, as a pure check."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

TEXT_LIMIT = 4096
TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}


class Refused(Exception):
    """Telegram's answer to what it does not accept. `code`: the status. `why`: its description."""

    def __init__(self, code: int, why: str, retry_after: int = 0) -> None:
        super().__init__(why)
        self.code, self.why, self.retry_after = code, why, retry_after


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.text += data


def shown_text(parameters: dict[str, Any]) -> str:
    """The text as a person sees it. Raises `Refused` where Telegram would."""
    text = parameters.get("text")
    if not isinstance(text, str):
        raise Refused(400, "Bad Request: message text is empty")
    if parameters.get("parse_mode") == "HTML":
        tags = _Tags()
        tags.feed(text)
        tags.close()
        if tags.open:
            raise Refused(400, f"Bad Request: can't parse entities: Can't find end tag corresponding to {tags.open[-1]}")
        text = tags.text
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text) > TEXT_LIMIT:
        raise Refused(400, "Bad Request: message is too long")
    return text


def keyboard(parameters: dict[str, Any]) -> list[list[dict[str, str]]]:
    """The rows of buttons. Raises `Refused` where Telegram would."""
    rows = (parameters.get("reply_markup") or {}).get("inline_keyboard") or []
    for row in rows:
        for button in row:
            if not button.get("text"):
                raise Refused(400, "Bad Request: can't parse inline keyboard button: Text must be non-empty")
            if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if sum(map(len, rows)) > 100:
        raise Refused(400, "Bad Request: reply markup is too long")
    return [row for row in rows if row]
