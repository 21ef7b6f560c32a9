"""Links to chats and pages, plain and disguised, and text that only looks like one."""

from __future__ import annotations

from functools import cache

import pytest

from scanner.detect.contact.hosts import valid_host
from scanner.detect.contact.links import LinkReader
from scanner.detect.contact.parts import Contact
from scanner.lexicon import load
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.signals import has_signals


@cache
def reader() -> LinkReader:
    return LinkReader(load(None).of("contact"))


def read(*pieces: str) -> list[Contact]:
    return reader().read(Reading(pieces))


@pytest.mark.parametrize(
    ("text", "channel", "value"),
    [
        ("https://wa.me/8613922887766", "whatsapp", "wa.me/8613922887766"),
        ("wa . me / 86 139 2288 7766", "whatsapp", "wa.me/8613922887766"),
        ("t(.)me/luzlamps", "telegram", "t.me/luzlamps"),
        ("t dot me slash luzlamps", "telegram", "t.me/luzlamps"),
        ("line.me/ti/p/abc", "line", "line.me/ti/p/abc"),
        ("m.me/luzlamps", "facebook", "m.me/luzlamps"),
        ("whatsapp://send?phone=8613922887766", "whatsapp", "whatsapp://send?phone=8613922887766"),
        ("d2EubWUvODYxMzkyMjg4Nzc2Ng==", "whatsapp", "wa.me/8613922887766"),
    ],
)
def test_links_that_open_a_chat(text: str, channel: str, value: str) -> None:
    assert [(c.kind, c.channel, c.value) for c in read(text)] == [("deeplink", channel, value)]
    assert has_signals(fold(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("our shop https://luz-lamps.example/x?a=1).", "luz-lamps.example/x?a=1"),
        ("hxxps://luzlamps.com", "luzlamps.com"),
        ("www . luzlamps . com", "luzlamps.com"),
        ("luzlamps dot com dot cn", "luzlamps.com.cn"),
        ("官网luzlamps点com", "luzlamps.com"),
        ("google luzlamps and add dot com behind", "luzlamps.com"),
        ("visit our site luzlamps.to", "luzlamps.to"),
        ("linktr.ee/luzlamps", "linktr.ee/luzlamps"),
        ("bit.ly/3xYz", "bit.ly/3xyz"),
        ("магазин лампы.рф", "лампы.рф"),
    ],
)
def test_pages_elsewhere(text: str, value: str) -> None:
    assert [(c.kind, c.value) for c in read(text)] == [("url", value)]
    assert has_signals(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "ready.to ship on Friday.so please", "let.me know", "invoice.pdf, photos.zip, run.py", "Co.Ltd and Inc.",
        "12.5mm, v2.0.io, 3.3V", "https://www.alibaba.com/product-detail/x_1.html", "s.alicdn.com/x.jpg",
        "track at https://www.dhl.com/track", "see fda.gov", "e.g. this, i.e. that", "linda@luz.example",
        "costura ponto com linha", "preço bom.Com nota", "ASP.NET and node.js", "CE, ETL. Net 8.2 kg",
    ],
)  # fmt: skip
def test_what_is_no_link(text: str) -> None:
    assert read(text) == []


def test_a_link_over_messages() -> None:
    (contact,) = read("open this", "wa", "dot me", "slash 86139", "2288 7766")
    assert contact.value == "wa.me/8613922887766"
    assert "split_messages" in contact.evasion


@pytest.mark.parametrize(
    ("host", "valid"), [("a.com", "a.com"), ("a.com.thanks", "a.com"), ("a.pdf", None), ("com", None), ("a-.com", None)]
)
def test_hosts_end_in_the_root_zone(host: str, valid: str | None) -> None:
    assert valid_host(host) == valid
