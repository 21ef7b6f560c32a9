"""Numbers as people read them, and the signals that must never miss one."""

from __future__ import annotations

import random
import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.text.digits import NumberBook, read_numbers
from scanner.text.fold import SEPARATOR, fold
from scanner.text.reading import Reading
from scanner.text.signals import has_signals, signal_at, signals_in

LANGUAGES = (
    "en", "es", "pt", "fr", "de", "it", "ru", "uk", "pl", "tr", "ar", "fa", "ur", "hi", "bn", "vi", "id", "nl", "sv",
    "fi", "el", "th", "ko", "ja", "cs", "ro", "sw", "tl", "kk", "ta",
)  # fmt: skip
SHAPES = (
    "٠١٢٣٤٥٦٧٨٩",
    "०१२३४५६७८९",
    "０１２３４５６７８９",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "⓿❶❷❸❹❺❻❼❽❾",
    "〇一二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
)


def digits_of(*pieces: str) -> list[str]:
    return [number.digits for number in read_numbers(Reading(pieces))]


@cache
def words_of(lang: str) -> dict[int, list[str]]:
    out: dict[int, list[str]] = {}
    for word, meanings in NumberBook.shipped().meanings.items():
        value = meanings.get(lang)
        if isinstance(value, int) and value < 10 and (len(word) > 2 or not word.isascii()):
            out.setdefault(value, []).append(word)
    return out


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("eight six one three triple nine", "8613999"),
        ("four zeros, two sevens", "000077"),
        ("forty-four seven hundred", "44700"),
        ("double oh seven", "007"),
        ("vierundvierzig null drei", "4403"),
        ("quatre-vingt-dix-sept zéro six", "9706"),
        ("yüz elli beş, on yedi", "15517"),
        ("خمسة وعشرون صفر", "250"),
        ("nueve ceros", None),
        ("三个零 八六", "00086"),
        ("八十六 一三九", "86139"),
        ("onefivezero threefour", "150"),
        ("f0ur s1x thr33", "463"),
        ("공일공 사사팔일", "0104481"),
        ("ศูนย์แปดหนึ่ง", "081"),
        ("l39 OOOO", "1390000"),
        ("8️⃣6️⃣ 1️⃣3️⃣", "8613"),
    ],
)
def test_reads(text: str, digits: str | None) -> None:
    found = digits_of(text)
    assert found[:1] == ([digits] if digits else found[:1])


def test_words_in_other_words_are_no_numbers() -> None:
    assert digits_of("phone stone often weight") == []


def test_what_stops_a_number() -> None:
    assert digits_of("138 pieces of 0000") == ["138", "0000"]
    assert digits_of("6,400+4,950") == ["6400", "4950"]
    assert digits_of("1920x1080") == ["1920", "1080"]


def test_messages_of_digits_are_read_over_those_between() -> None:
    assert "8613922887766" in digits_of("nice lamp", "86139", "it takes a week", "2288", "ok?", "7766")


@given(st.text(max_size=60))
def test_spans_slice_the_text(text: str) -> None:
    reading = Reading([text])
    for number in read_numbers(reading):
        assert 0 <= number.span.start < number.span.end <= len(text)
        assert number.digits.isascii()
        assert number.digits.isdecimal()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_spelled_numbers_are_read_and_signalled(lang: str) -> None:
    words, rng = words_of(lang), random.Random(lang)
    joint = "" if lang in ("th", "ja", "ko") else " "
    for _ in range(12):
        values = [rng.choice(sorted(words)) for _ in range(11)]
        text = "ok " + joint.join(rng.choice(words[value]) for value in values)
        assert has_signals(fold(text)), text
        read = max(digits_of(text), key=len)
        assert len(read) >= 9, (text, read)


@given(st.sampled_from(SHAPES), st.sampled_from(["", " ", "-", " . ", "/"]), st.integers(10**9, 10**10 - 1))
def test_digits_of_every_shape_are_signalled(shape: str, gap: str, tail: int) -> None:
    text = gap.join(shape[int(digit)] for digit in f"139{tail}"[:11])
    if len(set(f"139{tail}"[:11])) > 2:
        assert has_signals(fold("my phone " + text))


@pytest.mark.parametrize(
    "text",
    [
        "one or two weeks", "size 100x200x300 mm", "model 902453-007", "1, 2, 3 or 4 colours", "see you at 5", "v2.1.3",
        "on Friday.so please", "三个月左右", "una o dos semanas", "12.5 kg", "price 1,250,000", "no.1 quality",
    ],
)  # fmt: skip
def test_honest_text_is_left_alone(text: str) -> None:
    assert not has_signals(fold(text))


def test_signals_in_a_buffer_are_those_of_its_texts() -> None:
    texts = [
        "one lamp",
        "a@b.com",
        "139",
        "2288 7766",
        "+86 139 2288 7766",
        "visit luz.com",
        "sizes 10",
        "",
        "wa.me/86139",
    ]
    buffer = SEPARATOR.join(fold(text) for text in texts)
    at, hit = 0, set()
    places = sorted(signals_in(buffer))
    for number, text in enumerate(texts):
        if any(at <= place < at + len(text) for place in places):
            hit.add(number)
        at += len(text) + 1
    assert hit == {number for number, text in enumerate(texts) if has_signals(fold(text))}
    assert signal_at(buffer) == places[0]
    assert signal_at(buffer, places[-1] + 40) == -1


@pytest.mark.parametrize(
    "text",
    ["1 " * 50_000, "9" * 100_000, "o0" * 50_000, "one " * 25_000, "1\n" * 50_000, ".a" * 50_000, "一" * 100_000],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    start = time.process_time()
    has_signals(text)
    read_numbers(Reading([text]))
    assert time.process_time() - start < 4
