"""Ids that nothing has, in the places that the book itself does not look at: links in texts, flows, cards' codes, the finder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from bot.authoring.lint.flow_graph import LISTS
from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.authoring.review.retractable import EXACTLY, Retractable, entries
from bot.book import FILE as RETRACTIONS
from bot.book import Fault, Path, Withdrawn, near, parse_text
from bot.engine import AREAS

Reference = tuple[str, Path, str, str]
"""A file, where in it, the kind of thing that is named, and its id."""


def _in_texts(pack: Pack) -> Iterator[Reference]:
    for prose in pack.prose:
        if "](" not in prose.text and "{contact:" not in prose.text:
            continue
        try:
            pieces = parse_text(prose.text).pieces
        except ValueError:  # told by the reading already
            continue
        for piece in pieces:
            if piece.kind == "link":
                yield prose.file, prose.at, "source", piece.target
            elif piece.text == "contact":
                yield prose.file, prose.at, "referral", piece.target
            if piece.source:
                yield prose.file, prose.at, "source", piece.source


_LISTS = {"topics": "topic", "cards": "card", "areas": "area"}


def _in_flows(pack: Pack) -> Iterator[Reference]:
    for step_id, step in pack.book.flows.steps.items():
        file, base = pack.step_at(step_id)
        for number, spec in enumerate(step.lists):
            for target in () if spec.go or spec.each else LISTS.get(spec.of, ()):
                yield file, (*base, "lists", number, "of"), "step", target
            for name in ("ids", "first") if spec.of in _LISTS else ():
                for at, target in enumerate(getattr(spec, name)):
                    yield file, (*base, "lists", number, name, at), _LISTS[spec.of], target
        for number, choice in enumerate(step.choices):
            if choice.subject and choice.subject != "keep":
                kind, _, target = choice.subject.partition(":")
                yield file, (*base, "choices", number, "subject"), kind, target
            if choice.place:
                yield file, (*base, "choices", number, "place"), "place", choice.place


def _entries(value: Any, key: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    found = value.get(key) if isinstance(value, dict) else None
    return [(number, entry) for number, entry in enumerate(found if isinstance(found, list) else ()) if isinstance(entry, dict)]


def _ideas(pack: Pack) -> set[str]:
    """What a net may name: ideas of the lexicons, and signs of danger."""
    read = pack.finder.pack
    ideas = set().union(*(file.ideas for file in read.lexicons.values()))
    return ideas.union(*(file.signs for file in read.danger.values()))


def _in_find(pack: Pack) -> Iterator[Reference]:
    known = _ideas(pack)
    for file, (value, _) in pack.book.docs.items():
        if file.startswith("content/find/phrases") and isinstance(value, dict) and isinstance(value.get("phrases"), dict):
            yield from ((file, ("phrases", topic, "[key]"), "topic", topic) for topic in value["phrases"])
        if file.startswith("content/find/examples/") and isinstance(value, dict) and isinstance(value.get("card"), str):
            yield file, ("card",), "card", value["card"]
        if file.startswith("content/find/asked/") and isinstance(value, dict):
            for field, kind in (("topics", "topic"), ("none", "kind")):
                named = value.get(field)
                yield from ((file, (field, name, "[key]"), kind, name) for name in (named if isinstance(named, dict) else ()))
        if not file.startswith("content/find/nets"):
            continue
        for number, net in _entries(value, "nets"):
            if isinstance(net.get("card"), str):
                yield file, ("nets", number, "card"), "card", net["card"]
            lines = net.get("when")
            for at, line in enumerate(lines if isinstance(lines, list) else ()):
                for place, idea in enumerate(line if isinstance(line, list) else ()):
                    if idea not in known:
                        yield file, ("nets", number, "when", at, place), "idea", str(idea)
            for field, kind in (("unless", "idea"), ("maybe_when", "idea"), ("topics", "topic")):
                listed = net.get(field)
                for at, name in enumerate(listed if isinstance(listed, list) else ()):
                    yield file, ("nets", number, field, at), kind, str(name)


def _in_links(pack: Pack) -> Iterator[Reference]:
    value = pack.book.docs.get("content/links.yaml", (None, {}))[0]
    for number, entry in _entries(value, "links"):
        for kind in ("place", "topic", "policy", "flow"):
            if isinstance(entry.get(kind), str) and entry.get("retired") != "true":
                yield "content/links.yaml", ("links", number, kind), kind, entry[kind]


def _in_translations(pack: Pack) -> Iterator[Reference]:
    for file, (value, _) in pack.book.docs.items():
        if file.startswith("content/topics/") and isinstance(value, dict) and "language" in value:
            topic = pack.book.topics.get(str(value.get("topic")))
            tips = value.get("tips")
            known = {tip.tip for tip in topic.tips} if topic else set()
            for name in tips if topic and isinstance(tips, dict) else ():
                if name not in known:
                    yield file, ("tips", name, "[key]"), "tip", name


def _known(pack: Pack) -> dict[str, set[str]]:
    book = pack.book
    local = {f"{topic}/{tip.tip}" for here in book.here.values() for topic, own in here.items() for tip in own.tips}
    return {
        "topic": set(book.topics),
        "card": set(book.cards),
        "place": set(book.places),
        "referral": set(book.referrals),
        "source": set(book.sources),
        "voice": set(book.voices),
        "episode": set(book.episodes),
        "policy": set(book.agency.policies),
        "area": set(AREAS),
        "flow": set(book.flows.own_links),
        "step": set(book.flows.steps),
        "idea": _ideas(pack),
        "kind": set(pack.finder.pack.none),
        "tip": {f"{name}/{tip.tip}" for name, topic in book.topics.items() for tip in topic.tips} | local,
    }


def look(pack: Pack) -> Iterator[Fault]:
    """What names something that nothing is called, withdrawals too: one that takes nothing away looks as if it did."""
    known = _known(pack)
    references = (_in_texts, _in_flows, _in_links, _in_find)
    for file, at, kind, name in (found for where in references for found in where(pack)):
        if name not in known[kind]:
            yield _fault(pack, file, at, kind, name, known[kind])
    for file, at, kind, name in _in_translations(pack):
        yield _fault(pack, file, at, kind, name, {tip.partition("/")[2] for tip in known["tip"]})
    contact = pack.book.file.contact
    if contact and contact not in known["referral"]:
        yield _fault(pack, "content/book.yaml", ("contact",), "referral", contact, known["referral"])
    yield from _withdrawals(pack)


def _withdrawals(pack: Pack) -> Iterator[Fault]:
    here = Retractable(pack.files)
    found, positions = entries(pack.files.get(RETRACTIONS, b""))
    for entry in found:
        if entry.name and entry.kind in get_args(Withdrawn) and not here.holds(entry.kind, entry.name):
            line, column = positions.get((*entry.at, "id"), (1, 1))
            fix = here.meant(entry.kind, entry.name) or f"{EXACTLY[0].upper()}{EXACTLY[1:]}."
            fix += " Where it was taken out of the pack since, take this entry out too."
            yield Fault(RETRACTIONS, line, column, "ID-UNKNOWN", f'There is no {entry.kind} "{entry.name}".',
                        "This takes nothing away.", fix)  # fmt: skip


def _fault(pack: Pack, file: str, at: Path, kind: str, name: str, known: Iterable[str]) -> Fault:
    fix = near(name, known) or "Check the spelling."
    return pack.fault(file, at, "ID-UNKNOWN", f'There is no {kind} "{name}".', fix, why="This would lead nowhere.")


RULE = Rule(
    "ID-UNKNOWN", "reading", "An id that nothing has: topic, place, source, referral, card, tip, idea, flow.", look,
    tip_file("Read [the page](no-such-page)."), tip_file("Read it with a friend."), 12,
)  # fmt: skip
