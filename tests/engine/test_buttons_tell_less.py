"""What buttons carry on: home and Leave nothing that was answered, Urgent only where back may need it, young always."""

from __future__ import annotations

from bot.engine.state import State
from bot.engine.tokens import pack, unpack
from bot.engine.turn import step
from bot.engine.types import Press, World

TOLD = State(aims=(2, 3), pace=2, how=3, barriers=5, young=True, ticks=6, word="dance")
ANSWERS = ("aims", "pace", "how", "barriers", "ticks", "word")


def _buttons(world: World, state: State) -> dict[str, list[State]]:
    found: dict[str, list[State]] = {}
    screen = step(world, "", Press(pack(state))).screen
    for choice in (*screen.choices, *screen.footer):
        after = unpack(choice.token)
        assert after is not None
        found.setdefault(choice.kind, []).append(after)
    return found


def _told(state: State) -> set[str]:
    return {name for name in ANSWERS if getattr(state, name)}


def test_no_button_of_the_home_page_carries_an_answer(world: World) -> None:
    """However the person came there; an age under 18 goes along with all of them."""
    for states in _buttons(world, TOLD._replace(step=world.index.flows.hash["welcome.home"])).values():
        for state in states:
            assert len(state.aims) < 2, "what this press adds, nothing from before"
            assert not _told(state) - {"aims"}
            assert state.young


def test_home_and_leave_carry_no_answer_and_other_buttons_do(world: World) -> None:
    """From a screen in the middle of a talk."""
    flows, place = world.index.flows, 77
    found = _buttons(world, TOLD._replace(step=flows.hash["safer.area"], place=place))
    for kind in ("home", "leave"):
        for state in found[kind]:
            assert not _told(state), kind
            assert state.young
    assert all(state.place == place for state in found["home"])
    assert all(state == State(language="en", step=flows.hash["leave.done"], young=True) for state in found["leave"])
    assert any(_told(state) >= {"aims", "pace", "how", "barriers"} for states in found.values() for state in states)


def test_urgent_keeps_what_its_way_back_may_need(world: World) -> None:
    """From a screen that back returns to, all; from a neutral page or home, nothing."""
    flows = world.index.flows
    (urgent,) = _buttons(world, TOLD._replace(step=flows.hash["safer.area"]))["urgent"]
    assert _told(urgent) >= {"aims", "pace", "how", "barriers"}
    assert urgent.via == flows.hash["safer.area"]
    guarded = world.index.of["topic:partner-violence"]
    (hidden,) = _buttons(world, TOLD._replace(step=flows.hash["topic.tips"], subject=guarded))["urgent"]
    assert not _told(hidden)
    assert not hidden.via
    assert hidden.young
