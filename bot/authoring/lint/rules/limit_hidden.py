"""Tips whose limits somebody does not see: hidden at a place, of a setting or age, in a language, or shown to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple, get_args

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path, Setting, Tip, Topic

_HOWS = (frozenset[str](), *(frozenset({name}) for name in get_args(Setting) if name != "all"))
_WHY = "Somebody would read what to do and not when it is dangerous."


class _Reader(NamedTuple):
    """Who reads a topic: where, for which settings, under 18 or not."""

    place: str
    how: frozenset[str]
    young: bool

    def said(self, pack: Pack) -> str:
        """Such readers, as words behind "is not shown"."""
        named = pack.book.places.get(self.place)
        words = [f"in {named.name.get('en', self.place)} ({self.place})"] if named else []
        words += [f"to who chose {', '.join(sorted(self.how))}"] if self.how else []
        words += ["to people under 18"] if self.young else []
        return " ".join(words) or "where no place was chosen"


def _readers(pack: Pack, topic: Topic) -> Iterator[_Reader]:
    """Readers that see different tips of a topic: every other reads what one of these does."""
    own = {place for place, topics in pack.book.here.items() if topic.topic in topics}
    tips = [*topic.tips, *(tip for place in own for tip in pack.book.here[place][topic.topic].tips)]
    places = [name for name in sorted(own.union(*(tip.valid_in for tip in tips))) if _whole(pack, name)]
    for place, how, young in product(("", *places), _HOWS, (False, True)):
        yield _Reader(place, how, young)


def _whole(pack: Pack, place: str) -> bool:
    """Whether all that a place lies in can be read: what holds there is not known otherwise."""
    chain = pack.edition.chain(place)
    return place in pack.book.places and all(
        pack.book.places[name].parent in (None, *chain) for name in chain if name in pack.book.places
    )


def look(pack: Pack) -> Iterator[Fault]:
    """Each limit that who reads its tip does not see, once; and those of an emergency card that somebody does not see."""
    gone = {entry.id for entry in pack.book.retractions if entry.withdraw == "tip"}
    for name, topic in pack.book.topics.items():
        cards = [card for card in pack.book.cards.values() if card.topic == name and card.limits]
        if not cards and not any(tip.needs for tip in _all_tips(pack, name)):
            continue
        told: set[tuple[str, Path, str]] = set()
        written = {tip.tip for tip in _all_tips(pack, name)}
        for reader in _readers(pack, topic):
            found = {tip.tip: tip for tip in pack.edition.valid_tips(name, *reader)}
            lacking = [
                (*_where(pack, name, tip, reader.place, number), limit, found.get(limit))
                for tip in found.values()
                for number, limit in enumerate(tip.needs)
                if limit not in found or tip.text.keys() - found[limit].text.keys()
            ]
            shown = {tip.tip for tip in pack.edition.tips(name, *reader)}
            lacking += [
                (pack.file_of("card", card.card), ("limits", number), limit, None)
                for card in cards if not (reader.young and not topic.young)
                for number, limit in enumerate(card.limits) if limit not in shown
            ]  # fmt: skip
            for file, at, limit, other in lacking:
                if f"{name}/{limit}" in gone or (file, at, limit) in told or limit not in written:
                    continue  # a withdrawn one is told where it is withdrawn, and one that nobody wrote is an unknown id
                told.add((file, at, limit))
                yield _fault(pack, file, at, name, limit, "in every language of this one" if other else reader.said(pack))


def _all_tips(pack: Pack, topic: str) -> Iterator[Tip]:
    yield from pack.book.topics[topic].tips
    for topics in pack.book.here.values():
        yield from topics[topic].tips if topic in topics else ()


def _where(pack: Pack, topic: str, tip: Tip, place: str, number: int) -> tuple[str, Path]:
    """The file that a tip shown at a place is from, and where in it its limit is named."""
    for name in pack.edition.chain(place):
        own = pack.book.here.get(name, {}).get(topic)
        for at, one in enumerate(own.tips if own else ()):
            if one.tip == tip.tip:
                return pack.file_of("here", f"{name}/{topic}"), ("tips", at, "needs", number)
    tips = [one.tip for one in pack.book.topics[topic].tips]
    return pack.file_of("topic", topic), ("tips", tips.index(tip.tip), "needs", number)


def _fault(pack: Pack, file: str, at: Path, topic: str, limit: str, where: str) -> Fault:
    if all(tip.status == "unverified" for tip in _all_tips(pack, topic) if tip.tip == limit):
        what, fix = "is unverified, so nobody sees it", f'Read a source for "{limit}" and write its status'
    else:
        what = f"is not shown {where}"
        fix = f'Show "{limit}" wherever this is shown: look at its `valid_in`, `for`, `adults_only`, its languages and `hide`'
    kind = "card" if at[0] == "limits" else "tip"
    return pack.fault(file, at, "LIMIT-HIDDEN", f'This {kind} is limited by "{limit}", which {what}.',
                      f"{fix}. Or name another tip that limits it.", why=_WHY)  # fmt: skip


def _with_limit(more: str) -> dict[str, str]:
    limit = '  - tip: limit\n    for: [all]\n    text: {en: "Not too much.", es: "No mucho."}\n    status: support\n'
    text = tip_file()[TIP_FILE].replace("status: support\n", "status: support\n    needs: [limit]\n" + limit + more, 1)
    return {TIP_FILE: text}


RULE = Rule(
    "LIMIT-HIDDEN",
    "promises",
    "A tip or a card whose limit is not shown to everybody who reads it.",
    look,
    _with_limit("    valid_in: [us]\n"),
    _with_limit(""),
    15,
)
