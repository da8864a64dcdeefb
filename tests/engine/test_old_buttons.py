"""A button two weeks old opens the right screen: 500 tokens drawn on 2026-11-27 (see `old_buttons`), pressed today.

Wording, order, new topics, new options and new places change nothing here. What was renamed lists its old id under `was`. A
referral or topic that was withdrawn keeps its file: its buttons then open the menu above it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.book import Book, Edition, build, default_folders, snapshot
from bot.engine.flow_compiler import ENTRY, compile_flows
from bot.engine.state import State, hash_of
from bot.engine.tokens import LONGEST, unpack
from bot.engine.types import Surface, World
from tests.conftest import TODAY, nothing_heard
from tests.engine.old_buttons import COUNT, FILE, Opened, Reader, read

MOVED: Mapping[str, str] = {}
"""What old buttons open on purpose in another way: `step:flow.name`, `topic:id`, `tick:number` and their like of the file, to
what stands for it now, or to "" where it was given up (the button then opens any screen, in the same language and place).
Each entry needs a reason beside it. A rename needs no entry: `was: [old]` is the way. The file itself never changes."""

DRAWN = "26741661c9fb8d284d6ff3d0838eafccff73024d95420c9e519a34860a2b40fb"
"""The SHA-256 of the file as it was drawn."""


def _known(book: Book, name: str) -> bool:
    """Whether the book has this topic or referral, be it withdrawn, closed or past its review."""
    kind, _, ident = name.partition(":")
    things: Mapping[str, Any] = {"topic": book.topics, "referral": book.referrals}.get(kind, {})
    return any(ident == own or ident in thing.was for own, thing in things.items())


class Expected:
    """What old buttons have to open in one world: the names of the file as they are today."""

    def __init__(self, world: World, book: Book) -> None:
        self.world, self.book, self.reader = world, book, Reader(world)

    def step(self, name: str) -> str:
        """A step's name today; the old one where nothing stands for it."""
        moved = MOVED.get(f"step:{name}", name)
        return self.world.index.flows.by_hash.get(hash_of(moved), moved) if moved else ""

    def name(self, name: str) -> str:
        """A subject's name today; "?" for one that the day hides or that was given up; the old one where the book lost it."""
        moved = MOVED.get(name, name)
        if not name:
            return ""
        now = self.reader.name(hash_of(moved)) if moved else "?"
        return moved if now == "?" and moved and not _known(self.book, moved) else now

    def place(self, name: str) -> str:
        """A place's id today."""
        return self.world.index.place.get(hash_of(f"place:{name}"), name) if name else ""

    def of(self, then: Opened) -> Opened:
        """What has to open today."""
        keeps = dict(then.keeps)
        if "heard" in keeps:
            keeps["heard"] = [self.name(name) for name in keeps["heard"]]
        if "card" in keeps:
            keeps["card"] = self.name(keeps["card"])
        if "back" in keeps:
            keeps["back"] = [self.step(keeps["back"][0]), self.name(keeps["back"][1])]
        return replace(
            then, step=self.step(then.step), subject=self.name(then.subject), place=self.place(then.place), keeps=keeps
        )

    def wrong(self, button: str, then: Opened) -> list[str]:
        """What differs between what a button has to open and what it opens, in words."""
        due, now = self.of(then), self.reader.open(button)
        if due.subject == "?" or not due.step:
            parent = self.world.index.flows.steps[due.step].parent if due.step else None
            if due.step and now.step not in (due.step, parent, ENTRY):
                return [f"opens {now.step}; what it was about is hidden today, so its menu is due"]
            due = Opened(now.step, now.subject, due.place, due.language, now.does, now.keeps)
        if due.keeps.get("back", ("", ""))[1] == "?":
            due, now = _without(due, "back"), _without(now, "back")
        if "ticks" in due.keeps:
            due, now = _left(due), _left(now)
        return [
            f"{name}: {getattr(due, name)!r} is due, {getattr(now, name)!r} comes"
            for name in ("step", "subject", "place", "language", "does")
            if getattr(due, name) != getattr(now, name)
        ] + [
            f"{name}: {due.keeps.get(name)!r} was kept, {now.keeps.get(name)!r} is"
            for name in sorted({*due.keeps, *now.keeps})
            if due.keeps.get(name) != now.keeps.get(name)
        ]

    def all_wrong(self) -> list[str]:
        """Every button of the file that opens something else than it has to."""
        return [
            f"{then.step} {then.subject} ({button}): {'; '.join(wrong)}"
            for button, then in read().items()
            if (wrong := self.wrong(button, then))
        ]


def _without(opened: Opened, name: str) -> Opened:
    return replace(opened, keeps={key: value for key, value in opened.keeps.items() if key != name})


def _left(opened: Opened) -> Opened:
    """Without the ticks that were given up on purpose."""
    ticks = {
        section: left
        for section, numbers in opened.keeps.get("ticks", {}).items()
        if (left := [number for number in numbers if MOVED.get(f"tick:{number}", "kept")])
    }
    return replace(opened, keeps={**opened.keeps, "ticks": ticks})


def test_every_old_button_opens_its_screen(world: World, book: Book) -> None:
    """Step, subject, place, language, what it does, and all that the person had said before."""
    assert not Expected(world, book).all_wrong()


def test_the_file_is_as_it_was_drawn() -> None:
    """Nobody draws it again or mends a line: people's phones hold these buttons."""
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == DRAWN


def test_the_file_covers_the_talk() -> None:
    """All steps and kinds of subject of that day, all places, both languages, everything that a talk can remember."""
    rows = read()
    assert len(rows) == COUNT
    assert all(len(button.encode()) <= LONGEST and unpack(button) for button in rows)
    assert {then.language for then in rows.values()} == {"en", "es"}
    assert min(sum(then.language == code for then in rows.values()) for code in ("en", "es")) > 200
    kinds = {then.subject.partition(":")[0] for then in rows.values()}
    assert kinds == {"", "area", "card", "part", "place", "plan", "policy", "question", "referral", "reply", "scene", "topic",
                     "value", "voice"}  # fmt: skip
    assert len({then.subject for then in rows.values() if then.subject.startswith("topic:")}) == 83
    assert len({then.subject for then in rows.values() if then.subject.startswith("referral:")}) == 60
    assert len({then.place for then in rows.values()}) >= 72
    kept = {name for then in rows.values() for name in then.keeps}
    assert kept == {"aims", "answers", "back", "barriers", "card", "fresh", "heard", "how", "opened", "pace", "page", "role",
                    "ticks", "word", "young"}  # fmt: skip
    assert {then.does for then in rows.values()} == {"", "copy", "erase", "fresh", "leave", "same", "timer", "timer_off"}


# --- the test itself notices ---------------------------------------------------------------------------------------


def _edited(*changes: tuple[str, str, str]) -> Expected:
    """The old buttons in a pack where words of files were replaced: (path, old, new), "" for every file of `flows/`."""
    files = dict(snapshot(*default_folders()))
    for path, old, new in changes:
        where = [path] if path else [name for name in files if name.startswith("flows/")]
        assert any(old.encode() in files[name] for name in where), old
        for name in where:
            files[name] = files[name].replace(old.encode(), new.encode())
    if _OTHER_ID in changes:  # a file bears the id of what it holds
        files[_REFERRAL.replace("scarlet", "scarlet-alliance")] = files.pop(_REFERRAL)
    book = build(files, compile_flows)
    surface = Surface(name="telegram", title="Telegram", timers=True, layouts=True)
    return Expected(World(Edition(book, TODAY), nothing_heard, surface), book)


_REFERRAL = "content/places/au/referrals/au-scarlet.yaml"
_OTHER_ID = (_REFERRAL, "referral: au-scarlet\n", "referral: au-scarlet-alliance\n")
_RENAMED = (("", "safer.area", "safer.areas"), ("flows/safer.yaml", "  area:\n", "  areas:\n"))


def test_a_step_renamed_without_was_is_noticed() -> None:
    """Its buttons would open the first screen."""
    wrong = _edited(*_RENAMED).all_wrong()
    assert len(wrong) > 2
    assert any("'safer.area' is due" in line for line in wrong)


def test_a_step_renamed_with_was_is_right() -> None:
    """The same rename as it should be."""
    was = ("flows/safer.yaml", "  areas:\n", "  areas:\n    was: [area]\n")
    assert not _edited(*_RENAMED, was).all_wrong()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("hurt: 1\n      safer: 2", "hurt: 2\n      safer: 1", "aims"),
        ("someday: 2\n      soon: 3", "someday: 3\n      soon: 2", "pace"),
        ("dancing: 5", "dancing: 6", "how"),
        ("tired: 11", "tired: 12", "barriers"),
    ],
)
def test_an_option_with_another_code_is_noticed(old: str, new: str, field: str) -> None:
    """Two that change places, and one that moves to a free number."""
    wrong = _edited(("flows/fields.yaml", old, new)).all_wrong()
    assert any(f"{field}: " in line for line in wrong)


def test_a_subject_renamed_without_was_is_noticed() -> None:
    """Its buttons would open the menu."""
    assert any("referral:au-scarlet" in line for line in _edited(_OTHER_ID).all_wrong())


def test_a_subject_renamed_with_was_is_right() -> None:
    """The same rename as it should be."""
    was = (_REFERRAL, "referral: au-scarlet-alliance\n", "referral: au-scarlet-alliance\nwas: [au-scarlet]\n")
    assert not _edited(_OTHER_ID, was).all_wrong()


def test_a_withdrawn_referral_may_open_its_menu() -> None:
    """A service that closes is a legitimate edit: the file stays, its page is gone."""
    closed = _edited((_REFERRAL, "status: open", "status: closed"))
    assert "au-scarlet" in closed.world.edition.hidden
    assert not closed.all_wrong()


def test_another_tick_for_a_suggestion_is_noticed() -> None:
    """What somebody ticked two weeks ago would be gone from the plan."""
    assert any("ticks: " in line for line in _edited(("content/plan/plan.yaml", "tick: 19,", "tick: 110,")).all_wrong())


def test_other_words_and_new_options_are_no_fault() -> None:
    """A label, a new answer with a new number and another order of choices change where no old button leads."""
    edits = (
        ("flows/fields.yaml", "legal: 7", "legal: 7\n      rest: 8"),
        ("flows/change.yaml", 'en: "Money"', 'en: "Cash"'),
        ("flows/welcome.yaml", "**", ""),
        (_REFERRAL, "name: Scarlet Alliance", "name: Another Name"),
    )
    assert not _edited(*edits).all_wrong()


@pytest.mark.parametrize("pair", [("place", "via_subject"), ("step", "subject"), ("how", "barriers"), ("young", "fresh")])
def test_a_layout_that_shifts_is_noticed(
    world: World, book: Book, monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str]
) -> None:
    """Two fields of the token that change places."""

    def shifted(token: str) -> State | None:
        state = unpack(token)
        one, other = pair
        return state and state._replace(**{one: getattr(state, other), other: getattr(state, one)})

    monkeypatch.setattr("bot.engine.turn.unpack", shifted)
    assert len(Expected(world, book).all_wrong()) > 50


def test_nothing_is_moved_that_the_file_does_not_have() -> None:
    """An entry of `MOVED` that no button needs would hide a fault one day."""
    rows = read().values()
    known = {f"step:{then.step}" for then in rows} | {then.subject for then in rows}
    known |= {f"tick:{tick}" for then in rows for ticks in then.keeps.get("ticks", {}).values() for tick in ticks}
    assert set(MOVED) <= known
