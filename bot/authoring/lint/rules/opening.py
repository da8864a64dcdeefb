"""The first 40 characters of every message, which a chat list and a lock screen show, and the bot's own face."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.rules.loaded import FIRST, loaded
from bot.authoring.lint.subject import Pack
from bot.book import Fault, translation_of

_FACE = ("left", "remains", "profile_description", "profile_short", "profile_home", "profile_urgent", "profile_leave", "guard",
         "erased_personal", "unreadable", "not_typed")  # fmt: skip
"""Words that stand alone in a message, a pop-up, the bot's profile or its list of commands."""


def look(pack: Pack) -> Iterator[Fault]:
    """Opening words that are too short to cover the preview, or loaded; loaded words where the bot shows its face."""
    for file, (value, _) in pack.book.docs.items():
        said = file.startswith("flows/") and not translation_of(file) and isinstance(value, dict)
        ui = value.get("ui") if said else None
        ui = ui if isinstance(ui, dict) else {}
        for key in [key for key in ("opening", *_FACE) if key in ui]:
            for language, text in ui[key].items() if isinstance(ui[key], dict) else ():
                if not isinstance(text, str):
                    continue
                at = ("ui", key, language)
                if key == "opening" and len(text) < FIRST:
                    yield pack.fault(file, at, "OPENING", f"These words have {len(text)} signs.",
                                     f"At least {FIRST}: a lock screen shows that many, and then what follows.",
                                     why="Every message begins with them.")  # fmt: skip
                elif word := loaded(text):
                    yield _loaded(pack, file, at, word)
    for language, name in pack.book.file.name.items():
        if word := loaded(name):
            yield _loaded(pack, "content/book.yaml", ("name", language), word)


def _loaded(pack: Pack, file: str, at: tuple[object, ...], word: str) -> Fault:
    return pack.fault(file, at, "OPENING", f'"{word}" can be read over a shoulder here.', "Say something that fits any app.",
                      why="This shows on lock screens and in lists, to whoever holds the phone.")  # fmt: skip


_UI = """ui:
  opening:
    en: "WORDS"
    es: "Hola. Aquí está la página que acabas de abrir."
"""
RULE = Rule("OPENING", "flows", "First words of a message, or the bot's own face, that are not neutral.", look,
            {"flows/sample.yaml": _UI.replace("WORDS", "Hello. Here is your page about drugs and police.")},
            {"flows/sample.yaml": _UI.replace("WORDS", "Hello. Here is the page you opened just now.")}, 3)  # fmt: skip
