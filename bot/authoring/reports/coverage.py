"""What the pack holds and what waits, as tables: topics by language, places by kind of help, stages by country, reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from bot.authoring.editing.languages import LanguageStatus, standings
from bot.authoring.lint.rules.phrases_few import PHRASES_WANTED
from bot.authoring.reports.due import ReviewedKind, State, reviewed
from bot.book import FLOOR, SERVICES, SLOTS, Edition, Kind, Service, entries, translation_of

KINDS: tuple[Kind, ...] = ("harm_reduction", "exit_support", "legal_intermediary", "crisis")
LETTERS: dict[Kind, str] = {"harm_reduction": "H", "exit_support": "E", "legal_intermediary": "L", "crisis": "C"}

Mark = Literal["", "good", "thin", "gap"]


_STATES: dict[State, Mark] = {"current": "", "soon": "thin", "expired": "gap"}


class Cell(NamedTuple):
    """One field of a table. `mark`: whether it is as it should be, thin, or a gap."""

    value: str | int
    mark: Mark = ""


class Table(NamedTuple):
    """One table: `name` for files, `title` and `about` for readers."""

    name: str
    title: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def phrase_counts(edition: Edition) -> Counter[tuple[str, str]]:
    """How many phrases the finder knows, by topic and language: the topics' own, and those of `content/find/phrases*.yaml`."""
    counts: Counter[tuple[str, str]] = Counter()
    for name, topic in edition.topics.items():
        for language, phrases in topic.phrases.items():
            counts[name, language] += len(phrases)
    for path, (value, _) in edition.docs.items():
        if path.startswith("content/find/phrases"):
            for name, languages in value["phrases"].items():
                for language, phrases in languages.items():
                    counts[name, language] += len(phrases)
    return counts


def phrase_count(edition: Edition, topic: str, language: str) -> int:
    """The phrases of one topic in one language."""
    count = len(edition.topics[topic].phrases.get(language, ()))
    for path, (value, _) in edition.docs.items():
        if path.startswith("content/find/phrases"):
            count += len(value["phrases"].get(topic, {}).get(language, ()))
    return count


class TranslationCount(NamedTuple):
    """How many of a topic's texts are there in a language, how many should be, and which are older than what they translate."""

    there: int
    wanted: int
    old: tuple[str, ...]


def translations(edition: Edition) -> dict[tuple[str, str], TranslationCount]:
    """The state of each topic in each language, by topic and language. The title and each tip count as one text."""
    old: dict[tuple[str, str], list[str]] = {}
    languages = {*edition.languages, *(named[1] for path in edition.docs if (named := translation_of(path)))}
    for path, (translation, _) in edition.docs.items():
        named = translation_of(path)
        if named and path.startswith("content/topics/"):
            value = edition.docs[named[0]][0]
            old[str(value.get("topic")), named[1]] = [
                entry.key[1] if entry.key[0] == "tips" else entry.key[0]
                for entry in entries(value, translation, named[1], languages)
                if entry.state == "old"
            ]
    found = {}
    for name, topic in edition.topics.items():
        texts: list[Mapping[str, object]] = [topic.title, *(tip.text for tip in topic.tips)]
        for language in edition.languages:
            there = sum(language in text for text in texts)
            found[name, language] = TranslationCount(there, len(texts), tuple(old.get((name, language), ())))
    return found


def _count(count: int, wanted: int = 1) -> Cell:
    return Cell(count, "gap" if not count else "thin" if count < wanted else "good")


def topics(edition: Edition) -> Table:
    """Topics by language: tips, phrases, translation, review."""
    phrases, translated = phrase_counts(edition), translations(edition)
    others = edition.languages[1:]
    states = {item.name: item for item in reviewed(edition) if item.kind == "topic"}
    rows = []
    for name, topic in sorted(edition.topics.items(), key=lambda item: (item[1].area, item[0])):
        unverified = sum(tip.status == "unverified" for tip in topic.tips)
        state = states[name].state(edition.date)
        row = [Cell(topic.area), Cell(name), _count(len(topic.tips) - unverified), Cell(unverified, "thin" if unverified else "")]
        row += [_count(phrases[name, language], PHRASES_WANTED) for language in edition.languages]
        row += [_translated(translated[name, language]) for language in others]
        row.append(Cell(topic.review.expires.isoformat(), _STATES[state]))
        row.append(Cell(", ".join(topic.review.awaits) or "-", "thin" if topic.review.awaits else "good"))
        rows.append(tuple(row))
    head = ["area", "topic", "tips shown", "unverified", *(f"phrases {code}" for code in edition.languages)]
    head += [*(f"texts {code}" for code in others), "check holds until", "awaits"]
    about = f"{PHRASES_WANTED} phrases in each language help the finder. Texts: the title and each tip."
    return Table("topics", "Topics by language", about, tuple(head), tuple(rows))


def _translated(found: TranslationCount) -> Cell:
    old = f", {len(found.old)} old" if found.old else ""
    return Cell(f"{found.there}/{found.wanted}{old}", "gap" if found.there < found.wanted else "thin" if old else "good")


def places(edition: Edition) -> Table:
    """Places by kind of referral: what somebody there is shown, and where the numbers and the law come from."""
    own = Counter(referral.place for referral in edition.referrals.values())
    rows = []
    for name in _placed(edition):
        place = edition.places[name]
        reach: Counter[str] = Counter(kind for referral in edition.referrals_for(name) for kind in referral.kinds)
        law = edition.law(name)
        row = [Cell(name), Cell(place.level), Cell(own[name]), *(_count(reach[kind]) for kind in KINDS)]
        world = place.level == "world"
        row += [_reached(edition, name, service) for service in SERVICES]
        row.append(Cell(law[0].place, "good") if law else Cell("none", "" if world else "gap"))
        rows.append(tuple(row))
    head = ("place", "level", "listed there", *KINDS, *(f"{service} number of" for service in SERVICES), "law of")
    about = "How many of each kind somebody there is shown: those of the place and of all that it lies in."
    return Table("places", "Places by kind of help", about, head, tuple(rows))


def _reached(edition: Edition, place: str, service: Service) -> Cell:
    """Whose number reaches a service. A gap where a card needs it."""
    if found := edition.reaching(place, service):
        return Cell(found[0].place, "good")
    needed = edition.places[place].level != "world" and any(card.needs == service for card in edition.cards.values())
    return Cell("none", "gap" if needed else "")


def _placed(edition: Edition) -> Iterator[str]:
    """Places in the order of what they lie in."""
    return iter(sorted(edition.places, key=lambda name: tuple(reversed(edition.chain(name)))))


def floor(edition: Edition) -> Table:
    """Countries by who fills their floor, worst first; and who is listed there for a crisis without filling it."""
    found = [edition.floor(name) for name, place in edition.places.items() if place.level == "country"]
    rows = []
    for one in sorted(found, key=lambda one: (-len(one.missing), sum(bool(names) for names in one.filled.values()), one.place)):
        missing = len(one.missing)
        row = [Cell(one.place), Cell(f"{missing} missing" if missing else "whole", "gap" if missing else "good")]
        for slot in SLOTS:
            gap: Mark = "gap" if slot in FLOOR else "thin"
            row.append(Cell(", ".join(one.filled[slot]) or "none", "good" if one.filled[slot] else gap))
        filling = {name for names in one.filled.values() for name in names}
        shown = edition.referrals_for(one.place, {"crisis"})
        others = [referral.referral for referral in shown if referral.place != "world" and referral.referral not in filling]
        rows.append((*row, Cell(", ".join(others) or "-")))
    about = "Who can be called, or found, on each. Only shown contacts of the place itself count, and none that police or the "
    about += "enforcement of trafficking laws run, that files reports, or that a state runs where selling, same-sex conduct or "
    about += "missing papers are or may be punished. The last three are filled where the facts allow it."
    head = ("country", "floor", *SLOTS, "listed for a crisis, filling nothing")
    return Table("floor", "The floor by country", about, head, tuple(rows))


def countries(edition: Edition) -> dict[str, frozenset[Kind]]:
    """The kinds of help that exist in each country, in what lies in it, or everywhere."""
    found: dict[str, set[Kind]] = {name: set() for name, place in edition.places.items() if place.level == "country"}
    for referral in edition.referrals.values():
        for name in found:
            if name in edition.chain(referral.place) or referral.place == "world":
                found[name].update(referral.kinds)
    return {name: frozenset(kinds) for name, kinds in sorted(found.items())}


def stages(edition: Edition) -> Table:
    """Stages by kind of help: what fits each, and in which country some of it is missing."""
    known = countries(edition)
    table = edition.flows.stages
    listed: list[tuple[str, str, str, Sequence[Kind]]] = [
        (row.aim, ", ".join(row.pace) or "any", row.stage, row.help) for row in table.stages
    ]
    listed.append(("nothing said", "any", "none, no question is asked", table.nothing_said))
    rows = []
    for aim, pace, stage, wanted in listed:
        row = [Cell(aim), Cell(pace), Cell(stage), Cell(" ".join(LETTERS[kind] for kind in wanted))]
        for kinds in known.values():
            missing = [LETTERS[kind] for kind in wanted if kind not in kinds]
            mark: Mark = "good" if not missing else "gap" if len(missing) == len(wanted) else "thin"
            row.append(Cell(f"no {' '.join(missing)}" if missing else "all", mark))
        rows.append(tuple(row))
    about = "Which help fits what a person wants and how soon, and what of it is missing in a country: "
    about += ", ".join(f"{letter} {kind}" for kind, letter in LETTERS.items()) + "."
    return Table("stages", "Stages by kind of help", about, ("aim", "pace", "stage", "help", *known), tuple(rows))


def reviews(edition: Edition) -> Table:
    """Review state: what holds, runs out soon or ran out, and whose eyes are missing."""
    items = list(reviewed(edition))
    roles = sorted({role for item in items for role in item.review.awaits})
    kinds: dict[ReviewedKind, None] = dict.fromkeys(item.kind for item in items)
    rows = []
    for kind in kinds:
        mine = [item for item in items if item.kind == kind]
        states = Counter(item.state(edition.date) for item in mine)
        awaits = Counter(role for item in mine for role in item.review.awaits)
        row = [Cell(kind), Cell(len(mine)), Cell(states["current"])]
        row += [
            Cell(states["soon"], "thin" if states["soon"] else ""),
            Cell(states["expired"], "gap" if states["expired"] else ""),
        ]
        rows.append((*row, *(Cell(awaits[role], "thin" if awaits[role] else "") for role in roles)))
    about = "Soon: within two weeks. A referral whose check ran out is hidden from people until somebody checks it again."
    return Table("reviews", "Review state", about, ("kind", "all", "current", "soon", "ran out", *roles), tuple(rows))


READINGS = ("page", "excerpt", "copy", "not_read")
"""How a source can have been read, the best first: whole, in part, in another place, not at all."""


def readings(edition: Edition) -> Table:
    """How the sources were read, and what rests on each way at best: tips that are shown, cards and laws, referrals."""
    sources = edition.sources
    held: Counter[str] = Counter(source.how for source in sources.values())
    shown = {
        (name, tip.tip, tuple(tip.sources))
        for name in edition.topics
        for place in ("", *edition.places)
        for tip in edition.tips(name, place)
    }
    named: dict[str, list[Sequence[str]]] = {
        "tips": [tip[2] for tip in shown],
        "cards": [card.sources for card in edition.cards.values()],
        "laws": [place.law.sources for place in edition.places.values() if place.law],
        "referrals": [referral.sources for referral in edition.referrals.values()],
    }
    best: dict[str, Counter[str]] = {}
    for what, lists in named.items():
        ways = [[sources[name].how for name in names if name in sources] for names in lists]
        best[what] = Counter(min(way, key=READINGS.index) if way else "none" for way in ways)
    rows = [(Cell(how), Cell(held[how]), *(_resting(best[what][how], how) for what in named)) for how in READINGS]
    rows.append((Cell("no source"), Cell(""), *(Cell(best[what]["none"]) for what in named)))
    about = (
        "page: read whole. excerpt: in part. copy: in another place than its own. A tip, card, law or referral that is shown "
        "is counted once, by the best reading of its sources. Kind words need no source."
    )
    return Table("readings", "How the sources were read", about, ("how", "sources", *named), tuple(rows))


def _resting(count: int, how: str) -> Cell:
    return Cell(count, "gap" if count and how == "not_read" else "")


def languages(edition: Edition) -> Table:
    """Each language: its texts, those that are older than what they translate, and whether a typed emergency is heard in it."""
    rows = []
    for found in standings(edition):
        old, gap = sum(found.old.values()), found.wanted - found.texts
        texts: Mark = "good" if not gap else "gap" if found.offered else "thin"
        missing = Cell(f"{gap} of {found.wanted}" if gap else "none", texts)
        row = (Cell(found.language), Cell("yes" if found.offered else "not yet", "good" if found.offered else "thin"), missing)
        rows.append((*row, Cell(old, "thin" if old else "good"), _heard(found)))
    about = "Texts in files of their own too. Typed emergencies: whether the finder has a lexicon of the language whose ideas "
    about += "bring each emergency card, and an example of each net."
    head = ("language", "offered", "texts missing", "older than their text", "typed emergencies")
    return Table("languages", "Languages", about, head, tuple(rows))


def _heard(found: LanguageStatus) -> Cell:
    if found.unheard is None:
        return Cell("heard", "good")
    if found.unheard.lexicon:
        return Cell("not heard: no lexicon", "gap")
    if found.unheard.nets:
        return Cell(f"{len(found.unheard.nets)} nets not reached", "gap")
    return Cell(f"{len(found.unheard.untried)} nets without an example", "thin")


def tables(edition: Edition) -> tuple[Table, ...]:
    """All of them."""
    return (
        languages(edition),
        floor(edition),
        topics(edition),
        places(edition),
        stages(edition),
        reviews(edition),
        readings(edition),
    )
