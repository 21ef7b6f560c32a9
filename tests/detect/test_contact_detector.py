"""What the contact detector makes of channels, handles, steers and innocent talk, one behaviour a test."""

from __future__ import annotations

from functools import cache

import pytest

from scanner import Scanner
from scanner.model import Hit, Message


@cache
def _scanner() -> Scanner:
    return Scanner()


def _hits(text: str, **fields: object) -> list[Hit]:
    message = Message(text=text, **fields)  # type: ignore[arg-type]
    return [hit for hit in _scanner().scan_message(message).hits if hit.category == "contact"]


def _split(*messages: str) -> list[Hit]:
    scan = _scanner().scan_message(Message(messages=messages))
    return [hit for hit in scan.hits if hit.category == "contact"]


@pytest.mark.parametrize(
    ("text", "shown", "value"),
    [
        ("please add wechat: fake_lily2020 thanks", "wechat: fake_lily2020", "fake_lily2020"),
        ("VX 是 fake_zhou88", "VX 是 fake_zhou88", "fake_zhou88"),
        ("fake_lin88 is my wechat", "fake_lin88 is my wechat", "fake_lin88"),
        ("telegram → @fake_supply_tg", "telegram → @fake_supply_tg", "fake_supply_tg"),
        ("skype live:fake.marge_3", "skype live:fake.marge_3", "live:fake.marge_3"),
        ("discord fakemods#1234", "discord fakemods#1234", "fakemods#1234"),
        ("QQ：100004321", "QQ：100004321", "100004321"),
        ("微信号ｆａｋｅ＿ｌｉｌｙ８８", "微信号ｆａｋｅ＿ｌｉｌｙ８８", "fake_lily88"),
    ],
)
def test_channel_and_handle_are_one_hit(text: str, shown: str, value: str) -> None:
    hits = _hits(text)
    assert [(hit.text, hit.value, hit.level) for hit in hits] == [(shown, value, "violation")]
    assert "handle" in hits[0].tags


def test_channel_and_number_are_one_hit() -> None:
    (hit,) = _hits("WhatsApp: +86 138 0013 8000")
    assert (hit.term, hit.text, hit.value) == ("whatsapp", "WhatsApp: +86 138 0013 8000", "8613800138000")


def test_channels_in_one_breath_share_a_handle() -> None:
    hits = _hits("FB/IG: fake.lamp.factory")
    assert [(hit.term, hit.value) for hit in hits] == [
        ("facebook", "fake.lamp.factory"),
        ("instagram", "fake.lamp.factory"),
    ]
    assert hits[0].span.end <= hits[1].span.start


def test_ambiguous_name_counts_beside_a_certain_one() -> None:
    assert [hit.term for hit in _hits("TG or WA? which one you use")] == ["telegram", "whatsapp"]


@pytest.mark.parametrize(
    "messages",
    [("my wechat is", "fake_moon3"), ("add me wx", "fake", "_moon3"), ("我的微", "信", "fake_moon3")],
)
def test_contact_over_messages_is_one_hit(messages: tuple[str, ...]) -> None:
    (hit,) = _split(*messages)
    assert (hit.term, hit.value) == ("wechat", "fake_moon3")
    assert "split_messages" in hit.evasion
    assert len(hit.parts) > 1


def test_hit_in_earlier_messages_is_not_reported_again() -> None:
    assert _hits("ok thanks", previous=("my wechat is fake_moon3",)) == []


def test_buyer_is_at_most_reviewed() -> None:
    (hit,) = _hits("my wechat is fake_moon3", role="buyer")
    assert (hit.level, "buyer" in hit.tags) == ("review", True)


def test_buyer_who_asks_for_a_named_channel_is_reviewed() -> None:
    (hit,) = _hits("Do you have WhatsApp?", role="buyer")
    assert (hit.level, hit.exception) == ("review", None)


@pytest.mark.parametrize("text", ["can we use another app to chat?", "Is there QQ of your engineer?"])
def test_buyer_who_asks_for_less_is_let_off(text: str) -> None:
    hits = _hits(text, role="buyer")
    assert all(hit.level == "info" for hit in hits)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Sorry, we cannot use WhatsApp here", "refusal"),
        ("WhatsApp is not allowed on the platform", "refusal"),
        ("公司规定不能加微信", "refusal"),
        ("non possiamo usare WhatsApp, restiamo qui", "refusal"),
        ("Beware of scammers who use our name on WhatsApp", "warning"),
        ("WhatsApp sticker set, 50 pcs vinyl", "product"),
    ],
)
def test_innocent_mention_is_kept_with_its_reason(text: str, reason: str) -> None:
    hits = _hits(text)
    assert [(hit.level, hit.exception) for hit in hits] == [("info", reason)]


def test_refusal_that_turns_is_no_refusal() -> None:
    (hit,) = _hits("I don't use this chat, please add my WhatsApp")
    assert hit.level == "violation"


@pytest.mark.parametrize(
    "text",
    [
        "the production line is full", "fishing line 0.3 mm", "Seattle WA 98104", "12V DC adapter", "V: 220, W: 1500",
        "IMO class 3 goods", "video signal converter", "our teams work 24 hours", "zoom lens 18-55", "稍微信任一下我们",
        "纸飞机玩具", "飞机盒 200x140x40", "卫星电视天线", "依赖进口原料", "we chat with the factory every morning",
        "what's the MOQ", "snap fasteners 100 pcs", "ok, max 5 pcs", "QQ软糖 500g", "细微信号处理",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_channels(text: str) -> None:
    assert [hit for hit in _hits(text) if hit.level != "info"] == []


def test_handle_outweighs_goods() -> None:
    (hit,) = _hits("Phone case wholesale, WhatsApp +86 138 0013 8000", kind="listing")
    assert hit.level == "violation"


def test_title_of_a_listing_is_tagged() -> None:
    (hit,) = _hits("steel cups", kind="listing", title="Cup WhatsApp +86 138 0013 8000")
    assert "title" in hit.tags


@pytest.mark.parametrize(
    ("text", "term", "level", "tag"),
    [
        ("Contact me outside the platform for a better price", "unspecified", "review", "steer"),
        ("给您私下交易便宜些", "unspecified", "review", "steer"),
        ("scan the QR code in the last photo to add me", "unspecified", "review", "qr"),
        ("please share your mobile number", "phone", "violation", "solicit"),
        ("please share your personal email", "email", "violation", "solicit"),
        ("ok, I added you", "unspecified", "review", "acceptance"),
    ],
)
def test_steers_without_a_channel(text: str, term: str, level: str, tag: str) -> None:
    (hit,) = _hits(text)
    assert (hit.term, hit.level) == (term, level)
    assert tag in hit.tags


def test_recipients_number_for_the_waybill_is_no_solicitation() -> None:
    hits = _hits("please send the consignee name and your phone number for the waybill")
    assert all(hit.level == "info" for hit in hits)


def test_long_text_of_suspicion_stays_linear() -> None:
    text = "whatsapp or wechat not line: " * 2000
    scan = _scanner().scan(text)
    assert scan.decision != "allow"
