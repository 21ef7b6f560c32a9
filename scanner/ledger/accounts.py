"""Accounts in memory: loaded from the events, kept while nobody else writes, and the policies they run under."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from scanner.errors import LedgerError
from scanner.ledger.codec import loads
from scanner.ledger.fold import COLUMNS, apply, named
from scanner.ledger.store import Store
from scanner.rules.account import Account
from scanner.rules.knobs import publish
from scanner.rules.load import build
from scanner.rules.policy import Policy, Rule
from scanner.rules.times import Instant

KEPT = 20_000
"""Accounts kept in memory."""


class Accounts:
    """The accounts of one open ledger. Valid inside a transaction, after `begin`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, tuple[int, Account]] = OrderedDict()
        self._fresh: set[str] | None = None
        self._policies: list[tuple[int, Policy]] = []
        self._built: dict[str, Policy] = {}  # by the event's body; there are few
        self.paused = False
        self.packs: dict[str, int] = {}
        self.packs_read = 0
        self._read = 0  # the last event read of those that are about no merchant

    def begin(self, changed: bool) -> None:
        """A transaction starts; `changed` says that somebody else may have written."""
        if changed or not self._policies:
            self._fresh = set()
            self._read_globals()

    def forget(self) -> None:
        """A transaction failed: nothing in memory is certain."""
        self._kept.clear()
        self._policies.clear()
        self.packs.clear()
        self.packs_read += 1
        self.paused, self._read = False, 0

    def _read_globals(self) -> None:
        """Policies, pauses and packs since the last look: events only grow, so what was read stays as it is."""
        types = "'policy', 'pause', 'resume', 'packs'"
        sql = f"SELECT {COLUMNS} FROM events WHERE merchant IS NULL AND type IN ({types}) AND seq > ? ORDER BY seq"
        self.packs_read += 1
        known = self._policies[-1][0] if self._policies else 0
        for row in map(named, self._store.rows(sql, (self._read,))):
            self._read = row["seq"]
            match row["type"]:
                case "policy" if row["seq"] <= known:  # adopted through this object
                    pass
                case "policy":
                    self.adopted(row["seq"], self._policy_of(row["body"]), row["received"])
                case "packs":
                    self.packs[row["body"]] = row["seq"]
                case kind:
                    self.paused = kind == "pause"

    def _policy_of(self, body: str) -> Policy:
        """The policy that an event adopted; made once, also when what is in memory was forgotten meanwhile."""
        found = self._built.get(body)
        if found is None:
            found = self._built[body] = build(loads(body)["raw"], "ledger")
        return found

    def adopted(self, seq: int, policy: Policy, at: Instant) -> None:
        """A policy takes over from event `seq` on; what its rules said before is kept for earlier conduct."""
        if self._policies:
            policy = _succeed(self._policies[-1][1], policy, at)
        self._policies.append((seq, policy))

    @property
    def policy(self) -> Policy:
        """The policy in force now."""
        if not self._policies:
            raise LedgerError("this ledger has no policy yet: open it with one, or `scanner ledger adopt POLICY`")
        return self._policies[-1][1]

    @property
    def has_policy(self) -> bool:
        """Whether a policy was adopted."""
        return bool(self._policies)

    def policy_at(self, seq: int) -> Policy:
        """The policy under which event `seq` was recorded."""
        index = bisect_right([number for number, _ in self._policies], seq) - 1
        return self._policies[max(index, 0)][1]

    def get(self, merchant: str) -> Account:
        """The account as it is now; do not change it, fork it."""
        kept = self._kept.get(merchant)
        if kept is not None and (self._fresh is None or merchant in self._fresh):
            self._kept.move_to_end(merchant)
            return kept[1]
        last = self._store.peek("SELECT max(seq) FROM events WHERE merchant = ?", (merchant,)) or 0
        if kept is None or kept[0] != last:
            self.put(merchant, self.load(merchant) if last else Account(), last)
        if self._fresh is not None:
            self._fresh.add(merchant)
        return self._kept[merchant][1]

    def put(self, merchant: str, account: Account, seq: int) -> None:
        """Keep an account as of event `seq`."""
        self._kept[merchant] = (seq, account)
        self._kept.move_to_end(merchant)
        if self._fresh is not None:
            self._fresh.add(merchant)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def load(self, merchant: str, until: int | None = None) -> Account:
        """An account from its events, up to and with event `until` when given."""
        account = Account()
        private = self._private(merchant)
        sql = f"SELECT {COLUMNS} FROM events WHERE merchant = ? AND seq <= ? ORDER BY seq"
        for row in map(named, self._store.rows(sql, (merchant, until or 1 << 62))):
            apply(account, self.policy_at(row["seq"]), row, private.get(row["seq"], {}))
        account.before, account.moved = {}, {}
        return account

    def _private(self, merchant: str) -> dict[int, dict[str, Any]]:
        sql = "SELECT event, body FROM personal WHERE merchant = ? AND kind = 'merchant'"
        return {event: loads(body) for event, body in self._store.rows(sql, (merchant,))}


def _succeed(old: Policy, new: Policy, at: Instant) -> Policy:
    """`new` with the versions of `old` under it: never in force before it was adopted."""
    merged = replace(new, rules={**new.rules, **{i: r for i, r in old.rules.items() if i not in new.rules}})
    for rule_id, rule in new.rules.items():
        earlier = old.rules.get(rule_id, Rule(id=rule_id))
        kept = replace(rule, versions=earlier.versions)
        merged = replace(merged, rules={**merged.rules, rule_id: kept})
        for version in rule.versions:
            if version not in earlier.versions:
                merged, _ = publish(merged, rule_id, version, at)
    return merged
