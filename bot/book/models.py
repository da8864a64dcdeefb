"""The shapes of everything under `content/`, one class a kind of file. What a field means is in `content/README.md`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.book.emergency import Emergency, Need
from bot.book.fields import Days, Id, Labels, Language, Model, PerLanguage, Phrases
from bot.book.roles import RoleName

# --- words of closed lists --------------------------------------------------------------------------------------------

Setting = Literal["all", "outdoors", "indoors", "outcall", "online", "dancing"]
Status = Literal["read", "secondhand", "partly", "peer", "support", "unverified"]
"""How well a fact is known: read in the source; read in a copy or second page; main fact read and a detail from common
knowledge; told by peers; support, no outside fact; unverified (never shown)."""
Urgency = Literal["emergency", "hours", "soon", "everyday"]
Area = Literal["violence", "overdose", "health", "wellbeing", "legal", "exit"]
Kind = Literal["harm_reduction", "exit_support", "legal_intermediary", "crisis"]


class Review(Model):
    """When facts were last checked, by which pseudonym or role, and how long that holds."""

    checked: dt.date
    by: Id
    every: Days
    awaits: list[RoleName] = []

    @property
    def expires(self) -> dt.date:
        """The first day on which this is past its review."""
        return self.checked + self.every


# --- topics and tips -----------------------------------------------------------------------------------------------


class Clock(Model):
    """A time limit that runs. `within` and `best` are amounts with a unit, as said to people: 72h, 5d."""

    within: Annotated[str, Field(pattern=r"^[0-9]{1,3}[hd]$")]
    best: Annotated[str, Field(pattern=r"^[0-9]{1,3}[hd]$")] | None = None


class Tip(Model):
    """One thing worth knowing. `text` per language; `valid_in`: the places where it holds (empty: everywhere).

    `needs`: the tips of the same topic that limit this one, or without which it cannot be understood. It is shown only where all
    of them are, on one page with them. `clock`: how long what it says can wait.
    """

    tip: Id
    for_: list[Setting] = Field(alias="for", min_length=1)
    text: PerLanguage
    sources: list[Id] = []
    status: Status
    valid_in: list[Id] = []
    referrals: list[Id] = []
    adults_only: bool = False
    clock: Clock | None = None
    needs: list[Id] = []
    review: Review | None = None
    was: list[Id] = []

    @model_validator(mode="before")
    @classmethod
    def _not_kept_with(cls, value: Any) -> Any:
        """Names the field of before: it stood in the limit, so that a tip could be shown while its limit was hidden."""
        if isinstance(value, dict) and "keep_with" in value:
            raise PydanticCustomError(
                "shape_old",
                "`keep_with` is gone: a tip names the tips that limit it, and is shown only with them.",
                {
                    "fix": "Take it out. In the tip that this one limits write `needs:` with the id of this one. Where this one "
                    "only goes on from the other, write `needs:` here, with the id of the other.",
                    "field": "keep_with",
                },
            )
        return value


class Topic(Model):
    """All about one topic (`content/topics/<area>/<topic>.yaml`)."""

    topic: Id
    area: Area
    urgency: Urgency
    title: Labels
    also: list[Id] = []
    guarded: bool = False
    card: Id | None = None
    young: bool = True
    phrases: Phrases = {}
    tips: list[Tip] = Field(min_length=1)
    review: Review
    was: list[Id] = []

    @model_validator(mode="before")
    @classmethod
    def _no_clock_of_a_page(cls, value: Any) -> Any:
        """Names the field of before: things on one page can wait for different times, and the shortest turned people away."""
        if isinstance(value, dict) and "clock" in value:
            raise PydanticCustomError(
                "shape_old",
                "A page has no `clock` of its own any more: each thing on it can wait for another time.",
                {
                    "fix": "Take it out, and write `clock: {within: 72h}` in the tip that says what can wait so long.",
                    "field": "clock",
                },
            )
        return value


class TopicHere(Model):
    """What a place adds to, replaces in or hides from a topic (`content/places/<place>/topics/<topic>.yaml`)."""

    topic: Id
    tips: list[Tip] = []
    hide: list[Id] = []
    phrases: Phrases = {}
    review: Review


class DangerLine(Model):
    """Above an answer, where typed words may mean an emergency: a line, and the words on the button to the card.

    `opens`: what the button opens, the card or people to talk to (who stand before the card then).
    """

    line: PerLanguage
    label: Labels
    opens: Literal["card", "talk"] = "card"


class Card(Model):
    """The first screen of an emergency (`content/cards/<card>.yaml`): steps in order, under 60 words, never hidden.

    `needs`: the service whose number is shown, or `nobody`: a card without a number. `steps`: what to do, without a number.
    `calling`: one line on what calling may bring; the number stands behind it. `topic`: where to read on. `title`: what the
    emergency is called in menus; `heading`: what stands above the steps, where that is something else. `discreet`: the danger
    may be a person who sees the screen: Leave is the first button, and the heading names no danger. `alone`: typed words that
    open the card bring nothing else but its topic. `maybe`: what stands above an answer where words may mean this card.
    `limits`: the tips of its topic that limit its steps. A card is never hidden, so they may not be either.
    """

    card: Id
    topic: Id | None = None
    title: Labels
    heading: Labels | None = None
    discreet: bool = False
    alone: bool = False
    maybe: DangerLine | None = None
    needs: Need
    steps: PerLanguage
    calling: PerLanguage
    limits: list[Id] = []
    sources: list[Id]
    status: Status
    review: Review
    was: list[Id] = []

    @property
    def called(self) -> Labels:
        """What stands above the steps and on buttons beside an answer: no danger where a person may look on."""
        return self.heading or self.title

    @model_validator(mode="after")
    def _has_a_heading(self) -> Card:
        if self.discreet and self.heading is None:
            raise ValueError("a discreet card needs a heading of its own: words that name no danger, violence or person")
        return self


# --- places --------------------------------------------------------------------------------------------------------


class Law(Model):
    """What the law says in short, with its date."""

    text: PerLanguage
    as_of: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]
    sources: list[Id] = Field(min_length=1)
    status: Status
    review: Review


class Punishes(Model):
    """Which of three things a place punishes, by a fine or worse: selling, same-sex conduct, to be there without papers.

    None of them (`acts: []`) only where somebody read that: a contact that the state runs may then fill the place's floor.
    """

    acts: list[Literal["selling", "same_sex", "papers"]]
    sources: list[Id] = Field(min_length=1)


class Place(Model):
    """A place (`content/places/<place>/place.yaml`): a country, a state, a city, or `world`."""

    place: Id
    level: Literal["world", "country", "state", "city"]
    parent: Id | None = None
    name: Labels
    calls: Phrases = {}
    emergency: Emergency | None = None
    law: Law | None = None
    punishes: Punishes | None = None
    was: list[Id] = []


# --- the rest of the pack ------------------------------------------------------------------------------------------


class Source(Model):
    """One page, paper or document, registered once (`content/sources/*.yaml`).

    `language`: the page's own language, where it is known; who reads another one gets it last.
    """

    source: Id
    title: Annotated[str, Field(min_length=3, max_length=300)]
    address: Annotated[str, Field(max_length=600)] | None = None
    language: Language | None = None
    read: dt.date | None = None
    how: Literal["page", "excerpt", "copy", "not_read"] = "excerpt"
    dated: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")] | None = None


class Sources(Model):
    """A file of sources."""

    sources: list[Source]


class Rule(Model):
    """A word the bot avoids, what to say instead and why. Forms are whole words; `*` at the end covers inflections."""

    rule: Id
    avoid: dict[Language, list[str]]
    prefer: Labels
    why: Labels
    severity: Literal["error", "warn"]
    exceptions: list[str] = []


class RegionalWord(Model):
    """One way to say a thing, in its forms (`*` covers endings), and the places where it is the usual one."""

    said: list[str]
    places: list[Id] = []


class Regional(Model):
    """A thing whose name differs from country to country, and what a text says that is for everybody."""

    thing: Id
    language: Language
    write: str
    words: list[RegionalWord]
    everywhere: list[str] = []
    exceptions: list[str] = []


class WordList(Model):
    """`content/words.yaml`: words people use for what they do, words the bot avoids, words of one region."""

    default: Labels
    offered: dict[Language, list[Annotated[str, Field(min_length=2, max_length=24)]]]
    understood: Phrases = {}
    avoid: list[Rule] = []
    allowed: list[str] = []
    regional: list[Regional] = []


class Voice(Model):
    """A person's own published account (`content/voices/*.yaml`), summed up in our words and linked."""

    voice: Id
    title: Labels
    summary: PerLanguage
    web: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = None
    language: Language
    source: Id
    consent: Literal["published", "given"]
    hard: Labels | None = None
    topics: list[Id] = []
    review: Review


class Suggestion(Model):
    """One thing to tick in a section of the safety plan. `tick`: its permanent number in tokens."""

    tick: Annotated[int, Field(ge=0, le=110)]
    text: Labels


class PlanSection(Model):
    """A section of the safety plan: what to think about, suggestions to tick, where to read on.

    `for`: for whom it is offered first. `copies`: False where no copy may be kept. `guarded`: opens behind the neutral page.
    """

    section: Id
    title: Labels
    asks: PerLanguage
    for_: list[Setting] = Field(alias="for", min_length=1)
    paths: list[Literal["stay", "change", "leave-someone"]] = Field(min_length=1)
    copies: bool = True
    guarded: bool = False
    also: list[Id] = []
    suggestions: list[Suggestion] = Field(min_length=2, max_length=8)


class Plan(Model):
    """`content/plan/plan.yaml`: the safety plan. Typed answers are never taken: a plan can be found or asked for by a court."""

    plan: Id
    sources: list[Id]
    status: Status
    review: Review
    sections: list[PlanSection] = Field(min_length=1)


Withdrawn = Literal["referral", "contact", "tip", "topic"]


class Retraction(Model):
    """A referral, contact, tip or topic withdrawn at once, from the moment it is read; `on` is for people and delays nothing."""

    withdraw: Withdrawn
    id: str
    why: Annotated[str, Field(min_length=3, max_length=300)]
    on: dt.date


class Retractions(Model):
    """`content/retractions.yaml`. Can only remove; loads alone and survives any other fault."""

    retractions: list[Retraction] = []


class Role(Model):
    """Who may approve what, by pseudonym. `stands_in`: the role that approves in its place while it has no members."""

    role: RoleName
    members: list[Id] = []
    stands_in: RoleName | None = None


Stated = PerLanguage | Literal["not stated"]


class Operator(Model):
    """Who runs this bot, as About says it first. What is not stated is shown as "not stated", never left out.

    `runs`: who runs it; `pays`: who pays for it; `police`: ties to police, joint work or money; `raids`: whether those who run or
    pay for it take part in raids, rescues or ride-alongs.
    """

    runs: Stated = "not stated"
    pays: Stated = "not stated"
    police: Stated = "not stated"
    raids: Stated = "not stated"


class BookFile(Model):
    """`content/book.yaml`: the bot's discreet name, its languages, review periods, roles and who runs it."""

    book: Id
    name: Labels
    languages: list[Language] = Field(min_length=1)
    language_names: dict[Language, str] = {}
    review: dict[Literal["tip", "referral", "law", "card"], Days]
    roles: list[Role] = []
    awaits: PerLanguage | None = None
    contact: Id | None = None
    operator: Operator = Operator()

    def language_name(self, language: str) -> str:
        """A language as its speakers call it, or its code where the pack gives no name."""
        return self.language_names.get(language, language)
