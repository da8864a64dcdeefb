"""The shape of somebody to turn to: who runs it, each disclosure known or `unknown`, and only then how to reach them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from bot.book.fields import Id, Language, Model, PerLanguage
from bot.book.models import Kind, Review

Slot = Literal["suicide", "violence", "peers", "legal", "pep", "naloxone"]
"""What a country needs somebody for; `bot.book.floor` says what may fill each."""
RunBy = Literal["peers", "organization", "state", "police", "trafficking", "unknown"]
"""Who decides there: sex workers themselves; a group or firm that is not the state; a state, its health service too, even where
others answer for it; police; who enforces the laws against trafficking."""
Known = Literal["yes", "no", "unknown"]


class Verified(Model):
    """Where a number or address was read, and when."""

    source: Id
    on: dt.date
    page_dated: Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{2}){0,2}|unknown)$")] = "unknown"


class Contact(Model):
    """One way to reach a referral: exactly one of `phone`, `sms`, `web`, `email`. `leaves`: traces on the person's side."""

    phone: Annotated[str, Field(pattern=r"^\+[0-9]{6,15}$|^\*?[0-9]{3,12}$")] | None = None
    sms: Annotated[str, Field(pattern=r"^\+[0-9]{6,15}$|^\*?[0-9]{3,12}$")] | None = None
    web: Annotated[str, Field(pattern=r"^https://[^\s]+$")] | None = None
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$")] | None = None
    note: PerLanguage | None = None
    verified: Verified
    leaves: list[Literal["call-log", "bill", "text-log", "browser", "email"]] = Field(min_length=1)


class Police(Model):
    """What a referral does with police. `says`: in plain words, what was read."""

    contact: Literal["never", "only_if_you_ask", "may", "unknown"]
    says: PerLanguage | None = None
    exceptions: list[Literal["under-18", "danger", "court-order", "law", "child-abuse", "threat-to-others"]] = []


class Disclosure(Model):
    """One thing a person may want to know before a contact. `says` is required unless `known` is `unknown`."""

    known: Known
    says: PerLanguage | None = None


class Referral(Model):
    """Somebody to turn to (`content/places/<place>/referrals/<id>.yaml`), with every disclosure known or `unknown`.

    `run_by`: who decides there. `fills`: what of the place's floor it is for; `check` refuses what may not fill it.
    `valid_in`: the places it works in (empty: all that its own holds), like those of one continent for a list of the world.
    `confidence`: `read` on a public page or a stored copy of one (nobody has called); `partial`; `unverified` (never shown).
    Disclosures are questions: `reports` (must tell an authority?), `immigration` (shares with?), `child_welfare` (tells?),
    `law_enforcement_ties` (funding, joint work?), `id_needed`, `conditions` (must stop, be sober, belief, women only...).
    """

    referral: Id
    name: Annotated[str, Field(min_length=2, max_length=120)]
    kinds: list[Kind] = Field(min_length=1)
    run_by: RunBy = "unknown"
    fills: list[Slot] = []
    status: Literal["open", "paused", "closed"]
    status_note: Annotated[str, Field(max_length=400)] | None = None
    place: Id
    valid_in: list[Id] = []
    offers: PerLanguage
    contact: list[Contact] = []
    police: Police
    reports: Disclosure
    immigration: Disclosure
    child_welfare: Disclosure
    law_enforcement_ties: Disclosure
    id_needed: Disclosure
    conditions: Disclosure
    cost: Disclosure
    confidentiality: Disclosure
    languages: list[Language] | Literal["unknown"] = "unknown"
    hours: PerLanguage | Literal["unknown"] = "unknown"
    serves: PerLanguage | Literal["unknown"] = "unknown"
    stance: PerLanguage | Literal["unknown"] = "unknown"
    youth: bool = False
    adults_only: bool = False
    topics: list[Id] = []
    sources: list[Id] = Field(min_length=1)
    confidence: Literal["read", "partial", "unverified"]
    review: Review
    was: list[Id] = []

    @field_validator("confidence", mode="before")
    @classmethod
    def _not_verified(cls, value: Any) -> Any:
        """Names the word of before: it promised more than somebody having read a page."""
        if value == "verified":
            raise PydanticCustomError(
                "shape_old",
                "`verified` is called `read` now: it never meant more than a page, or a stored copy of one, that was read.",
                {"fix": "Write `confidence: read`."},
            )
        return value
