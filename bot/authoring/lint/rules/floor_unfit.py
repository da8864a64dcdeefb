"""Contacts that are said to fill a place's floor and may not: police, trafficking enforcement, reports, a state that punishes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, referral_file
from bot.authoring.lint.subject import Pack
from bot.book import LINES, Fault, Unfit, unfit

_WHY: dict[Unfit, tuple[str, str]] = {
    "police": ("police run it", ""),
    "trafficking": ("those who enforce trafficking laws run it", ""),
    "reports": ("it files reports", ""),
    "unknown": ("nobody wrote down who runs it", " Read who runs it, then write `run_by:`."),
    "state": (
        "a state runs it, and the place may punish who calls",
        " A place where none of it is punished says so: `punishes:` in its place.yaml, with a source.",
    ),
    "not-peers": ("sex workers do not run it", " Groups of sex workers and their networks are `run_by: peers`."),
    "not-legal": ("it is no legal intermediary", " Write the kind, if it is one."),
}


def look(pack: Pack) -> Iterator[Fault]:
    """Each slot in `fills` that the referral may not fill; and lines that do not say what a caller has to know."""
    book = pack.book
    for name, referral in book.referrals.items():
        file = pack.file_of("referral", name)
        chain = []
        at = referral.place
        while at in book.places and book.places[at] not in chain:
            chain.append(book.places[at])
            at = book.places[at].parent or ""
        for number, slot in enumerate(referral.fills):
            if why := unfit(referral, slot, chain):
                said, more = _WHY[why]
                yield pack.fault(file, ("fills", number), "FLOOR-UNFIT", f"This cannot fill `{slot}`: {said}.",
                                 f"Take `{slot}` out of `fills`.{more}", "error",
                                 "An honest gap is better: people would call it as if it were safe.")  # fmt: skip
        if set(referral.fills) & set(LINES) and referral.police.contact == "unknown" and not referral.police.says:
            yield pack.fault(file, ("police",), "FLOOR-UNFIT", "A line that fills the floor says nothing on police.",
                             "Write `says:`: that nobody knows if they trace calls or send police; to give no name or place.",
                             "error", "Somebody calls it in danger.")  # fmt: skip
        if referral.fills and referral.languages == "unknown":
            yield pack.fault(file, ("fills",), "FLOOR-UNFIT", "It fills the floor, and its languages are unknown.",
                             "Write the languages in which it answers.", "error", "Somebody calls it in danger.")  # fmt: skip


_PEERS = "run_by: peers\nfills: [peers]\nlanguages: [en]\nstatus: open"
RULE = Rule(
    "FLOOR-UNFIT",
    "promises",
    "A contact that is said to fill the floor of a place, and may not.",
    look,
    referral_file("status: open", _PEERS.replace("run_by: peers", "run_by: police")),
    referral_file("status: open", _PEERS),
    5,
)
