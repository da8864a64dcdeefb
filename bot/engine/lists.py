"""Choices made from the content: one function a kind of list, each giving (label, state after the press)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.book import Card, Episode, Place, PlanSection, Referral, Topic
from bot.engine.agency_lists import AGENCY_LISTS, Item
from bot.engine.episode_blocks import step_at, steps_of
from bot.engine.flow_schema import FIELDS, FieldName, ListOf
from bot.engine.mix import picks
from bot.engine.render_context import RenderContext
from bot.engine.subject_index import AREAS
from bot.engine.tokens import put
from bot.engine.transitions import CHOSEN, TALK, Target, Transitions, maybe_card
from bot.engine.where import AFTER, WORLD

_NEIGHBOURS = 2
_SECTION_CHOICES = 8
"""Suggestions and neighbours of a section: with the button for the list they are one page of choices."""
_URGENCY = {"emergency": 0, "hours": 1, "soon": 2, "everyday": 3}


def _topic(moves: Transitions, topic: Topic, go: str | None) -> Item:
    subject = moves.draw.world.index.of[f"topic:{topic.topic}"]
    return moves.draw.label(topic.title), moves.to(go or "topic.tips", subject)


def _read_on(moves: Transitions, topic: Topic, go: str | None) -> Item:
    """A topic below a card; on a discreet one it says only "More": its title may name what the heading does not."""
    label, target = _topic(moves, topic, go)
    discreet = isinstance(moves.draw.subject, Card) and moves.draw.subject.discreet
    return moves.draw.says("more") if discreet else label, target


def _fits(moves: Transitions, topic: Topic) -> bool:
    return topic.young or not moves.state.young


def _topics(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """Topics of an area (the spec's, or the subject's): those named first, then by urgency and title."""
    draw = moves.draw
    topics = draw.world.edition.topics
    if spec.ids:
        chosen = [topics[name] for name in spec.ids if name in topics]
    else:
        area = spec.area or (draw.subject if isinstance(draw.subject, str) else None)
        cache = draw.world.index.cache
        key = ("topics", area, tuple(spec.first), draw.language)
        if key not in cache:
            rank = {name: number for number, name in enumerate(spec.first)}
            cache[key] = sorted(
                (topic for topic in topics.values() if topic.area == area),
                key=lambda topic: (rank.get(topic.topic, 99), _URGENCY[topic.urgency], draw.label(topic.title)),
            )
        chosen = cache[key]
    for topic in chosen:
        if _fits(moves, topic):
            yield _topic(moves, topic, spec.go)


def _areas(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    for area in spec.ids or AREAS:
        yield moves.draw.says(f"area_{area}"), moves.to(spec.go or "safer.topics", moves.draw.world.index.of[f"area:{area}"])


def _cards(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    cards = moves.draw.world.edition.cards
    for name in spec.ids or cards:
        if name in cards:
            subject = moves.draw.world.index.of[f"card:{name}"]
            yield moves.draw.label(cards[name].title), moves.to(spec.go or "urgent.card", subject)


def _places(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """Countries, or what lies inside the subject. A place with places inside leads on; any other leads back."""
    draw = moves.draw
    edition = draw.world.edition
    inside = getattr(draw.subject, "place", None) if spec.go is None else None
    cache, key = draw.world.index.cache, ("places", inside, draw.language)
    if key not in cache:
        if inside:
            found = [edition.places[name] for name in edition.children(inside)]
        else:
            found = [place for place in edition.places.values() if place.level == "country"]
        cache[key] = sorted(found, key=lambda place: draw.label(place.name))
    for place in cache[key]:
        number = draw.world.index.of[f"place:{place.place}"]
        if edition.children(place.place):
            inside_it = moves.to("place.inside", number)
            yield f"{draw.label(place.name)} ›", inside_it._replace(head=put(inside_it.head, "place", number))
        else:
            yield draw.label(place.name), moves.changed(place=number)


def named_for(draw: RenderContext, spec: ListOf) -> tuple[Referral, ...]:
    """The referrals that a list is meant to hold, () where nobody is known."""
    edition = draw.world.edition
    place = spec.place or draw.place
    topics = (draw.subject.topic,) if isinstance(draw.subject, Topic) else ()
    found: tuple[Referral, ...] = ()
    if topics:
        found = edition.referrals_for(place, spec.kinds, topics, youth=draw.state.young, strict=True, language=draw.language)
    if not found and (not topics or spec.kinds):
        found = edition.referrals_for(place, spec.kinds, (), youth=draw.state.young, language=draw.language)
    return found


def _referrals(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """Referrals for the subject topic: first those that name it, else the nearest of the kinds asked for.

    Where nobody is known for it: everybody who is nearest, and those of the world for a crisis first. A list is never empty while
    anybody is known at all.
    """
    draw = moves.draw
    edition = draw.world.edition
    found = named_for(draw, spec)
    if not found:
        found = edition.referrals_for(draw.place or WORLD, (), (), youth=draw.state.young, language=draw.language)
        if draw.place in ("", WORLD):
            found = tuple(sorted(found, key=lambda referral: "crisis" not in referral.kinds))
    for referral in found:
        yield referral.name, moves.to(spec.go or "referral.show", draw.world.index.of[f"referral:{referral.referral}"])


def _words(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    for word in moves.draw.world.edition.words.offered.get(moves.draw.language, ()):
        yield word, moves.changed(word=word)


def _languages(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    edition = moves.draw.world.edition
    for language in edition.languages:
        yield edition.book.language_name(language), moves.changed(language=language)


def _voices(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    for name, voice in moves.draw.world.edition.voices.items():
        if spec.ids and name not in spec.ids:
            continue
        yield moves.draw.label(voice.title), moves.to(spec.go or "voice.show", moves.draw.world.index.of[f"voice:{name}"])


def _help(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """The kinds of help that fit what the person wants and their pace, in the order chosen; safer is always among them."""
    draw = moves.draw
    pace = draw.chosen("pace")
    kinds = dict.fromkeys(moves.flows.help_for(draw.chosen("aims"), pace[0] if pace else ""))
    kinds.setdefault("harm_reduction", None)
    for kind in kinds:
        if kind in spec.each:
            yield draw.says(f"kind_{kind}"), moves.to(spec.each[kind])


def _mix(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    """The things that fit what the person said, each with what it is called; why it is there stands above (block `mix`)."""
    for pick in picks(moves.draw):
        yield pick.label, moves.to(pick.step, pick.subject)


_ASIDE = ("aims", "how")
"""Answers that are given by the way: they are not among those that can be taken back one by one."""


def _said(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    """Each answer of the check-in, marked; a tap takes it back."""
    for name in FIELDS:
        for option in () if name in _ASIDE else moves.draw.chosen(name):
            if label := _label_of(moves, name, option):
                yield f"{CHOSEN}{label}", moves.without(moves.page(0), name, option)


def _label_of(moves: Transitions, name: FieldName, option: str) -> str:
    """What an answer's own button says, "" where it has none."""
    cache, key = moves.draw.world.index.cache, "labels of answers"
    if key not in cache:
        cache[key] = {
            (field, value): spec.label
            for step in reversed(list(moves.flows.steps.values()))
            for spec in step.choices
            for field, value in (*spec.toggle.items(), *spec.set.items())
        }
    labels = cache[key].get((name, option))
    return moves.draw.label(labels) if labels else ""


def _also(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """Neighbours of the subject topic or section, in a plan those for how the person does it first; for a card, its topic."""
    topics = moves.draw.world.edition.topics
    if isinstance(moves.draw.subject, Card) and (read_on := topics.get(moves.draw.subject.topic or "")):
        yield _read_on(moves, read_on, spec.go)
    subject = moves.draw.subject
    if not isinstance(subject, Topic | PlanSection):
        return
    also = [name for name in subject.also if name in topics and _fits(moves, topics[name])]
    most = _NEIGHBOURS
    if isinstance(subject, PlanSection):
        also.sort(key=lambda name: not any(moves.draw.how & set(tip.for_) for tip in topics[name].tips))
        most = min(2 * _NEIGHBOURS, _SECTION_CHOICES - len(subject.suggestions))
    for name in also[:most]:
        yield _topic(moves, topics[name], spec.go)


def _episode(moves: Transitions, episode: Episode) -> Item:
    number = moves.draw.world.index.of[f"episode:{episode.episode}"]
    return f"{moves.draw.says('by_steps')} {moves.draw.label(episode.title)}", moves.to("episode.open", number)


def _episodes(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """Hard days step by step: those of the subject topic, those named, or all of them."""
    draw = moves.draw
    edition = draw.world.edition
    if spec.ids:
        found = tuple(edition.episodes[name] for name in spec.ids if name in edition.episodes)
    elif isinstance(draw.subject, Topic):
        found = edition.episodes_of(draw.subject.topic)
    else:
        found = tuple(sorted(edition.episodes.values(), key=lambda episode: draw.label(episode.title)))
    for episode in found:
        if episode.young or not draw.state.young:
            yield _episode(moves, episode)


def _episode_steps(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    """The steps of the subject episode: begin anywhere, skip any."""
    for number, step in enumerate(steps_of(moves.draw)):
        yield moves.draw.label(step.title), moves.on_page("episode.step", number)


def _step_links(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    """What a step leads to: a copy of its words, and where to read on."""
    step = step_at(moves.draw)
    if step and step.say and not moves.guarded:
        yield moves.draw.says("step_copy"), moves.on_page("episode.copy", moves.state.page)
    topic = moves.draw.world.edition.topics.get(step.topic or "") if step else None
    if topic and _fits(moves, topic):
        label, target = _topic(moves, topic, None)
        yield f"{moves.draw.says('step_read_on')} {label}", target


def meant(moves: Transitions, _spec: ListOf | None = None) -> Iterator[Item]:
    """The emergency card that typed words may mean, until its line is passed over."""
    card = maybe_card(moves.draw, moves.step)
    if card:
        there = next((spec.label for spec in moves.step.choices if spec.subject == f"card:{card.card}"), None)
        own = card.maybe if card.maybe and not (card.maybe.opens == "talk" and moves.step_id == TALK) else None
        label = there or (own.label if own else None)
        yield moves.draw.label(label) if label else moves.draw.says("maybe_label"), moves.on_card(moves.state.ticks)


def _heard(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    """What typed words were taken as: the place or the emergency card first, then the topics that are not on the screen yet."""
    draw, state, index = moves.draw, moves.state, moves.draw.world.index
    named = index.subject.get(state.ticks)
    if isinstance(named, Place) and state.ticks != state.place:
        yield f"{draw.says('i_am_in')} {draw.label(named.name)}", moves.here_at(state.ticks)
    yield from meant(moves)
    shown = any(show.show == "tips" for show in moves.step.show)
    discreet = isinstance(draw.subject, Card) and draw.subject.discreet
    for number in (state.subject, state.via_subject, state.via)[1 if shown else 0 :]:
        heard = index.subject.get(number)
        if isinstance(heard, Episode) and (heard.young or not state.young):
            yield _episode(moves, heard)
        elif isinstance(heard, Topic) and _fits(moves, heard):
            yield _read_on(moves, heard, None)
            if discreet:
                return
        elif isinstance(heard, Place):
            label = f"{draw.says('i_am_in')} {draw.label(heard.name)}"
            yield label, moves.here_at(number) if state.subject else _who_is_there(moves, number)


def _who_is_there(moves: Transitions, place: int) -> Target:
    """Who can help at a place that was named out of the blue; home where a pack does not have that step."""
    if AFTER not in moves.flows.steps:
        return moves.changed(place=place)
    target = moves.bare(AFTER, 0)
    return target._replace(head=put(target.head, "place", place))


def _plan(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """The plan's sections for the path, in the pack's order: those for another way of doing it come last; ticked ones marked."""
    draw = moves.draw
    found = [(name, section) for name, section in draw.world.edition.plan.items() if not spec.path or spec.path in section.paths]
    if draw.how:
        found.sort(key=lambda item: "all" not in item[1].for_ and not draw.how & set(item[1].for_))
    for name, section in found:
        some = not section.guarded and any(moves.state.ticks >> item.tick & 1 for item in section.suggestions)
        label = f"{'✓ ' if some else ''}{draw.label(section.title)}"
        yield label, moves.to(spec.go or "plan.section", draw.world.index.of[f"plan:{name}"])


def _ticks(moves: Transitions, _spec: ListOf) -> Iterator[Item]:
    """A section's suggestions, ticked or not; a tap changes one. A guarded section is for reading: no button holds it."""
    section = moves.draw.subject
    if isinstance(section, PlanSection) and not section.guarded:
        for item in section.suggestions:
            mark = "☑" if moves.state.ticks >> item.tick & 1 else "☐"
            yield f"{mark} {moves.draw.label(item.text)}", moves.ticked(item.tick)


LISTS: dict[str, Callable[[Transitions, ListOf], Iterator[Item]]] = {
    "topics": _topics,
    "areas": _areas,
    "cards": _cards,
    "places": _places,
    "referrals": _referrals,
    "words": _words,
    "languages": _languages,
    "voices": _voices,
    "help": _help,
    "mix": _mix,
    "said": _said,
    "also": _also,
    "episodes": _episodes,
    "episode_steps": _episode_steps,
    "step_links": _step_links,
    "heard": _heard,
    "meant": meant,
    "plan": _plan,
    "ticks": _ticks,
    **AGENCY_LISTS,
}
