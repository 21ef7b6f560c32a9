"""Folding: what it undoes, what it leaves, and that it never loses its place."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.text.entities import decode
from scanner.text.fold import SEPARATOR, STEADY_LETTERS, fold, fold_buffer, fold_char
from scanner.text.reading import Reading
from scanner.text.view import View, folded, original

any_text = st.lists(
    st.one_of(st.text(st.characters(), max_size=20), st.sampled_from(["&#64;", "&#x40;", "&#", "&#99999999;"])),
    max_size=5,
).map("".join)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("WhatsApp", "whatsapp"),
        ("ＷｅＣｈａｔ", "wechat"),
        ("ⓣⓔⓛⓔⓖⓡⓐⓜ", "telegram"),
        ("🇼🇭🇦🇹", "what"),
        ("what🅰️🅿️🅿️", "whatapp"),
        ("𝗕𝗹𝗲𝗻𝗱𝗝𝗲𝘁", "blendjet"),
        ("W\u200bh\u200ba\u2060t", "what"),
        ("Śk̀ŷp̈e̊", "skype"),
        ("8️⃣6️⃣", "86"),
        ("İSTANBUL", "istanbul"),
        ("straße", "strasse"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("واتـســاب", "واتساب"),
        ("Stündenglass", "stundenglass"),
        ("điện thoại", "dien thoai"),
        ("lucy&#64;acme&#46;com", "lucy@acme.com"),
    ],
)
def test_disguises_of_single_characters_are_undone(text: str, reads: str) -> None:
    assert fold(text) == reads


@pytest.mark.parametrize("text", ["пиши в вотсап", "ไลน์", "व्हाट्सएप", "카카오톡", "ガンダム", "微信"])
def test_other_scripts_stay_what_they_are(text: str) -> None:
    assert fold(text) == text


@given(any_text)
def test_folding_agrees_with_folding_each_character(text: str) -> None:
    assert fold(text) == "".join(fold_char(ord(c)) for c in decode(text))


@given(st.lists(any_text.filter(lambda t: SEPARATOR not in t and "&#" not in t), min_size=1, max_size=5))
def test_a_buffer_folds_as_its_texts_do(texts: list[str]) -> None:
    assert fold_buffer(SEPARATOR.join(texts)).split(SEPARATOR) == [fold(text) for text in texts]


def test_letters_taken_for_steady_fold_to_themselves() -> None:
    steady = re.compile(f"[{STEADY_LETTERS}]")
    moved = [c for c in map(chr, range(0x600, 0xD7A4)) if steady.match(c) and fold_char(ord(c)) != c]
    assert moved == []


@given(any_text)
def test_every_slice_of_a_view_has_a_span_of_the_original(text: str) -> None:
    view = folded(text)
    for start in range(len(view.text)):
        span = view.span(start, start + 1)
        assert 0 <= span.start < span.end <= len(text)
        assert view.text[start] in fold(text[span.start : span.end])


@given(any_text)
def test_the_folded_view_reads_as_fold_does(text: str) -> None:
    assert folded(text).text == fold(text)


def test_an_empty_slice_has_no_span() -> None:
    with pytest.raises(IndexError, match="no slice"):
        original("abc").span(1, 1)


def test_a_run_of_marks_is_linear_work() -> None:
    text = "a" + "\u0301\u0316" * 50_000
    assert fold(text) == "a"
    assert unicodedata.category("\u0301") == "Mn"


def test_backwards_keeps_the_way_to_the_original() -> None:
    reading = Reading(["moc.liamg"])
    view: View = reading.backwards
    assert view.text == "gmail.com"
    assert view.span(0, 5).start == 4


def test_joints_are_the_newlines_between_messages_only() -> None:
    reading = Reading(["a\nb", "c"])
    assert reading.text == "a\nb\nc"
    assert reading.joints == frozenset({3})
