"""Checks of one file of the pack against the others: ids that nobody made, missing languages, loops of places, contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phonenumbers import NumberParseException, is_possible_number, parse

from bot.book.book import Docs
from bot.book.episode import MOST_STEPS
from bot.book.faults import Fault, near, spot_of
from bot.book.links import GenuineFile, Links
from bot.book.models import BookFile, Plan, TopicHere, WordList
from bot.book.outreach import Outreach
from bot.book.translations import add_it

_KINDS = ("topic", "card", "episode", "voice", "place", "referral", "source", "policy")


class CrossChecks:
    """What was read, by kind, with the checks of one file against the others. Faults gather in `faults`.

    `docs`: every file as read, those that have translations beside them with these put in.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.faults: list[Fault] = []
        self.docs: Docs = {}
        self.made: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
        self.paths: dict[str, str] = {}
        self.here: dict[str, dict[str, TopicHere]] = {}
        self.book: BookFile | None = None
        self.words: WordList | None = None
        self.plan: Plan | None = None
        self.links: Links | None = None
        self.genuine: GenuineFile | None = None
        self.outreach: Outreach | None = None
        self.practice: dict[str, Any] = {}

    def fault(self, path: str, at: tuple[Any, ...], code: str, what: str, why: str, fix: str, *, warn: bool = False) -> None:
        file, line, column = spot_of(path, at, self.docs[path][1]) if path in self.docs else (path, 1, 1)
        self.faults.append(Fault(file, line, column, code, what, why, fix, "warning" if warn else "error"))

    def unknown(self, path: str, at: tuple[Any, ...], kind: str, name: str, known: Iterable[str]) -> None:
        self.fault(path, at, "ID-UNKNOWN", f'There is no {kind} "{name}".', "", near(name, known) or "Check the spelling.")

    def refs(self, path: str, at: tuple[Any, ...], kind: str, names: Iterable[str]) -> None:
        known = self.made[kind]
        for number, name in enumerate(names):
            if name not in known:
                self.unknown(path, (*at, number), kind, name, known)

    def languages(self, path: str, at: tuple[Any, ...], texts: object) -> None:
        wanted = self.book.languages if self.book else []
        if isinstance(texts, Mapping):
            missing = [code for code in wanted if code not in texts]
            if missing:
                self.fault(path, at, "LANGUAGE-MISSING", f"This text is missing in: {', '.join(missing)}.",
                           "Somebody would read another language.", add_it(path, missing, self.docs))  # fmt: skip

    def tips(self, path: str, tips: Sequence[Any], others: Sequence[Any] = ()) -> None:
        """`others`: the tips of the topic that these are added to."""
        seen: set[str] = set()
        known = {tip.tip for tip in (*tips, *others)}
        for number, tip in enumerate(tips):
            at = ("tips", number)
            if tip.tip in seen:
                self.fault(path, (*at, "tip"), "ID-TWICE", f'The tip "{tip.tip}" is in this file twice.', "", "Rename one.")
            seen.add(tip.tip)
            self.refs(path, (*at, "sources"), "source", tip.sources)
            self.refs(path, (*at, "valid_in"), "place", tip.valid_in)
            self.refs(path, (*at, "referrals"), "referral", tip.referrals)
            self.languages(path, (*at, "text"), tip.text)
            for needed, name in enumerate(tip.needs):
                if name not in known - {tip.tip}:
                    self.unknown(path, (*at, "needs", needed), "other tip of this topic", name, known - {tip.tip})
            if not tip.sources and tip.status not in ("support", "unverified"):
                self.fault(path, at, "SOURCE-MISSING", f'The tip "{tip.tip}" states a fact and names no source.', "",
                           "Add `sources: [id]`, or `status: support` where it states no fact.")  # fmt: skip

    def topics(self) -> None:
        for name, topic in self.made["topic"].items():
            path = self.paths[f"topic:{name}"]
            self.tips(path, topic.tips)
            self.refs(path, ("also",), "topic", topic.also)
            self.languages(path, ("title",), topic.title)
            if topic.card and topic.card not in self.made["card"]:
                self.unknown(path, ("card",), "card", topic.card, self.made["card"])
            if topic.urgency == "emergency" and not topic.card:
                self.fault(path, ("topic",), "CARD-MISSING", "An emergency topic needs a card.", "", "Add `card: id`.")
        for place, topics in self.here.items():
            for name, local in topics.items():
                path = self.paths[f"here:{place}/{name}"]
                if place not in self.made["place"]:
                    self.unknown(path, (), "place", place, self.made["place"])
                if name not in self.made["topic"]:
                    self.unknown(path, ("topic",), "topic", name, self.made["topic"])
                    continue
                topic = self.made["topic"][name]
                self.tips(path, local.tips, topic.tips)
                known = {tip.tip for tip in topic.tips} | {
                    tip.tip for other in self.here.values() if name in other for tip in other[name].tips
                }
                for number, hidden in enumerate(local.hide):
                    if hidden not in known:
                        self.unknown(path, ("hide", number), "tip", hidden, known)
                    elif topic.urgency == "emergency":
                        self.fault(path, ("hide", number), "HIDE-EMERGENCY", "Tips of an emergency topic cannot be hidden.",
                                   "Somebody may need them.", "Replace the tip with one of the same id.")  # fmt: skip

    def cards(self) -> None:
        for name, card in self.made["card"].items():
            path = self.paths[f"card:{name}"]
            self.refs(path, ("sources",), "source", card.sources)
            for part in ("title", "steps", "calling"):
                self.languages(path, (part,), getattr(card, part))
            if card.topic and card.topic not in self.made["topic"]:
                self.unknown(path, ("topic",), "topic", card.topic, self.made["topic"])
            topic = self.made["topic"].get(card.topic)
            tips = {tip.tip for tip in topic.tips} if topic else set()
            for number, limit in enumerate(card.limits):
                if limit not in tips:
                    self.unknown(path, ("limits", number), "tip of the card's topic", limit, tips)

    def places(self) -> None:
        places = self.made["place"]
        for name, place in places.items():
            path = self.paths[f"place:{name}"]
            self.languages(path, ("name",), place.name)
            if place.parent and place.parent not in places:
                self.unknown(path, ("parent",), "place", place.parent, places)
            seen, at = {name}, place.parent
            while at in places:
                if at in seen:
                    self.fault(path, ("parent",), "PLACE-LOOP", "These places lie inside each other.", "", "Correct `parent`.")
                    break
                seen.add(at)
                at = places[at].parent
            if place.level != "world" and not place.parent:
                self.fault(path, ("place",), "FIELD-MISSING", "The place has no parent.", "", "Add `parent: world` or another.")
            if place.emergency:
                for part, number in place.emergency.numbers.items():
                    self.languages(path, ("emergency", part, "answers"), number.answers)
                    if number.source not in self.made["source"]:
                        self.unknown(path, ("emergency", part, "source"), "source", number.source, self.made["source"])
                    self.refs(path, ("emergency", part, "sources"), "source", number.sources)
            if place.law:
                self.refs(path, ("law", "sources"), "source", place.law.sources)
                self.languages(path, ("law", "text"), place.law.text)

    def referrals(self) -> None:
        for name, referral in self.made["referral"].items():
            path = self.paths[f"referral:{name}"]
            self.refs(path, ("topics",), "topic", referral.topics)
            self.refs(path, ("valid_in",), "place", referral.valid_in)
            self.refs(path, ("sources",), "source", referral.sources)
            self.languages(path, ("offers",), referral.offers)
            if referral.place not in self.made["place"]:
                self.unknown(path, ("place",), "place", referral.place, self.made["place"])
            if "legal_intermediary" in referral.kinds and referral.police.contact == "may":
                self.fault(path, ("police", "contact"), "POLICE-LEGAL", "A legal intermediary never involves police unasked.",
                           "People choose it for that.", "Take `legal_intermediary` out of `kinds`.")  # fmt: skip
            for number, contact in enumerate(referral.contact):
                at = ("contact", number)
                ways = [way for way in ("phone", "sms", "web", "email") if getattr(contact, way)]
                if len(ways) != 1:
                    self.fault(path, at, "CONTACT-ONE", "A contact is exactly one of phone, sms, web or email.", "",
                               "Write one entry for each.")  # fmt: skip
                if contact.verified.source not in self.made["source"]:
                    self.unknown(path, (*at, "verified", "source"), "source", contact.verified.source, self.made["source"])
                for way in ("phone", "sms"):
                    value = getattr(contact, way)
                    if value and value.startswith("+") and not possible_number(value):
                        self.fault(path, (*at, way), "PHONE", "This is not a possible phone number.",
                                   "A wrong number can hurt somebody.", "Compare it with the source.")  # fmt: skip

    def agency(self) -> None:
        """What agencies work with: sources, languages everywhere, ids and marks that stand in tokens once each."""
        paths = {f"content/practice/{name}.yaml": made for name, made in self.practice.items()}
        paths |= {self.paths[f"policy:{name}"]: made for name, made in self.made["policy"].items()}
        for path in paths:
            once = _ONCE - {"value"} if path.startswith("content/policies/") else _ONCE
            seen: set[tuple[str, str]] = set()
            for at, value in _walk(self.docs[path][0], ()):
                if at[-1] == "sources" and isinstance(value, list):
                    self.refs(path, at, "source", value)
                elif at[-1] in once and isinstance(value, str) and (at[-1], value) in seen:
                    self.fault(path, at, "ID-TWICE", f'"{value}" is used twice in this file.', "", "Give one of them another.")
                elif at[-1] in once:
                    seen.add((str(at[-1]), str(value)))
                elif isinstance(value, dict) and value.keys() & set(self.book.languages if self.book else ()):
                    self.languages(path, at, value)

    def printed(self) -> None:
        """What is printed: every line in every language; cards and clocks that exist and may be shown."""
        path = "content/outreach.yaml"
        if not self.outreach:
            return
        for at, value in _walk(self.docs[path][0], ()):
            if isinstance(value, dict) and value.keys() & set(self.book.languages if self.book else ()):
                self.languages(path, at, value)
        sheet = self.outreach.sheet
        self.refs(path, ("sheet", "cards"), "card", sheet.cards)
        if sheet.clocks_after not in sheet.cards:
            self.unknown(path, ("sheet", "clocks_after"), "card on the sheet", sheet.clocks_after, sheet.cards)
        for number, clock in enumerate(sheet.clocks):
            at = ("sheet", "clocks", number)
            topic = self.made["topic"].get(clock.topic)
            if topic is None:
                self.unknown(path, (*at, "topic"), "topic", clock.topic, self.made["topic"])
            elif clock.tip not in (shown := [tip.tip for tip in topic.tips if tip.status != "unverified"]):
                self.unknown(path, (*at, "tip"), "tip that may be shown", clock.tip, shown)

    def voices(self) -> None:
        for name, voice in self.made["voice"].items():
            path = self.paths[f"voice:{name}"]
            self.refs(path, ("topics",), "topic", voice.topics)
            if voice.source not in self.made["source"]:
                self.unknown(path, ("source",), "source", voice.source, self.made["source"])

    def episodes(self) -> None:
        for name, episode in self.made["episode"].items():
            path = self.paths[f"episode:{name}"]
            self.refs(path, ("topics",), "topic", episode.topics)
            for part in ("title", "opens"):
                self.languages(path, (part,), getattr(episode, part))
            free = {step.step for step in episode.steps if not step.instead_of}
            seen: set[str] = set()
            everywhere = 0
            for number, step in enumerate(episode.steps):
                at = ("steps", number)
                everywhere += not step.valid_in
                if step.step in seen:
                    self.fault(
                        path, (*at, "step"), "ID-TWICE", f'The step "{step.step}" is in this file twice.', "", "Rename one."
                    )
                seen.add(step.step)
                self.refs(path, (*at, "sources"), "source", step.sources)
                self.refs(path, (*at, "valid_in"), "place", step.valid_in)
                if step.topic and step.topic not in self.made["topic"]:
                    self.unknown(path, (*at, "topic"), "topic", step.topic, self.made["topic"])
                if step.instead_of and step.instead_of not in free:
                    self.unknown(path, (*at, "instead_of"), "step", step.instead_of, free)
                for part in ("title", "text", "say", "to", "costs", "police"):
                    if texts := getattr(step, part):
                        self.languages(path, (*at, part), texts)
                if not step.sources and step.status not in ("support", "unverified"):
                    self.fault(path, at, "SOURCE-MISSING", f'The step "{step.step}" states a fact and names no source.', "",
                               "Add `sources: [id]`, or `status: support` where it states no fact.")  # fmt: skip
            if everywhere > MOST_STEPS:
                self.fault(path, ("steps",), "EPISODE-LONG", f"This episode has {everywhere} steps.",
                           "Nobody walks that far on a hard day.",
                           f"At most {MOST_STEPS}: join some, or begin another episode.")  # fmt: skip


_ONCE = frozenset(("question", "mark", "scene", "value", "barrier", "section"))
"""Fields that name something once in a file. In a policy `value` fills a blank, and two may be filled alike."""


def _walk(value: Any, at: tuple[Any, ...]) -> Iterable[tuple[tuple[Any, ...], Any]]:
    """Every field below a value, with where it stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*at, key), inner
        yield from _walk(inner, (*at, key))


def possible_number(number: str) -> bool:
    """Whether a phone could have this number, written with + and country."""
    try:
        return is_possible_number(parse(number))
    except NumberParseException:
        return False
