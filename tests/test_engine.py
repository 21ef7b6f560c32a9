"""The engine on texts of every length and shape: nothing lost at a seam, nothing unbounded, errors that help."""

from datetime import UTC, date, datetime

import pytest

from scanner import InputError, Message, Scanner
from scanner.lexicon import Lexicon, Pack, Rule

FILLER = "the carton is packed and the lorry leaves on time, thank you very much. "


@pytest.mark.parametrize("before", [0, 2_400, 2_995, 3_480, 3_500, 9_990, 40_000])
def test_a_contact_is_found_wherever_it_stands_in_a_long_text(scanner: Scanner, before: int) -> None:
    head = (FILLER * (before // len(FILLER) + 1))[:before] + ". "
    text = head + "please add my whatsapp +86 138 0013 8000 today. " + FILLER * 60
    hits = [hit for hit in scanner.scan(text).hits if hit.term == "whatsapp"]
    assert [hit.text for hit in hits] == ["whatsapp +86 138 0013 8000"]
    assert hits[0].span.start == text.index("whatsapp")


def test_a_text_beyond_the_limit_says_that_it_was_cut(scanner: Scanner) -> None:
    scan = scanner.scan("x " * 60_000)
    assert scan.degraded == ("truncation",)
    assert scan.decision == "review"


def test_a_text_that_is_all_findings_says_that_it_was_cut(scanner: Scanner) -> None:
    scan = scanner.scan("whatsapp " * 11_000)
    assert "candidates" in scan.degraded
    assert scan.decision != "allow"


@pytest.mark.parametrize(
    "text",
    ["", "\x00" * 50, "\ud800", "\u202e\u202d", "a" + "\u0301" * 100_000, "ﷺ" * 100_000, "\n" * 1000, "x" * 10_000_000],
)
def test_odd_texts_are_read_without_complaint(scanner: Scanner, text: str) -> None:
    assert scanner.scan(text).decision in ("allow", "review")


def test_text_that_is_no_text_is_refused_with_the_cure(scanner: Scanner) -> None:
    with pytest.raises(InputError, match="not a string"):
        scanner.scan(b"bytes")  # type: ignore[arg-type]


def _dated() -> Scanner:
    rules = (
        Rule(id="d.old", term="old", category="dated", forms=("oldmark",), until=date(2021, 9, 1)),
        Rule(id="d.new", term="new", category="dated", forms=("newmark",), since=date(2021, 9, 1)),
        Rule(id="d.seen", term="seen", category="dated", forms=("seenmark",), stage="observe"),
    )
    return Scanner(Lexicon((Pack(name="dated", category="dated", version="1", rules=rules),)), as_of=date(2021, 8, 15))


def test_a_term_counts_on_the_days_it_was_in_force() -> None:
    scanner = _dated()
    text = "oldmark and newmark"
    assert [h.term for h in scanner.scan(text).hits] == ["old"]
    assert [h.term for h in scanner.scan(text, at=datetime(2021, 9, 1, tzinfo=UTC)).hits] == ["new"]


def test_an_observed_rule_informs_and_decides_nothing() -> None:
    scan = _dated().scan("this seenmark here")
    assert [(h.level, h.tags) for h in scan.hits] == [("info", ("observe",))]
    assert scan.decision == "allow"


def test_hits_wholly_in_earlier_messages_are_not_reported_again(scanner: Scanner) -> None:
    scan = scanner.scan_message(Message(text="the samples are ready", previous=("add my whatsapp +86 138 0013 8000",)))
    assert scan.hits == ()
    assert scan.text_start == len("add my whatsapp +86 138 0013 8000") + 1


def test_a_hit_over_messages_names_its_parts(scanner: Scanner) -> None:
    scan = scanner.scan_message(Message(text="app +86 138 0013 8000", previous=("better we go on whats",)))
    hit = next(h for h in scan.hits if h.category == "contact")
    assert {part.message for part in hit.parts} == {-1, 0}
    assert all(part.end > part.start >= 0 for part in hit.parts)
