"""Hostile text comes out inert, and marks lie where the spans say."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console import markup
from api.console.markup import Mark

ALLOWED = {"bdi", "span", "mark", "a"}


class Tags(HTMLParser):
    """The tags and attributes of a piece of markup, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.said = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "&lt;b&gt;",
        "</bdi><svg onload=x>",
        "a\x00b",
        "{{ 7*7 }}",
    ],
)
def test_text_is_no_markup(text: str) -> None:
    read = Tags(str(markup.inert(text)))
    assert set(read.tags) <= {"bdi", "span"}
    assert "onerror" not in read.names and "src" not in read.names


@pytest.mark.parametrize(
    ("char", "glyph"),
    [
        ("\u200b", "ZWSP"), ("\u202e", "RLO"), ("\u2066", "LRI"), ("\u00ad", "SHY"), ("\x00", "U+0000"),
        ("\x1b", "U+001B"), ("\ufeff", "BOM"), ("\u3164", "filler"), ("\U000e0041", "U+E0041"), ("\u2028", "LS"),
        ("\x85", "U+0085"), ("\u061c", "ALM"), ("\ufe0f", "U+FE0F"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_shown(char: str, glyph: str) -> None:
    shown = str(markup.shown(f"a{char}b"))
    assert char not in shown
    assert f">{glyph}</span>" in shown


def test_runs_of_one_invisible_character_are_counted() -> None:
    assert "ZWSP ×5000" in str(markup.shown("\u200b" * 5000))


@pytest.mark.parametrize("emoji", ["❤️", "👨‍👩‍👧", "1️⃣", "🏳️‍🌈"])
def test_honest_emoji_stay_whole(emoji: str) -> None:
    assert str(markup.shown(emoji)) == emoji


def test_lone_surrogates_are_shown_by_number() -> None:
    assert ">U+D800</span>" in str(markup.shown("\ud800"))


def test_a_mark_holds_exactly_its_span() -> None:
    text = 'call <me> "now"'
    html = str(markup.highlighted(text, [Mark(5, 9, 1, "violation", "label")]))
    assert re.search(
        r'<mark class="violation" title="label">&lt;me&gt;</mark><a class="no violation" href="#hit-1"', html
    )
    assert html.endswith(" &#34;now&#34;")


def test_marks_that_overlap_keep_the_text_and_show_the_graver_level() -> None:
    text = "abcdef"
    html = str(markup.highlighted(text, [Mark(0, 4, 1, "info"), Mark(2, 6, 2, "violation")]))
    assert re.sub(r"<a .*?</a>|<[^>]+>", "", html) == text
    assert re.findall(r'<mark class="(\w+)"', html) == ["info", "violation", "violation"]


def test_a_masked_mark_tells_nothing() -> None:
    html = str(markup.highlighted("call 13800138000 now", [Mark(5, 16, 1, "violation", "phone", masked=True)]))
    assert "138" not in html
    assert "•••••••••••" in html


def test_a_long_text_is_cut_and_says_so() -> None:
    html = str(
        markup.highlighted("x" * (markup.LONGEST + 1234), [Mark(5, 9), Mark(markup.LONGEST + 2, markup.LONGEST + 9)])
    )
    assert "1,234 more characters" in html
    assert len(html) < markup.LONGEST + 500


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_any_text_with_any_marks_is_inert_and_whole(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(low, high, number, "review", text) for number, (low, high) in enumerate(spans)]
    read = Tags(str(markup.highlighted(text, marks)))
    assert set(read.tags) <= ALLOWED
    assert read.names <= {"class", "title", "href", "aria-label"}
    under = Tags(str(markup.underlay(text, marks)))
    assert set(under.tags) <= {"mark"}
    assert under.said.replace("\r", "\n") == text.replace("\r", "\n") or "\x00" in text
