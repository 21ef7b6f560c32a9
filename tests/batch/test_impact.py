"""What two sets of packs decide differently: counted by category and direction, named by id, never by text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.batch.impact import EXAMPLES, Impact, direction, impact
from scanner.cli import cli
from scanner.errors import InputError
from scanner.model import Hit, Level, Message, Scan, Span, decide_level

CATEGORY = {"d": "drug", "c": "contact"}
LEVELS: dict[str, Level] = {"v": "violation", "r": "review", "i": "info"}


class Reads:
    """Finds what the text says: words like `2dv` are seen by scanner 2 as a drug at violation, `dv` by both."""

    def __init__(self, number: str) -> None:
        self.number = number

    def scan_many(self, messages: Iterable[Message]) -> Iterator[Scan]:
        for message in messages:
            words = [w.removeprefix(self.number) for w in message.text.split()]
            hits = tuple(_hit(w) for w in words if len(w) == 2 and w[0] in CATEGORY and w[1] in LEVELS)
            yield Scan(decision=decide_level(hits, ()), hits=hits, id=message.id, text=message.text)


def _hit(word: str) -> Hit:
    return Hit(rule="x", category=CATEGORY[word[0]], term="t", level=LEVELS[word[1]], span=Span(0, 1), text="x")


def _compared(tmp_path: Path, *texts: str, limit: int = 100) -> Impact:
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"id": f"r{n}", "text": text}) + "\n" for n, text in enumerate(texts)))
    return impact([str(path)], Reads("1"), Reads("2"), limit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "category", "way", "levels"),
    [
        ("2dv", "drug", "flagged", ("none", "violation")),
        ("2dr", "drug", "flagged", ("none", "review")),
        ("1cv", "contact", "cleared", ("violation", "none")),
        ("1dr 2dv", "drug", "raised", ("review", "violation")),
        ("1dv 2dr", "drug", "lowered", ("violation", "review")),
        ("1dr 1dv 2dr cv", "drug", "lowered", ("violation", "review")),
        ("di 2dr", "drug", "flagged", ("none", "review")),
    ],
)
def test_directions(tmp_path: Path, text: str, category: str, way: str, levels: tuple[str, str]) -> None:
    found = _compared(tmp_path, "nothing here", text).to_dict()
    assert (found["records"], found["differing"]) == (2, 1)
    example = {"id": "r1", "before": levels[0], "after": levels[1]}
    assert found["categories"] == [{"category": category, "direction": way, "count": 1, "examples": [example]}]


def test_what_makes_no_difference(tmp_path: Path) -> None:
    found = _compared(tmp_path, "dv", "2di", "1di", "cv 2cr", "plain").to_dict()
    assert (found["differing"], found["decisions"], found["categories"]) == (0, {}, [])


def test_decisions_and_many_examples(tmp_path: Path) -> None:
    found = _compared(tmp_path, *["2dv"] * 30, "1cr 2cv", "cv 2dv").to_dict()
    assert found["decisions"] == {"allow -> block": 30, "review -> block": 1}
    assert [(one["category"], one["direction"], one["count"]) for one in found["categories"]] == [
        ("contact", "raised", 1),
        ("drug", "flagged", 31),
    ]
    assert [one["id"] for one in found["categories"][1]["examples"]] == [f"r{n}" for n in range(EXAMPLES)]


def test_the_limit_and_rows_that_are_no_records(tmp_path: Path) -> None:
    found = _compared(tmp_path, *["2dv"] * 30, limit=10)
    assert (found.records, found.cut) == (10, True)
    assert not _compared(tmp_path, *["2dv"] * 10, limit=10).cut
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "a", "text": "2dv"}\n{"id": "b"}\nno json\n')
    read = impact([str(path)], Reads("1"), Reads("2"), 100)  # type: ignore[arg-type]
    assert (read.records, read.unread, read.differing) == (1, 2, 1)
    with pytest.raises(InputError, match="no such file"):
        impact([str(tmp_path / "none")], Reads("1"), Reads("2"), 100)  # type: ignore[arg-type]


def test_direction_names_every_change_of_level() -> None:
    levels = ("none", "review", "violation")
    ways = {(one, other): direction(one, other) for one in levels for other in levels if one != other}
    assert set(ways.values()) == {"flagged", "cleared", "raised", "lowered"}
    assert all(way == "flagged" for (one, _), way in ways.items() if one == "none")


PACK = """
[pack]
name = "mine"
category = "tobacco"
version = "{version}"
source = "a test"
licence = "facts"

[[rule]]
id = "mine.goods"
term = "{word}"
forms = ["{word}"]
source = "a test"
why = "A word of the test."
hits = ["buy a ⟦{word}⟧ now"]
"""


def test_the_command_reads_with_two_folders_of_packs(tmp_path: Path) -> None:
    for side, word in (("old", "zorbel"), ("new", "quimble")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "mine.toml").write_text(PACK.format(version="1.0.0", word=word), encoding="utf-8")
    corpus = tmp_path / "corpus.jsonl"
    texts = {"a": "a zorbel, secret words", "b": "a quimble", "c": "neither"}
    corpus.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()))
    args = ["lexicon", "impact", str(tmp_path / "old"), str(tmp_path / "new"), str(corpus)]
    shown, made = CliRunner().invoke(cli, args), CliRunner().invoke(cli, [*args, "--json"])
    assert (shown.exit_code, made.exit_code) == (1, 1)
    assert "2 of 3 records differ" in shown.output
    assert "tobacco cleared: 1  a (violation -> none)" in shown.output
    assert json.loads(made.output)["decisions"] == {"allow -> block": 1, "block -> allow": 1}
    assert "secret" not in shown.output + made.output
    same = CliRunner().invoke(cli, [*args[:2], str(tmp_path / "old"), str(tmp_path / "old"), str(corpus)])
    assert (same.exit_code, "0 of 3" in same.output) == (0, True)
