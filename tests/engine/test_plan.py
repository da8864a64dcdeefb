"""The safety plan: ticks travel in the token, typed words are refused, two sections leave no copy, one is guarded."""

from __future__ import annotations

from bot.engine.step import step
from bot.engine.tokens import LONGEST, pack, unpack
from bot.engine.types import Alert, Copy, Press, Typed, World


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
    controlled = world.edition.plan["controlled"].suggestions[0]
    kit = world.edition.plan["kit"].suggestions[0]
    ticks = 1 << controlled.tick | 1 << kit.tick
    shown = step(world, "", Press(_at(world, "plan.show", ticks=ticks)))
    assert controlled.text["en"] in shown.screen.text
    kept = step(world, "", Press(_at(world, "plan.keep", ticks=ticks)))
    (copy,) = (effect for effect in kept.effects if isinstance(effect, Copy))
    text = "".join(span.text for span in copy.spans)
    assert kit.text["en"] in text
    assert controlled.text["en"] not in text


def test_the_section_on_control_opens_behind_a_neutral_page(world: World) -> None:
    """Nothing of it shows before the second tap."""
    turn = step(world, "", Press(_at(world, "plan.section", "controlled")))
    assert "controls" not in turn.screen.text
    opened = step(world, "", Press(_at(world, "plan.section", "controlled", opened=True)))
    assert "controls" in opened.screen.text
