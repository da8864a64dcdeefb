"""Talks as tests: what each choice of a screen is called in one, and a written talk played against the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine import (
    ANSWERS,
    LISTS,
    Choice,
    Event,
    Press,
    RenderContext,
    Screen,
    Start,
    State,
    Transitions,
    Turn,
    Typed,
    World,
    answers,
    link_payload,
    role_of,
    step,
    unpack,
)

Pressed = str | Mapping[str, str]
"""What `press:` says: a choice's name, `open`, `back`..., `{choice: name}`, `{item: "kind:id"}` or `{where: name}`."""

FOOTER = frozenset({"back", "home", "urgent", "leave", "more", "language"})


class ScenarioDiffers(AssertionError):
    """A talk that leads elsewhere than it says. The text names the turn and holds nothing that was typed."""


def about(world: World, token: str) -> str:
    """What a token's screen is about, as `kind:id`, or ""."""
    return _named(world, _state(token).subject)


def _state(token: str) -> State:
    state = unpack(token)
    if state is None:
        raise ValueError("this token holds no state")
    return state


def _named(world: World, number: int) -> str:
    return next((name for name, known in world.index.of.items() if known == number and number), "")


def names(world: World, turn: Turn) -> Iterator[tuple[Pressed, Choice]]:
    """Everything that can be pressed on a turn's screen with what it is called in a talk, the plainest names first."""
    screen, state = turn.screen, _state(turn.token)
    flow_step = world.index.flows.steps[screen.step]
    moves = Transitions(RenderContext(world, state, own_word=False), screen.step, flow_step)
    for choice in (*screen.footer, *screen.choices):
        if choice.kind in FOOTER:
            yield choice.kind, choice
    if moves.guarded and not state.opened:
        yield from zip(("open", "not_now"), _ways(screen), strict=False)
        return
    on_screen = {choice.token: choice for choice in screen.choices}
    for spec in flow_step.choices:
        found = on_screen.get(moves.choice(spec).token) if moves.draw.holds(spec.when) else None
        if found:
            yield spec.choice, found
            yield {"choice": spec.choice}, found
    for answer in answers(moves):
        found = on_screen.get(answer.target.token)
        if found:
            yield {"item": f"place:{answer.name}"} if f"place:{answer.name}" in world.index.of else {"where": answer.name}, found
    for listed in flow_step.lists:
        for number, (_, target) in enumerate(LISTS[listed.of](moves, listed) if moves.draw.holds(listed.when) else ()):
            found = on_screen.get(target.token)
            if found:
                yield {"item": _item(world, listed.of, number, state, _state(target.token), listed.each)}, found


def _ways(screen: Screen) -> list[Choice]:
    """The ways on from a neutral page: Leave may come before them."""
    return [choice for choice in screen.choices if choice.kind not in FOOTER]


def _item(world: World, of: str, number: int, before: State, after: State, each: Mapping[Any, str]) -> str:
    """`kind:id` of one choice of a list: of what it is about, else of what it changes."""
    match of:
        case "words":
            return f"word:{after.word}"
        case "languages":
            return f"language:{after.language}"
        case "help":
            return f"help:{next((kind for kind, go in each.items() if world.index.flows.hash[go] == after.step), number)}"
        case "mix" if not after.subject:
            return f"step:{world.index.flows.by_hash[after.step]}"
        case "said":
            return f"said:{_answer(world, before, after)}"
        case "ticks":
            return f"tick:{(before.ticks ^ after.ticks).bit_length() - 1}"
        case "roles":
            return f"role:{role_of(after.ticks) or 'all'}"
        case "answers":
            return f"answer:{ANSWERS[number]}"
        case "episode_steps":
            return f"step:{after.page + 1}"
        case "step_links" if after.step == world.index.flows.hash["episode.copy"]:
            return "words:copy"
    moved = of == "places" or (of == "heard" and after.place != before.place)
    card = after.ticks if of in ("heard", "meant") else 0  # a line to people to talk to holds its card there
    return _named(world, after.place if moved else after.subject or card)


def _answer(world: World, before: State, after: State) -> str:
    """The answer that one state has and the other has not."""
    for field, options in world.index.flows.options.items():
        was, now = (set(RenderContext(world, state).chosen(field)) for state in (before, after))
        if was != now:
            return next(f"{field}-{option}" for option in options if option in was ^ now)
    return ""


def find(world: World, turn: Turn, press: Pressed) -> Choice | None:
    """The choice that a talk means by a name on a turn's screen, or None where it is not there."""
    wanted = dict(press) if isinstance(press, Mapping) else press
    for name, choice in names(world, turn):
        if name == wanted:
            return choice
    if wanted == "open":
        return next(iter(_ways(turn.screen)), None)
    number = world.index.of.get(str(wanted["item"])) if isinstance(wanted, dict) and "item" in wanted else None
    for choice in turn.screen.choices if number else ():
        state = unpack(choice.token)
        if state and number in (state.subject, state.place) and state != unpack(turn.token):
            return choice
    return None


def name_of(world: World, turn: Turn, token: str) -> Pressed:
    """What the choice with this token is called in a talk: the first name that means it alone. Raises LookupError where it is
    not on the screen."""
    for name, choice in names(world, turn):
        if choice.token == token:
            meant = find(world, turn, name)
            if meant and meant.token == token:
                return name
    raise LookupError(f"a choice of {turn.screen.step} has no name that a talk could use")


def begin(world: World, talk: Mapping[str, Any]) -> Turn:
    """The first screen of a talk, by its `link`, `place` and `language`."""
    payload = link_payload(str(talk.get("link", "")), str(talk.get("place", "")))
    return step(world, "", Start(payload, talk.get("language", "en")))


def go(world: World, turn: Turn, move: Mapping[str, Any]) -> Turn:
    """What one move of a talk leads to. Raises ScenarioDiffers where what it presses is not on the screen."""
    if "type" in move:
        event: Event = Typed(move["type"])
    else:
        choice = find(world, turn, move["press"])
        if choice is None:
            raise ScenarioDiffers(f"{move['press']} is not on {turn.screen.step}")
        event = Press(choice.token)
    return step(world, turn.token, event)


def effects(turn: Turn) -> list[str]:
    """What a turn asks of the channel: leave, copy, erase, alert, timer, layout."""
    return [type(effect).__name__.lower() for effect in turn.effects]


def has_contact(turn: Turn) -> bool:
    """Whether the screen has a way to reach somebody."""
    return any(span.style == "contact" for span in turn.screen.spans)


def play(world: World, talk: Mapping[str, Any]) -> Turn:
    """Plays `talk`; raises ScenarioDiffers at the first turn that leads elsewhere. Returns the last turn."""
    turn = begin(world, talk)
    for number, move in enumerate(talk["turns"], 1):
        where = f"turn {number} of {talk['talk']}"
        try:
            turn = go(world, turn, move)
        except ScenarioDiffers as error:
            raise ScenarioDiffers(f"{where}: {error}") from None
        led = {
            "at": (turn.screen.step, "leads to"),
            "about": (about(world, turn.token), "is about"),
            "first": (next((choice.kind for choice in turn.screen.choices), ""), "has as its first button"),
        }
        for key, (found, says) in led.items():
            if key in move and move[key] != found:
                raise ScenarioDiffers(f"{where} {says} {found or 'nothing'}, and not {move[key]}")
        if move.get("asks") and move["asks"] not in effects(turn):
            raise ScenarioDiffers(f"{where} asks for {', '.join(effects(turn)) or 'nothing'}, and not for {move['asks']}")
        if "contact" in move.get("shows", ()) and not has_contact(turn):
            raise ScenarioDiffers(f"{where} shows no contact")
        if "contact" in move.get("hides", ()) and has_contact(turn):
            raise ScenarioDiffers(f"{where} shows a contact")
    return turn


__all__ = ["FOOTER", "ScenarioDiffers", "about", "begin", "effects", "find", "go", "has_contact", "name_of", "names", "play"]
