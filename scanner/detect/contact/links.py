"""Links: chats that they open, shops and pages elsewhere, shorteners; written plainly, spread out or in words.

Scores: a link that opens a chat 0.97; with a scheme or www 0.95; a bare host with an ending that nobody writes by
accident 0.85, with any other ending only beside a path or a word for websites, 0.75. The platform's own hosts and
those that the pack calls innocent are not returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from scanner.detect.contact.around import FAR, Around, Surroundings, bounds_of
from scanner.detect.contact.encoded import decoded_in
from scanner.detect.contact.hosts import is_under, valid_host
from scanner.detect.contact.parts import Contact, disjoint
from scanner.detect.contact.unmask import AT, DOT, Unmasker, tables
from scanner.lexicon.pack import Pack
from scanner.model import Span
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.view import View

MAX_LINKS = 100
_CUE_SETS = ("link", "behind", "contract")
_PATH = r"(?:[/?#][^\s<>\"'“”‘’「」『』（）()，。；、！|]{0,300}+)?"
_HOST = rf"[a-z0-9](?:[a-z0-9-]{{0,62}})(?>(?:[.{DOT}][a-z0-9-]{{1,63}}+){{1,6}})"
_LINK = re.compile(
    rf"(?P<scheme>(?:https?|hxxps?|h\*\*ps?|htt?ps?|ftp)[ ]?(?:\[:\]|:|：)[ ]?/{{1,3}}[ ]?)?"
    rf"(?<![a-z0-9_.@{AT}{DOT}-])(?P<host>{_HOST})(?P<port>:\d{{2,5}})?(?P<path>{_PATH})"
)
_APP = re.compile(
    r"(?<![a-z0-9])(?P<scheme>[a-z][a-z-]{1,12}):(?P<rest>//[^\s<>\"'，。]{1,200}|\+?[0-9][0-9 ()-]{6,20}[0-9])"
)
_SKYPE = re.compile(r"(?<![a-z0-9])skype:(?P<rest>[a-z][a-z0-9._,:-]{5,40})\?(?:chat|call|add)")
_DIGITS_PATH = re.compile(r"[/= ]{1,3}\+?[0-9][0-9 ()\-\n]{5,22}[0-9]")
_NAMELESS = re.compile(rf"[.{DOT}](?P<end>com|net|org|shop|store|cn|ru)(?![a-z0-9])")
_TITLE = re.compile(r" [a-z0-9]")
_NAME = re.compile(r"[a-z0-9-]{4,40}")


class LinkReader:
    """Reads links. Built once from the packs of category contact; holds no state after."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = packs
        self._unmasker = Unmasker(packs)
        self._surroundings = Surroundings(packs, _CUE_SETS)

    @cached_property
    def _deep(self) -> dict[str, str]:
        return {k: str(v) for k, v in tables(self._packs, "deeplinks").items()}

    @cached_property
    def _schemes(self) -> dict[str, str]:
        return {k: str(v) for k, v in tables(self._packs, "schemes").items()}

    @cached_property
    def _kinds(self) -> dict[str, tuple[str, ...]]:
        return {k: tuple(v) for k, v in tables(self._packs, "hosts_by_kind").items()}

    @cached_property
    def _innocents(self) -> frozenset[str]:
        """The platform's own hosts, and those that lead nobody away."""
        return frozenset((*self._kinds.get("platform", ()), *self._kinds.get("innocent", ())))

    @cached_property
    def _shorteners(self) -> frozenset[str]:
        """Hosts that only lead on to others."""
        return frozenset((*self._kinds.get("shorteners", ()), *self._kinds.get("bundles", ())))

    @cached_property
    def _sure(self) -> frozenset[str]:
        return frozenset(tables(self._packs, "endings").get("sure", ()))

    @cached_property
    def _doubtful(self) -> tuple[str, ...]:
        return tuple(fold(word) for word in tables(self._packs, "endings").get("doubtful_dots", ()))

    def _is_doubtful(self, match: re.Match[str], plain: View, around: Around) -> bool:
        """Whether the word for the point and what follows are words of a sentence too ("ponto com linha")."""
        if DOT not in match["host"]:
            return False
        span = plain.span(*match.span("host"))
        written = around.text[span.start : span.end]  # close enough: the two differ only where folding adds letters
        return any(word in written for word in self._doubtful)

    @cached_property
    def _mail(self) -> frozenset[str]:
        """Mail hosts: their bare names belong to addresses."""
        return frozenset(str(host) for host in tables(self._packs, "hosts").values())

    @cached_property
    def _not_names(self) -> frozenset[str]:
        """Words before "dot com" that are no host: "and add dot com behind"."""
        return frozenset(word for pack in self._packs for word in pack.cues.get("behind", ()))

    @cached_property
    def _idn(self) -> re.Pattern[str]:
        names = "|".join(map(re.escape, tables(self._packs, "endings").get("idn", ()) or ["\x00"]))
        return re.compile(rf"(?<![\w.@-])[\w-]{{2,40}}\.(?:{names})(?!\w)")

    def read(self, reading: Reading, plain: View | None = None) -> list[Contact]:
        """Every link of the text to the outside, in text order; they do not overlap.

        plain   the text unmasked, when the caller has it
        """
        plain = plain or self._unmasker.plain(reading.folded)
        found = [*islice(self._apps(plain, reading), MAX_LINKS), *self._encoded(reading)]
        if not found and not _might_hold(plain.text) and not self._idn.search(plain.text):
            return []
        around = self._surroundings.of(reading)
        found.extend(islice(self._hosts(plain, reading, around), MAX_LINKS))
        found.extend(islice(self._nameless(plain, reading, around), MAX_LINKS))
        return [_placed(contact, reading, around) for contact in disjoint(found)[:MAX_LINKS]]

    def _apps(self, plain: View, reading: Reading) -> Iterator[Contact]:
        """whatsapp://send?phone=..., tel:+86..., skype:name?chat."""
        if ":" not in plain.text:
            return
        for match in _APP.finditer(plain.text):
            channel = self._schemes.get(match["scheme"])
            if channel and channel not in ("email", "phone"):
                yield _contact("deeplink", channel, match[0], plain.span(*match.span()), 0.97, reading)
        for match in _SKYPE.finditer(plain.text):
            yield _contact("deeplink", "skype", match[0], plain.span(*match.span()), 0.97, reading)

    def _hosts(self, plain: View, reading: Reading, around: Around) -> Iterator[Contact]:
        for match in _LINK.finditer(plain.text):
            host = valid_host(match["host"].replace(DOT, ".").removeprefix("www."))
            if host is None or host in self._kinds.get("names", ()) or _new_sentence(match, plain, reading):
                continue
            if (channel := self._channel(host)) and _opens(match):
                yield self._deeplink(match, host, channel, plain, reading)
            elif not self._innocent(host) and (score := self._score(match, host, plain, around, reading)):
                yield _contact("url", None, host + _path(match), _span(match, host, plain), score, reading)
        for match in self._idn.finditer(plain.text):
            yield _contact("url", None, match[0], plain.span(*match.span()), 0.85, reading)

    def _channel(self, host: str) -> str | None:
        parts = host.split(".")
        for i in range(len(parts) - 1):
            if channel := self._deep.get(".".join(parts[i:])):
                return channel
        return None

    def _deeplink(self, match: re.Match[str], host: str, channel: str, plain: View, reading: Reading) -> Contact:
        end = match.end()
        path = match["path"].rstrip(".,;:!?")
        more = _DIGITS_PATH.match(plain.text, match.end("host"))
        if channel == "whatsapp" and more and more.end() > end:
            end, path = more.end(), "/" + re.sub(r"\D", "", more[0])
        elif path != match["path"]:
            end -= len(match["path"]) - len(path)
        span = plain.span(match.start("scheme") if match["scheme"] else match.start("host"), end)
        return _contact("deeplink", channel, host + path, span, 0.97 if len(path) > 1 else 0.7, reading)

    def _innocent(self, host: str) -> bool:
        endings = self._kinds.get("innocent_endings", ())
        return host in self._mail or is_under(host, self._innocents) or any(host.endswith("." + e) for e in endings)

    def _score(self, match: re.Match[str], host: str, plain: View, around: Around, reading: Reading) -> float:
        """How surely a host is meant as one; 0 when not."""
        if match["scheme"] or match["host"].startswith("www"):
            return 0.95
        listed = is_under(host, self._shorteners)
        path = len(match["path"]) > 1 and host + match["path"] != host
        if listed:
            return 0.92 if path else 0.6
        label, _, ending = host.rpartition(".")
        cue = self._cue(match, plain, around, reading)
        if not any(c.isalpha() for c in label) and not (cue or path):
            return 0.0
        if DOT in match["host"]:
            if label in self._not_names or (not cue and "-" not in label and self._is_doubtful(match, plain, around)):
                return 0.0
            return 0.88 if ending in self._sure or cue else 0.0
        if ending in self._sure:
            if cue or path or "-" in label:
                return 0.9
            return 0.6 if len(label) < 3 or _is_name_of_goods(match, ending, plain) else 0.85
        if cue and len(label) >= 4:
            return 0.8
        if _glued(match, plain.text):
            return 0.0
        return 0.8 if (path and len(label) >= 2 and match["path"][0] == "/") or "-" in label else 0.0

    def _cue(self, match: re.Match[str], plain: View, around: Around, reading: Reading) -> bool:
        start = reading.folded.index(plain.span(*match.span("host")).start)
        return around.before("link", start, 24) is not None

    def _encoded(self, reading: Reading) -> Iterator[Contact]:
        for start, end, decoded in decoded_in(reading.text):
            match = _LINK.match(decoded.lower())
            host = valid_host(match["host"]) if match else None
            if match and host and match.end() >= len(decoded) - 2:
                channel = self._channel(host)
                kind, value = ("deeplink" if channel else "url"), host + match["path"]
                yield Contact(kind, channel, value, Span(start, end), 0.95, ("encoded",), "a link in base64")

    def _nameless(self, plain: View, reading: Reading, around: Around) -> Iterator[Contact]:
        """ "google boguscodies and add dot com behind": a name, and elsewhere the ending to put behind it."""
        for match in _NAMELESS.finditer(plain.text):
            span = plain.span(*match.span())
            start = reading.folded.index(span.start)
            search = around.first_before("link", start, 60)
            if DOT not in match[0] or search is None or not around.near("behind", start, start, 30, 30):
                continue
            name = _NAME.search(reading.folded.text, search.end, start)
            if name:
                whole = reading.folded.span(*name.span()).union(span)
                yield _contact("url", None, f"{name[0]}.{match['end']}", whole, 0.8, reading)


def _might_hold(plain: str) -> bool:
    return _NAMELESS.search(plain) is not None or _LINK.search(plain) is not None


def _new_sentence(match: re.Match[str], plain: View, reading: Reading) -> bool:
    """Whether a capital behind the point shows that a blank is missing: "preço bom.Com nota"."""
    if match["scheme"] or match["path"] or DOT in match["host"]:
        return False
    written = reading.slice(plain.span(*match.span("host")))
    last = written.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()


def _opens(match: re.Match[str]) -> bool:
    """A chat host with somewhere to go; the bare name of an app's site is a link like others."""
    return bool(match["path"]) or bool(match["scheme"]) or match.string[match.end() : match.end() + 1] in ("/", " ")


def _is_name_of_goods(match: re.Match[str], ending: str, plain: View) -> bool:
    """A host that begins a text and goes on as a title ("startech.com usb cable"), or "Visual Basic . NET"."""
    begins = match.start() == 0 and ending == "com" and _TITLE.match(plain.text, match.end()) is not None
    span = plain.span(*match.span("host"))
    return begins or (ending != "com" and len(span) > match.end("host") - match.start("host"))


def _glued(match: re.Match[str], text: str) -> bool:
    """Two sentences without a blank between them: "ready.to ship", "Friday.so please", "Co.Ltd"."""
    after = text[match.end() : match.end() + 1]
    return not match["path"] and (after in (" ", "") or after.isalpha()) and "-" not in match["host"]


def _path(match: re.Match[str]) -> str:
    return match["path"].rstrip(".,;:!?")


def _span(match: re.Match[str], host: str, plain: View) -> Span:
    start = match.start("scheme") if match["scheme"] else match.start("host")
    written = match["host"].replace(DOT, ".").removeprefix("www.")
    cut = len(written) - len(host) if written.startswith(host) else 0
    end = match.end("host") - cut if cut else match.end() - (len(match["path"]) - len(_path(match)))
    return plain.span(start, end)


def _contact(kind: str, channel: str | None, value: str, span: Span, score: float, reading: Reading) -> Contact:
    why = f"a link that opens {channel}" if channel else "a link to a page elsewhere"
    return Contact(kind, channel, value, span, score, tuple(_evasion(reading, span, value)), why)


def _evasion(reading: Reading, span: Span, value: str) -> Iterator[str]:
    written = reading.slice(span)
    spaced = any(c.isspace() for c in written)
    if spaced:
        yield "spaced"
    if written.count(".") < value.partition("/")[0].count("."):
        yield "spelled"
    elif not written.isascii() and not spaced and value.isascii():
        yield "styled"
    if reading.crosses(span):
        yield "split_messages"


def _placed(contact: Contact, reading: Reading, around: Around) -> Contact:
    """The contact with whose it is."""
    view = reading.folded
    start = min(view.index(contact.span.start), len(view.text) - 1)
    end = view.index(contact.span.end)
    low, high = bounds_of(reading, start)
    return contact._replace(contract=around.count("contract", max(low, start - FAR), min(high, end + 90)) > 0)


__all__ = ["LinkReader"]
