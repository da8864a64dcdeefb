"""A screen as Telegram shows it: HTML text, plain text to fall back to, and a keyboard whose data are the tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from bot.channels.first_line import below_first_line
from bot.engine import Alert, Choice, Effect, Screen, Span

TEXT_LIMIT: Final = 4096
LABEL_LIMIT: Final = 40
TOKEN_LIMIT: Final = 64
ALERT_LIMIT: Final = 200
_FOLLOWED: Final = ("https://", "http://", "tg://")


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A message ready to be sent or edited in. `plain` is the same without HTML."""

    html: str
    plain: str
    keyboard: tuple[tuple[Choice, ...], ...]

    def parameters(self, *, html: bool = True) -> dict[str, Any]:
        """What sendMessage and editMessageText take, the chat aside."""
        parameters: dict[str, Any] = {
            "text": self.html if html else self.plain,
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {
                "inline_keyboard": [
                    [{"text": choice.label, "callback_data": choice.token} for choice in row] for row in self.keyboard
                ]
            },
        }
        if html:
            parameters["parse_mode"] = "HTML"
        return parameters


def screen_message(screen: Screen, effects: Iterable[Effect] = ()) -> Message:
    """A screen, one choice a row, then its footer two by two. Alerts among `effects` stand above it."""
    spans = _cut(below_first_line(screen.spans, [effect.text for effect in effects if isinstance(effect, Alert)]))
    rows: list[tuple[Choice, ...]] = [(choice,) for choice in map(_button, screen.choices) if choice]
    footer = [choice for choice in map(_button, screen.footer) if choice]
    rows += [tuple(footer[start : start + 2]) for start in range(0, len(footer), 2)]
    return Message(_html(spans), _plain(spans), tuple(rows))


def copy_message(spans: tuple[Span, ...], erase: Choice) -> Message:
    """Words to keep, with the one button that erases them."""
    spans = _cut(spans)
    button = _button(erase)
    return Message(_html(spans), _plain(spans), ((button,),) if button else ())


def alert_text(effects: Iterable[Effect]) -> str:
    """What a pop-up says: at most 200 characters, "" for none."""
    return "\n".join(effect.text for effect in effects if isinstance(effect, Alert))[:ALERT_LIMIT]


def _button(choice: Choice) -> Choice | None:
    """The choice with its label cut, or None where Telegram would refuse the token."""
    if not 0 < len(choice.token.encode()) <= TOKEN_LIMIT:
        return None
    label = choice.label.strip() or "·"
    return Choice(label if len(label) <= LABEL_LIMIT else label[: LABEL_LIMIT - 1] + "…", choice.token, choice.kind)


def _cut(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans that fit into one message, the last one cut; never nothing. Telegram counts UTF-16 units at worst."""
    room = TEXT_LIMIT
    kept: list[Span] = []
    for span in spans:
        size = _units(span.text)
        if size > room:
            text = span.text
            while text and _units(text) > room - 1:
                text = text[: len(text) - max(1, (_units(text) - room) // 2)]
            kept.append(Span(text + "…", span.style, span.target))
            break
        kept.append(span)
        room -= size
    if not "".join(span.text for span in kept).strip():
        return (Span("·"),)
    return tuple(kept)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _plain(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)


def _html(spans: Iterable[Span]) -> str:
    return "".join(map(_tagged, spans))


def _tagged(span: Span) -> str:
    text = escape(span.text, quote=False)
    if not span.text.strip():
        return text
    if span.style == "bold":
        return f"<b>{text}</b>"
    if span.target.startswith(_FOLLOWED):
        return f'<a href="{escape(span.target)}">{text}</a>'
    return text
