"""All flows together, checked and indexed: what `compile_flows` makes of `flows/*.yaml` when a book is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from bot.book import Fault, Kind, from_validation, salvage
from bot.engine.flow_schema import KEYS, Condition, FieldsFile, FlowFile, ListOf, StagesFile, Step, UiFile
from bot.engine.state import hash_of

ENTRY = "welcome.home"
BITS = {"aims": 15, "pace": 7, "how": 6, "barriers": 14, "wants": 9, "stays": 5}
"""The highest option number that the token has room for, by field."""
VERBS = ("set", "add", "drop", "toggle")
"""What a choice does with answers."""

REQUIRED = (
    ENTRY, "urgent.menu", "urgent.card", "topic.tips", "topic.help", "referral.show", "leave.done", "found.answer",
    "found.choose", "found.unsure", "found.refuse", "found.change", "found.small_talk", "young.open", "word.confirm", "word.pick",
    "place.pick", "place.inside", "language.pick", "about.open",
)  # fmt: skip
"""Steps that the engine itself goes to."""


class HasLanguages(Protocol):
    """A book, as far as flows need one."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages that every text must have."""


Docs = Mapping[str, tuple[Any, Mapping[tuple[Any, ...], tuple[int, int]]]]


@dataclass(frozen=True)
class Flows:
    """Every step by id (`flow.step`), with hashes, field options, the stage table and the engine's own words."""

    steps: Mapping[str, Step]
    by_hash: Mapping[int, str]
    hash: Mapping[str, int]
    options: Mapping[str, Mapping[str, int]]
    stages: StagesFile
    ui: Mapping[str, Mapping[str, str]]
    own_links: frozenset[str] = frozenset()
    places: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, int] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)
    openings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def code(self, name: str, option: str) -> int:
        """The permanent number of an option."""
        return self.options[name][option]

    def says(self, key: str, language: str) -> str:
        """One of the engine's own words in `language`, else in the first language that has it."""
        words = self.ui[key]
        return words.get(language) or next(iter(words.values()))

    def openings_in(self, language: str) -> tuple[str, ...]:
        """The harmless first lines in `language`, else in the first language that has some."""
        return self.openings.get(language) or next(iter(self.openings.values()), ())

    def help_for(self, aims: Iterable[str], pace: str) -> tuple[Kind, ...]:
        """The kinds of help that fit, in the order the aims were chosen; their union, each once."""
        kinds: dict[Kind, None] = {}
        for aim in aims:
            for row in self.stages.stages:
                if row.aim == aim and (not row.pace or pace in row.pace):
                    kinds.update(dict.fromkeys(row.help))
                    break
        return tuple(kinds) or tuple(self.stages.nothing_said)


OPENING_OLD = "opening"
"""The key of the one first line that packs had before `openings`; it still stands where they have not several."""


def _openings(ui: UiFile) -> dict[str, tuple[str, ...]]:
    """The first lines by language."""
    found: dict[str, tuple[str, ...]] = {}
    for line in ui.openings or [ui.ui.get(OPENING_OLD, {})]:
        for language, words in line.items():
            found[language] = (*found.get(language, ()), words)
    return found


SHAPES: dict[str, type[BaseModel]] = {"fields": FieldsFile, "stages": StagesFile, "ui": UiFile, "flow": FlowFile}
"""The shapes of files under flows/, by the field that tells each."""


def shape_of(value: object) -> type[BaseModel] | None:
    """What a file of `flows/` holds, told by its fields; None where nothing tells it."""
    return next((shape for key, shape in SHAPES.items() if isinstance(value, dict) and key in value), None)


def full(flow: str, ref: str) -> str:
    """A step reference in full: `flow.step`; `back` stays as it is."""
    return ref if "." in ref or ref == "back" else f"{flow}.{ref}"


def _qualified(flow: str, step: Step) -> Step:
    """The step with every reference in full, so that nothing later needs to know its flow."""
    update: dict[str, Any] = {
        "choices": [choice.model_copy(update={"go": full(flow, choice.go)}) for choice in step.choices],
        "lists": [
            item.model_copy(
                update={
                    "go": full(flow, item.go) if item.go else None,
                    "each": {kind: full(flow, go) for kind, go in item.each.items()},
                }
            )
            for item in step.lists
        ],
    }
    if step.parent:
        update["parent"] = full(flow, step.parent)
    if step.branch:
        cases = [case.model_copy(update={"go": full(flow, case.go)}) for case in step.branch.cases]
        update["branch"] = step.branch.model_copy(update={"cases": cases, "otherwise": full(flow, step.branch.otherwise)})
    return step.model_copy(update=update)


class _Numbers(dict[str, int]):
    """Numbers of steps, of those too that are missing: a button to one opens home."""

    def __missing__(self, step_id: str) -> int:
        return hash_of(step_id)


class _Compiler:
    def __init__(self, docs: Docs, languages: Iterable[str]) -> None:
        self.docs, self.languages = docs, tuple(languages)
        self.faults: list[Fault] = []
        self.steps: dict[str, Step] = {}
        self.places: dict[str, str] = {}
        self.own_links: set[str] = set()
        self.fields: FieldsFile | None = None
        self.stages: StagesFile | None = None
        self.ui: UiFile | None = None
        self.by_hash: dict[int, str] = {}

    def fault(self, path: str, at: tuple[Any, ...], code: str, what: str, why: str, fix: str) -> None:
        positions = self.docs[path][1] if path in self.docs else {}
        while at and at not in positions:
            at = at[:-1]
        line, column = positions.get(at, (1, 1))
        self.faults.append(Fault(path, line, column, code, what, why, fix, "error"))

    def read(self) -> None:
        for path, (value, positions) in self.docs.items():
            shape = shape_of(value)
            if shape is None:
                self.fault(path, (), "FLOW-KIND", "This file is not a flow.", "Nothing tells what it holds.",
                           "Start it with `flow: name` and `steps:`.")  # fmt: skip
                continue
            model: BaseModel | None
            try:
                model = shape.model_validate(value)
            except ValidationError as error:
                self.faults += from_validation(path, error, positions, shape)
                model = salvage(shape, value, error)
            if isinstance(model, FieldsFile):
                self.fields = model
            elif isinstance(model, StagesFile):
                self.stages = model
            elif isinstance(model, UiFile):
                self.ui = model
            elif isinstance(model, FlowFile):
                self.take(path, model)

    def take(self, path: str, flow: FlowFile) -> None:
        if flow.own_link:
            self.own_links.add(flow.flow)
        for name, step in flow.steps.items():
            step_id = f"{flow.flow}.{name}"
            if step_id in self.steps:
                self.fault(path, ("steps", name), "STEP-TWICE", f"The step {step_id} is written twice.",
                           f"It is also in {self.places[step_id]}.", "Give one of them another name.")  # fmt: skip
            self.steps[step_id] = _qualified(flow.flow, step)
            self.places[step_id] = path

    def refs(self, step: Step) -> Iterable[tuple[tuple[Any, ...], str]]:
        for number, choice in enumerate(step.choices):
            yield ("choices", number, "go"), choice.go
        for number, item in enumerate(step.lists):
            if item.go:
                yield ("lists", number, "go"), item.go
            for kind, go in item.each.items():
                yield ("lists", number, "each", kind), go
        if step.parent:
            yield ("parent",), step.parent
        if step.branch:
            yield ("branch", "otherwise"), step.branch.otherwise
            for number, case in enumerate(step.branch.cases):
                yield ("branch", "cases", number, "go"), case.go

    def conditions(self, step: Step) -> Iterable[tuple[tuple[Any, ...], Condition]]:
        groups: tuple[tuple[str, list[Any]], ...] = (
            ("choices", list(step.choices)), ("lists", list(step.lists)), ("show", list(step.show)),
        )  # fmt: skip
        for group, items in groups:
            for number, item in enumerate(items):
                if item.when:
                    yield (group, number, "when"), item.when
        if step.branch:
            for number, case in enumerate(step.branch.cases):
                yield ("branch", "cases", number, "when"), case.when

    def check(self) -> None:
        fields = self.fields.fields.items() if self.fields else ()
        options: dict[str, Mapping[str, int]] = {name: spec.options for name, spec in fields}
        for step_id, step in self.steps.items():
            path, name = self.places[step_id], step_id.split(".")[1]
            base: tuple[Any, ...] = ("steps", name)
            for at, target in self.refs(step):
                if target != "back" and target not in self.steps:
                    near = get_close_matches(target, self.steps, 1)
                    self.fault(path, base + at, "STEP-UNKNOWN", f'There is no step "{target}".',
                               "The button would lead nowhere.",
                               f'Did you mean "{near[0]}"?' if near else "Write the step, or lead elsewhere.")  # fmt: skip
            for at, condition in self.conditions(step):
                for field_name, values in condition.items():
                    if field_name in BITS:
                        for value in [values] if isinstance(values, str) else values:
                            self.option(path, base + at, options, field_name, value)
            for number, choice in enumerate(step.choices):
                for verb in VERBS:
                    for field_name, value in getattr(choice, verb).items():
                        self.option(path, (*base, "choices", number, verb), options, field_name, value)
            for at, text in self.texts(step):
                missing = [code for code in self.languages if code not in text]
                if missing:
                    self.fault(path, base + at, "LANGUAGE-MISSING", f"This text is missing in: {', '.join(missing)}.",
                               "Somebody would read another language.", "Add it.")  # fmt: skip

    def texts(self, step: Step) -> Iterable[tuple[tuple[Any, ...], Mapping[str, Any]]]:
        if step.say:
            yield ("say",), step.say
        if step.say_on_page:
            yield ("say_on_page",), step.say_on_page
        for number, choice in enumerate(step.choices):
            yield ("choices", number, "label"), choice.label

    def option(self, path: str, at: tuple[Any, ...], options: Mapping[str, Any], field_name: str, value: str) -> None:
        known = options.get(field_name, {})
        if value not in known and value != "none":
            near = get_close_matches(value, known, 1)
            self.fault(path, at, "OPTION-UNKNOWN", f'"{value}" is not an option of {field_name}.',
                       "Options are listed in flows/fields.yaml.",
                       f'Did you mean "{near[0]}"?' if near else "Add it there with a new number.")  # fmt: skip

    def numbers(self) -> None:
        for name, spec in self.fields.fields.items() if self.fields else ():
            path = next(path for path, (value, _) in self.docs.items() if isinstance(value, dict) and "fields" in value)
            seen: dict[int, str] = {}
            for option, number in spec.options.items():
                at = ("fields", name, "options", option)
                if not 1 <= number <= BITS[name]:
                    self.fault(path, at, "OPTION-NUMBER", f"The number {number} does not fit.",
                               f"{name} has room for 1 to {BITS[name]}.", "Choose a free number.")  # fmt: skip
                if number in seen:
                    self.fault(path, at, "OPTION-NUMBER", f"{number} is already the number of {seen[number]}.",
                               "Old buttons would mean something else.", "Choose a free number.")  # fmt: skip
                seen[number] = option
        taken: dict[int, str] = {}
        for card, number in self.fields.cards.items() if self.fields else ():
            if number in taken:
                self.fault("flows/fields.yaml", ("cards", card), "OPTION-NUMBER",
                           f"{number} is already the number of {taken[number]}.",
                           "A line that was passed over would hide another.", "Choose a free number.")  # fmt: skip
            taken[number] = card

    def flows(self) -> Flows | None:
        for kind, made in (("fields", self.fields), ("stages", self.stages), ("ui", self.ui)):
            if made is None and not any(fault.file == f"flows/{kind}.yaml" for fault in self.faults):
                self.fault(f"flows/{kind}.yaml", (), "FLOW-FILE", f"flows/{kind}.yaml is missing.",
                           "The talk cannot run without it.", "Copy it from the pack that ships.")  # fmt: skip
        if self.ui:
            lines = {"openings"} if not (self.ui.openings or OPENING_OLD in self.ui.ui) else set()
            for key in sorted(KEYS - set(self.ui.ui) | lines):
                self.fault("flows/ui.yaml", ("ui",), "UI-MISSING", f'The text "{key}" is missing.',
                           "The bot says it on some screen.", f"Add `{key}:` with every language.")  # fmt: skip
        for step_id in REQUIRED:
            if step_id not in self.steps:
                self.fault("flows", (), "STEP-UNKNOWN", f'The step "{step_id}" is missing.',
                           "The bot itself leads there.", "Copy it from the pack that ships.")  # fmt: skip
        by_hash: dict[int, str] = {}
        for step_id, step in self.steps.items():
            flow = step_id.split(".")[0]
            for name in (step_id, *(full(flow, old) for old in step.was)):
                number = hash_of(name)
                if by_hash.setdefault(number, step_id) != step_id:
                    self.fault(self.places[step_id], ("steps",), "HASH-CLASH", f"{name} and {by_hash[number]} clash.",
                               "Their short numbers are the same.", "Rename one of them.")  # fmt: skip
        self.by_hash = by_hash
        if self.faults or not (self.fields and self.stages and self.ui):
            return None
        return self.made(self.fields, self.stages, self.ui)

    def made(self, fields: FieldsFile, stages: StagesFile, ui: UiFile) -> Flows:
        return Flows(
            steps=self.steps,
            by_hash=self.by_hash,
            hash={step_id: hash_of(step_id) for step_id in self.steps},
            options={name: dict(spec.options) for name, spec in fields.fields.items()},
            stages=stages,
            ui={key: dict(value) for key, value in ui.ui.items()},
            own_links=frozenset(self.own_links),
            places=self.places,
            cards=dict(fields.cards),
            foreign={line.language: line.says for line in ui.foreign},
            openings=_openings(ui),
        )

    def stands(self) -> Flows:
        """What can be drawn of broken flows: buttons that led nowhere lead home, answers without a number change nothing."""
        options = {name: set(spec.options) for name, spec in self.fields.fields.items()} if self.fields else {}
        known = {*self.steps, "back"}
        for step_id, step in self.steps.items():
            update: dict[str, Any] = {
                "choices": [
                    choice.model_copy(
                        update={
                            "go": choice.go if choice.go in known else ENTRY,
                            **{
                                verb: {
                                    name: value for name, value in getattr(choice, verb).items() if value in options.get(name, ())
                                }
                                for verb in VERBS
                            },
                        }
                    )
                    for choice in step.choices
                ],
                "lists": [
                    item.model_copy(
                        update={
                            "go": item.go if item.go in known else None,
                            "each": {kind: go for kind, go in item.each.items() if go in known},
                        }
                    )
                    for item in step.lists
                ],
                "parent": step.parent if step.parent in known else None,
            }
            if step.branch:
                cases = [case for case in step.branch.cases if case.go in known]
                otherwise = step.branch.otherwise if step.branch.otherwise in known else ENTRY
                update["branch"] = step.branch.model_copy(update={"cases": cases, "otherwise": otherwise})
            self.steps[step_id] = step.model_copy(update=update)
        said = self.ui.ui if self.ui else {}
        ui = UiFile(ui={key: said.get(key) or dict.fromkeys(self.languages, "-") for key in {*KEYS, *said}})
        made = self.made(
            self.fields or FieldsFile(fields={}),
            self.stages or StagesFile(stages=[], nothing_said=["harm_reduction"]),
            ui,
        )
        return replace(made, hash=_Numbers(made.hash))


def compile_flows(docs: Docs, book: HasLanguages) -> tuple[Flows | None, list[Fault]]:
    """Flows from the parsed files of `flows/`, or None with every fault. `docs`: path to (value, positions)."""
    compiler = _compiled(docs, book)
    return compiler.flows(), compiler.faults


def survey_flows(docs: Docs, book: HasLanguages) -> tuple[Flows, list[Fault]]:
    """As `compile_flows`, but with what stands beside the faults: to look for more of them, never to talk by."""
    compiler = _compiled(docs, book)
    return compiler.flows() or compiler.stands(), compiler.faults


def _compiled(docs: Docs, book: HasLanguages) -> _Compiler:
    compiler = _Compiler(docs, book.languages)
    compiler.read()
    compiler.check()
    compiler.numbers()
    return compiler


__all__ = ["BITS", "ENTRY", "SHAPES", "Flows", "ListOf", "compile_flows", "full", "shape_of", "survey_flows"]
