"""What is at stake in a change: which class it is of, how many have to agree, and who must be among them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from bot.authoring.review.entries import ItemKind, Items
from bot.authoring.review.value_diff import Value, ValueDifference, leaves
from bot.book import native_role
from bot.engine import QUESTIONS

Stake = Literal[
    "withdrawn", "words", "finding", "number", "contact", "clock", "emergency", "law", "disclosure", "fact", "talk", "gone",
    "back", "people",
]  # fmt: skip
STAKES: dict[Stake, tuple[int, str]] = {
    "withdrawn": (0, "taken away"),
    "words": (1, "other words"),
    "finding": (1, "how people find it"),
    "number": (2, "a number or a dose"),
    "contact": (2, "a contact or a link"),
    "clock": (2, "a time limit"),
    "emergency": (2, "what to do in an emergency"),
    "law": (2, "law"),
    "disclosure": (2, "what they do with police, reports or papers"),
    "fact": (2, "where a fact is from and when it was checked"),
    "talk": (2, "how the talk goes"),
    "gone": (2, "an answer is taken out"),
    "back": (2, "brings back what was withdrawn"),
    "people": (2, "who may approve, or which bot is the real one"),
}
"""How many have to agree to each class of change, and what it is called. `docs/decisions/0009-approvals.md` says why."""


class Need(NamedTuple):
    """What one change asks for. `roles`: each must be held by somebody who agrees."""

    stake: Stake
    roles: frozenset[str] = frozenset()

    @property
    def wanted(self) -> int:
        """How many people."""
        return STAKES[self.stake][0]


class PolicyContext(NamedTuple):
    """What has to be known around a thing: its area (of a topic, else ""), the book's languages (the others are made from the
    first), which roles the book names, the tips (by id) of this topic that hold only where some law does, and of a translation
    the kind of what it translates."""

    area: str
    languages: tuple[str, ...]
    roles: frozenset[str]
    bound: frozenset[str] = frozenset()
    of: ItemKind | None = None


_LEGAL, _CLINICAL, _LOCAL = frozenset({"legal"}), frozenset({"clinical"}), frozenset({"local-peer"})
_DISCLOSURES = frozenset({"police", *QUESTIONS})
_SAYS_DISCLOSURE = re.compile("police_|exception_|leaves|(ask_first|young_ask|except|" + "|".join(QUESTIONS) + ")$")
_COUNTED = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|thousand|half|quarter"
    "|twice|double|triple|once|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|cuarenta|cincuenta|sesenta"
    "|cien|mil|medio|media|mitad|cuarto|doble|vez|veces"
)
_AMOUNTS = re.compile(rf"(\d+(?:[.,:/]\d+)*|\b(?:{_COUNTED})\b)(?:[ \u00a0-]?([^\W\d_]+|[%°]))?", re.IGNORECASE)
_POINTERS = re.compile(r"\]\([^)]*\)|\{[a-z_]+(?::[a-z0-9-]+)?\}|https?://\S+")


def amounts(text: str) -> list[tuple[str, str]]:
    """The numbers of a text in turn, spelled ones too, each with the word right behind it: 72 hours are not 72 days."""
    return [(number.lower(), unit.lower()) for number, unit in _AMOUNTS.findall(_POINTERS.sub(" ", text))]


def area_of(items: Items, kind: ItemKind, value: Value | None) -> str:
    """The area of a topic, or of the topic that local tips or a translation belong to; "" for anything else."""
    if kind == "topic" and isinstance(value, dict):
        return str(value.get("area", ""))
    if kind in ("local tips", "translation") and isinstance(value, dict):
        return str(items.field("topic", str(value.get("topic")), "area") or "")
    return ""


def bound_of(items: Items, value: Value | None) -> frozenset[str]:
    """The tips with `valid_in` of a topic, of local tips, and of the topic that they or a translation belong to."""
    whole = items.field("topic", str(value.get("topic")), "tips") if isinstance(value, dict) else None
    own = value.get("tips") if isinstance(value, dict) else None
    tips = [tip for listed in (whole, own) if isinstance(listed, list) for tip in listed if isinstance(tip, dict)]
    return frozenset(str(tip.get("tip")) for tip in tips if tip.get("valid_in"))


def needs(kind: ItemKind, change: ValueDifference, context: PolicyContext, item: Value | None) -> frozenset[Need]:
    """What a difference inside a thing asks for. `item`: the thing as it was, or as it is where it is new.

    What was added or taken out whole is looked at field by field; whatever is not known here counts as the way the talk goes.
    """
    if kind == "withdrawal":
        if change.after is None and not change.path:
            return frozenset({Need("back", _LOCAL)})
        return frozenset({Need("words" if change.path else "withdrawn")})  # why and when are words: it stays away all the same
    if context.of and context.of not in ("topic", "local tips"):
        kind = context.of  # its words need what those of the file itself need
    if change.after is None and _thing(kind, change):
        return frozenset({Need("gone", _keepers(kind, context))})
    found: set[Need] = set()
    befores, afters = dict(leaves(change.before)), dict(leaves(change.after))
    for path in {**befores, **afters}:
        if befores.get(path) != afters.get(path):
            found |= set(_of(kind, (*change.path, *path), befores.get(path), afters.get(path), context, item))
    return frozenset(found)


def _thing(kind: ItemKind, change: ValueDifference) -> bool:
    """Whether what was taken out is a whole thing: an item, or a tip of one."""
    return not change.path or (kind in ("topic", "local tips") and len(change.path) == 2 and change.path[0] == "tips")


def _keepers(kind: ItemKind, context: PolicyContext) -> frozenset[str]:
    """Whose field a thing lies in."""
    if kind in ("topic", "local tips", "translation"):
        return {"legal": _LEGAL, "health": _CLINICAL, "overdose": _CLINICAL}.get(context.area, _LOCAL)
    return _CLINICAL if kind == "card" else _LEGAL if kind == "policy" else _LOCAL


def _counters(kind: ItemKind, context: PolicyContext) -> frozenset[str]:
    """Who knows whether a number in a text is right."""
    if kind in ("topic", "local tips", "translation", "card"):
        return _LEGAL if context.area == "legal" else _CLINICAL
    return _keepers(kind, context)


def _of(
    kind: ItemKind, path: tuple[str, ...], before: Any, after: Any, context: PolicyContext, item: Value | None
) -> Iterator[Need]:
    language = _language(kind, path, context, item)
    stake, roles = _field(kind, path, context, item)
    if stake == "words" and language and isinstance(before or after, str):
        old, new = before or "", after or ""
        if amounts(old) != amounts(new):
            yield Need("number", _counters(kind, context))
        if Counter(_POINTERS.findall(old)) != Counter(_POINTERS.findall(new)):
            yield Need("contact", _LOCAL)
    if "review" in path and path[-1] == "awaits":  # who no longer has to look has looked
        roles = roles | {role for role in before or () if isinstance(role, str)}
    yield Need(stake, roles)
    if language and (role := native_role(language)) and (language != context.languages[0] or role in context.roles):
        yield Need("finding" if stake == "finding" else "words", frozenset({role}))


def _language(kind: ItemKind, path: tuple[str, ...], context: PolicyContext, item: Value | None) -> str:
    """The language that the words at a path are in, or ""."""
    if context.of:
        return str(item.get("language", "")) if isinstance(item, dict) else ""
    if kind == "finder" and isinstance(item, dict):
        for key in ("lexicon", "danger"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return next((part for part in reversed(path) if part in context.languages), "")


def _field(kind: ItemKind, path: tuple[str, ...], context: PolicyContext, item: Value | None) -> tuple[Stake, frozenset[str]]:
    """The class of a field, whatever is in it."""
    first, last = (path[0], path[-1]) if path else ("", "")
    words: tuple[Stake, frozenset[str]] = ("words", frozenset())
    spoken = context.of is not None or any(part in context.languages for part in path)
    checked = kind in ("topic", "local tips", "card", "episode", "policy", "plan") and last in ("sources", "status", "checked")
    if first == "review" or checked:
        return ("contact", _LOCAL) if kind == "referral" else ("fact", _keepers(kind, context))
    match kind:
        case "topic" | "local tips" | "translation":
            return _topic_field(kind, path, context)
        case "card":
            return words if first in ("title", "heading", "maybe") and spoken else ("emergency", _CLINICAL)
        case "place":
            if first == "law":
                return "law", _LEGAL
            return {"name": words, "calls": ("finding", frozenset[str]())}.get(first, ("contact", _LOCAL))
        case "referral":
            if first in _DISCLOSURES:
                return "disclosure", _LEGAL
            if first == "kinds":
                return "disclosure", _LEGAL | _LOCAL
            return words if first in ("offers", "serves", "stance") and spoken else ("contact", _LOCAL)
        case "source" | "links":
            return words if first in ("title", "dated", "language") else ("contact", _LOCAL)
        case "voice":
            return words if first in ("title", "summary", "hard") else ("contact", _LOCAL)
        case "episode":
            return _episode_field(first, path[-2] if spoken and len(path) > 1 else last, spoken=spoken)
        case "words":
            return words
        case "finder":
            return _finder_field(first, item)
        case "book":
            if first == "roles":
                return "people", frozenset()
            if first == "operator":
                return "disclosure", _LEGAL | _LOCAL
            return words if first in ("name", "awaits") else ("talk", _LOCAL)
        case "genuine":
            return "people", frozenset()
        case "ui":
            return ("disclosure", _LEGAL) if len(path) > 1 and _SAYS_DISCLOSURE.match(path[1]) else words
        case "policy" | "practice" | "plan" | "step":
            return words if spoken else ("talk", _LOCAL)
        case _:
            return "talk", _LOCAL


def _episode_field(first: str, field: str, *, spoken: bool) -> tuple[Stake, frozenset[str]]:
    """What may come of a step and its clock are for those who know the law; the words of the rest are words."""
    if first == "phrases":
        return "finding", frozenset()
    if field == "police":
        return "disclosure", _LEGAL
    if field in ("within", "best"):
        return "clock", _LEGAL | _CLINICAL
    if field in ("valid_in", "instead_of"):
        return "law", _LEGAL
    return ("words", frozenset()) if spoken else ("talk", _LOCAL)


def _finder_field(first: str, item: Value | None) -> tuple[Stake, frozenset[str]]:
    """Nets and signs of danger bring an emergency card; the rest decides what typed words open."""
    if first == "nets" or (isinstance(item, dict) and "danger" in item):
        return "emergency", _CLINICAL
    known = isinstance(item, dict) and not {"phrases", "lexicon"}.isdisjoint(item)
    return ("finding", frozenset()) if known else ("talk", _LOCAL)


def _topic_field(kind: ItemKind, path: tuple[str, ...], context: PolicyContext) -> tuple[Stake, frozenset[str]]:
    first = path[0] if path else ""
    if first == "title":
        return "words", frozenset()
    if first == "phrases":
        return "finding", frozenset()
    if first in ("urgency", "card"):
        return "emergency", _LEGAL if context.area == "legal" else _CLINICAL
    if first != "tips" or len(path) < 3:
        return "talk", _keepers(kind, context) if first == "hide" else _LOCAL
    field = path[2]
    if field == "valid_in":
        return "law", _LEGAL
    if field == "clock":
        return "clock", _LEGAL if context.area == "legal" else _CLINICAL
    if field == "referrals":
        return "contact", _LOCAL
    if field in ("text", "of") or kind == "translation":
        bound = context.area == "legal" or path[1] in context.bound
        return ("law", _LEGAL) if bound else ("words", frozenset())
    return ("words", frozenset()) if field == "tip" else ("fact", _keepers(kind, context))
