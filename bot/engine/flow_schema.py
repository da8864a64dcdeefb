"""The shapes of `flows/*.yaml`: a small, total language. Steps say, show, offer and go on; there are no expressions."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from bot.book import Area, Id, Kind, Labels, Language, Model, PerLanguage

StepRef = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$")]
"""A step: `name` in the same flow, or `flow.name`; for a choice also `back`."""

FieldName = Literal["wants", "barriers", "stays", "how", "aims", "pace"]
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
"""Everything that a person can answer, in the order in which a reason is looked for (see `MixRow`)."""
Values = dict[FieldName, str]
Answers = dict[FieldName, list[str]]
"""Fields, each with some of its options: any of them counts. `none`: nothing was answered there."""
Condition = dict[
    FieldName | Literal["word", "place", "young", "subject", "area", "timers", "layouts", "chats"],
    list[str] | str,
]


def _one(value: Condition) -> Condition:
    if len(value) != 1:
        raise ValueError("a condition looks at exactly one field")
    return value


When = Annotated[Condition, AfterValidator(_one)]
"""One field against constants: `{aims: [safer]}` (any of them), `{word: none}`, `{place: known}`, `{young: yes}`."""


class ListOf(Model):
    """Choices made from the content: one for each item, with the item as the subject of the step it goes to.

    `place`: of referrals, those of this place, wherever the person is.
    """

    of: Literal[
        "topics",
        "areas",
        "cards",
        "places",
        "referrals",
        "words",
        "languages",
        "voices",
        "help",
        "mix",
        "said",
        "also",
        "episodes",
        "episode_steps",
        "step_links",
        "heard",
        "meant",
        "plan",
        "ticks",
        "roles",
        "parts",
        "questions",
        "answers",
        "scenes",
        "replies",
        "values",
        "policies",
    ]
    go: StepRef | None = None
    area: Area | None = None
    first: list[Id] = []
    ids: list[Id] = []
    path: Literal["stay", "change", "leave-someone"] | None = None
    kinds: list[Kind] = []
    place: Id | None = None
    each: dict[Kind, StepRef] = {}
    when: When | None = None


class ChoiceSpec(Model):
    """One button. `set` replaces a field, `add` and `drop` change one, `clear` empties them; `subject` says what it is about.

    `toggle`: an answer of which several can be given: it is added and the talk goes on; where it was given already it carries
    a mark, and a press takes it back and stays. Such choices are turned over like a list, the others stand on every page.
    `skips`: passes a question over; it is on every page and, as the next page, none of the nine buttons.
    `subject`: `topic:id`, `card:id`, `area:id`..., or `keep`. `place`: sets where the person is. `go: back` leads back.
    `remember`: the screen it is pressed on is where back leads.
    """

    choice: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Labels
    go: StepRef
    set: Values = {}
    add: Values = {}
    drop: Values = {}
    toggle: Values = {}
    clear: list[FieldName | Literal["word", "place", "ticks", "young"]] = []
    subject: (
        Annotated[str, StringConstraints(pattern=r"^(keep|(topic|card|episode|referral|voice|area|place):[a-z0-9-]+)$")] | None
    ) = None
    place: Id | None = None
    remember: bool = True
    skips: bool = False
    when: When | None = None
    fresh: bool | None = None

    @cached_property
    def answers(self) -> bool:
        """Whether the choice changes what the talk remembers."""
        return bool(self.set or self.add or self.drop or self.toggle or self.clear or self.place) or self.fresh is not None


class Case(Model):
    """One way on of a branch."""

    when: When
    go: StepRef


class Branch(Model):
    """A step that is never shown: the first case that holds leads on, else `otherwise`."""

    cases: list[Case] = Field(min_length=1)
    otherwise: StepRef


ShowKind = Literal[
    "tips",
    "card",
    "law",
    "referral",
    "numbers",
    "nobody_called",
    "operator",
    "facts",
    "voice",
    "plan_section",
    "plan",
    "plan_kept",
    "mix",
    "mix_kept",
    "episode",
    "episode_step",
    "episode_words",
    "hand_over",
    "none_known",
    "floor",
    "three_words",
    "question",
    "action_plan",
    "scene",
    "reply",
    "value",
    "values",
    "policy",
    "barriers",
]


class Show(Model):
    """A block drawn from the content, for the subject of the step."""

    show: ShowKind
    when: When | None = None


class Step(Model):
    """One screen (or one fork, with `branch`).

    `say` comes first, then the `show` blocks, then the choices: `lists` drawn from content and `choices` written here.
    `beneath`: a leaf of its `parent`: back leads there, and the way back from there is kept. `guarded`: opens behind the
    neutral page. `quiet`: never becomes the screen that back leads to. `does`: what the channel is asked to do when the step
    is reached; then `parent` is shown, if there is one. `where`: the answer depends on the place. `ask` asks for it below what
    holds everywhere, for as long as it is not said; `more` offers it where a topic has more for some places; `which` asks only
    which place of one name is meant. `say_on_page`: said instead of `say` where the channel is a page and keeps no chat.
    """

    say: PerLanguage | None = None
    say_on_page: PerLanguage | None = None
    show: list[Show] = []
    lists: list[ListOf] = []
    choices: list[ChoiceSpec] = []
    branch: Branch | None = None
    hears: Literal["question", "word", "place", "nothing"] = "question"
    parent: StepRef | None = None
    guarded: bool = False
    where: Literal["ask", "more", "which"] | None = None
    quiet: bool = False
    beneath: bool = False
    does: Literal["leave", "copy", "timer", "timer_off", "fresh", "same", "erase"] | None = None
    was: list[StepRef] = []

    @cached_property
    def answers_words(self) -> bool:
        """Whether the step answers typed words: its via fields and ticks then hold what was heard, not where to go back."""
        return any(item.of == "heard" for item in self.lists)

    @cached_property
    def may_mean(self) -> bool:
        """Whether the ticks of the step may hold the emergency card that typed words may mean."""
        return self.answers_words or any(item.of == "meant" for item in self.lists)


class FlowFile(Model):
    """One file of `flows/`: a flow is a named group of steps."""

    flow: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    own_link: bool = False
    steps: dict[str, Step] = Field(min_length=1)


class FieldSpec(Model):
    """The options of one field, each with its permanent number."""

    options: dict[str, int] = Field(min_length=1)


class FieldsFile(Model):
    """`flows/fields.yaml`: what a talk can remember, and the numbers that stand for it in tokens. Numbers never change.

    `cards`: numbers of emergency cards, for the line above an answer that a person passes over; a card without a number has a
    line that comes again.
    """

    fields: dict[FieldName, FieldSpec]
    cards: dict[Id, Annotated[int, Field(ge=1, le=31)]] = {}


class Stage(Model):
    """One row of `flows/stages.yaml`: for an aim (and a pace), which kinds of help fit. `stage` is for readers, never shown."""

    aim: str
    pace: list[str] = []
    help: list[Kind] = Field(min_length=1)
    stage: str


Thing = Annotated[
    str, StringConstraints(pattern=r"^((topic|card|voice|episode):[a-z0-9-]+|step:[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)$")
]
"""What a row of the mix offers: a topic, a card, an account, an episode, or a step of the talk."""


class MixRow(Model):
    """One row of the mix: a thing and the answers that it is for.

    `thing`: what the button opens; an episode that the pack does not have is passed over. `referrals`: instead of a thing, the
    nearest people of these kinds, those for `topics` first. `for`: every field that is named has to hold one of the options;
    nothing named: it is for everybody. `unless`: not where one of these was answered. `label`: what the button says, where the
    thing has no title of its own. `because`: a few words why, instead of those of the answer. `young`: whether it is for
    somebody under 18 too, or for them alone. `reason`: why the row stands where it does, for who reads the table; never shown.
    """

    part: Literal["safer", "change", "people"]
    thing: Thing | None = None
    referrals: list[Kind] = []
    topics: list[Id] = []
    for_: Answers = Field(default={}, alias="for")
    unless: Answers = {}
    label: Labels | None = None
    because: Labels | None = None
    young: Literal["yes", "no", "only"] = "no"
    reason: Annotated[str, StringConstraints(min_length=1)]

    @model_validator(mode="after")
    def _one_thing(self) -> MixRow:
        if (self.thing is None) == (not self.referrals):
            raise ValueError("a row has either a thing or referrals")
        return self


class Because(Model):
    """Why a thing is in the mix, in a few words: for each answer that brought it, and for who answered nothing that did."""

    answers: dict[FieldName, dict[str, Labels]] = {}
    anyone: Labels


class StagesFile(Model):
    """`flows/stages.yaml`: what the person wants and how soon, mapped to the help that fits. First match counts.

    `safer_only`: where one of these was answered nothing about change is shown. `mix`: the things themselves, row by row: the
    first that fit are shown, in this order. `because`: the few words beside each.
    """

    stages: list[Stage]
    nothing_said: list[Kind] = Field(min_length=1)
    safer_only: Answers = {}
    because: Because | None = None
    mix: list[MixRow] = []


class ForeignLine(Model):
    """A line for somebody who types in a language that the pack does not have, with {languages} and {urgent} in it."""

    language: Language
    says: Annotated[str, StringConstraints(min_length=1, max_length=300)]

    @field_validator("says")
    @classmethod
    def _with_slots(cls, value: str) -> str:
        if missing := [slot for slot in ("{languages}", "{urgent}") if value.count(slot) != 1]:
            raise ValueError(f"the line has to hold {' and '.join(missing)} once")
        return value


class UiFile(Model):
    """`flows/ui.yaml`: the engine's own words, by a fixed set of keys (see `KEYS`). `foreign`: said above the answer to words
    in another language. `openings`: harmless lines, one of which begins each message where a list of chats shows it."""

    ui: dict[str, dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=300)]]]
    foreign: list[ForeignLine] = []
    openings: list[dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=300)]]] = []


KEYS = frozenset(
    {
        "back", "home", "urgent", "leave", "more", "erase", "yes_show", "not_now", "guard", "left", "remains",
        "checked", "stale", "sources", "page", "not_legal_advice", "valid_in", "as_of", "law_unknown", "number_unknown",
        "number_general", "number_police", "number_ambulance", "number_fire", "table_police", "table_ambulance", "table_fire",
        "police_never", "police_only_if_you_ask", "police_may", "police_unknown", "except", "reports",
        "immigration", "child_welfare", "law_enforcement_ties", "id_needed", "conditions", "cost", "confidentiality",
        "yes", "no", "ask_first", "hours", "languages", "serves", "stance", "contact", "call", "text", "web", "email",
        "leaves", "leaves_call_log", "leaves_bill", "leaves_text_log", "leaves_browser", "leaves_email", "number_checked",
        "page_dated", "page_undated", "unreadable", "erased_personal", "not_a_word", "place_not_found", "facts_age",
        "facts_awaits", "facts_hidden", "none_known", "nearest", "young_ask", "exception_under_18", "exception_danger",
        "exception_court_order", "exception_law", "exception_child_abuse", "exception_threat_to_others", "within", "best",
        "hours_unit", "days_unit", "hard", "read_it", "copy_kept", "confidence_partial", "default_word", "kind_harm_reduction",
        "kind_exit_support", "kind_legal_intermediary", "kind_crisis", "area_violence", "area_overdose", "area_health",
        "area_wellbeing", "area_legal", "profile_description", "profile_short", "profile_home",
        "profile_urgent", "profile_leave", "area_exit", "switch", "i_am_in", "more_with_place", "now",
        "vanish", "not_typed", "steps_stay", "plan_empty", "maybe_line", "maybe_label", "nobody_called",
        "not_stated", "operator_runs", "operator_pays", "operator_police", "operator_raids", "operator_ask",
        "vanishes", "stays", "answer_in_place", "answer_begun", "answer_not_yet", "no_answer", "shows_it", "code_to_print",
        "role_all", "role_front_desk", "role_clinician", "role_board", "reply", "next_scene", "next_card", "fits_yes",
        "run_by_police", "run_by_trafficking", "may_report", "floor_gap", "floor_suicide", "floor_violence", "floor_peers",
        "floor_world",
        "fits_partly", "fits_no", "to_decide", "brings", "by_us", "three_words", "where", "where_how",
        "where_choose", "where_not", "where_which", "where_other", "where_closer", "where_i_am",
        "where_none_of_these", "law_everywhere", "none_everywhere", "mix_safer", "mix_change", "mix_people",
        "step_say", "step_to", "step_costs", "step_police", "step_next", "step_copy", "step_read_on", "hand_over_opens",
        "hand_over_violence", "hand_over_overdose", "hand_over_health", "hand_over_wellbeing", "hand_over_legal",
        "hand_over_exit", "hand_over_asks", "by_steps",
        "page_title", "page_intro", "page_history", "page_closed", "page_busy", "page_begin", "page_first", "page_question",
        "page_word", "page_place", "page_send", "page_on", "page_copy",
    }
)  # fmt: skip
