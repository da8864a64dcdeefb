"""The desk's pages of translations: what waits in each language, and every text of a language that has files of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.authoring.desk.html import count, e, link, listed, section
from bot.authoring.desk.page import Site, View, page, parts_html
from bot.authoring.editing.translation import TranslationUnit, language_names, languages_in, units, values_in

_PART = 50
"""Texts on one page."""
_STATES = {"missing": "missing", "old": "older than its text", "there": "there"}


def _row(unit: TranslationUnit, names: Mapping[str, str]) -> str:
    """A text to translate: the way to its form, and how it stands."""
    said = f"{_STATES[unit.state]} in {e(names[unit.language])} · <code>{e(unit.file)}</code>"
    return link(unit.text[:80], "/desk/translate", {"item": unit.name}) + f' <span class="quiet">{said}</span>'


def sections(site: Site) -> str:
    """What waits for a translation, each language for itself; those too that are in preparation."""
    values = values_in(site.live.files)
    languages, names = languages_in(values), language_names(values)
    found = list(units(values))
    waits = [unit for unit in found if unit.state != "there"]
    sections = []
    for language in languages.all:
        mine = [unit for unit in waits if unit.language == language]
        of_it = [unit for unit in found if unit.language == language and unit.beside]
        if not (mine or of_it):
            continue
        coming = language in languages.coming
        whole = link(f"All texts in {names[language]}", "/desk/language", {"code": language})
        how = " ".join(
            (
                "Not offered yet: content/book.yaml does not name it under <code>languages</code>." if coming else "",
                f"{whole} ({count(len(of_it), 'text')})." if of_it else "",
            )
        ).strip()
        head = f"To translate into {e(names[language])}"
        none = "Nothing waits: every text is there, and none is older than what it translates."
        sections.append(section(head, how, [_row(unit, names) for unit in mine], f"{none} {how}"))
    return "".join(sections) or section("To translate", "", [], "Nothing waits: every text is there in every language.")


def language(site: Site, view: View, code: str) -> str:
    """Every text of a language that has files of its own, translated or not, part by part."""
    words, values = view.words.casefold(), values_in(site.live.files)
    names = language_names(values)
    found = [
        unit
        for unit in units(values)
        if unit.language == code and unit.beside and (words in unit.text.casefold() or words in unit.now.casefold())
    ]
    part = view.part if view.part * _PART < len(found) else 0
    kept = f'<input type="hidden" name="code" value="{e(code)}">'
    look_for = (
        f'<form class="choose" method="get" action="/desk/language">{kept}<label class="field"><span>Words in it</span>'
        f'<input type="search" name="q" value="{e(view.words)}"></label><button class="go">Look</button></form>'
    )
    rows = [f"{_row(unit, names)}{_words(unit)}" for unit in found[part * _PART : (part + 1) * _PART]]
    parts = parts_html(View(view.language, words=view.words, part=part), "/desk/language", len(found), _PART, {"code": code})
    body = f"{look_for}<p>{count(len(found), 'text')}.</p>{parts}{listed(rows)}{parts}"
    return page(site, view, "/desk", f"All texts in {names[code]}", body)


def _words(unit: TranslationUnit) -> str:
    """The words that a translation has."""
    return f'<br><span lang="{e(unit.language)}" dir="auto">{e(unit.now)}</span>' if unit.now else ""


def translated_html(found: Iterable[TranslationUnit], names: Mapping[str, str]) -> str:
    """The words of translations in files of their own, each with the way to change them."""
    rows = [
        f'<dt>{e(names[unit.language])}</dt><dd lang="{e(unit.language)}" dir="auto">{e(unit.now)}</dd>'
        f"<dd>{link(f'Change the words in {names[unit.language]}', '/desk/translate', {'item': unit.name})} "
        f'<span class="quiet">{_STATES[unit.state]}</span></dd>'
        for unit in found
        if unit.beside
    ]
    return f"<dl>{''.join(rows)}</dl>" if rows else ""
