"""The floor of a place: whether somebody can be called on suicide or a crisis, on violence, and whether peers are there.

What never counts, whoever else would: a line that police or the enforcement of trafficking laws run, and one that files
reports. Where selling, same-sex conduct or missing papers are punished, nothing that a state runs counts either; nor where
nobody has written down that none of the three is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from bot.book.models import Place
from bot.book.referral import Referral, Slot

SLOTS: tuple[Slot, ...] = get_args(Slot)
FLOOR: tuple[Slot, ...] = ("suicide", "violence", "peers")
"""What every country needs. The other slots are filled where the facts allow it."""
LINES: tuple[Slot, ...] = ("suicide", "violence")
"""Slots that a line fills, which somebody may call in danger."""
Unfit = Literal["police", "trafficking", "reports", "unknown", "state", "not-peers", "not-legal"]


class Floor(NamedTuple):
    """Who fills each slot at a place: ids of referrals that are shown there, nearest first."""

    place: str
    filled: Mapping[Slot, tuple[str, ...]]

    @property
    def missing(self) -> tuple[Slot, ...]:
        """The slots of the floor that nobody fills."""
        return tuple(slot for slot in FLOOR if not self.filled[slot])


def unfit(referral: Referral, slot: Slot, places: Sequence[Place]) -> Unfit | None:
    """Why a referral cannot fill a slot, None where it can. `places`: its place and what that lies in, nearest first."""
    if referral.run_by in ("police", "trafficking"):
        return "police" if referral.run_by == "police" else "trafficking"
    if referral.reports.known == "yes":
        return "reports"
    if referral.run_by == "unknown":
        return "unknown"
    if slot == "peers" and referral.run_by != "peers":
        return "not-peers"
    if slot == "legal" and "legal_intermediary" not in referral.kinds:
        return "not-legal"
    if referral.run_by == "state" and not _unpunished(places):
        return "state"
    return None


def _unpunished(places: Iterable[Place]) -> bool:
    """Whether somebody read that none of the three is punished there: the nearest place that says so counts."""
    return next((not place.punishes.acts for place in places if place.punishes), False)


def floor_of(place: str, referrals: Iterable[Referral], places: Mapping[str, Sequence[Place]]) -> Floor:
    """The floor of a place. `referrals`: those shown there, nearest first, without the world's; `places`: the chain of each
    place that one of them is of."""
    shown = list(referrals)

    def fill(slot: Slot) -> Iterator[str]:
        for referral in shown:
            if slot in referral.fills and unfit(referral, slot, places[referral.place]) is None:
                yield referral.referral

    return Floor(place, {slot: tuple(fill(slot)) for slot in SLOTS})
