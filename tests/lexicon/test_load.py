"""Packs from outside: every fault at once, with file, rule and cure; nothing bad goes live."""

from pathlib import Path

import pytest

from scanner import PackError, Scanner
from scanner.lexicon import load
from scanner.proof import check

GOOD = """
[pack]
name = "weapons"
category = "weapons"
version = "1"
source = "a list"
licence = "facts"

[cues]
sale = ["for sale", "in stock"]

[[rule]]
id = "weapons.crossbow"
term = "crossbow"
forms = ["crossbow"]
hits = ["a fine ⟦crossbow⟧"]
passes = ["a cross and a bow"]
"""
TEN_MISTAKES = """
[pack]
name = "bad"
category = "bad"
version = "1"
source = "a list"

[cues]
sale = "for sale"

[[rule]]
term = "no id"
forms = ["x"]

[[rule]]
id = "bad.level"
term = "level"
forms = ["levelword"]
level = "critical"

[[rule]]
id = "bad.field"
term = "field"
form = ["fieldword"]

[[rule]]
id = "bad.list"
term = "list"
forms = "listword"

[[rule]]
id = "bad.tag"
term = "tag"
forms = ["tagword"]
tags = ["replicas"]

[[rule]]
id = "bad.cue"
term = "cue"
weak = ["cueword"]
need = ["@sales"]

[[rule]]
id = "bad.dates"
term = "dates"
forms = ["dateword"]
from = 2021-09-01
until = 2021-08-01

[[rule]]
id = "bad.example"
term = "example"
forms = ["exampleword"]
hits = ["⟦exampleword"]

[[rule]]
id = "bad.atoms"
term = "atoms"
patterns = ["a+b"]
"""


def _pack(folder: Path, text: str, name: str = "pack.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_good_pack_loads_and_proves_itself(tmp_path: Path) -> None:
    assert check(_pack(tmp_path, GOOD)) == []
    assert [h.text for h in Scanner(tmp_path).scan("new Cross-Bow here").hits] == ["Cross-Bow"]


def test_ten_mistakes_are_all_reported_with_file_rule_and_cure(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        load(_pack(tmp_path, TEN_MISTAKES, "bad.toml"))
    problems = caught.value.problems
    wanted = (
        "licence",
        "'sale'",
        "no id",
        "'critical'",
        "did you mean 'forms'",
        "bad.list",
        "did you mean 'replica'",
        "'@sales', which the pack does not define",
        "from is not before until",
        "unpaired brackets",
        "without atoms",
    )
    for mistake in wanted:
        assert any(mistake in problem for problem in problems), mistake
    assert all("bad.toml" in problem for problem in problems)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not = [toml", "not valid TOML"),
        ("x = 1", "no [pack] table"),
        (GOOD.replace('forms = ["crossbow"]', 'atoms = ["c"]\npatterns = ["(c"]'), "pattern"),
        (GOOD.replace('forms = ["crossbow"]', 'atoms = ["c"]\npatterns = ["(?R)c"]'), "recursion"),
        (GOOD.replace('forms = ["crossbow"]', 'atoms = ["c"]\npatterns = ["(?:crossbow){e<=1}"]'), "fuzzy"),
        (GOOD.replace("a fine ⟦crossbow⟧", "a fine ⟦crossbows⟧"), "example"),
        (GOOD.replace("a cross and a bow", "a crossbow"), "should pass"),
        (GOOD + GOOD[GOOD.index("[[rule]]") :], "is taken"),
    ],
)
def test_each_fault_says_what_and_what_to_do(tmp_path: Path, text: str, says: str) -> None:
    problems = check(_pack(tmp_path, text))
    assert any(says in problem for problem in problems), problems


def test_a_missing_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no such file or folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(PackError, match="no pack here"):
        load(tmp_path)


def test_a_list_beside_the_pack_makes_rules_and_bad_rows_are_named(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[[rule]]")] + '[[list]]\nfile = "arms.csv"\n'
    (tmp_path / "arms.csv").write_text("id,term,forms\nw.a,sabre,sabre;szabla\nw.b,too,many,cells\n", encoding="utf-8")
    assert any("arms.csv:3" in problem for problem in check(_pack(tmp_path, text)))
    (tmp_path / "arms.csv").write_text("id,term,forms\nw.a,sabre,sabre;szabla\n", encoding="utf-8")
    assert [h.term for h in Scanner(tmp_path).scan("a szabla").hits] == ["sabre"]


def test_a_list_elsewhere_is_refused(tmp_path: Path) -> None:
    text = GOOD + '[[list]]\nfile = "../../etc/passwd"\n'
    assert any("not beside the pack" in problem for problem in check(_pack(tmp_path, text)))


def test_a_pattern_that_explodes_is_stopped_and_the_scan_says_so(tmp_path: Path) -> None:
    rule = 'atoms = ["aaaa"]\npatterns = ["(?:a|a|aa)+$"]\nforms = ["zzzzzz"]'
    text = GOOD.replace('forms = ["crossbow"]', rule).replace('hits = ["a fine ⟦crossbow⟧"]\n', "")
    scan = Scanner(_pack(tmp_path, text)).scan("a" * 200 + "b")
    assert scan.degraded == ("timeout",)
    assert scan.decision == "review"


def test_the_shipped_packs_are_good() -> None:
    assert check() == []
