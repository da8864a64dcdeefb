"""The list of addresses: made with a key, shown under "about" and on cards, refused when a letter differs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.book.load import build, default_folders, snapshot
from bot.cli import main
from bot.engine.flows import compile_flows
from bot.engine.state import State
from bot.engine.step import step
from bot.engine.tokens import pack
from bot.engine.types import Press, World
from bot.outreach.sheets import cards, poster
from tests.conftest import TODAY, nothing_heard

ADDRESS = "https://t.me/night_sky_bot"


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen; apt-get install openssh-client")
def test_made_shown_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """About, cards and posters carry the same three words; without a list none do."""
    content, _ = default_folders()
    shutil.copytree(content, tmp_path / "content")
    key, here = tmp_path / "key", ["--content", str(tmp_path / "content")]
    assert main(["genuine", *here]) == 1
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    assert main(["genuine", *here, "--key", str(key), "--telegram", ADDRESS]) == 0
    assert main(["genuine", *here, "--address", ADDRESS]) == 0
    assert main(["genuine", *here, "--address", "https://t.me/night_sky_b0t"]) == 1
    assert "NOT on the list" in capsys.readouterr().err
    edition = build(snapshot(tmp_path / "content", default_folders()[1]), compile_flows).on(TODAY)
    words = " · ".join(edition.genuine.words)
    assert words in cards(edition, "es", ADDRESS)
    assert words in poster(edition, "en", ADDRESS)
    world = World(edition, nothing_heard)
    about = step(world, "", Press(pack(State(language="es", step=world.index.flows.hash["about.open"]))))
    assert words in about.screen.text
    path = tmp_path / "content" / "genuine.yaml"
    path.write_text(path.read_text("utf-8").replace("night_sky_bot", "night_sky_bat"), encoding="utf-8")
    assert main(["genuine", *here]) == 1
    assert "changed" in capsys.readouterr().err
