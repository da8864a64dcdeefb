"""What a pack has already, as the questions need it: ids, languages, where things lie; and the questions all kinds share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from pydantic import BaseModel

from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.field_help import help_for
from bot.authoring.editing.translation import language_names
from bot.authoring.exchange.sheets.rows import Values
from bot.authoring.wizard.prompts import InvalidAnswer, Prompter
from bot.authoring.wizard.validators import day, fit, fresh, in_language, known, parts, slug
from bot.book import Review, Source


@dataclass
class WizardContext:
    """A pack and the changes to it. `today`: the day of the answers. `beside`: sources that these answers register."""

    changes: Changes
    values: Values
    today: dt.date

    def __post_init__(self) -> None:
        self.beside: dict[str, dict[str, str]] = {}

    @cached_property
    def languages(self) -> list[str]:
        """The languages that people can read the pack in."""
        book = self.values.get("content/book.yaml")
        return [str(code) for code in book["languages"]] if isinstance(book, dict) and "languages" in book else ["en"]

    @cached_property
    def topics(self) -> dict[str, str]:
        """Topic ids to their files."""
        return {str(v.get("topic")): path for path, v in self._below("content/topics/")}

    @cached_property
    def places(self) -> set[str]:
        """Place ids."""
        return {str(v.get("place")) for path, v in self._below("content/places/") if path.endswith("/place.yaml")}

    @cached_property
    def referrals(self) -> set[str]:
        """Referral ids."""
        return {str(v.get("referral")) for path, v in self._below("content/places/") if "/referrals/" in path}

    @property
    def sources(self) -> set[str]:
        """Ids of registered sources, new ones too."""
        listed = (one for _, v in self._below("content/sources/") for one in v.get("sources", ()) if isinstance(one, dict))
        return {str(one.get("source")) for one in listed} | self.beside.keys()

    def _below(self, folder: str) -> Iterable[tuple[str, dict[str, Any]]]:
        return ((path, v) for path, v in self.values.items() if path.startswith(folder) and isinstance(v, dict))

    def texts(
        self, ask: Prompter, name: str, words: str, model: type[BaseModel], field: str, *, needed: bool = True
    ) -> dict[str, str]:
        """One text in each language. Not `needed`: leaving the first one empty leaves out the rest."""
        found: dict[str, str] = {}
        names = language_names(self.values)
        for language in self.languages:
            spoken = names[language]
            default = None if needed or found else ""
            check = fit(model, field, in_language(language))
            text = ask.one(
                f"{name}-{language}",
                f"{words} ({spoken})",
                check,
                help=help_for(model.__name__, field) if not found else "",
                default=default,
            )
            if not text:
                return {}
            found[language] = text
        return found

    def phrases(self, ask: Prompter, name: str, words: str, model: type[BaseModel], help: str = "") -> dict[str, list[str]]:
        """What people type, by language; languages without any are left out. `name`: the field, and the question's name."""
        found: dict[str, list[str]] = {}
        names = language_names(self.values)
        for language in self.languages:
            check = fit(model, name, in_language(language))

            def whole(lines: list[str], check: Callable[[Any], Any] = check) -> list[str]:
                return check(lines) if lines else []

            if lines := ask.several(f"{name}-{language}", f"{words} ({names[language]})", whole, help=help):
                found[language] = lines
        return found

    def review(self, ask: Prompter, period: str) -> dict[str, Any]:
        """Who checked, when, for how long. `period`: of the book's, by kind."""
        book = self.values.get("content/book.yaml") or {}
        every = str(book.get("review", {}).get(period, "180d"))
        by = ask.one(
            "review-by",
            "Who checked this? A role or a pseudonym, never a name",
            fit(Review, "by"),
            default="local-peer",
            help=help_for("Review", "by"),
        )
        on = ask.one("review-checked", "When was it checked?", day(self.today), default=self.today.isoformat())
        every = ask.one("review-every", "How long does that hold?", fit(Review, "every"), default=every)
        return {"checked": on, "by": by, "every": every}

    def source(self, ask: Prompter, name: str, words: str, *, needed: bool = True, default: str = "") -> str:
        """A source by id; an address registers a new one. `default`: what no answer means."""

        def check(text: str) -> str:
            if text.startswith("http"):
                fit(Source, "address")(text)
                if not text.startswith("https://"):
                    raise InvalidAnswer("Write an address that begins with https://.")
                return text
            return known(self.sources, "source")(text)

        said = "The id of a source that the pack has, or the https address of the page: then it is registered."
        found = ask.one(name, words, check, help=said, default=default or (None if needed else ""))
        return self._registered(ask, name, found) if found.startswith("https://") else found

    def sources_read(self, ask: Prompter) -> list[str]:
        """Several sources, one after the other."""
        found: list[str] = []
        while one := self.source(ask, f"source-{len(found) + 1}", "Where was it read? Empty: nowhere else.", needed=False):
            if one not in found:
                found.append(one)
        return found

    def _registered(self, ask: Prompter, name: str, address: str) -> str:
        host = address.split("/")[2].removeprefix("www.")
        title = ask.one(f"{name}-title", "The title of that page", fit(Source, "title"))
        own = ask.one(
            f"{name}-id",
            "An id for this source",
            fresh(self.sources, "source"),
            default=slug(f"{host.rsplit('.', 1)[0]} {title}", self.sources, 3),
        )
        read = ask.one(f"{name}-read", "When did you read it?", day(self.today), default=self.today.isoformat())
        dated = ask.one(
            f"{name}-dated", "The date on the page, if it has one (2026, 2026-11 or 2026-11-23)", fit(Source, "dated"), default=""
        )
        made = {"source": own, "title": title, "address": address, "read": read, "how": "page"}
        self.beside[own] = {**made, "dated": dated} if dated else made
        return own

    def register(self) -> None:
        """Writes the new sources into the changes."""
        for made in self.beside.values():
            files = sorted(path for path, v in self._below("content/sources/") if "sources" in v)
            path = next(
                (path for path in files if path.endswith("/topics.yaml")), files[0] if files else "content/sources/all.yaml"
            )
            if self.changes.exists(path):
                self.changes.put(path, ("sources", len(self.changes.value(path)["sources"])), made)
            else:
                self.changes.create(path, {"sources": [made]})


def words_of(model: type[BaseModel], field: str) -> list[str]:
    """The words that a field with a closed list takes."""
    info = next(info for key, info in model.model_fields.items() if field in (key, info.alias))
    found: list[str] = []

    def look(annotation: Any) -> None:
        if getattr(annotation, "__origin__", None) is Literal:
            found.extend(str(word) for word in get_args(annotation))
        for part in get_args(annotation):
            if not isinstance(part, str):
                look(part)

    look(info.annotation)
    return found


def some_of(words: list[str]) -> Any:
    """A check that takes one or more of some words, by number too."""

    def check(text: str) -> list[str]:
        chosen = [words[int(part) - 1] if part.isdecimal() and 0 < int(part) <= len(words) else part for part in parts(text)]
        if not chosen or any(part not in words for part in chosen):
            raise InvalidAnswer(f"Answer with one or more of: {', '.join(words)}.")
        return list(dict.fromkeys(chosen))

    return check
