"""The page of what changed since a revision: screens side by side with their words marked, and the lines of the files."""

from __future__ import annotations

from collections.abc import Iterable

from bot.authoring.desk.gallery import case_words
from bot.authoring.desk.html import count, e
from bot.authoring.desk.page import Site, View, choices_html, page
from bot.authoring.desk.screen_html import bubble, marked_html
from bot.authoring.review.screen_diff import difference, places_of
from bot.authoring.review.screens import ScreenChange, ScreenCopy
from bot.authoring.review.text_diff import ChangeGroup, Line, changed_files, lines, marked

MOST = 60
_HOW = {"added": "New", "removed": "Gone", "reworded": "Reworded", "leads elsewhere": "A button leads elsewhere"}


def _labels(shown: ScreenCopy | None) -> set[str]:
    return {choice.label for choice in (*shown.screen.choices, *shown.screen.footer)} if shown else set()


def sides_html(change: ScreenChange, language: str) -> str:
    """Before and after, beside each other, what differs marked."""
    old, new = change.before, change.after
    left, right = marked(old.screen.spans if old else (), new.screen.spans if new else ())
    both = old is not None and new is not None
    parts = []
    for head, shown, runs, tag, other in (("Before", old, left, "del", new), ("Now", new, right, "ins", old)):
        if shown is None:
            inner = f'<p class="quiet nothing">{"This screen was not there." if head == "Before" else "This screen is gone."}</p>'
        else:
            text = marked_html(runs, tag) if both else ""
            marks = frozenset(_labels(shown) - _labels(other)) if both else frozenset[str]()
            inner = bubble(shown.screen, language, text=text, marks=marks)
        parts.append(f'<div class="version {tag}"><h4>{head}</h4>{inner}</div>')
    return f'<div class="sides">{"".join(parts)}</div>'


def _leads(change: ScreenChange) -> str:
    """Where buttons lead that led elsewhere."""
    if change.before is None or change.after is None:
        return ""
    old = dict(change.before.leads)
    rows = [
        f"<li>“{e(label)}” led to <code>{e(old[label])}</code>, now to <code>{e(target)}</code></li>"
        for label, target in change.after.leads
        if label in old and old[label] != target
    ]
    return f'<ul class="leads">{"".join(rows)}</ul>' if rows else ""


def change_html(group: ChangeGroup, language: str, places: Iterable[str]) -> str:
    """One change, with the further screens that it touches alike."""
    change = group.change
    about = " · ".join(part for part in (change.shown.title, case_words(change.key.case)) if part)
    at = ", ".join(place or "no place said" for place in places)
    more = ""
    if group.more:
        rest = "".join(f"<li><code>{e(str(other.key))}</code> {e(other.shown.title)}</li>" for other in group.more)
        more = f"<details><summary>The same on {count(len(group.more), 'more screen')}</summary><ul>{rest}</ul></details>"
    return (
        f'<article class="change"><h3><span class="how {change.how.split()[0]}">{_HOW[change.how]}</span> '
        f'<code>{e(str(change.key))}</code> {e(about)}</h3><p class="quiet">Place: {e(at)}</p>'
        f"{_leads(change)}{sides_html(change, language)}{more}</article>"
    )


def lines_html(found: Iterable[Line]) -> str:
    """The lines of a file that differ; each says in a word what it is, for those who hear the page."""
    said = {"+": "added", "-": "taken away", " ": "", "…": ""}
    kinds = {"+": "plus", "-": "minus", " ": "same", "…": "gap"}
    rows = []
    for sign, number, text in found:
        word = f'<span class="sr">{said[sign]}: </span>' if said[sign] else ""
        rows.append(
            f'<div class="{kinds[sign]}"><span class="number">{number or ""}</span>'
            f'<span class="sign" aria-hidden="true">{sign}</span>{word}<code>{e(text)}</code></div>'
        )
    return f'<div class="lines" tabindex="0" role="region" aria-label="Lines that change">{"".join(rows)}</div>'


def compared(site: Site, view: View) -> str:
    """The page: all places at which something shows, or the one that was chosen."""
    good, since = site.live.good, site.since
    if good is None or since is None:
        return page(site, view, "/changes", "Changes", "")
    files = changed_files(since.files, site.live.files)
    heading = f"Changes since {since.revision}"
    body = ""
    if since.pack is None:
        body = (
            '<p class="notice">The pack of that revision cannot be built by this program, so its screens cannot be shown. '
            "The lines of the files are below.</p>"
        )
    else:
        every = view.more.get("place", "*") == "*"
        places = places_of(files, (since.pack, good)) if every else [view.place]
        found = difference(since.pack, good, view.language, places)
        body = choices_html(view, good, "/changes", everywhere="everywhere something changed")
        total = sum(1 + len(group.more) for group in found.groups)
        differs = f"{count(total, 'screen')} changed in {count(len(found.groups), 'way')}, by {count(len(files), 'file')}."
        body += f'<p class="quiet">{differs}</p>'
        if not found.groups:
            body += "<p>No screen changed in this language.</p>"
        body += "".join(
            change_html(group, view.language, found.places[number]) for number, group in enumerate(found.groups[:MOST])
        )
        if len(found.groups) > MOST:
            body += f"<p>{len(found.groups) - MOST} further changes are not shown. Choose a place to see fewer.</p>"
    rows = []
    for file in files:
        before, after = (pack.get(file, b"").decode("utf-8", "replace") for pack in (since.files, site.live.files))
        rows.append(f"<details><summary><code>{e(file)}</code></summary>{lines_html(lines(before, after))}</details>")
    if rows:
        body += f"<section><h2>Files</h2>{''.join(rows)}</section>"
    return page(site, view, "/changes", heading, body)
