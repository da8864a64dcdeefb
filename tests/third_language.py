"""A third language made from a pack in the way the product offers: `new language`, every text filled, then named."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.yaml_edit import put, whole
from bot.authoring.exchange.sheets.rows import values_of
from bot.authoring.wizard.context import WizardContext
from bot.authoring.wizard.places import language
from bot.authoring.wizard.prompts import Prompter
from bot.book.reader import read
from bot.book.snapshots import Snapshot
from bot.book.translations import places, translation_of
from tests.conftest import TODAY

CODE = "ar"
_KEPT = re.compile(r"\{[^}]*\}|\]\([^)]*\)|\*\*|^\s*- |\d+(?:[.,:/]\d+)*", re.MULTILINE)
"""What a translator leaves as it is: slots, the targets of links, marks, the dashes of lists, numbers."""
_FROM = "abcdefghijklmnopqrstuvwxyz"
_TO = "ابسدعفغهيجكلمنوبقرستثخوشيز"
_LETTERS = str.maketrans(dict(zip(_FROM + _FROM.upper(), _TO + _TO, strict=True)))


def arabic(words: str) -> str:
    """Words in another script, letter by letter: no translation, and everything else as it stood."""
    made, at = "", 0
    for kept in _KEPT.finditer(words):
        made += words[at : kept.start()].translate(_LETTERS) + kept.group()
        at = kept.end()
    return made + words[at:].translate(_LETTERS)


def prepared(files: Snapshot, code: str = CODE) -> Snapshot:
    """The pack with an empty file of the language beside every file that has words."""
    changes = Changes(files)
    Prompter(lambda _: None, lambda: None, {"language": code}).run(
        lambda asker: language(asker, WizardContext(changes, values_of(files)[0], TODAY))
    )
    return changes.after()


def filled(files: Snapshot, code: str = CODE, words: Callable[[str], str] = arabic) -> Snapshot:
    """Every text and every list of phrases that is empty, filled from the first language."""
    found = dict(files)
    values, _ = values_of(files)
    for path, value in values.items():
        named = translation_of(path)
        if not named or named[1] != code:
            continue
        known = {place.key: next(iter(place.words.values())) for place in places(values[named[0]], ("en", "es"))}
        found[path] = whole(_filled(value, (), known, words)).encode()
    return found


def _filled(node: Any, key: tuple[str, ...], known: dict[tuple[str, ...], Any], words: Callable[[str], str]) -> Any:
    source = known.get(key)
    if isinstance(source, str) and isinstance(node, dict) and not node.get("text"):
        return {**node, "text": words(source)}
    if isinstance(source, list) and not node and key[0] != "avoid":  # which words hurt is nothing to translate
        return [words(one) for one in source]
    return {name: _filled(inner, (*key, name), known, words) for name, inner in node.items()} if isinstance(node, dict) else node


def named(files: Snapshot, code: str = CODE) -> Snapshot:
    """The pack with the language among those that people are offered."""
    book = "content/book.yaml"
    listed = read(book, files[book])[0]["languages"]
    return {**files, book: put(book, files[book].decode(), ("languages",), [*listed, code]).encode()}


def finished(files: Snapshot, code: str = CODE) -> Snapshot:
    """All three steps."""
    return named(filled(prepared(files, code), code), code)
