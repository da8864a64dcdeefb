"""The blocks a step can show, drawn from the content: one function a kind, each giving pieces that paging never splits."""

from __future__ import annotations

from collections.abc import Callable

from bot.book import SERVICES, Card, PlanSection, Referral, Tip, Topic, Voice, in_groups
from bot.engine.agency_blocks import AGENCY_BLOCKS
from bot.engine.block import Block
from bot.engine.episode_blocks import episode, episode_step, episode_words, hand_over
from bot.engine.mix import PARTS, picks
from bot.engine.referrals import referral_blocks
from bot.engine.render_context import RenderContext
from bot.engine.types import Span


def _tip(draw: RenderContext, tip: Tip, joined: bool) -> Block:
    clock = (Span(draw.within(tip.clock), "bold"), Span("\n")) if tip.clock else ()
    spans: list[Span] = [Span("• "), *clock, *draw.text(tip.text)]
    if tip.valid_in:
        spans.append(Span(f" ({', '.join(draw.place_name(place) for place in tip.valid_in)})"))
    return Block(tuple(spans), tuple(tip.sources), joined=joined)


def tips(draw: RenderContext) -> list[Block]:
    """A topic's tips for the place and the settings chosen, under its title, each with its clock."""
    topic = draw.subject
    if not isinstance(topic, Topic):
        return []
    head = [Span(draw.label(topic.title), "bold")]
    if topic.area == "legal":
        head.append(Span(f"\n{draw.says('not_legal_advice')}"))
    found = draw.world.edition.tips(topic.topic, draw.place, draw.how, draw.state.young, draw.language)
    groups = in_groups(found)
    blocks = [Block(tuple(head), head=True), *(_tip(draw, tip, tip is not group[0]) for group in groups for tip in group)]
    if not found:
        blocks.append(Block((Span(draw.says("none_known")),)))
    if not draw.place and any(tip.valid_in for tip in topic.tips):
        blocks.append(Block((Span(draw.says("more_with_place")),)))
    return blocks


def card(draw: RenderContext) -> list[Block]:
    """An emergency card: its steps, what calling may bring and who answers, and only then the number that it needs."""
    subject = draw.subject
    if not isinstance(subject, Card):
        return []
    spans = [Span(draw.label(subject.called), "bold"), Span("\n"), *draw.text(subject.steps)]
    spans += [Span("\n\n"), *draw.text(subject.calling)]
    if subject.needs != "nobody":
        spans += [Span("\n"), *draw.numbers(subject.needs)]
    return [Block((*spans, *draw.checked(subject.review, subject.sources)))]


def nobody_called(draw: RenderContext) -> list[Block]:
    """Below a card that typed words opened: nobody comes for it. Not where a person beside them may be the danger."""
    discreet = isinstance(draw.subject, Card) and draw.subject.discreet
    return [] if discreet else [Block((Span(draw.says("nobody_called")),))]


def law(draw: RenderContext) -> list[Block]:
    """What the law says in short where the person is, with its date; or that nobody has written it down yet; or, without a place,
    what holds everywhere."""
    if draw.place in ("", "world"):
        return [Block((Span(draw.says("law_everywhere")),))]
    known = draw.world.edition.law(draw.place)
    if known is None:
        return [Block((Span(draw.says("law_unknown")),))]
    place, found = known
    head = (
        Span(draw.label(place.name), "bold"),
        Span(f" · {draw.says('as_of')} {found.as_of} · {draw.says('not_legal_advice')}\n"),
    )
    return [Block((*head, *draw.text(found.text), *draw.checked(found.review, found.sources)))]


def referral(draw: RenderContext) -> list[Block]:
    """One referral: disclosures first, then how to reach it."""
    return referral_blocks(draw.subject, draw) if isinstance(draw.subject, Referral) else []


def numbers(draw: RenderContext) -> list[Block]:
    """The numbers here by service, each behind who answers; or the numbers of every country."""
    return [Block(draw.numbers(service)) for service in SERVICES if draw.world.edition.emergency_table(service)]


_OPERATOR = ("runs", "pays", "police", "raids")


def operator(draw: RenderContext) -> list[Block]:
    """Who runs this bot, who pays, ties to police, raids: what is not stated is said as such."""
    stated = draw.world.edition.book.operator
    spans: list[Span] = []
    for name in _OPERATOR:
        value = getattr(stated, name)
        said = (Span(draw.says("not_stated")),) if value == "not stated" else draw.text(value)
        spans += [Span("\n" if spans else ""), Span(draw.says(f"operator_{name}"), "bold"), Span(" "), *said]
    if any(getattr(stated, name) == "not stated" for name in _OPERATOR):
        spans += [Span(f"\n{draw.says('operator_ask')}")]
    return [Block(tuple(span for span in spans if span.text))]


def facts(draw: RenderContext) -> list[Block]:
    """How old the facts are, how many contacts are hidden, and what awaits review."""
    edition = draw.world.edition
    oldest = min((topic.review.checked for topic in edition.topics.values()), default=edition.date)
    lines = [
        f"{draw.says('facts_age')} {oldest.isoformat()}.",
        f"{draw.says('facts_hidden')} {len(edition.hidden)}.",
    ]
    spans = [Span("\n".join(lines))]
    if edition.book.awaits:
        spans += [Span(f"\n{draw.says('facts_awaits')} "), *draw.text(edition.book.awaits)]
    return [Block(tuple(spans))]


def voice(draw: RenderContext) -> list[Block]:
    """A person's own published account, summed up, with its address and a warning where it is hard."""
    subject = draw.subject
    if not isinstance(subject, Voice):
        return []
    spans = [Span(draw.label(subject.title), "bold"), Span("\n")]
    if subject.hard:
        spans.append(Span(f"{draw.says('hard')} {draw.label(subject.hard)}\n"))
    spans += draw.text(subject.summary)
    if subject.web:
        spans += [Span("\n"), Span(draw.says("read_it"), "link", subject.web), Span(f" ({subject.language})")]
    return [Block((*spans, *draw.checked(subject.review, ())))]


def plan_section(draw: RenderContext) -> list[Block]:
    """A section of the safety plan: its title and what to think about; of a guarded one also its suggestions, to read."""
    section = draw.subject
    if not isinstance(section, PlanSection):
        return []
    blocks = [Block((Span(draw.label(section.title), "bold"), Span("\n"), *draw.text(section.asks)), head=True)]
    if section.guarded:
        blocks.append(Block((Span("\n".join(f"• {draw.label(item.text)}" for item in section.suggestions)),)))
    return blocks


def _ticked(draw: RenderContext, *, kept: bool) -> list[Block]:
    blocks = []
    for section in draw.world.edition.plan.values():
        if section.guarded or (kept and not section.copies):
            continue
        lines = [draw.label(item.text) for item in section.suggestions if draw.state.ticks >> item.tick & 1]
        if lines:
            text = "".join(f"\n☑ {line}" for line in lines)
            blocks.append(Block((Span(draw.label(section.title), "bold"), Span(text))))
    return blocks or [Block((Span(draw.says("plan_empty")),))]


def plan(draw: RenderContext) -> list[Block]:
    """Everything ticked, by section."""
    return _ticked(draw, kept=False)


def plan_kept(draw: RenderContext) -> list[Block]:
    """Everything ticked that may be kept as a copy: some sections are for the screen only."""
    return _ticked(draw, kept=True)


def mix(draw: RenderContext) -> list[Block]:
    """The things that fit what the person said, by part, each with a few words why. Their buttons are the list `mix`."""
    found = picks(draw)
    blocks = []
    for part in PARTS:
        lines = [f"\n• {pick.label}: {pick.why}" for pick in found if pick.part == part]
        if lines:
            blocks.append(Block((Span(draw.says(f"mix_{part}"), "bold"), Span("".join(lines))), joined=True))
    return blocks or [Block((Span(draw.says("none_known")),))]


def mix_kept(draw: RenderContext) -> list[Block]:
    """The same to keep: what things are called and nothing else, since the reasons are what the person answered."""
    return [Block((Span("\n".join(f"• {pick.label}" for pick in picks(draw))),))]


def three_words(draw: RenderContext) -> list[Block]:
    """The three words that cards carry too; nothing where the pack has no signed list, or one that ran out."""
    genuine = draw.world.edition.genuine
    words = genuine.words if draw.world.edition.date <= genuine.until else ()
    return [Block((Span(f"{draw.says('three_words')} "), Span(" · ".join(words), "bold")))] if words else []


def none_known(draw: RenderContext) -> list[Block]:
    """Said where a list of referrals would be empty."""
    return [Block((Span(draw.says("none_known")),))]


def floor(draw: RenderContext) -> list[Block]:
    """What of a chosen place's floor nobody fills yet, so that no list is taken for enough; nothing where it is whole."""
    if draw.place in ("", "world") or not (missing := draw.world.edition.floor(draw.place).missing):
        return []
    named = ", ".join(draw.says(f"floor_{slot}") for slot in missing)
    where = Span(draw.place_name(draw.place), "bold")
    return [Block((where, Span(f": {draw.says('floor_gap')} {named}. {draw.says('floor_world')}")))]


BLOCKS: dict[str, Callable[[RenderContext], list[Block]]] = {
    "tips": tips,
    "card": card,
    "law": law,
    "referral": referral,
    "numbers": numbers,
    "nobody_called": nobody_called,
    "operator": operator,
    "facts": facts,
    "voice": voice,
    "plan_section": plan_section,
    "plan": plan,
    "plan_kept": plan_kept,
    "mix": mix,
    "mix_kept": mix_kept,
    "none_known": none_known,
    "floor": floor,
    "three_words": three_words,
    "episode": episode,
    "episode_step": episode_step,
    "episode_words": episode_words,
    "hand_over": hand_over,
    **AGENCY_BLOCKS,
}
