"""What a day shows: expired and withdrawn contacts gone, places merged, everything ready to look up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from bot.book.book import Book
from bot.book.emergency import Number, Service
from bot.book.episode import Episode, EpisodeStep
from bot.book.floor import Floor, floor_of
from bot.book.limits import in_groups, with_limits
from bot.book.links import LinkCode, genuine_of
from bot.book.models import Card, Kind, Law, Place, PlanSection, Retraction, Source, Tip, Topic, Voice, WordList
from bot.book.referral import Referral

Reason = Literal["closed", "paused", "expired", "retracted", "no contact", "unverified"]
_POLICE = {"never": 0, "only_if_you_ask": 1, "may": 2, "unknown": 3}
WORLD = "world"
_KEPT_LISTS = 2000
"""Lists of who can help that are kept once sorted."""


class Edition:
    """One day's view of a book; never changes.

    `referrals` holds only what may be shown; `hidden` says why the others are not. `links`: a code to what it opens, nothing
    where it is retired; `codes`: the same as they are written.
    """

    def __init__(self, book: Book, date: dt.date, retractions: Iterable[Retraction] = ()) -> None:
        """`retractions`: further ones, from a newer file than the book's own."""
        self.date = date
        self.book = book.file
        self.languages: tuple[str, ...] = book.languages
        self.cards: Mapping[str, Card] = book.cards
        self.places: Mapping[str, Place] = book.places
        self.sources: Mapping[str, Source] = book.sources
        self.voices: Mapping[str, Voice] = book.voices
        self.words: WordList = book.words
        self.plan: Mapping[str, PlanSection] = {part.section: part for part in book.plan.sections} if book.plan else {}
        self.agency = book.agency
        self.episodes: Mapping[str, Episode] = book.episodes
        self.flows: Any = book.flows
        self.docs = book.docs
        self.data = book.data
        self.digests, self.unread = book.digests, book.unread
        self.fingerprint = book.fingerprint
        self.codes: tuple[LinkCode, ...] = tuple(book.links.links) if book.links else ()
        self.links: Mapping[str, tuple[str, ...]] = {link.code: link.parts for link in self.codes}
        self.genuine = genuine_of(book.genuine)
        self.outreach = book.outreach
        gone: dict[str, set[str]] = {"referral": set(), "contact": set(), "tip": set(), "topic": set()}
        for entry in (*book.retractions, *retractions):
            gone[entry.withdraw].add(entry.id)
        self._here = book.here
        self._gone_tips = gone["tip"]
        self.topics: Mapping[str, Topic] = {name: topic for name, topic in book.topics.items() if name not in gone["topic"]}
        self.hidden: dict[str, Reason] = {}
        self.referrals: dict[str, Referral] = {}
        for name, referral in book.referrals.items():
            self._sort(name, referral, gone)
        self._chains: dict[str, tuple[str, ...]] = {name: self._chain(name) for name in self.places}
        self._children: dict[str, list[str]] = {}
        for name, place in self.places.items():
            if place.parent:
                self._children.setdefault(place.parent, []).append(name)
        self._helping: dict[tuple[str, frozenset[Kind], frozenset[str], bool, bool, str], tuple[Referral, ...]] = {}
        self._tips: dict[tuple[str, str, frozenset[str], bool, str], tuple[Tip, ...]] = {}

    def _sort(self, name: str, referral: Referral, gone: Mapping[str, set[str]]) -> None:
        """Shows a referral, or says why it is hidden."""
        contacts = [
            contact
            for contact in referral.contact
            if not {contact.phone, contact.sms, contact.web, contact.email} & gone["contact"]
        ]
        reason: Reason | None = None
        if referral.status != "open":
            reason = referral.status
        elif name in gone["referral"]:
            reason = "retracted"
        elif self.date >= referral.review.expires:
            reason = "expired"
        elif not contacts:
            reason = "no contact" if not referral.contact else "retracted"
        elif referral.confidence == "unverified":
            reason = "unverified"
        if reason:
            self.hidden[name] = reason
        else:
            same = len(contacts) == len(referral.contact)
            self.referrals[name] = referral if same else referral.model_copy(update={"contact": contacts})

    # --- places ----------------------------------------------------------------------------------------------------

    def _chain(self, place: str) -> tuple[str, ...]:
        chain: list[str] = []
        at: str | None = place
        while at and at in self.places and at not in chain:
            chain.append(at)
            at = self.places[at].parent
        if WORLD not in chain:
            chain.append(WORLD)
        return tuple(chain)

    def chain(self, place: str) -> tuple[str, ...]:
        """A place and what it lies in, nearest first, up to the world."""
        return self._chains.get(place, (WORLD,))

    def children(self, place: str) -> tuple[str, ...]:
        """The places directly inside a place."""
        return tuple(self._children.get(place, ()))

    def reaching(self, place: str, service: Service) -> tuple[Place, tuple[Number, ...]] | None:
        """The numbers that reach a service at a place, best first, and the place they are of: the nearest that knows one."""
        for name in self.chain(place):
            found = self.places.get(name)
            if found and found.emergency and (numbers := found.emergency.reaching(service)):
                return found, numbers
        return None

    def emergency_table(self, service: Service) -> tuple[tuple[Place, Number], ...]:
        """Every country that has a number for a service, with the best: shown while a place is not said."""
        return tuple(
            (place, numbers[0])
            for place in self.places.values()
            if place.level == "country" and place.emergency and (numbers := place.emergency.reaching(service))
        )

    def law(self, place: str) -> tuple[Place, Law] | None:
        """The nearest law in short and the place it is of. Unverified law is not shown."""
        for name in self.chain(place):
            found = self.places.get(name)
            if found and found.law and found.law.status != "unverified":
                return found, found.law
        return None

    # --- tips ------------------------------------------------------------------------------------------------------

    def _merged(self, topic: Topic, place: str) -> list[Tip]:
        """A topic's tips with what each place from the world inwards replaces, adds in front or hides."""
        tips = list(topic.tips)
        for name in reversed(self.chain(place)):
            local = self._here.get(name, {}).get(topic.topic)
            if local is None:
                continue
            known = {tip.tip: tip for tip in tips}
            own = {tip.tip: _limited_as(known.get(tip.tip), tip) for tip in local.tips}
            tips = [own.get(tip.tip, tip) for tip in tips if tip.tip not in local.hide]
            tips = [tip for tip in local.tips if tip.tip not in known] + tips
        return tips

    def tips(
        self, topic: str, place: str = "", how: frozenset[str] = frozenset(), young: bool = False, language: str = ""
    ) -> tuple[Tip, ...]:
        """What a topic shows: verified, valid where the person is, for how they do it (those first), fit for their age, and none
        without the tips that limit it; with `language`, none whose limit is missing in it.

        Empty where the topic is unknown or not for a person under 18.
        """
        key = (topic, place, how, young, language)
        known = self._tips.get(key)
        if known is None:
            groups = in_groups(with_limits(self.valid_tips(topic, place, how, young), language))
            known = self._tips[key] = tuple(tip for group in groups for tip in group)
        return known

    def valid_tips(self, topic: str, place: str = "", how: frozenset[str] = frozenset(), young: bool = False) -> tuple[Tip, ...]:
        """What a topic would show if no tip were limited by another: what `tips` leaves out of these lacks a limit."""
        found = self.topics.get(topic)
        if found is None or (young and not found.young):
            return ()
        chain = set(self.chain(place))
        tips = [
            tip
            for tip in self._merged(found, place)
            if tip.status != "unverified"
            and f"{topic}/{tip.tip}" not in self._gone_tips
            and (not tip.valid_in or chain & set(tip.valid_in))
            and not (young and tip.adults_only)
            and (not how or "all" in tip.for_ or how & set(tip.for_))
        ]
        if how and found.urgency != "emergency":
            tips.sort(key=lambda tip: not how & set(tip.for_))
        return tuple(tips)

    def checked(self, topic: Topic, tip: Tip) -> tuple[dt.date, bool]:
        """When a tip was last checked, and whether that is too long ago. A tip past its review stays."""
        review = tip.review or topic.review
        return review.checked, self.date >= review.expires

    # --- episodes --------------------------------------------------------------------------------------------------

    def steps(self, episode: Episode, place: str = "", young: bool = False) -> tuple[EpisodeStep, ...]:
        """An episode's steps in order: verified, valid where the person is, fit for their age; a place's own step stands where
        the one was that it is written for."""
        if young and not episode.young:
            return ()
        chain = set(self.chain(place))
        found = [
            step
            for step in episode.steps
            if step.status != "unverified"
            and (not step.valid_in or chain & set(step.valid_in))
            and not (young and step.adults_only)
        ]
        instead = {step.instead_of: step for step in found if step.instead_of}
        return tuple(instead.get(step.step, step) for step in found if not step.instead_of)

    def episodes_of(self, topic: str, young: bool = False) -> tuple[Episode, ...]:
        """The episodes that a topic leads to."""
        return tuple(each for each in self.episodes.values() if topic in each.topics and (each.young or not young))

    # --- referrals -------------------------------------------------------------------------------------------------

    def referrals_for(
        self,
        place: str = "",
        kinds: Collection[Kind] = (),
        topics: Collection[str] = (),
        *,
        youth: bool = False,
        strict: bool = False,
        language: str = "",
    ) -> tuple[Referral, ...]:
        """Who can help at a place, nearest first; at the same distance what is known to be without police first, and last
        what police run or what reports. One for some places alone (`valid_in`) is shown there; and where no place is said, after
        the others.

        `kinds`: any of these (empty: all). `topics`: those that name one come first; with `strict`, only those. `youth`: lines
        for young people come first, and those for adults alone are left out. `language`: at one distance those who are known to
        speak other languages alone come after the others.
        """
        key = (place, frozenset(kinds), frozenset(topics), youth, strict, language)
        known = self._helping.get(key)
        if known is None:
            if len(self._helping) >= _KEPT_LISTS:
                self._helping.clear()
            known = self._helping[key] = self._sorted(place, set(kinds), set(topics), youth, strict, language)
        return known

    def _sorted(
        self, place: str, wanted: set[Kind], about: set[str], youth: bool, strict: bool, language: str
    ) -> tuple[Referral, ...]:
        distance = {name: number for number, name in enumerate(self.chain(place))}
        found = [
            referral
            for referral in self.referrals.values()
            if referral.place in distance
            and not (youth and referral.adults_only)
            and (not referral.valid_in or place in ("", WORLD) or not distance.keys().isdisjoint(referral.valid_in))
            and (not wanted or wanted & set(referral.kinds))
            and (not strict or about & set(referral.topics))
        ]
        found.sort(
            key=lambda referral: (
                youth and not referral.youth,
                bool(about) and not about & set(referral.topics),
                distance[referral.place],
                place in ("", WORLD) and bool(referral.valid_in),
                *_standing(referral, language),
                referral.name,
            )
        )
        return tuple(found)

    def floor(self, place: str) -> Floor:
        """Who fills the floor of a place, of those shown there; the world's own lists fill nobody's."""
        found = [referral for referral in self.referrals_for(place) if referral.place != WORLD]
        chains = {referral.place: self.chain(referral.place) for referral in found}
        return floor_of(place, found, {name: [self.places[one] for one in chain] for name, chain in chains.items()})


def _limited_as(replaced: Tip | None, tip: Tip) -> Tip:
    """A place's own tip, limited by what limits the tip that it replaces too."""
    more = [name for name in replaced.needs if name not in tip.needs] if replaced else []
    return tip.model_copy(update={"needs": [*tip.needs, *more]}) if more else tip


def _standing(referral: Referral, language: str) -> tuple[int, bool, int, bool, int]:
    """The order at one distance. Last what police or the enforcement of trafficking laws run, before that what reports without
    being asked to. Of the others last who is known not to speak `language`. Known-safe before all else; then what fills the floor
    of its place; then the others, unknown after known."""
    contact = referral.police.contact
    asked = contact in ("never", "only_if_you_ask")
    last = 2 if referral.run_by in ("police", "trafficking") else int(referral.reports.known == "yes" and not asked)
    other = bool(language) and referral.languages != "unknown" and language not in referral.languages
    return last, other, _POLICE[contact] if asked else len(_POLICE), not referral.fills, _POLICE[contact]
