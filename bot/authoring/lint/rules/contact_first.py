"""A referral's own number or address where people read it before the disclosures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, referral_file
from bot.authoring.lint.rules.address_in_prose import ADDRESS
from bot.authoring.lint.rules.phone_in_prose import NUMBER
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Referral

_SHORTEST = 7
"""Digits from which a number in a name is told from a year or a helpline's own name (988)."""


def _contacts(referral: Referral) -> set[str]:
    """What gives the contact away: the number's last digits, the page's host, the mailbox."""
    found: set[str] = set()
    for contact in referral.contact:
        for number in (contact.phone, contact.sms):
            if number and len(number) >= _SHORTEST:
                found.add(number[-_SHORTEST:])
        if contact.web:
            found.add(contact.web.split("/")[2].removeprefix("www."))
        if contact.email:
            found.add(contact.email)
    return found


def look(pack: Pack) -> Iterator[Fault]:
    """In the name (a number or an address of any kind), and in what is said before the contact (the referral's own)."""
    said: dict[str, list[tuple[tuple[object, ...], str]]] = {}
    for file, at, _, text in pack.prose:
        if at[0] != "contact" and "/referrals/" in file:
            said.setdefault(file, []).append((at, text))
    for name, referral in pack.book.referrals.items():
        file, own = pack.file_of("referral", name), _contacts(referral)
        texts = [*said.get(file, ()), (("status_note",), referral.status_note or "")]
        spots = [at for at, text in texts if _gives(text, own) and not (NUMBER.search(text) or ADDRESS.search(text))]
        if _gives(referral.name, own) or NUMBER.search(referral.name) or "://" in referral.name:
            spots.append(("name",))
        for at in spots:
            yield pack.fault(file, at, "CONTACT-FIRST", "The contact stands here, before what people need to know.",
                             "Leave it to `contact:`; the bot shows that last.",
                             why="Somebody would call before they read what it does with police.")  # fmt: skip


def _gives(text: str, contacts: set[str]) -> bool:
    digits = re.sub(r"\D", "", text)
    return any(contact in (digits if contact.isdigit() else text) for contact in contacts)


RULE = Rule("CONTACT-FIRST", "promises", "A referral's contact where it is read before the disclosures.", look,
            referral_file("name: Sample Help", "name: Sample Help 877 776 2004"), referral_file(), 2)  # fmt: skip
