"""Lines for a crisis and legal intermediaries that do not say, in words, that nobody knows their rule on police."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import REFERRAL_FILE, Rule, referral_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Those who are told most: what is said to them can bring police. Other unknowns have a common sentence of their own."""
    for name, referral in pack.book.referrals.items():
        if referral.police.contact != "unknown" or referral.police.says or not referral.contact:
            continue  # without a contact nobody is shown it
        if {"crisis", "legal_intermediary"} & set(referral.kinds):
            yield pack.fault(pack.file_of("referral", name), ("police", "contact"), "POLICE-UNSAID",
                             "Nobody knows its rule on police, and it does not say so in words.",
                             "Write `says:`. Of a line: we don't know if they trace calls or send police; give no name or place. "
                             "Of legal help: before a name, ask what they must pass on, and to whom.",
                             why="People tell these the most.")  # fmt: skip


_QUIET = referral_file("[harm_reduction]", "[crisis]")
_SAID = "contact: unknown\n  says: {en: We do not know., es: No lo sabemos.}"
RULE = Rule(
    "POLICE-UNSAID",
    "promises",
    "A line or legal help whose rule on police is unknown, without words on that.",
    look,
    _QUIET,
    {**_QUIET, REFERRAL_FILE: _QUIET[REFERRAL_FILE].replace("contact: unknown", _SAID)},
    14,
)
