"""What a browser asks, reduced to the few things that are looked at: nothing of who asks, nothing that is not needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

from bot.channels.web.fields import AT, LANGUAGE, PRESS, WORDS

BODY_LIMIT: Final = 32 * 1024
"""Bytes of a form: 2,000 letters of four bytes, each escaped, and two seals."""
TEXT_LIMIT: Final = 2000
_FIELDS: Final = frozenset((AT, LANGUAGE, PRESS, WORDS))
_PRESSED: Final = f"{PRESS}."
_FORM: Final = "application/x-www-form-urlencoded"
_PARTS: Final = 4
_HINT: Final = 200


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """What was sent. `press`, `at`: sealed. `words`: typed. `language`: of the page that it was sent from. "" for none."""

    press: str = ""
    at: str = ""
    words: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """A look at the first page. `parts`: those of the path, in lower case. `hints`: languages that the browser asks for, best
    first."""

    parts: tuple[str, ...] = ()
    hints: tuple[str, ...] = field(default=())


def form_of(body: bytes, content_type: str) -> Form | None:
    """The form of a body; None for anything that none of our pages sends."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        return None
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=8, errors="replace")
    except ValueError:
        return None
    # A button's sealed state stands in its name.
    pairs = [(PRESS, name[len(_PRESSED) :]) if name.startswith(_PRESSED) else (name, value) for name, value in pairs]
    found = dict(pairs)
    if len(found) != len(pairs) or not found.keys() <= _FIELDS:
        return None
    words = found.get(WORDS, "").strip()[:TEXT_LIMIT]
    return Form(found.get(PRESS, ""), found.get(AT, ""), words, found.get(LANGUAGE, "")[:16])


def visit_of(raw_path: bytes, accept_language: str) -> Visit:
    """What a path and a browser's languages ask for. Whatever makes no sense is left out."""
    parts = unquote_to_bytes(raw_path[:200]).decode("utf-8", "replace").lower().split("/")
    return Visit(tuple(part for part in parts if part)[:_PARTS], tuple(_languages(accept_language[:_HINT])))


def _languages(accepted: str) -> Iterable[str]:
    """The languages of an Accept-Language header, as browsers order them: best first."""
    for part in accepted.split(",")[:8]:
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code.isascii() and code.isalpha() and 2 <= len(code) <= 3:
            yield code
