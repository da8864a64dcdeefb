"""The frame of every page: what was chosen to look at, the menu, the notices, and what keeps the page current."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.authoring.desk.heads_fit import HeadsFit
from bot.authoring.desk.html import address, attributes, count, e, hidden, link, select
from bot.authoring.desk.live_pack import BuiltPack, LivePack
from bot.authoring.review.screen_diff import OlderPack
from bot.book import Book, Fault

TITLE = "Pages"


@dataclass(frozen=True)
class Site:
    """What every page stands on. `desk`: whether files may be changed. `since`: the older pack to compare with, or None. `fit`:
    what fits the heads after a save, None for the command."""

    live: LivePack
    desk: bool = False
    since: OlderPack | None = None
    start: tuple[str, str] = ("", "")
    fit: HeadsFit | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What was chosen to look at: a language and a place of the book, a flow, a subject, words to look for, a part of a list."""

    language: str
    place: str = ""
    flow: str = ""
    about: str = ""
    words: str = ""
    part: int = 0
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """As the query of an address."""
        return {"lang": self.language, "place": self.place, "flow": self.flow, "about": self.about, "q": self.words}

    def at(self, **values: str) -> dict[str, str]:
        """The query with some values replaced."""
        return {**self.query, **values}


def view_of(site: Site, query: Mapping[str, str]) -> View:
    """The view that a query asks for; what the book does not have falls back to what it has."""
    good = site.live.good
    languages = good.book.languages if good else ("en",)
    language, place = query.get("lang") or site.start[0], query.get("place", site.start[1])
    flow = query.get("flow", "")
    flows = {step.split(".")[0] for step in good.world.index.flows.steps} if good else set()
    part = query.get("part", "")
    return View(
        language if language in languages else languages[0],
        place if good and place in good.book.places else "",
        flow if flow in flows else "",
        query.get("about", ""),
        query.get("q", "").strip()[:100],
        int(part) if part.isascii() and part.isdigit() and len(part) < 5 else 0,
        dict(query),
    )


def language_options(book: Book) -> list[tuple[str, str]]:
    """The languages of a book, by name."""
    return [(code, book.file.language_name(code)) for code in book.languages]


def place_options(book: Book, language: str) -> list[tuple[str, str]]:
    """The places of a book, each after what it lies in; first the talk in which no place was said."""

    def name(place: str) -> str:
        names = book.places[place].name
        return names.get(language) or next(iter(names.values()))

    def whole(place: str) -> str:
        parts, at, seen = [name(place)], book.places[place].parent, {place}
        while at and at in book.places and at not in seen and book.places[at].level != "world":
            seen.add(at)
            parts.insert(0, name(at))
            at = book.places[at].parent
        return " › ".join(parts)

    named = sorted((whole(place), place) for place, made in book.places.items() if made.level != "world")
    return [("", "not said"), *((place, words) for words, place in named)]


def fault_html(fault: Fault, line: str = "") -> str:
    """One fault, explained: what, why, how to mend it, where."""
    said = {"error": "Error", "warning": "Warning"}[fault.severity]
    more = "".join(f"<p>{e(words)}</p>" for words in (fault.why, fault.fix) if words)
    shown = f"<pre>{e(line.strip()[:160])}</pre>" if line.strip() else ""
    return (
        f'<li class="fault {fault.severity}"><p><strong>{said}: {e(fault.what)}</strong></p>{more}{shown}'
        f'<p class="at"><code>{e(fault.file)}:{fault.line}</code> · {e(fault.code)}</p></li>'
    )


def faults_html(faults: Iterable[Fault], files: Mapping[str, bytes]) -> str:
    """A list of faults, each with the line it stands on."""
    items = []
    for fault in faults:
        rows = files.get(fault.file, b"").decode("utf-8", "replace").splitlines()
        items.append(fault_html(fault, rows[fault.line - 1] if 0 < fault.line <= len(rows) else ""))
    return f'<ul class="faults">{"".join(items)}</ul>'


def choices_html(
    view: View, good: BuiltPack, path: str, extra: str = "", keep: Mapping[str, str] | None = None, everywhere: str = ""
) -> str:
    """The form that chooses language and place, and whatever else the page adds. `everywhere`: words for all places at once
    (`*`), where a page can show them, chosen unless the view names a place."""
    fields = select("lang", "Language", language_options(good.book), view.language)
    places, chosen = place_options(good.book, view.language), view.place
    if everywhere:
        places = [("*", everywhere), *places]
        chosen = view.more.get("place", "*")
    fields += select("place", "Place", places, chosen)
    return (
        f'<form class="choose" method="get" action="{path}">{hidden(keep or {})}{fields}{extra}'
        f'<button class="go">Show</button></form>'
    )


def notice_html(site: Site) -> str:
    """What the reader has to know first: that a save broke the pack, or that nothing can be shown at all."""
    live = site.live
    if not live.broken:
        return ""
    errors = [fault for fault in live.faults if fault.severity == "error"]
    errors.sort(key=lambda fault: fault.code == "ID-UNKNOWN")  # a file that cannot be read leaves one behind wherever it is named
    kept = "Below is the last state that worked." if live.good else "There is nothing to show until they are mended."
    head = f"<h2>{'One fault stops' if len(errors) == 1 else f'{len(errors)} faults stop'} this pack from being read</h2>"
    return (
        f'<section class="notice broken" id="broken">{head}<p>{kept} A running bot would keep its last good state too.</p>'
        f"{faults_html(errors[:20], live.files)}</section>"
    )


def _menu(site: Site, view: View, here: str) -> str:
    live = site.live
    errors = sum(fault.severity == "error" for fault in live.faults)
    faults = count(errors, "error") if errors else f"{len(live.faults)}" if live.checked else "…"
    query = {"lang": view.language, "place": view.place}
    entries = [("/", "Screens"), ("/talk", "Talk"), ("/faults", f"Faults ({faults})")]
    if site.since:
        entries.insert(2, ("/changes", "Changes"))
    if site.desk:
        entries.append(("/desk", "Desk"))
    items = "".join(
        f"<li>{link(words, path, query, aria_current='page' if path == here else '', id='menu-' + words.split()[0].lower())}</li>"
        for path, words in entries
    )
    return f'<nav aria-label="Pages"><ul>{items}</ul></nav>'


def page(site: Site, view: View, here: str, heading: str, body: str, *, again: str = "") -> str:
    """A whole page. `here`: the menu's entry that it belongs to. `again`: the id of a form that makes this page anew, where an
    address alone does not."""
    number = site.live.number
    kind = "Desk: changes are written to the files" if site.desk else "Preview: nothing is changed here"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>{TITLE}</title><link rel="stylesheet" href="/look.css"><script src="/live.js" defer></script></head><body>'
        f'<a class="skip" href="#main">To the content</a><header><p class="kind">{kind}</p>{_menu(site, view, here)}</header>'
        '<p id="news" role="status" aria-live="polite"></p>'
        f"<main{attributes(id='main', tabindex='-1', data_number=str(number), data_again=again)}>"
        f"<h1>{e(heading)}</h1>{notice_html(site)}{body}</main></body></html>"
    )


def parts_html(view: View, path: str, total: int, size: int, more: Mapping[str, str] | None = None) -> str:
    """Links to the parts of a long list. `more`: what else the address says."""
    kept = more or {}
    parts = -(-total // size)
    if parts < 2:
        return ""
    links = [
        f'<a class="part" aria-current="page" href="{e(address(path, {**view.at(part=str(at)), **kept}))}">{at + 1}</a>'
        if at == view.part
        else f'<a class="part" href="{e(address(path, {**view.at(part=str(at)), **kept}))}">{at + 1}</a>'
        for at in range(parts)
    ]
    return f'<nav class="parts" aria-label="Parts of this list">{"".join(links)}</nav>'
