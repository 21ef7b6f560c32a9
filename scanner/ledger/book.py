"""The book: what can be entered into a ledger, each entry in one transaction with all that follows from it.

`Book` knows nothing of scanning; `scanner.assess.Ledger` adds that. Times are instants or aware datetimes and
always passed in. Everything raises `LedgerError` with a cure, and then nothing was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Any, Self

from scanner.errors import LedgerError
from scanner.ledger.accounts import Accounts
from scanner.ledger.chain import canonical, written
from scanner.ledger.codec import charge_rows, facts_bodies, keyed, loads, plain, state_row
from scanner.ledger.fold import apply
from scanner.ledger.store import BUSY_SECONDS, MissingError, Row, Store, translated, warn_of_fault
from scanner.rules.account import Account
from scanner.rules.findings import Key, Outcome
from scanner.rules.load import build, load, merged
from scanner.rules.policy import Policy
from scanner.rules.times import Instant, instant

DEFAULT_POLICY = "alibaba-points"


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event: its number (0 when it was there already) and what it brings."""

    seq: int
    outcome: Outcome


class Book:
    """An open ledger file; created on first use. Threads take turns; any number of processes may write."""

    def __init__(
        self,
        path: str | Path,
        *,
        policy: str | Path | None = None,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        warn_of_fault()
        if policy is not None:
            load(policy)  # a policy that cannot be read leaves no empty file behind
        self.store = Store(path, busy_seconds=busy_seconds)
        self.accounts = Accounts(self.store)
        self._wanted = policy
        self._lock = RLock()
        self._keys: dict[str | None, bytes] = {}
        self._inside = False
        self._packs: tuple[Mapping[str, str], int, int] | None = None

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self, now: Instant = 0) -> Iterator[Accounts]:
        """One IMMEDIATE transaction with the accounts as they stand in it; a failure forgets what is in memory.

        Inside another one it is part of that: several entries can be made together, or none of them.
        """
        with self._lock:
            if self._inside:
                yield self.accounts
                return
            self._inside = True
            try:
                with self.store.transaction() as changed:
                    if self.store.touched:
                        self.refresh()
                    self.accounts.begin(changed)
                    self._first_policy(now)
                    yield self.accounts
            except BaseException:
                self.forget()
                raise
            finally:
                self._inside = False

    def forget(self) -> None:
        """A transaction failed: nothing in memory is certain."""
        self.accounts.forget()
        self._keys.clear()

    def refresh(self) -> None:
        """Somebody else wrote: what is kept in memory of the erasable table may be gone, or more."""
        self._keys.clear()

    def _first_policy(self, now: Instant) -> None:
        """Adopt the policy this ledger was opened with, or refuse another than the one it runs."""
        if not self.accounts.has_policy:
            self._adopt(merged(self._wanted or DEFAULT_POLICY), load(self._wanted or DEFAULT_POLICY), now)
        elif self._wanted is not None:
            wanted, running = load(self._wanted), self.accounts.policy
            if wanted.digest != running.digest:
                raise LedgerError(
                    f"the ledger runs {running.name} {running.version}, not {wanted.name} {wanted.version}: "
                    f"`scanner ledger adopt {self._wanted}` changes it"
                )
        self._wanted = None

    def _adopt(self, raw: Mapping[str, Any], policy: Policy, now: Instant) -> int:
        body = {"name": policy.name, "version": policy.version, "digest": policy.digest, "raw": raw}
        text = canonical(plain(body))
        key = f"policy:{policy.digest}:{self.store.head[0]}"
        seq = self.store.append((key, "policy", None, None, None, None, now, now, text))
        self.accounts.adopted(seq, policy, now)
        return seq

    def adopt(self, source: str | Path, at: object) -> int:
        """Let another policy take over from `at` on; never retroactive. The event's number, 0 if it runs already."""
        policy, raw, now = load(source), merged(source), moment(at)
        with self.transaction(now) as accounts:
            if accounts.policy.digest == policy.digest:
                return 0
            return self._adopt(raw, policy, now)

    def readopt(self, event: int, at: object) -> int:
        """Let the policy that event `event` adopted take over again; the event's number, 0 if it runs already."""
        now = moment(at)
        with self.transaction(now) as accounts:
            found = self.store.one("SELECT body FROM events WHERE seq = ? AND type = 'policy'", (event,))
            if found is None:
                raise MissingError(f"event {event} adopted no policy")
            raw = loads(found)["raw"]
            policy = build(raw, "ledger")
            return 0 if accounts.policy.digest == policy.digest else self._adopt(raw, policy, now)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        with self.transaction() as accounts:
            return accounts.policy

    def account(self, merchant: str) -> Account:
        """A copy of a merchant's account as it stands."""
        with self.transaction() as accounts:
            return accounts.get(merchant).fork()

    # entries -------------------------------------------------------------------------------------------

    def enter(
        self,
        kind: str,
        merchant: str,
        *,
        at: Instant,
        received: Instant,
        body: Mapping[str, Any],
        key: str,
        rule: str | None = None,
        ref: str | None = None,
        conversation: str | None = None,
        private: Mapping[str, Any] | None = None,
        note: str = "",
        machine: bool = False,
    ) -> Entry:
        """Record one event and what it brings, inside a transaction; an entry with the same key is not repeated.

        A `note` is a person's own words: they go into the erasable table, never into the chain.
        """
        text = canonical(body)
        row = {
            "seq": 0, "type": kind, "merchant": merchant, "rule": rule, "ref": ref, "conversation": conversation,
            "at": at, "received": received, "body": text,
        }  # fmt: skip
        account = self.accounts.get(merchant).fork()
        if self.store.has_key(key) and kind != "appeal":
            return Entry(0, Outcome(balance=account.balance(self.accounts.policy, received), reason="duplicate"))
        outcome = apply(account, self.accounts.policy, row, private or {})
        if self.store.has_key(key):
            return Entry(0, outcome)
        charges = charge_rows(account, merchant, machine=machine)
        charges += self._closing_rows(kind, merchant, (rule or "", ref or ""), outcome, body)
        personal = _personal_rows(merchant, ref, at, private, note)
        event = (key, kind, merchant, rule, ref, conversation, at, received, text)
        seq = self.store.append(event, charges, personal)
        self.accounts.put(merchant, account, seq)
        return Entry(seq, outcome)

    def _closing_rows(self, kind: str, merchant: str, key: Key, outcome: Outcome, body: Mapping[str, Any]) -> list[Row]:
        """The row that ends or continues what waits for a person."""
        if kind == "finding" and outcome.state not in ("executed", "none"):
            return [state_row(merchant, key, outcome.state, outcome)]
        if kind == "dismiss":
            return [state_row(merchant, key, "noted" if body.get("noted") else "dismissed")]
        if kind == "uphold" and not body["final"]:
            return [state_row(merchant, key, "proposed", replace(outcome, action=body.get("action", "none")))]
        if kind == "uphold" and outcome.state in ("waiting", "none"):
            return [state_row(merchant, key, outcome.state)]
        if kind == "revoke" and not outcome.changes:
            return [state_row(merchant, key, "removed")]
        if kind == "undo":
            return [state_row(merchant, key, outcome.state, outcome)]
        return []

    def set_facts(self, merchant: str, changes: Mapping[str, Any], *, at: object, received: object = None) -> Entry:
        """Let facts about a merchant hold from `at` on: ta_signed, ta_opened, contacts, marks, name ..."""
        since = moment(at)
        public, private = facts_bodies(changes)
        with self.transaction(since):
            digest = keyed(self.key(merchant, since), canonical([public, private, since]))
            return self.enter(
                "facts",
                merchant,
                at=since,
                received=since if received is None else moment(received),
                body={"set": public, "private": sorted(private), "digest": digest},
                key=f"facts:{merchant}:{digest}",
                private=private,
            )

    def key(self, merchant: str | None, now: Instant) -> bytes:
        """The secret under which a merchant's contacts are hashed; None: the ledger's own.

        Made on first use, in a transaction; gone with an erasure.
        """
        found = self._keys.get(merchant)
        if found is None:
            sql = "SELECT body FROM personal WHERE merchant IS ? AND kind = 'key' AND ref IS NULL"
            text = self.store.peek(sql, (merchant,))
            if text is None:
                text = secrets.token_hex(32)
                self.store.remember(("key", merchant, None, None, None, now, text))
            found = self._keys[merchant] = bytes.fromhex(text)
        return found

    def forget_keys(self) -> None:
        """After an erasure: the secrets in memory may be gone from the file."""
        self._keys.clear()

    def pause(self, at: object, *, by: str, resume: bool = False) -> int:
        """Stop machine charges (everything is proposed from now on), or let them run again."""
        now, kind = moment(at), "resume" if resume else "pause"
        with self.transaction(now) as accounts:
            if accounts.paused is not resume:
                return 0
            key = f"{kind}:{self.store.head[0]}"
            seq = self.store.append((key, kind, None, None, None, None, now, now, canonical({"by": by})))
            accounts.paused = not resume
            return seq

    def packs_event(self, packs: Mapping[str, str], engine: str, now: Instant) -> int:
        """The event that records a set of pack versions; made when the set is first seen."""
        if self._packs is not None and self._packs[0] is packs and self._packs[1] == self.accounts.packs_read:
            return self._packs[2]
        text = canonical({"packs": dict(packs), "engine": engine})
        known = self.accounts.packs.get(text)
        if known is None:
            key = f"packs:{self.store.head[0]}"
            known = self.store.append((key, "packs", None, None, None, None, now, now, text))
            self.accounts.packs[text] = known
        self._packs = (packs, self.accounts.packs_read, known)
        return known

    def event(self, seq: int) -> dict[str, Any]:
        """One event by number, its body read."""
        rows = self.query("SELECT seq, type, merchant, rule, ref, conversation, at, received, body, hash "
                          "FROM events WHERE seq = ?", (seq,))  # fmt: skip
        if not rows:
            raise MissingError(f"there is no event {seq}")
        return {**rows[0], "body": loads(rows[0]["body"])}

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a reading query by column name."""
        with self._lock, translated(self.store.path):
            self.store.flush()
            return [dict(row) for row in self.store.db.query(sql, tuple(values))]


def moment(value: object) -> Instant:
    """An instant as it is, or from an aware datetime or ISO text."""
    return value if isinstance(value, int) and not isinstance(value, bool) else instant(value)


def _personal_rows(
    merchant: str, ref: str | None, at: Instant, private: Mapping[str, Any] | None, note: str
) -> list[Row]:
    """What an event brings for the erasable table: facts of the merchant, a person's own words."""
    facts = canonical(private) if private else None
    words = written({"note": note}) if note else None
    rows = (("merchant", merchant, None, None, None, at, facts), ("note", merchant, ref, None, None, at, words))
    return [row for row in rows if row[-1] is not None]
