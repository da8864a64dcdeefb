"""Draws the pictures of the papers in the documents again, from what `constellation share print` makes.

    python -m benchmarks.pictures

Each is the first page of a PDF, drawn by pdfium: what a person holds, not what a browser shows.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.cli import main as constellation  # noqa: E402

PAPERS = {
    "cards": ["cards", "--bot", "night_sky_bot", "--lang", "en"],
    "poster": ["poster", "--bot", "night_sky_bot", "--lang", "es", "--paper", "letter"],
    "sheet": ["sheet", "--place", "us-ny", "--lang", "es"],
    "sheet-large": ["sheet", "--place", "us-ny", "--lang", "en", "--large", "--paper", "letter"],
}


def main() -> None:
    """Writes docs/pictures/*.png."""
    import pypdfium2

    today = dt.datetime.now(dt.UTC).date().isoformat()
    with tempfile.TemporaryDirectory() as folder:
        for name, words in PAPERS.items():
            made = Path(folder) / f"{name}.pdf"
            if constellation(["share", "print", *words, "--date", today, "--format", "pdf", "--out", str(made)]):
                raise SystemExit(f"{name} could not be printed")
            picture = pypdfium2.PdfDocument(made)[0].render(scale=1.2).to_pil().convert("L")
            picture.quantize(16).save(ROOT / "docs" / "pictures" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
