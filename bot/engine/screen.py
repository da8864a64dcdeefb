"""One screen out of a step and a state: the neutral opening, the words, the blocks, the choices, the footer."""

from __future__ import annotations

from bot.book import Card, Referral, Topic
from bot.engine.agency_lists import Item
from bot.engine.block import Block
from bot.engine.blocks import BLOCKS
from bot.engine.fill import plain_length
from bot.engine.flow_compiler import ENTRY
from bot.engine.flow_schema import Step
from bot.engine.input import WATCHED
from bot.engine.lists import LISTS, meant, named_for
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import encode
from bot.engine.transitions import Target, Transitions, maybe_card
from bot.engine.types import Choice, ChoiceKind, Screen, Span, World
from bot.engine.where import OWN, WORLD, PlaceList, buttons, least, listing, question

PAGE_CHARACTERS = 800
PAGE_CHOICES = 10
LABEL = 40
_LISTED = 3
"""Items of a list on a page at least, however many other buttons the screen has."""
_CACHED = 5000


def _short(label: str) -> str:
    """A label that fits a phone's button, cut between words."""
    if len(label) <= LABEL:
        return label
    return label[: label.rfind(" ", 0, LABEL)].rstrip(" ,:;(") + "…"


def _choice(label: str, target: Target, kind: ChoiceKind = "choice") -> Choice:
    return Choice(_short(label), encode(target.head, target.tail), kind)


def word_allowed(step_id: str, draw: RenderContext) -> bool:
    """The person's word shows in check-ins and tips, never on urgent screens or referrals."""
    return not step_id.startswith(("urgent.", "welcome.")) and not isinstance(draw.subject, Card | Referral)


def _pages(blocks: list[Block], limit: int) -> list[list[Block]]:
    """Blocks in pages of at most `limit` characters where they fit; head blocks on every page."""
    head = [block for block in blocks if block.head]
    room = limit - sum(plain_length(block.spans) for block in head)
    pages: list[list[Block]] = []
    used = room + 1
    for block in blocks:
        if block.head:
            continue
        length = plain_length(block.spans)
        if used + length > room or not pages:
            pages.append([*head])
            used = 0
        pages[-1].append(block)
        used += length
    return pages or [head]


def _blocks(draw: RenderContext, step: Step) -> list[Block]:
    blocks: list[Block] = []
    for show in step.show:
        if show.show == _LAST and (asked := question(draw, step)):
            blocks.append(Block(asked))
        if draw.holds(show.when):
            blocks += BLOCKS[show.show](draw)
    return blocks


_LAST = "nobody_called"
"""The block that ends its screen, so that the question where somebody is stands above it."""


def _one(blocks: list[Block]) -> list[Block]:
    """Blocks as one, that paging does not split: an emergency card is one page."""
    spans: list[Span] = []
    for block in blocks:
        spans += [Span("\n\n"), *block.spans] if spans else block.spans
    return [Block(tuple(spans))]


def _body(draw: RenderContext, page: list[Block]) -> list[Span]:
    spans: list[Span] = []
    sources: list[str] = []
    for number, block in enumerate(page):
        spans += [Span("\n\n"), *block.spans] if number else block.spans
        sources += block.sources
    if sources and isinstance(draw.subject, Topic):
        spans += draw.checked(draw.subject.review, sources)
    return spans


def _bodies(draw: RenderContext, step: Step, limit: int, *, empty: bool) -> list[tuple[Span, ...]]:
    """What stands below the words of a step, page by page.

    Tips without the person's word are the same for everybody at a place: their pages are made once an edition.
    """
    subject, state = draw.subject, draw.state
    if isinstance(subject, Topic) and not empty and len(step.show) == 1 and step.show[0].show == "tips":
        cache = draw.world.index.cache
        key = ("pages", state.subject, state.place, state.how, state.young, state.language, limit)
        found: list[tuple[Span, ...]] | None = cache.get(key)
        if found is None:
            personal = any("word" in text.slots for tip in subject.tips for text in tip.text.values())
            found = [] if personal else [tuple(_body(draw, page)) for page in _pages(_blocks(draw, step), limit)]
            if len(cache) >= _CACHED:
                cache.clear()
            cache[key] = found
        if found:
            return found
    blocks = _blocks(draw, step)
    if isinstance(subject, Card):
        blocks = _one(blocks)
    if empty:
        blocks.append(Block((Span(draw.says("none_known" if draw.place not in ("", WORLD) else "none_everywhere")),)))
    pages = _pages(blocks, limit)
    return [tuple(_body(draw, page)) for page in pages]


def whole(draw: RenderContext, step: Step) -> tuple[Span, ...]:
    """Everything a step shows on all its pages, as one text: for a copy to keep."""
    return tuple(_body(draw, _blocks(draw, step)))


def _leave(moves: Transitions) -> Choice:
    return _choice(moves.draw.says("leave"), moves.to("leave.done"), "leave")


def _footer(moves: Transitions, *, leave: bool = True, back: Target | None = None) -> tuple[Choice, ...]:
    """`back`: where back leads, if not where the screen's own does."""
    draw = moves.draw
    footer: list[Choice] = []
    if (back := back or moves.back()) is not None:
        footer.append(_choice(draw.says("back"), back, "back"))
        footer.append(_choice(draw.says("home"), moves.home(), "home"))
    if moves.step_id != "urgent.menu":
        footer.append(_choice(draw.says("urgent"), moves.to("urgent.menu"), "urgent"))
    if leave:
        footer.append(_leave(moves))
    return tuple(footer)


def _other_language(moves: Transitions) -> list[Choice]:
    """One tap to the other language, on the first screen and wherever typed words may have changed it."""
    edition = moves.draw.world.edition
    languages = edition.languages
    here = moves.state.language
    if len(languages) < 2 or not (moves.step_id == ENTRY or moves.heard):
        return []
    if len(languages) > 2:
        return [_choice(" · ".join(languages).upper(), moves.to("language.pick"), "language")]
    other = next(language for language in languages if language != here)
    return [_choice(edition.book.language_name(other), moves.here_in(other), "language")]


def _watched(moves: Transitions, opening: tuple[Span, ...]) -> Screen:
    """The neutral page alone, Leave first: somebody may be reading along."""
    draw = moves.draw
    choices = (_leave(moves), _choice(draw.says("yes_show"), moves.unwatched()), _choice(draw.says("not_now"), moves.home()))
    return Screen(moves.step_id, (*opening, Span(draw.says("guard"))), choices, _footer(moves, leave=False))


def _guard(moves: Transitions, opening: tuple[Span, ...]) -> Screen:
    draw = moves.draw
    choices = [
        _choice(draw.says("yes_show"), moves.opened()),
        _choice(draw.says("not_now"), moves.home()),
    ]
    card = maybe_card(draw, moves.step)
    if card and (card.maybe is None or card.maybe.opens == "talk"):
        # Nobody has to open a page first to reach steps that may be for now, or somebody to talk to: neither label says why.
        choices += [_choice(label, target) for label, target in meant(moves)]
    return Screen(moves.step_id, (*opening, Span(draw.says("guard"))), tuple(choices), _footer(moves))


def _items(moves: Transitions) -> tuple[list[Item], bool]:
    """Everything the step's lists offer, and whether a list of referrals came out empty."""
    items: list[Item] = []
    empty = False
    for spec in moves.step.lists:
        if not moves.draw.holds(spec.when):
            continue
        found = list(LISTS[spec.of](moves, spec))
        empty = empty or (spec.of == "referrals" and not named_for(moves.draw, spec))
        items += found
    return items, empty


def _place_list(moves: Transitions, listed: PlaceList, opening: tuple[Span, ...]) -> Screen:
    """A page of the list of places, in front of the screen whose answer depends on the place."""
    draw = moves.draw
    choices = [_choice(answer.label, answer.target) for answer in listed.answers]
    if listed.following:
        following = (listed.page + 1) % listed.total + 1
        choices.append(_choice(f"{draw.says('more')} ({following}/{listed.total})", listed.following, "more"))
    discreet = isinstance(draw.subject, Card) and draw.subject.discreet
    if discreet:
        choices.insert(0, _leave(moves))
    text = (*opening, Span(listed.heading, "bold"), Span(f"\n{draw.says('where_how')}"))
    footer = _footer(moves, leave=not discreet, back=moves.page(0))
    return Screen(moves.step_id, text, tuple(choices), footer, moves.step.hears)


def draw_screen(world: World, state: State, step_id: str, step: Step) -> Screen:
    """The screen of `step` in `state`. Pure; every button's token is the whole state after the press."""
    draw = RenderContext(world, state)
    if not word_allowed(step_id, draw):
        draw = RenderContext(world, state, own_word=False)
    moves = Transitions(draw, step_id, step)
    opening = (Span(draw.says("opening")), Span("\n\n")) if world.surface.previews else ()
    if step_id == WATCHED:
        return _watched(moves, opening)
    if moves.guarded and not state.opened:
        return _guard(moves, opening)
    if (listed := listing(moves)) is not None:
        return _place_list(moves, listed, opening)
    fixed = [
        _choice(draw.label(spec.label), moves.choice(spec))
        for spec in step.choices
        if draw.holds(spec.when) and not (moves.guarded and _copies(world, spec.go))
    ]
    items, empty = _items(moves)
    say = draw.text(step.say) if step.say else ()
    pages = _bodies(draw, step, min(PAGE_CHARACTERS, world.surface.limit // 2), empty=empty)
    most = max(_LISTED, OWN - len(fixed) - least(moves, len(fixed))) if step.where else PAGE_CHOICES
    choice_pages = max(1, -(-len(items) // most))
    total = max(len(pages), choice_pages)
    page = min(state.page, total - 1)
    body = pages[page] if page < len(pages) else tuple(_body(draw, [block for block in _blocks(draw, step) if block.head]))
    asked = question(draw, step) if all(show.show != _LAST for show in step.show) else ()
    parts = (_line(draw, moves), say, body, asked)
    text = [*opening]
    for number, part in enumerate(part for part in parts if part):
        text += [Span("\n\n"), *part] if number else part
    shown = items[page * most : (page + 1) * most] if choice_pages > 1 else items
    choices = [_choice(label, target) for label, target in shown]
    if total > 1:
        following = (page + 1) % total
        choices.append(_choice(f"{draw.says('more')} ({following + 1}/{total})", moves.page(following), "more"))
    room = OWN - len(fixed) - (most if choice_pages > 1 else len(items))
    choices += [_choice(answer.label, answer.target) for answer in buttons(moves, room)]
    choices += fixed
    choices += _other_language(moves)
    discreet = isinstance(draw.subject, Card) and draw.subject.discreet
    if discreet:
        choices.insert(0, _leave(moves))
    return Screen(step_id, tuple(text), tuple(choices), _footer(moves, leave=not discreet), step.hears)


def _line(draw: RenderContext, moves: Transitions) -> tuple[Span, ...]:
    """What stands above an answer where the typed words may mean an emergency."""
    card = maybe_card(draw, moves.step)
    if card is None:
        return ()
    return draw.text(card.maybe.line) if card.maybe else (Span(draw.says("maybe_line"), "bold"),)


def _copies(world: World, step_id: str) -> bool:
    step = world.index.flows.steps.get(step_id)
    return step is not None and step.does == "copy"
