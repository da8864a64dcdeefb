"""Links identify nobody; cards carry the code that they show; the sheet has its place's number, or is refused."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from bot.book.load import Edition
from bot.cli import main
from bot.engine.step import step
from bot.engine.types import Start, World
from bot.outreach.addresses import links
from bot.outreach.sheets import cards, poster, sheet

ADDRESS = "https://t.me/night_sky_bot?start=k7"


def test_links_carry_codes_that_mean_nothing(edition: Edition) -> None:
    """Short, and without a word of what they open."""
    for link in links(edition.links, "night_sky_bot"):
        assert len(link.code) <= 8
        assert link.telegram.endswith(f"?start={link.code}")
        assert not any(topic in link.telegram for topic in edition.topics)


def test_a_code_opens_what_the_pack_says_and_a_retired_one_the_welcome(world: World) -> None:
    """Cards in a pocket go on working."""
    assert step(world, "", Start("r2")).screen.step == "topic.tips"
    assert step(world, "", Start("m4")).token != step(world, "", Start("k7")).token
    assert step(world, "", Start("gone99")).screen.step == "welcome.home"


@pytest.mark.parametrize("bot", ["a b", "x", "1abcde", "https://example.org/x"])
def test_a_wrong_name_is_refused(edition: Edition, bot: str) -> None:
    """With how to mend it."""
    with pytest.raises(ValueError, match="Telegram name"):
        links(edition.links, bot)


@pytest.mark.parametrize("language", ["en", "es"])
def test_cards_are_neutral(edition: Edition, language: str) -> None:
    """Ten on a sheet; the address as text; nothing that tells what it is about."""
    page = cards(edition, language, ADDRESS)
    assert page.count('class="card"') == 10
    assert page.count("t.me/night_sky_bot?start=k7") == 10
    assert not any(word in page.lower() for word in ("sex", "drug", "droga", "police", "polic", "viol"))
    assert cards(edition, language, ADDRESS, large=True).count('class="card"') == 4
    assert "size: letter" in poster(edition, language, ADDRESS, "letter")


def test_the_sheet_has_the_number_of_its_place(edition: Edition) -> None:
    """No number, no sheet."""
    page = sheet(edition, "es", "us-ny")
    assert "911" in page
    assert "{ambulance}" not in page
    assert "112" in sheet(edition, "es", "es")
    with pytest.raises(ValueError, match="emergency number"):
        sheet(edition, "en", "")


def test_the_commands(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """As the README says."""
    assert main(["link", "--bot", "night_sky_bot"]) == 0
    assert "https://t.me/night_sky_bot?start=k7" in capsys.readouterr().out
    assert main(["link"]) == 2
    out = tmp_path / "cards.html"
    assert main(["print", "cards", "--bot", "night_sky_bot", "--lang", "es", "--out", str(out)]) == 0
    assert "<svg" in out.read_text(encoding="utf-8")
    assert main(["print", "cards", "--bot", "night_sky_bot", "--code", "nope"]) == 1
    assert main(["print", "sheet"]) == 1


@pytest.mark.heavy
def test_every_code_on_the_printed_page_reads_as_its_address(edition: Edition, tmp_path: Path) -> None:
    """A real browser draws the page, a reader of QR codes reads the picture."""
    zxing = pytest.importorskip("zxingcpp", reason="pip install 'constellation-bot[heavy]'")
    image = pytest.importorskip("PIL.Image", reason="pip install 'constellation-bot[heavy]'")
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install 'constellation-bot[heavy]'")
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser_path:
        pytest.skip("no browser: apt-get install chromium")
    for number, (page, wanted) in enumerate(((cards(edition, "es", ADDRESS), 10), (poster(edition, "en", ADDRESS, "letter"), 1))):
        file = tmp_path / f"{number}.html"
        file.write_text(page, encoding="utf-8")
        with playwright.sync_playwright() as play:
            browser = play.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            view = browser.new_page(viewport={"width": 900, "height": 1300}, device_scale_factor=2)
            view.goto(file.as_uri())
            picture = view.screenshot(full_page=True)
            browser.close()
        found = zxing.read_barcodes(image.open(io.BytesIO(picture)))
        assert [code.text for code in found] == [ADDRESS] * wanted
