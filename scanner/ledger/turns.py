"""Turns: what was said, in the erasable table, and the window a message is read in.

The window is that of `scanner.windows`, but it survives the program: a conversation goes on where the ledger
left it, and a message delivered again is read in the window it had the first time.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Iterable
from itertools import takewhile
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

from scanner.ledger.chain import written
from scanner.ledger.store import Row, Store
from scanner.model import Message
from scanner.rules.times import Instant
from scanner.windows import CODE_POINTS, MESSAGES, SPAN

_KEPT = 32  # turns of one sender kept, so that a late retry finds its own
_OPEN = 50_000  # conversations kept open
_ASKED = 500  # conversations asked for in one statement
_BACK = int(SPAN.total_seconds())

_LAST = (
    "SELECT ref, at, body FROM personal INDEXED BY personal_turn "
    "WHERE kind = 'turn' AND conversation = ? AND sender = ? ORDER BY id DESC LIMIT ?"
)

_KNOWN = (
    "WITH asked(name) AS (VALUES {}) SELECT name FROM asked WHERE EXISTS "
    "(SELECT 1 FROM personal INDEXED BY personal_turn WHERE kind = 'turn' AND conversation = name)"
)


class Turn(NamedTuple):
    """One message of a sender; `size` is its code points with the newlines that join them."""

    ref: str
    at: Instant
    texts: tuple[str, ...]
    size: int


class Window(NamedTuple):
    """The earlier messages a message is read with: their texts, and whose message each text is."""

    texts: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()


_NONE = Window()


class Turns:
    """The open windows of one ledger. Valid inside a transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: OrderedDict[tuple[str, str], deque[Turn]] = OrderedDict()

    def forget(self) -> None:
        """A transaction failed, or somebody else wrote: read everything again."""
        self._open.clear()

    def meet(self, messages: Iterable[Message]) -> None:
        """A batch begins: find the new conversations at once, so that each need not be looked for alone."""
        pairs = {(message.conversation, message.sender) for message in messages}
        unknown = [pair for pair in pairs if pair not in self._open and pair[0] is not None and pair[1] is not None]
        if len(unknown) < 2:
            return
        names = sorted({str(conversation) for conversation, _ in unknown})
        known: set[str] = set()
        for start in range(0, len(names), _ASKED):
            some = names[start : start + _ASKED]
            rows = self._store.db.conn.execute(_KNOWN.format(", ".join(["(?)"] * len(some))), some)
            known.update(row[0] for row in rows)
        for conversation, sender in unknown:
            if conversation not in known:
                self._open[(str(conversation), str(sender))] = deque(maxlen=_KEPT)

    def window(self, message: Message, at: Instant) -> Window:
        """What a message is read with; the message itself is remembered for those after it."""
        if message.conversation is None or message.sender is None or message.kind != "message":
            return _NONE
        turns = self._of(message.conversation, message.sender)
        if not turns:
            turns.append(_turn(message, at))
            return _NONE
        ref = message.id
        if any(turn.ref == ref for turn in turns):
            return _reach(reversed(list(takewhile(lambda turn: turn.ref != ref, turns))), at)
        found = _whole(turns, at) or _reach(reversed(turns), at)
        turns.append(_turn(message, at))
        return found

    def _of(self, conversation: str, sender: str) -> deque[Turn]:
        key = (conversation, sender)
        turns = self._open.get(key)
        if turns is None:
            turns = self._open[key] = self._read(conversation, sender)
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        else:
            self._open.move_to_end(key)
        return turns

    def _read(self, conversation: str, sender: str) -> deque[Turn]:
        """The last turns of a sender that the ledger holds, oldest first."""
        turns: deque[Turn] = deque(maxlen=_KEPT)
        found = self._store.db.conn.execute(_LAST, (conversation, sender, _KEPT)).fetchall()
        for ref, at, body in reversed(found):
            texts = tuple(json.loads(body)["texts"])
            turns.append(Turn(ref, at, texts, _size(texts)))
        return turns


def _turn(message: Message, at: Instant) -> Turn:
    texts = message.messages or (message.text,)
    return Turn(message.id or "", at, texts, _size(texts))


def _size(texts: tuple[str, ...]) -> int:
    return sum(map(len, texts)) + len(texts)


def _whole(turns: deque[Turn], at: Instant) -> Window | None:
    """The usual window, quickly: all of the last turns are within reach and single texts; None when not so."""
    last = list(turns)[1 - MESSAGES :]
    refs, times, texts, sizes = zip(*last, strict=True)
    if at - min(times) > _BACK or max(times) - at > _BACK or sum(sizes) > CODE_POINTS:
        return None
    if max(map(len, texts)) > 1:
        return None
    return Window(tuple([text for (text,) in texts]), refs)


def _reach(latest_first: Iterable[Turn], at: Instant) -> Window:
    """The texts within reach of a message at `at`: as many, as long, as far back as a window is."""
    texts: list[str] = []
    refs: list[str] = []
    left = CODE_POINTS
    for turn in latest_first:
        if abs(at - turn.at) > _BACK or turn.size > CODE_POINTS:
            break
        for text in reversed(turn.texts):
            left -= len(text) + 1
            if left < 0 or len(texts) == MESSAGES - 1:
                return _window(texts, refs)
            texts.append(text)
            refs.append(turn.ref)
    return _window(texts, refs)


def _window(texts: list[str], refs: list[str]) -> Window:
    """A window from what was gathered backwards."""
    return Window(tuple(reversed(texts)), tuple(reversed(refs))) if texts else _NONE


def turn_row(message: Message, merchant: str | None, at: Instant) -> Row:
    """A message as a personal row."""
    texts = message.messages or (message.text,)
    if message.title is None and message.kind == "message" and message.text.isascii():
        body = f'{{"role":"{message.role}","texts":[{",".join(map(encode_basestring_ascii, texts))}]}}'
    else:
        fields: dict[str, Any] = {"role": message.role, "texts": texts, "kind": message.kind}
        body = written(fields if message.title is None else {**fields, "title": message.title})
    return ("turn", merchant, message.id, message.conversation, message.sender, at, body)
