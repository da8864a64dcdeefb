"""Typed words into a state: the finder's answer, a word of the person's own, a deep link. The words themselves go nowhere."""

from __future__ import annotations

import unicodedata

from bot.book import Topic
from bot.engine.state import State, hash_of
from bot.engine.tokens import WORD_BYTES
from bot.engine.types import World
from bot.engine.where import AFTER, WHO, number_of
from bot.find import Heard

WATCHED = "found.watched"
"""The step for somebody who says that another person reads along: nothing is shown before a press."""
_LISTS_EPISODES = frozenset(("found.answer", "found.choose", "found.unsure", "found.place"))
"""Screens on which a hard day that the words name is offered; the other paths that words open stay as they are."""
MORE = "found.more"
"""The step for words that lean on the topic that is shown, and find nothing themselves."""
_TOPICAL = frozenset(("found.answer", MORE, "topic.tips", "topic.help", "legal.help", "change.help"))
"""Steps that show one topic."""
UNKNOWN = "place.unknown"
"""The step for the name of a place that the pack does not have."""
_REFUSED = frozenset("@~/\\<>:#{}[]|.")


def clean_word(text: str) -> str:
    """The word as it may be used, or "" where it may not: 24 bytes of UTF-8, one line, no digits, @ or links."""
    word = " ".join(unicodedata.normalize("NFC", text[:100]).split())
    if not word or len(word.encode()) > WORD_BYTES or any(sign in _REFUSED for sign in word):
        return ""
    for sign in word:
        kind = unicodedata.category(sign)
        if kind[0] == "N" or (kind[0] == "C" and sign != "\u200d"):
            return ""
    return word if any(unicodedata.category(sign)[0] in "LS" for sign in word) else ""


def link_payload(language: str = "", place: str = "", more: str = "") -> str:
    """What a link carries to open a language, a place, and a topic, policy or talk with a link of its own; each may be "".

    Without a language it begins with "_": some codes are a language and a place, as "es" is Spanish and Spain.
    """
    parts = [part for part in (place, more) if part]
    return "_".join([language, *parts]) if parts else language


def deep_link(world: World, state: State, payload: str) -> State:
    """The state that a link opens: a code of the pack's links, or `lang_place_topic` in any order; unknown parts are ignored.

    What can be a language and a place is the language once, where no other part is one, and the place after that. An id
    that was renamed is still known: links stand on paper.
    """
    parts = list(world.edition.links.get(payload, payload.split("_")[:_PARTS]))
    index, flows = world.index, world.index.flows
    language = _language_at(world, parts)
    if language is not None:
        state = state._replace(language=parts.pop(language))
    for part in parts:
        topic, policy = hash_of(f"topic:{part}"), hash_of(f"policy:{part}")
        if (place := hash_of(f"place:{part}")) in index.place:
            state = state._replace(place=index.of[f"place:{index.place[place]}"])
        elif topic in index.subject:
            state = state._replace(step=flows.hash["topic.tips"], subject=topic)
        elif (episode := hash_of(f"episode:{part}")) in index.subject and "episode.open" in flows.hash:
            state = state._replace(step=flows.hash["episode.open"], subject=episode)
        elif policy in index.subject:
            state = state._replace(step=flows.hash.get("agency.policy", state.step), subject=policy)
        elif part in flows.own_links:
            state = state._replace(step=hash_of(f"{part}.home"))
    return state


_PARTS = 6


def _language_at(world: World, parts: list[str]) -> int | None:
    """Which part of a link is the language: the first that is nothing else, else the first that is a place too, unless the link
    begins with an empty part, which stands for no language."""
    known = [number for number, part in enumerate(parts) if part in world.edition.languages]
    alone = [number for number in known if hash_of(f"place:{parts[number]}") not in world.index.place]
    return next(iter(alone or known), None) if alone or (parts and parts[0]) else None


def answer(world: World, state: State, text: str) -> State:
    """The state that answers typed words as a question."""
    return answered(world, state, world.listen(text, state.language))


def in_danger(heard: Heard) -> bool:
    """Whether the words mean that a life is at stake now: that comes before anything else they may be."""
    return heard.danger == "now" and bool(heard.emergency)


def is_watched(heard: Heard) -> bool:
    """Whether somebody looks on: nothing is shown before a press."""
    return heard.danger == "watched"


def answered(world: World, state: State, heard: Heard) -> State:
    """The state that answers what was heard. What was said before is kept; the screen to go back to is not.

    Danger now outranks every other path: its card is the screen. Else up to three topics travel in subject, via-subject and via,
    a card that may be meant in ticks: the screens that answer typed words (`found.*`) read them from there. A place that was
    named takes a topic's slot: the screen asks before it is set.
    """
    flows, of = world.index.flows, world.index.of
    language = heard.language if heard.language in world.edition.languages else state.language
    passed = state.opened
    state = state._replace(language=language, page=0, opened=False, young=state.young or heard.special == "young")
    places = [number for name in heard.places if (number := of.get(f"place:{name}", 0)) and number != state.place]
    numbers = [of[f"topic:{name}"] for name in heard.topics[:3] if f"topic:{name}" in of]
    episode = of.get(f"episode:{heard.episode}", 0) if heard.episode else 0
    card = of.get(f"card:{heard.emergency}", 0) if heard.emergency else 0
    if card and in_danger(heard):
        return _on_the_card(world, state, heard, card, places)
    if is_watched(heard):
        first, second, third = (*((card,) if card else ()), *numbers, 0, 0, 0)[:3]
        step = flows.hash.get(WATCHED, flows.hash["found.unsure"])
        return state._replace(step=step, subject=first, via_subject=second, via=third, ticks=0)
    if flows.cards.get(heard.emergency) in state.dismissed:
        card = 0  # its line was passed over in this talk; danger now still comes
    if heard.naming == "elsewhere" and UNKNOWN in flows.hash:
        return state._replace(step=flows.hash[UNKNOWN], subject=0, via=0, via_subject=0, ticks=0)
    if heard.naming == "place" or (heard.naming == "near" and heard.band == "unsure"):
        return _named(world, state, heard)
    about = state.subject if _on_a_topic(world, state) else 0
    if heard.leans and about and (heard.danger == "no" or not _of_a_card(world, about)):
        return state._replace(step=flows.hash[MORE], subject=about, via=0, via_subject=0, ticks=0)
    if heard.special == "who" and AFTER in flows.hash:
        place = number_of(world.index, heard) or state.place
        # "ok and where" after an answer asks for who can help with that; its neutral page has been passed already.
        step = flows.hash[WHO if about else AFTER]
        return state._replace(step=step, place=place, subject=about, opened=passed and about != 0, via=0, via_subject=0, ticks=0)
    # Words that somebody wrote down for a hard day are no question about the bot, however alike they sound.
    opened = "" if episode else _opened(world, heard, maybe=bool(card))
    if opened:
        step_id, numbers, places = opened, [], []
    elif heard.special == "refuse" and not card:
        step_id, numbers = "found.refuse", []
    elif heard.special == "young":
        step_id, numbers = "young.open", []
    elif heard.special == "change":
        step_id = "found.change"
    elif heard.special in ("small_talk", "silent") and not card:
        step_id, numbers = "found.small_talk", []
    elif heard.band == "sure" and numbers:
        step_id = "found.answer"
    elif heard.band == "choose" and numbers:
        step_id = "found.choose"
    elif places:
        step_id, numbers = "found.place", [0]
    elif about and not heard.special and not heard.foreign:
        step_id, numbers = MORE, [about]
    else:
        step_id, numbers = "found.unsure", []
    if episode and step_id in _LISTS_EPISODES:
        # Below the answer where there is one, else the first that is offered.
        step_id, numbers = ("found.answer", [numbers[0], episode, *numbers[1:2]]) if step_id == "found.answer" else (
            "found.choose", [episode, *numbers[:2]])  # fmt: skip
    if places and numbers:
        numbers = [*numbers[: 1 if len(places) > 1 else 2], *places][:3]  # one of two Portlands alone would be a guess
    first, second, third = (*numbers, 0, 0, 0)[:3]
    return state._replace(step=flows.hash[step_id], subject=first, via_subject=second, via=third, ticks=card)


def _on_a_topic(world: World, state: State) -> bool:
    """Whether a topic is shown, so that words may lean on it."""
    flows = world.index.flows
    at = flows.by_hash[state.step]
    return at in _TOPICAL and flows.hash.keys() >= {WHO, MORE} and isinstance(world.index.subject.get(state.subject), Topic)


def _of_a_card(world: World, subject: int) -> bool:
    """Whether a topic is an emergency's own: there a word of danger is meant."""
    topic = world.index.subject.get(subject)
    return isinstance(topic, Topic) and any(card.topic == topic.topic for card in world.edition.cards.values())


def _named(world: World, state: State, heard: Heard) -> State:
    """The screen that asks whether the person is at the one place that was named, or at which of several with the name."""
    index = world.index
    numbers = [number for name in heard.places if (number := index.of.get(f"place:{name}", 0))]
    state = state._replace(step=index.flows.hash["found.place"], subject=0, via_subject=0, via=0, ticks=0)
    if group := index.group_of(heard.places):
        return state._replace(place=group)
    first, second = (*numbers, 0, 0)[:2]
    return state._replace(via_subject=first, via=second)


def _opened(world: World, heard: Heard, *, maybe: bool) -> str:
    """The step of a path that words open by themselves, "" for none or where a pack does not have it.

    `maybe`: a line to a card has to stand above it; the plan's own pages have no room for one.
    """
    paths = {
        "about": (f"about.{heard.part}", "about.open"),
        "talk": ("talk.open",),
        "plan": ("found.plan",) if maybe else ("plan.open",),
        "safer": ("found.safer",) if maybe else ("safer.area",),
    }
    hashes = world.index.flows.hash
    return next((step for step in paths.get(heard.special, ()) if step in hashes), "")


def _on_the_card(world: World, state: State, heard: Heard, card: int, places: list[int]) -> State:
    """The card as the screen. Below it the first topic that was found, unless the card stands alone, and its own; these
    travel in via-subject and via, a place that was named in ticks. A pack without `found.card` shows the card of the menu."""
    flows, of = world.index.flows, world.index.of
    step = flows.hash.get("found.card")
    if step is None:
        return state._replace(step=flows.hash["urgent.card"], subject=card, via=0, via_subject=0, ticks=0)
    known = world.edition.cards[heard.emergency]
    own = known.topic or ""
    found = heard.topics[0] if heard.topics and heard.band != "unsure" and not known.alone else ""
    if heard.band == "choose" and _area(world, found) != _area(world, own):
        found = ""  # a guess from another field beside an emergency would be absurd
    topics = [of[f"topic:{name}"] for name in dict.fromkeys((found, own)) if f"topic:{name}" in of]
    first, second = (*topics, 0, 0)[:2]
    return state._replace(step=step, subject=card, via_subject=first, via=second, ticks=places[0] if places else 0)


def _area(world: World, topic: str) -> str:
    known = world.edition.topics.get(topic)
    return known.area if known else ""
