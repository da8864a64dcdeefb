"""One screen out of a step and a state: the neutral opening, the words, the blocks, the choices, the footer."""

from __future__ import annotations

from typing import NamedTuple

from bot.book import Card, Referral, Topic
from bot.engine.agency_lists import Item
from bot.engine.block import Block
from bot.engine.blocks import BLOCKS
from bot.engine.flow_compiler import ENTRY
from bot.engine.flow_schema import ChoiceSpec, Step
from bot.engine.input import WATCHED
from bot.engine.lists import LISTS, meant, named_for
from bot.engine.paging import WORDS, choice_pages, text_pages, words_read
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import encode
from bot.engine.transitions import CHOSEN, Target, Transitions, maybe_card
from bot.engine.types import Choice, ChoiceKind, Screen, Span, World
from bot.engine.where import OWN, WHO, WORLD, PlaceList, buttons, least, listing, question

LABEL = 40
_CACHED = 1000


def _short(label: str) -> str:
    """A label that is too long for a phone's button, cut between words."""
    return label[: label.rfind(" ", 0, LABEL)].rstrip(" ,:;(") + "…"


def _choice(label: str, target: Target, kind: ChoiceKind = "choice") -> Choice:
    return Choice(label if len(label) <= LABEL else _short(label), encode(target.head, target.tail), kind)


def word_allowed(step_id: str, draw: RenderContext) -> bool:
    """The person's word shows in check-ins and tips, never on urgent screens or referrals."""
    return not step_id.startswith(("urgent.", "welcome.")) and not isinstance(draw.subject, Card | Referral)


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
        spans += [Span(block.gap), *block.spans] if spans else block.spans
    return [Block(tuple(spans))]


def _body(draw: RenderContext, page: list[Block]) -> list[Span]:
    spans: list[Span] = []
    sources: list[str] = []
    for number, block in enumerate(page):
        spans += [Span(block.gap), *block.spans] if number else block.spans
        sources += block.sources
    if sources and isinstance(draw.subject, Topic):
        spans += draw.checked(draw.subject.review, sources)
    return spans


class _Page(NamedTuple):
    """One page below the words of a step. `contact`: a way to reach somebody stands on it."""

    spans: tuple[Span, ...]
    contact: bool = False


def _turned(draw: RenderContext, blocks: list[Block], room: int) -> list[_Page]:
    """Blocks page by page, of at most `room` words each where they can be."""
    most = draw.world.surface.limit // 2

    def fits(page: list[Block]) -> bool:
        text = "".join(span.text for span in _body(draw, page))
        return len(text) <= most and words_read(text) <= room

    pages = text_pages(blocks, fits)
    return [_Page(tuple(_body(draw, page)), any(block.contact for block in page)) for page in pages]


def _bodies(draw: RenderContext, step: Step, room: int, *, empty: bool) -> list[_Page]:
    """What stands below the words of a step, page by page.

    Tips without the person's word are the same for everybody at a place: their pages are made once an edition.
    """
    subject, state = draw.subject, draw.state
    if isinstance(subject, Topic) and not empty and len(step.show) == 1 and step.show[0].show == "tips":
        cache = draw.world.index.cache
        key = ("pages", state.subject, state.place, state.how, state.young, state.language, room)
        found: list[_Page] | None = cache.get(key)
        if found is None:
            personal = any("word" in text.slots for tip in subject.tips for text in tip.text.values())
            found = [] if personal else _turned(draw, _blocks(draw, step), room)
            if len(cache) >= _CACHED:
                cache.clear()
            cache[key] = found
        if found:
            return found
    blocks = _blocks(draw, step)
    if isinstance(subject, Card):
        blocks = _one(blocks)
    elif _by_steps(step):
        return [_Page(block.spans) for block in blocks]
    if empty:
        blocks.append(Block((Span(draw.says("none_known" if draw.place not in ("", WORLD) else "none_everywhere")),)))
    return _turned(draw, blocks, room)


def _by_steps(step: Step) -> bool:
    """Whether each block of the step is a page: a person walks through them."""
    return any(show.show == "episode_step" for show in step.show)


def whole(draw: RenderContext, step: Step) -> tuple[Span, ...]:
    """Everything a step shows on all its pages, as one text: for a copy to keep."""
    return tuple(_body(draw, _blocks(draw, step)))


def first_line(draw: RenderContext) -> tuple[Span, ...]:
    """One of the harmless lines, where a list of chats or a lock screen shows how a message begins."""
    lines = draw.world.index.flows.openings_in(draw.language)
    return (Span(lines[draw.world.pick(len(lines))]), Span("\n\n")) if draw.world.surface.previews and lines else ()


def _opening_words(world: World, language: str) -> int:
    """Words of the longest first line in `language`."""
    cache, key = world.index.cache, ("opening words", language)
    if key not in cache:
        cache[key] = max(map(words_read, world.index.flows.openings_in(language)), default=0)
    words: int = cache[key]
    return words


def _words_of(draw: RenderContext, text: str) -> int:
    """As `words_read`; counted once an edition where the person's own word cannot be in the text."""
    if draw.state.word:
        return words_read(text)
    cache, key = draw.world.index.cache, ("words", text)
    found: int | None = cache.get(key)
    if found is None:
        if len(cache) >= _CACHED:
            cache.clear()
        found = cache[key] = words_read(text)
    return found


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
    opening = first_line(draw)
    if step_id == WATCHED:
        return _watched(moves, opening)
    if moves.guarded and not state.opened:
        return _guard(moves, opening)
    if (places := listing(moves)) is not None:
        return _place_list(moves, places, opening)
    offered = [
        (spec, (f"{CHOSEN if moves.marked(spec) else ''}{draw.label(spec.label)}", moves.choice(spec)))
        for spec in step.choices
        if draw.holds(spec.when) and not (moves.guarded and _copies(world, spec.go)) and not _in_line(moves, spec)
    ]
    fixed = [item for spec, item in offered if not (spec.toggle or spec.skips)]
    items, empty = _items(moves)
    items += [item for spec, item in offered if spec.toggle]
    line, say = _line(draw, moves), _said(draw, step)
    asked = question(draw, step) if all(show.show != _LAST for show in step.show) else ()
    # The longest first line counts on every channel, so that a page is the same page everywhere and whichever line stands there.
    above = "\n".join("".join(span.text for span in part) for part in (line, say, asked))
    room = WORDS - _opening_words(world, state.language) - _words_of(draw, above)
    pages = _bodies(draw, step, room, empty=empty)
    presses = choice_pages(items, fixed, least(moves, len(fixed)) if step.where else 0)
    total = max(len(pages), len(presses))
    page = min(state.page, total - 1)
    body = pages[page].spans if page < len(pages) else tuple(_body(draw, [each for each in _blocks(draw, step) if each.head]))
    text = [*opening]
    for number, part in enumerate(part for part in (line, say, body, asked) if part):
        text += [Span("\n\n"), *part] if number else part
    listed, always = presses[page % len(presses)]
    choices = [_choice(label, target) for label, target in listed]
    if total > 1 and not (_by_steps(step) and page == total - 1):
        # Where there is more to read it comes first, but for the button that the line above the answer speaks of.
        at = bool(line) if len(presses) == 1 else len(choices)
        choices.insert(at, _turn_over(moves, pages, page, total))
    # As many on every page, so that no button moves while somebody turns over.
    left = OWN - max(len(listed) + len(always) for listed, always in presses)
    choices += [_choice(answer.label, answer.target) for answer in buttons(moves, left)]
    choices += [_choice(label, target) for label, target in always]
    choices += [_choice(*item, "skip") for spec, item in offered if spec.skips]
    choices += _other_language(moves)
    discreet = isinstance(draw.subject, Card) and draw.subject.discreet
    if discreet:
        choices.insert(0, _leave(moves))
    return Screen(step_id, tuple(text), tuple(choices), _footer(moves, leave=not discreet), step.hears)


def _turn_over(moves: Transitions, pages: list[_Page], page: int, total: int) -> Choice:
    """The next page, named for the contacts that are on it; on the last page, the first again."""
    following = (page + 1) % total
    if not following:
        return _choice(f"{moves.draw.says('page')} 1/{total}", moves.page(0), "more")
    reaches = following < len(pages) and pages[following].contact and not pages[page].contact
    name = moves.draw.says("step_next" if _by_steps(moves.step) else "contact" if reaches else "more")
    return _choice(f"{name} ({following + 1}/{total})", moves.page(following), "more")


def _said(draw: RenderContext, step: Step) -> tuple[Span, ...]:
    """The words of a step, those for a page where the channel is one."""
    texts = step.say if draw.world.surface.chats else step.say_on_page or step.say
    return draw.text(texts) if texts else ()


def _line(draw: RenderContext, moves: Transitions) -> tuple[Span, ...]:
    """What stands above an answer where the typed words may mean an emergency."""
    card = maybe_card(draw, moves.step)
    if card is None:
        return ()
    return draw.text(card.maybe.line) if card.maybe else (Span(draw.says("maybe_line"), "bold"),)


def _in_line(moves: Transitions, spec: ChoiceSpec) -> bool:
    """Whether the button of the line above already leads where a choice does: to the card, or to people to talk to about it."""
    if not spec.subject:
        return False
    card = maybe_card(moves.draw, moves.step)
    if card is None:
        return False
    to_talk = card.maybe is not None and card.maybe.opens == "talk"
    return spec.subject == f"card:{card.card}" or (to_talk and spec.go == WHO and spec.subject == f"topic:{card.topic}")


def _copies(world: World, step_id: str) -> bool:
    step = world.index.flows.steps.get(step_id)
    return step is not None and step.does == "copy"
