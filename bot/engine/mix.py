"""The mix: the things that fit what a person said, in the order of the table in `flows/stages.yaml`, each with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.engine.flow_compiler import Flows
from bot.engine.flow_schema import FIELDS, Answers, FieldName, MixRow
from bot.engine.render_context import RenderContext
from bot.engine.where import WORLD

Part = str
PARTS: tuple[Part, ...] = ("safer", "change", "people")
MOST = {"safer": 3, "change": 3, "people": 2}
TOGETHER = 7
"""Things in all: with the two buttons of the screen itself they are one page."""
EPISODE = "episode.open"
"""The step that shows an episode; without it no row that points to one is used."""
_STEPS = {"topic": "topic.tips", "card": "urgent.card", "voice": "voice.show", "episode": EPISODE}


class Pick(NamedTuple):
    """A thing of the mix: what its button says, the few words why, the step that it opens and what that is about (0: nothing)."""

    part: Part
    label: str
    why: str
    step: str
    subject: int


def mix_steps(flows: Flows) -> tuple[str, ...]:
    """The steps of the talk that rows of the mix lead to, where a step of it shows the mix."""
    shown = any(item.of == "mix" for step in flows.steps.values() for item in step.lists)
    named = (row.thing.removeprefix("step:") for row in flows.stages.mix if row.thing and row.thing.startswith("step:"))
    return tuple(dict.fromkeys(named)) if shown else ()


def answered(draw: RenderContext) -> Mapping[FieldName, tuple[str, ...]]:
    """The options that the person chose, by field."""
    return {name: draw.chosen(name) for name in FIELDS}


def _any(wanted: list[str], given: tuple[str, ...]) -> bool:
    return any(option in given or (option == "none" and not given) for option in wanted)


def fits(row: MixRow, given: Mapping[FieldName, tuple[str, ...]]) -> bool:
    """Whether a row is for these answers."""
    return all(_any(wanted, given[name]) for name, wanted in row.for_.items()) and not any(
        _any(unwanted, given[name]) for name, unwanted in row.unless.items()
    )


def safer_only(only: Answers, given: Mapping[FieldName, tuple[str, ...]]) -> bool:
    """Whether one of these answers was given: then nothing about change is shown, nor why it is not."""
    return any(_any(wanted, given[name]) for name, wanted in only.items())


def _why(draw: RenderContext, row: MixRow, given: Mapping[FieldName, tuple[str, ...]]) -> str:
    if row.because:
        return draw.label(row.because)
    because = draw.world.index.flows.stages.because
    if because is None:
        return ""
    for name in FIELDS:
        for option in row.for_.get(name, ()):
            if option in given[name] and (said := because.answers.get(name, {}).get(option)):
                return draw.label(said)
    return draw.label(because.anyone)


def _thing(draw: RenderContext, row: MixRow) -> tuple[str, str, int] | None:
    """What a row's thing is called, the step that it opens and its subject; None where it is not for this person or not there."""
    kind, _, name = (row.thing or "").partition(":")
    flows = draw.world.index.flows
    if kind == "step":
        return (draw.label(row.label), name, 0) if name in flows.steps and row.label else None
    number = draw.world.index.of.get(row.thing or "", 0)
    subject = draw.world.index.subject.get(number)
    if subject is None or _STEPS[kind] not in flows.steps or getattr(subject, "guarded", False):
        return None
    if draw.state.young and not getattr(subject, "young", True):
        return None
    title = row.label or getattr(subject, "title", None)
    return (draw.label(title), _STEPS[kind], number) if title else None


def _people(draw: RenderContext, row: MixRow, *, change: bool) -> Iterator[tuple[str, str, int]]:
    """The people of a row by name: those for its topics, else of its kinds; the nearest first. Without `change`, nobody who is
    there for that alone. Nobody of the whole world stands there for a kind alone: they are not near, and may be for something
    else."""
    edition, young = draw.world.edition, draw.state.young
    kinds = [kind for kind in row.referrals if change or kind != "exit_support"]
    if not kinds:
        return
    found = edition.referrals_for(draw.place, kinds, row.topics, youth=young, strict=True) if row.topics else ()
    of_kind = (near for near in edition.referrals_for(draw.place, kinds, youth=young) if near.place != WORLD)
    for referral in found or of_kind:
        yield referral.name, "referral.show", draw.world.index.of[f"referral:{referral.referral}"]


def _row(draw: RenderContext, row: MixRow, *, change: bool) -> Iterator[tuple[str, str, int]]:
    if row.referrals:
        yield from _people(draw, row, change=change)
    elif (thing := _thing(draw, row)) is not None:
        yield thing


def picks(draw: RenderContext) -> tuple[Pick, ...]:
    """The mix of a person: up to three safer steps, three of change where they want it, and one or two people or places.

    A thing stands there once, in the first part that has it. Of people, each row gives one, the next of its list where the first
    stands there already.
    """
    flows = draw.world.index.flows
    given = answered(draw)
    kinds = flows.help_for(given["aims"], next(iter(given["pace"]), ""))
    change = "exit_support" in kinds and not safer_only(flows.stages.safer_only, given)
    found: list[Pick] = []
    seen: set[tuple[str, int]] = set()
    unfit = "no" if draw.state.young else "only"
    rows = [row for row in flows.stages.mix if row.young != unfit and fits(row, given)]
    for part in PARTS:
        if part == "change" and not change:
            continue
        most = min(MOST[part], TOGETHER - len(found))
        for row in rows:
            if row.part != part or most == 0:
                continue
            for label, step, subject in _row(draw, row, change=change):
                if (step, subject) not in seen and label not in [pick.label for pick in found]:
                    seen.add((step, subject))
                    found.append(Pick(part, label, _why(draw, row, given), step, subject))
                    most -= 1
                    break
    return tuple(found)
