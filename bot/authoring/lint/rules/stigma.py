"""Words of `content/words.yaml` that hurt, in any of their forms, but for names, laws and quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Severity
from bot.book import Rule as Avoided

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»')


def _inflected(form: str, language: str) -> str:
    """A pattern for a word and its plural; in Spanish, of each gender too. `*` at the end stands for any ending."""
    if form.endswith("*"):
        return re.escape(form[:-1]) + r"\w*"
    if " " in form or len(form) < 4:
        return re.escape(form)
    if language == "es" and form[-1] in "oa":
        return re.escape(form[:-1]) + "(?:[oaex@]s?)"
    return re.escape(form) + ("(?:e?s)?" if language == "es" or form[-1] in "sxh" else "s?" if language == "en" else "")


@cache
def _pattern(forms: tuple[str, ...], language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_inflected(form, language) for form in forms)})(?!\w)", re.I)


def _without(names: Iterable[str]) -> re.Pattern[str] | None:
    parts = [re.escape(name) for name in sorted(names, key=len, reverse=True)]
    return re.compile("|".join(parts), re.I) if parts else None


def look(pack: Pack) -> Iterator[Fault]:
    """One search over all forms of a language decides for most texts; only the others are looked at rule by rule."""
    words = pack.book.words
    allowed = _without(words.allowed)
    exceptions = {rule.rule: _without(rule.exceptions) for rule in words.avoid}
    by_language: dict[str, list[Avoided]] = {}
    for rule in words.avoid:
        for language, forms in rule.avoid.items():
            if forms:
                by_language.setdefault(language, []).append(rule)
    any_of = {
        language: _pattern(tuple(form for rule in rules for form in rule.avoid[language]), language)
        for language, rules in by_language.items()
    }
    for file, at, language, text in pack.prose:
        if language not in any_of or not any_of[language].search(text):
            continue
        bare = _QUOTED.sub("", allowed.sub("", text) if allowed else text)
        for rule in by_language[language]:
            names = exceptions[rule.rule]
            if found := _pattern(tuple(rule.avoid[language]), language).search(names.sub("", bare) if names else bare):
                severity: Severity = "error" if rule.severity == "error" else "warning"
                yield pack.fault(file, at, "STIGMA", f"This uses a word that the pack avoids ({rule.rule}).",
                                 f"Say: {rule.prefer.get(language, '')}.", severity, rule.why.get(language, ""),
                                 found[0])  # fmt: skip


RULE = Rule(
    "STIGMA",
    "words",
    "A word that the pack avoids (`content/words.yaml`).",
    look,
    tip_file("A prostitute can ask for this."),
    tip_file("The English Collective of Prostitutes wrote it."),
    12,
)
