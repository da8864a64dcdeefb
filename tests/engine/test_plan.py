"""The safety plan: ticks travel in the token, typed words are refused, two sections leave no copy, one is guarded."""

from __future__ import annotations

from bot.engine.paging import BUTTONS
from bot.engine.tokens import LONGEST, pack, unpack
from bot.engine.turn import step
from bot.engine.types import Alert, Copy, Leave, Press, Turn, Typed, World


def _at(world: World, step_id: str, section: str = "", ticks: int = 0, *, opened: bool = False) -> str:
    state = unpack(step(world, "", Press("")).token)
    assert state is not None
    subject = world.index.of[f"plan:{section}"] if section else 0
    return pack(state._replace(step=world.index.flows.hash[step_id], subject=subject, ticks=ticks, opened=opened))


def test_there_are_eighteen_sections_with_their_rules(world: World) -> None:
    """Two offer no copy; the one on control opens behind its neutral page."""
    plan = world.edition.plan
    assert len(plan) == 18
    assert [name for name, section in plan.items() if not section.copies] == ["controlled", "where-i-keep-it"]
    assert [name for name, section in plan.items() if section.guarded] == ["controlled"]


def test_a_tap_ticks_and_another_takes_it_back(world: World) -> None:
    """And everything ticked at once still fits a token."""
    turn = step(world, "", Press(_at(world, "plan.section", "kit")))
    assert turn.screen.choices[0].label.startswith("☐")
    ticked = step(world, turn.token, Press(turn.screen.choices[0].token))
    assert ticked.screen.choices[0].label.startswith("☑")
    assert step(world, "", Press(ticked.screen.choices[0].token)).screen.choices[0].label.startswith("☐")
    everything = sum(1 << item.tick for section in world.edition.plan.values() for item in section.suggestions)
    full = step(world, "", Press(_at(world, "plan.show", ticks=everything)))
    for choice in (*full.screen.choices, *full.screen.footer):
        assert len(choice.token.encode()) <= LONGEST


def test_typed_words_are_refused(world: World) -> None:
    """A plan can be found: nothing typed is taken."""
    for step_id in ("plan.open", "plan.all", "plan.show"):
        token = _at(world, step_id)
        turn = step(world, token, Typed("my address is 5"))
        assert turn.screen.step == step_id
        assert any(isinstance(effect, Alert) for effect in turn.effects)


def test_a_copy_leaves_out_what_may_not_be_kept(world: World) -> None:
    """On the screen it is there; in the copy it is not."""
    hidden = world.edition.plan["where-i-keep-it"].suggestions[0]
    kit = world.edition.plan["kit"].suggestions[0]
    ticks = 1 << hidden.tick | 1 << kit.tick
    shown = step(world, "", Press(_at(world, "plan.show", ticks=ticks)))
    assert hidden.text["en"] in shown.screen.text
    kept = step(world, "", Press(_at(world, "plan.keep", ticks=ticks)))
    (copy,) = (effect for effect in kept.effects if isinstance(effect, Copy))
    text = "".join(span.text for span in copy.spans)
    assert kit.text["en"] in text
    assert hidden.text["en"] not in text


def test_nothing_about_control_is_ticked_shown_or_copied(world: World) -> None:
    """Its suggestions are for reading; what an old button holds of them is neither marked, listed nor copied."""
    section = world.edition.plan["controlled"]
    ticks = sum(1 << item.tick for item in section.suggestions)
    opened = step(world, "", Press(_at(world, "plan.section", "controlled", opened=True)))
    assert all(item.text["en"] in opened.screen.text for item in section.suggestions)
    assert not [choice for choice in opened.screen.choices if choice.label[0] in "☐☑"]
    for step_id in ("plan.show", "plan.all", "plan.leaving"):
        text = step(world, "", Press(_at(world, step_id, ticks=ticks, opened=True)))
        labels = "\n".join(choice.label for choice in text.screen.choices)
        assert not any(item.text["en"] in text.screen.text for item in section.suggestions)
        assert "✓" not in labels
    (copy,) = (each for each in step(world, "", Press(_at(world, "plan.keep", ticks=ticks))).effects if isinstance(each, Copy))
    assert not any(item.text["en"] in "".join(span.text for span in copy.spans) for item in section.suggestions)


def test_getting_away_is_in_no_button_but_the_one_that_opens_it(world: World) -> None:
    """Its label says nothing, it opens behind the neutral page, and no button on it leads back to it."""
    turn = step(world, "", Press(_at(world, "plan.open")))
    opens = next(choice for choice in turn.screen.choices if choice.label == "For something else")
    assert "someone" not in step(world, "", Press(opens.token)).screen.text
    turn = step(world, "", Press(_at(world, "plan.leaving", opened=True)))
    assert "away from someone" in turn.screen.text
    leaving = world.index.flows.hash["plan.leaving"]
    for choice in (*turn.screen.choices, *turn.screen.footer):
        state = unpack(choice.token)
        assert state is not None
        assert state.via != leaving
        assert choice.kind == "more" or state.step != leaving


def test_the_section_on_control_opens_behind_a_neutral_page(world: World) -> None:
    """Nothing of it shows before the second tap."""
    turn = step(world, "", Press(_at(world, "plan.section", "controlled")))
    assert "controls" not in turn.screen.text
    opened = step(world, "", Press(_at(world, "plan.section", "controlled", opened=True)))
    assert "controls" in opened.screen.text


SCREENS = ("plan.open", "plan.stay", "plan.change", "plan.leaving", "plan.all", "plan.show", "plan.how")


def _sections(world: World, step_id: str, **state: int) -> list[str]:
    """The ids of the sections on every page of a list."""
    names = {number: name for name, number in world.index.of.items()}
    found: list[str] = []
    start = unpack(_at(world, step_id))
    assert start is not None
    for page in range(4):
        turn = step(world, "", Press(pack(start._replace(page=page, opened=True, **state))))
        for choice in turn.screen.choices:
            after = unpack(choice.token)
            if after and (name := names.get(after.subject, "")).startswith("plan:") and name not in found:
                found.append(name)
    return [name.removeprefix("plan:") for name in found]


def test_any_section_comes_first(world: World) -> None:
    """From each purpose a tap opens any of its sections; "show it all" has all eighteen, however the person does it."""
    plan = world.edition.plan
    for step_id, path in (("plan.stay", "stay"), ("plan.change", "change"), ("plan.leaving", "leave-someone")):
        assert _sections(world, step_id) == [name for name, section in plan.items() if path in section.paths]
    assert _sections(world, "plan.all") == list(plan)
    for code in world.index.flows.options["how"].values():
        assert sorted(_sections(world, "plan.all", how=1 << code - 1)) == sorted(plan)


def test_it_is_said_first_why_nothing_typed_is_taken(world: World) -> None:
    """Found, or asked for by a court; paper, memory or a code of one's own."""
    for language, words in (
        ("en", ("court", "typed", "Paper, memory or a code")),
        ("es", ("juez", "escrito", "Papel, memoria o un código")),
    ):
        state = unpack(_at(world, "plan.open"))
        assert state is not None
        text = step(world, "", Press(pack(state._replace(language=language)))).screen.text
        assert all(word in text for word in words)


def test_one_tap_leaves_from_every_screen_of_it(world: World) -> None:
    """And nothing typed is taken on any of them, sections included."""
    tokens = [_at(world, step_id) for step_id in SCREENS]
    tokens += [_at(world, "plan.section", name, opened=True) for name in world.edition.plan]
    for token in tokens:
        turn = step(world, "", Press(token))
        (leave,) = (choice for choice in turn.screen.footer if choice.kind == "leave")
        assert any(isinstance(effect, Leave) for effect in step(world, token, Press(leave.token)).effects)
        assert any(isinstance(effect, Alert) for effect in step(world, token, Typed("5 Elm Street")).effects)


def test_how_a_person_does_it_comes_first(world: World) -> None:
    """Sections for another way go last; the tips beside a section are those for their way."""
    how = world.index.flows.options["how"]
    online = _sections(world, "plan.all", how=1 << how["online"] - 1)
    assert online[-1] == "place-and-exit"
    for way, topic in (
        ("dancing", "dancing"),
        ("outcall", "outcall"),
        ("indoors", "working-inside"),
        ("outdoors", "working-outdoors"),
    ):
        state = unpack(_at(world, "plan.section", "place-and-exit"))
        assert state is not None
        turn = step(world, "", Press(pack(state._replace(how=1 << how[way] - 1))))
        title = world.edition.topics[topic].title["en"]
        assert next(choice.label for choice in turn.screen.choices if choice.label[0] not in "☐☑") == title


def test_saying_how_leads_back_to_the_list_it_was_said_on(world: World) -> None:
    """What the plan is for is not lost by it."""
    turn = step(world, "", Press(_at(world, "plan.change")))
    turn = _press(world, turn, "How I do it")
    turn = _press(world, turn, "Outdoors")
    assert turn.screen.step == "plan.change"
    state = unpack(turn.token)
    assert state is not None
    assert state.how


def test_each_of_the_two_sections_leaves_no_copy(world: World) -> None:
    """On the screen all of it; in the copy none of either. The copy has an erase button of its own."""
    plan = world.edition.plan
    everything = sum(1 << item.tick for section in plan.values() for item in section.suggestions)
    kept = step(world, "", Press(_at(world, "plan.keep", ticks=everything)))
    (copy,) = (effect for effect in kept.effects if isinstance(effect, Copy))
    text = "".join(span.text for span in copy.spans)
    for section in plan.values():
        assert (section.title["en"] in text) == section.copies
        for item in section.suggestions:
            if section.copies:
                assert item.text["en"] in text
    assert copy.erase.kind == "erase"


def test_ticks_come_back_after_a_tour_through_tips(world: World) -> None:
    """They travel in every button, also through the topics beside a section and back."""
    tick = world.edition.plan["kit"].suggestions[0].tick
    turn = step(world, "", Press(_at(world, "plan.section", "kit", ticks=1 << tick)))
    turn = step(world, "", Press(next(c for c in turn.screen.choices if c.label[0] not in "☐☑").token))
    assert turn.screen.step == "topic.tips"
    turn = step(world, "", Press(next(c for c in turn.screen.footer if c.kind == "back").token))
    assert turn.screen.step == "plan.section"
    assert any(choice.label.startswith("☑") for choice in turn.screen.choices)


def test_a_section_is_one_page(world: World) -> None:
    """Every suggestion, the list and, where nine buttons leave room, a way to read on: nothing hides behind "more"."""
    for name, section in world.edition.plan.items():
        for language in world.edition.languages:
            state = unpack(_at(world, "plan.section", name, opened=True))
            assert state is not None
            screen = step(world, "", Press(pack(state._replace(language=language)))).screen
            labels = [choice.label for choice in screen.choices]
            assert not [choice for choice in screen.choices if choice.kind == "more"], name
            assert sum(label[0] == "☐" for label in labels) == (0 if section.guarded else len(section.suggestions))
            assert not [label for label in labels if label.endswith("…") and label[0] == "☐"]
            assert sum(choice.kind == "choice" for choice in screen.choices) <= BUTTONS
            reads_on = world.edition.topics[section.also[0]].title[language][:20] in " ".join(labels)
            assert reads_on == (len(section.suggestions) < BUTTONS - 1)


def _press(world: World, turn: Turn, label: str) -> Turn:
    return step(world, turn.token, Press(next(choice for choice in turn.screen.choices if choice.label == label).token))
