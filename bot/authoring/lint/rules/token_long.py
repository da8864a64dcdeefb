"""Buttons whose token would not fit into Telegram's 64 bytes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.drawn_screens import drawn
from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import LONGEST, WORD_BYTES


def look(pack: Pack) -> Iterator[Fault]:
    """Offered words of over 24 bytes, which travel in every token; and any button drawn that is too long."""
    for language, words in pack.book.words.offered.items():
        for number, word in enumerate(words):
            size = len(word.encode())
            if size > WORD_BYTES:
                yield pack.fault("content/words.yaml", ("offered", language, number), "TOKEN-LONG",
                                 f"This word takes {size} bytes.", f"At most {WORD_BYTES}: letters with accents take 2, emoji 4.",
                                 why="It travels in every button, and Telegram refuses buttons over 64 bytes.")  # fmt: skip
    seen: set[str] = set()
    long_words = {word for words in pack.book.words.offered.values() for word in words if len(word.encode()) > WORD_BYTES}
    for step_id, _, _, screen in drawn(pack):
        for choice in (*screen.choices, *screen.footer):
            size = len(choice.token.encode())
            if size > LONGEST and step_id not in seen and choice.label not in long_words:
                seen.add(step_id)
                file, at = pack.step_at(step_id)
                yield pack.fault(file, at, "TOKEN-LONG", f"A button of this step takes {size} bytes.",
                                 "Remember less on the way here.", why="Telegram refuses buttons over 64 bytes.")  # fmt: skip


_WORDS = """default: {en: "what you do", es: "lo que haces"}
offered:
  en:
    - WORD
  es:
    - webcam
"""
RULE = Rule("TOKEN-LONG", "flows", "A button that would take more than 64 bytes.", look,
            {"content/words.yaml": _WORDS.replace("WORD", "compañía ñandú ñoña sí")},
            {"content/words.yaml": _WORDS.replace("WORD", "compañía")}, 4)  # fmt: skip
