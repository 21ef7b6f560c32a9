"""Policy files: shipped ones load, wrong ones are refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import PolicyError
from scanner.rules.compare import differences
from scanner.rules.load import load, shipped

GOOD = """
[policy]
name = "x"
version = "1"
[rules.a]
[[rules.a.versions]]
from = 2021-01-01
ladder = [{ n = 1 }, { n = 2, points = 3 }]
[[hits]]
rule = "a"
category = "contact"
"""


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped(name: str) -> None:
    policy = load(name)
    assert policy.name == name
    assert policy.rules and policy.hits and policy.digest
    assert all(rule.text for rule in policy.rules.values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "x"', "", "name: is missing"),
        ('name = "x"', 'name = "x"\norder = "random"', "order: is 'random'"),
        ('name = "x"', 'name = "x"\nbogus = 1', "bogus: is no field here"),
        ('name = "x"', 'name = "x"\nexpiry_days = -1', "expiry_days: must not be negative"),
        ('name = "x"', 'name = "x"\nconfirm = ["nope"]', "'nope' is no rule and no action"),
        ('name = "x"', 'name = "x"\nzone = "Mars/Base"', "zone: time zone 'Mars/Base'"),
        ("points = 3", "points = 0.3", "points: must be points"),
        ("n = 2", "n = 1", "n must start at 1 and rise"),
        ("from = 2021-01-01", 'from = "soon"', "from: date 'soon'"),
        ("[rules.a]", '[rules.a]\nexclude = ["luck"]', "exclude: holds luck"),
        ('rule = "a"', 'rule = "b"', "rule 'b' is not among the rules"),
        ("[[hits]]", "[appeals]\ndays = true\n[[hits]]", "days: must be a whole number"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyError) as caught:
        load(path)
    assert any(said in problem for problem in caught.value.problems)


def test_all_faults_at_once(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(
        GOOD.replace('version = "1"', "").replace("n = 2", "n = 0").replace('rule = "a"', 'rule = "b"'), "utf-8"
    )
    with pytest.raises(PolicyError) as caught:
        load(path)
    assert len(caught.value.problems) == 3


def test_a_circle_and_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "round.toml"
    path.write_text('[policy]\nextends = "round"\nname = "x"\nversion = "1"\n', "utf-8")
    with pytest.raises(PolicyError, match="circle"):
        load(path)
    with pytest.raises(PolicyError, match="alibaba-points"):
        load("nothing-here")


def test_differences_are_named() -> None:
    found = differences(load("alibaba-2021-08"), load("alibaba-points"))
    assert any(line.startswith("expiry_days: 0 -> 365") for line in found)
    assert any("rules.contact_title: added" in line for line in found)
    assert differences(load("alibaba-points"), load("alibaba-points")) == []
