"""E-mail addresses: plain, spelled ("name arroba host punto com"), spread, reversed, encoded, without an @.

Scores: plain 0.97; with the sign or the point in words 0.92; without an @ 0.85 beside a word for mail; ordinary
words for signs ("at", "point") count only where a mail host or such a word makes the reading sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from scanner.detect.contact.around import FAR, Around, Surroundings, bounds_of
from scanner.detect.contact.encoded import decoded_in
from scanner.detect.contact.hosts import valid_host
from scanner.detect.contact.parts import Contact, disjoint
from scanner.detect.contact.unmask import AT, DOT, WEAK_AT, Unmasker, tables
from scanner.lexicon.ordinary import ordinary_words
from scanner.lexicon.pack import Pack
from scanner.model import Span
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.view import View

MAX_ADDRESSES = 100
_GOVERNED = 200  # characters before an address in which "consignee" makes it a third party's
_CUE_SETS = ("mail", "personal", "third_party", "contract")
_LOCAL = rf"[a-z0-9_.%+{DOT}-]{{1,64}}+"
_HOST = rf"[a-z0-9-]{{1,63}}+(?>(?:[.{DOT}][a-z0-9-]{{1,63}}+){{0,5}})"
_EMAIL, _WEAK_EMAIL = (
    re.compile(rf"(?<![a-z0-9_.%+-])(?P<local>{_LOCAL})(?P<sign>{sign}{{1,2}})(?P<host>{_HOST})")
    for sign in (AT, WEAK_AT)
)
_PLAIN = re.compile(r"(?<![a-z0-9_.%+-])[a-z0-9_.%+-]{1,64}+@[a-z0-9-]{1,63}+(?>(?:\.[a-z0-9-]{1,63}+){1,5})")
_TWO_WORDS = re.compile(
    r"(?<![a-z0-9_.@/-])(?P<local>[a-z0-9][a-z0-9_.-]{4,40}+)[ (]{1,2}(?P<name>gmail|hotmail|foxmail)(?![a-z0-9.@])"
)
_CYRILLIC = re.compile(
    rf"(?<![а-я0-9_.-])(?P<local>[а-яa-z0-9][а-яa-z0-9_.{DOT}-]{{1,30}}+)@"
    rf"(?P<host>(?:yandex|gmail|mail|rambler)(?![а-яa-z0-9.{DOT}])|[а-яa-z0-9-]{{2,30}}+[.{DOT}](?:ru|com|рф|by|kz|ua|su|net|org)(?![а-яa-z0-9]))"
)
"""A mailbox whose name is written in Cyrillic letters as it is said."""
_FAMILIES = frozenset(("gmail", "yahoo", "hotmail", "outlook", "live", "yandex", "icloud", "protonmail", "gmx"))
"""Mail hosts that have an ending for every country."""
_MAIL_ONLY = ("gmail", "googlemail", "hotmail", "foxmail", "protonmail", "hanmail")
_BOX_HOSTS = "gmail|googlemail|hotmail|foxmail|outlook|yahoo|icloud|protonmail|163|126|qq|naver|hanmail|yandex"
_TOLD_HOSTS = f"{_BOX_HOSTS}|rambler|gmx"
_HOST_NAMED = re.compile(_TOLD_HOSTS)
_ODD_SIGN = r"[#*&^~|$¤ⓐ]{1,3}"


class EmailReader:
    """Reads addresses. Built once from the packs of category contact; holds no state after."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._unmasker = Unmasker(packs)
        self._hosts: dict[str, str] = {k: str(v) for k, v in tables(packs, "hosts").items()}
        self._domains = frozenset(self._hosts.values())
        self._roles = frozenset(tables(packs, "words").get("roles", ()))
        self._ordinary = frozenset(tables(packs, "words").get("ordinary", ()))
        words = tables(packs, "words")
        self._between, self._leading, self._trailing = (
            [fold(word) for word in words.get(name, ())] for name in ("between", "leading", "trailing")
        )
        self._surroundings = Surroundings(packs, _CUE_SETS)

    def read(self, reading: Reading, plain: View | None = None) -> list[Contact]:
        """Every address of the text, in text order; they do not overlap.

        plain   the text unmasked, when the caller has it
        """
        plain = plain or self._unmasker.plain(reading.folded)
        found = [*islice(self._reversed(reading), MAX_ADDRESSES), *_encoded(reading)]
        patterns = (_EMAIL, _WEAK_EMAIL, _TWO_WORDS, _CYRILLIC, self._bare, self._nicknamed, _HOST_NAMED)
        if not found and not any(pattern.search(plain.text) for pattern in patterns):
            return []
        around = self._surroundings.of(reading)
        found.extend(islice(self._signed(plain, reading, around), MAX_ADDRESSES))
        found.extend(islice(self._cyrillic(plain, reading), MAX_ADDRESSES))
        found.extend(islice(self._unsigned(plain, reading, around), MAX_ADDRESSES))
        return [_placed(contact, reading, around) for contact in disjoint(found)[:MAX_ADDRESSES]]

    def _signed(self, plain: View, reading: Reading, around: Around) -> Iterator[Contact]:
        for match in (*_EMAIL.finditer(plain.text), *_WEAK_EMAIL.finditer(plain.text)):
            local = match["local"].replace(DOT, ".").strip(".%-")
            host = self._host(match["host"].replace(DOT, "."))
            if host is None or not self._is_mailbox(local, host):
                continue
            span = plain.span(_start(match), match.end("host") - _surplus(match["host"], host))
            weak = WEAK_AT in match["sign"]
            if not weak or self._is_sure(match, local, host, self._has_mail_cue(around, reading, span)):
                yield self._contact(reading, span, f"{local}@{host}", 0.9 if weak else 0.95)

    def _cyrillic(self, plain: View, reading: Reading) -> Iterator[Contact]:
        for match in _CYRILLIC.finditer(plain.text):
            if not match[0].isascii():
                value = match[0].replace(DOT, ".")
                yield self._contact(reading, plain.span(*match.span()), value, 0.9)

    def _is_mailbox(self, local: str, host: str) -> bool:
        """A name with a letter; digits alone are names at mail hosts only ("5.5@1000pcs" is a price)."""
        if any(c.isalpha() for c in local):
            return True
        return local.isdecimal() and len(local) >= 5 and host in self._domains

    def _is_sure(self, match: re.Match[str], local: str, host: str, cue: bool) -> bool:
        """Whether an ordinary word for the sign ("at") must be one here."""
        if local in self._ordinary:
            return False
        known = host in self._domains or host.partition(".")[0] in _FAMILIES
        if DOT in match["host"]:
            return known or cue or _is_name(local) or local in self._roles
        return known and (cue or _is_name(local))

    def _host(self, host: str) -> str | None:
        """The host completed: "gmail" is gmail.com, "gmail.com.thanks" too."""
        if host in self._hosts:
            return self._hosts[host]
        return valid_host(host)

    def _has_mail_cue(self, around: Around, reading: Reading, span: Span) -> bool:
        view = reading.folded
        return around.near("mail", view.index(span.start), view.index(span.end), 50, 30)

    @cached_property
    def _bare(self) -> re.Pattern[str]:
        """A name and a mail host with something else than an @ between them, or nothing but a blank."""
        names = "|".join(re.escape(name) for name in sorted(self._hosts, key=len, reverse=True))
        return re.compile(
            rf"(?<![a-z0-9_.%+@-])(?P<local>[a-z0-9][a-z0-9_.-]{{2,40}}+)(?P<sign> |{_ODD_SIGN})(?P<name>{names})"
            rf"(?P<dot>[.{DOT} ]|\W?{DOT})(?P<end>com|net|ru|cn|de|fr|it|pl|jp|kr)(?![a-z0-9])"
        )

    @cached_property
    def _nicknamed(self) -> re.Pattern[str]:
        """A mail host and then a handle on it: "gmail: acme.sandy", "mi gmail es acme.sandy"."""
        words, signs = _spaced_and_not(self._between)
        link = rf"(?>(?:[ ]?(?:\.com(?![a-z])|[:：=\-–—→>\"'“,，]|(?<![a-z])(?:{words})(?![a-z])|{signs})){{0,6}})[ ]?"
        return re.compile(
            rf"(?<![a-z0-9@.])(?P<name>{_BOX_HOSTS}){link}(?P<local>[a-z0-9][a-z0-9._-]{{4,40}}+)(?![@{AT}])"
        )

    @cached_property
    def _told(self) -> re.Pattern[str]:
        """A handle and then words that lead to a mail host: "acme_sandy and then gmail, the usual ending"."""
        leads, tails = (_spaced_and_not(words) for words in (self._leading, self._trailing))
        gap = rf"[ ,;:，、。+&\n{WEAK_AT}\"'-]{{0,3}}"
        lead, tail = (rf"(?:(?<![a-z])(?:{words})(?![a-z])|{signs})" for words, signs in (leads, tails))
        return re.compile(
            rf"(?<![a-z0-9_.@/-])(?P<local>[a-z0-9][a-z0-9_.{DOT}-]{{4,40}}+)(?P<lead>(?>(?:{gap}{lead}){{0,4}})){gap}"
            rf"(?<![a-z])(?P<name>{_TOLD_HOSTS})(?![a-z0-9@{AT}])"
            rf"(?P<end>[.{DOT} ]{{1,2}}(?:com|net|ru|cn)(?![a-z0-9]))?(?P<tail>{gap}{tail})?"
        )

    def _loose(self, plain: View, reading: Reading, around: Around) -> Iterator[Contact]:
        """Addresses told loosely, without any sign."""
        if not _HOST_NAMED.search(plain.text):
            return
        for match in self._told.finditer(plain.text):
            local = match["local"].replace(DOT, ".").strip(".-")
            if not _is_box(local) or valid_host(local) is not None:
                continue
            span = plain.span(match.start("local"), match.end("end" if match["end"] else "name"))
            told = match["lead"] or match["tail"]
            sure = told and (match["name"] in _MAIL_ONLY or match["end"])
            if sure or self._has_mail_cue(around, reading, span):
                yield self._contact(reading, span, f"{local}@{self._hosts[match['name']]}", 0.85)

    def _unsigned(self, plain: View, reading: Reading, around: Around) -> Iterator[Contact]:
        for match in self._bare.finditer(plain.text):
            local, host = match["local"].strip(".-"), self._hosts.get(match["name"], "")
            host = host if host.endswith(match["end"]) else f"{match['name']}.{match['end']}"
            if local in self._ordinary or not self._is_mailbox(local, host):
                continue
            span = plain.span(match.start("local"), match.end("end"))
            cue = self._has_mail_cue(around, reading, span)
            if match["sign"] != " " or cue or _is_name(local):
                yield self._contact(reading, span, f"{local}@{host}", 0.88 if cue or match["sign"] != " " else 0.75)
        for match in _TWO_WORDS.finditer(plain.text):
            if _is_name(match["local"]) and any(c.isalpha() for c in match["local"]):
                value = f"{match['local'].strip('.-')}@{self._hosts[match['name']]}"
                span = plain.span(match.start("local"), match.end("name"))
                yield self._contact(reading, span, value, 0.86 if self._has_mail_cue(around, reading, span) else 0.72)
        for match in self._nicknamed.finditer(plain.text):
            local = match["local"].strip(".-")
            written = reading.slice(plain.span(*match.span())).casefold()
            span = plain.span(match.start("name"), match.end("local"))
            mail = match["name"] in _MAIL_ONLY or "mail" in match[0] or "邮" in written
            mail = mail or self._has_mail_cue(around, reading, span)
            told = match.start("local") - match.end("name") > 2
            if mail and _is_box(local) and (told or valid_host(local) is None):
                yield self._contact(reading, span, f"{local}@{self._hosts[match['name']]}", 0.85)
        yield from self._loose(plain, reading, around)

    def _reversed(self, reading: Reading) -> Iterator[Contact]:
        """moc.liamg@eman: an address only from its end to its beginning."""
        if "@" not in reading.folded.text:
            return
        view = reading.backwards
        for match in _PLAIN.finditer(view.text):
            local, _, host = match[0].partition("@")
            valid = valid_host(host)
            forward = match[0][::-1].partition("@")[2]
            if valid and (valid_host(forward) is None or (valid in self._domains and forward not in self._domains)):
                span = view.span(match.start(), match.end() - _surplus(host, valid))
                yield Contact(
                    "email", None, f"{local.strip('.%-')}@{valid}", span, 0.92, ("reversed",), "an address backwards"
                )

    def _contact(self, reading: Reading, span: Span, value: str, score: float) -> Contact:
        written = reading.slice(span)
        evasion = _evasion(written, value)
        if reading.crosses(span):
            evasion = (*evasion, "split_messages")
        why = "an e-mail address" if not evasion else "an e-mail address in disguise"
        return Contact("email", None, value, span, 0.97 if not evasion else score, evasion, why)


def _spaced_and_not(words: Sequence[str]) -> tuple[str, str]:
    """Alternations of the words in scripts with spaces and of those in scripts without, longest first."""
    told = sorted(words, key=len, reverse=True)
    spaced, unspaced = ("|".join(re.escape(w) for w in told if (w < "\u2e80") == apart) for apart in (True, False))
    return spaced, unspaced


def _start(match: re.Match[str]) -> int:
    """Where the local part begins, without points before it."""
    local = match["local"]
    return match.start("local") + len(local) - len(local.lstrip(f".%-{DOT}"))


def _surplus(written: str, host: str) -> int:
    """How many characters behind the host were cut off (glued words); none when the host was completed."""
    plain = written.replace(DOT, ".")
    return len(plain) - len(host) if plain.startswith(host) else 0


def _is_name(local: str) -> bool:
    """Whether a local part looks like a mailbox and not like a word of the sentence."""
    return any(c.isdigit() or c in "._-" for c in local.strip("._-"))


def _is_box(local: str) -> bool:
    """Whether a word beside the name of a mail host is the name of a box: "acme.sandy", not "wi-fi" or "2-step"."""
    if not _is_name(local) or local.startswith("com") or not (local[0].isalpha() or local[:4].isdecimal()):
        return False
    if any(c.isdigit() or c in "._" for c in local):
        return True
    return len(local) > 7 and any(len(part) > 2 and part not in ordinary_words() for part in local.split("-"))


def _evasion(written: str, value: str) -> tuple[str, ...]:
    if written.casefold() == value:
        return ()
    out = []
    if ("@" not in written and "＠" not in written) or len(written.split()) > 2:
        out.append("spelled" if any(c.isalpha() for c in written if c not in value) or "@" not in written else "spaced")
    if any(a.isspace() for a in written) and "spaced" not in out:
        out.append("spaced")
    if any("\u0370" <= c < "\u0530" for c in written) and "@" in written:
        out.append("lookalike")
    elif not written.isascii() and not out:
        out.append("styled")
    return tuple(out or ["spelled"])


def _encoded(reading: Reading) -> Iterator[Contact]:
    for start, end, plain in decoded_in(reading.text):
        match = _PLAIN.search(plain.lower())
        if match and (host := valid_host(match[0].partition("@")[2])):
            value = f"{match[0].partition('@')[0]}@{host}"
            yield Contact("email", None, value, Span(start, end), 0.95, ("encoded",), "an e-mail address in base64")


def _placed(contact: Contact, reading: Reading, around: Around) -> Contact:
    """The contact with whose it is."""
    view = reading.folded
    start = min(view.index(contact.span.start), len(view.text) - 1)
    end = view.index(contact.span.end)
    low, high = bounds_of(reading, start)
    third = around.count("third_party", max(low, start - _GOVERNED), start) > 0 and not around.before("personal", start)
    contract = around.count("contract", max(low, start - FAR), min(high, end + 90)) > 0
    cue = around.before("mail", start)
    return contact._replace(third_party=third and not contact.evasion, contract=contract, cue=cue.span if cue else None)


__all__ = ["EmailReader"]
