"""Whole words: where they stand alone, the longest, also where FlashText alone loses one."""

from scanner.text.wholewords import WholeWords

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def test_the_longest_word_that_stands_alone() -> None:
    words = WholeWords(["one", "twenty", "twenty one"], LETTERS)
    assert list(words.find("phone twenty one, one-off 1one")) == [
        ("twenty one", 6, 16),
        ("one", 18, 21),
        ("one", 27, 30),
    ]


def test_a_false_start_hides_no_word() -> None:
    words = WholeWords(["call me now", "me later"], LETTERS)
    assert list(words.find("call me later")) == [("me later", 5, 13)]


def test_no_words_find_nothing() -> None:
    assert list(WholeWords([], LETTERS).find("one two")) == []
