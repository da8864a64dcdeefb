"""Pictures of changed screens, before and after side by side, with a page and a table that peers can read on a code host.

Made by a real browser from the same HTML and look as the preview's page, without a server.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from importlib.resources import files as package_files
from pathlib import Path
from typing import NamedTuple

from bot.authoring.desk.compare import change_html
from bot.authoring.desk.html import count, e
from bot.authoring.review.screen_diff import DrawablePack, OlderPack, difference, languages_of, places_of
from bot.authoring.review.text_diff import ChangeGroup, changed_files
from bot.book import write_in

MOST = 60
"""Pictures for a language; further changes are counted in the summary."""
_WIDTH = 900


class MissingBrowser(RuntimeError):
    """What draws the pictures is not installed. The text says how to install it."""


class Screenshot(NamedTuple):
    """One picture. `file`: its name in the folder. `places`: where the change was seen, "" for no place said."""

    file: str
    language: str
    group: ChangeGroup
    places: tuple[str, ...]


def browser_path() -> str:
    """The path of a Chromium-family browser on this machine, or ""."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), "")


def planned(
    since: OlderPack, after: DrawablePack, places: Sequence[str] | None, languages: Sequence[str] | None
) -> tuple[list[Screenshot], int]:
    """The pictures to draw, and how many further changes there are. `places` and `languages`: None for all that differ."""
    if since.pack is None:
        return [], 0
    files = changed_files(since.files, after.files)
    found: list[Screenshot] = []
    left = 0
    for language in languages or languages_of(since.pack, after):
        differs = difference(since.pack, after, language, places or places_of(files, (since.pack, after)))
        left += max(0, len(differs.groups) - MOST)
        for number, group in enumerate(differs.groups[:MOST]):
            name = re.sub(r"[^a-z0-9]+", "-", f"{language}-{number + 1:03}-{group.change.key}".lower()).strip("-")
            found.append(Screenshot(f"{name[:90]}.png", language, group, differs.places[number]))
    return found, left


def _document(body: str) -> str:
    look = package_files("bot.authoring.desk").joinpath("look.css").read_text("utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Pages</title><style>{look}</style></head><body>{body}</body></html>"
    )


def _counted(pictures: Iterable[Screenshot]) -> str:
    pictures = list(pictures)
    screens = sum(1 + len(picture.group.more) for picture in pictures)
    languages = sorted({picture.language for picture in pictures})
    return f"{count(len(pictures), 'picture')} of {count(screens, 'changed screen')} ({', '.join(languages)})"


def summary(since: OlderPack, pictures: Sequence[Screenshot], left: int) -> str:
    """The table, as Markdown."""
    lines = [f"# Screens that changed since {since.revision}", ""]
    if not pictures:
        return "\n".join([*lines, "No screen changed.", ""])
    lines += [
        f"{_counted(pictures)}.",
        "",
        "| picture | screen | language | what | also on | place |",
        "|---|---|---|---|---|---|",
    ]
    for file, language, group, places in pictures:
        change = group.change
        about = f"{change.shown.title} " if change.shown.title else ""
        named = f"{about}`{change.key}`".replace("|", "\\|")
        at = ", ".join(place or "not said" for place in places)
        more = f"{len(group.more)} more" if group.more else ""
        lines.append(f"| [{file}]({file}) | {named} | {language} | {change.how} | {more} | {at} |")
    if left:
        lines += [
            "",
            f"{left} further changes have no picture. `constellation desk --since {since.revision}` shows them all.",
        ]
    return "\n".join([*lines, ""])


def draw(
    since: OlderPack,
    after: DrawablePack,
    folder: Path,
    places: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
) -> str:
    """Writes the pictures, `index.html` and `summary.md` into `folder`; says how many, "" for none.

    Raises MissingBrowser where there is something to draw and nothing to draw it with.
    """
    pictures, left = planned(since, after, places, languages)
    folder.mkdir(parents=True, exist_ok=True)
    if pictures:
        _photograph(pictures, folder)
    write_in(folder, "summary.md", summary(since, pictures, left).encode())
    items = "".join(
        f"<figure><figcaption>{e(str(picture.group.change.key))} ({e(picture.language)})</figcaption>"
        f'<img src="{e(picture.file)}" alt="{e(picture.group.change.how)}: before and now, side by side"></figure>'
        for picture in pictures
    )
    said = _counted(pictures) if pictures else "No screen changed"
    head = f"<h1>Screens that changed since {e(since.revision)}</h1><p>{said}.</p>"
    more = f"<p>{left} further changes have no picture.</p>" if left else ""
    write_in(folder, "index.html", _document(f"<main>{head}{more}{items}</main>").encode())
    return _counted(pictures) if pictures else ""


def _photograph(pictures: Sequence[Screenshot], folder: Path) -> None:
    """One browser, one page a picture."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise MissingBrowser(
            "pictures need one part more, the extra `pictures`: pip install '.[pictures]' (docs/operations.md, Extras)"
        ) from None
    path = browser_path()
    with sync_playwright() as play:
        try:
            # Content is this community's own and the page has no script: a sandbox that a container lacks is not missed.
            browser = play.chromium.launch(executable_path=path or None, args=["--no-sandbox"])
        except Error:
            raise MissingBrowser("pictures need a browser: apt-get install chromium, or playwright install chromium") from None
        view = browser.new_page(viewport={"width": _WIDTH, "height": 600}, color_scheme="light", java_script_enabled=False)
        for picture in pictures:
            view.set_content(_document(change_html(picture.group, picture.language, picture.places)))
            view.locator("article.change").screenshot(path=folder / picture.file)
        browser.close()
