"""Hard days step by step: a page a step, nothing kept, places that differ, young people, copies, links and typed words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.book import Edition
from bot.engine.episode_blocks import steps_of
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import LONGEST, pack, unpack
from bot.engine.turn import step
from bot.engine.types import Copy, Press, Start, Turn, Typed, World
from bot.find import Heard

LANGUAGES = ("en", "es")


def _words(turn: Turn) -> str:
    return turn.screen.text


def _press(world: World, turn: Turn, beginning: str) -> Turn:
    found = next(choice for choice in (*turn.screen.choices, *turn.screen.footer) if choice.label.startswith(beginning))
    return step(world, "", Press(found.token))


def _on(world: World, name: str, step_id: str = "episode.open", **also: object) -> Turn:
    episode = world.edition.episodes[name]
    state = State(language="en", step=world.index.flows.hash[step_id], subject=world.index.of[f"episode:{name}"])
    return step(world, "", Press(pack(state._replace(opened=episode.guarded, **also))))


def test_each_step_is_a_page_and_the_last_one_ends(world: World) -> None:
    """Next leads through all of them in order; the last has no next; back is the list."""
    for name, episode in world.edition.episodes.items():
        turn = _on(world, name, "episode.step")
        seen = [_words(turn)]
        while any(choice.kind == "more" for choice in turn.screen.choices):
            turn = step(world, "", Press(next(choice.token for choice in turn.screen.choices if choice.kind == "more")))
            seen.append(_words(turn))
        steps = world.edition.steps(episode)
        assert len(seen) == len(steps)
        for number, (words, each) in enumerate(zip(seen, steps, strict=True), 1):
            assert f"{number}/{len(steps)} · {each.title['en']}" in words
        assert _press(world, turn, "←").screen.step == "episode.open"


def test_one_begins_anywhere_and_reads_on_and_comes_back(world: World) -> None:
    """A step out of the list is its page; reading on about a topic, back is the list of steps again."""
    raid = world.edition.steps(world.edition.episodes["raid-now"])
    turn = _press(world, _on(world, "raid-now"), raid[2].title["en"])
    assert "3/7" in _words(turn)
    away = _press(world, _press(world, _on(world, "raid-now"), raid[1].title["en"]), "More:")
    assert away.screen.step == "topic.tips"
    assert _press(world, away, "←").screen.step == "episode.open"


def test_a_copy_holds_the_words_alone(world: World) -> None:
    """Neither the day nor the step stands in it; the screen stays on its step."""
    third = world.edition.steps(world.edition.episodes["raid-now"])[2].title["en"]
    turn = _press(world, _press(world, _on(world, "raid-now"), third), "Copy")
    copy = next(effect for effect in turn.effects if isinstance(effect, Copy))
    words = "".join(span.text for span in copy.spans)
    assert "I want to stay silent" in words
    assert "raid" not in words.lower()
    assert "3/7" in _words(turn)


def test_a_step_that_speaks_to_somebody_says_whether_police_may_come(edition: Edition) -> None:
    """And what is said is in every language."""
    for episode in edition.episodes.values():
        for each in episode.steps:
            if each.say or each.to:
                assert each.police, f"{episode.episode}/{each.step}"


def test_a_place_has_its_own_step(world: World) -> None:
    """A step written for a place takes the other's place there and is nowhere else."""
    seen = 0
    for episode in world.edition.episodes.values():
        for local in (each for each in episode.steps if each.valid_in):
            here = world.edition.steps(episode, local.valid_in[0])
            assert local in here
            assert local not in world.edition.steps(episode)
            if local.instead_of:
                assert local.instead_of not in [each.step for each in here]
            seen += 1
    assert seen


def test_somebody_under_18_sees_what_is_for_them(world: World) -> None:
    """An episode that is not for them has no step; a step for adults is left out."""
    for name, episode in world.edition.episodes.items():
        state = State(language="en", young=True, subject=world.index.of[f"episode:{name}"])
        shown = steps_of(RenderContext(world, state))
        assert not any(each.adults_only for each in shown)
        assert bool(shown) == episode.young


def test_links_and_topics_lead_there(world: World) -> None:
    """`en_raid-now` opens it; each topic that is named has its button."""
    turn = step(world, "", Start("en_raid-now", ""))
    assert turn.screen.step == "episode.open"
    for name, episode in world.edition.episodes.items():
        for topic in episode.topics:
            state = State(language="en", step=world.index.flows.hash["topic.tips"], subject=world.index.of[f"topic:{topic}"])
            labels: list[str] = []
            for page in range(4):
                labels += [c.label for c in step(world, "", Press(pack(state._replace(opened=True, page=page)))).screen.choices]
            title = episode.title["en"]
            assert any(label.startswith("Step by step") and title[:12] in label for label in labels), f"{topic} -> {name}"


@pytest.fixture
def listening(world: World) -> Callable[[str, str], Heard]:
    """The real finder, by its nets and words alone."""
    from bot.find import build_finder

    finder = build_finder(world.edition)
    return finder.by_nets


def test_typed_words_offer_it(world: World, listening: Callable[[str, str], Heard]) -> None:
    """Each phrase, and a sentence around it, is heard as its episode."""
    for name, episode in world.edition.episodes.items():
        for language, phrases in episode.phrases.items():
            for phrase in phrases:
                assert listening(phrase, language).episode == name, phrase


def test_the_offer_is_on_the_screen(world: World) -> None:
    """Below an answer where there is one, else the first choice; the topics stay."""
    said = {"sure": "found.answer", "choose": "found.choose", "unsure": "found.choose"}
    for band, expected in said.items():
        topics = ("police-stop",) if band != "unsure" else ()
        heard = Heard(band, topics=topics, language="en", episode="raid-now")
        hearing = replace(world, listen=lambda _text, _language, heard=heard: heard)
        turn = step(hearing, "", Typed("something"))
        assert turn.screen.step == expected
        assert any(choice.label.startswith("Step by step: A raid") for choice in turn.screen.choices)
    danger = Heard("unsure", language="en", episode="raid-now", emergency="attacked", danger="now")
    turn = step(replace(world, listen=lambda _text, _language: danger), "", Typed("something"))
    assert turn.screen.step == "found.card"


def test_tokens_stay_short(world: World) -> None:
    """With a word and every answer."""
    for name in world.edition.episodes:
        turn = _on(world, name, "episode.step", word="x" * 24, barriers=0x7FF, how=31, aims=(1, 2, 3, 4))
        for choice in (*turn.screen.choices, *turn.screen.footer):
            assert len(choice.token.encode()) <= LONGEST
            assert unpack(choice.token)


def test_words_to_hand_over_name_no_trade(world: World) -> None:
    """For every topic with people to turn to: three questions, and nothing of what the person does; guarded ones have none."""
    for name, topic in world.edition.topics.items():
        for who in ("topic.help", "legal.help", "change.help"):
            state = State(language="en", step=world.index.flows.hash[who], subject=world.index.of[f"topic:{name}"], opened=True)
            turn = step(world, "", Press(pack(state)))
            found = [choice for choice in turn.screen.choices if choice.label == "Words to send them"]
            assert bool(found) != topic.guarded, name
            if not found:
                continue
            copy = next(e for e in step(world, "", Press(found[0].token)).effects if isinstance(e, Copy))
            words = "".join(span.text for span in copy.spans).lower()
            for asked in ("police", "report", "id"):
                assert asked in words
            for told in ("sex", "client", "escort", "trade", topic.title["en"].lower()):
                assert told not in words, name
