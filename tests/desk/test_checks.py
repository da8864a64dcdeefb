"""Every rule finds its failing example at its line, leaves its passing one alone, and is explained in docs/checks.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.book.load import Fault, build, default_folders, snapshot
from bot.cli import main
from bot.desk.checks.base import Pack, Rule
from bot.desk.checks.registry import check, rules
from bot.engine.flows import compile_flows
from tests.conftest import TODAY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def good() -> dict[str, bytes]:
    """The pack that ships, as files."""
    return dict(snapshot(*default_folders()))


def _with(good: dict[str, bytes], files: object) -> dict[str, bytes]:
    return {**good, **{name: text.encode() for name, text in dict(files).items()}}


def _looked(rule: Rule, files: dict[str, bytes]) -> list[Fault]:
    return list(rule.look(Pack(build(files, compile_flows), files, TODAY)))


def test_the_pack_that_ships_has_no_error(good: dict[str, bytes]) -> None:
    """Warnings are work to do; errors are not shipped."""
    assert not [str(fault) for fault in check(good, TODAY) if fault.severity == "error"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_finds_its_example_and_nothing_else(rule: Rule, good: dict[str, bytes]) -> None:
    """At the right file and line; the passing example is clean."""
    name = next(iter(rule.fails))
    found = [fault for fault in _looked(rule, _with(good, rule.fails)) if fault.file == name and fault.code == rule.code]
    assert found
    assert found[0].line == rule.line
    assert found[0].what
    assert found[0].mend
    if rule.passes:
        clean = _looked(rule, _with(good, rule.passes))
        assert not [fault for fault in clean if fault.file in rule.passes and fault.code == rule.code]


def test_every_code_is_explained() -> None:
    """docs/checks.md has a row for every rule and every fault of reading."""
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    for rule in rules():
        assert f"| `{rule.code}` |" in page, rule.code


def test_the_command_speaks_to_people_and_to_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken folder: status 1, the line shown, JSON with its fields, annotations for a code host."""
    content, flows = default_folders()
    target = tmp_path / "content"
    for path in content.rglob("*.yaml"):
        copy = target / path.relative_to(content)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    broken = target / "topics" / "wellbeing" / "sleep.yaml"
    broken.write_text(
        broken.read_text(encoding="utf-8").replace("urgency: everyday", "urgency: everyday\nurgancy: soon"), encoding="utf-8"
    )
    args = ["check", "--content", str(target), "--flows", str(flows), "--date", "2026-11-23"]
    assert main(args) == 1
    out = capsys.readouterr().out
    assert "content/topics/wellbeing/sleep.yaml:5:10  FIELD-UNKNOWN" in out
    assert "ID-UNKNOWN" not in out
    assert 'Did you mean "urgency"' in out
    assert main([*args, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found[0]) == {"code", "severity", "file", "line", "column", "message", "fix"}
    assert main([*args, "--format", "github"]) == 1
    assert "::error file=content/topics/wellbeing/sleep.yaml,line=5" in capsys.readouterr().out
