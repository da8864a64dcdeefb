"""How a referral's number is shown: in groups that a person can read and type, no digit lost."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.book.referral import Contact
from bot.engine.referrals import _spaced

VERIFIED = {"source": "a-page", "on": "2026-11-28"}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("988", "988"),
        ("*4141", "*4141"),
        ("116123", "116123"),
        ("+18777762004", "+1 877 776 2004"),
        ("08003451435", "0800 345 1435"),
        ("0800059595", "0800 059 595"),
        ("8009112000", "800 911 2000"),
        ("717003717", "717 003 717"),
        ("1800737732", "1800 737 732"),
    ],
)
def test_a_number_is_shown_in_groups_and_loses_no_digit(number: str, shown: str) -> None:
    """Short ones whole, those of a country as they are dialled there, international ones with their code."""
    assert _spaced(number) == shown
    assert _spaced(number).replace(" ", "") == number


@pytest.mark.parametrize("number", ["024", "*4141", "08001110111", "018000112137", "+541152751135"])
def test_a_number_is_taken_as_it_is_dialled(number: str) -> None:
    """Codes with a star and toll-free numbers that answer inside their country alone."""
    contact = Contact.model_validate({"phone": number, "verified": VERIFIED, "leaves": ["call-log"]})
    assert contact.phone == number


@pytest.mark.parametrize("number", ["41*41", "**4141", "0800 345 1435", "0800-345", "12", "0800345143512345", "*"])
def test_what_no_phone_can_dial_is_refused(number: str) -> None:
    """Spaces, signs in the middle, too short, too long."""
    with pytest.raises(ValidationError):
        Contact.model_validate({"phone": number, "verified": VERIFIED, "leaves": ["call-log"]})
