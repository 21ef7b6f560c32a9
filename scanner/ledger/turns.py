"""Turns: what was said, in the erasable table, and the window a message is read in.

The window is that of `scanner.windows`, but it survives the program: a conversation goes on where the ledger
left it, and a message delivered again is read in the window it had the first time.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scanner.ledger.chain import written
from scanner.ledger.store import Row, Store
from scanner.model import Message
from scanner.rules.times import Instant
from scanner.windows import CODE_POINTS, MESSAGES, SPAN

_KEPT = 32  # turns of one sender kept, so that a late retry finds its own
_OPEN = 50_000  # conversations kept open


_LAST = (
    "SELECT ref, at, body FROM personal INDEXED BY personal_turn "
    "WHERE kind = 'turn' AND conversation = ? AND sender = ? ORDER BY id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a sender, with the window it was read in."""

    ref: str
    at: Instant
    texts: tuple[str, ...]
    window: tuple[Turn, ...] = ()


class Turns:
    """The open windows of one ledger. Valid inside a transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: OrderedDict[tuple[str, str], deque[Turn]] = OrderedDict()

    def forget(self) -> None:
        """A transaction failed: read everything again."""
        self._open.clear()

    def place(self, message: Message, at: Instant) -> tuple[Message, tuple[str, ...]]:
        """A message with the earlier ones as `previous`, and their refs in the same order."""
        if message.conversation is None or message.sender is None or message.kind != "message":
            return message, ()
        turns = self._of(message.conversation, message.sender)
        known = next((turn for turn in reversed(turns) if turn.ref == message.id), None)
        window = _reach(turns, at) if known is None else known.window
        if known is None:
            texts = message.messages or (message.text,)
            turns.append(Turn(message.id or "", at, texts, window))
        refs = tuple(turn.ref for turn in window for _ in turn.texts)
        if not window or message.messages is not None or message.previous:
            return message, refs
        previous = tuple(text for turn in window for text in turn.texts)
        return replace(message, previous=previous), refs

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
            turns.append(Turn(ref, at, texts, _reach(turns, at)))
        return turns


def _reach(turns: Sequence[Turn], at: Instant) -> tuple[Turn, ...]:
    """The turns within reach of a message at `at`, oldest first: as many, as long, as far back as a window is."""
    reached: list[Turn] = []
    left, room = CODE_POINTS, MESSAGES - 1
    for turn in reversed(turns):
        left -= sum(len(text) + 1 for text in turn.texts)
        room -= len(turn.texts)
        if left < 0 or room < 0 or abs(at - turn.at) > SPAN.total_seconds():
            break
        reached.append(turn)
    return tuple(replace(turn, window=()) for turn in reversed(reached))


def turn_row(message: Message, merchant: str | None, at: Instant) -> Row:
    """A message as a personal row."""
    body: dict[str, Any] = {"role": message.role, "texts": message.messages or (message.text,)}
    if message.title is not None:
        body["title"] = message.title
    if message.kind != "message":
        body["kind"] = message.kind
    return ("turn", merchant, message.id, message.conversation, message.sender, at, written(body))
