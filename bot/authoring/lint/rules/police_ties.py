"""Legal intermediaries that work with police: people choose them because they do not."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import REFERRAL_FILE, Rule, referral_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Legal intermediaries with known ties to law enforcement. Whether that is joint work or only funding, people decide."""
    for name, referral in pack.book.referrals.items():
        if "legal_intermediary" in referral.kinds and referral.law_enforcement_ties.known == "yes":
            yield pack.fault(pack.file_of("referral", name), ("law_enforcement_ties",), "POLICE-TIES",
                             "A legal intermediary with ties to police.",
                             "Look again whether it belongs under `legal_intermediary`.", "warning",
                             "People choose these because no police is involved.")  # fmt: skip


_TIES = referral_file(
    "law_enforcement_ties: {known: unknown}",
    'law_enforcement_ties:\n  known: "yes"\n  says: {en: Shared work., es: Trabajo conjunto.}',
)
RULE = Rule(
    "POLICE-TIES",
    "promises",
    "A legal intermediary with known ties to police.",
    look,
    {**_TIES, REFERRAL_FILE: _TIES[REFERRAL_FILE].replace("[harm_reduction]", "[legal_intermediary]")},
    _TIES,
    18,
)
