"""Where presses lead: the state after each one. Knows the rules of back, of guarded screens and of what is kept.

A screen makes a dozen states and shows only their tokens, so states are made here as the numbers that tokens are written from.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from bot.book import Card, Episode, Place, PlanSection, Topic
from bot.engine.flow_compiler import ENTRY
from bot.engine.flow_schema import ChoiceSpec, Step
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import DISMISSED, SHIFTS, aims_bits, dismissed_bits, encode, head_of, language_bits, put, tail_of

AIMS_KEPT = 4
CHOSEN = "✓ "
"""Stands before an answer that was given."""
TALK = "talk.open"
"""The step with people to talk to."""
LIST = 16
"""Pages from this number on are those of the list of places, on a screen that asks where the person is."""
LEAVE = "leave.done"
URGENT = "urgent.menu"
_STEP, _SUBJECT, _VIA, _VIA_SUBJECT, _PLACE = (SHIFTS[name][0] for name in ("step", "subject", "via", "via_subject", "place"))


def _mask(*names: str) -> int:
    return sum(mask << shift for shift, mask in (SHIFTS[name] for name in names))


_ANSWERS = _mask("aims", "pace", "how", "barriers", "wants", "stays")
_KEPT = 7 << 191 | _mask("language", "place", "young", "fresh") | _ANSWERS | DISMISSED
"""The fields that presses keep: language, place, the answers, young, fresh, dismissed (and the version)."""
_LEFT = 7 << 191 | _mask("language", "young")
"""What leave needs: its words' language. Young never goes: somebody under 18 would be shown what is not for them."""


def without_answers(state: State) -> State:
    """The state of the first screen: language, place, young, layout and dismissed cards, and nothing else that was said."""
    return state._replace(aims=(), pace=0, how=0, barriers=0, wants=0, stays=0, ticks=0, word="", via=0, via_subject=0)


class Target(NamedTuple):
    """The state after a press, as a token's head and tail."""

    head: int
    tail: str

    @property
    def token(self) -> str:
        """The token itself."""
        return encode(self.head, self.tail)


def maybe_card(draw: RenderContext, step: Step) -> Card | None:
    """The card whose line stands above the step: one that typed words may mean, and that was not passed over in this talk."""
    if not draw.state.ticks or not step.may_mean:
        return None
    card = draw.world.index.subject.get(draw.state.ticks)
    if not isinstance(card, Card) or draw.world.index.flows.cards.get(card.card) in draw.state.dismissed:
        return None
    return card


def passed_over(draw: RenderContext, step: Step) -> tuple[int, ...]:
    """The cards dismissed once the line above the step, if there is one, has been passed over by another press or by words."""
    card = maybe_card(draw, step)
    number = draw.world.index.flows.cards.get(card.card) if card else None
    return (*draw.state.dismissed, number) if number else draw.state.dismissed


class Transitions:
    """The states that the screen of `draw`, which shows `step`, can lead to."""

    def __init__(self, draw: RenderContext, step_id: str, step: Step) -> None:
        # Old buttons open home with all that was said; those on it carry none of it on.
        state = draw.state if step_id != ENTRY else without_answers(draw.state)
        self.draw, self.state, self.step_id, self.step = draw, state, step_id, step
        self.flows = draw.world.index.flows
        self.heard = step.answers_words
        subject = draw.subject
        self.guarded = step.guarded or (isinstance(subject, Topic | PlanSection | Episode) and subject.guarded)
        self._head = head_of(state)
        # Every press but the one on its line dismisses a card; opening the page, or reading it in another language, comes before.
        self._moved = self._head & ~DISMISSED | dismissed_bits(passed_over(draw, step))
        self._kept = self._moved & _KEPT
        self.tail = tail_of(state.word, 0 if step.may_mean else state.ticks)
        kept = state.via << _VIA | state.via_subject << _VIA_SUBJECT
        if self.heard and isinstance(subject, Card):
            # The card that typed words opened is the one in the menu: back leads there.
            self._here, self._there = self.flows.hash["urgent.card"] << _VIA | state.subject << _VIA_SUBJECT, 0
        elif self.guarded or self.heard:
            # A guarded screen is never the one that back leads to; what was heard is no screen at all.
            self._here = self._there = 0
        elif isinstance(subject, Episode):
            # A button has room for one page, not for the step that back leads to as well: back opens the list of steps.
            self._here, self._there = self.flows.hash["episode.open"] << _VIA | state.subject << _VIA_SUBJECT, kept
        elif step.quiet:
            self._here = self._there = kept
        else:
            self._here, self._there = state.step << _VIA | state.subject << _VIA_SUBJECT, kept

    def to(self, step_id: str, subject: int = 0, *, remember: bool = True) -> Target:
        """Another step, all that was said kept; none of it at home, after leave, and in the urgent menu where back leads home."""
        if step_id == ENTRY:
            return self.bare(step_id, subject)
        if step_id == LEAVE:
            return Target(self._head & _LEFT | self.flows.hash[LEAVE] << _STEP, "")
        if step_id == URGENT:
            return self._urgent()
        head = self._kept | self.flows.hash[step_id] << _STEP | subject << _SUBJECT | (self._here if remember else self._there)
        if subject and subject == self.state.subject and self.state.opened:
            head |= 1 << 11
        return Target(head, self.tail)

    def bare(self, step_id: str, subject: int) -> Target:
        """Another step that back leads on from by its parent."""
        opened = 1 << 11 if subject and subject == self.state.subject and self.state.opened else 0
        head = self._kept | self.flows.hash[step_id] << _STEP | subject << _SUBJECT | opened
        return Target(head & ~_ANSWERS, "") if step_id == ENTRY else Target(head, self.tail)

    def _urgent(self) -> Target:
        """The urgent menu. What was said goes along only where back leads to a screen that may need it."""
        head = self._kept | self.flows.hash[URGENT] << _STEP | self._here
        via = self._here >> _VIA & SHIFTS["via"][1]
        if via in (0, self.flows.hash[ENTRY]):
            return Target(head & ~_ANSWERS, "")
        return Target(head, self.tail)

    def on_card(self, number: int) -> Target:
        """The card that typed words may mean, as the screen: the topics that were found are its buttons."""
        index = self.draw.world.index
        card = index.subject.get(number)
        step = self.flows.hash.get("found.card")
        if step is None or not isinstance(card, Card):
            return self.to("urgent.card", number)
        talk = self.flows.hash.get(TALK)
        if card.maybe and card.maybe.opens == "talk" and talk and self.step_id != TALK:
            return Target(self._head & _KEPT | talk << _STEP, tail_of(self.state.word, self.state.ticks))
        found = self.state.subject if not card.alone and isinstance(self.draw.subject, Topic) else 0
        topics = [topic for topic in dict.fromkeys((found, index.of.get(f"topic:{card.topic}", 0))) if topic]
        first, second = (*topics, 0, 0)[:2]
        kept = self._head & _KEPT
        return Target(
            kept | step << _STEP | number << _SUBJECT | second << _VIA | first << _VIA_SUBJECT, tail_of(self.state.word, 0)
        )

    def unwatched(self) -> Target:
        """What was heard, once somebody who may be watched opens it: the card, else what was found, else the menu."""
        subject = self.draw.subject
        names = ("found.card", "urgent.card") if isinstance(subject, Card) else ("found.choose",) if subject else ("hurt.menu",)
        step = next((number for name in names if (number := self.flows.hash.get(name))), self.flows.hash[ENTRY])
        head = put(put(self._head, "step", step), "opened", 1)
        return Target(head, self.tail)

    def back(self) -> Target | None:
        """The remembered screen, else the step's parent, else home; None on home."""
        state = self.state
        if self.step_id == ENTRY:
            return None
        if self.step.beneath and self.step.parent:
            return Target(self.bare(self.step.parent, state.subject).head | self._there, self.tail)
        if state.via and not self.heard:
            step_id = self.flows.by_hash.get(state.via)
            if step_id:
                return self.bare(step_id, state.via_subject)
        if self.step.parent:
            # What a guarded screen is about goes no further than itself, nor than the leaves beneath it.
            return self.bare(self.step.parent, 0 if self.guarded else state.subject)
        return self.bare(ENTRY, 0)

    def home(self) -> Target:
        """The first screen, nothing that was answered kept; in a talk with a link of its own, the first of that talk."""
        flow = self.step_id.split(".")[0]
        own = f"{flow}.home"
        return self.bare(own if flow in self.flows.own_links and self.step_id != own else ENTRY, 0)

    def page(self, number: int) -> Target:
        """The same screen on another page."""
        return Target(put(self._moved, "page", number), tail_of(self.state.word, self.state.ticks))

    def on_page(self, step_id: str, number: int) -> Target:
        """Another step about the same thing, on a page of it; where back leads is kept."""
        target = self.to(step_id, self.state.subject, remember=False)
        return target._replace(head=put(target.head, "page", number))

    def opened(self) -> Target:
        """The same screen with its neutral page passed."""
        return Target(self._head | 1 << 11, tail_of(self.state.word, self.state.ticks))

    def here_in(self, language: str) -> Target:
        """The same screen in another language."""
        head = put(self._head, "language", language_bits(language))
        return Target(head, tail_of(self.state.word, self.state.ticks))

    def ticked(self, tick: int) -> Target:
        """The same screen with one suggestion of the plan ticked, or no longer."""
        return Target(self._head, tail_of(self.state.word, self.state.ticks ^ (1 << tick)))

    def here_at(self, place: int) -> Target:
        """The same screen at another place, from its first page; the slots that proposed places are emptied."""
        return Target(self._nowhere.head | place << _PLACE, self._nowhere.tail)

    @cached_property
    def _nowhere(self) -> Target:
        state, subjects = self.state, self.draw.world.index.subject
        head = put(put(self._moved, "place", 0), "page", 0)
        for name, number in (("via", state.via), ("via_subject", state.via_subject)):
            if isinstance(subjects.get(number), Place):
                head = put(head, name, 0)
        return Target(head, tail_of(state.word, state.ticks))

    def changed(self, *, language: str = "", place: int | None = None, word: str | None = None) -> Target:
        """The screen that back leads to, with a language, a place or a word changed."""
        head, tail = self.back() or self.home()
        if language:
            head = put(head, "language", language_bits(language))
        if place is not None:
            head = put(head, "place", place)
        if word is not None:
            tail = tail_of(word, self.state.ticks)
        return Target(head, tail)

    def choice(self, spec: ChoiceSpec) -> Target:
        """The state after a choice written in a flow."""
        if spec.go == "back":
            target = self.changed()
        else:
            subject = 0
            if spec.subject is not None:
                subject = self.state.subject if spec.subject == "keep" else self.draw.world.index.of.get(spec.subject, 0)
            target = self.to(spec.go, subject, remember=spec.remember)
        if self.taken(spec):
            return self._taken_back(spec)
        return self._with_answers(spec, target) if spec.answers else target

    def taken(self, spec: ChoiceSpec) -> bool:
        """Whether a choice that can be taken back was given already."""
        return any(option in self.draw.chosen(name) for name, option in spec.toggle.items())

    def marked(self, spec: ChoiceSpec) -> bool:
        """Whether a choice's answer is the one that holds."""
        return self.taken(spec) or any(option in self.draw.chosen(name) for name, option in spec.set.items())

    def _taken_back(self, spec: ChoiceSpec) -> Target:
        target = self.page(self.state.page)
        for name, option in spec.toggle.items():
            target = self.without(target, name, option)
        return target

    def without(self, target: Target, name: str, option: str) -> Target:
        """`target` with one answer taken back."""
        code = self.flows.options[name][option]
        if name == "pace":
            return target._replace(head=put(target.head, name, 0))
        if name == "aims":
            return target._replace(head=put(target.head, name, aims_bits(aim for aim in self.state.aims if aim != code)))
        return target._replace(head=put(target.head, name, getattr(self.state, name) & ~(1 << (code - 1))))

    def _with_answers(self, spec: ChoiceSpec, target: Target) -> Target:
        head, tail = target
        state, options = self.state, self.flows.options
        for name in spec.clear:
            if name in ("word", "ticks"):
                tail = tail_of("" if name == "word" else state.word, 0 if name == "ticks" else state.ticks)
            else:
                head = put(head, name, 0)
        for verb, fields in (("set", spec.set), ("add", {**spec.add, **spec.toggle}), ("drop", spec.drop)):
            for name, option in fields.items():
                code = options[name][option]
                if name == "pace":
                    head = put(head, name, 0 if verb == "drop" else code)
                elif name == "aims":
                    others = () if verb == "set" else tuple(aim for aim in state.aims if aim != code)
                    head = put(head, name, aims_bits(others if verb == "drop" else (*others[-AIMS_KEPT + 1 :], code)))
                else:
                    bit, now = 1 << (code - 1), getattr(state, name)
                    head = put(head, name, bit if verb == "set" else now | bit if verb == "add" else now & ~bit)
        if spec.place:
            head = put(head, "place", self.draw.world.index.of.get(f"place:{spec.place}", 0))
        if spec.fresh is not None:
            head = put(head, "fresh", spec.fresh)
        return Target(head, tail)
