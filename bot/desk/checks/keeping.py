"""What time does: dates in the future, checks that ran out or soon will; phrases that cannot work; cards too long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.book.faults import Fault
from bot.desk.checks.base import Pack, Rule, tip_file
from bot.desk.coverage import phrase_count
from bot.find.finder import build_finder
from bot.find.words import fold

SOON = dt.timedelta(days=14)
_CARD = {
    "content/cards/sample-card.yaml": """card: sample-card
title: {en: Sample, es: Muestra}
steps:
  en: "WORDS"
  es: "Muestra corta."
calling: {en: "Police may come.", es: "Puede venir policía."}
sources: []
status: support
review: {checked: 2026-11-01, by: seed-pack, every: 180d}
"""
}


def _card(words: int) -> dict[str, str]:
    return {name: text.replace("WORDS", " ".join(["word"] * words)) for name, text in _CARD.items()}


def _reviewed(pack: Pack) -> Iterator[tuple[str, str, dt.date, dt.date]]:
    for kind, things in (("topic", pack.book.topics), ("card", pack.book.cards), ("referral", pack.book.referrals)):
        for name, thing in things.items():
            review = thing.review
            yield kind, name, review.checked, review.expires


def future(pack: Pack) -> Iterator[Fault]:
    """A check that was made on a day that has not come."""
    for kind, name, checked, _ in _reviewed(pack):
        if checked > pack.today:
            yield pack.fault(pack.file_of(kind, name), ("review", "checked"), "DATE-FUTURE", "This day has not come yet.",
                             "Write the day of the check.")  # fmt: skip


def expired(pack: Pack) -> Iterator[Fault]:
    """Checks past their day, and those with two weeks left."""
    for kind, name, _, ends in _reviewed(pack):
        file = pack.file_of(kind, name)
        if pack.today >= ends:
            hides = "It is hidden from people." if kind == "referral" else "It stays, and says that it is old."
            yield pack.fault(file, ("review",), "EXPIRED", f"The check ran out on {ends}.", "Check it again and change the day.",
                             "warning", hides)  # fmt: skip
        elif pack.today >= ends - SOON:
            yield pack.fault(
                file, ("review",), "EXPIRES-SOON", f"The check runs out on {ends}.", "Check it again soon.", "warning"
            )


def long_card(pack: Pack) -> Iterator[Fault]:
    """Emergency screens of 60 words or more."""
    for name, card in pack.book.cards.items():
        for language, text in card.steps.items():
            count = len(text.raw.split())
            if count >= 60:
                yield pack.fault(pack.file_of("card", name), ("steps", language), "CARD-LONG", f"This card has {count} words.",
                                 "Under 60: somebody reads it while a life is at stake.")  # fmt: skip


def twice(pack: Pack) -> Iterator[Fault]:
    """The same phrase under two topics."""
    seen: dict[tuple[str, ...], str] = {}
    for name, topic in pack.book.topics.items():
        for language, phrases in topic.phrases.items():
            for number, phrase in enumerate(phrases):
                key = tuple(fold(phrase))
                other = seen.setdefault(key, name)
                if other != name:
                    at = ("phrases", language, number)
                    what, mend = f'"{other}" has this phrase too.', "Leave it under the one that answers it."
                    yield pack.fault(pack.file_of("topic", name), at, "PHRASE-TWICE", what, mend, "warning")


def few(pack: Pack) -> Iterator[Fault]:
    """Topics with few phrases; an emergency with none is an error."""
    edition = pack.book.on(pack.today)
    for name, topic in pack.book.topics.items():
        for language in pack.book.languages:
            count = phrase_count(edition, name, language)
            if topic.urgency == "emergency" and not count:
                what = f"An emergency that {language} cannot find."
                yield pack.fault(pack.file_of("topic", name), ("phrases",), "PHRASES-NONE", what, "Write what people type.")
            elif count < 20:
                yield pack.fault(pack.file_of("topic", name), ("phrases",), "PHRASES-FEW", f"{count} phrases in {language}.",
                                 "Twenty help the finder.", "warning")  # fmt: skip


def nets(pack: Pack) -> Iterator[Fault]:
    """Examples of the emergency nets that do not hold."""
    finder = build_finder(pack.book.on(pack.today))
    places = {
        name["net"]: (file, number)
        for file, (value, _) in pack.book.docs.items()
        if file.startswith("content/find/nets")
        for number, name in enumerate(value["nets"])
    }
    for net in finder.pack.nets:
        file, number = places[net.net]
        for wanted, field, examples in ((True, "must_match", net.must_match), (False, "must_not_match", net.must_not_match)):
            for language, texts in examples.items():
                for at, text in enumerate(texts):
                    heard = finder.listen(text, language)
                    got = heard.emergency == net.card if net.card else heard.special == net.special
                    if got != wanted:
                        yield pack.fault(file, ("nets", number, field, language, at), "NET-EXAMPLE",
                                         f"This example of the net {net.net} does not hold.",
                                         "Add the idea to the lexicon, or an `unless`.")  # fmt: skip


_GOOD = tip_file()
_SILENT = {
    name: text.replace("urgency: everyday", "urgency: emergency\ncard: ghb").replace('  es: ["sample question en español"]\n', "")
    for name, text in _GOOD.items()
}
_BAD_NETS = {
    "content/find/nets-sample.yaml": """nets:
  - net: sample
    card: ghb
    when: [[client]]
    must_match: {en: ["nothing like it"]}
"""
}
RULES = (
    Rule("DATE-FUTURE", "A check dated in the future.", future,
         {name: text.replace("2026-11-01", "2099-01-01") for name, text in _GOOD.items()}, _GOOD, 15),
    Rule("EXPIRED", "A check that ran out.", expired,
         {name: text.replace("2026-11-01", "2020-01-01") for name, text in _GOOD.items()}, _GOOD, 15),
    Rule("EXPIRES-SOON", "A check that runs out within two weeks.", expired,
         {name: text.replace("every: 180d", "every: 25d") for name, text in _GOOD.items()}, _GOOD, 15),
    Rule("CARD-LONG", "An emergency card of 60 words or more.", long_card, _card(60), _card(20), 4),
    Rule("PHRASE-TWICE", "The same phrase under two topics.", twice, tip_file(phrases="im burnt out on sw"), _GOOD, 6),
    Rule("PHRASES-FEW", "A topic with under twenty phrases in a language.", few, tip_file(), {}, 6),
    Rule("PHRASES-NONE", "An emergency topic without phrases in a language.", few, _SILENT, _GOOD, 7),
    Rule("NET-EXAMPLE", "An example of an emergency net that does not hold.", nets, _BAD_NETS, {}, 5),
)  # fmt: skip
