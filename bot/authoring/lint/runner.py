"""Every rule, found in the modules of this folder; and a pack checked against all of them, however broken it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bot.authoring.lint import rules as rule_modules
from bot.authoring.lint.context import LintContext
from bot.authoring.lint.dedupe import without_echoes
from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault, survey
from bot.engine import survey_flows


@cache
def rules() -> tuple[Rule, ...]:
    """The rules, by code."""
    modules = [import_module(f"{rule_modules.__name__}.{found.name}") for found in iter_modules(rule_modules.__path__)]
    return tuple(sorted((module.RULE for module in modules if hasattr(module, "RULE")), key=lambda rule: rule.code))


def surveyed(files: Mapping[str, bytes], today: dt.date, context: LintContext | None = None, workers: int = 1) -> Pack:
    """The pack that rules look at, with what the reading found."""
    book, faults = survey(files, survey_flows)
    return Pack(book, files, today, tuple(faults), context or LintContext(), workers)


def check(files: Mapping[str, bytes], today: dt.date, context: LintContext | None = None, workers: int = 1) -> list[Fault]:
    """Every fault of a pack in one run, sorted by file and line: of files that cannot be read, and of all that can.

    `context`: pictures and history, which are looked at where they are given. `workers`: processes to share long work out among,
    for callers that have no second thread.
    """
    pack = surveyed(files, today, context, workers)
    found = [*pack.faults]
    for rule in rules():
        found += rule.look(pack)
    return sorted(_once(without_echoes(found, files)))


def _once(faults: Iterable[Fault]) -> Iterable[Fault]:
    """The same code at the same spot is told once: the reading and a rule may both see it."""
    first: dict[tuple[str, int, int, str], Fault] = {}
    for fault in faults:
        key = (fault.file, fault.line, fault.column, fault.code)
        kept = first.setdefault(key, fault)
        if kept.what != fault.what and fault.code in _SEVERAL:
            first[(*key[:3], f"{fault.code} {fault.what}")] = fault
    return first.values()


_SEVERAL = frozenset(("FIELD-MISSING", "UI-MISSING", "STEP-UNKNOWN", "FIELD-UNKNOWN", "STIGMA"))
"""Codes of which one spot may have several: two fields may be missing from one thing."""
