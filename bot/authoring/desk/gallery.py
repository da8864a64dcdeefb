"""Every screen as a phone shows it, flow by flow, with the faults of its files beside it; and the list of all faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from bot.authoring.desk.html import address, count, e, hidden, link, select
from bot.authoring.desk.live_pack import BuiltPack
from bot.authoring.desk.page import Site, View, choices_html, faults_html, page, parts_html
from bot.authoring.desk.screen_html import bubble, press_button
from bot.authoring.review.provenance import LineRange, faults_at
from bot.authoring.review.screens import ScreenCopy, ScreenKey
from bot.book import Fault, translation_of

SIZE = 24
FLOW = "welcome"


def talk_form(view: View) -> str:
    """The form that every pictured button belongs to: pressing one opens the talk there."""
    return f'<form id="talk" method="post" action="/talk">{hidden({"lang": view.language, "place": view.place})}</form>'


def spots_html(site: Site, line_ranges: Iterable[LineRange]) -> str:
    """The files that a screen is made of; on the desk, with the way to change them."""
    items = []
    for spot in line_ranges:
        more = ""
        if site.desk and (beside := translation_of(spot.file)):
            more = " " + link("Change", "/desk/language", {"code": beside[1]})
        elif site.desk and spot.file.startswith("content/topics/"):
            more = " " + link("Change", "/desk/topic", {"file": spot.file})
        elif site.desk and "/referrals/" in spot.file:
            more = " " + link("Check or withdraw", "/desk/referral", {"file": spot.file})
        items.append(f"<li><code>{e(spot.file)}:{spot.line}</code>{more}</li>")
    return f'<ul class="spots">{"".join(items)}</ul>'


def beside_html(site: Site, line_ranges: tuple[LineRange, ...]) -> str:
    """What stands beside a screen: where its words are, and the faults there."""
    found = faults_at(line_ranges, site.live.faults)
    faults = faults_html(found, site.live.files)
    waits = "" if site.live.checked or site.live.broken else '<p class="quiet">Still being checked…</p>'
    none = "" if found or waits else '<p class="quiet">No faults.</p>'
    return f"<h4>Its words are in</h4>{spots_html(site, line_ranges)}<h4>Faults</h4>{faults if found else ''}{waits}{none}"


def case_words(case: str) -> str:
    """A screen's case in words."""
    if not case:
        return ""
    return "the neutral page before it" if case == "guard" else f"when the person said {case.replace('=', ': ')}"


def _card(site: Site, good: BuiltPack, view: View, shown: ScreenCopy) -> str:
    key = shown.key
    about = " · ".join(part for part in (shown.title, f"page {key.page + 1}" if key.page else "", case_words(key.case)) if part)
    line_ranges = good.provenance.of(key, good.world.edition.chain(view.place))
    name = quote(str(key), safe="")
    return (
        f'<article class="card" id="{e(name)}" aria-labelledby="h-{e(name)}"><h3 id="h-{e(name)}"><code>{e(key.step)}</code>'
        f"{f' {e(about)}' if about else ''}</h3>{bubble(shown.screen, view.language, press_button)}"
        f'<div class="side">{beside_html(site, line_ranges)}</div></article>'
    )


def _said(shown: ScreenCopy) -> str:
    labels = (choice.label for choice in shown.screen.choices)
    return "\n".join((str(shown.key), shown.title, shown.screen.text, *labels)).casefold()


def _flows(site: Site, view: View, screens: Iterable[ScreenKey]) -> str:
    """The list of flows, each with how many screens it has and whether a fault lies in it."""
    counts = Counter(key.flow for key in screens)
    faulty: dict[str, set[str]] = {}
    for fault in site.live.faults:
        faulty.setdefault(fault.file, set()).add(fault.severity)
    items = []
    for flow, screens_of_it in sorted(counts.items()):
        mark = " !" if "error" in faulty.get(f"flows/{flow}.yaml", ()) else ""
        words = f'{e(flow.replace("_", " "))} <span class="count">{screens_of_it}{mark}</span>'
        query = replace(view, flow=flow, about="", words="").query
        here = ' aria-current="page"' if flow == view.flow and not view.words else ""
        target = e(address("/", query))
        items.append(f'<li><a href="{target}"{here} id="flow-{e(flow)}">{words}</a></li>')
    return f'<nav class="flows" aria-label="Flows"><h2>Flows</h2><ul>{"".join(items)}</ul></nav>'


def gallery(site: Site, view: View) -> str:
    """The page of screens: one flow, one subject of it, or every screen with some words."""
    good = site.live.good
    if good is None:
        return page(site, view, "/", "Screens", "")
    screens = good.screens(view.language, view.place)
    view = view if view.flow or view.words else replace(view, flow=FLOW)
    words = view.words.casefold()
    found = [shown for shown in screens.values() if (words in _said(shown) if words else shown.key.flow == view.flow)]
    subjects = {shown.key.subject: shown.title or shown.key.subject for shown in found if shown.key.subject}
    extra = ""
    if not words and len(found) > SIZE and len(subjects) > 1:
        named = sorted(subjects.items(), key=lambda item: item[1].casefold())
        extra += select("about", "About", [("", f"everything ({len(found)} screens)"), *named], view.about)
        found = [shown for shown in found if view.about in ("", shown.key.subject)]
    extra += (
        '<label class="field"><span>Screens that say</span><input type="search" name="q" id="pick-q" autocomplete="off" '
        f'value="{e(view.words)}"></label>'
    )
    at = min(view.part, max(0, -(-len(found) // SIZE) - 1))
    view = replace(view, part=at)
    cards = "".join(_card(site, good, view, shown) for shown in found[at * SIZE : (at + 1) * SIZE])
    parts = parts_html(view, "/", len(found), SIZE)
    head = f"Screens that say “{view.words}”" if words else f"Screens: {view.flow.replace('_', ' ')}"
    none = '<p class="quiet">No screen says this in this language and place.</p>' if not found else ""
    body = (
        choices_html(view, good, "/", extra, {} if words else {"flow": view.flow})
        + f'<div class="split">{_flows(site, view, screens)}<div class="cards">'
        + f'<p class="quiet">{count(len(found), "screen")}. Press a button to go on from there.</p>'
        + f"{parts}{none}{cards}{parts}</div></div>"
        + talk_form(view)
    )
    return page(site, view, "/", head, body)


def all_faults(site: Site, view: View) -> str:
    """The page of faults, by file, errors first."""
    live = site.live
    by_file: dict[str, list[Fault]] = {}
    for fault in sorted(live.faults, key=lambda fault: (fault.severity != "error", fault)):
        by_file.setdefault(fault.file, []).append(fault)
    errors = sum(fault.severity == "error" for fault in live.faults)
    warnings = count(len(live.faults) - errors, "warning")
    state = f"{count(errors, 'error')}, {warnings} in {count(len(live.files), 'file')}."
    if not live.checked and not live.broken:
        state = "Still being checked. This page shows the faults as soon as they are known."
    parts = [f'<p class="quiet">{state}</p>']
    parts += [
        f"<section><h2><code>{e(file)}</code></h2>{faults_html(found, live.files)}</section>" for file, found in by_file.items()
    ]
    return page(site, view, "/faults", "Faults", "".join(parts))
