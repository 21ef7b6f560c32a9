"""The words this project speaks in: what is read, what is found, what is decided.

Everything here is frozen data. Offsets are half-open and count code points of the text read,
which is `"\\n".join([*previous, title?, text])` or `"\\n".join(messages)`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

Level = Literal["violation", "review", "info"]
Decision = Literal["allow", "review", "block"]
Kind = Literal["message", "listing"]
Role = Literal["seller", "buyer"]

LEVELS: tuple[Level, ...] = ("info", "review", "violation")
"""From mildest to gravest."""

CATEGORIES = ("contact", "trademark", "drug", "trade_assurance")
"""The four kinds this project has detectors for; list packs may add others."""

EVASIONS = (
    "zero_width",  # invisible characters inside a word
    "marks",  # combining marks stacked on letters
    "styled",  # full-width, circled, mathematical, squared or regional-indicator letters
    "lookalike",  # letters of another script that look alike
    "leet",  # digits or symbols for letters
    "spaced",  # separators between the letters of one word
    "repeated",  # letters repeated on purpose
    "misspelled",  # an edit or two away from the term
    "homophone",  # other characters of the same sound
    "split_glyph",  # one character written as its components
    "reversed",  # written backwards
    "transliterated",  # in another script, by sound
    "euphemism",  # a nickname or a description for the thing
    "emoji",  # pictures for words
    "digits",  # digits in other scripts, shapes or letters-for-digits
    "spelled",  # numbers or punctuation written as words
    "encoded",  # base64 and the like
    "split_messages",  # over several messages of one sender
)
"""Closed set of `Hit.evasion`: the views it took to read the hit."""

TAGS = (
    "replica",  # replica wording beside a mark
    "nominative",  # "compatible with X": the mark names another's goods
    "authorised-claim",  # the text claims a licence
    "generic-use",  # the mark used as the name of a kind of goods
    "no-handle",  # a steer or a channel without a contact in it
    "handle",  # a contact is in the hit
    "solicit",  # asks for the other side's contact
    "steer",  # asks to leave the platform
    "acceptance",  # takes up an off-platform contact the other side gave
    "qr",  # points at a QR code or at a picture
    "title",  # lies in the title of a listing
    "deeplink",  # a link that opens a chat
    "third-party",  # a contact for the documents or the carriage
    "buyer",  # written by a buyer
    "contract-context",  # a contact beside talk of the contract or the documents
    "slang",  # a street name
    "cas",  # found by its CAS number
    "selling-cue",  # words of sale stand by
    "test-kit",
    "refusal",
    "quotation",
    "buyer-request",  # says that the buyer asked
    "grade:A+",
    "grade:A",
    "grade:B",
    "grade:C",
    "grade:D",
    "grade:E",
    "restricted",  # restricted, not banned; or dual use
    "payment-risk",
    "observe",  # its rule is being observed, not enforced
)
"""Closed set of `Hit.tags`: what the rules layer may need to know."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open interval of code points."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def union(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Part:
    """The piece of a hit that lies in one message; `start`/`end` index that message."""

    message: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AuthorisedMark:
    """A mark its owner lets a merchant use; an empty field sets no bound."""

    mark: str
    category: str | None = None
    territory: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Merchant:
    """The facts about a merchant that grant exceptions."""

    id: str | None = None
    registered_contacts: tuple[str, ...] = ()
    authorised_marks: tuple[AuthorisedMark, ...] = ()
    ta_signed: bool | None = None
    ta_opened: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to read: a chat message or (`kind="listing"`) a listing, with what surrounds it.

    `messages` holds consecutive messages of one sender and stands instead of `text`.
    """

    text: str = ""
    kind: Kind = "message"
    role: Role = "seller"
    category: str | None = None
    title: str | None = None
    merchant: Merchant | None = None
    previous: tuple[str, ...] = ()
    messages: tuple[str, ...] | None = None
    at: datetime | None = None
    id: str | None = None
    conversation: str | None = None
    sender: str | None = None
    channel: Literal["onsite", "outside"] = "onsite"
    context: Literal["reasonable", "unreasonable"] | None = None
    buyer_requested: bool | None = None

    def pieces(self) -> tuple[str, ...]:
        """The strings that are read, in order; joined by newlines they are the text read."""
        if self.messages is not None:
            return self.messages
        own = self.text if self.title is None else f"{self.title}\n{self.text}"
        return (*self.previous, own)

    def own_start(self) -> int:
        """Where the record's own text begins in the text read, in code points."""
        return sum(len(piece) + 1 for piece in self.previous) if self.messages is None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One finding: `text` is exactly the slice `span` of the text read."""

    rule: str
    category: str
    term: str
    level: Level
    span: Span
    text: str
    value: str | None = None
    score: float = 1.0
    evasion: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    why: str = ""
    exception: str | None = None
    parts: tuple[Part, ...] = ()

    def let_off(self, reason: str, level: Level = "info") -> Hit:
        """The same hit, excused: kept in the result with the reason."""
        return replace(self, level=level, exception=reason)

    def to_dict(self, position: Sequence[int] | None = None) -> dict[str, Any]:
        """The hit as the result line shows it; `position[i]` re-maps offset i when given."""
        start, end = self.span.start, self.span.end
        if position is not None:
            start, end = position[start], position[end]
        return {
            "rule": self.rule,
            "category": self.category,
            "term": self.term,
            "level": self.level,
            "start": start,
            "end": end,
            "text": self.text,
            "parts": [{"message": p.message, "start": p.start, "end": p.end} for p in self.parts],
            "value": self.value,
            "score": round(self.score, 2),
            "evasion": list(self.evasion),
            "tags": list(self.tags),
            "why": self.why,
            "exception": self.exception,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The answer for one text: a decision that follows from the hits' levels alone."""

    decision: Decision
    hits: tuple[Hit, ...] = ()
    text: str = field(default="", repr=False)
    text_start: int = 0
    degraded: tuple[str, ...] = ()
    packs: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""
    id: str | None = None

    def redact(self, text: str | None = None, mask: str = "*") -> str:
        """The text read with every hit at `review` or above masked, code point for code point.

        `text` is the text read; without it the scan's own copy is used, which a clean scan may not hold.
        """
        out = list(self.text if text is None else text)
        for hit in self.hits:
            if hit.level != "info":
                for i in range(hit.span.start, hit.span.end):
                    out[i] = out[i] if out[i] == "\n" else mask
        return "".join(out)

    def to_dict(self, offsets: Literal["codepoint", "utf16"] = "codepoint") -> dict[str, Any]:
        """The result line (keys in the contract's order); `utf16` counts offsets as JavaScript does."""
        position = _utf16_positions(self.text) if offsets == "utf16" and self.text else None
        start = position[self.text_start] if position else self.text_start
        return {
            "id": self.id,
            "decision": self.decision,
            "hits": [hit.to_dict(position) for hit in self.hits],
            "text_start": start,
            "degraded": list(self.degraded),
            "packs": dict(self.packs),
            "engine": self.engine,
        }


def _utf16_positions(text: str) -> list[int]:
    """UTF-16 offset of every code point and of the end; len(text) + 1 entries."""
    positions, at = [], 0
    for char in text:
        positions.append(at)
        at += 2 if char > "\uffff" else 1
    return [*positions, at]


def decide_level(hits: Sequence[Hit], degraded: Sequence[str]) -> Decision:
    """Any violation blocks; else any review, or a scan cut short, asks for a look; else allow."""
    levels = {hit.level for hit in hits}
    if "violation" in levels:
        return "block"
    return "review" if "review" in levels or degraded else "allow"


def parts_of(span: Span, pieces: Sequence[str], own: int) -> tuple[Part, ...]:
    """The pieces of `span` in each message; `own` is the index of the piece numbered 0.

    Empty unless the span crosses a message boundary.
    """
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece) + 1
    first = bisect_right(starts, span.start) - 1
    last = bisect_right(starts, max(span.start, span.end - 1)) - 1
    if first == last:
        return ()
    parts = []
    for i in range(first, last + 1):
        low = max(span.start, starts[i]) - starts[i]
        high = min(span.end - starts[i], len(pieces[i]))
        if high > low:
            parts.append(Part(i - own, low, high))
    return tuple(parts)
