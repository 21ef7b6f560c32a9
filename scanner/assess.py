"""assess: scan, decide and record, in one transaction. The one way in which a text costs a merchant something.

Only the ledger's facts about a merchant count here, as they were at the time of the message; what the caller
says of the merchant never excuses anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from scanner.engine import Scanner
from scanner.errors import LedgerError
from scanner.ledger.book import Book, moment
from scanner.ledger.chain import canonical
from scanner.ledger.codec import finding_body, finding_key, hit_body, keyed, rows_of
from scanner.ledger.evidence import evidence_row
from scanner.ledger.handles import handle_rows
from scanner.ledger.intake import Work, carried, claims, comparable, taken, with_window
from scanner.ledger.store import BUSY_SECONDS
from scanner.ledger.turns import Turns, turn_row
from scanner.model import Hit, Message, Scan
from scanner.requests import asks_for_escrow
from scanner.rules.account import Account
from scanner.rules.decide import Circumstances, Decision, decide_one, findings, next_cost
from scanner.rules.findings import NOTHING_KNOWN, Finding, Outcome
from scanner.rules.policy import Budget, Policy
from scanner.rules.times import Instant
from scanner.verdict import Charge, Verdict

BATCH = 200
"""Messages in one transaction of `assess_many`."""


class _DryRunError(Exception):
    """Ends a dry run: its transaction is rolled back."""


class Ledger(Book):
    """A ledger that reads texts. `scanner` defaults to the shipped packs; one object is one run of the budget.

    `budget` takes the place of the policy's: so many machine charges of one rule a run and an hour (0: no limit).
    """

    def __init__(
        self,
        path: str | Path,
        *,
        policy: str | Path | None = None,
        scanner: Scanner | None = None,
        busy_seconds: float = BUSY_SECONDS,
        budget: int | None = None,
    ) -> None:
        super().__init__(path, policy=policy, busy_seconds=busy_seconds)
        self.scanner = Scanner() if scanner is None else scanner
        self.turns = Turns(self.store)
        self.spent: Counter[str] = Counter()
        self.alarms: list[str] = []
        self._hours: Counter[tuple[str, int]] = Counter()
        self._budget = None if budget is None else Budget(per_run=budget, per_hour=budget)

    def forget(self) -> None:
        """A transaction failed, perhaps a greater one that this was part of."""
        super().forget()
        self.turns.forget()

    def refresh(self) -> None:
        """Somebody else wrote: a conversation may have gone on there."""
        super().refresh()
        self.turns.forget()

    def learn(self, message: Message) -> int:
        """Take what a record says of its merchant as facts from its time on, where the ledger knows otherwise."""
        said, at = message.merchant, moment(message.at)
        if said is None or said.id is None or not claims(said):
            return 0
        known = self.account(said.id).facts_at(at).merchant()
        if comparable(known) == comparable(said):
            return 0
        changes = {
            "contacts": said.registered_contacts,
            "marks": said.authorised_marks,
            "ta_signed": bool(said.ta_signed),
            "ta_opened": bool(said.ta_opened),
        }
        return self.set_facts(said.id, changes, at=at).seq

    def assess(self, message: Message, *, received: object = None, dry_run: bool = False) -> Verdict:
        """What a message costs its merchant, and the record of it. `received` defaults to the message's time."""
        return next(iter(self.assess_many([message], received=received, dry_run=dry_run)))

    def assess_many(
        self,
        messages: Iterable[Message],
        *,
        received: object = None,
        dry_run: bool = False,
        batch: int = BATCH,
    ) -> Iterator[Verdict]:
        """`assess` for each message in order, `batch` of them in one transaction."""
        source = iter(messages)
        while block := list(islice(source, batch)):
            yield from self._block(block, received, dry_run)

    def _block(self, block: list[Message], received: object, dry_run: bool) -> list[Verdict]:
        with self._lock:
            return self._locked(block, received, dry_run)

    def _locked(self, block: list[Message], received: object, dry_run: bool) -> list[Verdict]:
        """One batch in one transaction."""
        if dry_run and self._inside:
            raise LedgerError("a dry run is undone, so it cannot be a part of something greater")
        works = [taken(message, received, dry_run) for message in block]
        spent, verdicts = self.spent.copy(), []
        self._hours.clear()
        try:
            with self.transaction(works[0].received):
                self.turns.meet(block)
                verdicts = [self._one(work) for work in works]
                if dry_run:
                    raise _DryRunError
        except _DryRunError:
            self.spent = spent
        except BaseException:
            self.spent = spent
            raise
        return verdicts

    def _one(self, work: Work) -> Verdict:
        """Scan, decide and record one message."""
        policy = self.accounts.policy
        account = self.accounts.get(work.merchant) if work.merchant is not None else Account()
        window = self.turns.window(work.message, work.at)
        work.refs = window.refs
        work.message = self._read_with(work, account, window.texts)
        scan = self.scanner.scan_message(work.message)
        self.store.remember(turn_row(work.message, work.merchant, work.at))
        if work.message.role == "buyer":
            self._note_request(work, scan)
            charges: tuple[Charge, ...] = ()
        else:
            charges = self._charges(work, scan, account, policy) if scan.hits else ()
        return Verdict(
            scan=scan,
            merchant=work.merchant,
            charges=charges,
            notes=tuple(work.notes),
            zone=policy.zone,
            dry_run=work.dry_run,
        )

    def _read_with(self, work: Work, account: Account, earlier: tuple[str, ...]) -> Message:
        """The message in its window, with what the ledger knows of its merchant in place of the record's word."""
        message = work.message
        own = bool(message.previous) or message.messages is not None
        previous = message.previous if own else earlier
        said, known = message.merchant, account.facts_at(work.at)
        if known is NOTHING_KNOWN and (said is None or not claims(said)):
            return message if previous is message.previous else with_window(message, said, previous)
        facts = None if work.merchant is None else known.merchant(work.merchant)
        if said is not None and facts is not None and claims(said) and comparable(said) != comparable(facts):
            work.notes.append("the record's facts about the merchant differ from the ledger's, which were used")
        if previous is message.previous and facts == said:
            return message
        return with_window(message, facts, previous)

    def _note_request(self, work: Work, scan: Scan) -> None:
        """Record that a buyer asked for the escrow in this conversation."""
        asked = asks_for_escrow(self.scanner, work.message, scan)
        conversation = work.message.conversation
        key = f"request:{conversation}:{work.message.id}"
        if asked and conversation is not None and not self.store.has_key(key):
            row = (key, "request", None, None, work.message.id, conversation, work.at, work.received, "{}")
            self.store.append(row)

    def _requested(self, work: Work) -> bool | None:
        """Whether the conversation shows that the buyer had asked by then; None when it does not."""
        conversation = work.message.conversation
        if conversation is None:
            return None
        sql = "SELECT min(at) FROM events WHERE type = 'request' AND conversation = ?"
        first = self.store.one(sql, (conversation,))
        return True if first is not None and first <= work.at else None

    def _charges(self, work: Work, scan: Scan, account: Account, policy: Policy) -> tuple[Charge, ...]:
        """Every finding of a seller's message, decided and recorded one after the other."""
        about = Circumstances(
            ref=work.message.id or "",
            at=work.at,
            received=work.received,
            requested=self._requested(work) if any(hit.category == "trade_assurance" for hit in scan.hits) else None,
            paused=self.accounts.paused,
        )
        charges = []
        for finding, hits in findings(scan.hits, work.message, policy, about):
            own = tuple(hit for hit in hits if not carried(hit, finding, work.refs, account))
            if own:
                if self._over_budget(policy, finding.rule, work.received):
                    about = replace(about, over_budget=about.over_budget | {finding.rule})
                decision = decide_one(finding, own, account, policy, about)
                charges.append(self._record(work, scan, decision, account, policy))
                account = self.accounts.get(work.merchant or "")
            else:
                outcome = Outcome(balance=account.balance(policy, work.received), reason="duplicate")
                charges.append(_charge(finding, hits, outcome, scan, account, policy, 0))
        return tuple(charges)

    def _record(self, work: Work, scan: Scan, decision: Decision, account: Account, policy: Policy) -> Charge:
        """Write one decision, unless this very delivery is recorded already."""
        finding, outcome, merchant = decision.finding, decision.outcome, work.merchant or ""
        key = finding_key(merchant, finding, decision.hits, decision.judged)
        seq = 0
        # what is executed the account did not have: such an event cannot be recorded already
        if decision.news and (outcome.state == "executed" or not self.store.has_key(key)):
            secret = self.key(merchant, work.received)
            event = (key, "finding", merchant, finding.rule, finding.ref, finding.group, finding.at,
                     finding.received, self._body(scan, decision, secret, work.received))  # fmt: skip
            rows = rows_of(decision.account, merchant, finding.key, outcome, machine=True)
            personal = [evidence_row(merchant, work.message, scan, work.at, work.refs)]
            personal += handle_rows(self, merchant, work.message, decision.hits, work.at)
            seq = self.store.append(event, rows, personal)
            self.accounts.put(merchant, decision.account, seq)
        if seq and outcome.state == "executed":
            self.spent[finding.rule] += 1
            self._hours[(finding.rule, finding.received // 3600)] += 1
        elif outcome.reason == "budget":
            self._alarm(finding.rule)
        return _charge(finding, decision.hits, outcome, scan, decision.account, policy, 0 if work.dry_run else seq)

    def _body(self, scan: Scan, decision: Decision, secret: bytes, now: Instant) -> str:
        held = decision.outcome.state in ("proposed", "review")
        body: dict[str, Any] = {
            "finding": finding_body(decision.finding),
            "hits": [hit_body(hit, secret) for hit in decision.hits],
            "packs": self.packs_event(scan.packs, scan.engine, now),
            "text": keyed(secret, scan.text),
            "judged": decision.judged,
        }
        return canonical({**body, "held": True, "action": decision.outcome.action} if held else body)

    def _over_budget(self, policy: Policy, rule: str, now: Instant) -> bool:
        """Whether the budget of machine charges of a rule is used up, in this run or this hour."""
        budget = self._budget or policy.budget
        if budget.per_run and self.spent[rule] >= budget.per_run:
            return True
        if not budget.per_hour:
            return False
        key = (rule, now // 3600)
        if key not in self._hours:
            sql = (
                "SELECT count(*) FROM charges WHERE machine = 1 AND stands = 1 AND rule = ? "
                "AND executed >= ? AND executed < ?"
            )
            start = key[1] * 3600
            self._hours[key] = int(self.store.one(sql, (rule, start, start + 3600)))
        return self._hours[key] >= budget.per_hour

    def _alarm(self, rule: str) -> None:
        """Say loudly, once a rule and run, that the budget is used up."""
        text = f"the charge budget of {rule} is used up: from here on its charges are only proposed"
        if text not in self.alarms:
            self.alarms.append(text)


def _charge(
    finding: Finding,
    hits: tuple[Hit, ...],
    outcome: Outcome,
    scan: Scan,
    account: Account,
    policy: Policy,
    seq: int,
) -> Charge:
    rule = policy.rules.get(finding.rule)
    executed = outcome.state == "executed"
    return Charge(
        rule=finding.rule,
        label=rule.label if rule else "",
        ref=finding.ref,
        outcome=outcome,
        event=seq,
        hits=_places(hits, scan),
        next_cost=next_cost(account, policy, finding.rule, finding.at) if executed else "",
    )


def _places(hits: tuple[Hit, ...], scan: Scan) -> tuple[int, ...]:
    """Which of the scan's hits these are."""
    if len(hits) == len(scan.hits):
        return tuple(range(len(hits)))
    return tuple([i for i, hit in enumerate(scan.hits) if any(hit is own for own in hits)])
