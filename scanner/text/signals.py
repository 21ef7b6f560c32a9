"""What in a folded text may be a contact without any word of a lexicon: digits in a row, @, links.

The gate asks this of every text, so it is a handful of linear patterns and nothing else. It may say yes too
often, never no to a text in which `scanner.detect.contact` would find a number, an address or a link.
"""

from __future__ import annotations

import re

_SIGNALS = re.compile(r"\d(?:\W{0,3}\d){6}|@|://|www\.|\.[a-z]{2,}/")


def has_signals(folded: str) -> bool:
    """Whether a folded text has anything that could be a number, an address or a link."""
    return _SIGNALS.search(folded) is not None


def signal_at(folded: str, start: int = 0) -> int:
    """Where the first signal at or after `start` begins, -1 for none. (The gate walks joined texts with this.)"""
    match = _SIGNALS.search(folded, start)
    return match.start() if match else -1
