"""What holds for any text whatsoever."""

import pickle
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import Message, Scanner
from scanner.lexicon import Lexicon
from scanner.model import CATEGORIES, EVASIONS, LEVELS, TAGS

SCANNER = Scanner()
SEEDS = [
    "WhatsApp",
    "add me on",
    "微信",
    "V信",
    "+86 138 0013 8000",
    "skype: live:jane",
    "wh@tsapp",
    "w.e.c.h.a.t",
    "t.me/x",
    "jane at gmail dot com",
    "eight six one three eight",
    "Ray-Ban",
    "sunglasses",
    "1:1",
    "fentanyl",
    "芬太尼",
    "CAS 437-38-7",
    "Trade Assurance",
    "we do not accept",
    "信保",
    "Western Union",
    "iPhone case",
    "QQ",
    "line 4",
    "18V",
    "bicycle",
    "ice maker",
    "\u200b",
    "\u202e",
    "é",
    "İ",
    "ﷺ",
    "\x1e",
    "\x00",
    "️⃣",
    "🇼",
    "\ud800",
    "á̖",
    "，",
    "\n",
]
piece = st.one_of(st.sampled_from(SEEDS), st.text(st.characters(), max_size=12), st.sampled_from([" ", ".", "-"]))
texts = st.lists(piece, max_size=12).map("".join)
messages = st.builds(
    Message,
    text=texts,
    kind=st.sampled_from(["message", "listing"]),
    role=st.sampled_from(["seller", "buyer"]),
    category=st.sampled_from([None, "Eyewear > Sunglasses", "Games > Playing Cards", "Chemicals > Lab", "Handys"]),
    previous=st.lists(texts, max_size=3).map(tuple),
)


@given(messages)
@settings(max_examples=300)
def test_every_span_slices_the_text_read(message: Message) -> None:
    read = "\n".join(message.pieces())
    for hit in SCANNER.scan_message(message).hits:
        assert 0 <= hit.span.start < hit.span.end <= len(read)
        assert read[hit.span.start : hit.span.end] == hit.text
        assert hit.span.end > message.own_start()


@given(messages)
@settings(max_examples=200)
def test_closed_sets_stay_closed_and_hits_stand_in_order(message: Message) -> None:
    hits = SCANNER.scan_message(message).hits
    assert [h.span for h in hits] == sorted(h.span for h in hits)
    for hit in hits:
        assert set(hit.evasion) <= set(EVASIONS)
        assert set(hit.tags) <= set(TAGS)
        assert hit.level in LEVELS
        assert 0 <= hit.score <= 1
    for category in {hit.category for hit in hits} & set(CATEGORIES):
        own = [hit for hit in hits if hit.category == category]
        assert not any(a.span.overlaps(b.span) for a, b in pairwise(own))


@given(messages)
@settings(max_examples=200)
def test_the_gate_changes_nothing(message: Message) -> None:
    assert SCANNER.scan_message(message).hits == SCANNER._look(message).hits


@given(st.lists(st.one_of(texts, messages, st.sampled_from(["", "a", "\x1e", "x\x1e", "\n"])), max_size=8))
@settings(max_examples=150)
def test_many_is_one_by_one(items: list[str | Message]) -> None:
    single = [SCANNER.scan(i) if isinstance(i, str) else SCANNER.scan_message(i) for i in items]
    assert [s.to_dict() for s in SCANNER.scan_many(items)] == [s.to_dict() for s in single]


@given(texts)
@settings(max_examples=100)
def test_the_same_text_gives_the_same_answer(text: str) -> None:
    assert SCANNER.scan(text) == SCANNER.scan(text)


@given(texts)
@settings(max_examples=100)
def test_redaction_keeps_length_and_hides_every_finding(text: str) -> None:
    scan = SCANNER.scan(text)
    hidden = scan.redact(text)
    assert len(hidden) == len(text)
    for hit in scan.hits:
        if hit.level != "info":
            assert set(hidden[hit.span.start : hit.span.end]) <= {"*", "\n"}


def test_the_order_of_packs_makes_no_difference() -> None:
    packs = SCANNER.engine.lexicon.packs
    turned = Scanner(Lexicon(tuple(reversed([replace(p, rules=tuple(reversed(p.rules))) for p in packs]))))
    for text in (
        "WhatsApp me on +86 138 0013 8000",
        "RayBan 1:1 sunglasses",
        "加我V信 abc12345, no trade assurance, wire only",
    ):
        assert turned.scan(text).hits == SCANNER.scan(text).hits


def test_a_pickle_reads_as_the_original_does() -> None:
    again = pickle.loads(pickle.dumps(SCANNER))
    text = "please add my wechat: jane_doe88"
    assert again.scan(text) == SCANNER.scan(text)
    assert again.scan(text).hits


@given(texts)
@settings(max_examples=50)
def test_utf16_offsets_slice_as_javascript_does(text: str) -> None:
    result = SCANNER.scan_message(Message(text=text)).to_dict(offsets="utf16")
    units = text.encode("utf-16-le", "surrogatepass")
    for hit in result["hits"]:
        assert units[2 * hit["start"] : 2 * hit["end"]].decode("utf-16-le", "surrogatepass") == hit["text"]
