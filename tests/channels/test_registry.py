"""What each descriptor says of its channel is true; nothing but the registry lists channels; none is loaded before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from bot.channels.channel import Channel
from bot.channels.registry import CHANNELS, channel, fullest, probed, served, set_up
from bot.channels.settings import SettingsError
from bot.engine.turn import step
from bot.ops.inventory import table
from bot.ops.inventory.fields import modules
from bot.privacy.log_grammar import REFUSALS

ROOT = Path(__file__).resolve().parents[2]
EACH = pytest.mark.parametrize("each", CHANNELS.values(), ids=lambda each: each.name)
LIBRARIES = ("telegram", "telethon", "aiohttp", "httpx", "yarl", "uvicorn", "starlette", "valkey")


def _files(each: Channel) -> list[Path]:
    """The channel's own modules."""
    package = ROOT / "bot/channels" / each.name
    return sorted(package.glob("*.py")) if package.is_dir() else [package.with_suffix(".py")]


def _loaded(each: Channel) -> tuple[str, ...]:
    """Every module of ours that the channel's own may load."""
    return modules(ROOT, tuple(str(file.relative_to(ROOT)) for file in _files(each)))


def _entries(each: Channel) -> list[dict]:
    return yaml.safe_load(each.inventory.read_text("utf-8")) if each.inventory else []


def _holding(name: str) -> table.InventoryEntry:
    return next(entry for entry in table.entries() if entry.name == name)


@EACH
def test_it_is_found_by_its_name(each: Channel) -> None:
    """In the registry, and as the package."""
    assert channel(each.name) is each
    package = import_module(f"bot.channels.{each.name}")
    assert package.CHANNEL is each
    assert package.SURFACE is each.surface


def test_no_two_share_what_must_differ() -> None:
    """The name that chats are named under, the variables; two channels' chats would be one."""
    for taken in (
        [each.sessions for each in CHANNELS.values() if each.sessions],
        [each.health for each in CHANNELS.values() if each.health],
        [mark for each in CHANNELS.values() if each.settings for mark in each.settings.marks],
        [each.title for each in CHANNELS.values()],
    ):
        assert len(taken) == len(set(taken)), taken


@EACH
def test_its_surface_says_the_same(each: Channel) -> None:
    """What flows may offer is what the channel has."""
    assert each.surface.erases == bool(each.erasing)
    assert each.surface.timers == (each.timers is not None)
    assert each.surface.buttons == (each.tokens in ("buttons", "form"))


@EACH
def test_its_code_does_what_its_surface_says(each: Channel) -> None:
    """An effect that a surface allows has code that carries it out, and no other has."""
    used = {
        node.id for file in _files(each) for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Name)
    }
    assert ("Timer" in used) == each.surface.timers
    assert ("Layout" in used) == each.surface.layouts


@EACH
def test_it_keeps_sessions_and_knows_people_only_where_it_says_so(each: Channel) -> None:
    """Read from what its modules load: sealed sessions and the names that people are given in them."""
    loaded = _loaded(each)
    assert len(loaded) > 10
    assert ("bot/channels/sessions.py" in loaded) == bool(each.sessions)
    assert ("bot/privacy/pseudonym.py" in loaded) == each.identity
    assert each.identity or not each.sessions
    assert each.tokens != "session" or each.sessions


@pytest.mark.parametrize("name", [each.name for each in CHANNELS.values() if each.sessions])
async def test_its_chats_are_named_under_its_own_name(name: str, world, tmp_path: Path) -> None:
    """What seals a session is made from it."""
    app, settings = (import_module(f"bot.channels.{name}.{part}") for part in ("app", "settings"))
    made = {"telegram": ("1:A", "http://127.0.0.1:9/bot"), "signal": (str(tmp_path / "none"),)}[name]
    async with app.channel(step, lambda: world, settings.Settings(*made, name_cost=2)) as parts:
        assert parts.sessions._namer._channel == channel(name).sessions
        assert parts.sessions._namer._channel == channel(name).sessions


@EACH
def test_the_inventory_says_the_same(each: Channel) -> None:
    """Of where the state travels and what is taken back; in its own file, which speaks of its own modules alone."""
    assert (each.inventory is not None) == (each.service is not None)
    assert (f"({each.title})" in _holding("button").where) == (each.tokens == "buttons")
    assert (f"On {each.title} the same lies in the session" in _holding("button").where) == (each.tokens == "session")
    assert (f"typed words on {each.title}" in _holding("messages").lives) == ("typed words" in each.erasing)
    for entry in _entries(each):
        for path in entry.get("fields", {}):
            assert path.startswith(f"bot/channels/{each.name}/"), path
    base = [name for file in table._FILES for name in _paths(ROOT / "bot/ops/inventory" / file)]
    assert base
    assert not [path for path in base if path.startswith(f"bot/channels/{each.name}/")]


def _paths(file: Path) -> Iterator[str]:
    for entry in yaml.safe_load(file.read_text("utf-8")):
        yield from entry.get("fields", {})


def _reasons(file: Path, only: set[str] | None = None) -> set[str]:
    """What the functions of a module may refuse with. `only`: these functions alone."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and (only is None or node.name in only)]
    calls = [node for made in functions for node in ast.walk(made) if isinstance(node, ast.Call)]
    refusing = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "SettingsError"]
    found: set[str] = set()
    for node in refusing:
        # `a if x == "B" else c`: what is compared is no reason
        given = [node.args[0].body, node.args[0].orelse] if isinstance(node.args[0], ast.IfExp) else [node.args[0]]
        found |= {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return found


def _all_reasons(file: Path) -> set[str]:
    """With those of the shared functions that it imports."""
    imported = {
        alias.name
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "bot.channels.settings"
        for alias in node.names
    }
    return _reasons(file) | _reasons(ROOT / "bot/channels/settings.py", imported)


@EACH
def test_its_refusals_are_those_of_its_settings_and_have_a_sentence(each: Channel) -> None:
    """No more and no fewer, for the channel and for the probe."""
    folder = ROOT / "bot/channels" / each.name
    for part, declared in (("settings", each.settings), ("phone", each.probe)):
        file = folder / f"{part}.py"
        assert file.is_file() == (declared is not None)
        if declared is not None:
            assert set(declared.refusals) == _all_reasons(file)
            assert set(declared.refusals) <= set(REFUSALS)
            assert len(declared.refusals) == len(set(declared.refusals))


def _refused(each: Channel, environ: dict[str, str]) -> str:
    """Why its settings refuse, "" where they do not."""
    assert each.settings is not None
    try:
        each.settings.read(environ)
    except SettingsError as error:
        return error.why
    return ""


@EACH
def test_its_variables_are_read_by_its_settings(each: Channel, tmp_path: Path) -> None:
    """One mark is enough to run; the health file and each secret arrive."""
    assert bool(each.health) == (each.service is not None)
    if each.settings is None:
        return
    assert _refused(each, {}) in ("", *each.settings.refusals)
    file = tmp_path / "mark"
    file.write_text("1:x")
    for mark in each.settings.marks:
        value = "1:x" if mark.endswith("_TOKEN") else str(file)
        assert each.set_up({mark: value})
        found = each.settings.read({mark: value, each.health: "/run/x/health"})
        assert found.health_file == Path("/run/x/health")
        assert each.settings.read({mark: value}).health_file is None
    for secret in each.settings.secrets:
        environ = {each.settings.marks[0]: "1:x", secret.variable: "16:letters-and-more"}
        if secret.asked_by:
            assert _refused(each, {each.settings.marks[0]: "1:x", secret.asked_by: "https://example.org/"})
            environ[secret.asked_by] = "https://example.org/"
        read = each.settings.read(environ)
        assert "16:letters-and-more" in [getattr(read, name) for name in read.__slots__]


def test_what_is_asked_of_the_registry() -> None:
    """Who is served, probed, set up; an unknown name is an error."""
    assert {"telegram", "signal"} <= {each.name for each in served()} < set(CHANNELS)
    assert {"telegram", "signal"} <= {each.name for each in probed()} <= {each.name for each in served()}
    assert set_up({}) == []
    assert set_up({"CONSTELLATION_SIGNAL_SOCKET": "s"}) == [channel("signal")]
    assert fullest() == channel("telegram").surface
    with pytest.raises(KeyError):
        channel("pigeon")


def test_only_the_registry_knows_the_channels() -> None:
    """No other module imports one or, where bots are run and looked after, names one: a new channel would be forgotten there."""
    names = {each.name for each in served()}
    own = ("bot/channels/registry.py", *(f"bot/channels/{name}/" for name in names))
    rooms = ("bot/commands/run/", "bot/commands/ops/", "bot/ops/", "bot/runtime/", "bot/cli")
    looked = 0
    for file in (ROOT / "bot").rglob("*.py"):
        path = file.relative_to(ROOT).as_posix()
        if path.startswith(own):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                spelled = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
                found = [each for each in spelled if each.split(".")[:2] == ["bot", "channels"] and names & set(each.split("."))]
                assert not found, (path, found)
            elif isinstance(node, ast.Constant) and path.startswith(rooms) and isinstance(node.value, str):
                looked += 1
                assert node.value not in names, (path, node.lineno)
                assert not node.value.startswith(tuple(f"CONSTELLATION_{name.upper()}_" for name in names)), (path, node.lineno)
    assert looked > 500


@pytest.mark.parametrize(
    "work",
    [
        "import bot.channels.registry",
        "import bot.cli; bot.cli.main(['--help'])",
        "import bot.cli; bot.cli.main(['run', 'telegram', '--help'])",
        "import bot.cli; bot.cli.main(['chat', '--place', 'us-ny'])",
    ],
    ids=["registry", "help", "run-help", "chat"],
)
def test_no_library_of_a_channel_is_loaded_before_it_is_served(work: str) -> None:
    """So that a talk in a terminal begins at once, and runs where they are not installed."""
    code = f"import sys\ntry:\n    {work}\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
    code += f"loaded = sorted(set({LIBRARIES!r}) & set(sys.modules))\nassert not loaded, loaded\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, input="", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
