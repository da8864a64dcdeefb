"""Referrals of a pack as HSDS 3.0 services: what HSDS has a field for in that field, the whole referral in our extension.

A stranger's software shows what stands in the fields of HSDS. So the description says what people read in a talk before any
contact, police first; and a number goes out only where its source was read and the referral may be shown today. All others
stay in the extension, each with its state.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any, Literal
from uuid import UUID, uuid5

from bot.authoring.exchange.hsds.locations import EXTENSION, VERSION
from bot.authoring.exchange.hsds.plain_text import plain
from bot.book import Book, Contact, Disclosure, Edition, Referral, Text
from bot.engine import RenderContext, World, disclose
from bot.engine import State as Talk
from bot.find import Heard

State = Literal["verified", "unverified", "withdrawn"]
_SPACE = UUID("5d0c6f7e-3f0b-5c58-9b0e-7a4f6f1f2f3a")
"""The namespace of all ids that we give: the same pack and referral have the same id in every export."""
_STATUS = {"closed": "defunct", "paused": "temporarily closed", "expired": "inactive", "retracted": "inactive"}
_KINDS = {
    "harm_reduction": "Harm reduction: help to be safer, whatever somebody decides.",
    "exit_support": "Help for people who want to stop or do less.",
    "legal_intermediary": "Legal help that involves no police unasked.",
    "crisis": "Somebody to reach at once.",
}


def uuid_of(book: str, referral: str, part: str = "service") -> str:
    """The UUID of a referral's service, or of a part of it. `book`: the id of the pack."""
    return str(uuid5(_SPACE, f"{book}/{referral}/{part}"))


def states_of(book: Book, referral: Referral) -> list[State]:
    """Of each contact of a referral, whether its source was read, and whether it was withdrawn."""
    gone = {entry.id for entry in book.retractions if entry.withdraw == "contact"}

    def state(contact: Contact) -> State:
        source = book.sources.get(contact.verified.source)
        if value_of(contact) in gone:
            return "withdrawn"
        read = source is not None and source.read is not None and source.how != "not_read"
        return "verified" if read and referral.confidence != "unverified" else "unverified"

    return [state(contact) for contact in referral.contact]


def value_of(contact: Contact) -> str:
    """The number or address of a contact."""
    return contact.phone or contact.sms or contact.web or contact.email or ""


def export(book: Book, today: dt.date, places: Collection[str] = (), language: str = "") -> bytes:
    """The referrals as one JSON list of HSDS services, UTF-8. `book`: built with its flows, which hold the words of disclosures.
    `places`: only theirs. `language`: of the texts in HSDS's own fields, by default the pack's first; our extension has all."""
    made = services(book, today, places, language)
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def services(book: Book, today: dt.date, places: Collection[str] = (), language: str = "") -> list[dict[str, Any]]:
    """What `export` writes, as values."""
    world = World(Edition(book, today), _unheard)
    draw = RenderContext(world, Talk(language=language or book.languages[0]), own_word=False)
    wanted = [referral for _, referral in sorted(book.referrals.items()) if not places or referral.place in places]
    return [_Service(book, draw, referral).made() for referral in wanted]


def _unheard(_text: str, language: str) -> Heard:
    return Heard("unsure", language=language)


class _Service:
    """One referral on its way out."""

    def __init__(self, book: Book, draw: RenderContext, referral: Referral) -> None:
        self.book, self.draw, self.referral = book, draw, referral
        self.states = states_of(book, referral)
        self.hidden = draw.world.edition.hidden.get(referral.referral)
        shown = self.hidden is None and referral.confidence != "unverified"
        both = zip(referral.contact, self.states, strict=True)
        self.contacts = [contact for contact, state in both if shown and state == "verified"]

    def id(self, part: str = "service") -> str:
        return uuid_of(self.book.file.book, self.referral.referral, part)

    def part(self, part: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """An entry of a list of the service."""
        return {"id": self.id(part), "service_id": self.id(), **fields}

    def words(self, texts: Mapping[str, Text] | str | None) -> str:
        """A text as plain words in the export's language; "" where there is none."""
        return "".join(span.text for span in self.draw.text(texts)) if isinstance(texts, Mapping) and texts else ""

    def told(self, answer: Disclosure) -> str:
        return self.words(answer.says) if answer.known != "unknown" else ""

    def made(self) -> dict[str, Any]:
        """The service. Fields that nothing is known of are left out: an empty list would say that there is none."""
        referral = self.referral
        offers = self.words(referral.offers)
        webs = [contact.web for contact in self.contacts if contact.web]
        emails = [contact.email for contact in self.contacts if contact.email]
        named = {"id": self.id("organization"), "name": referral.name, "description": offers}
        fields: dict[str, Any] = {
            "id": self.id(),
            "organization_id": self.id("organization"),
            "name": referral.name,
            "description": self.disclosed(),
            "url": webs[0] if webs else "",
            "email": emails[0] if emails else "",
            "status": _STATUS.get(self.hidden or "", "active"),
            "application_process": self.told(referral.id_needed),
            "fees_description": self.told(referral.cost),
            "eligibility_description": " ".join(filter(None, (self.words(referral.serves), self.told(referral.conditions)))),
            "assured_date": referral.review.checked.isoformat(),
            "alert": self.alert(),
            "phones": self.phones(),
            "schedules": [self.part("schedule", {"description": hours})] if (hours := self.words(referral.hours)) else [],
            "service_areas": self.areas(),
            "languages": self.languages(),
            "organization": named | ({"website": webs[0]} if webs else {}),
            "cost_options": self.costs(),
            "required_documents": self.documents(),
            "attributes": self.kinds(),
        }
        return {**{name: value for name, value in fields.items() if value}, EXTENSION: self.extension()}

    def disclosed(self) -> str:
        """What it does with police, then what it offers, reports and the rest, as a talk says it."""
        spans = disclose(self.referral, self.draw).spans
        return "".join(span.text for span in spans).removeprefix(f"{self.referral.name}\n")

    def alert(self) -> str:
        """Why it is closed, paused or withdrawn."""
        name = self.referral.referral
        why = [entry.why for entry in self.book.retractions if entry.withdraw == "referral" and entry.id == name]
        return " ".join(why) if self.referral.status == "open" else self.referral.status_note or ""

    def phones(self) -> list[dict[str, Any]]:
        made = []
        for contact in self.contacts:
            if number := contact.phone or contact.sms:
                note = self.words(contact.note)
                fields = {"number": number, "type": "voice" if contact.phone else "text"}
                made.append(self.part(f"phone/{fields['type']}/{number}", fields | ({"description": note} if note else {})))
        return made

    def areas(self) -> list[dict[str, Any]]:
        place = self.book.places.get(self.referral.place)
        if place is None:
            return []
        return [self.part("area", {"name": self.draw.label(place.name)})]

    def languages(self) -> list[dict[str, Any]]:
        spoken = self.referral.languages
        return [] if isinstance(spoken, str) else [self.part(f"language/{code}", {"code": code}) for code in spoken]

    def costs(self) -> list[dict[str, Any]]:
        """Free is an amount of 0; what something costs we have in words only."""
        if self.referral.cost.known != "no":
            return []
        told = self.told(self.referral.cost)
        return [self.part("cost", {"amount": 0} | ({"amount_description": told} if told else {}))]

    def documents(self) -> list[dict[str, Any]]:
        """What somebody has to show. "none" is written out: an empty list does not mean it."""
        needed = self.referral.id_needed
        if needed.known == "unknown":
            return []
        told = self.told(needed)
        return [self.part("document", {"document": told or "asked for" if needed.known == "yes" else "none"})]

    def kinds(self) -> list[dict[str, Any]]:
        """What kind of help it is, as terms of our own small vocabulary."""
        made = []
        for kind in self.referral.kinds:
            term = {"id": str(uuid5(_SPACE, f"kind/{kind}")), "code": kind, "name": kind.replace("_", " ")}
            term |= {"description": _KINDS[kind], "taxonomy": f"{EXTENSION}/kinds"}
            fields = {"link_id": self.id(), "link_entity": "service", "link_type": "kind", "taxonomy_term_id": term["id"]}
            made.append({"id": self.id(f"kind/{kind}"), **fields, "taxonomy_term": term})
        return made

    def extension(self) -> dict[str, Any]:
        """The whole referral as its file has it, and what goes with it."""
        referral = self.referral
        named = dict.fromkeys([*referral.sources, *(contact.verified.source for contact in referral.contact)])
        values = {value_of(contact) for contact in referral.contact}
        gone = [
            entry
            for entry in self.book.retractions
            if (entry.withdraw == "referral" and entry.id == referral.referral)
            or (entry.withdraw == "contact" and entry.id in values)
        ]
        return {
            "version": VERSION,
            "record": plain(referral),
            "review_by": referral.review.expires.isoformat(),
            "hidden": self.hidden or "",
            "contact_states": list(self.states),
            "sources": [plain(self.book.sources[name]) for name in named if name in self.book.sources],
            "withdrawn": [plain(entry) for entry in gone],
        }
