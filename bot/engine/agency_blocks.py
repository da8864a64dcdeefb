"""The blocks of the agency's talk: a question, the action plan, a scene, a reply, a card, a policy, the questionnaire."""

from __future__ import annotations

from collections.abc import Callable

from bot.book import Policy, Question, Review, Scene, Section, Sourced, Value
from bot.engine.assessment import SIGNS, answer_of, asked, code_of
from bot.engine.block import Block
from bot.engine.render_context import RenderContext
from bot.engine.subject_index import SceneReply
from bot.engine.types import Span


def _origin(draw: RenderContext, told: Sourced, review: Review | None = None) -> Block:
    """Where the words come from, and whether somebody still has to look at them."""
    titles = [draw.world.edition.sources[name].title for name in told.sources if name in draw.world.edition.sources]
    spans = [Span(f"{draw.says('sources')}: {'; '.join(titles)}" if titles else draw.says("by_us"))]
    if review:
        spans += draw.checked(review, ())
    return Block(tuple(spans))


def question(draw: RenderContext) -> list[Block]:
    """A question, and what would show it."""
    subject = draw.subject
    if not isinstance(subject, Question):
        return []
    return [
        Block((Span(draw.label(subject.title), "bold"), Span("\n"), *draw.text(subject.asks))),
        Block((Span(draw.says("shows_it"), "bold"), Span("\n"), *draw.text(subject.shows))),
    ]


def action_plan(draw: RenderContext) -> list[Block]:
    """By competency: what is in place, and a first step for what is begun or not there; then the code to print it."""
    agency, ticks = draw.world.edition.agency, draw.state.ticks
    blocks = []
    for part in agency.assessment.parts if agency.assessment else ():
        answers = [(item, answer_of(ticks, item)) for item in asked(part, ticks)]
        done = sum(answer == 1 for _, answer in answers)
        spans = [Span(draw.label(part.title), "bold"), Span(f"\n{draw.says('answer_in_place')}: {done}/{len(answers)}")]
        for item, answer in answers:
            if answer > 1:
                spans += [Span(f"\n{SIGNS[answer]} {draw.label(item.title)}: "), *draw.text(item.begin)]
        if open_ := sum(not answer for _, answer in answers):
            spans.append(Span(f"\n{SIGNS[0]} {draw.says('no_answer')}: {open_}"))
        blocks.append(Block(tuple(spans)))
    if any(answer_of(ticks, item) for part in (agency.assessment.parts if agency.assessment else ()) for item in part.questions):
        blocks.append(Block((Span(f"{draw.says('code_to_print')} "), Span(code_of(ticks), "bold"))))
    return blocks


def scene(draw: RenderContext) -> list[Block]:
    """What a person says, and the three replies."""
    subject = draw.subject
    if not isinstance(subject, Scene):
        return []
    role = draw.says(f"role_{subject.who.replace('-', '_')}")
    head = (Span(draw.label(subject.title), "bold"), Span(f" · {role}\n"), *draw.text(subject.says))
    replies = [
        Block((Span(f"{letter}. ", "bold"), *draw.text(reply.text))) for letter, reply in zip("ABC", subject.replies, strict=True)
    ]
    return [Block(head), *replies, _origin(draw, subject)]


def reply(draw: RenderContext) -> list[Block]:
    """One reply, what it does and why."""
    subject = draw.subject
    if not isinstance(subject, SceneReply):
        return []
    said = subject.scene.replies[subject.number]
    return [
        Block((Span(f"{'ABC'[subject.number]}. ", "bold"), *draw.text(said.text))),
        Block((Span(draw.says(f"fits_{said.fits}"), "bold"), Span("\n"), *draw.text(said.does))),
    ]


def value(draw: RenderContext) -> list[Block]:
    """A card for a team meeting."""
    subject = draw.subject
    if not isinstance(subject, Value):
        return []
    return [Block((*draw.text(subject.says),)), Block((*draw.text(subject.ask),))]


def values(draw: RenderContext) -> list[Block]:
    """How to use the cards."""
    found = draw.world.edition.agency.values
    return [Block((*draw.text(found.how),)), _origin(draw, found, found.review)] if found else []


def _section(draw: RenderContext, section: Section) -> Block:
    spans = [Span(draw.label(section.title), "bold"), Span("\n")]
    if section.text:
        spans += draw.text(section.text)
    if section.way:
        spans += [Span("\n")] if section.text else []
        spans += draw.text(section.way.text)
        if not section.chosen:
            ways = f" ({draw.says('to_decide')}: {len(section.ways)})"
            spans += [Span(ways), Span(f"\n{draw.says('brings')} "), *draw.text(section.way.brings)]
    return Block(tuple(spans))


def policy(draw: RenderContext) -> list[Block]:
    """A policy as it stands: what was decided, and what still has to be."""
    subject = draw.subject
    if not isinstance(subject, Policy):
        return []
    filled = "".join(f"\n{draw.label(blank.label)}: {blank.value}" for blank in subject.blanks if blank.value)
    head = Block((Span(draw.label(subject.title), "bold"), Span(f"{filled}\n"), *draw.text(subject.why)))
    return [head, *(_section(draw, section) for section in subject.sections), _origin(draw, subject, subject.review)]


def barriers(draw: RenderContext) -> list[Block]:
    """The questionnaire for community groups."""
    found = draw.world.edition.agency.barriers
    if found is None:
        return []
    blocks = [Block((*draw.text(found.opening),))]
    for number, item in enumerate(found.barriers, 1):
        boxes = "".join(f"\n☐ {draw.label(box)}" for box in item.boxes)
        blocks.append(Block((Span(f"{number}. "), *draw.text(item.asks), Span(boxes))))
    return [*blocks, Block((*draw.text(found.closing),)), _origin(draw, found, found.review)]


AGENCY_BLOCKS: dict[str, Callable[[RenderContext], list[Block]]] = {
    "question": question,
    "action_plan": action_plan,
    "scene": scene,
    "reply": reply,
    "value": value,
    "values": values,
    "policy": policy,
    "barriers": barriers,
}
