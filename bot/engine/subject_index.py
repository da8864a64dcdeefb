"""Numbers to things and back: what the 21-bit hashes in a token stand for, in one edition of the book."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from bot.book import (
    Agency,
    Area,
    Card,
    CompetencyPart,
    Episode,
    Place,
    PlanSection,
    Policy,
    Question,
    Referral,
    Scene,
    Topic,
    Value,
    Voice,
)
from bot.engine.flow_compiler import Flows
from bot.engine.state import hash_of
from bot.find import shared_names

if TYPE_CHECKING:
    from bot.book import Edition

AREAS: tuple[Area, ...] = get_args(Area)


class SceneReply(NamedTuple):
    """One of the three replies of a scene, `number` from 0."""

    scene: Scene
    number: int


Subject = (
    Topic
    | Card
    | Episode
    | Referral
    | Voice
    | Place
    | PlanSection
    | CompetencyPart
    | Question
    | Scene
    | SceneReply
    | Value
    | Policy
    | str
)
"""What a screen is about. An area is its own name."""


def _agency(agency: Agency) -> Iterator[tuple[str, Mapping[str, Subject]]]:
    parts = agency.assessment.parts if agency.assessment else []
    scenes = agency.scenes.scenes if agency.scenes else []
    yield "part", {part.competency: part for part in parts}
    yield "question", {question.question: question for part in parts for question in part.questions}
    yield "scene", {scene.scene: scene for scene in scenes}
    yield "reply", {f"{scene.scene}-{number}": SceneReply(scene, number) for scene in scenes for number in range(3)}
    yield "value", {value.value: value for value in agency.values.values} if agency.values else {}
    yield "policy", agency.policies


def _group(names: Iterable[str]) -> int:
    return hash_of(f"places:{'+'.join(names)}")


class SubjectIndex:
    """Lookups for one edition. `subject[n]` and `place[n]` resolve a token's numbers; `of[kind:id]` gives the number.
    `groups[n]`: the places that share a name, by the number that they have together.

    `cache` holds what is worked out from content alone (orders, sorted lists), never anything about a person.
    """

    def __init__(self, edition: Edition) -> None:
        self.flows: Flows = edition.flows
        self.subject: dict[int, Subject] = {}
        self.place: dict[int, str] = {}
        self.of: dict[str, int] = {}
        self.cache: dict[Hashable, Any] = {}
        self.filled: dict[int, tuple[Any, ...]] = {}
        groups: tuple[tuple[str, Mapping[str, Subject]], ...] = (
            ("topic", edition.topics),
            ("card", edition.cards),
            ("referral", edition.referrals),
            ("voice", edition.voices),
            ("plan", edition.plan),
            ("episode", edition.episodes),
            ("area", {area: area for area in AREAS}),
            *_agency(edition.agency),
        )
        for kind, things in groups:
            for name, thing in things.items():
                self._add(kind, name, thing, getattr(thing, "was", ()))
        self.groups: dict[int, tuple[str, ...]] = {}
        for name, place in edition.places.items():
            for known in (name, *place.was):
                self.place[hash_of(f"place:{known}")] = name
            self.of[f"place:{name}"] = hash_of(f"place:{name}")
            self._add("place", name, place, place.was)

        for names in shared_names(edition.places):
            number = _group(names)
            if number in self.place or self.groups.get(number, names) != names:
                raise ValueError(f"the short numbers of the places {', '.join(names)} and another id clash; rename one of them")
            self.groups[number] = names

    def group_of(self, names: Collection[str]) -> int:
        """The number of several places that share a name, 0 where no name has just these."""
        number = _group(sorted(names)) if len(names) > 1 else 0
        return number if number in self.groups else 0

    def _add(self, kind: str, name: str, thing: Subject, was: object) -> None:
        for known in (name, *(was if isinstance(was, list | tuple) else ())):
            number = hash_of(f"{kind}:{known}")
            if number in self.subject and self.subject[number] is not thing:
                raise ValueError(f"the short numbers of {kind} {known} and another id clash; rename one of them")
            self.subject[number] = thing
        self.of[f"{kind}:{name}"] = hash_of(f"{kind}:{name}")
