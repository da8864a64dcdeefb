"""Limits that somebody would not see are told where they are named; withdrawals of limits where they are withdrawn."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.authoring.editing.actions import ActionRefused, withdraw
from bot.authoring.editing.retraction import retract
from bot.authoring.lint.rules.limit_hidden import RULE as HIDDEN
from bot.authoring.lint.rules.limit_withdrawn import RULE as WITHDRAWN
from bot.authoring.lint.runner import surveyed
from bot.book import FILE as RETRACTIONS
from bot.book import Fault
from tests.authoring.packs import on_disk
from tests.book.pack import REVIEW, pack
from tests.book.test_limits import DOSE, LOCAL, TOPIC, tip, topic
from tests.conftest import TODAY

CARD = "content/cards/od.yaml"
OD = "content/topics/overdose/od.yaml"


def files(*tips: str, **more: str) -> dict[str, bytes]:
    made = {**pack(), TOPIC: topic(*tips)}
    if local := more.get("local"):
        made[LOCAL] = f"topic: pep\n{local}{REVIEW}\n".encode()
    if gone := more.get("gone"):
        entries = "".join(f"  - withdraw: tip\n    id: {name}\n    why: wrong\n    on: 2026-11-02\n" for name in gone.split())
        made[RETRACTIONS] = f"retractions:\n{entries}".encode()
    if limit := more.get("card"):
        made[CARD] = made[CARD].replace(b"sources: [cdc]", f"limits: [{limit}]\nsources: [cdc]".encode())
    return made


def hidden(made: dict[str, bytes]) -> list[Fault]:
    return list(HIDDEN.look(surveyed(made, TODAY)))


@pytest.mark.parametrize(
    ("limit", "local", "said"),
    [
        (tip("limit", "    valid_in: [us-ny]\n"), "", "where no place was chosen"),
        (tip("limit"), "hide: [limit]\n", "in US (us)"),
        (tip("limit", what="outdoors"), "", "to who chose indoors"),
        (tip("limit", "    adults_only: true\n"), "", "to people under 18"),
        (tip("limit", status="unverified"), "", "nobody sees it"),
        (tip("limit", text="{en: Not too much.}"), "", "in every language of this one"),
    ],
    ids=["elsewhere", "hidden", "setting", "age", "unverified", "language"],
)
def test_a_limit_that_somebody_does_not_see_is_told_once_at_its_line(limit: str, local: str, said: str) -> None:
    (fault,) = hidden(files(DOSE, limit, tip("other"), local=local))
    assert (fault.file, fault.line, fault.column > 1, fault.severity) == (TOPIC, 12, True, "error")
    assert said in fault.what
    assert '"limit"' in fault.what
    assert "Or name another tip" in fault.fix


def test_a_limit_that_is_shown_wherever_its_tip_is_brings_no_fault() -> None:
    dose = tip("dose", "    valid_in: [us-ny]\n    needs: [limit]\n", what="outdoors")
    assert not hidden(files(dose, tip("limit", "    valid_in: [us]\n"), tip("other")))


def test_a_place_s_own_tip_is_told_in_its_own_file() -> None:
    local = "tips:\n" + tip("own", "    needs: [limit]\n")
    (fault,) = hidden(files(tip("limit", "    valid_in: [us-ny]\n"), tip("other"), local=local))
    assert (fault.file, fault.line) == (LOCAL, 8)


def test_a_card_is_told_when_its_limit_is_not_shown_everywhere() -> None:
    made = files(DOSE, tip("limit"), card="call")
    assert not hidden(made)
    made[OD] = made[OD].replace(b"status: read\n", b"status: read\n    valid_in: [us]\n")
    (fault,) = hidden(made)
    assert (fault.file, fault.line, 'limited by "call"' in fault.what) == (CARD, 9, True)


def test_withdrawing_a_limit_is_told_in_the_list_until_what_it_limits_goes_too() -> None:
    (fault,) = WITHDRAWN.look(surveyed(files(DOSE, tip("limit"), gone="pep/limit"), TODAY))
    assert (fault.file, fault.line, fault.severity) == (RETRACTIONS, 3, "error")
    assert 'Withdraw "pep/dose" too' in fault.fix
    assert not [*WITHDRAWN.look(surveyed(files(DOSE, tip("limit"), gone="pep/limit pep/dose"), TODAY))]
    (fault,) = WITHDRAWN.look(surveyed(files(DOSE, tip("limit"), card="call", gone="od/call"), TODAY))
    assert 'card "od"' in fault.what
    assert f"`limits:` of {CARD}" in fault.fix


def test_retract_takes_the_tips_with_their_limit(tmp_path: Path) -> None:
    """So that the list says what people no longer see, and `check` stays green."""
    content = on_disk(files(DOSE, tip("limit")), tmp_path) / "content"
    entry = retract(content, "pep/limit", "a wrong number", dt.date(2026, 11, 23))
    assert entry.count("withdraw: tip") == 2
    assert 'id: "pep/dose"' in entry
    made = {**files(DOSE, tip("limit")), RETRACTIONS: (content / "retractions.yaml").read_bytes()}
    assert not [*WITHDRAWN.look(surveyed(made, TODAY))]


@pytest.mark.parametrize("name", ["od/call", "od"])
def test_the_limit_of_a_card_cannot_be_withdrawn(tmp_path: Path, name: str) -> None:
    """On the command line and on the desk; its whole topic neither. Named in no card, it can."""
    made = files(DOSE, tip("limit"), card="call")
    content = on_disk(made, tmp_path) / "content"
    with pytest.raises(ValueError, match=r'emergency card "od" is limited by "od.* Write another tip with that limit first'):
        retract(content, name, "a wrong number", TODAY)
    assert not (content / "retractions.yaml").exists()
    with pytest.raises(ActionRefused, match="never hidden"):
        withdraw(made, "tip" if "/" in name else "topic", name, "a wrong number", TODAY)
    assert withdraw(files(DOSE), "tip" if "/" in name else "topic", name, "a wrong number", TODAY).after
