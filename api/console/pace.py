"""How fast one asker may ask: a token bucket per name in memory, the longest unused forgotten first."""

from __future__ import annotations

import math
from collections import OrderedDict
from threading import Lock


class Pace:
    """`burst` at once and `per_second` in the long run, for at most `keep` names."""

    def __init__(self, per_second: float, burst: float, keep: int = 10_000) -> None:
        self._rate, self._burst, self._keep = per_second, burst, keep
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, name: str, now: float) -> int:
        """Use one token up: 0, or the whole seconds to wait for one."""
        with self._lock:
            tokens, at = self._buckets.pop(name, (self._burst, now))
            tokens = min(self._burst, tokens + max(0.0, now - at) * self._rate)
            wait = 0 if tokens >= 1 else math.ceil((1 - tokens) / self._rate)
            self._buckets[name] = (tokens if wait else tokens - 1, now)
            if len(self._buckets) > self._keep:
                self._buckets.popitem(last=False)
            return wait


PER_SECOND, BURST = 0.5, 15
"""Of the seller's view: as fast as somebody writes, too slow to try out spellings by machine."""

TRIES_PER_SECOND, TRIES = 1.0, 10
"""Logins of one address. A key has 256 bits: this only keeps the noise down."""
