"""How it is said: words that the pack avoids, how hard it reads, translations that were left."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.book.faults import Fault, Severity
from bot.desk.checks.base import Pack, Rule, tip_file
from bot.desk.reading import grade_en, inflesz_es
from bot.find.finder import build_finder
from bot.find.words import fold

_SLOT = re.compile(r"\{[a-z_]+\}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
HARD_EN, HARD_ES = 9.0, 40.0


def _forms(forms: list[str]) -> re.Pattern[str]:
    parts = [re.escape(form.rstrip("*")) + (r"\w*" if form.endswith("*") else "") for form in forms]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.I)


def avoided(pack: Pack) -> Iterator[Fault]:
    """Words of `content/words.yaml` that hurt, but for names, laws and quotes."""
    rules = [(rule, language, _forms(forms)) for rule in pack.book.words.avoid for language, forms in rule.avoid.items() if forms]
    allowed = [*pack.book.words.allowed]
    for prose in pack.prose():
        text = prose.text
        for rule, language, forms in rules:
            if language != prose.language:
                continue
            bare = text
            for name in (*rule.exceptions, *allowed):
                bare = bare.replace(name, "")
            bare = re.sub(r'"[^"]*"|“[^”]*”|«[^»]*»', "", bare)
            if forms.search(bare):
                severity: Severity = "error" if rule.severity == "error" else "warning"
                yield pack.fault(prose.file, prose.at, "STIGMA", f'This uses a word that the pack avoids ({rule.rule}).',
                                 f"Say: {rule.prefer.get(language, '')}.", severity, rule.why.get(language, ""))  # fmt: skip


def hard(pack: Pack) -> Iterator[Fault]:
    """Tips that read harder than grade 9, or INFLESZ under 40."""
    for prose in pack.prose():
        if "tips" not in prose.at and not prose.file.startswith("content/cards/"):
            continue
        if prose.language == "en" and grade_en(prose.text) > HARD_EN:
            yield pack.fault(prose.file, prose.at, "READING", "This is hard to read (over grade 9).",
                             "Shorter sentences, shorter words.", "warning")  # fmt: skip
        if prose.language == "es" and inflesz_es(prose.text) < HARD_ES:
            yield pack.fault(prose.file, prose.at, "READING", "Cuesta leerlo (INFLESZ bajo 40).",
                             "Frases y palabras más cortas.", "warning")  # fmt: skip


def _pairs(pack: Pack) -> Iterator[tuple[str, tuple[object, ...], dict[str, str]]]:
    groups: dict[tuple[str, tuple[object, ...]], dict[str, str]] = {}
    for prose in pack.prose():
        groups.setdefault((prose.file, prose.at[:-1]), {})[prose.language] = prose.text
    for (file, at), texts in groups.items():
        yield file, at, texts


def slots(pack: Pack) -> Iterator[Fault]:
    """Placeholders that one language has and another has not."""
    for file, at, texts in _pairs(pack):
        sets = {language: sorted(_SLOT.findall(text)) for language, text in texts.items()}
        if len({tuple(found) for found in sets.values()}) > 1 and not any(
            "word" in slot for found in sets.values() for slot in found
        ):
            yield pack.fault(file, at, "SLOT-DIFFERS", "The languages use different {placeholders}.", "Use the same in each.")


def numbers(pack: Pack) -> Iterator[Fault]:
    """Doses, hours and days that one language has and another has not: often a slip, sometimes another unit."""
    for file, at, texts in _pairs(pack):
        if "tips" not in at and not file.startswith("content/cards/"):
            continue
        found = {language: sorted(_NUMBER.findall(text)) for language, text in texts.items()}
        if len({tuple(numbers) for numbers in found.values()}) > 1:
            yield pack.fault(file, at, "NUMBERS-DIFFER", "The languages have different numbers.",
                             "Compare both with the source.", "warning")  # fmt: skip


def same(pack: Pack) -> Iterator[Fault]:
    """A text that is the same in two languages: nobody translated it."""
    for file, at, texts in _pairs(pack):
        long = [text for text in texts.values() if len(text.split()) >= 4]
        if len(long) > 1 and len(set(long)) < len(long):
            yield pack.fault(file, at, "SAME-TEXT", "Two languages have the same text.", "Translate one of them.", "warning")


def other_language(pack: Pack) -> Iterator[Fault]:
    """A tip that is written in another language than it says."""
    finder = build_finder(pack.book.on(pack.today))
    for prose in pack.prose():
        if "tips" in prose.at and len(prose.text.split()) >= 6:
            clear = finder.language(fold(prose.text))
            if clear and clear != prose.language:
                yield pack.fault(prose.file, prose.at, "LANGUAGE-OTHER", f"This says {prose.language} and reads like {clear}.",
                                 "Move it under its language.", "warning")  # fmt: skip


_GOOD = tip_file()
_HARD = tip_file("Consideration of institutional confidentiality obligations necessitates clarification.")
_NAMED = tip_file("A prostitute can ask for this.")
RULES = (
    Rule("STIGMA", "A word that the pack avoids (`content/words.yaml`).", avoided, _NAMED, _GOOD, 12),
    Rule("READING", "A tip that is hard to read.", hard, _HARD, _GOOD, 12),
    Rule("SLOT-DIFFERS", "Placeholders differ between languages.", slots, tip_file("Call {emergency}.", "Llama."), _GOOD, 12),
    Rule("NUMBERS-DIFFER", "Numbers differ between languages.", numbers,
         tip_file("Wait 72 hours.", "Espera 27 horas."), _GOOD, 12),
    Rule("SAME-TEXT", "The same text in two languages.", same,
         tip_file("Drink water and rest well.", "Drink water and rest well."), _GOOD, 12),
    Rule("LANGUAGE-OTHER", "A text in another language than it says.", other_language,
         tip_file("Bebe agua y descansa todo lo que puedas hoy.", "Bebe agua y duerme todo lo que puedas hoy."), _GOOD, 12),
)  # fmt: skip
