"""The flows as pictures: every step and every way on is there, nothing overlaps, and the picture in the documents is current."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.reports.flow_chart.layout import GAP_X, BoxSize, lay_out
from bot.authoring.reports.flow_chart.mermaid import mermaid
from bot.authoring.reports.flow_chart.model import ORIGINS, flow_names, of_flow, overview, ways
from bot.authoring.reports.flow_chart.page import all_mermaid, all_svg, one, page
from bot.authoring.reports.flow_chart.svg import COLOURS, svg
from bot.book import Edition
from bot.cli import main
from bot.engine.flow_compiler import Flows
from bot.engine.flow_schema import Step

PICTURE = Path(__file__).resolve().parents[3] / "docs" / "pictures" / "flows.svg"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def flows(edition: Edition) -> Flows:
    """The flows that ship."""
    found: Flows = edition.flows
    return found


def _words(picture: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(picture).iter(f"{SVG}text")]


def _label(step: Step, number: int) -> str:
    return step.choices[number].label["es"]


def test_every_step_and_every_choice_is_in_its_flows_picture(flows: Flows) -> None:
    """In the language asked for; a label that is cut still begins as it does. No step is left out, none is drawn twice."""
    drawn = []
    for name in flow_names(flows):
        words = _words(one(flows, name, "svg", "es"))
        boxes = of_flow(flows, name, "es").boxes
        drawn += [box.name for box in boxes]
        for box in boxes:
            step = flows.steps[box.name]
            assert box.title in words
            for number in range(len(step.choices)):
                start = _label(step, number)[:12]
                assert any(word.startswith(start) for word in words), (box.name, start)
    assert sorted(drawn) == sorted(flows.steps)


def test_every_way_on_that_a_flow_file_names_is_an_arrow_of_the_chart(flows: Flows) -> None:
    """Choices, lists, kinds of help, cases and what follows, in Mermaid by step."""
    for name in flow_names(flows):
        chart = mermaid(of_flow(flows, name, "en"))
        arrows = set(re.findall(r"  (n_\w+) (?:-->|==>|-\.->)\|\".*\"\| (n_\w+)", chart))
        for step_id, step in flows.steps.items():
            if step_id.split(".")[0] != name:
                continue
            named = [choice.go for choice in step.choices] + [item.go for item in step.lists if item.go]
            named += [go for item in step.lists for go in item.each.values()]
            named += [case.go for case in step.branch.cases] + [step.branch.otherwise] if step.branch else []
            for go in named:
                assert (f"n_{re.sub(r'[.]', '_', step_id)}", f"n_{re.sub(r'[.]', '_', go)}") in arrows, (step_id, go)


def test_the_overview_counts_the_ways_between_flows(flows: Flows) -> None:
    """Worked out a second time."""
    boxes = {box.name: box for box in overview(flows).boxes}
    assert set(boxes) == {step.split(".")[0] for step in flows.steps}
    for name, box in boxes.items():
        led = [
            way.to.split(".")[0]
            for step_id, step in flows.steps.items()
            if step_id.split(".")[0] == name
            for way in ways(step_id, step, "en")
            if "." in way.to and way.to.split(".")[0] != name
        ]
        assert {way.to: int(way.note) for way in box.ways} == {to: led.count(to) for to in led}
    assert "every screen" in boxes["urgent"].entered
    assert "typed words" in boxes["found"].entered


def test_boxes_say_where_their_answers_come_from_in_words_too(flows: Flows) -> None:
    """A colour is never alone: it has a word on the box, and the legend has its folder."""
    assert len(set(COLOURS.values())) == len(COLOURS) == len(ORIGINS)
    cards = next(box for box in of_flow(flows, "urgent", "en").boxes if box.name == "urgent.card")
    assert cards.origins == ("cards",)
    words = " ".join(_words(one(flows, "urgent", "svg", "en")))
    assert "emergency card" in words
    assert "content/cards" in words
    assert "tips" in words


def test_guarded_steps_and_forks_are_told(flows: Flows) -> None:
    """The neutral page is a word; a fork has its cases and a broken edge."""
    guarded = {**flows.steps, "hurt.menu": flows.steps["hurt.menu"].model_copy(update={"guarded": True})}
    changed = Flows(guarded, flows.by_hash, flows.hash, flows.options, flows.stages, flows.ui, flows.own_links, flows.places)
    assert "neutral page first" in " ".join(_words(one(changed, "hurt", "svg", "en")))
    assert "neutral page first" in one(changed, "hurt", "mermaid", "en")
    words = _words(one(flows, "topic", "svg", "en"))
    assert "area: legal" in words
    assert "otherwise" in words
    assert "stroke-dasharray" in one(flows, "topic", "svg", "en")


_NAMES = st.integers(1, 12).map(lambda count: [f"b{number}" for number in range(count)])


@given(_NAMES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_nothing_overlaps_and_arrows_keep_out_of_boxes(names: list[str], random: Random) -> None:
    """For any boxes and any arrows: boxes and the level parts of arrows stand clear of one another, inside the drawing."""
    choose = random.random
    boxes = []
    for name in names:
        ports = tuple((to, 20.0 + 18 * number) for number, to in enumerate(names) if choose() < 0.3)
        boxes.append(BoxSize(name, 200.0, 60.0 + 18 * len(names) * choose(), ports))
    found = lay_out(boxes, names[:1])
    sizes = {box.name: box for box in boxes}
    placed = [(x, y, x + sizes[name].width, y + sizes[name].height) for name, (x, y) in found.at.items()]
    for number, (left, top, right, bottom) in enumerate(placed):
        assert left >= 0
        assert top >= -0.01
        assert right <= found.width + 0.01
        assert bottom <= found.height + 0.01
        for other in placed[number + 1 :]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] + 0.01 or other[3] <= top + 0.01
            assert apart
    for line in found.lines:
        assert found.at[line.start][0] + 200 + GAP_X <= found.at[line.end][0] + 0.01
        for (x, y), (to_x, to_y) in zip(line.points[1::2], line.points[2::2], strict=False):
            assert y == to_y
            assert not any(left < to_x and x < right and top < y < bottom for left, top, right, bottom in placed)


def test_every_onward_arrow_is_drawn_once_for_each_port() -> None:
    """Two choices that lead to the same box have an arrow each; what leads back has none."""
    boxes = [
        BoxSize("a", 100, 50, (("b", 10), ("b", 20), ("c", 30))),
        BoxSize("b", 100, 50, (("c", 10), ("a", 20))),
        BoxSize("c", 100, 50, ()),
    ]
    lines = lay_out(boxes, ["a"]).lines
    assert sorted((line.start, line.port, line.end) for line in lines) == [("a", 0, "b"), ("a", 1, "b"), ("a", 2, "c")]


def test_words_of_a_flow_cannot_break_the_picture(flows: Flows) -> None:
    """Signs that mean something to SVG, HTML or Mermaid are words there."""
    step = flows.steps["hurt.menu"]
    choice = step.choices[0].model_copy(update={"label": {"en": '<b>"x"|] & end #1', "es": "x"}})
    steps = {**flows.steps, "hurt.menu": step.model_copy(update={"choices": [choice]})}
    changed = Flows(steps, flows.by_hash, flows.hash, flows.options, flows.stages, flows.ui, flows.own_links, flows.places)
    assert any('<b>"x"|] & end #1' in word for word in _words(svg(of_flow(changed, "hurt", "en"))))
    arrow = next(line for line in mermaid(of_flow(changed, "hurt", "en")).splitlines() if "end" in line)
    assert re.fullmatch(r'  n_\w+ -->\|"[^"|<>\[\]]*"\| n_\w+', arrow)


def test_all_together_is_one_picture_one_page_and_one_text(flows: Flows) -> None:
    """Well formed, with every flow, opened by the boxes of the overview; the page needs nothing else."""
    names = flow_names(flows)
    assert len(list(ET.fromstring(all_svg(flows, "en")).iter(f"{SVG}svg"))) == len(names) + 2
    assert all_mermaid(flows, "en").count("```mermaid") == len(names) + 1
    whole = page(flows, "en")
    sections = set(re.findall(r'<section id="(\w+)">', whole))
    assert sections == set(names)
    assert set(re.findall(r'href="#(\w+)"', whole)) <= sections
    assert not re.search(r"<script|src=|https?://(?!www\.w3\.org/2000/svg)", whole)


def test_the_picture_in_the_documents_is_current(flows: Flows) -> None:
    """`constellation content graph --out docs/pictures/flows.svg` keeps it so."""
    assert PICTURE.read_text(encoding="utf-8") == one(flows, "", "svg", "en")


def test_the_command_draws_what_is_asked_for(
    tmp_path: Path, edition: Edition, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the screen or a file; a flow or a language that is not there is said with what is."""
    monkeypatch.setattr("bot.commands.content.graph.load_edition", lambda _args: edition)
    assert main(["content", "graph", "--flow", "safer", "--format", "mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart LR\n")
    for form in ("svg", "mermaid", "html"):
        assert main(["content", "graph", "--flow", "all", "--format", form, "--out", str(tmp_path / form)]) == 0
        assert (tmp_path / form).stat().st_size > 10_000
    assert main(["content", "graph", "--flow", "saver"]) == 2
    assert 'Did you mean "safer"?' in capsys.readouterr().err
    assert main(["content", "graph", "--lang", "xx"]) == 2
    assert main(["content", "graph", "--out", str(tmp_path / "no" / "where.svg")]) == 2
    assert "--out" in capsys.readouterr().err
