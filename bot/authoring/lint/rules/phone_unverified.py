"""Numbers whose source nobody has read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, referral_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path, Severity, Source


def _unread(source: Source | None) -> bool:
    return source is not None and (source.how == "not_read" or source.read is None)


def look(pack: Pack) -> Iterator[Fault]:
    """Numbers of referrals and emergency numbers whose source was not read. A warning where the referral is not open."""
    book = pack.book
    numbers: list[tuple[str, Path, str, Severity]] = [
        (pack.file_of("referral", name), ("contact", number, "verified", "source"), contact.verified.source,
         "error" if referral.status == "open" else "warning")
        for name, referral in book.referrals.items()
        for number, contact in enumerate(referral.contact)
        if contact.phone or contact.sms
    ]  # fmt: skip
    for name, place in book.places.items():
        for part, found in place.emergency.numbers.items() if place.emergency else ():
            numbers.append((pack.file_of("place", name), ("emergency", part, "source"), found.source, "error"))
    for file, at, source, severity in numbers:
        if _unread(book.sources.get(source)):
            yield pack.fault(file, at, "PHONE-UNVERIFIED", "The source of this number was not read.",
                             "Read the page, then write `read:` and `how:` there; or take the number away.", severity,
                             "A wrong number can hurt somebody.")  # fmt: skip


def _unread_source() -> dict[str, str]:
    files = referral_file()
    return {name: text.replace("how: page", "how: not_read") for name, text in files.items()}


RULE = Rule(
    "PHONE-UNVERIFIED", "promises", "A phone number whose source was not read.", look, _unread_source(), referral_file(), 11
)
