"""E-mail addresses in all their disguises."""

from __future__ import annotations

from functools import cache

import pytest

from scanner.detect.contact.addresses import EmailReader
from scanner.detect.contact.parts import Contact
from scanner.lexicon import load
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.signals import has_signals


@cache
def reader() -> EmailReader:
    return EmailReader(load(None).of("contact"))


def read(*pieces: str) -> list[Contact]:
    return reader().read(Reading(pieces))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Linda.Zhao@Foxmail.com", "linda.zhao@foxmail.com"),
        ("linda.zhao(at)foxmail(dot)com", "linda.zhao@foxmail.com"),
        ("linda.zhao {at} foxmail {dot} com", "linda.zhao@foxmail.com"),
        ("l i n d a @ f o x m a i l . c o m", "linda@foxmail.com"),
        ("my mail is linda_zhao at gmail", "linda_zhao@gmail.com"),
        ("linda艾特foxmail点com", "linda@foxmail.com"),
        ("sales 골뱅이 네이버 점 컴", "sales@naver.com"),
        ("olga собака яндекс точка ру", "olga@yandex.ru"),
        ("vendas arroba luz ponto com ponto br", "vendas@luz.com.br"),
        ("moc.liamg@oahz.adnil", "linda.zhao@gmail.com"),
        ("bGluZGEuemhhb0Bmb3htYWlsLmNvbQ==", "linda.zhao@foxmail.com"),
        ("g邮箱:linda_zhao", "linda_zhao@gmail.com"),
        ("write to linda99 gmail com", "linda99@gmail.com"),
        ("linda99%40gmail.com", "linda99@gmail.com"),
        ("ｌｉｎｄａ＠ｇｍａｉｌ．ｃｏｍ", "linda@gmail.com"),
        ("mail: linda@luz.example.thanks", "linda@luz.example"),
    ],
)
def test_value_is_the_canonical_address(text: str, value: str) -> None:
    assert [contact.value for contact in read(text)] == [value]
    assert has_signals(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "100 pcs @ $2.5, 500 @ 2.20", "motor 750W@220V", "boi gordo arroba a R$ 230,00", "nokta. Com portu RS232",
        "골뱅이 통조림 400g", "アットホームな箱", "look at picture 3. com port left", "we met at the fair in Dubai",
        "собака из плюша, точка продаж", "5.5@1000pcs.com", "point com", "gmail notifications on the watch",
    ],
)  # fmt: skip
def test_words_for_signs_in_honest_text_are_words(text: str) -> None:
    assert read(text) == []


def test_span_covers_the_address_only() -> None:
    text = "send the drawing to linda dot zhao at gmail dot com please"
    (contact,) = read(text)
    assert text[contact.span.start : contact.span.end] == "linda dot zhao at gmail dot com"
    assert "spelled" in contact.evasion


def test_over_messages() -> None:
    (contact,) = read("my mail", "linda.zhao", "at gmail", "dot com")
    assert contact.value == "linda.zhao@gmail.com"
    assert "split_messages" in contact.evasion


def test_whose_it_is() -> None:
    assert read("consignee: Luz SA, Quito, mail compras@luz.example")[0].third_party
    assert not read("mail me at linda@luz.example")[0].third_party
    assert read("on the label: service@luz.example")[0].contract
