"""Disguise or coincidence: what counts as evidence of intent."""

from datetime import date

import pytest

from scanner.lexicon.matcher import Matcher
from scanner.lexicon.pack import Lexicon, Pack, Rule
from scanner.text.reading import Reading


def _rule(term: str, *forms: str, weak: tuple[str, ...] = ()) -> Rule:
    return Rule(id=f"t.{term}", term=term, category="contact", forms=forms, weak=weak, extra={"reversible": True})


PACK = Pack(
    name="t",
    category="contact",
    version="1",
    rules=(
        _rule("whatsapp", "whatsapp", "whats app", "вотсап", "واتساب"),
        _rule("wechat", "wechat", "微信", weak=("vx",)),
        _rule("telegram", "telegram"),
        _rule("skype", "skype"),
        _rule("zalo", "zalo"),
        _rule("zap", "zap"),
        _rule("mark", "calvin klein"),
        _rule("fentanyl", "fentanyl", "芬太尼"),
    ),
)
MATCHER = Matcher(Lexicon((PACK,)))


def found(*pieces: str) -> list[tuple[str, str]]:
    reading = Reading(pieces)
    finds, _ = MATCHER.find(reading, date(2021, 9, 1))
    return [(f.rule.term, reading.slice(f.span)) for f in finds]


@pytest.mark.parametrize(
    ("text", "term", "slice_"),
    [
        ("Can we move to WhatsApp?", "whatsapp", "WhatsApp"),
        ("do you use We-Ch_at ?", "wechat", "We-Ch_at"),
        ("WһаtsАрр me", "whatsapp", "WһаtsАрр"),
        ("Ꮃhatꮪapp we continue", "whatsapp", "Ꮃhatꮪapp"),
        ("pls whaaaatssaaaapppp me", "whatsapp", "whaaaatssaaaapppp"),
        ("wh@ts@pp me", "whatsapp", "wh@ts@pp"),
        ("W-h-@-t-5-4-p-p : 86", "whatsapp", "W-h-@-t-5-4-p-p"),
        ("z.a.l.0 me", "zalo", "z.a.l.0"),
        ("z@l0 me", "zalo", "z@l0"),
        ("z.a.l.o @ shop", "zalo", "z.a.l.o"),
        ("zаlo me", "zalo", "zаlo"),
        ("zaaalo me", "zalo", "zaaalo"),
        ("ᴡᴇᴄʜᴀᴛ me", "wechat", "ᴡᴇᴄʜᴀᴛ"),
        ("price in v x : abc", "wechat", "v x"),
        ("T3legr4mm: @x", "telegram", "T3legr4mm"),
        ("tele gr@m: x", "telegram", "tele gr@m"),
        ("wh*ts*pp me", "whatsapp", "wh*ts*pp"),
        ("f*ntanyl here", "fentanyl", "f*ntanyl"),
        ("芬*太*尼 系列", "fentanyl", "芬*太*尼"),
        ("ppastahw me", "whatsapp", "ppastahw"),
        ("C a l v i n  K l e i n set", "mark", "C a l v i n  K l e i n"),
        ("CalvinKlein briefs", "mark", "CalvinKlein"),
        ("calvin-klein briefs", "mark", "calvin-klein"),
        ("و ا ت س ا ب ٩٧١", "whatsapp", "و ا ت س ا ب"),
        ("пишите в вотсапе", "whatsapp", "вотсап"),
        ("تواصل بالواتساب", "whatsapp", "واتساب"),
    ],
)
def test_disguises_are_read_with_their_exact_span(text: str, term: str, slice_: str) -> None:
    assert (term, slice_) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "strikes back in line 4",
        "that's app one",
        "What's approximate qty, and whats appearance grade",
        "We / chat with them",
        "薇薇，信封的样品收到了吗",
        "細微，信号",
        "пиши нам на почту",
        "the dev xavier wrote",
        "we chatted yesterday",
        "whatsappening",
        "wha 75 app",
    ],
)
def test_coincidences_are_not(text: str) -> None:
    assert [f for f in found(text) if f[0] != "zap"] == []


@pytest.mark.parametrize(
    ("pieces", "term"),
    [
        (("better we go on what", "s", "app"), "whatsapp"),
        (("sky", "it takes 20 days", "pe"), "skype"),
        (("me chama no z", "a", "p"), "zap"),
        (("我的微", "信", "abc"), "wechat"),
        (("وات", "ساب"), "whatsapp"),
    ],
)
def test_words_over_messages_are_read_as_one(pieces: tuple[str, ...], term: str) -> None:
    assert term in [t for t, _ in found(*pieces)]


@pytest.mark.parametrize(
    "pieces", [("We", "chat with the dye house first"), ("What", "s approx. weight"), ("Was", "apropos Farbe")]
)
def test_messages_that_merely_follow_each_other_are_not(pieces: tuple[str, ...]) -> None:
    assert found(*pieces) == []


def test_every_disguise_names_the_evasion() -> None:
    reading = Reading(["W\u200bh\u200ba\u200bt\u200bs\u200bA\u200bp\u200bp, wh@tsapp, Ｗｈａｔｓａｐｐ, whatsap"])
    finds, _ = MATCHER.find(reading, date(2021, 9, 1))
    assert [f.evasion for f in finds] == [("zero_width",), ("leet",), ("styled",), ("misspelled",)]
