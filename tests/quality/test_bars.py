"""The bars of fixtures/bars.toml hold on fixtures/cases; docs/quality.md has the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import Scanner
from scanner.commands.common import Trouble
from scanner.commands.evaluate import measure
from scanner.commands.figures import Bar, read_bars
from scanner.evaluate import Outcome

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    trouble = Trouble()
    judged = measure([str(FIXTURES / "cases")], Scanner(), trouble)
    assert trouble.count == 0
    return judged


@pytest.mark.parametrize("bar", read_bars(str(FIXTURES / "bars.toml")), ids=lambda bar: f"{bar.only}-{bar.measure}")
def test_every_bar_is_met(outcomes: list[Outcome], bar: Bar) -> None:
    assert bar.rate(outcomes).n > 20
    assert not bar.missed(bar.rate(outcomes)), bar.verdict(outcomes)
