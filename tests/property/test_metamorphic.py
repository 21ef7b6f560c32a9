"""A disguise of a term keeps being found; the same disguise of an innocent text stays innocent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import Scanner
from scanner.text.skeleton import lookalikes

SCANNER = Scanner()
GUILTY = [
    ("message", "please add me on {}, my id is jane_doe88", "whatsapp", "contact"),
    ("message", "please add me on {}, my id is jane_doe88", "telegram", "contact"),
    ("message", "please add me on {}, my id is jane_doe88", "wechat", "contact"),
    ("listing", "{} powder 99% in stock, discreet shipping", "ketamine", "drug"),
    ("listing", "{} powder 99% in stock, discreet shipping", "fentanyl", "drug"),
    ("listing", "{} phone case with grip, many colours", "casetify", "trademark"),
    ("listing", "{} gloves anti cut level 5", "dyneema", "trademark"),
]
INNOCENT = ["bearing", "delivery", "cotton", "shipment", "drawing", "packing", "thread", "kitchen"]
_LATIN_TO_OTHER = {latin: other for other, latin in lookalikes().items() if "\u0400" <= other <= "\u04ff"}
_LEET = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"}


def _every(text: str, gap: str) -> str:
    return gap.join(text)


def _swap(text: str, table: dict[str, str]) -> str:
    """The first letter after the initial that the table knows, swapped."""
    for i, char in enumerate(text[1:], start=1):
        if char in table:
            return text[:i] + table[char] + text[i + 1 :]
    return text


DISGUISES = {
    "upper": str.upper,
    "dotted": lambda t: _every(t, "."),
    "spaced": lambda t: _every(t, " "),
    "dashed": lambda t: _every(t, "-"),
    "zero-width": lambda t: _every(t, "\u200b"),
    "one separator": lambda t: t[:3] + "-" + t[3:],
    "full-width": lambda t: "".join(chr(ord(c) + 0xFEE0) for c in t),
    "circled": lambda t: "".join(chr(0x24D0 + ord(c) - ord("a")) for c in t),
    "bold": lambda t: "".join(chr(0x1D5EE + ord(c) - ord("a")) for c in t),
    "accents": lambda t: "".join(c + "\u0301" for c in t),
    "leet": lambda t: _swap(t, _LEET),
    "other script": lambda t: _swap(t, _LATIN_TO_OTHER),
    "repeated": lambda t: t[:2] + t[1] * 3 + t[2:],
    "starred": lambda t: t[:2] + "*" + t[3:],
    "doubled": lambda t: t[:4] + t[3] + t[4:],
    "dropped": lambda t: t[:-2] + t[-1:],
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize(("kind", "sentence", "word", "category"), GUILTY)
def test_a_disguised_term_is_found(
    scanner: Scanner, kind: str, sentence: str, word: str, category: str, disguise: str
) -> None:
    text = sentence.format(DISGUISES[disguise](word))
    hits = [h for h in scanner.scan(text, kind=kind).hits if h.category == category and h.level != "info"]
    assert hits, text


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("word", INNOCENT)
def test_an_innocent_word_in_the_same_dress_is_none(scanner: Scanner, word: str, disguise: str) -> None:
    text = f"the {DISGUISES[disguise](word)} will be ready next week"
    assert [h for h in scanner.scan(text).hits if h.level != "info"] == [], text


@given(st.sampled_from(INNOCENT), st.sampled_from(INNOCENT), st.sampled_from(list(DISGUISES)))
def test_two_innocent_words_make_no_guilty_one(one: str, two: str, disguise: str) -> None:
    text = DISGUISES[disguise](one) + " " + two
    assert [h for h in SCANNER.scan(text).hits if h.level != "info"] == []
