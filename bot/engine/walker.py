"""Walks the whole talk as people could: every press from the first screen, and every way a screen can be filled.

The walk keys a screen by its step, subject, page, and whether its neutral page was passed; for each it then tries the
fields that the step reads: multi-valued fields empty, each value alone and full; the word empty, long, in emoji and
right-to-left. Where the mix is shown it tries every pace with every change and barrier. What back leads to is not part of the
key, so the walk stays small enough for every language and place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from bot.engine.flow_compiler import ENTRY
from bot.engine.flow_schema import FIELDS, Step
from bot.engine.state import State
from bot.engine.tokens import pack, unpack
from bot.engine.transitions import LIST
from bot.engine.turn import step
from bot.engine.types import Effect, Press, Screen, World

WORDS = ("", "x" * 24, "🌙🌙🌙🌙🌙🌙", "עבודה")
_FIELDS = (*FIELDS, "word", "young", "place")

_LISTED: dict[str, frozenset[str]] = {
    "help": frozenset({"aims", "pace"}), "mix": frozenset({*FIELDS, "young"}), "said": frozenset(FIELDS),
    "topics": frozenset({"young"}), "referrals": frozenset({"young"}),
}  # fmt: skip
"""What the lists of a kind look at."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One screen that the walk reached. `taps`: the fewest presses from the first screen."""

    token: str
    step: str
    taps: int
    screen: Screen
    effects: tuple[Effect, ...]


@dataclass
class Walk:
    """What a walk saw. `screens` counts every screen drawn, variations included."""

    visits: list[Visit] = field(default_factory=list)
    screens: int = 0
    longest: int = 0

    def taps(self, step_id: str) -> int | None:
        """The fewest presses to a step, or None where it was never reached."""
        return min((visit.taps for visit in self.visits if visit.step == step_id), default=None)


def reads(flow_step: Step) -> frozenset[str]:
    """The fields that change what a step shows."""
    found: set[str] = set()
    conditions = [item.when for item in flow_step.choices] + [item.when for item in flow_step.lists]
    for when in conditions + [item.when for item in flow_step.show]:
        found |= set(when or ())
    for item in flow_step.choices:
        found |= {*item.set, *item.add, *item.drop, *item.toggle}
    if any(show.show == "tips" for show in flow_step.show):
        found |= {"how", "young", "word"}
    for entry in flow_step.lists:
        found |= _LISTED.get(entry.of, frozenset())
    said = (*(flow_step.say or {}).values(), *(flow_step.say_on_page or {}).values())
    if any("word" in text.slots for text in said):
        found.add("word")
    return frozenset(found & set(_FIELDS))


def variations(world: World, state: State, fields: frozenset[str]) -> Iterator[State]:
    """`state` with each field that matters empty, each value alone, and full."""
    options = world.index.flows.options
    for name in fields:
        codes = tuple(options.get(name, {}).values())
        if name == "aims":
            yield state._replace(aims=())
            yield from (state._replace(aims=(code,)) for code in codes)
            yield state._replace(aims=codes[:4])
        elif name == "pace":
            yield from (state._replace(pace=code) for code in (0, *codes))
        elif name in ("how", "barriers", "wants", "stays"):
            for bits in (0, *(1 << (code - 1) for code in codes), sum(1 << (code - 1) for code in codes)):
                changed: dict[str, Any] = {name: bits}
                yield state._replace(**changed)
        elif name == "word":
            yield from (state._replace(word=word) for word in WORDS)
        elif name == "young":
            yield state._replace(young=not state.young)


def _key(world: World, state: State) -> tuple[object, ...]:
    flow_step = world.index.flows.steps.get(world.index.flows.by_hash.get(state.step, ""))
    heard = (state.via_subject, state.via, state.ticks) if flow_step and flow_step.answers_words else ()
    subject = 0 if state.page >= LIST else state.subject  # the list of places is the same whatever the screen is about
    return (state.step, subject, state.page, state.opened, bool(state.place), heard, state.language)


def walk(world: World, language: str, place: str = "", *, vary: bool = True, start: str = ENTRY) -> Walk:
    """Every screen reachable in `language` at `place` (an id, or ""), by presses alone.

    Presses that would change the language or name another place are taken, and then walked no further: each language and
    place has a walk of its own.
    """
    flows, index = world.index.flows, world.index
    begin = State(language=language, step=flows.hash[start], place=index.of.get(f"place:{place}", 0))
    result = Walk()
    queue: deque[tuple[State, int]] = deque([(begin, 0)])
    seen = {_key(world, begin)}
    while queue:
        state, taps = queue.popleft()
        turn = step(world, "", Press(pack(state)))
        result.screens += 1
        visit = Visit(turn.token, turn.screen.step, taps, turn.screen, turn.effects)
        result.visits.append(visit)
        result.longest = max(result.longest, *(len(c.token.encode()) for c in (*turn.screen.choices, *turn.screen.footer)))
        for choice in (*turn.screen.choices, *turn.screen.footer):
            following = unpack(choice.token)
            if following is None:
                raise AssertionError(f"a button of {turn.screen.step} holds no state")
            key = _key(world, following)
            if key in seen or following.language != language or following.place != begin.place:
                continue
            seen.add(key)
            queue.append((following, taps + 1))
        if vary:
            for variant in _varied(world, turn.token, turn.screen.step):
                other = step(world, "", Press(pack(variant)))
                result.screens += 1
                result.visits.append(Visit(other.token, other.screen.step, taps, other.screen, other.effects))
                for choice in (*other.screen.choices, *other.screen.footer):
                    result.longest = max(result.longest, len(choice.token.encode()))
                    following = unpack(choice.token)  # a choice that only some answers bring leads somewhere too
                    if following is None or following.language != language or following.place != begin.place:
                        continue
                    key = _key(world, following)
                    if key not in seen:
                        seen.add(key)
                        queue.append((following, taps + 1))
    return result


def _varied(world: World, token: str, step_id: str) -> Iterator[State]:
    state = unpack(token)
    if state is not None:
        flow_step = world.index.flows.steps[step_id]
        yield from variations(world, state, reads(flow_step))
        if any(item.of == "mix" for item in flow_step.lists):
            yield from _answered(world, state)


def _answered(world: World, state: State) -> Iterator[State]:
    """Every pace with every change and every barrier, as somebody comes to the mix who wants a change."""
    options = world.index.flows.options
    paces, wants, barriers = ((0, *options.get(name, {}).values()) for name in ("pace", "wants", "barriers"))
    aims = tuple(code for name, code in options.get("aims", {}).items() if name == "change")
    for pace, want, barrier in product(paces, wants, barriers):
        yield state._replace(aims=aims, pace=pace, wants=want and 1 << want - 1, barriers=barrier and 1 << barrier - 1)
