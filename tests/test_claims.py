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
from bot.privacy.pepper import Peppers
from bot.runtime.state import MemoryState
from bot.runtime.state.valkey import ValkeyServer, ValkeyState

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
    """On the neutral home page buttons carry the mark for under 18 and no other answer; both documents say so."""
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
    assert carried == {"young"}
    for page in (phone, privacy):
        assert all(words in page for words in ANSWERS.values()), page
        assert re.search(r"home page.*of these only the mark for under 18", page), page


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


def test_readme_says_what_home_and_leave_carry() -> None:
    """The mark for under 18 stays in them (the test above), so "none" alone would be false."""
    (promise,) = re.findall(r"Home and Leave carry none[^.]*\.", _text("README.md").replace("\n   ", " "))
    assert "but an age under 18" in promise


def test_what_replicas_promise_is_shared_and_what_is_left_is_said() -> None:
    """Each part of the state lies where replicas meet, so that no promise holds for one process alone; a part that a process
    keeps for itself fails here, and belongs into the page on threats."""
    shared = ValkeyState(ValkeyServer("unix:///none"), Peppers(), b"place")
    parts = vars(MemoryState())
    assert {"sessions", "timers", "owed", "tombstones", "floods", "pacing", "claims", "left"} <= parts.keys()
    for name in parts:
        assert type(getattr(shared, name)).__module__.startswith("bot.runtime.state.valkey."), name
    told = next(line for line in re.split(r"\n(?=- )", _text("docs/threat-model.md")) if line.startswith("- **Replicas"))
    assert "While Valkey is away" in told
    assert "no bot has run on several" in told
    operations = _text("docs/operations.md").split("## Several replicas")[1].split("\n## ")[0]
    assert "no bot has run on several yet" in operations
    for head in ("The process: sealed sessions", "The process: timers"):
        row = next(line for line in _text("docs/privacy.md").splitlines() if line.startswith(f"| {head}"))
        assert "replica" in row, head


def test_what_the_image_lacks_for_a_webhook_is_said() -> None:
    """The image installs `requirements.lock` alone; the web server is not in it."""
    lacks = not re.search(r"(?m)^uvicorn==", _text("requirements.lock"))
    assert ("the image lacks it" in _text("docs/operations.md")) is lacks


def test_nobody_is_told_that_a_kill_clears_their_chat() -> None:
    """Timers lie in the memory of a process alone: a kill takes "clear after 10 minutes" with it."""
    about, _ = read("about.yaml", (ROOT / "flows/about.yaml").read_bytes())
    said = about["steps"]["settings"]["say"]
    assert "they stay" in said["en"]
    assert "se quedan" in said["es"]
    privacy = _text("docs/privacy.md").splitlines()
    assert "if the bot is killed before" in next(line for line in privacy if line.startswith("| The messages, in the chat"))
    assert "a kill takes them all" in next(line for line in privacy if line.startswith("| The process: timers"))


def test_signal_cli_is_left_out_of_no_promise_on_names() -> None:
    """It knows numbers and profile names, which the bot does not read: no document says that they are not there at all."""
    absent = _text("docs/privacy.md").split("## What does not exist")[1].split("\n## ")[0]
    assert re.search(r"In the bot's own process, log and files: no account's name", absent)
    assert "**Not so for signal-cli.**" in absent
    for column in ("number", "username", "profile key", "profile name", "about text", "last update"):
        assert column in absent, column
        assert column in _row("docs/threat-model.md", "signal-cli's process"), column
    about, _ = read("about.yaml", (ROOT / "flows/about.yaml").read_bytes())
    assert "number and profile name" in about["steps"]["others"]["say"]["en"]
    assert "número y nombre de perfil" in about["steps"]["others"]["say"]["es"]


def test_what_is_not_noticed_of_a_stolen_token_is_said() -> None:
    """Who only sends is seen by nobody: "noticed" never stands alone."""
    for text in (_row("docs/threat-model.md", "The bot's token"), _text("docs/operations.md").split("## Somebody else has")[1]):
        assert re.search(r"who only sends", text)
        assert re.search(r"less than once a minute", text)


def test_pins_are_said_to_be_of_one_platform() -> None:
    """As long as each pin has one hash, which is that of one kind of wheel."""
    lock = _text("requirements.lock")
    one_each = len(re.findall(r"(?m)^[\w.-]+==", lock)) == lock.count("--hash=sha256:")
    row = _row("docs/threat-model.md", "Dependencies")
    assert ("for Python 3.13 on x86-64 alone" in row) is one_each


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
