"""A new place, and a new language in files of its own."""

from __future__ import annotations

import re
from typing import Any

from bot.authoring.editing.field_help import help_for
from bot.authoring.wizard.context import WizardContext, words_of
from bot.authoring.wizard.prompts import InvalidAnswer, Prompter, as_is
from bot.authoring.wizard.validators import day, fit, fresh, known, slug
from bot.book import SERVICES, Number, Place, hash_of, places, stub, translation_of


def place(ask: Prompter, context: WizardContext) -> None:
    """A country, a state or a city, and what people call it."""
    level = ask.one("level", "What is it?", as_is, choices=[word for word in words_of(Place, "level") if word != "world"])
    parent = ask.one(
        "parent",
        "What does it lie in? The id of a place",
        known(context.places, "place"),
        default="world" if level == "country" and "world" in context.places else None,
    )
    name = context.texts(ask, "name", "Its name", Place, "name")
    stem = "" if parent == "world" else f"{parent} "
    own = ask.one(
        "place",
        "An id",
        fresh(context.places, "place"),
        default=slug(stem + next(iter(name.values())), context.places, 6),
        help="country-state-city, like us-ny-nyc",
    )
    made: dict[str, Any] = {"place": own, "level": level, "parent": parent, "name": name}
    calls = context.phrases(ask, "calls", "What do people call it when they type?", Place)
    made |= {"calls": calls} if calls else {}
    if numbers := _numbers(ask, context):
        made["emergency"] = numbers
    context.changes.create(f"content/places/{own}/place.yaml", made)
    context.register()


_ALL = "Which one number reaches police, ambulance and fire alike, where it is not that of the place around it? Empty: none"
_SURE = "Does it reach all three: police, ambulance and fire?"


def _numbers(ask: Prompter, context: WizardContext) -> dict[str, Any]:
    """Emergency numbers by service. What does not reach every service is never kept as the general number."""
    made: dict[str, Any] = {}
    number = ask.one("general", _ALL, fit(Number, "number"), default="")
    if number and ask.yes("general-reaches", _SURE):
        made["general"] = {**_number(ask, context, "general", number, made), "reaches": list(SERVICES)}
    elif number:
        ask.tell("Then it is asked for below, service by service.")
    for service in SERVICES:
        words = f"A number of its own for {service}, beside that one? Empty: none" if made else f"Which number reaches {service}?"
        if number := ask.one(service, words, fit(Number, "number"), default=""):
            made[service] = _number(ask, context, service, number, made)
    return made


def _number(ask: Prompter, context: WizardContext, name: str, number: str, made: dict[str, Any]) -> dict[str, Any]:
    """One number with who answers it. `made`: those before, whose source is proposed again."""
    answers = context.texts(ask, f"{name}-answers", f"Who answers {number}? Do police hear of it?", Number, "answers")
    before = next((str(one["source"]) for one in made.values()), "")
    source = context.source(ask, f"{name}-source", "Where did you read that number?", default=before)
    on = ask.one(f"{name}-on", "When did you read it there?", day(context.today), default=context.today.isoformat())
    status = ask.one(
        f"{name}-status",
        "How well is it known?",
        as_is,
        choices=words_of(Number, "status"),
        default="read",
        help=help_for("Number", "status"),
    )
    return {"number": number, "answers": answers, "source": source, "on": on, "status": status}


def language(ask: Prompter, context: WizardContext) -> None:
    """A file beside every file that has words, with each text to translate left empty. What is there already stays."""

    def check(text: str) -> str:
        fit(Place, "name", lambda code: {code: "A name"})(text)
        if text in context.languages:
            raise InvalidAnswer(
                "The pack speaks this language. What is old or missing in it: constellation content check, or constellation desk."
            )
        return text

    code = ask.one("language", "Which language? Its code of two or three letters, like fr or pt", check)
    beside = {named[0] for path in context.values if (named := translation_of(path)) and named[1] == code}
    for path, value in sorted(context.values.items()):
        if translation_of(path) or path in beside or path.startswith("content/find/") or not isinstance(value, dict):
            continue
        made = stub(value, code, context.languages)
        if len(made) > (2 if isinstance(value.get(next(iter(value))), str) else 1):
            beside_it = f"{path.removesuffix('.yaml')}.{code}.yaml"
            context.changes.create(beside_it, made)
            context.changes.texts[beside_it] = _with_sources(context.changes.text(beside_it), value, context.languages)


def _with_sources(text: str, value: Any, languages: list[str]) -> str:
    """A translation to fill in with the words to translate above each text: nobody has to look into two files."""
    words = {
        hash_of(source): source for one in places(value, languages) if isinstance(source := next(iter(one.words.values())), str)
    }

    def above(found: re.Match[str]) -> str:
        lines = words.get(found[2], "").splitlines()
        return "".join(f"{found[1]}# {line}\n" for line in lines if line.strip()) + found[0]

    return re.sub(r"^( *)of: ([0-9a-f]{8})$", above, text, flags=re.MULTILINE)
