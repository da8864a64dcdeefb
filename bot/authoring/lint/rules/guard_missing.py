"""Pages on coercion, a partner, stalking, debt or leaving that open without their neutral page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path

_IDS = frozenset(
    ("coercion", "coerced", "partner", "stalking", "stalker", "debt", "blackmail", "blackmailed", "controlled", "leaving")
)
_SAYS = re.compile(
    r"\bcoerc\w+|\bpartner (?:who|that)|\bmy (?:partner|husband|wife|boyfriend|girlfriend|ex)\b|\bstalk(?:er|ing)\b|\bin debt\b"
    r"|\bi owe\b|\b(?:who|someone|somebody|he|she) controls (?:me|my)\b|\bblackmail|\bleav(?:e|ing) (?:him|her|them|someone|my)\b"
    r"|\bcoacci\w+|\bpareja que\b|\bmi (?:pareja|marido|esposa|esposo|novio|novia|ex)\b|\bpersecución\b|\bdeudas?\b|\bdebo dinero"
    r"|\b(?:me|quien|alguien) controla\b|\bchantaj|\bdejar a (?:mi|alguien)\b|\birme de (?:él|ella|casa)\b",
    re.I,
)


def _pages(pack: Pack) -> Iterator[tuple[str, Path, str, Mapping[str, str], bool]]:
    """Where a page is written, its id, its title, and whether it is guarded."""
    for name, topic in pack.book.topics.items():
        yield pack.file_of("topic", name), ("title",), name, topic.title, topic.guarded or topic.urgency == "emergency"
    for number, section in enumerate(pack.book.plan.sections if pack.book.plan else ()):
        at = ("sections", number, "section")
        only = [*section.paths] == ["leave-someone"]
        yield "content/plan/plan.yaml", at, "leaving" if only else section.section, section.title, section.guarded


def look(pack: Pack) -> Iterator[Fault]:
    """Topics and sections of the plan that by their id or title are about one of these, and are not `guarded`."""
    for file, at, name, title, guarded in _pages(pack):
        if guarded or not (_IDS & set(name.split("-")) or any(_SAYS.search(text) for text in title.values())):
            continue
        yield pack.fault(file, at, "GUARD-MISSING", "This page opens without its neutral page.", "Add `guarded: true`.",
                         why="The one it is about may be beside the person.")  # fmt: skip


_BAD = tip_file()[TIP_FILE].replace("{en: Sample, es: Muestra}", '{en: "My partner hurts me", es: "Mi pareja me lastima"}')
RULE = Rule("GUARD-MISSING", "flows", "A page on coercion, a partner, stalking, debt or leaving without its neutral page.", look,
            {TIP_FILE: _BAD}, {TIP_FILE: _BAD.replace("tips:", "guarded: true\ntips:")}, 4)  # fmt: skip
