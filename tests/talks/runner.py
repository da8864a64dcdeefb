"""Plays a talk written as YAML against the engine, and says where it goes another way."""

from __future__ import annotations

from typing import Any

from bot.engine.draw import Draw
from bot.engine.step import step
from bot.engine.tokens import unpack
from bot.engine.types import Event, Press, Screen, Start, Turn, Typed, World

KINDS = {"back", "home", "urgent", "leave", "more", "language"}


def about(world: World, token: str) -> str:
    """What a token's screen is about, as `kind:id`, or ""."""
    state = unpack(token)
    assert state is not None
    return next((name for name, number in world.index.of.items() if number == state.subject and state.subject), "")


def _by_name(world: World, turn: Turn, name: str) -> str:
    """The token of the choice that a flow calls `name`."""
    flow_step = world.index.flows.steps[turn.screen.step]
    spec = next((choice for choice in flow_step.choices if choice.choice == name), None)
    state = unpack(turn.token)
    assert state is not None
    assert spec is not None, f"{turn.screen.step} has no choice {name}"
    label = Draw(world, state).label(spec.label)
    found = [choice.token for choice in turn.screen.choices if choice.label == label]
    assert found, f"the choice {name} is not on {turn.screen.step}"
    return found[0]


def _pressed(world: World, turn: Turn, press: Any) -> str:
    screen: Screen = turn.screen
    if isinstance(press, dict):
        number = world.index.of[press["item"]]
        for choice in screen.choices:
            state = unpack(choice.token)
            if state and number in (state.subject, state.place) and state != unpack(turn.token):
                return choice.token
        raise AssertionError(f"{press['item']} is not on {screen.step}")
    if press in KINDS:
        for choice in (*screen.footer, *screen.choices):
            if choice.kind == press:
                return choice.token
    if press == "open":  # passes the neutral page
        return screen.choices[0].token
    return _by_name(world, turn, str(press))


def play(world: World, talk: dict[str, Any]) -> Turn:
    """Plays `talk`; raises AssertionError at the first turn that leads elsewhere. Returns the last turn."""
    payload = "_".join(part for part in (talk.get("link"), talk.get("place")) if part)
    turn = step(world, "", Start(payload, talk.get("language", "en")))
    for number, move in enumerate(talk["turns"], 1):
        where = f"turn {number} of {talk['talk']}"
        event: Event = Typed(move["type"]) if "type" in move else Press(_pressed(world, turn, move["press"]))
        turn = step(world, turn.token, event)
        if "at" in move:
            assert turn.screen.step == move["at"], f"{where} leads to {turn.screen.step}"
        if "about" in move:
            assert about(world, turn.token) == move["about"], f"{where} is about {about(world, turn.token)}"
        asked = {type(effect).__name__.lower() for effect in turn.effects}
        assert not move.get("asks") or move["asks"] in asked, f"{where} asks for {asked or 'nothing'}"
        has_contact = any(span.style == "contact" for span in turn.screen.spans)
        assert "contact" not in move.get("shows", ()) or has_contact, f"{where} shows no contact"
        assert "contact" not in move.get("hides", ()) or not has_contact, f"{where} shows a contact"
    return turn
