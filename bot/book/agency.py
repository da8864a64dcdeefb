"""The shapes of what an agency works with: `content/practice/` and `content/policies/`, field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bot.book.fields import Id, Labels, Model, PerLanguage
from bot.book.models import Review

Competency = Literal["constellation", "stages", "criminalization", "stigma", "policies"]
Role = Literal["front-desk", "clinician", "board"]
"""Everybody in the house has a part: who opens the door, who sits with people, who decides."""
MARKS = 27
"""Room for questions in a token: two bits each."""


class Sourced(Model):
    """Where words come from: pages that were read, or ours alone."""

    origin: Literal["sources", "ours"]
    sources: list[Id] = []

    @model_validator(mode="after")
    def _named(self) -> Sourced:
        if (self.origin == "sources") != bool(self.sources):
            raise ValueError("write `origin: sources` with `sources: [id]`, or `origin: ours` without")
        return self


class Question(Model):
    """One question of the self-assessment. `mark`: its permanent number in tokens. `shows`: what would show it. `begin`: a first
    step, for the action plan."""

    question: Id
    mark: Annotated[int, Field(ge=0, lt=MARKS)]
    title: Labels
    asks: PerLanguage
    shows: PerLanguage
    begin: PerLanguage
    who: list[Role] = Field(min_length=1)


class CompetencyPart(Model):
    """A competency and its questions."""

    competency: Competency
    title: Labels
    questions: list[Question] = Field(min_length=1)


class Assessment(Sourced):
    """`content/practice/assessment.yaml`: the five competencies as questions with three answers."""

    assessment: Id
    review: Review
    parts: list[CompetencyPart] = Field(min_length=1)


class Reply(Model):
    """One thing to answer in a scene: the words, and what they do and why. `fits`: whether people stay able to talk."""

    text: PerLanguage
    does: PerLanguage
    fits: Literal["yes", "partly", "no"]


class Scene(Sourced):
    """A short scene to practise: what a person says, and three replies."""

    scene: Id
    competency: Competency
    who: Role
    title: Labels
    says: PerLanguage
    replies: list[Reply] = Field(min_length=3, max_length=3)


class Scenes(Model):
    """`content/practice/scenes.yaml`."""

    scenes: list[Scene] = Field(min_length=1)
    review: Review


class Value(Model):
    """A card for a team meeting: a sentence to stand for or against, and what to talk about."""

    value: Id
    competency: Competency
    says: PerLanguage
    ask: PerLanguage


class Values(Sourced):
    """`content/practice/values.yaml`: a set of cards, and how to use them."""

    values: list[Value] = Field(min_length=1)
    how: PerLanguage
    review: Review


class Barrier(Model):
    """One question to community groups. `boxes`: answers to tick, where there are some; paper leaves a line for words."""

    barrier: Id
    asks: PerLanguage
    boxes: list[Labels] = []


class Barriers(Sourced):
    """`content/practice/barriers.yaml`: a questionnaire that an agency gives to community groups, without names."""

    barriers: list[Barrier] = Field(min_length=1)
    opening: PerLanguage
    closing: PerLanguage
    review: Review


class PolicyChoice(Model):
    """One way to decide: its words in the policy, and what it brings and costs."""

    choice: Id
    text: PerLanguage
    brings: PerLanguage


class Section(Model):
    """A part of a policy: fixed words, or a decision between ways. `chosen`: what the agency decided; without it the first."""

    section: Id
    title: Labels
    text: PerLanguage | None = None
    ways: list[PolicyChoice] = []
    chosen: Id | None = None

    @model_validator(mode="after")
    def _decided(self) -> Section:
        if not self.text and not self.ways:
            raise ValueError("a section has `text`, or `ways` to choose between")
        if self.chosen and self.chosen not in [way.choice for way in self.ways]:
            raise ValueError("`chosen` is one of the ways of this section")
        return self

    @property
    def way(self) -> PolicyChoice | None:
        """The way that stands: the one chosen, or the first."""
        return next((way for way in self.ways if way.choice == self.chosen), self.ways[0] if self.ways else None)


class Blank(Model):
    """Something only the agency knows: its name, a contact's role, a day. Left empty, paper shows a line."""

    blank: Id
    label: Labels
    value: Annotated[str, Field(max_length=120)] = ""


class Policy(Sourced):
    """`content/policies/<policy>.yaml`: a policy to adopt, with what an agency decides and fills in."""

    policy: Id
    title: Labels
    why: PerLanguage
    blanks: list[Blank] = []
    sections: list[Section] = Field(min_length=1)
    review: Review


@dataclass(frozen=True)
class Agency:
    """All of it. Each part may be missing: a pack for people alone is whole without."""

    assessment: Assessment | None = None
    scenes: Scenes | None = None
    values: Values | None = None
    barriers: Barriers | None = None
    policies: dict[str, Policy] = field(default_factory=dict)
