"""Somebody who takes or decides, and leaving a person: never asked in the open, never an answer, never remembered."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from bot.engine.mix import picks
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import pack, unpack
from bot.engine.transitions import Transitions
from bot.engine.turn import step
from bot.engine.types import Copy, Press, Screen, World

STEPS = ("control.open", "control.tips", "control.who", "control.away")
FIRST = {"en": "Not on a phone that somebody checks.", "es": "No en un teléfono que alguien revisa."}
ENTRANCES = {("change.pace", "Something that is not here"), ("change.obstacles", "Something that is not here")}
TOLD = State(aims=(2, 3), pace=3, how=3, barriers=5, wants=9, stays=3, word="dance")


def _topics(world: World) -> set[str]:
    """The topics that the screens on control are about."""
    found = {
        spec.subject for name in STEPS for spec in world.index.flows.steps[name].choices if spec.go in STEPS and spec.subject
    }
    return {name for name in found if name != "keep"}


def _secret(world: World) -> tuple[set[int], set[int]]:
    """The numbers that must not be remembered: of the steps, and of what they are about."""
    return {world.index.flows.hash[name] for name in STEPS}, {world.index.of[name] for name in _topics(world)}


def _screens(world: World, opened: bool) -> list[tuple[State, Screen]]:
    found = []
    for language in ("en", "es"):
        for name in STEPS:
            for subject in (0, *_secret(world)[1]) if name in ("control.tips", "control.who") else (0,):
                if name == "control.tips" and not subject:
                    continue
                state = TOLD._replace(language=language, step=world.index.flows.hash[name], subject=subject, opened=opened)
                found.append((state, step(world, "", Press(pack(state))).screen))
    return found


def _says(screen: Screen) -> str:
    """The words of a screen below its harmless first line."""
    return screen.text.split("\n\n", 1)[1]


def test_they_stand_behind_the_neutral_page(world: World) -> None:
    """Before the second tap nothing of it shows, and no button leads on but to open it or not."""
    guard = {language: world.index.flows.says("guard", language) for language in ("en", "es")}
    for state, screen in _screens(world, opened=False):
        assert _says(screen) == guard[state.language]
        assert len(screen.choices) == 2


def test_their_first_sentence_warns(world: World) -> None:
    """After the neutral line."""
    for state, screen in _screens(world, opened=True):
        assert _says(screen).startswith(FIRST[state.language]), screen.step


def test_what_leads_there_is_called_something_harmless(world: World) -> None:
    """The same words wherever it stands, without who or what: on no other screen is it asked."""
    flows = world.index.flows
    labels = {
        (spec.label["en"], spec.label["es"])
        for name, found in flows.steps.items()
        if name not in STEPS
        for spec in found.choices
        if spec.go in STEPS
    }
    assert labels == {("Something that is not here", "Algo que no está aquí")}
    for name in ("check_in.different", "check_in.stays", "change.pace", "change.obstacles", "weigh.open"):
        said = " ".join((flows.steps[name].say or {"en": ""})["en"].raw.split()).lower()
        said += " ".join(spec.label["en"].lower() for spec in flows.steps[name].choices)
        assert not [word for word in ("control", "decides for", "owe", "boss over", "partner", "get away") if word in said], name


def test_nothing_pressed_there_is_an_answer(world: World) -> None:
    """Read-only: each press keeps every answer as it was or drops it, and none may be kept as a copy."""
    for _, screen in _screens(world, opened=True):
        for choice in (*screen.choices, *screen.footer):
            after = unpack(choice.token)
            assert after is not None
            for name in ("aims", "pace", "how", "barriers", "wants", "stays", "ticks", "word", "dismissed"):
                assert getattr(after, name) in (getattr(TOLD, name), type(getattr(TOLD, name))()), (screen.step, name)
            turn = step(world, "", Press(choice.token))
            assert not [effect for effect in turn.effects if isinstance(effect, Copy)]


def test_nothing_remembers_them(world: World) -> None:
    """No token of any screen reached from there, three presses on, has one of its steps or topics where back leads or in an
    answer; outside of it only the press that opens such a screen names it."""
    steps, subjects = _secret(world)
    queue = deque((state, 0) for state, _ in _screens(world, opened=True) if state.language == "en")
    seen: set[State] = set()
    walked = 0
    while queue:
        state, deep = queue.popleft()
        if state in seen:
            continue
        seen.add(state)
        turn = step(world, "", Press(pack(state)))
        walked += 1
        for choice in (*turn.screen.choices, *turn.screen.footer):
            after = unpack(choice.token)
            assert after is not None
            assert after.via not in steps, (turn.screen.step, choice.label)
            assert after.via_subject not in subjects, (turn.screen.step, choice.label)
            if turn.screen.step not in STEPS and after.step in steps:
                assert (turn.screen.step, choice.label) in ENTRANCES
            if deep < 2 and after.language == "en":
                queue.append((after, deep + 1))
    assert walked > 100


def test_the_test_above_would_notice(world: World) -> None:
    """A control: were such a step not guarded, back would lead to it."""
    flow_step = world.index.flows.steps["control.open"]
    open_ = flow_step.model_copy(update={"guarded": False})
    flows = replace(world.index.flows, steps={**world.index.flows.steps, "control.open": open_})
    state = TOLD._replace(step=flows.hash["control.open"])
    moves = Transitions(RenderContext(world, state), "control.open", open_)
    after = unpack(moves.to("check_in.different").token)
    assert after is not None
    assert after.via in _secret(world)[0]


@pytest.mark.parametrize("place", ["", "us"])
def test_no_mix_and_no_copy_of_one_has_anything_of_it(world: World, place: str) -> None:
    """With every answer at once, and with each aim: no guarded topic, no step of it."""
    steps, subjects = _secret(world)
    options = world.index.flows.options
    for aim in options["aims"].values():
        for pace in (0, *options["pace"].values()):
            for want in (0, *(1 << code - 1 for code in options["wants"].values()), 2**9 - 1):
                state = State(
                    step=world.index.flows.hash["check_in.fits"], aims=(aim,), pace=pace, wants=want,
                    place=world.index.of.get(f"place:{place}", 0),
                )  # fmt: skip
                for pick in picks(RenderContext(world, state)):
                    assert world.index.flows.hash[pick.step] not in steps
                    assert pick.subject not in subjects
                    assert not getattr(world.index.subject.get(pick.subject), "guarded", False)
