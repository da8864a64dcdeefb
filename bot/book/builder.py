"""A snapshot into a book: every file read, checked against its shape and against the others. Pure; all faults in one run.

`build` is strict: one error, no book. `survey` gives what stands beside the faults, for those who look for more of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from bot.book.agency import Agency, Assessment, Barriers, Policy, Scenes, Values
from bot.book.book import Book, Docs
from bot.book.cross_checks import CrossChecks
from bot.book.episode import Episode
from bot.book.faults import AssembledPositions, BookFault, Fault, Path, TextOrigin, from_validation, paths_in
from bot.book.folder import LINK
from bot.book.links import GenuineFile, Links, link_faults
from bot.book.models import BookFile, Card, Place, Plan, Sources, Topic, TopicHere, Voice, WordList
from bot.book.outreach import Outreach
from bot.book.quick_reader import scan_quickly
from bot.book.reader import link_fault
from bot.book.referral import Referral
from bot.book.retractions import load_retractions
from bot.book.salvaging import salvage
from bot.book.snapshots import MOST_NUMBERS, NUMBERS, digests, fingerprint
from bot.book.translations import MergedTranslation, hash_of, merge, translation_of

Compile = Callable[[Docs, Any], tuple[Any, list[Fault]]]


class HasText(Protocol):
    """Anything whose texts can be hashed."""

    @property
    def raw(self) -> str:
        """The text as written."""


def text_hash(text: HasText) -> str:
    """Eight characters that change whenever a text does: what a translation says it is `of`."""
    return hash_of(text.raw)


_RAW = ("content/find/",)
_FOLDERS = "topics/, cards/, episodes/, places/, voices/, sources/, find/, policies/, plan/, practice/"


_PRACTICE: dict[str, type[BaseModel]] = {
    "assessment.yaml": Assessment,
    "scenes.yaml": Scenes,
    "values.yaml": Values,
    "barriers.yaml": Barriers,
}

_SINGLE: dict[str, tuple[str, type[BaseModel]]] = {
    "book.yaml": ("book", BookFile),
    "words.yaml": ("words", WordList),
    "links.yaml": ("links", Links),
    "genuine.yaml": ("genuine", GenuineFile),
    "outreach.yaml": ("outreach", Outreach),
}


def shape_of(path: str) -> tuple[str, type[BaseModel]] | None:
    """What a path holds: (kind, model), or None for a path that is not known."""
    parts = path.split("/")[1:]
    match parts:
        case [name] if name in _SINGLE:
            return _SINGLE[name]
        case ["sources", _]:
            return "sources", Sources
        case ["topics", _, _]:
            return "topic", Topic
        case ["cards", _]:
            return "card", Card
        case ["episodes", _]:
            return "episode", Episode
        case ["voices", _]:
            return "voice", Voice
        case ["plan", "plan.yaml"]:
            return "plan", Plan
        case ["policies", _]:
            return "policy", Policy
        case ["practice", name] if name in _PRACTICE:
            return "practice", _PRACTICE[name]
        case ["places", _, "place.yaml"]:
            return "place", Place
        case ["places", _, "referrals", _]:
            return "referral", Referral
        case ["places", _, "topics", _]:
            return "here", TopicHere
    return None


class _Builder(CrossChecks):
    unread: frozenset[str] = frozenset()
    """Paths that are not looked into."""

    def read(self) -> None:
        words: dict[str, str] = {}
        for path in sorted(self.files.keys() - self.unread):
            if not path.endswith(".yaml") or path == "content/retractions.yaml":
                if self.files[path] == LINK and path != "content/retractions.yaml":
                    self.faults.append(link_fault(path))
                continue
            found = scan_quickly(path, self.files[path], words)
            self.faults += found.faults
            if found.value is not None or not found.faults:
                self.docs[path] = (found.value, found.positions)

    def models(self) -> None:
        beside: dict[str, list[tuple[str, str]]] = {}
        for path in self.docs:
            found = translation_of(path)
            if found and found[0] in self.docs:
                beside.setdefault(found[0], []).append((found[1], path))
            elif found:
                self.fault(
                    path, (), "ID-UNKNOWN", f"There is no file {found[0]} to translate.", "", "Correct the name of this file."
                )
        languages = self.languages_at_hand()
        for path, (value, positions) in list(self.docs.items()):
            if translation_of(path) or path.startswith(_RAW):
                continue
            shape = None if path.startswith("flows/") else shape_of(path)
            if path.startswith("flows/"):
                self.translated(path, None, None, beside.get(path, ()), languages)
                continue
            if shape is None:
                self.fault(path, (), "FILE-PLACE", "Nothing is read from this place.",
                           f"Known folders: {_FOLDERS}.", "Move the file.")  # fmt: skip
                continue
            kind, model = shape
            try:
                made: Any = model.model_validate(value)
            except ValidationError as error:
                self.faults += from_validation(path, error, positions, model)
                made = salvage(model, value, error)
            made = self.translated(path, model, made, beside.get(path, ()), languages)
            if made is not None:
                self.take(path, kind, made)

    def languages_at_hand(self) -> set[str]:
        """The pack's languages, those in preparation included, so that a text is known by having one entry for each."""
        book, _ = self.docs.get("content/book.yaml", ({}, {}))
        listed = book.get("languages") if isinstance(book, dict) else None
        own = {str(code) for code in listed} if isinstance(listed, list) else set()
        return own | {found[1] for path in self.docs if (found := translation_of(path))}

    def translated(
        self, path: str, model: type[BaseModel] | None, made: Any, beside: Iterable[tuple[str, str]], languages: set[str]
    ) -> Any:
        """Puts each translation beside a file into it, and gives what is `made` of it then. The faults of each translation are
        told by its own lines; one that the shape of the whole does not take (`model`: None where others look) stays out."""
        value, positions = self.docs[path]
        came: dict[Path, TextOrigin] = {}
        for language, file in beside:
            texts, lines = self.docs[file]
            said = texts.get("language") if isinstance(texts, dict) else None
            if said != language:
                self.fault(file, ("language",), "ID-FILE", "The language in the file and in its name differ.", "",
                           f"Write `language: {language}`, or rename the file.")  # fmt: skip
            merged = merge(value, texts, language, languages)
            for problem in merged.problems:
                warn = problem.code == "TRANSLATION-OLD"
                self.fault(file, problem.at, problem.code, problem.what, "", problem.fix, warn=warn)
            if merged.left:
                what = f"{merged.left} of {merged.total} texts are not translated yet."
                self.fault(file, ("language",), "TRANSLATION-OPEN", what, "", "Fill in what is empty.", warn=True)
            came |= {at: TextOrigin(file, where, lines) for at, where in merged.came.items()}
            if model is not None and made is not None:
                made = self.fitted(path, model, made, merged, AssembledPositions(positions, came), file)
            value = merged.value
            self.docs[path] = value, AssembledPositions(positions, came)
        return made

    def fitted(
        self, path: str, model: type[BaseModel], made: Any, merged: MergedTranslation, positions: AssembledPositions, file: str
    ) -> Any:
        """What is made of a file with the translation `file` in it. Texts of it that do not fit are told and taken out again."""
        try:
            return model.model_validate(merged.value)
        except ValidationError as error:
            self.faults += [fault for fault in from_validation(path, error, positions, model) if fault.file == file]
            ends = [path[:size] for path in paths_in(error) for size in range(len(path) + 1)]
            merged.leave_out(at for at in dict.fromkeys(ends) if at in merged.came)
        try:
            return model.model_validate(merged.value)
        except ValidationError as error:  # the file itself is wrong, which was told before
            return salvage(model, merged.value, error) or made

    def take(self, path: str, kind: str, made: Any) -> None:
        if kind in ("book", "words", "links", "genuine", "outreach"):
            setattr(self, kind, made)
        elif kind == "plan":
            self.take_plan(path, made)
        elif kind == "practice":
            self.practice[path.split("/")[-1].removesuffix(".yaml")] = made
        elif kind == "sources":
            for number, source in enumerate(made.sources):
                self.add(path, ("sources", number, "source"), "source", source.source, source)
        elif kind == "here":
            place = path.split("/")[2]
            self.here.setdefault(place, {})[made.topic] = made
            self.paths[f"here:{place}/{made.topic}"] = path
        else:
            name = getattr(made, kind)
            self.add(path, (kind,), kind, name, made)
            folder = path.split("/")
            stem = folder[-1].removesuffix(".yaml")
            if kind == "place":
                stem = folder[2]
            if stem != name:
                self.fault(path, (kind,), "ID-FILE", f'The id "{name}" and the name of the file differ.',
                           "People look for one by the other.", f"Rename the file or write {stem}.")  # fmt: skip
            if kind == "referral" and made.place != folder[2]:
                self.fault(path, ("place",), "ID-PLACE", f'This file lies in "{folder[2]}" and says "{made.place}".', "",
                           "Move it, or change the place.")  # fmt: skip
            if kind == "topic" and made.area != folder[2]:
                self.fault(path, ("area",), "ID-AREA", f'This file lies in "{folder[2]}" and says "{made.area}".', "",
                           "Move it, or change the area.")  # fmt: skip

    def take_plan(self, path: str, plan: Plan) -> None:
        """Section ids and tick numbers stand in tokens: each only once."""
        self.plan = plan
        seen: set[object] = set()
        for number, section in enumerate(plan.sections):
            marks: list[tuple[tuple[Any, ...], object]] = [(("sections", number, "section"), section.section)]
            marks += [(("sections", number, "suggestions", at, "tick"), item.tick) for at, item in enumerate(section.suggestions)]
            for at, mark in marks:
                if mark in seen:
                    self.fault(path, at, "ID-TWICE", f'"{mark}" is used twice in the plan.', "", "Give one of them another.")
                seen.add(mark)

    def add(self, path: str, at: tuple[Any, ...], kind: str, name: str, made: Any) -> None:
        other = self.paths.get(f"{kind}:{name}")
        if other:
            self.fault(path, at, "ID-TWICE", f'The {kind} "{name}" is also in {other}.', "", "Rename or merge one of them.")
            return
        self.paths[f"{kind}:{name}"] = path
        self.made[kind][name] = made

    def finish(self, compile_flows: Compile | None) -> Book:
        """The book of what was gathered, with every fault in `faults`; without its own file or the words it holds a stand-in."""
        for made, name in ((self.book, "book"), (self.words, "words")):
            if made is None and not any(fault.file == f"content/{name}.yaml" for fault in self.faults):
                self.faults.append(Fault(f"content/{name}.yaml", 1, 1, "FILE-MISSING", f"content/{name}.yaml is missing.", "",
                                         "Copy it from the pack that ships."))  # fmt: skip
        if self.plan:
            for number, section in enumerate(self.plan.sections):
                self.refs("content/plan/plan.yaml", ("sections", number, "also"), "topic", section.also)
        for check in (
            self.agency,
            self.topics,
            self.cards,
            self.places,
            self.referrals,
            self.voices,
            self.episodes,
            self.printed,
        ):
            check()
        if self.links:
            self.faults += link_faults(self.links, self.docs, self.made, self.book.languages if self.book else [])
        retractions, faults = load_retractions(self.files)
        self.faults += faults
        flows = None
        book_file = self.book or self.stand_in()
        if compile_flows:
            flow_docs = {path: doc for path, doc in self.docs.items() if path.startswith("flows/") and not translation_of(path)}
            flows, faults = compile_flows(flow_docs, book_file)
            self.faults += faults
        return Book(
            file=book_file,
            topics=self.made["topic"],
            here=self.here,
            cards=self.made["card"],
            places=self.made["place"],
            referrals=self.made["referral"],
            sources=self.made["source"],
            voices=self.made["voice"],
            episodes=self.made["episode"],
            words=self.words or WordList(default={}, offered={}),
            retractions=retractions,
            plan=self.plan,
            agency=Agency(**self.practice, policies=self.made["policy"]),
            links=self.links,
            genuine=self.genuine,
            outreach=self.outreach,
            docs=self.docs,
            data={path: data for path, data in self.files.items() if path.endswith(NUMBERS) and len(data) <= MOST_NUMBERS},
            digests=digests(
                {path: data for path, data in self.files.items() if path.startswith(_RAW) and path.endswith(".yaml")}
            ),
            unread=self.unread,
            flows=flows,
            fingerprint=fingerprint(dict(self.files)),
            where={name: (path, 1) for name, path in self.paths.items()},
            warnings=tuple(sorted(self.faults)),
        )

    def stand_in(self) -> BookFile:
        """A book's own file where it is broken: the languages that most topics have a title in."""
        titles = [topic.title for topic in self.made["topic"].values()]
        count = Counter(language for title in titles for language in title)
        languages = [language for language, often in count.items() if often * 2 > len(titles)] or ["en"]
        return BookFile(book="unread", name=dict.fromkeys(languages, "-"), languages=languages, review={})


def survey(files: Mapping[str, bytes], compile_flows: Compile | None = None) -> tuple[Book, list[Fault]]:
    """What stands of a snapshot, however broken, and every fault of it: to look for more faults, never to run a bot on.

    A file that cannot be read is left out, and so is the part of a file whose shape is wrong.
    """
    return _surveyed(files, compile_flows, ())


def build(files: Mapping[str, bytes], compile_flows: Compile | None = None, unread: Collection[str] = ()) -> Book:
    """The book of a snapshot. Raises BookFault with every error and warning of every file.

    `compile_flows(docs, book_file) -> (flows, faults)` makes the flows; the book itself knows nothing of the engine. `unread`:
    paths of raw files that whoever asks has no need of; they count for the fingerprint and are not looked into.
    """
    book, faults = _surveyed(files, compile_flows, unread)
    if any(fault.severity == "error" for fault in faults):
        raise BookFault(faults)
    return book


def _surveyed(files: Mapping[str, bytes], compile_flows: Compile | None, unread: Collection[str]) -> tuple[Book, list[Fault]]:
    builder = _Builder(files)
    builder.unread = frozenset(unread)
    builder.read()
    builder.models()
    return builder.finish(compile_flows), builder.faults
