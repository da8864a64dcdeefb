"""A new tip, and a new topic with its first tip."""

from __future__ import annotations

from typing import Any

from bot.authoring.editing.field_help import help_for
from bot.authoring.wizard.context import WizardContext, some_of, words_of
from bot.authoring.wizard.prompts import Prompter, as_is
from bot.authoring.wizard.validators import all_known, fresh, known, slug
from bot.book import Tip, Topic


def tip(ask: Prompter, context: WizardContext) -> None:
    """A tip at the end of its topic, or of a place's own tips on it."""
    topic = ask.one(
        "topic", "To which topic does the tip belong?", known(context.topics, "topic"), help="Its id, like pep or condoms."
    )
    place = ask.one(
        "place", "Does it hold for one place only? The place's id, or empty", known(context.places, "place"), default=""
    )
    path = f"content/places/{place}/topics/{topic}.yaml" if place else context.topics[topic]
    there = context.changes.exists(path)
    value = context.changes.value(path) if there else {}
    taken = {str(one.get("tip")) for one in value.get("tips", ()) if isinstance(one, dict)}
    made = _tip(ask, context, taken)
    if there:
        context.changes.put(path, ("tips", len(value.get("tips", ()))), made)
    else:
        context.changes.create(path, {"topic": topic, "tips": [made], "review": context.review(ask, "tip")})
    context.register()


def topic(ask: Prompter, context: WizardContext) -> None:
    """A topic with its titles, what people type for it, and its first tip."""
    title = context.texts(ask, "title", "What is the topic called?", Topic, "title")
    own = ask.one(
        "topic", "An id for the topic", fresh(context.topics, "topic"), default=slug(next(iter(title.values())), context.topics)
    )
    area = ask.one("area", "Where does it belong?", as_is, choices=words_of(Topic, "area"), help=help_for("Topic", "area"))
    # An emergency needs a card of steps in order: that is written with the guide, and by two people.
    urgencies = [word for word in words_of(Topic, "urgency") if word != "emergency"]
    urgency = ask.one(
        "urgency",
        "How soon does it matter?",
        as_is,
        choices=urgencies,
        default="everyday",
        help="An emergency needs a card too: see the guide in content/README.md.",
    )
    guarded = ask.yes(
        "guarded", "Could it hurt if somebody else sees this topic on the phone?", help=help_for("Topic", "guarded")
    )
    also = ask.one(
        "also",
        "Other topics to offer beside it, by id",
        all_known(context.topics, "topic"),
        default="",
        help=help_for("Topic", "also"),
    )
    few = "Small letters, slips included; ten or more find better."
    phrases = context.phrases(ask, "phrases", "What do people type when they look for this?", Topic, few)
    ask.tell("\nNow its first tip.")
    first = _tip(ask, context, set())
    made: dict[str, Any] = {"topic": own, "area": area, "urgency": urgency, "title": title}
    made |= {"also": also} if also else {}
    made |= {"guarded": "true"} if guarded else {}
    made |= {"phrases": phrases} if phrases else {}
    review = context.review(ask, "tip")
    context.changes.create(f"content/topics/{area}/{own}.yaml", {**made, "tips": [first], "review": review})
    context.register()


def _tip(ask: Prompter, context: WizardContext, taken: set[str]) -> dict[str, Any]:
    text = context.texts(ask, "text", "The tip, in a few plain sentences", Tip, "text")
    own = ask.one("tip", "An id for the tip", fresh(taken, "tip"), default=slug(next(iter(text.values())), taken))
    settings = words_of(Tip, "for")
    where = ask.one(
        "for",
        "For whom? Numbers or words, with commas",
        some_of(settings),
        default="all",
        help=", ".join(f"{number} {word}" for number, word in enumerate(settings, 1)),
    )
    sources = context.sources_read(ask)
    # A fact has a source, what peers tell too: what has none is support, or waits for one.
    known_how = ["read", "secondhand", "partly", "peer"] if sources else ["support", "unverified"]
    status = ask.one(
        "status", "How well is it known?", as_is, choices=known_how, default=known_how[0], help=help_for("Tip", "status")
    )
    valid_in = ask.one(
        "valid-in",
        "Does it hold in some places only (a law, a price)? Their ids, or empty",
        all_known(context.places, "place"),
        default="",
    )
    referrals = ask.one(
        "referrals", "Who can help with it? Ids of referrals, or empty", all_known(context.referrals, "referral"), default=""
    )
    adults = ask.yes("adults-only", "Is it only for adults?", help=help_for("Tip", "adults_only"))
    made: dict[str, Any] = {"tip": own, "for": where, "text": text}
    made |= {"sources": sources} if sources else {}
    made["status"] = status
    made |= {"valid_in": valid_in} if valid_in else {}
    made |= {"referrals": referrals} if referrals else {}
    return made | ({"adults_only": "true"} if adults else {})
