"""What tests of paper share: a pack with a signed list, pages of a PDF as pictures, a real browser."""

from __future__ import annotations

import shutil
from copy import copy
from typing import Any

import pytest

from bot.book.edition import Edition
from bot.book.links import Genuine

ADDRESS = "https://t.me/night_sky_bot?start=k7"
SIGNAL = "https://signal.me/#eu/" + "aB3-" * 16
TODAY_OR_LATER = "2027-11-25"
EXTRA = "pip install '.[heavy,print]'"


def with_list(edition: Edition) -> Edition:
    """The edition with a list of addresses. The longest words there are, so that what fits here fits always."""
    import datetime as dt

    made = copy(edition)
    until = dt.date.fromisoformat(TODAY_OR_LATER)
    made.genuine = Genuine(
        (("telegram", "https://t.me/night_sky_bot"),), until, ("fundamental", "horizontal", "independiente"), "k", "s"
    )
    return made


def fonts() -> None:
    """Skips where the machine cannot make PDFs."""
    pytest.importorskip("fpdf", reason=f"no fpdf2: {EXTRA}")
    from bot.outreach.fonts import MissingFont, typeface

    try:
        typeface()
    except MissingFont as error:
        pytest.skip(str(error))


def pictures(pdf: bytes, scale: float = 2.5) -> list[Any]:
    """Each page of a PDF as a picture."""
    pdfium = pytest.importorskip("pypdfium2", reason=f"no pypdfium2: {EXTRA}")
    return [page.render(scale=scale).to_pil() for page in pdfium.PdfDocument(pdf)]


def browser_path() -> str:
    """A browser of this machine; skips where there is none."""
    pytest.importorskip("playwright.sync_api", reason=f"no playwright: {EXTRA}")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no browser: apt-get install chromium")
    return found
