"""The agency's talk: every screen in every language, answers that fit a token, and no way into it from a person's menu."""

from __future__ import annotations

import pytest

from bot.book.agency import MARKS
from bot.engine.assessment import ROLES, answer_of, asked, code_of, role_of, ticks_of, with_answer, with_role
from bot.engine.state import State
from bot.engine.tokens import LONGEST, pack, unpack
from bot.engine.turn import step
from bot.engine.types import Press, Screen, Start, Typed, World
from bot.engine.walker import walk


def _parts(world: World) -> list:
    assert world.edition.agency.assessment
    return world.edition.agency.assessment.parts


def _screen(world: World, step_id: str, subject: str = "", ticks: int = 0, language: str = "en") -> Screen:
    number = world.index.of[subject] if subject else 0
    state = State(language=language, step=world.index.flows.hash[step_id], subject=number, ticks=ticks)
    return step(world, "", Press(pack(state))).screen


def _all_answered(world: World, answer: int, role: str | None = None) -> int:
    ticks = with_role(0, role)
    for part in _parts(world):
        for question in part.questions:
            ticks = with_answer(ticks, question, answer)
    return ticks


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_screen_of_it_holds_together(world: World, language: str) -> None:
    """All steps, questions, scenes, replies, cards and policies are reached; labels are whole; tokens fit."""
    found = walk(world, language, start="agency.home")
    seen = {visit.step for visit in found.visits}
    own = {name for name, made in world.index.flows.steps.items() if name.startswith("agency.") and not made.does}
    assert not own - seen
    subjects = {state.subject for visit in found.visits if (state := unpack(visit.token))}
    for kind in ("question:", "scene:", "reply:", "value:", "policy:"):
        assert not {name for name, number in world.index.of.items() if name.startswith(kind) and number not in subjects}
    assert found.longest <= LONGEST
    for visit in found.visits:
        if visit.step.startswith("agency."):
            assert len(visit.screen.text) <= world.surface.limit
            if visit.step != "agency.values":
                assert not [choice.label for choice in visit.screen.choices if choice.label.endswith("…")], visit.step


def test_nothing_leads_to_it_from_a_persons_menu(world: World) -> None:
    """No press from the first screen; only its own link."""
    assert not [visit for visit in walk(world, "en", "us", vary=False).visits if visit.step.startswith("agency.")]
    assert step(world, "", Start("g8", "es")).screen.step == "agency.home"
    assert step(world, "", Start("n6", "en")).screen.step == "agency.policy"


def test_all_answers_fit_a_token_beside_a_whole_plan(world: World) -> None:
    """And never touch the ticks of a safety plan."""
    marks = [question.mark for part in _parts(world) for question in part.questions]
    assert sorted(marks) == list(range(len(marks)))
    assert len(marks) <= MARKS
    plan = sum(1 << item.tick for section in world.edition.plan.values() for item in section.suggestions)
    ticks = _all_answered(world, 3, "board") | plan
    token = pack(State(step=1, ticks=ticks))
    assert len(token.encode()) <= LONGEST
    state = unpack(token)
    assert state is not None
    assert state.ticks == ticks
    assert role_of(ticks) == "board"
    assert all(answer_of(plan, question) == 0 for part in _parts(world) for question in part.questions)


def test_each_role_sees_its_questions(world: World) -> None:
    """Front desk, clinician and board each have some in every competency, and the house has all."""
    everything = {question.question for part in _parts(world) for question in part.questions}
    assert len(everything) == 23
    for role in ROLES:
        own = {question.question for part in _parts(world) for question in asked(part, with_role(0, role))}
        assert own < everything
        assert len(own) >= 10, role


GUIDE = {
    "constellation": {
        "people define their own experience": "own-definition",
        "what is traumatic for one may not be for another": "own-hurt",
        "engagement changes as circumstances do": "things-change",
        "how somebody trades sex is not who they are": "work-is-not-identity",
    },
    "stages": {
        "people define their goals and needs": "own-goals",
        "leaving: opportunities that answer the barriers": "real-ways-out",
        "rights at new workplaces": "rights-at-work",
        "the community knows first": "community-knows",
        "violence, overdose and infection prevention together": "three-together",
    },
    "criminalization": {
        "find legal intermediaries": "legal-intermediaries",
        "support without law enforcement": "without-police",
        "trauma from policing, with or without a record": "police-trauma",
        "ties to law enforcement are transparent": "say-your-ties",
        "the danger for everyone in their life": "peers-at-risk",
    },
    "stigma": {
        "all staff in values alignment": "everybody-aligned",
        "primary texts and a diversity of stories": "many-voices",
        "talk openly in literature and offerings": "said-in-print",
        "reflect people's language": "their-words",
        "practise talking about sex": "practise-talking",
    },
    "policies": {
        "sexual harassment policy for staff and participants": "harassment-policy",
        "confidentiality: write down as little as possible": "confidentiality-policy",
        "find out the barriers from community organizations": "ask-about-barriers",
        "share expectations with partners": "share-with-partners",
    },
}
"""Each bullet of the guide, in its order, and the question that asks for it. The last is the heading of competency five."""


def test_each_bullet_of_the_guide_is_a_question(world: World) -> None:
    """None left out, none made up, in the guide's order; each with what would show it and a first step, in each language."""
    parts = _parts(world)
    assert {part.competency: [item.question for item in part.questions] for part in parts} == {
        name: list(bullets.values()) for name, bullets in GUIDE.items()
    }
    for part in parts:
        for item in part.questions:
            for texts in (item.asks, item.shows, item.begin):
                assert set(texts) >= set(world.edition.languages)


def test_an_answer_leads_to_the_next_question_and_the_last_to_the_competencies(world: World) -> None:
    """Answered again, it changes; the answers travel."""
    turn = step(
        world,
        "",
        Press(pack(State(step=world.index.flows.hash["agency.question"], subject=world.index.of["question:own-definition"]))),
    )
    second = step(world, "", Press(turn.screen.choices[2].token))
    assert unpack(second.token).subject == world.index.of["question:own-hurt"]
    last = _screen(world, "agency.question", "question:work-is-not-identity", unpack(second.token).ticks)
    done = step(world, "", Press(last.choices[0].token))
    assert done.screen.step == "agency.parts"
    assert [choice.label[:3] for choice in done.screen.choices[:2]] == ["2/4", "0/5"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_action_plan_names_a_first_step_for_what_is_missing(world: World, language: str) -> None:
    """By competency; what is in place is counted and needs no step."""
    question = _parts(world)[0].questions[0]
    pages, ticks = [], _all_answered(world, 1)
    ticks = with_answer(ticks, question, 3)
    turn = step(world, "", Press(pack(State(language=language, step=world.index.flows.hash["agency.action"], ticks=ticks))))
    for _ in range(9):
        pages.append(turn.screen.text)
        more = [choice for choice in turn.screen.choices if choice.kind == "more"]
        if not more or more[0].label.endswith("(1/2)"):
            break
        turn = step(world, "", Press(more[0].token))
    text = "\n".join(pages)
    assert question.begin[language].raw in text
    assert _parts(world)[1].questions[0].begin[language].raw not in text
    assert code_of(ticks) in text


def test_a_code_prints_the_same_answers() -> None:
    """Twelve letters; anything else is refused with words."""
    ticks = 0b10_01_11 << 112
    assert len(code_of(ticks)) == 12
    assert ticks_of(code_of(ticks).lower()) == ticks
    for wrong in ("", "short", "!!!!!!!!!!!!", "A" * 13):
        with pytest.raises(ValueError, match="twelve"):
            ticks_of(wrong)


def test_typed_words_are_not_taken(world: World) -> None:
    """Nothing typed in the agency's talk is answered or kept."""
    token = step(world, "", Start("g8", "en")).token
    turn = step(world, token, Typed("our participant Ana said"))
    assert turn.screen.step == "agency.home"


def test_there_are_twelve_scenes_or_more_over_all_competencies(world: World) -> None:
    """Each has one reply of each kind; each scene and policy has sources or is marked as ours."""
    agency = world.edition.agency
    assert agency.scenes
    assert len(agency.scenes.scenes) >= 12
    assert {scene.competency for scene in agency.scenes.scenes} == {part.competency for part in _parts(world)}
    assert {scene.who for scene in agency.scenes.scenes} == set(ROLES)
    for scene in agency.scenes.scenes:
        assert sorted(reply.fits for reply in scene.replies) == ["no", "partly", "yes"], scene.scene
        assert (scene.origin == "ours") != bool(scene.sources)
    assert set(agency.policies) == {"sexual-harassment", "confidentiality", "law-enforcement", "barriers-at-the-door", "language"}
    for policy in agency.policies.values():
        assert policy.sources
        assert any(section.ways for section in policy.sections)
