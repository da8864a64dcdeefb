"""The list of addresses: made with a key, shown under "about" and on cards, refused when a letter differs."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.book import Edition, build, default_folders, snapshot
from bot.cli import main
from bot.engine.flow_compiler import compile_flows
from bot.engine.state import State
from bot.engine.tokens import pack
from bot.engine.turn import step
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
    assert main(["share", "addresses", *here]) == 1
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    assert main(["share", "addresses", *here, "--key", str(key), "--telegram", ADDRESS]) == 0
    assert main(["share", "addresses", *here, "--address", ADDRESS]) == 0
    assert main(["share", "addresses", *here, "--address", "https://t.me/night_sky_b0t"]) == 1
    assert "NOT on the list" in capsys.readouterr().err
    edition = Edition(build(snapshot(tmp_path / "content", default_folders()[1]), compile_flows), TODAY)
    words = " · ".join(edition.genuine.words)
    assert words in cards(edition, "es", ADDRESS).words
    assert words in poster(edition, "en", ADDRESS).words
    world = World(edition, nothing_heard)
    about = step(world, "", Press(pack(State(language="es", step=world.index.flows.hash["about.open"]))))
    assert words in about.screen.text
    path = tmp_path / "content" / "genuine.yaml"
    path.write_text(path.read_text("utf-8").replace("night_sky_bot", "night_sky_bat"), encoding="utf-8")
    assert main(["share", "addresses", *here]) == 1
    assert "changed" in capsys.readouterr().err


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen; apt-get install openssh-client")
def test_a_list_runs_out_is_renewed_and_grows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After its last day it says so, cards are refused and about shows no words; renewed, it keeps its addresses."""
    content, flows = default_folders()
    shutil.copytree(content, tmp_path / "content")
    key, here = tmp_path / "key", ["--content", str(tmp_path / "content")]
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    second = "https://t.me/night_sky_two_bot"
    made = ["share", "addresses", *here, "--key", str(key)]
    assert main([*made, "--telegram", ADDRESS, "--telegram", second, "--until", "2026-12-01", "--date", "2026-11-24"]) == 0
    assert main(["share", "addresses", *here, "--address", "@Night_Sky_two_bot", "--date", "2026-11-30"]) == 0
    assert main(["share", "addresses", *here, "--address", f"{second}?start=k7", "--date", "2026-11-30"]) == 0
    assert main(["share", "print", "cards", *here, "--date", "2026-11-30", "--out", str(tmp_path / "c.html")]) == 0
    assert main(["share", "print", "cards", *here, "--date", "2026-11-30", "--bot", "night_skye_bot"]) == 1
    assert "not on the pack's signed list" in capsys.readouterr().err
    late = ["--date", "2026-12-02"]
    assert main(["share", "addresses", *here, *late]) == 1
    assert main(["share", "link", *here, *late, "--bot", "night_sky_bot"]) == 1
    assert capsys.readouterr().err.count("ran out on 2026-12-01") == 2
    book = build(snapshot(tmp_path / "content", flows), compile_flows)
    for day, shown in ((dt.date(2026, 12, 1), True), (dt.date(2026, 12, 2), False)):
        world = World(Edition(book, day), nothing_heard)
        about = step(world, "", Press(pack(State(language="en", step=world.index.flows.hash["about.open"]))))
        assert (Edition(book, day).genuine.words[0] in about.screen.text) == shown
    assert main([*made, "--renew", "--page", "https://night-sky.example", "--date", "2026-12-02"]) == 0
    out = capsys.readouterr().out
    assert ADDRESS in out
    assert second in out
    assert "page  https://night-sky.example" in out
    assert "until 2027-12-02" in out


@pytest.mark.parametrize("wrong", ["t.me/x", "https://t.me/night sky", "https://t.me/night_sky_bot?start=k7"])
def test_a_wrong_address_is_not_signed(tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str) -> None:
    """Before a key is asked for."""
    assert (
        main(["share", "addresses", "--content", str(default_folders()[0]), "--key", str(tmp_path / "none"), "--telegram", wrong])
        == 1
    )
    assert "address" in capsys.readouterr().err
    assert not (default_folders()[0] / "genuine.yaml").exists()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "never ask for names, codes or money"), ("es", "Nunca pido nombres, códigos ni dinero")]
)
def test_the_bot_says_what_it_never_asks(world: World, language: str, words: str) -> None:
    """On the first screen and under about: whoever asks for these is not the bot."""
    for step_id in ("welcome.home", "about.open"):
        screen = step(world, "", Press(pack(State(language=language, step=world.index.flows.hash[step_id])))).screen
        assert words in screen.text
