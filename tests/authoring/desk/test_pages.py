"""The pages without a browser: who may reach them, what they show and hide, and what the desk writes and refuses to write."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.authoring.desk.app import app
from bot.authoring.desk.live_pack import LivePack
from bot.authoring.desk.page import Site
from bot.authoring.lint.runner import check
from bot.authoring.review.screen_diff import since_of
from bot.book import Edition
from bot.commands.desk import _world
from tests.authoring.desk.forms import fields
from tests.authoring.packs import PEP, live, on_disk, ready, real, with_words

PORT, KEY = 8765, "a-key-of-this-test"
HOME = f"http://127.0.0.1:{PORT}"
POSTED = {"origin": HOME}


def _client(site: Site, key: str = "") -> TestClient:
    return TestClient(app(site, PORT, key, watch=False), base_url=HOME, follow_redirects=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real pack in a folder of its own."""
    return on_disk(real(), tmp_path)


@pytest.fixture
def pack(folder: Path) -> LivePack:
    """The folder, read once."""
    return live(folder)


@pytest.fixture
def client(pack: LivePack) -> TestClient:
    """The preview."""
    return _client(Site(pack))


@pytest.fixture
def desk(pack: LivePack) -> TestClient:
    """The desk, opened with its key."""
    client = _client(Site(pack, desk=True), KEY)
    assert client.get("/", params={"key": KEY}).status_code == 303
    return client


# --- who may reach them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8765", ""]
)
def test_another_name_for_this_machine_is_refused(client: TestClient, host: str) -> None:
    """A page that points its own name here reads nothing."""
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "welcome" not in answer.text


def test_pages_are_kept_by_nobody_and_run_no_script_of_others(client: TestClient) -> None:
    """Headers of every answer, refusals included; a title that says nothing."""
    for answer in (client.get("/"), client.get("/nothing"), client.get("/", headers={"host": "x"})):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<title>Pages</title>" in client.get("/").text
    assert " style=" not in client.get("/").text


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:9999"},
                {"origin": HOME, "sec-fetch-site": "same-site"}],
)  # fmt: skip
def test_a_form_of_another_page_changes_nothing(desk: TestClient, folder: Path, headers: dict[str, str]) -> None:
    """Even with the cookie: another site, another port, no origin."""
    for path in ("/desk/look", "/desk/save", "/desk/undo", "/talk"):
        assert desk.post(path, data={"do": "tip"}, headers=headers).status_code == 403


def test_the_desk_opens_with_its_key_only(pack: LivePack) -> None:
    """The cookie is for this site alone and no script can read it; every other page is closed without."""
    closed = _client(Site(pack, desk=True), KEY)
    for path in ("/", "/desk", "/talk", "/now", "/look.css", "/?key=wrong", "/?key=%C3%A9"):
        assert closed.get(path).status_code == 403
    cookie = closed.get("/", params={"key": KEY}).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert closed.get("/desk").status_code == 200


def test_the_preview_cannot_change_files(client: TestClient) -> None:
    """It has no such page."""
    assert client.get("/desk").status_code == 404
    assert client.post("/desk/save", data={"do": "tip"}, headers=POSTED).status_code == 404


def test_a_page_that_fails_says_nothing_of_what_was_typed(
    pack: LivePack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither to the page nor to the terminal."""

    def fails(*_: object) -> object:
        raise RuntimeError("words: my secret")

    monkeypatch.setattr("bot.authoring.desk.preview_chat.step", fails)
    answer = _client(Site(pack)).post("/talk", data={"words": "my secret"}, headers=POSTED)
    assert answer.status_code == 500
    said = "".join(capsys.readouterr())
    assert "RuntimeError" in said
    assert "secret" not in said + answer.text


# --- what they show ------------------------------------------------------------------------------------------------


def test_screens_by_flow_language_and_place(client: TestClient) -> None:
    """Each chosen; the faults and the files beside them; words to look for."""
    assert "What would help right now?" in client.get("/").text
    spanish = client.get("/", params={"flow": "urgent", "lang": "es", "place": "us-ny"}).text
    assert 'lang="es"' in spanish
    assert "flows/urgent.yaml:" in spanish
    only = client.get("/", params={"flow": "topic", "about": "topic:pep"}).text
    assert PEP in only
    assert "content/topics/health/prep.yaml" not in only
    found = client.get("/", params={"q": "28 days"}).text
    assert "<code>topic.tips</code> PEP" in found
    assert "No screen says this" in client.get("/", params={"q": "zzzz<b>"}).text
    assert client.get("/", params={"flow": "nope", "place": "atlantis", "lang": "xx", "part": "999"}).status_code == 200


def test_faults_stand_beside_the_screens_of_their_file(folder: Path) -> None:
    """Explained, with file and line."""
    on_disk(with_words(real(), PEP, "You take it for 28 days.", "You must take it for 28 days."), folder)
    pack = live(folder, check)
    client = _client(Site(pack))
    assert "Still being checked" in client.get("/").text
    pack.check()
    page = client.get("/", params={"flow": "topic", "about": "topic:pep"}).text
    line = next(fault.line for fault in pack.faults if fault.file == PEP and fault.code == "ORDER")
    assert f"{PEP}:{line}" in page
    assert f"{PEP}:{line}" in client.get("/faults").text
    assert f"{PEP}:{line}" not in client.get("/", params={"flow": "urgent"}).text


def test_a_save_that_breaks_the_pack_keeps_the_last_good_screens(client: TestClient, pack: LivePack, folder: Path) -> None:
    """And says what is wrong, until it is mended."""
    number = client.get("/now").json()["number"]
    good = (folder / PEP).read_bytes()
    (folder / PEP).write_bytes(good.replace(b"\ntips:", b"\ntips: [", 1))
    assert not pack.look(settle=True)  # the first look only sees that something changed
    assert pack.look(settle=True)
    page = client.get("/").text
    assert client.get("/now").json()["number"] > number
    assert "from being read" in page
    assert f"{PEP}:" in page
    assert "What would help right now?" in page
    (folder / PEP).write_bytes(good)
    pack.look()
    assert "from being read" not in client.get("/").text


def test_a_pack_that_never_could_be_read_shows_its_faults(folder: Path) -> None:
    """On every page."""
    (folder / "content/book.yaml").write_bytes(b"book: [")
    client = _client(Site(live(folder)))
    for path in ("/", "/talk", "/faults", "/changes"):
        assert "content/book.yaml:" in client.get(path).text


def test_a_talk_can_be_pressed_and_typed(client: TestClient) -> None:
    """By the engine's own tokens; the words that were typed are in no answer and in no address."""
    page = client.get("/talk", params={"lang": "es", "place": "us-ny", "words": "never from an address"}).text
    assert "¿Qué te serviría ahora?" in page or 'lang="es"' in page
    token = re.search(r'name="press" value="([^"]+)">Urgente', page)
    assert token
    page = client.post("/talk", data={"now": "", "press": unescape(token[1])}, headers=POSTED).text
    assert "<code>urgent.menu</code>" in page
    now = fields(page, 'class="type" method="post" action="/talk')["now"]
    page = client.post("/talk", data={"now": now, "words": "zq my very own words"}, headers=POSTED).text
    assert "found.unsure" in page
    assert "zq my very" not in page


def test_changes_stand_side_by_side(pack: LivePack, folder: Path) -> None:
    """Reworded words are marked on each side; the lines of the file are there; what is alike is folded."""
    since = since_of("main", real(), ready)
    on_disk(with_words(real(), PEP, "Take every dose", "Take each dose"), folder)
    pack.look()
    client = _client(Site(pack, since=since))
    page = client.get("/changes").text
    assert "</span>every" in page.replace('<span class="sr"> [words that go: ', "<span>")
    assert "new words: </span>each" in page
    assert "Reworded" in page
    assert PEP in page
    assert "No screen changed" in client.get("/changes", params={"lang": "es"}).text


# --- the desk ------------------------------------------------------------------------------------------------------


def _looked(desk: TestClient, path: str, **typed: str) -> tuple[str, dict[str, str]]:
    """A form opened, filled and looked at: the page, and what its Save would send ({} where it has none)."""
    form = fields(desk.get(path).text, "/desk/look") | typed
    page = desk.post("/desk/look", data=form, headers=POSTED).text
    return page, fields(page, "/desk/save") if 'action="/desk/save"' in page else {}


TIP = f"/desk/tip?file={PEP}&tip=days"


def test_a_tip_is_changed_looked_at_saved_and_taken_back(desk: TestClient, folder: Path) -> None:
    """The file changes by one line when it is saved, not before; undo gives its bytes back."""
    before = (folder / PEP).read_bytes()
    page, save = _looked(desk, TIP, **{"text-en": "You take it for 28 days. Take each dose."})
    assert "Take each dose." in page
    assert "What people will see" in page
    assert (folder / PEP).read_bytes() == before
    page = desk.post("/desk/save", data=save, headers=POSTED).text
    assert "<h1>Saved on this machine</h1>" in page
    assert "<h2>Not published yet</h2>" in page
    assert "<code>constellation content approvals --since main</code>" in page
    assert "People still see" not in page
    assert "<h2>Not published yet (1)</h2>" in desk.get("/desk").text
    after = (folder / PEP).read_bytes()
    assert len(set(after.splitlines()) - set(before.splitlines())) == 1
    assert "Taken back" in desk.post("/desk/undo", headers=POSTED).text
    assert (folder / PEP).read_bytes() == before
    assert "nothing to undo" in desk.post("/desk/undo", headers=POSTED).text.lower()
    assert "Not published yet" not in desk.get("/desk").text


def test_a_change_that_makes_the_pack_worse_is_not_saved(desk: TestClient, folder: Path) -> None:
    """The faults are shown, the words stay in the form, and Save refuses it too."""
    before = (folder / PEP).read_bytes()
    page, save = _looked(desk, TIP, **{"text-en": "You must take all of it.", "sources": "stacks-s3"})
    assert save == {}
    assert "Did you mean" in page
    form = fields(page, "/desk/look")
    assert form["text-en"] == "You must take all of it."
    assert "Not saved" in desk.post("/desk/save", data=form, headers=POSTED).text
    assert (folder / PEP).read_bytes() == before


def test_a_file_that_changed_meanwhile_is_shown_and_not_written_over(desk: TestClient, folder: Path) -> None:
    """Both changes side by side; the peer's words stay, on the newest file, and can then be saved."""
    _, save = _looked(desk, TIP, **{"text-en": "You take it for 28 days. Take each dose."})
    on_disk(with_words(real(), PEP, "Every hour counts", "Each hour counts"), folder)
    theirs = (folder / PEP).read_bytes()
    page = desk.post("/desk/save", data=save, headers=POSTED).text
    assert "changed meanwhile" in page
    assert "Each hour counts" in page
    assert "Take each dose" in page
    assert (folder / PEP).read_bytes() == theirs
    page = desk.post("/desk/look", data=fields(page, "/desk/look"), headers=POSTED).text
    desk.post("/desk/save", data=fields(page, "/desk/save"), headers=POSTED)
    assert b"Each hour counts" in (folder / PEP).read_bytes()
    assert b"Take each dose." in (folder / PEP).read_bytes()


def test_a_contact_is_withdrawn_from_the_referral_page(desk: TestClient, folder: Path, pack: LivePack) -> None:
    """One entry in the retractions, and the number is off every screen."""
    referral = "content/places/us/referrals/us-988.yaml"
    page = desk.get("/desk/referral", params={"file": referral}).text
    assert "/desk/withdraw?kind=contact&amp;id=988" in page
    page, save = _looked(desk, "/desk/withdraw?kind=referral&id=us-988", why="reaches somebody else")
    assert "Gone" in page
    saved = desk.post("/desk/save", data=save, headers=POSTED).text
    assert "<h2>Not published yet</h2>" in saved
    assert "People still see what you withdrew." in saved
    assert "nobody&#x27;s approval" in saved
    assert b"us-988" in (folder / "content/retractions.yaml").read_bytes()
    assert pack.good
    assert "us-988" not in pack.good.world.edition.referrals


def test_a_withdrawal_of_nothing_is_refused_and_says_what_was_meant(desk: TestClient, folder: Path) -> None:
    """In the form, with what was typed; nothing is written."""
    before = (folder / "content/retractions.yaml").read_bytes()
    page, save = _looked(desk, "/desk/withdraw?kind=referral&id=us-998", why="reaches somebody else")
    assert save == {}
    assert "Did you mean &quot;us-988&quot;?" in page
    assert "takes nothing away" in page or "would take nothing away" in page
    assert (folder / "content/retractions.yaml").read_bytes() == before


def test_a_missing_translation_is_listed_and_written(folder: Path) -> None:
    """Also while the pack cannot be built for want of it."""
    line = next(row for row in real()[PEP].decode().splitlines() if "Cada hora cuenta" in row)
    on_disk(with_words(real(), PEP, f"{line}\n", ""), folder)
    pack = live(folder)
    desk = _client(Site(pack, desk=True), KEY)
    desk.get("/", params={"key": KEY})
    page = desk.get("/desk").text
    assert "missing in Español" in page
    link = re.search(r'href="(/desk/translate\?[^"]+)"', page)
    assert link
    item = unescape(link[1])
    page, save = _looked(desk, item, words="Empieza lo antes posible: mejor en 24 horas, no más de 72.")
    desk.post("/desk/save", data=save, headers=POSTED)
    assert not pack.broken


@pytest.mark.parametrize(
    "path", ["/desk/tip?file=/etc/passwd&tip=x", "/desk/topic?file=../x", "/desk/translate?item=", "/desk/referral"]
)
def test_what_is_not_there_cannot_be_opened(desk: TestClient, path: str) -> None:
    """Nothing outside the pack is read."""
    answer = desk.get(path)
    assert answer.status_code == 200
    assert "This cannot be opened" in answer.text


def test_the_lists_lead_to_every_topic_and_referral(desk: TestClient, pack: LivePack) -> None:
    """Each by its file."""
    assert pack.good
    topics, referrals = desk.get("/desk/topics").text, desk.get("/desk/referrals").text
    assert topics.count("/desk/topic?") == len(pack.good.book.topics)
    assert referrals.count("/desk/referral?") == len(pack.good.book.referrals)
    assert "/desk/tip?" in desk.get("/desk/topic", params={"file": PEP}).text


def test_what_the_desk_compares_begins_alike(edition: Edition) -> None:
    """Its worlds pick no first line by chance, or every screen would count as changed."""
    assert {_world(edition).pick(6) for _ in range(40)} == {0}
