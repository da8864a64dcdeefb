"""The desk's forms: one thing opened to be changed, with the words that were typed kept when something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.authoring.desk.form_data import Form, item_of
from bot.authoring.desk.html import attributes, e, hidden, link, select
from bot.authoring.desk.lists import contacts_of, referral_facts
from bot.authoring.desk.page import Site, View, page
from bot.authoring.desk.translations import translated_html
from bot.authoring.editing.actions import tip_number, value_of, withdrawn
from bot.authoring.editing.examples import MEANINGS, example_file
from bot.authoring.editing.translation import language_names, units, values_in
from bot.authoring.editing.writer import Writer
from bot.book import FILE as RETRACTIONS
from bot.book import hash_of

STATUS = [
    ("read", "read: I read it in the source"),
    ("secondhand", "secondhand: read in a copy or another page"),
    ("partly", "partly: the main fact was read, a detail was not"),
    ("peer", "peer: peers say it"),
    ("support", "support: kind words, no outside fact"),
    ("unverified", "unverified: nobody checked it; it is not shown"),
]


def _form(kind: str, seen: str, fields: str, kept: Mapping[str, str]) -> str:
    return (
        f'<form class="change-form" method="post" action="/desk/look" data-wait="Looking…">'
        f"{hidden({'do': kind, 'seen': seen, **kept})}"
        f'{fields}<p><button class="go">Look at the change</button> <span class="quiet">Nothing is written yet.</span></p></form>'
    )


def _area(name: str, label: str, words: str, language: str, note: str = "") -> str:
    rows = min(14, 3 + len(words) // 60 + words.count("\n"))
    hint = f'<span class="quiet" id="note-{e(name)}">{e(note)}</span>' if note else ""
    said = attributes(lang=language, dir="auto", aria_describedby=f"note-{name}" if note else "")
    return (
        f'<label class="field wide"><span>{e(label)}</span><textarea name="{e(name)}" rows="{rows}"'
        f"{said}>\n{e(words)}</textarea>{hint}</label>"
    )


def _line(name: str, label: str, words: str, note: str = "", kind: str = "text") -> str:
    hint = f'<span class="quiet" id="note-{e(name)}">{e(note)}</span>' if note else ""
    return (
        f'<label class="field wide"><span>{e(label)}</span><input type="{kind}" name="{e(name)}" '
        f'value="{e(words)}" autocomplete="off"'
        f"{attributes(aria_describedby=f'note-{name}' if note else '')}>{hint}</label>"
    )


def tip_form(files: Mapping[str, bytes], file: str, tip: str, seen: str, typed: Form) -> str:
    """The form of a tip."""
    values = values_in(files)
    names = language_names(values)
    now: Any = value_of(files, file)["tips"][tip_number(files, file, tip)]
    texts = now.get("text") or {}
    fields = "".join(
        _area(f"text-{code}", f"Words in {names[code]}", typed.get(f"text-{code}", str(words)), code)
        for code, words in texts.items()
    )
    fields += select("status", "How well is it known?", STATUS, typed.get("status", str(now.get("status"))))
    fields += _line(
        "sources", "Sources", typed.get("sources", ", ".join(now.get("sources") or ())),
        "Ids from content/sources/, with commas between.",
    )  # fmt: skip
    note = '<p class="quiet">**bold**, a dash and a space before each thing in a list. Change every language, or none.</p>'
    beside = [unit for unit in units(values, file) if unit.at[:2] == ("tips", tip)]
    apart = translated_html(beside, names)
    if apart:
        how = "They stand in files of their own. Where the words above change, these are listed as older until somebody looks."
        apart = f"<h2>In further languages</h2><p class='quiet'>{how}</p>{apart}"
    return note + _form("tip", seen, fields, {"file": file, "tip": tip}) + apart


def recheck_form(files: Mapping[str, bytes], file: str, seen: str, today: str, typed: Form) -> str:
    """The form that checks a referral again, and the ways to withdraw it or a contact."""
    value: Any = value_of(files, file)
    name = str(value.get("referral"))
    boxes = []
    gone = withdrawn(files)
    for number, (way, alone) in enumerate(contacts_of(value)):
        if alone in gone:
            boxes.append(f"<li><code>{e(way)}: {e(alone)}</code> is withdrawn.</li>")
            continue
        box = attributes(type="checkbox", name=f"contact-{number}", value="yes", checked=f"contact-{number}" in typed)
        away = link(f"Withdraw {alone}", "/desk/withdraw", {"kind": "contact", "id": alone})
        boxes.append(
            f'<li><label class="box"><input{box}> <span>I checked that <code>{e(way)}: {e(alone)}</code> still holds'
            f"</span></label> {away}</li>"
        )
    fields = f'<fieldset><legend>Each contact</legend><ul class="list">{"".join(boxes)}</ul></fieldset>' if boxes else ""
    fields += _line("on", "Checked on", typed.get("on", today), kind="date")
    fields += _line("by", "Checked by", typed.get("by", ""), "A role or a pseudonym, like local-peer-2. Never a name.")
    whole = link("Withdraw the whole referral", "/desk/withdraw", {"kind": "referral", "id": name})
    how = (
        "<p>Call or open each contact, and ask what they do with police, reports and papers. If an answer above changed, "
        "change it in the file first.</p>"
    )
    return f"{referral_facts(value)}<h2>Check it again</h2>{how}{_form('recheck', seen, fields, {'file': file})}<p>{whole}</p>"


def withdraw_form(kind: str, name: str, seen: str, typed: Form) -> str:
    """The form that takes something away."""
    what = {"contact": "this number or address", "referral": "this referral", "tip": "this tip", "topic": "this topic"}.get(
        kind, "this"
    )
    how = (
        f"<p>This takes {what} away from every screen: <code>{e(name)}</code>. Saving it here is the first step: until it is "
        "published, people still see it. Then running bots take it away at their next look, old buttons too. Its file stays "
        "as it is.</p>"
    )
    fields = _line("why", "Why, in a few words", typed.get("why", ""), "For those who come after you. No names.")
    return how + _form("withdraw", seen, fields, {"kind": kind, "id": name})


def translate_form(files: Mapping[str, bytes], name: str, seen: str, typed: Form) -> str:
    """The form of a text that waits for a translation."""
    item, names = item_of(files, name), language_names(values_in(files))
    old = "<p>The text was changed after it was translated. Compare both; if the words still fit, leave them as they are.</p>"
    show = f'<h2>The text, in {e(names[item.of])}</h2><div class="bubble" lang="{e(item.of)}" dir="auto">{e(item.text)}</div>'
    fields = _area("words", f"In {names[item.language]}", typed.get("words", item.now), item.language)
    note = '<p class="quiet">Keep what stands in { } as it is, and as many **bold** words as the text has.</p>'
    kept = {"item": name, "of": hash_of(item.text)}
    return (old if item.state == "old" else "") + show + note + _form("translate", seen, fields, kept)


def example_form(seen: str, language: str, card: str, typed: Form) -> str:
    """The form that adds a sentence of a card."""
    how = (
        "<p>The bot hears danger by comparing what people type with sentences like this one. Write it as somebody would type it, "
        "with their slips: their own words help most. Nobody's name, number or address: examples are public. "
        "Sentences that only sound like danger help as much, for they keep the card away from those who do not need it.</p>"
    )
    fields = _area("sentence", "The sentence", typed.get("sentence", ""), typed.get("language", language), "One line.")
    fields += select("meaning", "What does it mean?", list(MEANINGS.items()), typed.get("meaning", "now"))
    fields += _line(
        "language", "Its language", typed.get("language", language), "Its code, like en or es. Any language, also one that the "
        "bot does not speak.",
    )  # fmt: skip
    return how + _form("example", seen, fields, {"card": card})


_HEADS = {"tip": "Change a tip", "recheck": "Check a referral again", "withdraw": "Withdraw", "translate": "Translate",
          "example": "Add a sentence that people type"}  # fmt: skip


def _card_title(site: Site, view: View, card: str) -> str:
    """A card's title in the language of the view, its id while the pack is broken."""
    found = site.live.good.book.cards.get(card) if site.live.good else None
    return str(found.title.get(view.language, card)) if found else card


def opened(site: Site, writer: Writer, view: View, form: Form, notice: str = "") -> str:
    """The page of a form. `form`: what names the thing, and what was typed already. `notice`: why something was refused, as
    HTML. Raises ActionRefused where the thing is gone."""
    files = site.live.files
    kind = form.get("do", "")
    if kind == "translate":
        file = item_of(files, form.get("item", "")).file
    elif kind == "example":
        file = example_file(files, form.get("card", ""))
    else:
        file = RETRACTIONS if kind == "withdraw" else form.get("file", "")
    seen = writer.opened(file, files.get(file))
    heading = _HEADS.get(kind, "")
    if kind == "tip":
        inner = tip_form(files, file, form.get("tip", ""), seen, form)
        heading = f"Change the tip {form.get('tip', '')}"
    elif kind == "recheck":
        inner = recheck_form(files, file, seen, str(site.live.today()), form)
        heading = str(value_of(files, file).get("name"))
    elif kind == "withdraw":
        inner = withdraw_form(form.get("kind", ""), form.get("id", ""), seen, form)
    elif kind == "example":
        inner = example_form(seen, view.language, form.get("card", ""), form)
        heading = f"{heading}: {_card_title(site, view, form.get('card', ''))}"
    else:
        inner = translate_form(files, form.get("item", ""), seen, form)
    return page(site, view, "/desk", heading, f'<p class="quiet"><code>{e(file)}</code></p>{notice}{inner}')
