"""A talk that was played, kept as a test: where it leads, not how it is worded; typed words can be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.authoring.editing.yaml_edit import scalar
from bot.authoring.scenarios.player import ScenarioDiffers, about, begin, effects, find, go, has_contact, name_of
from bot.book import Unreadable, read
from bot.engine import Event, Press, Turn, Typed, World, unpack

_TRIES = 400


@dataclass(repr=False)
class Recorder:
    """Listens to one talk. `talk`: what was played so far, as the file of a talk holds it; `labels`: what each button that was
    pressed said, "" for typed words."""

    world: World
    talk: dict[str, Any]
    labels: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turn = begin(self.world, self.talk)

    @property
    def typed(self) -> bool:
        """Whether words were typed."""
        return any("type" in move for move in self.talk["turns"])

    def watch(self, event: Event, turn: Turn) -> None:
        """One event and what it led to."""
        if isinstance(event, Press):
            press = name_of(self.world, self.turn, event.token)
            choice = find(self.world, self.turn, press)
            self.labels.append(choice.label if choice else "")
            move: dict[str, Any] = {"press": press}
        elif isinstance(event, Typed):
            self.labels.append("")
            move = {"type": event.text}
        else:
            return
        self.talk["turns"].append(move | led(self.world, turn))
        self.turn = turn


def led(world: World, turn: Turn) -> dict[str, Any]:
    """Where a turn leads: `at`, `about`, `asks`, and that a referral shows how to reach it."""
    found: dict[str, Any] = {"at": turn.screen.step}
    if subject := about(world, turn.token):
        found["about"] = subject
    if asked := effects(turn):
        found["asks"] = asked[0]
    if subject.startswith("referral:") and has_contact(turn):
        found["shows"] = ["contact"]
    return found


# --- typed words left out ------------------------------------------------------------------------------------------


def without_words(world: World, talk: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """The talk with one of the pack's own phrases in the place of each typed word: one that leads to the same screen, from where
    the rest of the talk can go on. Where there is none the talk ends before it; the number says how many turns were cut."""
    turn = begin(world, talk)
    kept: list[dict[str, Any]] = []
    moves = list(talk["turns"])
    for number, move in enumerate(moves):
        chosen = move
        if "type" in move:
            following = moves[number + 1].get("press") if number + 1 < len(moves) else None
            phrase = next(_phrases(world, turn, move, following), None)
            if phrase is None:
                return {**talk, "turns": kept}, len(moves) - number
            chosen = {**move, "type": phrase}
        try:
            turn = go(world, turn, chosen)
        except ScenarioDiffers:
            return {**talk, "turns": kept}, len(moves) - number
        kept.append(chosen)
    return {**talk, "turns": kept}, 0


def _phrases(world: World, turn: Turn, move: Mapping[str, Any], following: Any) -> Iterator[str]:
    """The pack's phrases that lead where the typed words of a move led."""
    for tried, phrase in enumerate(_candidates(world, turn, str(move.get("about", "")))):
        if tried >= _TRIES:
            return
        after = go(world, turn, {"type": phrase})
        if led(world, after) == {key: value for key, value in move.items() if key != "type"} and (
            following is None or find(world, after, following)
        ):
            yield phrase


def _candidates(world: World, turn: Turn, subject: str) -> Iterator[str]:
    """What could be typed here: offered words, names of places, or the phrases of the finder, those of the subject first; in the
    language of the talk before any other."""
    edition, hears = world.edition, turn.screen.hears
    state = unpack(turn.token)
    languages = sorted(edition.languages, key=lambda language: not state or language != state.language)
    spoken: list[Any] = []
    if hears == "word":
        spoken = [edition.words.offered]
    elif hears == "question":
        name = subject.removeprefix("topic:")
        docs = {path: value for path, (value, _) in sorted(edition.docs.items()) if path.startswith("content/find/")}
        spoken = [edition.topics[name].phrases] if name in edition.topics else []
        spoken += [value["phrases"].get(name, {}) for path, value in docs.items() if path.startswith("content/find/phrases")]
        kinds = [kind for path, value in docs.items() if path.startswith("content/find/none") for kind in value["kinds"].values()]
        nets = [net for path, value in docs.items() if path.startswith("content/find/nets") for net in value["nets"]]
        spoken += [kind.get("phrases", {}) for kind in kinds] + [net.get("must_match", {}) for net in nets]
    for language in languages:
        for phrases in spoken:
            yield from phrases.get(language, ())
        if hears != "word":
            yield from (place.name[language] for place in edition.places.values() if language in place.name)


# --- the file ------------------------------------------------------------------------------------------------------


def written(talk: Mapping[str, Any], labels: list[str]) -> str:
    """The file of a talk. Above each press stands, as a comment, what its button said on that day.

    Raises ValueError where a file cannot hold something that was typed; the text does not show it.
    """
    lines = [f"{key}: {scalar(str(talk[key]))}" for key in ("talk", "language", "place", "link") if talk.get(key)]
    lines.append("turns:")
    for move, label in zip(talk["turns"], labels, strict=False):
        if label:
            lines.append(f"  # {label}")
        first = "press" if "press" in move else "type"
        lines.append(f"  - {first}: {_inline(move[first])}")
        lines += [f"    {key}: {_inline(move[key])}" for key in ("at", "about", "asks", "shows") if key in move]
    text = "\n".join(lines) + "\n"
    try:
        read("talk", text.encode())
    except Unreadable:
        raise ValueError("words were typed that a file cannot hold, such as hidden signs") from None
    return text


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {scalar(inner)}' for key, inner in value.items())}}}"
    return f"[{', '.join(value)}]" if isinstance(value, list) else scalar(value)
