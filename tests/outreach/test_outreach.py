"""Links identify nobody; cards carry the code that they show; the sheet has its place's number, or is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.book import Book, Edition
from bot.book.models import Retraction
from bot.cli import main
from bot.engine.turn import step
from bot.engine.types import Start, World
from bot.outreach.addresses import Addresses, addresses, links
from bot.outreach.page import handout_page, sheet_page
from bot.outreach.sheets import cards, poster, sheet
from tests.conftest import TODAY, nothing_heard
from tests.outreach.printing import ADDRESS, SIGNAL, fonts, with_list


def test_links_carry_codes_that_mean_nothing(edition: Edition) -> None:
    """Short, and without a word of what they open; Signal's links carry no code at all, a page's language and place alone."""
    found = links(edition.codes, Addresses("night_sky_bot", SIGNAL, "https://night-sky.example"), edition)
    for code, link in zip(edition.codes, found, strict=True):
        assert len(link.code) <= 8
        assert link.telegram.endswith(f"?start={link.code}")
        assert not any(topic in link.telegram for topic in edition.topics)
        page = "/".join(filter(None, ("https://night-sky.example", code.language, code.place)))
        assert (link.signal, link.page, link.first) == (SIGNAL, page, link.telegram)
    assert {link.code for link in found if link.typed} == {"w5", "x3", "g8", "b5", "h4", "n6", "q1", "z2"}


def test_a_pages_address_carries_a_place_without_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    """For each language or the one that was asked for; where nothing opens a place, or nobody knows it, that is said."""
    page = ["share", "link", "--page", "https://night-sky.example/", "--place"]
    assert main([*page, "mx"]) == 0
    shown = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert shown == ["https://night-sky.example/en/mx", "https://night-sky.example/es/mx"]
    assert main([*page, "mx", "--lang", "es", "--json"]) == 0
    assert [row["page"] for row in json.loads(capsys.readouterr().out)] == ["https://night-sky.example/es/mx"]
    assert main([*page, "atlantis"]) == 2
    for what in ("cards", "poster"):
        paper = ["share", "print", what, "--page", "https://night-sky.example", "--lang", "es", "--place"]
        assert main([*paper, "mx"]) == 0
        assert "night-sky.example/es/mx" in capsys.readouterr().out
        assert main([*paper, "atlantis"]) == 1
    assert main(["share", "link", "--bot", "night_sky_bot", "--place", "mx"]) == 1
    assert "no code of content/links.yaml opens that" in capsys.readouterr().err


def test_a_page_may_be_an_onion_service_and_carries_no_question(edition: Edition) -> None:
    """Plain http is for onion addresses alone."""
    onion = f"http://{'a' * 56}.onion"
    assert addresses(edition, page=onion).page == onion
    for wrong in ("http://night-sky.example", "https://night-sky.example/?code=r2", "https://night sky.example", f"{onion}/r2"):
        with pytest.raises(ValueError, match="page address"):
            addresses(edition, page=wrong)


def test_a_code_opens_what_the_pack_says_and_an_unknown_one_the_welcome(world: World) -> None:
    """Cards in a pocket go on working."""
    assert step(world, "", Start("r2")).screen.step == "topic.tips"
    assert step(world, "", Start("m4")).token != step(world, "", Start("k7")).token
    assert step(world, "", Start("gone99")).screen.step == "welcome.home"


def test_a_retired_code_opens_the_welcome(book: Book) -> None:
    """Even where it names a topic still, and where the code is a word that a payload could mean."""
    assert book.links
    codes = [code.model_copy(update={"retired": code.code == "r2"}) for code in book.links.links]
    world = World(Edition(replace(book, links=book.links.model_copy(update={"links": codes})), TODAY), nothing_heard)
    turn = step(world, "", Start("r2", "es"))
    assert turn.screen.step == "welcome.home"
    assert "Consejos" in turn.screen.text


@pytest.mark.parametrize("bot", ["a b", "x", "1abcde", "https://example.org/x"])
def test_a_wrong_name_is_refused(edition: Edition, bot: str) -> None:
    """With how to mend it; so are a wrong Signal link and a wrong page."""
    with pytest.raises(ValueError, match="Telegram name"):
        addresses(edition, bot)
    with pytest.raises(ValueError, match="Signal link"):
        addresses(edition, signal="https://signal.org")
    with pytest.raises(ValueError, match="page address"):
        addresses(edition, page="night-sky.example")


def test_without_an_address_the_signed_list_is_used(edition: Edition) -> None:
    """And never mixed with what was typed."""
    assert addresses(with_list(edition)).telegram == "night_sky_bot"
    assert addresses(with_list(edition), signal=SIGNAL) == Addresses("", SIGNAL)
    assert not addresses(edition).any


@pytest.mark.parametrize("language", ["en", "es"])
def test_cards_are_neutral(edition: Edition, language: str) -> None:
    """Ten on a sheet; the address as text; nothing that tells what it is about."""
    for made in (cards(with_list(edition), language, ADDRESS), poster(with_list(edition), language, ADDRESS)):
        assert not any(word in made.words.lower() for word in ("sex", "drug", "drog", "police", "polic", "viol", "abus"))
    page = handout_page(cards(edition, language, ADDRESS))
    assert page.count('class="card"') == 10
    assert page.count("t.me/night_sky_bot?start=k7") == 10
    assert handout_page(cards(edition, language, ADDRESS), large=True).count('class="card"') == 4
    assert "size: letter" in handout_page(poster(edition, language, ADDRESS), "letter")


def test_a_card_tells_how_to_know_the_bot(edition: Edition) -> None:
    """Three words and the day of the check where there is a list; without one, the day of printing and no claim."""
    listed = cards(with_list(edition), "en", ADDRESS).words
    assert "fundamental · horizontal · independiente" in listed
    assert "never asks for names, codes or money" in listed
    assert f"Address checked {TODAY}" in listed
    bare = cards(edition, "en", ADDRESS).words
    assert "never asks for names, codes or money" in bare
    assert f"Printed {TODAY}" in bare
    assert "three words" not in bare
    assert "not ours" not in bare


def test_the_sheet_has_the_number_and_the_clocks(edition: Edition) -> None:
    """No number, no sheet; police by their own number where they have one; when the facts were last checked."""
    made = sheet(edition, "es", "us-ny").words
    assert "911 (Estados Unidos)" in made
    assert "{" not in made
    for clock in ("24 horas", "72", "5 días", "medio día", "hasta 5 días", "2026-11-22"):
        assert clock in made
    for name in ("overdose-response", "strangulation", "after-assault"):
        assert edition.cards[name].title["es"] in made
    place = next(p for p in edition.places.values() if p.emergency and p.emergency.police and p.emergency.ambulance)
    made = sheet(edition, "en", place.place).words
    assert place.emergency
    assert place.emergency.police
    assert f"of their own: {place.emergency.police.number}" in made
    with pytest.raises(ValueError, match="emergency number"):
        sheet(edition, "en", "")


@pytest.mark.parametrize("language", ["en", "es"])
def test_on_the_sheet_too_police_and_who_answers_stand_before_any_number(edition: Edition, language: str) -> None:
    """At every place: the ambulance's number is the first, behind the words on police and on who picks up."""
    for name in edition.places:
        if not (found := edition.reaching(name, "ambulance")):
            continue
        made, number = sheet(edition, language, name).words, found[1][0]
        numbers = {one.number for where in edition.places.values() if where.emergency for one in where.emergency.numbers.values()}
        before = re.split(rf"\b(?:{'|'.join(numbers)})\b", made, maxsplit=1)[0]
        assert made[len(before) :].startswith(number.number), name
        assert ("police" if language == "en" else "policía") in before.lower(), name
        assert number.answers[language].raw in before, name


def test_no_contact_stands_on_paper_and_a_withdrawn_tip_leaves_it(book: Book) -> None:
    """Contacts run out, paper does not; what was pulled today is not printed tomorrow."""
    edition = Edition(book, TODAY)
    ways = {way for r in book.referrals.values() for c in r.contact for way in (c.phone, c.sms, c.web, c.email) if way}
    made = sheet(edition, "en", "us").words + poster(edition, "en", ADDRESS).words
    assert not [way for way in ways if len(way) > 3 and way in made]
    gone = Retraction(withdraw="tip", id="forensic-exam/time", why="wrong", on=TODAY)
    tip = next(tip for tip in edition.topics["forensic-exam"].tips if tip.tip == "time")
    assert tip.text["en"].raw in made
    assert tip.text["en"].raw not in sheet(Edition(book, TODAY, [gone]), "en", "us").words


def test_words_are_escaped(edition: Edition) -> None:
    """A pack's words are words, also in HTML."""
    assert "&quot;About this bot&quot;" in handout_page(cards(with_list(edition), "en", ADDRESS))
    assert "<script" not in sheet_page(sheet(edition, "en", "us"))


def test_the_commands(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """As the README says."""
    assert main(["share", "link", "--bot", "night_sky_bot"]) == 0
    assert "https://t.me/night_sky_bot?start=k7" in capsys.readouterr().out
    assert main(["share", "link", "--page", "https://night-sky.example", "--json", "--lang", "es"]) == 0
    rows = json.loads(capsys.readouterr().out)
    # The address of a page carries a code's language and place, and of what it opens nothing.
    assert {row["page"] for row in rows} == {"https://night-sky.example", "https://night-sky.example/es"}
    assert "k7" not in [row["code"] for row in rows]
    assert main(["share", "link"]) == 2
    out = tmp_path / "cards.html"
    assert main(["share", "print", "cards", "--bot", "night_sky_bot", "--lang", "es", "--out", str(out)]) == 0
    assert "<svg" in out.read_text(encoding="utf-8")
    assert "start=m4" in out.read_text(encoding="utf-8")
    page = ["--page", "https://night-sky.example", "--code"]
    for code, shown in (("w5", True), ("k7", False)):
        assert main(["share", "print", "cards", *page, code, "--lang", "en", "--out", str(out)]) == 0
        assert (f"Code to type there: <b>{code}" in " ".join(out.read_text(encoding="utf-8").split())) == shown
    assert main(["share", "print", "cards", "--bot", "night_sky_bot", "--code", "w5", "--lang", "en", "--out", str(out)]) == 0
    assert "Code to type" not in out.read_text(encoding="utf-8")
    assert main(["share", "print", "cards", "--bot", "night_sky_bot", "--code", "nope"]) == 1
    assert main(["share", "print", "cards", "--bot", "night_sky_bot", "--lang", "xx"]) == 1
    assert main(["share", "print", "sheet"]) == 1
    assert main(["share", "print", "sheet", "--place", "us", "--format", "pdf"]) == 1
    assert "--out FILE.pdf" in capsys.readouterr().err


def test_a_name_that_ends_in_pdf_is_a_pdf(tmp_path: Path) -> None:
    """Without a further option."""
    fonts()
    out = tmp_path / "sheet.pdf"
    assert main(["share", "print", "sheet", "--place", "us", "--lang", "es", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"%PDF")
