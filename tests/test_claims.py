"""What we say of ourselves is tied to what is so: when one changes without the other, a test fails."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.memory import FIELDS, rollup
from bot.book.reader import read
from bot.engine.state import State
from bot.engine.tokens import pack, unpack
from bot.engine.turn import step
from bot.engine.types import Press, World

ROOT = Path(__file__).resolve().parents[1]
UNREAD = {
    "en": "No peer educator, doctor, lawyer or Spanish-speaking worker has read them yet",
    "es": "Todavía no lo ha leído nadie",
}
"""What "Who writes this?" says as long as nobody with a role has read the words."""
ANSWERS = {
    "aims": "aims",
    "pace": "pace",
    "how": "how",
    "barriers": "barriers",
    "young": "the mark for under 18",
    "word": "the own word",
}
"""Fields of a button that hold what a person answered on earlier screens, and the documents' words for them."""


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _row(page: str, head: str) -> str:
    return next(line for line in _text(page).splitlines() if line.startswith(f"| **{head}"))


def _readers(book: Path) -> set[str]:
    """Who reviewed anything or has a role, besides the seed pack itself."""
    roles = read(book.name, book.read_bytes())[0]["roles"]
    found = {member for role in roles for member in role["members"]}
    for path in book.parent.rglob("*.yaml"):
        found |= set(re.findall(r"(?m)^.*\breview: *\{[^}]*\bby: *([\w.-]+)", path.read_text(encoding="utf-8")))
    return found - {"seed-pack"}


def test_about_says_that_nobody_has_read_it_as_long_as_that_is_so(tmp_path: Path) -> None:
    """In every language, and no longer once a role has a member or a review has another name."""
    about, _ = read("about.yaml", (ROOT / "flows/about.yaml").read_bytes())
    nobody = not _readers(ROOT / "content/book.yaml")
    for language, words in UNREAD.items():
        assert (words in about["steps"]["who"]["say"][language]) is nobody, (language, _readers(ROOT / "content/book.yaml"))
    book = _text("content/book.yaml").replace("members: []", "members: [ana]", 1)
    (tmp_path / "book.yaml").write_text(book, encoding="utf-8")
    assert _readers(tmp_path / "book.yaml") == {"ana"}


def test_documents_say_what_buttons_carry(world: World) -> None:
    """The answers that the buttons of the neutral home page carry are named in both documents, and no others."""
    home = world.index.flows.hash["welcome.home"]
    told = State(step=home, aims=(1, 2), pace=1, how=1, barriers=1, young=True, word="dance")
    turn = step(world, "", Press(pack(told)))
    states = [unpack(choice.token) for choice in turn.screen.choices + turn.screen.footer]
    carried = {
        name for name in ANSWERS if any(state is not None and getattr(state, name) == getattr(told, name) for state in states)
    }
    assert states
    phone = _row("docs/threat-model.md", "The person's phone")
    privacy = next(line for line in _text("docs/privacy.md").splitlines() if line.startswith("| A button's data"))
    for page in (phone, privacy):
        assert {name for name, words in ANSWERS.items() if words in page} == carried, page
        assert ("home" in page) is bool(carried)


def test_what_trying_all_ids_costs_is_said_as_it_is() -> None:
    """A scrypt for each id by whatever way (`tests/privacy/test_names.py`), and a card's half day beside it."""
    for page in ("docs/threat-model.md", "docs/privacy.md"):
        text = _text(page)
        assert "1.1 core years" in text or "1.1 years of one core" in text, page
        assert "14 core hours" not in text, page
    assert "half a day for all ids" in _text("docs/threat-model.md")


def test_what_is_not_pinned_is_said() -> None:
    """The image's base by tag and Debian's packages without a version, as long as the Dockerfile has them so."""
    image = _text("Dockerfile")
    loose = bool(re.search(r"(?m)^FROM (?!.*@sha256:)", image)) or "apt-get install" in image
    row = _row("docs/threat-model.md", "Dependencies")
    assert ("Not pinned**: the base image (by tag), git and other Debian packages" in row) is loose
    for name in ("requirements.lock", "requirements-build.lock"):
        assert f"`{name}`" in row
        assert "--hash=sha256:" in _text(name)


def test_figures_say_beside_each_success_what_was_lost_and_missed() -> None:
    """Beside every full mark for emergencies what strangers got; beside the losses' zeros what the review measured."""
    figures = _text("docs/figures.md")
    emergencies = [line for line in figures.splitlines() if line.startswith("| emergencies with their card first")]
    assert emergencies
    for line in emergencies:
        assert "35 % and 36 %" in line
    assert "30 to 69 of 340" in figures
    assert "lose no question" not in _text("README.md")


def test_memory_is_read_from_what_the_kernel_writes() -> None:
    """kB of 1,024 bytes to MB, of the fields named; the header line is no field."""
    text = "5581-7ffd ---p 00000000 00:00 0   [rollup]\n" + "".join(f"{field}:   1000 kB\n" for field in FIELDS)
    assert rollup(text) == dict.fromkeys(FIELDS, 1.0)
