"""How a referral is drawn: what it does with police, reports, immigration and ID, and only then how to reach it.

`Disclosed` can be made only by `disclose`, and `contact_spans` takes nothing else: a contact without its disclosure cannot
be built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.book import Contact, Disclosure, Referral
from bot.engine.types import Span

if TYPE_CHECKING:
    from bot.engine.render_context import RenderContext

QUESTIONS = (
    "reports",
    "immigration",
    "child_welfare",
    "law_enforcement_ties",
    "id_needed",
    "conditions",
    "cost",
    "confidentiality",
)
_KEY = object()


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A referral whose disclosures have been drawn. Made by `disclose` alone."""

    referral: Referral
    spans: tuple[Span, ...]
    key: object

    def __post_init__(self) -> None:
        if self.key is not _KEY:
            raise TypeError("only disclose() makes a Disclosed")


def disclose(referral: Referral, draw: RenderContext) -> Disclosed:
    """The disclosures of `referral`, police first; what nobody knows is said as "we don't know; ask first".

    That police run it, or that it files reports, stands above everything, what it offers too.
    """
    spans: list[Span] = [Span(referral.name, "bold"), Span("\n")]
    if referral.run_by in ("police", "trafficking"):
        spans += [Span(draw.says(f"run_by_{referral.run_by}"), "bold"), Span("\n")]
    if referral.reports.known == "yes":
        spans += [Span(draw.says("may_report"), "bold"), Span("\n")]
    spans += draw.text(referral.offers)
    if referral.confidence == "partial":
        spans.append(Span(f"\n{draw.says('confidence_partial')}"))
    spans.append(Span(f"\n\n{draw.says(f'police_{referral.police.contact}')}"))
    if referral.police.says:
        spans += [Span(" "), *draw.text(referral.police.says)]
    if referral.police.exceptions:
        names = ", ".join(draw.says("exception_" + name.replace("-", "_")) for name in referral.police.exceptions)
        spans.append(Span(f" {draw.says('except')} {names}."))
    unknown: list[str] = []
    for question in QUESTIONS:
        answer: Disclosure = getattr(referral, question)
        if answer.known == "unknown":
            unknown.append(draw.says(question))
            continue
        spans += [Span("\n• "), Span(draw.says(question), "bold"), Span(": ")]
        if answer.says:
            spans += draw.text(answer.says)
        else:
            spans.append(Span(draw.says(answer.known)))
    if unknown:
        spans.append(Span(f"\n• {draw.says('ask_first')} {', '.join(unknown)}."))
    for name in ("serves", "hours", "stance"):
        value = getattr(referral, name)
        if value != "unknown":
            spans += [Span("\n• "), Span(draw.says(name), "bold"), Span(": "), *draw.text(value)]
    if referral.languages != "unknown":
        spans.append(Span(f"\n• {draw.says('languages')}: {', '.join(referral.languages)}"))
    if referral.youth or draw.state.young:
        spans += [Span("\n"), Span(draw.says("young_ask"))]
    return Disclosed(referral, tuple(spans), _KEY)


def _way(contact: Contact) -> tuple[str, str, str]:
    """Which words introduce a contact, what is shown, and where it leads."""
    if contact.phone:
        return "call", _spaced(contact.phone), f"tel:{contact.phone}"
    if contact.sms:
        return "text", _spaced(contact.sms), f"sms:{contact.sms}"
    if contact.email:
        return "email", contact.email, f"mailto:{contact.email}"
    return "web", contact.web or "", contact.web or ""


def _spaced(number: str) -> str:
    """A number in groups, so that it can be read and typed: +1 877 776 2004, 0800 345 1435. Up to six digits stay whole."""
    if not number.startswith("+"):
        return _grouped(number) if len(number) > 6 else number
    if number.startswith("+1") and len(number) == 12:
        return f"+1 {number[2:5]} {number[5:8]} {number[8:]}"
    code, rest = number[:3], number[3:]
    return " ".join([code, *(rest[at : at + 3] for at in range(0, len(rest), 3))])


def _grouped(number: str) -> str:
    """A number as it is dialled inside a country, in threes after its prefix (0800, 1800); no digit stands alone."""
    first = 4 if number.startswith(("0", "1800")) else 3
    groups = [number[:first], *(number[at : at + 3] for at in range(first, len(number), 3))]
    if len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return " ".join(groups)


def contact_spans(disclosed: Disclosed, draw: RenderContext) -> tuple[Span, ...]:
    """The ways to reach a referral, after its disclosures: number or address, when it was read, what it leaves behind."""
    spans: list[Span] = []
    for contact in disclosed.referral.contact:
        words, shown, target = _way(contact)
        spans += [Span(f"\n\n{draw.says(words)}: "), Span(shown, "contact", target)]
        if contact.note:
            spans += [Span(" "), *draw.text(contact.note)]
        dated = contact.verified.page_dated
        spans.append(Span(f"\n{draw.says('number_checked')} {contact.verified.on.isoformat()}; "))
        spans.append(Span(draw.says("page_undated") if dated == "unknown" else f"{draw.says('page_dated')} {dated}"))
        traces = ", ".join(draw.says("leaves_" + trace.replace("-", "_")) for trace in contact.leaves)
        spans.append(Span(f". {draw.says('leaves')} {traces}."))
    return tuple(spans)


def referral_spans(referral: Referral, draw: RenderContext) -> tuple[Span, ...]:
    """A whole referral: disclosures, then contacts, then where this was read."""
    disclosed = disclose(referral, draw)
    return (*disclosed.spans, *contact_spans(disclosed, draw), *draw.checked(referral.review, referral.sources))


__all__ = ["Disclosed", "contact_spans", "disclose", "referral_spans"]
