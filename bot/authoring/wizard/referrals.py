"""A new referral: who they are, what they do with police and the rest, and only then how to reach them."""

from __future__ import annotations

from typing import Any

from bot.authoring.editing.field_help import help_for
from bot.authoring.exchange.sheets.columns import DISCLOSURES, OR_UNKNOWN
from bot.authoring.wizard.context import WizardContext, some_of, words_of
from bot.authoring.wizard.prompts import InvalidAnswer, Prompter, as_is
from bot.authoring.wizard.validators import all_known, day, fit, fresh, known, parts, slug
from bot.book import Contact, Disclosure, Police, Referral, Verified, possible_number

WAYS = {"phone": "call-log", "sms": "text-log", "web": "browser", "email": "email"}
"""How somebody is reached, and the trace that this leaves at least."""


def referral(ask: Prompter, context: WizardContext) -> None:
    """A file for somebody to turn to. What is not known is said as unknown, never left out."""
    place = ask.one("place", "Where do they help? The place's id, or world", known(context.places, "place"))
    name = ask.one("name", "What are they called?", fit(Referral, "name"))
    own = ask.one("referral", "An id", fresh(context.referrals, "referral"), default=slug(f"{place} {name}", context.referrals))
    kinds = words_of(Referral, "kinds")
    kind = ask.one(
        "kinds",
        "What kind of help? Numbers or words, with commas",
        some_of(kinds),
        help=", ".join(f"{number} {word}" for number, word in enumerate(kinds, 1)),
    )
    run_by = ask.one(
        "run-by",
        "Who runs it?",
        as_is,
        choices=words_of(Referral, "run_by"),
        default="unknown",
        help=help_for("Referral", "run_by"),
    )
    offers = context.texts(ask, "offers", "What do they do for people?", Referral, "offers")
    ask.tell("\nWhat people want to know before they call. Unknown is an answer.")
    made: dict[str, Any] = {"referral": own, "name": name, "kinds": kind, "run_by": run_by}
    made |= {"status": "open", "place": place, "offers": offers}
    police = ask.one(
        "police",
        "Do they have contact with police?",
        as_is,
        choices=words_of(Police, "contact"),
        default="unknown",
        help=help_for("Police", "contact"),
    )
    says = context.texts(ask, "police-says", "In their own words, or as you read it", Police, "says", needed=False)
    disclosures: dict[str, Any] = {"police": {"contact": police} | ({"says": says} if says else {})}
    for field in DISCLOSURES:
        disclosures[field] = _disclosure(ask, context, field)
    contact: list[dict[str, Any]] = []
    while len(contact) < 9 and (one := _contact(ask, context, len(contact) + 1)):
        contact.append(one)
    languages = ask.one(
        "languages", "Which languages do they speak? Codes, like en, es; or unknown", _languages, default="unknown"
    )
    made |= ({"contact": contact} if contact else {}) | disclosures | {"languages": languages}
    for field in OR_UNKNOWN:
        words = {"hours": "When can they be reached?", "serves": "For whom are they?", "stance": "How do they see sex work?"}[
            field
        ]
        made[field] = context.texts(ask, field, f"{words} Empty: unknown", Referral, field, needed=False) or "unknown"
    if ask.yes("youth", "Are they for people under 18 as well?", help=help_for("Referral", "youth")):
        made["youth"] = "true"
    if topics := ask.one("topics", "For which topics? Ids, or empty", all_known(context.topics, "topic"), default=""):
        made["topics"] = topics
    read_in = [one["verified"]["source"] for one in contact]
    made["sources"] = list(dict.fromkeys(read_in + context.sources_read(ask))) or [
        context.source(ask, "source", "Where was it read?")
    ]
    made["confidence"] = ask.one(
        "confidence",
        "How sure is all this?",
        as_is,
        choices=words_of(Referral, "confidence"),
        default="partial",
        help=help_for("Referral", "confidence"),
    )
    made["review"] = context.review(ask, "referral")
    context.changes.create(f"content/places/{place}/referrals/{own}.yaml", made)
    context.register()


def _disclosure(ask: Prompter, context: WizardContext, field: str) -> dict[str, Any]:
    name = field.replace("_", "-")
    answer = ask.one(name, help_for("Referral", field), as_is, choices=words_of(Disclosure, "known"), default="unknown")
    if answer == "unknown":
        return {"known": answer}
    return {"known": answer, "says": context.texts(ask, f"{name}-says", "In plain words", Disclosure, "says")}


def _languages(text: str) -> list[str] | str:
    if text == "unknown":
        return text
    check = fit(Referral, "languages", lambda part: [part])
    return [check(part) for part in parts(text)]


def _contact(ask: Prompter, context: WizardContext, number: int) -> dict[str, Any] | None:
    name = f"contact-{number}"
    more = "another way to reach them" if number > 1 else "a way to reach them"
    way = ask.one(name, f"Is there {more}? Empty: no", as_is, choices=[*WAYS, "none"], default="none")
    if way == "none":
        return None
    made: dict[str, Any] = {
        way: ask.one(f"{name}-{way}", "Exactly as it stands there", _address(way), help=help_for("Contact", way))
    }
    if note := context.texts(ask, f"{name}-note", "A note for people, or empty", Contact, "note", needed=False):
        made["note"] = note
    source = context.source(ask, f"{name}-source", "Where did you read this number or address?")
    on = ask.one(f"{name}-on", "When did you read it there?", day(context.today), default=context.today.isoformat())
    dated = ask.one(f"{name}-page-dated", "The date on that page", fit(Verified, "page_dated"), default="unknown")
    traces = words_of(Contact, "leaves")
    leaves = ask.one(
        f"{name}-leaves",
        "What trace does using it leave? Numbers or words, with commas",
        some_of(traces),
        default=WAYS[way],
        help=", ".join(f"{count} {trace}" for count, trace in enumerate(traces, 1)),
    )
    return made | {"verified": {"source": source, "on": on, "page_dated": dated}, "leaves": leaves}


def _address(way: str) -> Any:
    check = fit(Contact, way)

    def fits(text: str) -> str:
        bare = text.translate(str.maketrans("", "", " ().-")) if way in ("phone", "sms") else text
        check(bare)
        if bare.startswith("+") and not possible_number(bare):
            raise InvalidAnswer("No phone has such a number. Compare it with its source, country code included.")
        return bare

    return fits
