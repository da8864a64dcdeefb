"""The first 40 characters of every message, which a chat list and a lock screen show, and the bot's own face."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.rules.loaded import FIRST, loaded
from bot.authoring.lint.subject import Pack
from bot.book import Fault, add_it, translation_of
from bot.engine import OPENING_OLD

LONGEST = 52
"""Characters of a first line at most: it covers the preview, and is in the way of what people came for."""
_FACE = ("left", "remains", "profile_description", "profile_short", "profile_home", "profile_urgent", "profile_leave", "guard",
         "erased_personal", "unreadable", "not_typed", "steps_stay")  # fmt: skip
"""Words that stand alone in a message, a pop-up, the bot's profile or its list of commands."""


def look(pack: Pack) -> Iterator[Fault]:
    """First lines that are too short to cover the preview, longer than it, missing or loaded; loaded words where the bot shows
    its face."""
    for file, (value, _) in pack.book.docs.items():
        said = file.startswith("flows/") and not translation_of(file) and isinstance(value, dict)
        ui = value.get("ui") if said else None
        ui = ui if isinstance(ui, dict) else {}
        if said:
            yield from _lines(pack, file, value.get("openings"), ui)
        for key in [key for key in _FACE if key in ui]:
            for language, text in ui[key].items() if isinstance(ui[key], dict) else ():
                if not isinstance(text, str):
                    continue
                if word := loaded(text):
                    yield _loaded(pack, file, ("ui", key, language), word)
    for language, name in pack.book.file.name.items():
        if word := loaded(name):
            yield _loaded(pack, "content/book.yaml", ("name", language), word)


def _lines(pack: Pack, file: str, lines: object, ui: dict[str, object]) -> Iterator[Fault]:
    """The first lines of messages: each in every language, several of them, each of a length that covers the preview."""
    if OPENING_OLD in ui:
        yield pack.fault(file, ("ui", OPENING_OLD), "OPENING", f'"{OPENING_OLD}" is one line for every message.',
                         "Write several under `openings:` instead, and take this one away.", "warning",
                         why="The same line on every message tells which bot this is.")  # fmt: skip
    if not isinstance(lines, list):
        return
    if len(lines) < 2:
        yield pack.fault(file, ("openings",), "OPENING", "There is one first line.", "Write a second one, harmless too.",
                         why="The same line on every message tells which bot this is.")  # fmt: skip
    for number, line in enumerate(lines):
        at = ("openings", number)
        if not isinstance(line, dict):
            continue
        if missing := [language for language in pack.book.languages if language not in line]:
            yield pack.fault(file, at, "OPENING", f"This first line is missing in: {', '.join(missing)}.",
                             add_it(file, missing, pack.book.docs), why="People would see another language.")  # fmt: skip
        for language, text in line.items():
            if not isinstance(text, str):
                continue
            if len(text) < FIRST:
                yield pack.fault(file, (*at, language), "OPENING", f"These words have {len(text)} signs.",
                                 f"At least {FIRST}: a lock screen shows that many, and then what follows.",
                                 why="Every message may begin with them.")  # fmt: skip
            elif len(text) > LONGEST:
                yield pack.fault(file, (*at, language), "OPENING", f"These words have {len(text)} signs.",
                                 f"At most {LONGEST}: no list of chats shows more, and people came for what follows.",
                                 why="Every message may begin with them.")  # fmt: skip
            elif word := loaded(text):
                yield _loaded(pack, file, (*at, language), word)


def _loaded(pack: Pack, file: str, at: tuple[object, ...], word: str) -> Fault:
    return pack.fault(file, at, "OPENING", f'"{word}" can be read over a shoulder here.', "Say something that fits any app.",
                      why="This shows on lock screens and in lists, to whoever holds the phone.")  # fmt: skip


_UI = """openings:
  - en: "WORDS"
    es: "Hola. Aquí está la página que acabas de abrir."
  - en: "Notebook page, ready to read whenever you are."
    es: "Página de la libreta, para leer cuando quieras."
"""
RULE = Rule("OPENING", "flows", "First words of a message, or the bot's own face, that are not neutral.", look,
            {"flows/sample.yaml": _UI.replace("WORDS", "Hello. Here is your page about drugs and police.")},
            {"flows/sample.yaml": _UI.replace("WORDS", "Hello. Here is the page you opened just now.")}, 2)  # fmt: skip
