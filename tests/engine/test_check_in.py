"""The check-in: what would be different, how soon, what is in the way; and the mix that follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from bot.book import Referral, Topic
from bot.engine.mix import MOST, PARTS, TOGETHER, answered, fits, picks
from bot.engine.paging import BUTTONS, WORDS, words_read
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import LONGEST, pack, unpack
from bot.engine.turn import step
from bot.engine.types import Choice, Copy, Press, Screen, Start, Turn, World
from bot.engine.walker import WORDS as OWN_WORDS

SAME_PACE = {"unsure": "someday"}
"""Paces that are one to the talk: "maybe" and "not sure" get the same."""
PLACES = ("", "us", "mx")


def _state(world: World, *, young: bool = False, place: str = "", language: str = "en", **answers: str) -> State:
    """The mix for one answer a field, as somebody comes to it who wants a change (or `aims`)."""
    options = world.index.flows.options
    aims = (options["aims"][answers.get("aims", "change")],) if answers.get("aims", "change") else ()
    bits = {name: 1 << options[name][answers[name]] - 1 for name in ("wants", "stays", "barriers") if answers.get(name)}
    return State(
        language=language,
        step=world.index.flows.hash["check_in.fits"],
        place=world.index.of.get(f"place:{place}", 0),
        aims=aims,
        pace=options["pace"].get(answers.get("pace", ""), 0),
        young=young,
        **bits,
    )


def _all(world: World) -> Iterator[dict[str, str]]:
    """Every pace with every change and every barrier, and each of them not answered."""
    options = world.index.flows.options
    for pace, want, barrier in product(("", *options["pace"]), ("", *options["wants"]), ("", *options["barriers"])):
        yield {"pace": pace, "wants": want, "barriers": barrier}


def _things(world: World, state: State, *parts: str) -> list[str]:
    """What is in a mix, by step and subject."""
    return [f"{pick.step}:{pick.subject}" for pick in picks(RenderContext(world, state)) if pick.part in (parts or PARTS)]


def _press(world: World, turn: Turn, label: str) -> Turn:
    return step(world, turn.token, Press(next(c.token for c in _buttons(turn.screen) if c.label == label)))


def _buttons(screen: Screen) -> tuple[Choice, ...]:
    return (*screen.choices, *screen.footer)


def _to(world: World, turn: Turn, name: str) -> Turn:
    """The press on a choice by its name in the flows."""
    spec = next(spec for spec in world.index.flows.steps[turn.screen.step].choices if spec.choice == name)
    label = spec.label["en"]
    for _ in range(3):
        found = next((c for c in turn.screen.choices if c.label in (label, f"✓ {label}")), None)
        if found:
            return step(world, turn.token, Press(found.token))
        turn = step(world, turn.token, Press(next(c.token for c in turn.screen.choices if c.kind == "more")))
    raise AssertionError(f"{name} is not on {turn.screen.step}")


def _now(turn: Turn) -> State:
    state = unpack(turn.token)
    assert state is not None
    return state


# --- the mix -------------------------------------------------------------------------------------------------------


def test_every_pace_with_every_change_and_barrier_has_something_of_each_part(world: World) -> None:
    """Safer steps always; steps of change wherever they are wanted, never where things stay or should only be safer; somebody
    to turn to always, with and without a place."""
    for place in PLACES:
        for answers in _all(world):
            found = picks(RenderContext(world, _state(world, place=place, **answers)))
            count = {part: sum(pick.part == part for pick in found) for part in PARTS}
            assert 1 <= count["safer"] <= MOST["safer"], answers
            assert 1 <= count["people"] <= MOST["people"], answers
            assert count["change"] <= MOST["change"]
            stays = answers["pace"] == "no_change" or answers["wants"] == "safer"
            assert bool(count["change"]) != stays, answers
            assert len(found) <= TOGETHER
            assert len({(pick.step, pick.subject) for pick in found}) == len(found), answers


def test_two_paces_that_differ_differ_in_a_step(world: World) -> None:
    """Whatever was named: no two paces show the same things, but for "maybe" and "not sure", which are the same screen."""
    options = world.index.flows.options
    for want, barrier in product(("", *options["wants"]), ("", *options["barriers"])):
        if want == "safer":
            continue
        shown: dict[tuple[str, ...], str] = {}
        for pace in ("", *options["pace"]):
            things = tuple(sorted(_things(world, _state(world, pace=pace, wants=want, barriers=barrier))))
            meant = SAME_PACE.get(pace, pace)
            assert shown.setdefault(things, meant) == meant, (pace, want, barrier)


def test_maybe_and_not_sure_show_one_screen(world: World) -> None:
    """To the letter: nothing tells them apart."""
    for want in world.index.flows.options["wants"]:
        first, second = (
            step(world, "", Press(pack(_state(world, pace=pace, wants=want)))).screen for pace in ("someday", "unsure")
        )
        assert first.text == second.text
        assert [choice.label for choice in first.choices] == [choice.label for choice in second.choices]


def test_what_was_named_is_what_is_shown(world: World) -> None:
    """Each change brings a safer step that nobody else gets first, and each barrier its own topic as a step."""
    options = world.index.flows.options
    plain = _things(world, _state(world), "safer")
    for want in set(options["wants"]) - {"safer", "stopping"}:
        assert _things(world, _state(world, wants=want), "safer") != plain, want
    for barrier in options["barriers"]:
        named = _things(world, _state(world, pace="soon", barriers=barrier), "change")
        assert set(named) - set(_things(world, _state(world, pace="soon"), "change")) or barrier == "money", barrier
    for stay in options["stays"]:
        kept = _things(world, _state(world, wants="money", stays=stay))
        assert kept != _things(world, _state(world, wants="money")) or stay in ("hours", "way", "money"), stay


def test_the_mix_is_one_page_with_a_button_for_each_thing(world: World) -> None:
    """No "more", nine buttons and 120 words at most, in both languages, with every length of the person's own word."""
    for language, place in product(("en", "es"), ("", "us")):
        for answers in _all(world):
            state = _state(world, language=language, place=place, **answers)
            for word in OWN_WORDS if not answers["barriers"] else ("x" * 24,):
                screen = step(world, "", Press(pack(state._replace(word=word)))).screen
                assert not [choice for choice in screen.choices if choice.kind == "more"], answers
                assert len(screen.choices) <= BUTTONS
                assert words_read(screen.text) <= WORDS, answers
            found = picks(RenderContext(world, state))
            for pick in found:
                assert f"{pick.label}: {pick.why}" in screen.text
            assert len(screen.choices) == len(found) + 2


def test_the_reason_beside_a_thing_is_what_the_person_named(world: World) -> None:
    """Not what somebody else might have: each reason is that of an answer given, or the one for everybody."""
    because = world.index.flows.stages.because
    assert because is not None
    for answers in _all(world):
        given = {(name, option) for name, option in (*answers.items(), ("aims", "change")) if option}
        own = {row.because["en"] for row in world.index.flows.stages.mix if row.because}
        fitting = {because.answers.get(name, {}).get(option, {}).get("en") for name, option in given}
        for pick in picks(RenderContext(world, _state(world, **answers))):
            assert pick.why in {*fitting, because.anyone["en"], *own}, (answers, pick)


# --- the invariants of the fact sheet -------------------------------------------------------------------------------


def _exit(world: World, state: State) -> list[str]:
    """Everything of a mix that is about change: its part, and whoever is there for that alone."""
    found = [pick.label for pick in picks(RenderContext(world, state)) if pick.part == "change"]
    for pick in picks(RenderContext(world, state)):
        subject = world.index.subject.get(pick.subject)
        if isinstance(subject, Referral) and set(subject.kinds) == {"exit_support"}:
            found.append(pick.label)
        if isinstance(subject, Topic) and subject.area == "exit":
            found.append(pick.label)
    return found


@pytest.mark.parametrize("place", PLACES)
def test_nothing_about_change_where_only_safety_was_asked_for(world: World, place: str) -> None:
    """Invariant a, and the same where things stay as they are; nor any word why."""
    headline = world.index.flows.says("mix_change", "en")
    for want, barrier in product(("", *world.index.flows.options["wants"]), ("", *world.index.flows.options["barriers"])):
        for answers in (
            {"pace": "no_change", "wants": want},
            {"aims": "safer", "wants": "safer"},
            {"pace": "soon", "wants": "safer"},
        ):
            state = _state(world, place=place, barriers=barrier, **answers)
            assert not _exit(world, state), answers
            text = step(world, "", Press(pack(state))).screen.text
            assert headline not in text
    assert not _exit(world, _state(world, place=place, aims="safer"))


def test_safer_steps_are_one_tap_away_from_every_mix(world: World) -> None:
    """Invariant b: the first button of every mix is one."""
    for answers in _all(world):
        state = _state(world, **answers)
        first = picks(RenderContext(world, state))[0]
        assert first.part == "safer"
        opened = step(world, "", Press(step(world, "", Press(pack(state))).screen.choices[0].token))
        assert opened.screen.step == first.step


def test_no_police_among_the_people_of_a_mix(world: World) -> None:
    """Invariant c: nobody whose page would begin with police, and no number stands on the mix itself."""
    for place in PLACES:
        for answers in _all(world):
            state = _state(world, place=place, **answers)
            for pick in picks(RenderContext(world, state)):
                subject = world.index.subject.get(pick.subject)
                if isinstance(subject, Referral):
                    assert subject.run_by != "police", subject.referral
    screen = step(world, "", Press(pack(_state(world, place="us", aims="hurt")))).screen
    assert not [span for span in screen.spans if span.style == "contact"]


def test_nobody_of_the_whole_world_stands_in_a_mix_for_a_kind_alone(world: World) -> None:
    """Only where a row names what they are for: a line for leaked images is no answer to drugs, and nobody is near everybody."""
    rows = [row for row in world.index.flows.stages.mix if row.part == "people"]
    looked = 0
    for place in PLACES:
        for answers in _all(world):
            draw = RenderContext(world, _state(world, place=place, **answers))
            topics = {topic for row in rows if fits(row, answered(draw)) for topic in row.topics}
            for pick in picks(draw):
                subject = world.index.subject.get(pick.subject)
                if isinstance(subject, Referral):
                    assert subject.place != "world" or topics & set(subject.topics), (answers, subject.referral)
                    looked += 1
    assert looked


def test_skipping_everything_still_helps(world: World) -> None:
    """Invariant d: three safer steps, some of change, and people; whichever questions were passed over."""
    first = _to(world, step(world, "", Start("", "en")), "change")
    for names in (("skip",), ("hours", "skip", "fits"), ("hours", "stays", "skip", "skip", "fits")):
        turn = first
        for name in names:
            turn = _to(world, turn, name)
        assert turn.screen.step == "check_in.fits"
        found = picks(RenderContext(world, _now(turn)))
        count = [sum(pick.part == part for pick in found) for part in PARTS]
        assert count[0] == 3
        assert count[1] >= 2
        assert count[2] >= 1


def test_no_stage_is_shown_or_kept(world: World) -> None:
    """Invariant e: the names of the table's first part stand on no mix and in no button, and the pace is not said again."""
    stages = {row.stage.split(",")[0].split(" of ")[0] for row in world.index.flows.stages.stages} - {"none"}
    assert {"precontemplation", "maintenance"} <= stages
    for pace in world.index.flows.options["pace"]:
        screen = step(world, "", Press(pack(_state(world, pace=pace)))).screen
        said = screen.text + " ".join(choice.label for choice in _buttons(screen))
        assert not [name for name in stages if name in said.lower()]


# --- the way there -------------------------------------------------------------------------------------------------


def _taps_to_mix(world: World, want: str, pace: str, barrier: str) -> int:
    turn, taps = _to(world, step(world, "", Start("", "en")), "change"), 1
    on_page = {choice.label for choice in turn.screen.choices}
    assert len(on_page) == len(world.index.flows.options["wants"]) + 1
    for at, name in (("check_in.different", want), ("change.pace", pace), ("weigh.open", "fits"), ("change.obstacles", barrier)):
        if turn.screen.step == at:
            here = {choice.label.removeprefix("✓ ") for choice in turn.screen.choices}
            label = next(c.label["en"] for c in world.index.flows.steps[at].choices if c.choice == name)
            turn, taps = _to(world, turn, name), taps + 1 + (label not in here)
    assert turn.screen.step == "check_in.fits", turn.screen.step
    return taps


def test_at_most_five_taps_with_one_answer_a_question(world: World) -> None:
    """From the first screen to the mix, for each change, pace and barrier, turning over included; three where only safety is
    asked for."""
    options = world.index.flows.options
    for want, pace in product(options["wants"], options["pace"]):
        for barrier in options["barriers"] if want == "hours" else ("tired",):
            taps = _taps_to_mix(world, want, pace, barrier)
            assert taps <= (5 if want != "safer" else 2), (want, pace, barrier)


def test_one_tap_adds_an_answer_and_one_takes_it_back(world: World) -> None:
    """On the screen of all answers each is a button of its own; the talk stays there."""
    turn = _to(world, step(world, "", Start("", "en")), "change")
    for name in ("hours", "soon", "housing"):
        turn = _to(world, turn, name)
    before = _now(turn)
    assert (before.wants, before.pace, before.barriers) == (2, 3, 1)
    turn = _to(world, turn, "answers")
    for field, label in (
        ("wants", "✓ Nights and hours"),
        ("barriers", "✓ A place to live"),
        ("pace", "✓ Something in the next weeks"),
    ):
        after = _press(world, turn, label)
        assert after.screen.step == "check_in.answers"
        assert _now(after) == _now(turn)._replace(**{field: 0})
    added = _to(world, _to(world, turn, "different"), "drugs")
    assert added.screen.step == "check_in.fits"
    assert _now(added).wants == 2 | 8


def test_a_press_on_a_given_answer_takes_it_back(world: World) -> None:
    """The mark says that it was given; the person stays on the question."""
    state = _state(world, wants="drugs")._replace(step=world.index.flows.hash["check_in.different"])
    turn = step(world, "", Press(pack(state)))
    assert [choice.label for choice in turn.screen.choices if choice.label.startswith("✓")] == ["✓ Drugs or alcohol with it"]
    after = _to(world, turn, "drugs")
    assert (after.screen.step, _now(after).wants) == ("check_in.different", 0)


def test_another_pace_ends_just_safer(world: World) -> None:
    """The last answer counts: who first wanted nothing but to be safer and then names weeks gets steps for weeks."""
    state = _state(world, wants="safer")._replace(step=world.index.flows.hash["change.pace"])
    turn = _to(world, step(world, "", Press(pack(state))), "soon")
    turn = _to(world, turn, "housing")
    assert any(pick.part == "change" for pick in picks(RenderContext(world, _now(turn))))


def test_the_order_of_options_is_the_same_for_everybody(world: World) -> None:
    """Whatever was said before, young or not: same buttons in the same order on each question."""
    for name in ("check_in.different", "check_in.stays", "change.pace", "change.obstacles", "weigh.open"):
        orders = set()
        for answers in ({}, {"wants": "drugs", "pace": "kept"}, {"aims": "stopped", "barriers": "tired"}):
            for young in (False, True):
                state = _state(world, young=young, **answers)._replace(step=world.index.flows.hash[name])
                screen = step(world, "", Press(pack(state))).screen
                orders.add(tuple(choice.label.removeprefix("✓ ") for choice in screen.choices))
        assert len(orders) == 1, name


def test_all_answers_with_the_longest_word_fit_a_token(world: World) -> None:
    """64 bytes with everything that can be said, on every question."""
    for name in ("check_in.fits", "check_in.answers", "check_in.different", "change.pace", "change.obstacles"):
        state = State(
            step=world.index.flows.hash[name], aims=(2, 3, 4, 5), pace=7, how=63, barriers=2**11 - 1, wants=2**9 - 1, stays=31,
            word="x" * 24, dismissed=(1, 2, 3), young=True,
        )  # fmt: skip
        screen = step(world, "", Press(pack(state))).screen
        for choice in _buttons(screen):
            assert len(choice.token.encode()) <= LONGEST


def test_the_four_lists_are_equal(world: World) -> None:
    """As many lines and as many accounts in each, in both languages; none is longer by more than a third."""
    steps = world.index.flows.steps
    lists = [steps[f"weigh.{name}"] for name in ("staying_gives", "staying_costs", "changing_gives", "changing_costs")]
    for language in ("en", "es"):
        said = [step_.say[language].raw for step_ in lists if step_.say]
        assert len(said) == 4
        assert len({text.count("\n- ") for text in said}) == 1
        lengths = [words_read(text) for text in said]
        assert max(lengths) <= min(lengths) * 4 / 3, (language, lengths)
    voices = [tuple(name for item in step_.lists for name in item.ids) for step_ in lists]
    assert len({len(names) for names in voices}) == 1
    assert all(name in world.edition.voices for names in voices for name in names)
    assert not [choice for step_ in lists for choice in step_.choices]


# --- a copy, and somebody under 18 ----------------------------------------------------------------------------------


def test_a_copy_names_things_and_nothing_that_was_said(world: World) -> None:
    """What they are called; no reason, no answer, no word of one's own. Its erase button carries nothing either."""
    because = world.index.flows.stages.because
    assert because is not None
    reasons = {labels["en"] for found in because.answers.values() for labels in found.values()} | {because.anyone["en"]}
    for answers in ({"wants": "drugs", "pace": "soon", "barriers": "record"}, {"wants": "stopping", "pace": "kept"}):
        state = _state(world, place="us", **answers)._replace(word="xyzzy")
        turn = step(world, "", Press(pack(state)))
        kept = _to(world, turn, "copy")
        (copy,) = (effect for effect in kept.effects if isinstance(effect, Copy))
        text = "".join(span.text for span in copy.spans)
        assert all(pick.label in text for pick in picks(RenderContext(world, state)))
        assert not [reason for reason in reasons if reason in text]
        assert "xyzzy" not in text
        erase = unpack(copy.erase.token)
        assert erase == State(language="en", step=world.index.flows.hash["leave.erase_copy"])


def test_under_eighteen_nothing_about_earning(world: World) -> None:
    """Health, safety, shelter and rights: no topic that is not for them, none of work and money, no other way of doing it."""
    earning = {"other-income", "cutting-down", "going-back", "cv-and-gaps", "bank-account", "school-and-training", "burnout",
               "work-rights", "money-apps", "online-work", "working-together"}  # fmt: skip
    steps = {"safer.where", "change.this_week", "change.money_soon", "change.since", "change.new_job", "weigh.open"}
    for place in PLACES:
        for answers in (*_all(world), *({"stays": stay, "wants": "money"} for stay in world.index.flows.options["stays"])):
            found = picks(RenderContext(world, _state(world, young=True, place=place, **answers)))
            assert found
            assert found[0].part == "safer"
            for pick in found:
                subject = world.index.subject.get(pick.subject)
                assert pick.step not in steps, answers
                if isinstance(subject, Topic):
                    assert subject.young
                    assert subject.topic not in earning, (answers, subject.topic)
