"""The keys in memory and the tokens leased to this worker, so that a request costs no look into the file.

A worker leases a tenth of a second's worth of tokens at a time from the bucket in the ledger. What one leased and
did not use is lost after five seconds, so a key can be short of a few tokens per worker, never long of more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from scanner.ledger.keys import Key, digest

LEASE_SECONDS = 0.1
LEASE_KEPT = 5.0

Take = Callable[[Key, float], Awaitable[tuple[float, float]]]
"""Takes up to so many tokens out of a key's bucket: (granted, seconds until there is one)."""


@dataclass(slots=True)
class _Lease:
    """What a worker holds of one key; `empty_until` keeps it from asking again too early."""

    tokens: float = 0.0
    until: float = 0.0
    empty_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Keyring:
    """Every key by digest; replaced as a whole when the file says that keys changed."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._leases: dict[str, _Lease] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def replace(self, keys: Iterable[Key]) -> None:
        """Take over the keys as they are now."""
        self._keys = {key.hash: key for key in keys}

    def find(self, secret: str) -> Key | None:
        """The key of a secret, in whatever state."""
        return self._keys.get(digest(secret))

    async def spend(self, key: Key, now: float, take: Take) -> float:
        """Use up one token: 0, or the seconds to wait for one."""
        lease = self._leases.get(key.id)
        if lease is None:
            lease = self._leases[key.id] = _Lease()
        if lease.tokens >= 1 and now < lease.until:
            lease.tokens -= 1
            return 0.0
        async with lease.lock:
            return await self._renewed(lease, key, now, take)

    async def _renewed(self, lease: _Lease, key: Key, now: float, take: Take) -> float:
        """As `spend`, one request of a key at a time: the others find what the first one leased."""
        if now < lease.empty_until:
            return lease.empty_until - now
        if lease.tokens < 1 or now >= lease.until:
            granted, wait = await take(key, max(1.0, key.rate * LEASE_SECONDS))
            if not granted:
                lease.empty_until = now + wait
                return wait
            lease.tokens, lease.until = granted, now + LEASE_KEPT
        lease.tokens -= 1
        return 0.0
