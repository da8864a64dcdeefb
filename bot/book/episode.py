"""Episodes: hard days as steps that a person walks through at their own speed (`content/episodes/<episode>.yaml`).

Nothing is kept of them: which step is shown travels in the button, as the page of a long screen does.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from bot.book.fields import Id, Labels, Model, PerLanguage, Phrases
from bot.book.models import Area, Clock, Review, Status

MOST_STEPS = 12
"""Steps of an episode: each is a page, and somebody on a hard day reads no more."""


class EpisodeStep(Model):
    """One step. `text`: what to do. `say`: words to copy; they leave things out and never state anything false. `to`: to whom.

    `costs`: what it costs. `police`: whether police may come of it; said wherever the step brings in other people. `clock`: a
    time limit of this step alone. `valid_in`: the places where it holds (empty: everywhere). `instead_of`: the step of this
    episode whose place it takes there. `topic`: where to read on. `adults_only`: not for somebody under 18.
    """

    step: Id
    title: Labels
    text: PerLanguage
    say: PerLanguage | None = None
    to: PerLanguage | None = None
    costs: PerLanguage | None = None
    police: PerLanguage | None = None
    clock: Clock | None = None
    topic: Id | None = None
    sources: list[Id] = []
    status: Status
    valid_in: list[Id] = []
    instead_of: Id | None = None
    adults_only: bool = False
    was: list[Id] = []

    @model_validator(mode="after")
    def _says_what_others_may_do(self) -> EpisodeStep:
        if (self.say or self.to) and self.police is None:
            raise ValueError("a step that speaks to somebody says whether police may come of it: add `police:`")
        if self.instead_of and not self.valid_in:
            raise ValueError("`instead_of` needs `valid_in`: the places where this step takes the other's place")
        return self


class Episode(Model):
    """A hard day (`content/episodes/<episode>.yaml`). `opens`: one or two sentences above the first step.

    `topics`: the topics that lead here. `guarded`: opens behind the neutral page. `young`: whether somebody under 18 is shown it.
    `phrases`: words that people type for it. `sheet`: whether it is printed.
    """

    episode: Id
    area: Area
    title: Labels
    opens: PerLanguage
    topics: list[Id] = Field(min_length=1)
    guarded: bool = False
    young: bool = True
    sheet: bool = True
    phrases: Phrases = {}
    steps: list[EpisodeStep] = Field(min_length=2)
    review: Review
    was: list[Id] = []
