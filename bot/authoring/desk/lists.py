"""The desk's lists: what waits, and everything that can be opened to be changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.authoring.desk.html import e, link, listed, section
from bot.authoring.desk.page import Site, View, page
from bot.authoring.desk.translations import sections, translated_html
from bot.authoring.editing.actions import contact_of, contact_way, value_of
from bot.authoring.editing.translation import language_names, units, values_in
from bot.book import Book

SOON = dt.timedelta(days=30)


def _due(book: Book, today: dt.date) -> list[tuple[dt.date, str, str]]:
    """Referrals whose check has run out or soon will: the day, the name, the file."""
    found = [
        (referral.review.expires, referral.name, book.where[f"referral:{name}"][0])
        for name, referral in book.referrals.items()
        if referral.status == "open" and referral.review.expires - SOON <= today
    ]
    return sorted(found)


def home(site: Site, view: View, first: str = "") -> str:
    """The first page of the desk. `first`: what stands above all, as HTML."""
    live, good = site.live, site.live.good
    change = [
        link("Topics and their tips", "/desk/topics", {"lang": view.language}),
        link("Somewhere to turn to: check it again, withdraw a number", "/desk/referrals", {"lang": view.language}),
        link("What people type in an emergency: add a sentence", "/desk/examples", {"lang": view.language}),
    ]
    guide = (
        "Every screen leads to its words too. To add a tip, a topic or a place, see the guide: <code>content/README.md</code>."
    )
    body = [first, f"<section><h2>To change</h2>{listed(change)}<p class='quiet'>{guide}</p></section>"]
    if good:
        today = live.today()
        due = _due(good.book, today)
        rows = [
            link(name, "/desk/referral", {"file": file})
            + f' <span class="quiet">{"ran out" if day <= today else "runs out"} on {day}</span>'
            for day, name, file in due
        ]
        none = f"In the next {SOON.days} days no referral runs out."
        body.append(section("To check again", "", rows, none))
    body.append(sections(site))
    if good:
        rows = [
            link(f"{topic.title.get(view.language, name)}: {tip.tip}", "/desk/tip", {"file": file, "tip": tip.tip})
            for name, topic in sorted(good.book.topics.items())
            for file in (good.book.where[f"topic:{name}"][0],)
            for tip in topic.tips
            if tip.status == "unverified"
        ]
        how = "They are shown to nobody. Open the source, then change their status."
        body.append(section("Tips that nobody has checked", how, rows, "Every tip was checked."))
    return page(site, view, "/desk", "Desk", "".join(body))


def topics(site: Site, view: View) -> str:
    """Every topic, by area."""
    good = site.live.good
    body = ""
    by_area: dict[str, list[tuple[str, str]]] = {}
    for name, topic in good.book.topics.items() if good else ():
        file = good.book.where[f"topic:{name}"][0] if good else ""
        by_area.setdefault(topic.area, []).append((topic.title.get(view.language, name), file))
    for area, entries in by_area.items():
        rows = [
            link(title, "/desk/topic", {"file": file}) for title, file in sorted(entries, key=lambda item: item[0].casefold())
        ]
        body += f"<section><h2>{e(area.capitalize())}</h2>{listed(rows)}</section>"
    return page(site, view, "/desk", "Topics and their tips", body)


def examples(site: Site, view: View) -> str:
    """Every emergency card: a sentence that people type is added to one."""
    cards = site.live.good.book.cards if site.live.good else {}
    titled = sorted((str(card.title.get(view.language, name)), name) for name, card in cards.items())
    rows = [link(title, "/desk/example", {"card": name, "lang": view.language}) for title, name in titled]
    how = "Choose the card that the sentence is about, or sounds as if it were."
    return page(site, view, "/desk", "What people type in an emergency", section("Cards", how, rows, "There is no card yet."))


def referrals(site: Site, view: View) -> str:
    """Every referral, by place, those that are not shown with the reason."""
    good = site.live.good
    body = ""
    by_place: dict[str, list[str]] = {}
    for name, referral in sorted(good.book.referrals.items(), key=lambda item: item[1].name.casefold()) if good else ():
        assert good is not None
        hidden = good.world.edition.hidden.get(name)
        said = f"not shown: {hidden}" if hidden else f"checked {referral.review.checked}"
        row = link(referral.name, "/desk/referral", {"file": good.book.where[f"referral:{name}"][0]})
        by_place.setdefault(referral.place, []).append(f'{row} <span class="quiet">{said}</span>')
    for place in sorted(by_place):
        title = good.names.title(f"place:{place}", view.language) if good else ""
        body += f"<section><h2>{e(title or place)}</h2>{listed(by_place[place])}</section>"
    return page(site, view, "/desk", "Somewhere to turn to", body)


def topic(site: Site, view: View, file: str) -> str:
    """One topic's file: its tips, each with the way to change or withdraw it. Raises ActionRefused where it cannot be read."""
    value: Any = value_of(site.live.files, file)
    name = str(value.get("topic"))
    values = values_in(site.live.files)
    beside, names = list(units(values, file)), language_names(values)
    cards = []
    for tip in value.get("tips") or ():
        if not isinstance(tip, dict) or not isinstance(tip.get("text"), dict):
            continue
        texts = "".join(
            f'<dt>{e(code)}</dt><dd lang="{e(code)}" dir="auto">{e(str(words))}</dd>' for code, words in tip["text"].items()
        )
        of_it = str(tip.get("tip"))
        cards.append(
            f'<article class="tip"><h3><code>{e(of_it)}</code> <span class="quiet">{e(str(tip.get("status")))}</span></h3>'
            f"<dl>{texts}</dl>{translated_html((unit for unit in beside if unit.at[:2] == ('tips', of_it)), names)}"
            f"<p>{link(f'Change {of_it}', '/desk/tip', {'file': file, 'tip': of_it})} · "
            f"{link(f'Withdraw {of_it}', '/desk/withdraw', {'kind': 'tip', 'id': f'{name}/{of_it}'})}</p></article>"
        )
    title = value.get("title") or {}
    heading = str(title.get(view.language) or name) if isinstance(title, dict) else name
    whole = f"<p>{link('Withdraw the whole topic', '/desk/withdraw', {'kind': 'topic', 'id': name})}</p>"
    titles = translated_html((unit for unit in beside if unit.at == ("title",)), names)
    return page(site, view, "/desk", heading, f'<p class="quiet"><code>{e(file)}</code></p>{titles}{"".join(cards)}{whole}')


def referral_facts(value: Any) -> str:
    """What a referral's file says, for somebody who is about to call and ask."""
    rows = [("Status", value.get("status")), ("Place", value.get("place"))]
    police = value.get("police")
    rows.append(("Police", police.get("contact") if isinstance(police, dict) else ""))
    for question in ("reports", "immigration", "child_welfare", "law_enforcement_ties", "id_needed", "conditions", "cost"):
        answer = value.get(question)
        rows.append(
            (
                question.replace("_", " ").capitalize().replace("Id ", "ID "),
                answer.get("known") if isinstance(answer, dict) else "",
            )
        )
    review = value.get("review")
    if isinstance(review, dict):
        rows.append(("Checked", f"{review.get('checked')} by {review.get('by')}, holds for {review.get('every')}"))
    return "<dl>" + "".join(f"<dt>{e(name)}</dt><dd>{e(str(said))}</dd>" for name, said in rows if said) + "</dl>"


def contacts_of(value: Any) -> list[tuple[str, str]]:
    """A referral's contacts: the way, and the number or address."""
    contacts = [contact for contact in value.get("contact") or () if isinstance(contact, dict)]
    return [(contact_way(contact), contact_of(contact)) for contact in contacts]
