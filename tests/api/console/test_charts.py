"""Charts are well-formed, tell their parts apart without colour, and put values where they belong."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from api.console import charts
from api.console.charts import Level, Series

HOSTILE = '"><script>alert(1)</script>&'


def _drawn(svg: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg))


def test_bars_are_as_long_as_their_values() -> None:
    root = _drawn(charts.bars("t", [("a", 10, "10"), ("b", 5, "5"), ("c", 0, "0")]))
    widths = [float(rect.attrib["width"]) for rect in root.iter("rect")]
    assert widths == [330.0, 165.0, 0.0]


def test_a_scale_that_is_given_is_kept() -> None:
    root = _drawn(charts.bars("t", [("a", 0.25, "25 %")], most=1, room=200))
    assert [float(rect.attrib["width"]) for rect in root.iter("rect")] == [200.0, 50.0]


def test_parts_of_columns_differ_in_pattern_and_stand_in_the_legend() -> None:
    series = [Series("executed", "solid", [3]), Series("proposed", "hatch", [2]), Series("review", "dots", [1])]
    root = _drawn(charts.columns("t", ["R1"], series))
    fills = [rect.attrib.get("fill") for rect in root.iter("rect")]
    assert fills[:3] == [None, "url(#hatch)", "url(#dots)"]
    assert {text.text for text in root.iter("text")} >= {"R1", "executed", "proposed", "review"}


def test_a_column_stacks_from_the_base_up() -> None:
    root = _drawn(charts.columns("t", ["x"], [Series("a", "solid", [6]), Series("b", "hatch", [4])]))
    first, second = list(root.iter("rect"))[:2]
    assert float(first.attrib["y"]) + float(first.attrib["height"]) == pytest.approx(210)
    assert float(second.attrib["y"]) + float(second.attrib["height"]) == pytest.approx(
        float(first.attrib["y"]), abs=0.2
    )


def test_steps_go_through_every_point_and_show_thresholds() -> None:
    svg = charts.steps("t", [(0, 0), (50, 3), (100, 9)], [(50, "mid")], [Level(6, "6: warning")])
    root = _drawn(svg)
    path = next(iter(root.iter("path"))).attrib["d"]
    assert len(re.findall("[HV]", path)) == 4
    said = [text.text for text in root.iter("text")]
    assert "6: warning" in said and "now 9" in said and "mid" in said


def test_names_are_inert() -> None:
    for svg in (
        charts.bars(HOSTILE, [(HOSTILE, 1, HOSTILE)]),
        charts.columns(HOSTILE, [HOSTILE], [Series(HOSTILE, "solid", [1])]),
        charts.steps(HOSTILE, [(0, 1)], [(0, HOSTILE)], [Level(1, HOSTILE)]),
    ):
        assert "<script" not in str(svg)
        assert all(tag.tag in ("svg", "title", "rect", "text", "line", "path", "circle") for tag in _drawn(svg).iter())


def test_empty_charts_are_drawn_too() -> None:
    assert _drawn(charts.bars("t", [])).tag == "svg"
    assert _drawn(charts.columns("t", [], [])).tag == "svg"
    assert _drawn(charts.steps("t", [], [], [])).tag == "svg"


@pytest.mark.parametrize(("most", "end"), [(1, 1), (3, 4), (7, 10), (11, 20), (48, 50), (101, 200), (0.5, 1)])
def test_an_axis_ends_at_a_round_number(most: float, end: float) -> None:
    assert charts.nice(most) == end
