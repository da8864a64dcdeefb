"""A talk that was played is kept as a test: every choice has a name that means it, and what was kept leads where it led."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from bot.authoring.scenarios.player import ScenarioDiffers, find, name_of, play
from bot.authoring.scenarios.recorder import Recorder, without_words, written
from bot.book import Edition
from bot.book.reader import read
from bot.channels import terminal
from bot.cli import main
from bot.engine.turn import step
from bot.engine.types import Press, Start, Surface, Turn, Typed, World
from bot.engine.walker import walk
from bot.find.building import build_finder


@pytest.fixture(scope="module")
def talking(edition: Edition) -> World:
    """The real pack with the real finder, on a channel with every ability."""
    return World(edition, build_finder(edition).listen, Surface(title="Telegram", timers=True, layouts=True))


@pytest.fixture(autouse=True)
def _pack_read_once(talking: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command uses the pack and the finder that are made already."""
    monkeypatch.setattr("bot.commands.chat.load_edition", lambda _args: talking.edition)
    monkeypatch.setattr("bot.commands.chat.world", lambda edition, surface, listen: World(edition, talking.listen, surface))
    monkeypatch.setattr("bot.commands.chat.LaterFinder.begin", lambda _finder: None)


def _piped(words: list[str], lines: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    return main(["chat", "--date", "2026-11-24", *words, *([] if "--record" in words else ["--record"])])


@pytest.mark.parametrize("start", ["welcome.home", "agency.home"])
def test_every_choice_of_every_screen_has_a_name_that_means_it(world: World, start: str) -> None:
    """So that whatever is pressed can be kept and pressed again."""
    for visit in walk(world, "es", "us", vary=False, start=start).visits:
        turn = Turn(visit.token, visit.screen)
        for choice in (*visit.screen.choices, *visit.screen.footer):
            found = find(world, turn, name_of(world, turn, choice.token))
            assert found is not None
            assert found.token == choice.token, (visit.step, choice.label)


@pytest.mark.parametrize("seed", range(12))
def test_any_talk_kept_leads_where_it_led(talking: World, seed: int) -> None:
    """Thirty presses and questions at random, written to a file, read with the strict reader, played again."""
    chance = random.Random(seed)
    talk = {"talk": "any", "language": chance.choice(["en", "es"]), "place": chance.choice(["", "us-ny"]), "turns": []}
    recorder = Recorder(talking, talk)
    turn = step(talking, "", Start(talk["place"], talk["language"]))
    for _ in range(30):
        choices = (*turn.screen.choices, *turn.screen.footer)
        typed = chance.choice(["condom broke", "hola", 'a "quoted": # one', "- list"])
        event = Typed(typed) if chance.random() < 0.15 else Press(chance.choice(choices).token)
        turn = step(talking, turn.token, event)
        recorder.watch(event, turn)
    value, _ = read("any.yaml", written(recorder.talk, recorder.labels).encode())
    assert [move.get("type") for move in value["turns"]] == [move.get("type") for move in recorder.talk["turns"]]
    assert play(talking, value).token == turn.token


def test_it_says_where_a_talk_leads_and_not_its_wording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], talking: World
) -> None:
    """Steps and subjects are what is tested; labels stand in comments; the command says that it passes."""
    file = tmp_path / "safer.yaml"
    assert _piped(["--place", "us-ny", "--record", str(file)], "2\n1\n1\nleave\n", monkeypatch) == 0
    text = file.read_text(encoding="utf-8")
    value, _ = read("safer.yaml", text.encode())
    assert "it passes" in capsys.readouterr().out
    assert [move["press"] for move in value["turns"]][0::3] == ["safer", "leave"]
    assert [move["at"] for move in value["turns"]] == ["safer.area", "safer.topics", "topic.tips", "leave.done"]
    assert value["turns"][3]["asks"] == "leave"
    assert value["place"] == "us-ny"
    assert "  # Tips to stay safer\n" in text
    assert "Tips" not in str(value)
    play(talking, value)


def test_a_kept_talk_fails_when_the_talk_leads_elsewhere(talking: World) -> None:
    """The player of tests is the same; it names the turn and nothing that was typed."""
    recorder = Recorder(talking, {"talk": "x", "language": "en", "turns": []})
    typed = Typed("my very own words")
    recorder.watch(typed, step(talking, recorder.turn.token, typed))
    recorder.talk["turns"][0]["at"] = "welcome.home"
    with pytest.raises(ScenarioDiffers, match="turn 1 of x leads to") as caught:
        play(talking, recorder.talk)
    assert "very own" not in str(caught.value)
    assert "very own" not in repr(recorder)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"at": "welcome.home"}, "leads to leave.done"),
        ({"about": "topic:pep"}, "is about nothing"),
        ({"asks": "copy"}, "asks for leave"),
        ({"shows": ["contact"]}, "shows no contact"),
        ({"press": "nowhere"}, "nowhere is not on"),
    ],
)
def test_each_thing_that_a_talk_says_is_looked_at(world: World, wrong: dict[str, object], says: str) -> None:
    """Each alone makes the talk fail, and says what was found."""
    right = {"press": "leave", "at": "leave.done", "asks": "leave", "hides": ["contact"]}
    play(world, {"talk": "x", "language": "en", "turns": [right]})
    with pytest.raises(ScenarioDiffers, match=says):
        play(world, {"talk": "x", "language": "en", "turns": [right | wrong]})


def test_typed_words_are_announced_before_and_can_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A phrase of the pack that leads to the same screen stands in their place, and the rest of the talk still goes on."""
    lines, file = "my rubber broke last nite zzz\n1\n", tmp_path / "typed.yaml"
    assert _piped(["--record", str(file)], lines, monkeypatch) == 0
    assert "type only what you make up" in capsys.readouterr().err
    kept, _ = read("typed.yaml", file.read_bytes())
    assert kept["turns"][0]["type"] == "my rubber broke last nite zzz"
    assert _piped(["--record", str(file), "--again", "--without-words"], lines, monkeypatch) == 0
    swapped, _ = read("typed.yaml", file.read_bytes())
    assert "zzz" not in file.read_text(encoding="utf-8")
    assert [{**move, "type": ""} for move in swapped["turns"]] == [{**move, "type": ""} for move in kept["turns"]]


def test_where_no_phrase_leads_there_the_talk_ends_before(talking: World) -> None:
    """Nothing typed slips in; what came before is kept."""
    talk = {
        "talk": "x",
        "language": "en",
        "turns": [{"press": "safer", "at": "safer.area"}, {"type": "secret", "at": "no.where"}],
    }
    kept, cut = without_words(talking, talk)
    assert (kept["turns"], cut) == (talk["turns"][:1], 1)


def test_words_are_asked_about_where_somebody_sits_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No is the answer of an empty line; a talk that is there is asked about as well."""
    file = tmp_path / "asked.yaml"
    answers = iter(["pep", "leave", ""])
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr("builtins.input", lambda *_: next(answers))
    assert main(["chat", "--record", str(file), "--date", "2026-11-24"]) == 0
    kept = file.read_bytes()
    assert read("asked.yaml", kept)[0]["turns"][0]["type"] != "pep"
    answers = iter(["n"])
    assert main(["chat", "--record", str(file), "--date", "2026-11-24"]) == 1
    assert file.read_bytes() == kept
    assert "--again" in capsys.readouterr().err


def test_a_talk_is_never_overwritten_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piped: refused before anything is played, unless told."""
    file = tmp_path / "mine.yaml"
    file.write_text("mine", encoding="utf-8")
    assert _piped(["--record", str(file)], "2\n", monkeypatch) == 1
    assert file.read_text(encoding="utf-8") == "mine"
    assert _piped(["--record", str(file), "--again"], "2\n", monkeypatch) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--place", "us-nyy"], "Did you mean"),
        (["--lang", "xx"], "no language"),
        (["--record", "no/such/folder/x.yaml"], "no folder"),
        (["--record", "My Talk.yaml"], "small letters"),
        (["--record", "talk.txt"], ".yaml"),
    ],
)
def test_arguments_that_make_no_sense_are_explained(
    words: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the talk begins."""
    assert _piped(words, "2\n", monkeypatch) == 2
    assert says in capsys.readouterr().err


def test_nothing_played_is_nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty talk would be a test that cannot fail."""
    file = tmp_path / "empty.yaml"
    assert _piped(["--record", str(file)], "\n99\n", monkeypatch) == 1
    assert not file.exists()


def test_words_that_a_file_cannot_hold_are_refused_without_showing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hidden signs."""
    file = tmp_path / "hidden.yaml"
    assert _piped(["--record", str(file)], "pep\u202etonight\n", monkeypatch) == 1
    said = capsys.readouterr()
    assert "Nothing was kept" in said.err
    assert "tonight" not in said.err
    assert not file.exists()
