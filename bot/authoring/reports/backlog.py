"""What a peer could do next, one line each, what can hurt somebody first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.authoring.editing.languages import standings
from bot.authoring.lint.rules.phrases_few import PHRASES_WANTED
from bot.authoring.reports.coverage import KINDS, countries, phrase_counts, translations
from bot.authoring.reports.due import ReviewDue, referral_files, reviewed
from bot.book import LINES, SERVICES, Edition, Kind, Slot, file_beside
from bot.find import FOLDER, Unheard

_KIND: dict[Kind, str] = {
    "harm_reduction": "staying safer", "exit_support": "changing or stopping", "legal_intermediary": "legal help without police",
    "crisis": "a crisis",
}  # fmt: skip
_SLOT: dict[Slot, str] = {"suicide": "suicide or a crisis", "violence": "violence", "peers": "peer groups"}
_NAMED = 6


class BacklogItem(NamedTuple):
    """One thing to do. `urgency`: from 101, somebody may be hurt today, down to 0. `file`: where to do it, or ""."""

    urgency: int
    says: str
    file: str = ""


def todos(edition: Edition) -> list[BacklogItem]:
    """Everything that could be done, worst first."""
    found = [
        *_phrases(edition),
        *_languages(edition),
        *_translations(edition),
        *_checks(edition),
        *_hidden(edition),
        *_places(edition),
        *_tips(edition),
    ]
    found += _awaited(edition)
    return sorted(found, key=lambda todo: (-todo.urgency, todo.says))


def _title(edition: Edition, topic: str) -> str:
    title = edition.topics[topic].title
    return title.get("en") or next(iter(title.values()))


def _file(edition: Edition, topic: str) -> str:
    return f"content/topics/{edition.topics[topic].area}/{topic}.yaml"


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more


def _phrases(edition: Edition) -> Iterator[BacklogItem]:
    counts = phrase_counts(edition)
    for name, topic in edition.topics.items():
        emergency = topic.urgency == "emergency"
        for language in edition.languages:
            count = counts[name, language]
            said = f"{_title(edition, name)} has {count or 'no'} {edition.book.language_name(language)} phrases"
            if not count:
                yield BacklogItem(100 if emergency else 75, f"{said}: who types does not find it.", _file(edition, name))
            elif count < PHRASES_WANTED:
                yield BacklogItem(48 if emergency else 45, f"{said}; {PHRASES_WANTED} help the finder.", _file(edition, name))


def _languages(edition: Edition) -> Iterator[BacklogItem]:
    """What each language lacks as a whole: words that are typed in it first."""
    for found in standings(edition):
        spoken, gap = edition.book.language_name(found.language), found.wanted - found.texts
        if found.offered and found.unheard:
            worst = 79 if found.unheard.untried and not found.unheard.nets else 101
            yield BacklogItem(
                worst, f"Whoever types in {spoken} {_unheard(found.unheard)}.", f"{FOLDER}lexicon.{found.language}.yaml"
            )
        if not found.offered and gap:
            says = f"{spoken} is in preparation: {gap} of {found.wanted} texts are not translated yet."
            yield BacklogItem(50, says, "content/book.yaml")
        elif not found.offered:
            yield BacklogItem(50, f"{spoken} has every text: name it under `languages` to offer it.", "content/book.yaml")
        for file, count in found.old.items():
            if not file.startswith("content/topics/"):  # those are told tip by tip
                yield BacklogItem(64, f"{spoken}: {count} texts of this file are older than what they translate.", file)


def _unheard(missing: Unheard) -> str:
    if missing.lexicon:
        return "is not understood, in an emergency either: the finder has no lexicon of it"
    if missing.nets:
        return f"does not get the emergency card of {_some(missing.nets)}"
    return f"may not get the emergency card of {_some(missing.untried)}: no example shows it"


def _translations(edition: Edition) -> Iterator[BacklogItem]:
    for (name, language), state in translations(edition).items():
        title, spoken = _title(edition, name), edition.book.language_name(language)
        if state.there < state.wanted:
            says = f"{title}: {state.wanted - state.there} of {state.wanted} texts are missing in {spoken}."
            yield BacklogItem(70, says, _file(edition, name))
        if state.old:
            says = f"{title}: what it says in {spoken} is older than the text it translates: {_some(state.old)}."
            yield BacklogItem(65, says, file_beside(_file(edition, name), language))


def _checks(edition: Edition) -> Iterator[BacklogItem]:
    """What ran out, or soon will. A referral that is hidden for another reason is not called for nothing."""
    for item in reviewed(edition):
        state = item.state(edition.date)
        hidden = item.kind == "referral" and not item.shown and edition.hidden.get(item.name) != "expired"
        if state == "current" or hidden:
            continue
        name = _title(edition, item.name) if item.kind == "topic" else item.name
        if state == "soon":
            then = "then people no longer see it" if item.kind == "referral" else "then it says that it is old"
            yield BacklogItem(80, f"Check the {item.kind} {name} again before {item.review.expires}: {then}.", item.file)
        elif item.kind == "referral":
            says = f"Check the referral {name} again: its check ran out on {item.review.expires}, and people no longer see it."
            yield BacklogItem(90, says, item.file)
        else:
            worst = 95 if item.kind == "card" else 60
            yield BacklogItem(
                worst, f"Check the {item.kind} {name} again: its check ran out on {item.review.expires}.", item.file
            )


def _hidden(edition: Edition) -> Iterator[BacklogItem]:
    files = referral_files(edition)
    for name, reason in edition.hidden.items():
        file = files[name][0]
        if reason == "no contact":
            yield BacklogItem(40, f"The referral {name} has no contact: find one, with its source.", file)
        elif reason == "unverified":
            yield BacklogItem(
                40, f"The referral {name} is unverified: read its contact in a source, then say how sure it is.", file
            )
        elif reason == "paused":
            yield BacklogItem(40, f"The referral {name} is paused: ask whether it is open again.", file)
        elif reason == "retracted":
            yield BacklogItem(42, f"The referral {name} is withdrawn: find the right contact, or close it.", file)


def _places(edition: Edition) -> Iterator[BacklogItem]:
    for country, kinds in countries(edition).items():
        name = edition.places[country].name
        title, file = name.get("en") or next(iter(name.values())), f"content/places/{country}/place.yaml"
        for service in SERVICES:
            if any(card.needs == service for card in edition.cards.values()) and not edition.reaching(country, service):
                yield BacklogItem(85, f"{title} has no number that reaches {service}.", file)
        missing = [kind for kind in KINDS if kind not in kinds]
        if missing:
            urgency = 58 if "crisis" in missing else 55
            yield BacklogItem(urgency, f"{title} has nobody listed for {', '.join(_KIND[kind] for kind in missing)}.", file)
        if gaps := edition.floor(country).missing:
            says = f"{title} has nobody who may fill its floor for {', '.join(_SLOT[slot] for slot in gaps)}."
            yield BacklogItem(83 if set(gaps) & set(LINES) else 57, says, file)
        if not edition.law(country):
            yield BacklogItem(35, f"{title} has no law in short.", file)


def _tips(edition: Edition) -> Iterator[BacklogItem]:
    for name, topic in edition.topics.items():
        waiting = [tip.tip for tip in topic.tips if tip.status == "unverified"]
        if waiting:
            urgency = {"emergency": 54, "hours": 52, "soon": 50, "everyday": 49}[topic.urgency]
            count = "1 tip stays" if len(waiting) == 1 else f"{len(waiting)} tips stay"
            says = f"{_title(edition, name)}: {count} hidden until somebody reads the source and checks: {_some(waiting)}."
            yield BacklogItem(urgency, says, _file(edition, name))


def _awaited(edition: Edition) -> Iterator[BacklogItem]:
    """One line a role, emergencies apart: they come first."""
    items = list(reviewed(edition))
    for role in sorted({role for item in items for role in item.review.awaits}):
        mine = [item for item in items if role in item.review.awaits]
        cards = [item for item in mine if _pressing(edition, item)]
        rest = [item.name for item in mine if item not in cards]
        if cards:
            yield BacklogItem(
                82, f"{role}: {_waiting(len(cards), 'emergency')} to be read: {_some(item.name for item in cards)}."
            )
        if rest:
            yield BacklogItem(30, f"{role}: {_waiting(len(rest), 'other')} to be read: {_some(rest)}.")


def _waiting(count: int, which: str) -> str:
    return f"1 {which} page waits" if count == 1 else f"{count} {which} pages wait"


def _pressing(edition: Edition, item: ReviewDue) -> bool:
    return item.kind == "card" or (item.kind == "topic" and edition.topics[item.name].urgency == "emergency")
