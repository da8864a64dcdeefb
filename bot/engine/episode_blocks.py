"""The blocks of an episode: what it is, one step of it, the words of a step to copy; and words to hand over about a topic."""

from __future__ import annotations

from bot.book import Episode, EpisodeStep, Topic
from bot.engine.block import Block
from bot.engine.render_context import RenderContext
from bot.engine.types import Span


def steps_of(draw: RenderContext) -> tuple[EpisodeStep, ...]:
    """The steps of the episode that the screen is about, as they are where the person is."""
    subject = draw.subject
    if not isinstance(subject, Episode):
        return ()
    return draw.world.edition.steps(subject, draw.place, draw.state.young)


def step_at(draw: RenderContext) -> EpisodeStep | None:
    """The step on the page of the state; the last where there are fewer."""
    steps = steps_of(draw)
    return steps[min(draw.state.page, len(steps) - 1)] if steps else None


def episode(draw: RenderContext) -> list[Block]:
    """What the day is, above the list of its steps."""
    subject = draw.subject
    if not isinstance(subject, Episode):
        return []
    blocks = [Block((Span(draw.label(subject.title), "bold"), Span("\n"), *draw.text(subject.opens)), head=True)]
    if subject.area == "legal":
        blocks.append(Block((Span(draw.says("not_legal_advice")),), head=True))
    if not steps_of(draw):
        blocks.append(Block((Span(draw.says("none_known")),)))
    return blocks


def episode_step(draw: RenderContext) -> list[Block]:
    """Each step as a block of its own: the engine gives every one a page."""
    subject = draw.subject
    if not isinstance(subject, Episode):
        return []
    steps = steps_of(draw)
    blocks = [_step(draw, subject, step, f"{number}/{len(steps)}") for number, step in enumerate(steps, 1)]
    return blocks or [Block((Span(draw.says("none_known")),))]


def _step(draw: RenderContext, subject: Episode, step: EpisodeStep, at: str) -> Block:
    spans: list[Span] = [Span(f"{at} · {draw.label(step.title)}", "bold")]
    if step.clock:
        spans.append(Span(f" · {draw.within(step.clock)}"))
    spans += [Span("\n"), *draw.text(step.text)]
    if step.say:
        spans += [Span(f"\n\n{draw.says('step_say')} "), Span("“"), *draw.text(step.say), Span("”")]
    for name, texts in (("to", step.to), ("costs", step.costs), ("police", step.police)):
        if texts:
            spans += [Span("\n"), Span(f"{draw.says(f'step_{name}')} ", "bold"), *draw.text(texts)]
    if step.valid_in:
        spans.append(Span(f" ({', '.join(draw.place_name(place) for place in step.valid_in)})"))
    return Block((*spans, *draw.checked(subject.review, step.sources)))


def episode_words(draw: RenderContext) -> list[Block]:
    """The words of a step alone: what a copy holds. They name no day and no step."""
    step = step_at(draw)
    return [Block(draw.text(step.say))] if step and step.say else []


def hand_over(draw: RenderContext) -> list[Block]:
    """A short message to send to somebody who may help with the topic: what is needed, and the three questions that matter.

    It never names what the person does.
    """
    if not isinstance(draw.subject, Topic):
        return []
    words = (draw.says("hand_over_opens"), draw.says(f"hand_over_{draw.subject.area}"), draw.says("hand_over_asks"))
    return [Block((Span(" ".join(words)),))]
