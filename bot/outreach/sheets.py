"""Cards, posters and the offline emergency sheet: what stands on them, from the pack's own words and facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from bot.book import SERVICES, Edition, Outreach, limited
from bot.outreach.paper import Group, Handout, Line, Sheet, line, lines

T = TypeVar("T")


def said(texts: Mapping[str, T], language: str) -> T:
    """The words in a language, else in the first there is."""
    return texts[language] if language in texts else next(iter(texts.values()))


def words_of(edition: Edition) -> Outreach:
    """The printed words of the pack. Raises ValueError where it has none."""
    if edition.outreach is None:
        raise ValueError("this pack has no content/outreach.yaml; copy it from the pack that ships and change its words")
    return edition.outreach


def _handout(edition: Edition, language: str, address: str, code: str) -> Handout:
    words, genuine = words_of(edition).card, edition.genuine
    listed = bool(genuine.addresses)
    dated = said(words.checked if listed else words.printed, language)
    three = (said(words.words, language), " · ".join(genuine.words)) if listed else None
    return Handout(
        language=language,
        kind="cards",
        name=said(edition.book.name, language),
        what=said(words.what, language),
        address=address,
        never=f"{said(words.never, language)} {said(words.only, language)}" if listed else said(words.never, language),
        three=three,
        code=(said(words.code, language), code) if code and words.code else None,
        dated=f"{dated} {edition.date}",
    )


def cards(edition: Edition, language: str, address: str, code: str = "") -> Handout:
    """A wallet card. With a signed list it has the three words, and its day says when the address was held against the list.

    `code`: what is typed at an address that carries none, "" for nothing.
    """
    return _handout(edition, language, address, code)


def poster(edition: Edition, language: str, address: str, code: str = "") -> Handout:
    """A poster: the same, and how to open it, how to leave, what is kept."""
    words, card = words_of(edition).poster, _handout(edition, language, address, code)
    more = (said(words.how, language), said(words.kept, language), said(words.leave, language))
    return Handout(language, "poster", card.name, card.what, card.address, card.never, card.three, card.dated, more, card.code)


def _numbers(edition: Edition, place: str) -> dict[str, str]:
    """The best number for each service at a place; "emergency" is the police's, since it reaches every service if one does."""
    found: dict[str, str] = {service: here[1][0].number for service in SERVICES if (here := edition.reaching(place, service))}
    return {**found, "emergency": found.get("police") or found["ambulance"]}


_TITLES = {"telegram": "Telegram", "signal": "Signal"}


def slots_on_paper(edition: Edition, language: str, place: str = "") -> dict[str, str]:
    """What stands on paper where a text has a slot, as `lines` takes it. Paper knows nobody's own word.

    Without a place that has numbers, words stand for them. `channel`: the ones that the bot is listed on, or both.
    """
    says = edition.flows.says
    found = edition.reaching(place, "ambulance") if place else None
    unknown = dict.fromkeys(("emergency", *SERVICES), says("number_unknown", language))
    listed = [title for channel, title in _TITLES.items() if edition.genuine.of(channel)]
    return {
        **unknown,
        **(_numbers(edition, place) if found else {}),
        "place": said(found[0].name, language) if found else "",
        "word": says("default_word", language),
        "name": said(edition.book.name, language),
        "channel": " · ".join(listed or _TITLES.values()),
        **{f"contact:{name}": referral.name for name, referral in edition.referrals.items()},
    }


def sheet(edition: Edition, language: str, place: str, *, large: bool = False) -> Sheet:
    """The offline emergency sheet of a place: one page, in large print two. It carries no contact: those run out, paper does not.

    Raises ValueError where the place has no emergency number.
    """
    words = words_of(edition).sheet
    found = edition.reaching(place, "ambulance")
    if found is None:
        raise ValueError("choose a place that has an emergency number, like --place us: a wrong number can cost a life")
    where, (ambulance, *_) = found
    place_name = said(where.name, language)
    slots = slots_on_paper(edition, language, place)
    call = ((f"{said(words.call, language)} ", False), (ambulance.number, True), (f" ({place_name})", False))
    parts: list[Line | Group] = [
        line("text", f"{said(words.calling, language)} {said(ambulance.answers, language).raw}"),
        Line("title", call),
    ]
    police = where.emergency.police if where.emergency else None
    if police and police.number != ambulance.number:
        parts.append(Line("text", ((f"{said(words.police, language)} ", False), (police.number, True))))
    checked: list[dt.date] = []
    for name in words.cards:
        card = edition.cards[name]
        checked.append(card.review.checked)
        body = [line("heading", said(card.title, language), bold=True)]
        for text in (card.steps, card.calling):
            body += lines("text", said(text, language), slots)
        parts.append(Group(tuple(body)))
        if name == words.clocks_after:
            parts += _clocks(edition, language, place, slots, checked)
    dated = f"{said(words.checked, language)} {min(checked)}. {said(words.keep, language)}"
    parts.append(Group((line("small", dated),)))
    return Sheet(language, tuple(parts), pages=2 if large else 1)


def _clocks(edition: Edition, language: str, place: str, slots: Mapping[str, str], checked: list[dt.date]) -> list[Group]:
    """How long each thing can wait, by the pack's tips, each with the tips that limit it: paper has no button to read on.

    What is withdrawn, not valid at the place or without one of its limits there is left out.
    """
    words, wanted = words_of(edition).sheet, dict[str, list[str]]()
    for clock in words.clocks:
        wanted.setdefault(clock.topic, []).append(clock.tip)
    by_topic: dict[str, list[Line]] = {}
    for name, clocks in wanted.items():
        topic, shown = edition.topics[name], edition.tips(name, place, language=language)
        about = said(topic.title, language)
        for tip in limited(shown, clocks):
            checked.append(edition.checked(topic, tip)[0])
            lead = "" if name in by_topic else f"{about}: "
            by_topic.setdefault(name, []).extend(lines("text", said(tip.text, language), {**slots, "topic": about}, lead))
    if not by_topic:
        return []
    title = line("heading", said(words.clocks_title, language), bold=True)
    joined = [_joined(found) for found in by_topic.values()]
    return [Group((title, *joined))]


def _joined(found: list[Line]) -> Line:
    runs: list[tuple[str, bool]] = []
    for number, part in enumerate(found):
        runs += [(" ", False)] * bool(number) + list(part.runs)
    return Line("text", tuple(runs))
