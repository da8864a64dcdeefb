"""Disclosures that say "known" and then not what: a yes or a no alone tells nobody what to expect."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, referral_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import QUESTIONS


def look(pack: Pack) -> Iterator[Fault]:
    """What a referral does with police, reports, immigration and the rest: known, but without words. A missing one is
    FIELD-MISSING."""
    for name, referral in pack.book.referrals.items():
        known = [(question, getattr(referral, question)) for question in QUESTIONS]
        bare = [question for question, answer in known if answer.known != "unknown" and not answer.says]
        if referral.police.contact != "unknown" and not referral.police.says:
            bare.insert(0, "police")
        for question in bare:
            at = (question, "contact" if question == "police" else "known")
            yield pack.fault(pack.file_of("referral", name), at, "DISCLOSURE-EMPTY",
                             f'"{question}" is known and says nothing.',
                             "Add `says:` in each language with what you read, or write `unknown`.",
                             why="People decide by this whether to call.")  # fmt: skip


RULE = Rule("DISCLOSURE-EMPTY", "promises", "A disclosure that is known and says nothing.", look,
            referral_file("reports: {known: unknown}", 'reports: {known: "yes"}'), referral_file(), 15)  # fmt: skip
