"""The words on what is printed: cards, posters, the emergency sheet, an agency's papers, the form (`content/outreach.yaml`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.book.fields import Id, Language, Model
from bot.book.models import Review

Short = dict[Language, Annotated[str, Field(min_length=1, max_length=60)]]
"""A line that has to fit on a wallet card."""
Line = dict[Language, Annotated[str, Field(min_length=1, max_length=140)]]


class CardWords(Model):
    """What stands on a card beside the bot's name, its code and its address. `code`: before the code that is typed on a page."""

    what: Short
    code: Short | None = None
    never: Short
    words: Short
    only: Short
    checked: Short
    printed: Short


class PosterWords(Model):
    """What a poster says besides: how to open it, how to leave, what is kept."""

    how: Line
    leave: Line
    kept: Line


class Clock(Model):
    """A tip of the pack that says how long something can wait, printed under its topic's title."""

    topic: Id
    tip: Id


class SheetWords(Model):
    """The emergency sheet: which cards and clocks stand on it, and the lines around them."""

    cards: list[Id] = Field(min_length=1)
    clocks_after: Id
    clocks: list[Clock] = []
    calling: Line
    call: Line
    police: Line
    clocks_title: Line
    checked: Line
    keep: Line


class AgencyWords(Model):
    """Titles and labels on an agency's papers."""

    assessment: Line
    action: Line
    scenes: Line
    values: Line
    barriers: Line
    plain: Line
    shows: Line
    first: Line
    who: Line
    decide: Line
    brings: Line
    written: Line
    ours: Line
    read_in: Line
    checked: Line
    answer_by: Line


class FormQuestion(Model):
    """A question of the form for local knowledge. `boxes`: what can be ticked; `lines`: how many lines to write on."""

    asks: Line
    boxes: list[Short] = []
    lines: Annotated[int, Field(ge=0, le=6)] = 1


class FormWords(Model):
    """A one-page form filled in by hand: what only peers know, or whether the bot helps.

    `how`: what happens with it. `never`: what is not written on it. `typed`: what whoever types it in fills in.
    """

    title: Line
    how: Line
    never: list[Line] = Field(min_length=1)
    questions: list[FormQuestion] = Field(min_length=1, max_length=12)
    typed: Line


class Outreach(Model):
    """`content/outreach.yaml`. `form` and `questionnaire` may be left out: a pack without them prints none."""

    card: CardWords
    poster: PosterWords
    sheet: SheetWords
    agency: AgencyWords
    form: FormWords | None = None
    questionnaire: FormWords | None = None
    review: Review
