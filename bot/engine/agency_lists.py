"""The choices of the agency's talk: who asks, competencies, questions, answers, scenes and replies, cards, policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.book import CompetencyPart, Question, Scene, Value
from bot.engine.assessment import ANSWERS, ROLES, SIGNS, answer_of, asked, with_answer, with_role
from bot.engine.flow_schema import ListOf
from bot.engine.subject_index import SceneReply
from bot.engine.tokens import tail_of
from bot.engine.transitions import Target, Transitions

Item = tuple[str, Target]


def _of(moves: Transitions, kind: str, name: str) -> int:
    return moves.draw.world.index.of[f"{kind}:{name}"]


def _ticked(moves: Transitions, target: Target, ticks: int) -> Target:
    return Target(target.head, tail_of(moves.state.word, ticks))


def _roles(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """Who asks; the answers so far are kept."""
    for role in (None, *ROLES):
        label = moves.draw.says(f"role_{role.replace('-', '_')}" if role else "role_all")
        yield label, _ticked(moves, moves.to(spec.go or "agency.parts"), with_role(moves.state.ticks, role))


def _parts(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """Competencies, with how many questions have an answer."""
    assessment = moves.draw.world.edition.agency.assessment
    for part in assessment.parts if assessment else ():
        questions = asked(part, moves.state.ticks)
        done = sum(bool(answer_of(moves.state.ticks, question)) for question in questions)
        label = f"{done}/{len(questions)} {moves.draw.label(part.title)}"
        yield label, moves.to(spec.go or "agency.part", _of(moves, "part", part.competency))


def _questions(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    part = moves.draw.subject
    for question in asked(part, moves.state.ticks) if isinstance(part, CompetencyPart) else ():
        label = f"{SIGNS[answer_of(moves.state.ticks, question)]} {moves.draw.label(question.title)}"
        yield label, moves.to(spec.go or "agency.question", _of(moves, "question", question.question))


def _answers(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """In place, begun, not yet: each leads to the next question, the last of a part to the competencies."""
    draw, ticks = moves.draw, moves.state.ticks
    subject, assessment = draw.subject, draw.world.edition.agency.assessment
    if not isinstance(subject, Question) or not assessment:
        return
    part = next(part for part in assessment.parts if subject in part.questions)
    here = part.questions.index(subject)
    after = [item for item in asked(part, ticks) if part.questions.index(item) > here]
    if after:
        target = moves.to("agency.question", _of(moves, "question", after[0].question), remember=False)
    else:
        target = moves.bare(spec.go or "agency.parts", 0)
    for number, answer in enumerate(ANSWERS, 1):
        sign = "☑" if answer_of(ticks, subject) == number else SIGNS[number]
        yield f"{sign} {draw.says(f'answer_{answer}')}", _ticked(moves, target, with_answer(ticks, subject, number))


def _scenes(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """All scenes; after one, the next alone."""
    found = moves.draw.world.edition.agency.scenes
    scenes = list(found.scenes) if found else []
    subject = moves.draw.subject
    here = subject.scene if isinstance(subject, SceneReply) else None
    if here in scenes:
        following = scenes[(scenes.index(here) + 1) % len(scenes)]
        target = moves.to("agency.scene", _of(moves, "scene", following.scene), remember=False)
        yield f"{moves.draw.says('next_scene')} {moves.draw.label(following.title)}", target
        return
    for scene in scenes:
        yield moves.draw.label(scene.title), moves.to(spec.go or "agency.scene", _of(moves, "scene", scene.scene))


def _replies(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """The three replies; from one, the other two."""
    subject = moves.draw.subject
    chosen = subject.number if isinstance(subject, SceneReply) else None
    scene = subject.scene if isinstance(subject, SceneReply) else subject
    if not isinstance(scene, Scene):
        return
    for number, letter in enumerate("ABC"):
        if number != chosen:
            target = moves.to(spec.go or "agency.reply", _of(moves, "reply", f"{scene.scene}-{number}"), remember=False)
            yield f"{moves.draw.says('reply')} {letter}", target


def _values(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    """All cards; from one, the next."""
    found = moves.draw.world.edition.agency.values
    cards = list(found.values) if found else []
    if isinstance(moves.draw.subject, Value):
        following = cards[(cards.index(moves.draw.subject) + 1) % len(cards)]
        yield moves.draw.says("next_card"), moves.to("agency.value", _of(moves, "value", following.value), remember=False)
        return
    for number, card in enumerate(cards, 1):
        words = "".join(span.text for span in moves.draw.text(card.says))
        yield f"{number}. {words}", moves.to(spec.go or "agency.value", _of(moves, "value", card.value))


def _policies(moves: Transitions, spec: ListOf) -> Iterator[Item]:
    for name, policy in moves.draw.world.edition.agency.policies.items():
        yield moves.draw.label(policy.title), moves.to(spec.go or "agency.policy", _of(moves, "policy", name))


AGENCY_LISTS: dict[str, Callable[[Transitions, ListOf], Iterator[Item]]] = {
    "roles": _roles,
    "parts": _parts,
    "questions": _questions,
    "answers": _answers,
    "scenes": _scenes,
    "replies": _replies,
    "values": _values,
    "policies": _policies,
}
