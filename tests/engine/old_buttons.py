"""Buttons of 2026-11-27 (commit f7d66b6) with the screens that they open: how `old_buttons.jsonl` was drawn and how it is read.

The file is a record of what stands in people's chats. It is never drawn again: no test writes it, and `main` refuses to
replace it. `draw` stays so that anyone can see where its lines come from, and draw the same ones at that commit:

    git worktree add ../then f7d66b6                                # the code and the words of that day
    cp tests/engine/old_buttons.py ../then/tests/engine/
    cd ../then && python -m tests.engine.old_buttons

A line is one button: `button` is its token; `step`, `subject`, `place`, `language` and `does` say which screen it opens and
what else it does; `keeps` is what the talk still remembers there, by name (see `Opened`). No wording.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

from bot.book import Edition
from bot.engine.assessment import ANSWERS, BASE, answer_of, role_of, with_answer, with_role
from bot.engine.flow_schema import Step
from bot.engine.state import State
from bot.engine.tokens import pack, unpack
from bot.engine.turn import step
from bot.engine.types import Copy, Effect, Erase, Layout, Leave, Press, Timer, Typed, World
from bot.engine.walker import WORDS, walk
from bot.find.heard import Band, Heard, Special

FILE = Path(__file__).with_name("old_buttons.jsonl")
COUNT = 500
SEED = 20261127

# --- what a button opens -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """What a button opens, by name. `subject`: `kind:id`, "" for none. `place`: an id, "" where it is not said.

    `does`: what the channel is asked to do besides (`leave`, `copy`, `erase`, `timer`, `timer_off`, `fresh`, `same`), or "".
    `keeps` has an entry for what is not empty only: `aims`, `pace`, `how`, `barriers` as options of `flows/fields.yaml`;
    `page`, `opened` (the neutral page is passed), `young`, `fresh`, `word`; `ticks` (a section of the plan to its numbers);
    `role` and `answers` of an agency; `heard` and `card` on the screens that answer typed words; `back`, the step and subject
    that the button back opens, where the talk remembers them.
    """

    step: str
    subject: str
    place: str
    language: str
    does: str = ""
    keeps: dict[str, Any] = field(default_factory=dict)


class Reader:
    """Reads buttons in one world: tokens into the names of what they open."""

    def __init__(self, world: World) -> None:
        self.world, self.flows = world, world.index.flows
        subject = world.index.subject
        self._name = {id(subject[number]): name for name, number in world.index.of.items()}

    def name(self, number: int) -> str:
        """The `kind:id` of a short number as it is called now; "" for none, "?" for one that means nothing."""
        if not number:
            return ""
        return self._name.get(id(self.world.index.subject.get(number)), "?")

    def _step(self, number: int) -> str:
        return self.flows.by_hash.get(number, "?")

    def _options(self, name: str, codes: Iterable[int]) -> list[str]:
        known = {code: option for option, code in self.flows.options[name].items()}
        return [known.get(code, f"? {code}") for code in codes]

    def _plan(self, ticks: int) -> dict[str, list[int]]:
        """The numbers ticked, by the section that has them; those that no section has under "?"."""
        sections = self.world.edition.plan.items()
        known = {item.tick: name for name, section in sections for item in section.suggestions}
        found: dict[str, list[int]] = {}
        for tick in range(BASE):
            if ticks >> tick & 1:
                found.setdefault(known.get(tick, "?"), []).append(tick)
        return found

    def _agency(self, ticks: int) -> dict[str, Any]:
        assessment = self.world.edition.agency.assessment
        questions = [question for part in assessment.parts for question in part.questions] if assessment else []
        answers = {item.question: ANSWERS[answer_of(ticks, item) - 1] for item in questions if answer_of(ticks, item)}
        return {"role": role_of(ticks), "answers": answers}

    def _keeps(self, state: State, flow_step: Step) -> dict[str, Any]:
        """What a state remembers, besides where the talk is."""
        kept: dict[str, Any] = {
            "aims": self._options("aims", state.aims),
            "pace": self._options("pace", [state.pace] if state.pace else []),
            "how": self._options("how", _bits(state.how)),
            "barriers": self._options("barriers", _bits(state.barriers)),
            "page": state.page,
            "opened": state.opened,
            "young": state.young,
            "fresh": state.fresh,
            "word": state.word,
        }
        if flow_step.answers_words:
            heard = (state.subject, state.via_subject, state.via)
            kept |= {"heard": [self.name(number) for number in heard if number], "card": self.name(state.ticks)}
        else:
            kept |= {"ticks": self._plan(state.ticks), **self._agency(state.ticks)}
        return {name: value for name, value in kept.items() if value}

    def open(self, button: str) -> Opened:
        """Presses a button, and the button back of what it opens."""
        turn = step(self.world, "", Press(button))
        state = unpack(turn.token)
        assert state is not None
        flow_step = self.flows.steps[turn.screen.step]
        keeps = self._keeps(state, flow_step)
        back = next((choice.token for choice in turn.screen.footer if choice.kind == "back"), "")
        if (
            state.via
            and not flow_step.answers_words
            and (there := unpack(back))
            and self._step(there.step) == self._step(state.via)
        ):
            behind = step(self.world, "", Press(back))
            after = unpack(behind.token)
            keeps["back"] = [behind.screen.step, self.name(after.subject) if after else ""]
        return Opened(
            step=turn.screen.step,
            subject=self.name(state.subject),
            place=self.world.index.place.get(state.place, "?") if state.place else "",
            language=state.language,
            does=" ".join(name for effect in turn.effects if (name := _does(effect))),
            keeps=keeps,
        )


def _bits(number: int) -> list[int]:
    return [bit + 1 for bit in range(number.bit_length()) if number >> bit & 1]


def _does(effect: Effect) -> str:
    match effect:
        case Leave():
            return "leave"
        case Copy():
            return "copy"
        case Erase():
            return "erase"
        case Timer(seconds):
            return "timer" if seconds else "timer_off"
        case Layout(fresh):
            return "fresh" if fresh else "same"
    return ""


def read() -> dict[str, Opened]:
    """The file: each button with what it opened on the day it was drawn."""
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        button = entry.pop("button")
        found[button] = Opened(**entry)
    return found


# --- how the file was drawn ----------------------------------------------------------------------------------------


def _spread(world: World, state: State, rng: random.Random) -> State:
    """The state with answers, a word, ticks and settings that a person may have given before."""
    fields = world.index.flows.options
    aims = rng.sample(sorted(fields["aims"].values()), rng.randrange(4))
    how = sum(1 << code - 1 for code in fields["how"].values() if rng.random() < 0.3)
    barriers = sum(1 << code - 1 for code in fields["barriers"].values() if rng.random() < 0.25)
    ticks = state.ticks
    step_id = world.index.flows.by_hash[state.step]
    if not world.index.flows.steps[step_id].answers_words and rng.random() < 0.4:
        plan = [item.tick for section in world.edition.plan.values() for item in section.suggestions]
        ticks = sum(1 << tick for tick in rng.sample(plan, rng.randrange(1, 6)))
        if step_id.startswith("agency.") and world.edition.agency.assessment:
            ticks = with_role(0, rng.choice([None, "front-desk", "clinician", "board"]))
            for part in world.edition.agency.assessment.parts:
                for question in part.questions:
                    ticks = with_answer(ticks, question, rng.choice((0, 0, 0, 0, 0, 1, 2, 3)))
    words = [*WORDS, "escort", "la calle", "mi chamba", "café ☕"]
    return state._replace(
        aims=tuple(aims),
        pace=rng.choice([0, *fields["pace"].values()]),
        how=how,
        barriers=barriers,
        young=rng.random() < 0.2,
        fresh=rng.random() < 0.2,
        word=rng.choice(words) if rng.random() < 0.5 else "",
        ticks=ticks,
    )


def _typed(world: World, state: State, rng: random.Random) -> Iterator[str]:
    """Tokens of the screens that answer typed words, one of each kind: no press leads to most of them."""
    edition = world.edition
    topics, cards, places = list(edition.topics), list(edition.cards), list(edition.places)
    bands: tuple[tuple[Band, Special], ...] = (
        ("sure", ""), ("choose", ""), ("unsure", ""), ("unsure", "young"), ("unsure", "refuse"), ("choose", "change"),
        ("unsure", "small_talk"),
    )  # fmt: skip
    for band, special in bands:
        for card in ("", rng.choice(cards)):
            for named in ([], [rng.choice(places)]):
                topic = rng.sample(topics, rng.randrange(1, 4))
                heard = Heard(band, tuple(topic), card, state.language, tuple(named), special)
                other = replace(world, listen=lambda _text, _language, heard=heard: heard)
                yield step(other, pack(state), Typed("x")).token
    asked = state._replace(step=world.index.flows.hash["word.pick"])
    yield step(world, pack(asked), Typed("escort")).token


def _buttons_of(world: World, token: str) -> Iterator[str]:
    screen = step(world, "", Press(token)).screen
    yield from (choice.token for choice in (*screen.choices, *screen.footer))


def _candidates(world: World) -> set[str]:
    """Buttons that people may have: of every screen of the walk, of the same screens after other answers, of typed words."""
    rng = random.Random(SEED)
    found: set[str] = set()
    for language in world.edition.languages:
        for place in ("", *world.edition.places):
            whole = place in ("", "us")
            visits = walk(world, language, place, vary=whole).visits
            if whole:
                visits += walk(world, language, place, vary=False, start="agency.home").visits
            found.update(visit.token for visit in visits if whole or visit.step == "referral.show")
            found.update(effect.erase.token for visit in visits for effect in visit.effects if isinstance(effect, Copy))
            tokens = rng.sample([visit.token for visit in visits], 900 if whole else 40)
            for token in tokens:
                found.update(_buttons_of(world, token))
                state = unpack(token)
                assert state is not None
                found.update(_buttons_of(world, pack(_spread(world, state, rng))))
            state = unpack(rng.choice(tokens))
            assert state is not None
            for token in _typed(world, _spread(world, state, rng), rng):
                found.add(token)
                found.update(_buttons_of(world, token))
    return found


Feature = tuple[Hashable, ...]
_WEIGHTS = {"subject": 10, "pressed": 10, "tick": 10, "nothing said": 20, "does": 5}


def _features(reader: Reader, button: str, opened: Opened) -> list[Feature]:
    """What a button would add to the file, in one order: each is wanted, the more the fewer lines have it already."""
    state = unpack(button)
    assert state is not None
    keeps = opened.keeps
    found: set[Feature] = {
        ("subject", opened.subject),
        ("pressed", reader.flows.by_hash[state.step]),
        ("step", opened.step, opened.language),
        ("place", opened.place, opened.language),
        ("does", opened.does, opened.language),
        ("back", tuple(keeps.get("back", ())) and keeps["back"][0]),
        ("card", keeps.get("card", "")),
        ("role", keeps.get("role", "")),
        ("word", keeps.get("word", "")),
    }
    found |= {(name, option) for name in ("aims", "pace", "how", "barriers", "heard") for option in keeps.get(name, ())}
    found |= {("aim at", number, aim) for number, aim in enumerate(keeps.get("aims", ()))}
    found |= {("answer", *item) for item in keeps.get("answers", {}).items()}
    found |= {("tick", tick) for ticks in keeps.get("ticks", {}).values() for tick in ticks}
    found |= {(name, opened.step) for name in ("page", "opened", "young", "fresh") if keeps.get(name)}
    if not set(keeps) - {"back"}:
        found |= {("nothing said", opened.step), ("nothing said", opened.language)}
    return sorted(found, key=repr)


def draw(world: World) -> dict[str, Opened]:
    """`COUNT` buttons that cover as much of the talk as they can: each step, subject, place, option, tick and answer, in both
    languages. The same world gives the same buttons."""
    reader = Reader(world)
    known = {button: reader.open(button) for button in sorted(_candidates(world))}
    features = {button: _features(reader, button, opened) for button, opened in known.items()}
    covered: Counter[Feature] = Counter()

    def gain(button: str) -> float:
        return sum(_WEIGHTS.get(name[0], 1) / (1 + covered[name]) ** 3 for name in features[button])

    chosen: list[str] = []
    order = [(-gain(button), button) for button in known]
    heapify(order)
    while order and len(chosen) < COUNT:
        _, button = heappop(order)
        now = -gain(button)
        if order and now > order[0][0]:
            heappush(order, (now, button))  # what was chosen since has made it worth less
            continue
        chosen.append(button)
        covered.update(features[button])
    return {button: known[button] for button in sorted(chosen, key=lambda name: (known[name].step, known[name].subject, name))}


def main() -> int:
    """Draws the file where there is none."""
    from bot.book import build, default_folders, snapshot
    from bot.engine.flow_compiler import compile_flows
    from bot.engine.types import Surface
    from tests.conftest import TODAY, nothing_heard

    if FILE.exists():
        sys.stderr.write(f"{FILE.name} is there. It is the record of one day and is never drawn again.\n")
        return 1
    book = build(snapshot(*default_folders()), compile_flows)
    surface = Surface(name="telegram", title="Telegram", timers=True, layouts=True)
    buttons = draw(World(Edition(book, TODAY), nothing_heard, surface))
    lines = [json.dumps({"button": button, **asdict(opened)}, ensure_ascii=False) for button, opened in buttons.items()]
    FILE.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
