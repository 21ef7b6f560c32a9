"""Windows: a chat message is read together with the same sender's messages just before it.

A contact is split over messages to be missed ("sky" / "pe" / "live:..."); the window puts it together.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from scanner.model import Message

MESSAGES = 8
"""Messages in a window, the one being read included."""
CODE_POINTS = 600
"""How far back a window reaches, in code points of earlier messages (newlines between them included)."""
SPAN = timedelta(minutes=30)
"""How far back a window reaches in time, when both messages carry one."""
OPEN_WINDOWS = 100_000
"""Windows kept open at once; the one longest unused closes first."""


_Earlier = tuple[datetime | None, tuple[str, ...]]
"""What is kept of a message: its time and its texts."""


class Windows:
    """Gives each message its sender's earlier ones as `previous`; feed it rows in conversation order.

    `closed_early` counts windows that were dropped to bound memory. Not thread-safe: one per input.
    """

    def __init__(self, keep: int = OPEN_WINDOWS) -> None:
        self._open: OrderedDict[tuple[str, str], deque[_Earlier]] = OrderedDict()
        self._keep = keep
        self.closed_early = 0

    def over(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Every message in order, those of a conversation with their `previous` filled in."""
        return map(self.place, messages)

    def place(self, message: Message) -> Message:
        """One message with its window; itself when it belongs to none or brings its own `previous`."""
        previous = self.before(message)
        return replace(message, previous=previous) if previous else message

    def before(self, message: Message) -> tuple[str, ...]:
        """The texts that `place` puts before a message; the message is remembered for those after it."""
        if message.conversation is None or message.sender is None or message.kind != "message":
            return ()
        earlier = self._earlier(message.conversation, message.sender)
        alone = message.messages is None and not message.previous
        previous = _reach(earlier, message.at) if alone else ()
        _remember(earlier, message)
        return previous

    def _earlier(self, conversation: str, sender: str) -> deque[_Earlier]:
        """The open window of one sender; opening one may close the longest unused."""
        key = (conversation, sender)
        window = self._open.get(key)
        if window is not None:
            self._open.move_to_end(key)
            return window
        if len(self._open) >= self._keep:
            self._open.popitem(last=False)
            self.closed_early += 1
        return self._open.setdefault(key, deque(maxlen=MESSAGES - 1))


def _remember(earlier: deque[_Earlier], message: Message) -> None:
    """Keep a message for those after it; one too long to be reached hides all before it."""
    texts = message.messages or (message.text,)
    if sum(map(len, texts)) + len(texts) > CODE_POINTS:
        earlier.clear()
    else:
        earlier.append((message.at, texts))


def _reach(earlier: deque[_Earlier], at: datetime | None) -> tuple[str, ...]:
    """Texts of the earlier messages within reach, oldest first; whole messages only."""
    texts: list[str] = []
    left = CODE_POINTS
    for then, block in reversed(earlier):
        if at and then and abs(at - then) > SPAN:
            break
        for text in reversed(block):
            left -= len(text) + 1
            if left < 0 or len(texts) == MESSAGES - 1:
                return tuple(reversed(texts))
            texts.append(text)
    return tuple(reversed(texts))
