"""What the pack holds and what waits, as a table; says what a peer could do next."""

from __future__ import annotations

from collections import Counter

from bot.book.load import Edition
from bot.book.models import Kind

KINDS: tuple[Kind, ...] = ("harm_reduction", "exit_support", "legal_intermediary", "crisis")
PHRASES_WANTED = 20


def phrase_count(edition: Edition, topic: str, language: str) -> int:
    """How many phrases the finder knows for a topic in a language: the topic's own, and those of `content/find/phrases*.yaml`."""
    count = len(edition.topics[topic].phrases.get(language, ()))
    for path, (value, _) in edition.docs.items():
        if path.startswith("content/find/phrases"):
            count += len(value["phrases"].get(topic, {}).get(language, ()))
    return count


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


def topic_rows(edition: Edition) -> list[list[str]]:
    """A row a topic: tips shown and unverified, phrases by language, when it was checked, what it awaits."""
    rows = []
    for name, topic in sorted(edition.topics.items(), key=lambda item: (item[1].area, item[0])):
        unverified = sum(tip.status == "unverified" for tip in topic.tips)
        phrases = [str(phrase_count(edition, name, language)) for language in edition.languages]
        rows.append(
            [
                topic.area,
                name,
                str(len(topic.tips) - unverified),
                str(unverified),
                *phrases,
                topic.review.checked.isoformat(),
                ", ".join(topic.review.awaits) or "-",
            ]
        )
    return rows


def place_rows(edition: Edition) -> list[list[str]]:
    """A row a country: how many referrals of each kind are shown in it and below, how many are hidden and why."""
    counts: dict[str, Counter[str]] = {}
    for referral in edition.referrals.values():
        country = edition.chain(referral.place)[-2:][0]
        counts.setdefault(country, Counter()).update(referral.kinds)
    rows = []
    for name, place in sorted(edition.places.items()):
        if place.level in ("country", "world"):
            count = counts.get(name, Counter())
            rows.append([name, *(str(count[kind]) for kind in KINDS), "yes" if place.law else "no"])
    return rows


def next_steps(edition: Edition) -> list[str]:
    """What a peer could do next, one line each."""
    lines = []
    for name, topic in sorted(edition.topics.items()):
        for language in edition.languages:
            count = phrase_count(edition, name, language)
            if count < PHRASES_WANTED:
                lines.append(f"{name} has {count} phrases in {language}; {PHRASES_WANTED} help the finder.")
        for tip in topic.tips:
            if tip.status == "unverified":
                lines.append(f"{name}/{tip.tip} waits: somebody opens its source and checks it.")
    for row in place_rows(edition):
        missing = [kind for kind, count in zip(KINDS, row[1:5], strict=True) if count == "0"]
        if missing and row[0] != "world":
            lines.append(f"{row[0]} has nobody listed for: {', '.join(missing)}.")
    lines += [f"Referral {name} is hidden: {reason}." for name, reason in sorted(edition.hidden.items())]
    return lines


def report(edition: Edition) -> str:
    """The whole report, as Markdown."""
    lines = ["# Coverage", "", "Written by `constellation coverage`; a test keeps it current.", "", "## Topics", ""]
    head = ["area", "topic", "tips shown", "unverified", *(f"phrases {code}" for code in edition.languages), "checked", "awaits"]
    lines += _table(head, topic_rows(edition))
    lines += ["", "## Referrals shown, by country and kind", ""]
    lines += _table(["place", *KINDS, "law in short"], place_rows(edition))
    awaiting = ", ".join(f"{kind} {count}" for kind, count in sorted(edition.awaiting().items()))
    lines += ["", "## What awaits review", "", f"{awaiting}.", "", "## What a peer could do next", ""]
    lines += [f"- {line}" for line in next_steps(edition)]
    return "\n".join(lines) + "\n"
