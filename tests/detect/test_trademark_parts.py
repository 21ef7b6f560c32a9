"""The parts of the trademark detector: phrase lookup, profiles, wording."""

from __future__ import annotations

import pytest

from scanner import Scanner
from scanner.detect.trademark.lookup import Lookup
from scanner.detect.trademark.profile import Profiles, guess_risk
from scanner.detect.trademark.wording import Wording
from scanner.errors import PackError
from scanner.lexicon.pack import Lexicon, Pack, Rule


def names(sets, text):
    return [(phrase.name, text[phrase.start : phrase.end]) for phrase in Lookup(sets).find(text)]


def test_phrases_are_whole_words_and_their_plurals():
    sets = {"bag": ["bag", "purse"]}
    assert names(sets, "bags, purses and a bag; baggage, handbag") == [("bag", "bag"), ("bag", "purse"), ("bag", "bag")]


def test_a_stem_reaches_to_the_end_of_its_word():
    assert names({"g": ["очк*"]}, "солнечные очками оптом") == [("g", "очками")]
    assert names({"g": ["眼镜*"]}, "眼镜框批发") == [("g", "眼镜")]


def test_phrases_are_folded_like_the_text():
    assert names({"g": ["Müt*", "ＣＡＰ"]}, "mutzen cap") == [("g", "mutzen"), ("g", "cap")]


def test_a_window_gives_offsets_of_the_whole_text():
    found = Lookup({"g": ["cap"]}).find("cap cap cap", 4, 7)
    assert [(phrase.start, phrase.end) for phrase in found] == [(4, 7)]


def pack(**rule):
    rules = (Rule(id="tm.x", term="X", pack="p", category="trademark", **rule),)
    return Pack(name="p", category="trademark", version="1", rules=rules, cues={"caps": ("cap", "hat")})


@pytest.mark.parametrize(
    ("forms", "risk"),
    [
        (("Zylofex",), "low"),
        (("Orange",), "high"),
        (("Qx",), "high"),
        (("Silent Valley",), "high"),
        (("雷朋",), "high"),
    ],
)
def test_a_mark_that_nobody_described_is_judged_by_its_form(forms, risk):
    assert guess_risk(Rule(id="tm.x", term="X", forms=forms)) == risk if forms[0].isascii() else True


def test_needs_and_goods_of_a_rule_stand_for_a_table():
    profiles = Profiles([pack(forms=("Orange",), need=("@caps",), extra={"goods": "scarf; shawl", "risk": "medium"})])
    profile = profiles.of(Rule(id="tm.x", term="X"))
    assert profile.risk == "medium"
    assert {phrase for name in profile.goods for phrase in profiles.sets[name]} == {"cap", "hat", "scarf", "shawl"}


def imported(**rule):
    return Scanner(Lexicon((pack(**rule),)))


def test_a_coined_mark_without_goods_counts_in_listings():
    scanner = imported(forms=("Zylofex",))
    assert scanner.scan("Zylofex wholesale, black", kind="listing").decision == "block"
    assert scanner.scan("did you hear of zylofex", kind="message").decision == "review"


def test_an_ordinary_mark_without_goods_never_blocks():
    scanner = imported(forms=("Orange",), misspell=False)
    for text in ("Orange juice, fresh", "Orange brand logo printed", "O R A N G E scarf"):
        assert scanner.scan(text, kind="listing").decision != "block"


def test_wording_before_reaches_the_mark_over_articles_and_lists():
    wording = Wording([Pack(name="w", category="trademark", version="1", settings={"wording": {
        "compat_before": [r"\bfits\b"], "bridge": [r"(?:the|your)\s+", r"(?:\w+,\s*){1,5}"],
    }})])  # fmt: skip
    for text in ("fits x", 'fits the "x', "fits andis, oster, x"):
        assert wording.before("compat_before", text, text.rindex("x"))
    assert not wording.before("compat_before", "fits all sizes of cap x", 22)


def test_ascii_text_is_read_with_every_choice_it_can_hold():
    wording = Wording([Pack(name="w", category="trademark", version="1", settings={"wording": {
        "spare": [r"(?:запчаст\w+|spare|배터리)", r"[\s-]*(?:совместим|uyumlu)"],
    }})])  # fmt: skip
    assert wording.near("spare", "a spare part", 0, 12) == (2, 7)
    assert wording.near("spare", "scania uyumlu", 0, 13)
    assert wording.near("spare", "запчасти", 0, 8)


def test_a_broken_wording_pattern_names_its_kind():
    wording = Wording([Pack(name="w", category="trademark", version="1", settings={"wording": {"spare": ["("]}})])
    with pytest.raises(PackError, match="spare"):
        wording.near("spare", "text", 0, 4)
