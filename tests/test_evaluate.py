"""Counting: what is found, at level, named rightly, a false alarm, noise and surplus."""

from __future__ import annotations

import pytest

from scanner.commands.figures import Bar, cell, read_bars, sections, to_dict
from scanner.errors import InputError
from scanner.evaluate import Case, Expect, Outcome, Rate, evaluate, figures, judge, parse_case
from scanner.model import Hit, Message, Scan, Span, decide_level

TEXT = "please add my whatsapp +86 138 0013 8000 for prices"
EVIDENCE = "whatsapp +86 138 0013 8000"


def hit(start: int, end: int, *, level="violation", term="whatsapp", category="contact", score=1.0) -> Hit:
    return Hit(rule="r", category=category, term=term, level=level, span=Span(start, end), text="", score=score)


def around(text: str, evidence: str, *, before: int = 0, after: int = 0, **fields: object) -> Hit:
    start = text.index(evidence)
    return hit(start - before, start + len(evidence) + after, **fields)  # type: ignore[arg-type]


def case(text: str = TEXT, *, evidence: str | None = EVIDENCE, level="violation", names=("whatsapp",), **more) -> Case:
    expect = () if evidence is None else (Expect(category="contact", names=names, evidence=evidence, level=level),)
    return Case(message=Message(text=text), expect=expect, **more)


def judged(labelled: Case, *hits: Hit) -> Outcome:
    scan = Scan(decision=decide_level(hits, ()), hits=hits, text=labelled.message.text)
    return judge(labelled, labelled.message, scan)


def numbers(*outcomes: Outcome, category: str | None = None) -> dict[str, tuple[int, int] | int]:
    row = figures(outcomes, category)
    rates = {name: getattr(row, name) for name in ("recall", "level", "named", "strict", "noise")}
    return {**{name: (rate.k, rate.n) for name, rate in rates.items()}, "surplus": row.surplus}


def test_a_hit_on_the_evidence_is_found_at_level_and_named():
    assert numbers(judged(case(), around(TEXT, EVIDENCE))) == {
        "recall": (1, 1),
        "level": (1, 1),
        "named": (1, 1),
        "strict": (0, 0),
        "noise": (0, 0),
        "surplus": 0,
    }


def test_another_level_is_found_but_not_at_level_and_info_is_nothing():
    review = numbers(judged(case(), around(TEXT, EVIDENCE, level="review")))
    info = numbers(judged(case(), around(TEXT, EVIDENCE, level="info")))
    assert (review["recall"], review["level"]) == ((1, 1), (0, 1))
    assert (info["recall"], info["surplus"]) == ((0, 1), 0)


def test_another_category_is_surplus():
    row = numbers(judged(case(), around(TEXT, EVIDENCE, category="drug")))
    assert (row["recall"], row["surplus"]) == ((0, 1), 1)


def test_the_name_is_that_of_the_best_hit_and_others_may_be_right_too():
    better = around(TEXT, EVIDENCE, term="phone", score=0.9)
    worse = around(TEXT, "whatsapp", term="whatsapp", score=0.8)
    assert numbers(judged(case(), worse, better))["named"] == (0, 1)
    assert numbers(judged(case(names=("whatsapp", "phone")), worse, better))["named"] == (1, 1)


@pytest.mark.parametrize(("outside", "found"), [(20, True), (21, False)])
def test_twenty_code_points_may_lie_outside_short_evidence(outside, found):
    text = "x" * 40 + " wa " + "y" * 40
    labelled = case(text, evidence="wa")
    assert bool(judged(labelled, around(text, "wa", before=5, after=outside - 5)).findings[0].hits) is found


def test_as_many_as_its_own_length_may_lie_outside_long_evidence():
    text = "x" * 50 + "w" * 30 + "x" * 50
    labelled = case(text, evidence="w" * 30)
    assert judged(labelled, around(text, "w" * 30, before=30)).findings[0].hits
    assert not judged(labelled, around(text, "w" * 30, before=31)).findings[0].hits


def test_a_hit_has_to_overlap_and_any_occurrence_will_do():
    text = "bicycle " + "x" * 60 + " bicycle"
    last = text.rindex("bicycle")
    labelled = case(text, evidence="bicycle")
    assert judged(labelled, hit(last, last + 7)).findings[0].hits
    assert not judged(labelled, hit(7, 12)).findings[0].hits


def test_alarms_are_counted_on_innocent_cases_alone():
    innocent = case(evidence=None)
    outcomes = [
        judged(innocent),
        judged(innocent, hit(0, 3), hit(5, 8)),
        judged(innocent, hit(0, 3, level="review")),
        judged(innocent, hit(0, 3, level="info")),
    ]
    row = numbers(*outcomes)
    assert (row["strict"], row["noise"], row["surplus"]) == ((1, 4), (2, 4), 0)


def test_figures_of_a_category_leave_out_the_others():
    innocent = case(evidence=None)
    outcomes = [judged(innocent, hit(0, 3, category="drug")), judged(innocent, hit(0, 3))]
    assert numbers(*outcomes, category="drug")["strict"] == (1, 2)


def test_rows_are_read_in_windows_and_skipped_ones_do_not_count():
    rows = [
        Case(message=Message(text="sky", conversation="c", sender="s"), skip=True),
        Case(message=Message(text="pe", conversation="c", sender="s"), group="g"),
    ]
    seen: list[tuple[str, ...]] = []

    def scan_many(messages):
        for message in messages:
            seen.append(message.pieces())
            yield Scan(decision="allow")

    outcomes = evaluate(rows, scan_many)
    assert seen == [("sky",), ("sky", "pe")]
    assert [outcome.case.group for outcome in outcomes] == ["g"]


def test_the_part_of_a_hit_in_earlier_messages_counts_as_outside():
    message = Message(text="14 is mine", previous=("my number is +86 163", "2708 55"))
    labelled = Case(
        message=Message(text="14 is mine"),
        expect=(Expect(category="contact", names=("phone",), evidence="14", level="violation"),),
    )
    scan = Scan(decision="block", hits=(hit(0, message.own_start() + 2, term="phone"),))
    (finding,) = judge(labelled, message, scan).findings
    assert not finding.hits


def test_wilson_intervals():
    # Reference values: Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
    low, high = Rate(81, 263).interval()
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = Rate(0, 20).interval()
    assert (round(low, 4), round(high, 4)) == (0.0, 0.1611)
    assert (Rate(0, 0).value, Rate(0, 0).interval()) == (None, (0.0, 1.0))


def test_a_case_file_row_becomes_a_case():
    fields = {
        "expect": [
            {
                "category": "contact",
                "channel": "phone",
                "evidence": EVIDENCE,
                "level": "review",
                "also_ok": ["whatsapp"],
            }
        ],
        "technique": ["plain"],
        "lang": "en",
        "skip": True,
    }
    message = Message(text=TEXT)
    assert parse_case(fields, message, where="x:1", group="g") == Case(
        message=message,
        expect=(Expect(category="contact", names=("phone", "whatsapp"), evidence=EVIDENCE, level="review"),),
        technique=("plain",),
        lang="en",
        group="g",
        skip=True,
    )


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("x", "`expect` and `technique` are lists"),
        (["x"], "expect[0] is no object"),
        ([{"category": "contact", "level": "review"}], "no `evidence`"),
        ([{"evidence": "add", "level": "review"}], "no `category`"),
        ([{"category": "contact", "evidence": "add", "level": "bad"}], "`level` is unknown"),
        ([{"category": "contact", "evidence": "nowhere", "level": "review"}], "does not hold the evidence"),
    ],
)
def test_a_wrong_label_is_refused(expect, words):
    with pytest.raises(InputError) as caught:
        parse_case({"expect": expect}, Message(text=TEXT), where="x:1")
    assert words in str(caught.value)


def test_every_table_has_its_rows():
    found = judged(case(group="a:x", lang="en", technique=("plain", "leet")), around(TEXT, EVIDENCE))
    clean = judged(case(evidence=None, group="b", lang="zh", technique=("negative:price",)))
    tables = sections([found, clean])
    assert {name: list(rows) for name, rows in tables.items()} == {
        "set": ["a:x", "b"],
        "category": ["contact"],
        "language": ["en", "zh"],
        "technique": ["leet", "negative:price", "plain"],
    }
    assert to_dict([found, clean])["set"]["a:x"]["recall"] == {
        "k": 1,
        "n": 1,
        "rate": 1.0,
        "low": 0.2065,
        "high": 1.0,
    }


def test_bars_select_cases_and_are_missed_when_nothing_is_measured():
    found = judged(case(group="a:x", technique=("plain",)), around(TEXT, EVIDENCE))
    missed = judged(case(group="a:y", technique=("leet",)))
    half = Bar(measure="recall", least=0.6, most=None, only={"set": "a"})
    plain = Bar(measure="recall", least=0.6, most=None, only={"set": "a:x", "technique": "plain"})
    nothing = Bar(measure="noise", least=None, most=0.1, only={"set": "a"})
    assert [bar.missed(bar.rate([found, missed])) for bar in (half, plain, nothing)] == [True, False, True]
    assert half.verdict([found, missed]).startswith("MISSED a: recall >= 0.6, is 0.500")
    assert cell(Rate(1, 2)) == "0.500 (0.09-0.91) n=2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no bars"),
        ("x", "not TOML"),
        ('[[bar]]\nmeasure = "rcall"\nmin = 1', "no known `measure`"),
        ('[[bar]]\nmeasure = "recall"', "either `min` or `max`"),
        ('[[bar]]\nmeasure = "recall"\nmin = 0.5\nfile = "x"', "unknown key file"),
    ],
)
def test_a_wrong_bars_file_is_refused(tmp_path, text, words):
    path = tmp_path / "bars.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_bars(str(path))
    assert words in str(caught.value)
