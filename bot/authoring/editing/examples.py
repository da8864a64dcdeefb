"""Adding an example of what people type: the files of a pack and a peer's sentence in, the new text of one file out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.authoring.editing.actions import ActionRefused, Edit, clean, value_of
from bot.authoring.editing.json_schema import line_of, model_of
from bot.authoring.editing.yaml_edit import EditError, put, whole

FOLDER: Final = "content/find/examples/"
MEANINGS: Final = {
    "now": "danger now: a life or a body is in danger this minute",
    "maybe": "maybe: it could be, or it was a while ago",
    "calm": "calm: it sounds like this, and nobody is in danger",
}
"""What a sentence of a card can mean, with the words of the form."""
LONGEST: Final = 600
_CONTACT = re.compile(r"@|https?:|www\.|(?:\d[\s().-]?){6,}")


def example_file(files: Mapping[str, bytes], card: str) -> str:
    """The file that holds the examples of a card, there or not yet. Raises ActionRefused where there is no such card."""
    if not re.fullmatch(r"[a-z0-9-]{2,40}", card) or f"content/cards/{card}.yaml" not in files:
        raise ActionRefused("there is no such card; go back to the list and choose one")
    for path in sorted(files):
        if path.startswith(FOLDER) and path.endswith(".yaml"):
            value = value_of(files, path)
            if isinstance(value, dict) and value.get("card") == card:
                return path
    return f"{FOLDER}{card}.yaml"


def add_example(files: Mapping[str, bytes], card: str, meaning: str, language: str, sentence: str) -> Edit:
    """One more sentence of a card. Every other byte of the file stays.

    Raises ActionRefused where the sentence is empty, too long, more than one line, holds a number or an address, or is there
    already; and for a meaning or a language that is none.
    """
    said = clean(sentence)
    if meaning not in MEANINGS:
        raise ActionRefused("say what the sentence means: danger now, maybe, or calm")
    if not re.fullmatch(r"[a-z]{2,3}", language):
        raise ActionRefused("write the language as its code of two or three small letters, like en, es or pt")
    if not said:
        raise ActionRefused("the sentence is empty; write it as somebody would type it")
    if "\n" in said:
        raise ActionRefused("write one sentence on one line; add a second one afterwards")
    if len(said) > LONGEST:
        raise ActionRefused(f"the sentence is over {LONGEST} letters long; shorten it to what tells of the danger")
    if _CONTACT.search(said):
        raise ActionRefused("there is a phone number or an address in the sentence; take it out, for examples are public")
    for path, other, where in _sentences(files):
        if other.casefold() == said.casefold():
            raise ActionRefused(f"this sentence is there already, as {where} in {path}; change it there if that is wrong")
    file = example_file(files, card)
    if file not in files:
        if meaning == "calm":
            raise ActionRefused("this card has no examples yet; add one of danger now or maybe first")
        value: dict[str, Any] = {"examples": card, "card": card, "means": {meaning: {language: [said]}}}
        model = model_of(file, value)
        return Edit(file, None, whole(value, line_of(file, model) if model else "").encode())
    means: Any = value_of(files, file)["means"]
    at: tuple[str | int, ...] = ("means", meaning)
    new: Any = {language: [said]}
    if meaning in means:
        at, new = (*at, language), [said]
        if language in means[meaning]:
            at, new = (*at, len(means[meaning][language])), said
    try:
        return Edit(file, files[file], put(file, files[file].decode(), at, new).encode())
    except EditError as error:
        raise ActionRefused(str(error)) from None


def _sentences(files: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """Each sentence of the pack's examples: its file, itself, and what it means."""
    for path in sorted(files):
        if not path.startswith(FOLDER) or not path.endswith(".yaml"):
            continue
        value = value_of(files, path)
        means = value.get("means") if isinstance(value, dict) else None
        for meaning, languages in (means if isinstance(means, dict) else {}).items():
            for sentences in (languages if isinstance(languages, dict) else {}).values():
                for sentence in sentences if isinstance(sentences, list) else ():
                    yield path, str(sentence), str(meaning)
