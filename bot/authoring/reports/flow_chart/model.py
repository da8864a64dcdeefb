"""The flows as boxes and arrows: steps with their choices, lists and forks, where each leads and where its answers come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

from bot.engine import ENTRY, Condition, Flows, ListOf, ShowKind, Step, mix_steps

Origin = Literal["tips", "cards", "referrals", "places", "voices", "plan", "episodes", "agency", "finder", "pack"]
ArrowKind = Literal["choice", "list", "fork"]

ORIGINS: dict[Origin, tuple[str, str]] = {
    "cards": ("emergency card", "content/cards"),
    "tips": ("tips", "content/topics"),
    "referrals": ("who can help", "content/places/*/referrals"),
    "places": ("law, numbers, places", "content/places/*/place.yaml"),
    "voices": ("people's own accounts", "content/voices"),
    "plan": ("safety plan", "content/plan"),
    "episodes": ("hard days, step by step", "content/episodes"),
    "agency": ("for agencies", "content/practice, content/policies"),
    "finder": ("what typed words mean", "content/find"),
    "pack": ("about the pack", "content/book.yaml, words.yaml, genuine.yaml"),
}
"""Where answers come from: what people get, and the folder that holds it. The gravest first."""

_SHOWN: dict[ShowKind, Origin] = {
    "tips": "tips", "card": "cards", "law": "places", "referral": "referrals", "numbers": "places", "facts": "pack",
    "voice": "voices", "plan_section": "plan", "plan": "plan", "plan_kept": "plan", "none_known": "referrals",
    "mix": "tips", "mix_kept": "tips",
    "floor": "referrals",
    "nobody_called": "cards", "operator": "pack", "episode": "episodes", "episode_step": "episodes", "episode_words": "episodes",
    "hand_over": "pack",
    "three_words": "pack", "question": "agency", "action_plan": "agency", "scene": "agency",
    "reply": "agency", "value": "agency", "values": "agency", "policy": "agency", "barriers": "agency",
}  # fmt: skip
_LISTED: dict[str, tuple[str, Origin | None]] = {
    "topics": ("each topic", "tips"), "areas": ("each area", "tips"), "cards": ("each emergency", "cards"),
    "places": ("each place", "places"), "referrals": ("everyone who can help", "referrals"), "words": ("each word", "pack"),
    "languages": ("each language", None), "voices": ("each account", "voices"), "help": ("each kind of help that fits", None),
    "also": ("what is near it", "tips"), "heard": ("what was understood", "finder"), "plan": ("each section", "plan"),
    "mix": ("each thing that fits", "tips"), "said": ("each answer, to take back", None),
    "meant": ("the emergency that may be meant", "cards"), "episodes": ("each hard day", "episodes"),
    "episode_steps": ("each step", "episodes"), "step_links": ("a copy of its words; where to read on", "episodes"),
    "ticks": ("each suggestion, to tick", "plan"), "roles": ("who asks", None), "parts": ("each competency", "agency"),
    "questions": ("each question", "agency"), "answers": ("each answer", None), "scenes": ("each scene", "agency"),
    "replies": ("each reply", "agency"), "values": ("each card", "agency"), "policies": ("each policy", "agency"),
}  # fmt: skip
_ENGINE = {
    "urgent.menu": "every screen", "leave.done": "every screen", "found": "typed words", "young.open": "a typed age",
    "word.confirm": "a typed word", "topic.tips": "links and cards", "language.pick": "the first screen", ENTRY: "start",
}  # fmt: skip
"""Steps, and flows, that the engine itself goes to, and from where."""
_DEFAULT_GO = {
    "topics": "topic.tips", "areas": "safer.topics", "cards": "urgent.card", "places": "place.inside",
    "mix": "topic.tips",
    "referrals": "referral.show", "voices": "voice.show", "plan": "plan.section", "episodes": "episode.open",
    "episode_steps": "episode.step", "also": "topic.tips", "heard": "topic.tips",
}  # fmt: skip


class Arrow(NamedTuple):
    """One way on from a box. `to`: a step (a flow in the overview), "back", or "" for the same screen. `note`: its condition."""

    arrow: ArrowKind
    label: str
    to: str
    note: str = ""
    about: str = ""


class Box(NamedTuple):
    """One step, or one flow in the overview. `entered`: what leads here from outside of the drawing. `back`: where back leads."""

    name: str
    title: str
    says: str
    fork: bool
    guarded: bool
    origins: tuple[Origin, ...]
    entered: str
    ways: tuple[Arrow, ...]
    back: str = ""
    does: str = ""


class Graph(NamedTuple):
    """What is drawn: boxes in the order of the file, and a title."""

    title: str
    boxes: tuple[Box, ...]


def flow_names(flows: Flows) -> tuple[str, ...]:
    """Every flow, the first screen's first, the others as their files come."""
    first = ENTRY.split(".")[0]
    found = dict.fromkeys(step.split(".")[0] for step in flows.steps)
    return tuple(sorted(found, key=lambda name: name != first))


def of_flow(flows: Flows, name: str, language: str) -> Graph:
    """One flow in detail, with labels in a language. Raises KeyError where there is no such flow."""
    steps = {step_id: step for step_id, step in flows.steps.items() if step_id.split(".")[0] == name}
    if not steps:
        raise KeyError(name)
    outside = {
        way.to
        for step_id, step in flows.steps.items()
        if step_id not in steps
        for way in _all_ways(flows, step_id, step, language)
    }
    return Graph(name, tuple(_box(flows, step_id, step, language, step_id in outside) for step_id, step in steps.items()))


def overview(flows: Flows) -> Graph:
    """The flows as boxes; a way on for each other flow that is led to, with the number of ways there."""
    boxes = []
    for name in flow_names(flows):
        steps = {step_id: step for step_id, step in flows.steps.items() if step_id.split(".")[0] == name}
        out: Counter[str] = Counter(
            way.to.split(".")[0] for step_id, step in steps.items() for way in ways(step_id, step, "") if "." in way.to
        )
        out.pop(name, None)
        shown = {origin for step in steps.values() for origin in origins(step)}
        entered = dict.fromkeys(_ENGINE[key] for key in (name, *steps) if key in _ENGINE)
        if name in flows.own_links:
            entered["a link of its own"] = None
        count = "1 step" if len(steps) == 1 else f"{len(steps)} steps"
        boxes.append(
            Box(
                name, name, count, False, any(step.guarded for step in steps.values()),
                tuple(origin for origin in ORIGINS if origin in shown), ", ".join(entered),
                tuple(Arrow("choice", to, to, str(number)) for to, number in out.most_common()),
            )
        )  # fmt: skip
    return Graph("The talk, by flow", tuple(boxes))


def origins(step: Step) -> tuple[Origin, ...]:
    """Where the answers of a step come from."""
    found = {_SHOWN[show.show] for show in step.show}
    return tuple(origin for origin in ORIGINS if origin in found)


def _all_ways(flows: Flows, step_id: str, step: Step, language: str) -> Iterator[Arrow]:
    """Every way on from a step, to the steps that the table of the mix names too."""
    yield from ways(step_id, step, language)
    if any(item.of == "mix" for item in step.lists):
        yield from (Arrow("list", "where it fits", to, "", "") for to in mix_steps(flows) if to != step_id)


def ways(step_id: str, step: Step, language: str) -> Iterator[Arrow]:
    """Every way on from a step but back: lists, choices, the cases of a fork, and where it leads after what it does."""
    if step.branch:
        for case in step.branch.cases:
            yield Arrow("fork", _if(case.when), case.go)
        yield Arrow("fork", "otherwise", step.branch.otherwise)
    for item in step.lists:
        yield from _listed(step_id, item)
    for choice in step.choices:
        label = choice.label.get(language) or next(iter(choice.label.values()))
        about = choice.subject.split(":")[-1] if choice.subject and choice.subject != "keep" else ""
        yield Arrow("choice", label, choice.go, _if(choice.when), about)
    if step.does and step.parent:
        yield Arrow("fork", "then", step.parent)


def _listed(step_id: str, item: ListOf) -> Iterator[Arrow]:
    label, origin = _LISTED[item.of]
    note = _if(item.when)
    for kind, go in item.each.items():
        yield Arrow("list", f"{kind.replace('_', ' ')}, if it fits", go, note)
    if item.each:
        return
    if step_id == "found.place":  # a place that was understood is taken, and the talk goes back to where it was
        yield Arrow("list", label, "back", note, "finder")
        return
    stays = item.of in ("ticks", "roles", "answers", "said") and not item.go
    to = item.go or _DEFAULT_GO.get(item.of, "" if stays else "back")
    amount = f" ({len(item.ids)})" if item.ids else f" of {item.area}" if item.area else ""
    yield Arrow("list", label + amount, "" if to == step_id else to, note, origin or "")


def _if(when: Condition | None) -> str:
    """A condition in words."""
    if not when:
        return ""
    ((name, wanted),) = when.items()
    values = [wanted] if isinstance(wanted, str) else wanted
    return f"{name}: {', '.join(values) if len(values) < 4 else f'any of {len(values)}'}"


def _box(flows: Flows, step_id: str, step: Step, language: str, outside: bool) -> Box:
    entered = _ENGINE.get(step_id, "")
    if step_id == f"{step_id.split('.')[0]}.home" and step_id.split(".")[0] in flows.own_links:
        entered = "a link of its own"
    flow = step_id.split(".")[0]
    if not entered and flow in _ENGINE and not outside:
        entered = _ENGINE[flow]
    return Box(
        name=step_id,
        title=step_id.split(".")[1],
        says=_first_words(step, language),
        fork=bool(step.branch),
        guarded=step.guarded,
        origins=origins(step),
        entered=entered or ("other flows" if outside else ""),
        ways=tuple(_all_ways(flows, step_id, step, language)),
        back=step.parent if step.parent and not step.does else "",
        does=step.does or "",
    )


def _first_words(step: Step, language: str) -> str:
    if not step.say:
        return ""
    text = step.say.get(language) or next(iter(step.say.values()))
    return " ".join(text.raw.replace("**", "").split())
