"""A place's emergency numbers, by service: `emergency:` in `content/places/<place>/place.yaml`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bot.book.fields import Id, Model, PerLanguage

Service = Literal["police", "ambulance", "fire"]
SERVICES: tuple[Service, ...] = get_args(Service)
Need = Literal["police", "ambulance", "fire", "nobody"]
"""The service that a card needs. `nobody`: its number would bring more of the danger, so the card shows none."""


class Number(Model):
    """An emergency number and where it was read. `answers`: who picks up and what may follow, shown before the number.
    `sources`: where that was read, beside the number's own source."""

    number: Annotated[str, Field(pattern=r"^[0-9]{2,6}$")]
    answers: PerLanguage
    source: Id
    sources: list[Id] = []
    on: dt.date
    status: Literal["read", "secondhand"]


class GeneralNumber(Number):
    """The one number that reaches every service. `reaches`: said service by service, so that no other slips in."""

    reaches: list[Service]

    @field_validator("reaches")
    @classmethod
    def _every_service(cls, value: list[Service]) -> list[Service]:
        if missing := [service for service in SERVICES if service not in value]:
            raise PydanticCustomError(
                "number_partial",
                "A general number reaches every service; this one does not reach: {missing}.",
                {
                    "missing": ", ".join(missing),
                    "fix": f"Write it below {' and '.join(f'`{name}:`' for name in value)} instead.",
                },
            )
        return value


class Emergency(Model):
    """The numbers of a place by service. `general`: where one number reaches them all; beside it, a service's own."""

    general: GeneralNumber | None = None
    police: Number | None = None
    ambulance: Number | None = None
    fire: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_service(cls, value: Any) -> Any:
        """Names the shape of before, in which `general` was whichever number came first, even the ambulance's."""
        general = value.get("general") if isinstance(value, dict) else None
        if isinstance(value, dict) and ("note" in value or (isinstance(general, dict) and "reaches" not in general)):
            raise PydanticCustomError(
                "shape_old",
                "These numbers have the shape of before: `general` and one `note` for all.",
                {
                    "fix": "Keep `general:` only for a number that reaches every service, with "
                    "`reaches: [police, ambulance, fire]`; write any other below `police:`, `ambulance:` or `fire:`. "
                    "Who answers goes from `note:` to `answers:` below each number."
                },
            )
        return value

    @property
    def numbers(self) -> dict[str, Number]:
        """The numbers that there are, by field."""
        found = {"general": self.general, "police": self.police, "ambulance": self.ambulance, "fire": self.fire}
        return {name: number for name, number in found.items() if number}

    def reaching(self, service: Service) -> tuple[Number, ...]:
        """The numbers that reach a service, best first. Police by the general number, by their own only where there is none;
        any other service by its own, then by the general one. Empty where nobody knows a number."""
        own: Number | None = getattr(self, service)
        if service == "police":
            return tuple(number for number in (self.general or own,) if number)
        return tuple(number for number in (own, self.general) if number)
