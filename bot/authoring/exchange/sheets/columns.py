"""The columns of a spreadsheet of tips or of referrals: each is one field of the YAML, named in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.authoring.editing.field_help import help_for
from bot.book import Clock, Contact, Disclosure, Path, Police, Referral, Review, Tip, Verified

Kind = Literal["tips", "referrals"]
Sort = Literal["id", "word", "list", "prose", "date", "phone"]
DISCLOSURES = (
    "reports", "immigration", "child_welfare", "law_enforcement_ties", "id_needed", "conditions", "cost", "confidentiality"
)  # fmt: skip
OR_UNKNOWN = ("hours", "serves", "stance")
"""Texts per language, or the one word `unknown`."""
_LISTS = "Several: put a comma between them."


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `at`: where its value stands in a tip or a referral, () for what says which item a row is. `language`: of a
    text per language, else ""."""

    name: str
    at: Path
    sort: Sort
    help: str
    language: str = ""


def _column(name: str, at: Path, sort: Sort, model: str, field: str) -> Column:
    said = help_for(model, field)
    return Column(name, at, sort, f"{said} {_LISTS}" if sort == "list" else said)


def _texts(name: str, at: Path, languages: Sequence[str], model: str, field: str) -> list[Column]:
    return [Column(f"{name} {code}", (*at, code), "prose", f"{help_for(model, field)} ({code})", code) for code in languages]


def _review() -> list[Column]:
    return [
        _column("review checked", ("review", "checked"), "date", Review.__name__, "checked"),
        _column("review by", ("review", "by"), "word", Review.__name__, "by"),
        _column("review every", ("review", "every"), "word", Review.__name__, "every"),
        _column("review awaits", ("review", "awaits"), "list", Review.__name__, "awaits"),
    ]


def _tips(languages: Sequence[str]) -> list[Column]:
    tip = Tip.__name__
    return [
        Column("topic", (), "id", "The topic that the tip belongs to, by id. It has to exist."),
        Column("place", (), "id", "The place whose own tip this is, by id. Empty: it holds everywhere."),
        _column("tip", ("tip",), "id", tip, "tip"),
        _column("for", ("for",), "list", tip, "for"),
        *_texts("text", ("text",), languages, tip, "text"),
        _column("status", ("status",), "word", tip, "status"),
        _column("sources", ("sources",), "list", tip, "sources"),
        _column("valid in", ("valid_in",), "list", tip, "valid_in"),
        _column("clock within", ("clock", "within"), "word", Clock.__name__, "within"),
        _column("clock best", ("clock", "best"), "word", Clock.__name__, "best"),
        _column("needs", ("needs",), "list", tip, "needs"),
        _column("referrals", ("referrals",), "list", tip, "referrals"),
        _column("adults only", ("adults_only",), "word", tip, "adults_only"),
        *_review(),
        _column("was", ("was",), "list", tip, "was"),
    ]


def _contact(number: int, languages: Sequence[str]) -> list[Column]:
    at, name, model = ("contact", number), f"contact {number + 1}", Contact.__name__
    return [
        _column(f"{name} phone", (*at, "phone"), "phone", model, "phone"),
        _column(f"{name} sms", (*at, "sms"), "phone", model, "sms"),
        _column(f"{name} web", (*at, "web"), "word", model, "web"),
        _column(f"{name} email", (*at, "email"), "word", model, "email"),
        *_texts(f"{name} note", (*at, "note"), languages, model, "note"),
        _column(f"{name} read in", (*at, "verified", "source"), "word", Verified.__name__, "source"),
        _column(f"{name} read on", (*at, "verified", "on"), "date", Verified.__name__, "on"),
        _column(f"{name} page dated", (*at, "verified", "page_dated"), "date", Verified.__name__, "page_dated"),
        _column(f"{name} leaves", (*at, "leaves"), "list", model, "leaves"),
    ]


def _referrals(languages: Sequence[str], contacts: int) -> list[Column]:
    made, referral = [], Referral.__name__
    made += [
        _column("referral", ("referral",), "id", referral, "referral"),
        _column("place", ("place",), "id", referral, "place"),
        _column("name", ("name",), "prose", referral, "name"),
        _column("kinds", ("kinds",), "list", referral, "kinds"),
        _column("run by", ("run_by",), "word", referral, "run_by"),
        _column("fills", ("fills",), "list", referral, "fills"),
        _column("status", ("status",), "word", referral, "status"),
        _column("status note", ("status_note",), "prose", referral, "status_note"),
        *_texts("offers", ("offers",), languages, referral, "offers"),
    ]
    for number in range(contacts):
        made += _contact(number, languages)
    made += [
        _column("police", ("police", "contact"), "word", Police.__name__, "contact"),
        *_texts("police says", ("police", "says"), languages, Police.__name__, "says"),
        _column("police exceptions", ("police", "exceptions"), "list", Police.__name__, "exceptions"),
    ]
    for field in DISCLOSURES:
        name = field.replace("_", " ")
        said = f"{help_for(referral, field)} {help_for(Disclosure.__name__, 'known')}"
        made += [Column(name, (field, "known"), "word", said)]
        made += _texts(f"{name} says", (field, "says"), languages, Disclosure.__name__, "says")
    made += [_column("languages", ("languages",), "list", referral, "languages")]
    for field in OR_UNKNOWN:
        made += [Column(field, (field,), "word", f"{help_for(referral, field)} Here only the word unknown.")]
        made += _texts(field, (field,), languages, referral, field)
    return [
        *made,
        _column("valid in", ("valid_in",), "list", referral, "valid_in"),
        _column("youth", ("youth",), "word", referral, "youth"),
        _column("adults only", ("adults_only",), "word", referral, "adults_only"),
        _column("topics", ("topics",), "list", referral, "topics"),
        _column("sources", ("sources",), "list", referral, "sources"),
        _column("confidence", ("confidence",), "word", referral, "confidence"),
        *_review(),
        _column("was", ("was",), "list", referral, "was"),
    ]


def columns(kind: Kind, languages: Sequence[str], contacts: int = 3) -> list[Column]:
    """The columns of a kind, in order. `contacts`: how many numbered contacts a referral has room for."""
    return _tips(languages) if kind == "tips" else _referrals(languages, contacts)


def value_at(item: Any, at: Path) -> Any:
    """What stands at a path, or None."""
    for part in at:
        try:
            item = None if isinstance(item, str) else item[part]
        except (LookupError, TypeError):
            return None
    return item


def cell_of(item: Any, column: Column) -> str:
    """The cell of a field: text as it is, a list with commas, "" where there is nothing (or fields of its own)."""
    found = value_at(item, column.at)
    if isinstance(found, list):
        return ", ".join(str(part) for part in found)
    return found if isinstance(found, str) else ""
