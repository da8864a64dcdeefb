"""A new channel is a package and one entry in the registry: a made-up one, added to a copy of the program, runs everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRY = ("        terminal.CHANNEL,\n", "        terminal.CHANNEL,\n        pigeon.CHANNEL,\n")
IMPORT = ("from bot.channels import signal,", "from bot.channels import pigeon, signal,")

# A form for each screen, nobody known, nothing kept: what a page on the web would be.
PACKAGE = {
    "__init__.py": '''"""Letters by pigeon."""

from pathlib import Path

from bot.channels.channel import Channel, ChannelSettings, Secret, Service
from bot.engine import Surface


def _settings(environ):
    from bot.channels.pigeon.app import settings

    return settings(environ)


def _serve(step, world_of, settings):
    from bot.channels.pigeon.app import run

    return run(step, world_of, settings)


CHANNEL = Channel(
    Surface(name="pigeon", title="Pigeon", erases=False),
    identity=False,
    tokens="form",
    settings=ChannelSettings(
        _settings, ("CONSTELLATION_PIGEON_LOFT",), ("settings",), (Secret("ring", "CONSTELLATION_PIGEON_RING"),)
    ),
    health="CONSTELLATION_PIGEON_HEALTH_FILE",
    service=Service("the bot by pigeon", "CONSTELLATION_PIGEON_LOFT=loft constellation run pigeon", _serve),
    inventory=Path(__file__).with_name("inventory.yaml"),
)
''',
    "app.py": '''"""Writes the first screen to a file."""

from pathlib import Path
from typing import NamedTuple

from bot.channels.settings import SettingsError
from bot.engine import Start
from bot.privacy import safe_log
from bot.runtime.health import Health


class Letter(NamedTuple):
    """What flies."""

    words: str
    token: str


def settings(environ):
    if not environ.get("CONSTELLATION_PIGEON_LOFT"):
        raise SettingsError("settings")
    return Path(environ["CONSTELLATION_PIGEON_LOFT"]), Path(environ["CONSTELLATION_PIGEON_HEALTH_FILE"])


def run(step, world_of, settings):
    loft, health = settings
    turn = step(world_of(), "", Start())
    letter = Letter("".join(span.text for span in turn.screen.spans), turn.token)
    loft.write_text(f"{world_of().surface.title}: {letter.words}", "utf-8")
    Health(health).good()
    safe_log.say("started")
    return 0
''',
    "inventory.yaml": """- entry: screen
  fields:
    bot/channels/pigeon/app.py:
      Letter: {words: the words of a screen}
- entry: pigeon
  part: others
  where: The sky
  what: a letter on its way
  lives: an hour
  tells: whoever catches the bird what was shown
  fields:
    bot/channels/pigeon/app.py:
      Letter: {token: the state of the talk}
""",
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with the package and the entry, and no other change."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    package = folder / "bot/channels/pigeon"
    package.mkdir()
    for name, text in PACKAGE.items():
        (package / name).write_text(text, "utf-8")
    registry = folder / "bot/channels/registry.py"
    text = registry.read_text("utf-8")
    for before, after in (ENTRY, IMPORT):
        assert text.count(before) == 1
        text = text.replace(before, after)
    registry.write_text(text, "utf-8")
    return folder


def _said(program: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CONSTELLATION_")}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=program, env={**environ, "PYTHONPATH": str(program), **variables}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_it_is_run_and_its_health_is_looked_at(program: Path, tmp_path: Path) -> None:
    """Served with its own surface and settings; refused in a sentence of the log's without them."""
    loft, health = tmp_path / "loft", tmp_path / "health"
    pack = ("--content", str(ROOT / "content"), "--flows", str(ROOT / "flows"))
    variables = {"CONSTELLATION_PIGEON_LOFT": str(loft), "CONSTELLATION_PIGEON_HEALTH_FILE": str(health)}
    assert _said(program, "bot", "ops", "health", **variables).returncode == 1
    done = _said(program, "bot", "run", "pigeon", *pack, **variables)
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr
    assert loft.read_text("utf-8").startswith("Pigeon: ")
    assert len(loft.read_text("utf-8")) > 100
    os.utime(health)  # on a busy machine it may be long ago by now
    done = _said(program, "bot", "ops", "health", **variables)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith(f"{health}: green.")
    done = _said(program, "bot", "run", "pigeon", *pack)
    assert done.returncode == 2
    assert "the settings cannot be used" in done.stdout + done.stderr


def test_the_help_and_the_page_of_commands_have_it(program: Path) -> None:
    """With its line and its example; what is typed after it is repeated nowhere, as with each channel."""
    assert "the bot by pigeon" in _said(program, "bot", "run", "--help").stdout
    example = "CONSTELLATION_PIGEON_LOFT=loft constellation run pigeon"
    assert example in _said(program, "bot", "run", "pigeon", "--help").stdout
    assert f"### constellation run pigeon\n\nThe bot by pigeon.\n\n    {example}\n" in _said(program, "bot.cli_reference").stdout
    assert "CONSTELLATION_PIGEON_HEALTH_FILE" in _said(program, "bot", "ops", "health", "--help").stdout
    done = _said(program, "bot", "run", "pigeon", "--secret-by-mistake")
    assert done.returncode == 2
    assert "mistake" not in done.stdout + done.stderr


def test_doctor_looks_at_its_secret(program: Path, tmp_path: Path) -> None:
    """Where the machine serves it; and then at no other channel's."""
    said = _said(program, "bot", "ops", "doctor", CONSTELLATION_PIGEON_LOFT="loft").stdout
    assert "MEND  ring: no ring file is named" in said
    assert " token:" not in said
    assert "  ring:" not in _said(program, "bot", "ops", "doctor", CONSTELLATION_SIGNAL_SOCKET="socket").stdout


def test_the_inventory_has_its_words(program: Path) -> None:
    """In an entry of its own and in one of every channel's; and it fails where a field has none."""
    done = _said(program, "bot", "ops", "inventory", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = {each["entry"]: each for each in json.loads(done.stdout)["inventory"]}
    assert found["pigeon"]["where"] == "The sky"
    assert found["pigeon"]["fields"] == {"bot/channels/pigeon/app.py:Letter.token": "the state of the talk"}
    assert found["screen"]["where"].startswith("The process")
    assert found["screen"]["fields"]["bot/channels/pigeon/app.py:Letter.words"] == "the words of a screen"
    words = program / "bot/channels/pigeon/inventory.yaml"
    before = words.read_text("utf-8")
    try:
        words.write_text(before.replace("Letter: {token: the state of the talk}", "Letter: {feather: nothing}"), "utf-8")
        done = _said(program, "bot", "ops", "inventory")
    finally:
        words.write_text(before, "utf-8")
    assert done.returncode == 1
    assert "bot/channels/pigeon/app.py:Letter.token has no explanation" in done.stderr
    assert "bot/channels/pigeon/app.py:Letter.feather is explained, but is not there" in done.stderr
