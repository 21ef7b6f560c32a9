"""A text on the table: the original, where its messages meet, and its views, each made once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from scanner.model import Span
from scanner.text import view as views
from scanner.text.signals import has_signals
from scanner.text.skeleton import Skeleton
from scanner.text.view import View


class Reading:
    """The text read, `"\\n".join(pieces)`, with lazily made views. Immutable from outside.

    pieces  the messages in order (or previous messages and then the record's own text)
    own     index of the record's own piece
    signals whether a number, an address or a link may be in the text, where that has been found out already
    """

    def __init__(self, pieces: Sequence[str], own: int = 0, signals: bool | None = None) -> None:
        self._signals = signals
        self.pieces = tuple(pieces)
        self.own = own
        self.text = "\n".join(self.pieces)
        self.joints = self._joints()

    def _joints(self) -> frozenset[int]:
        """Offsets of the newlines that part two messages (newlines inside a message are not among them)."""
        at, out = -1, []
        for piece in self.pieces[:-1]:
            at += len(piece) + 1
            out.append(at)
        return frozenset(out)

    @property
    def own_start(self) -> int:
        """Where the record's own text begins."""
        return sum(len(piece) + 1 for piece in self.pieces[: self.own])

    @cached_property
    def folded(self) -> View:
        """Case, width, style and stacked marks undone; the view that words and patterns are read in."""
        return views.folded(self.text)

    @cached_property
    def signals(self) -> bool:
        """Whether a number, an address or a link may be in the text."""
        return has_signals(self.folded.text) if self._signals is None else self._signals

    @cached_property
    def skeleton(self) -> Skeleton:
        """Look-alikes and letter-for-digit swaps undone, separators dropped; indexes `folded`."""
        return Skeleton.of(self.folded.text)

    @cached_property
    def collapsed(self) -> Skeleton:
        """The skeleton with repeated letters written once."""
        return self.skeleton.collapsed()

    @cached_property
    def backwards(self) -> View:
        """The folded text from its end to its beginning."""
        return self.folded.backwards()

    def slice(self, span: Span) -> str:
        """The original text of a span."""
        return self.text[span.start : span.end]

    def message_of(self, offset: int) -> int:
        """Index of the piece an offset lies in."""
        return sum(1 for joint in self.joints if joint < offset)

    def crosses(self, span: Span) -> bool:
        """Whether a span reaches over from one message to the next."""
        return any(span.start <= joint < span.end for joint in self.joints)
