"""decide(): hits + account + policy + time -> charges. Pure: same input, same answer; no clock, no I/O.

How hits become findings is data (`Policy.hits`). Buyers are never penalised; `review` hits cost nothing until a
person upholds them; what the policy wants confirmed is proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scanner.model import Hit, Message
from scanner.rules import step
from scanner.rules.account import REMOVED, Account
from scanner.rules.findings import NOT_COVERED, UNCOVERED, Finding, Key, Outcome, held_state
from scanner.rules.penalties import action_of
from scanner.rules.policy import FromHits, Policy, Rung
from scanner.rules.times import Instant

_UNCOVERED = FromHits(rule=UNCOVERED, category="")

_KNOWN = ("duplicate", "dismissed")
"""Reasons that say: this was decided before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the hits do not say: who, when, and what the conversation showed."""

    ref: str
    at: Instant
    received: Instant
    requested: bool | None = None
    paused: bool = False
    over_budget: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One finding with the hits behind it, what it brings, and the account afterwards.

    `news` is false for what the account knows already: there is nothing to record.
    """

    finding: Finding
    hits: tuple[Hit, ...]
    outcome: Outcome
    account: Account
    judged: str | None
    news: bool = True


def findings(
    hits: Sequence[Hit], message: Message, policy: Policy, about: Circumstances
) -> list[tuple[Finding, tuple[Hit, ...]]]:
    """The findings that a message's hits amount to, at most one per rule; none for a buyer.

    What a person has to look at and no rule covers is one finding more, of `UNCOVERED`.
    """
    if message.role != "seller" or not hits:
        return []
    best: dict[str, tuple[FromHits, tuple[Hit, ...], bool]] = {}
    for level in ("violation", "review"):
        pool = [hit for hit in hits if hit.level == level]
        seen = {hit.category for hit in pool}
        entries = [entry for entry in policy.hits if entry.category in seen] if pool else ()
        for entry in entries:
            if entry.rule in best:
                continue
            fitting = tuple([hit for hit in pool if _fits(entry, hit, message)])
            if fitting:
                best[entry.rule] = (entry, fitting, level == "review" or entry.review)
    dropped = {_weaker(policy, rule, best) for rule in best} if len(best) > 1 else ()
    kept = [item for rule, item in best.items() if rule not in dropped]
    left = _left_over(hits, message, policy)
    if left:
        kept.append((_UNCOVERED, left, True))
    return [(_finding(*item, message, about), item[1]) for item in kept]


def _left_over(hits: Sequence[Hit], message: Message, policy: Policy) -> tuple[Hit, ...]:
    """Hits at `review` that no rule covers, where they decide: a text with a violation is blocked as it is."""
    if any(hit.level == "violation" for hit in hits):
        return ()
    doubtful = (hit for hit in hits if hit.level == "review")
    return tuple(hit for hit in doubtful if not any(_fits(entry, hit, message) for entry in policy.hits))


def _weaker(policy: Policy, rule: str, best: dict[str, tuple[FromHits, tuple[Hit, ...], bool]]) -> str | None:
    """Of a rule and the one it yields to, the one to drop: never both; a certain finding beats a doubtful."""
    other = policy.rules[rule].yields_to
    if other is None or other not in best:
        return None
    certain, doubtful = not best[rule][2], best[other][2]
    return other if certain and doubtful else rule


def _fits(entry: FromHits, hit: Hit, message: Message) -> bool:
    return (
        hit.category == entry.category
        and message.kind in entry.kinds
        and (not entry.terms or hit.term in entry.terms)
        and (not entry.tags or any(tag in hit.tags for tag in entry.tags))
        and not any(tag in hit.tags for tag in entry.not_tags)
    )


def _finding(entry: FromHits, hits: tuple[Hit, ...], review: bool, message: Message, about: Circumstances) -> Finding:
    requested = message.buyer_requested if message.buyer_requested is not None else about.requested
    if requested is None and any("buyer-request" in hit.tags for hit in hits):
        requested = True
    contacts = tuple((hit.term, hit.value or hit.text) for hit in hits if hit.category == "contact")
    mark = next((hit.term for hit in hits if hit.category == "trademark"), None)
    return Finding(
        rule=entry.rule,
        ref=about.ref,
        at=about.at,
        received=about.received,
        role=message.role,
        channel=message.channel,
        hits=contacts,
        context=message.context,
        buyer_requested=requested,
        refusal=entry.refusal,
        mark=mark,
        goods=message.category,
        decision=entry.decision,
        group=message.conversation,
        machine=True,
        review=review,
    )


def decide(
    hits: Sequence[Hit], message: Message, account: Account, policy: Policy, about: Circumstances
) -> list[Decision]:
    """What a message brings, finding by finding; `account` is not touched."""
    out: list[Decision] = []
    for finding, behind in findings(hits, message, policy, about):
        decision = decide_one(finding, behind, account, policy, about)
        account = decision.account
        out.append(decision)
    return out


def decide_one(
    finding: Finding, hits: tuple[Hit, ...], account: Account, policy: Policy, about: Circumstances
) -> Decision:
    """One finding by machine: executed, proposed, kept for review, or nothing and why."""
    trial = account.fork()
    outcome = step.submit(trial, policy, finding)
    if outcome.reason in _KNOWN:
        return Decision(finding=finding, hits=hits, outcome=outcome, account=account, judged=outcome.reason, news=False)
    why = _hold(finding, outcome, trial, policy, about)
    pending = account.pending.get(finding.key)
    if pending is not None and (pending.why != "needs_review" or why == "needs_review"):
        shown = _held(account, policy, finding, outcome, pending.why)
        return Decision(finding=finding, hits=hits, outcome=shown, account=account, judged=pending.why, news=False)
    if why is None:
        judged = outcome.reason if outcome.state == "none" else None
        return Decision(finding=finding, hits=hits, outcome=outcome, account=trial, judged=judged)
    held = account.fork()
    step.begin(held)
    step.hold(held, finding, why, outcome.action)
    shown = _held(held, policy, finding, outcome, why)
    return Decision(finding=finding, hits=hits, outcome=shown, account=held, judged=why)


def _held(account: Account, policy: Policy, finding: Finding, outcome: Outcome, why: str) -> Outcome:
    """What is shown of a finding that waits for a person: what it would bring, and that it does not yet."""
    balance = account.balance(policy, finding.received)
    state = held_state(why)
    if state == "review":
        return Outcome(balance=balance, reason=why, state=state)
    return replace(outcome, balance=balance, reason=why, state=state, changes=(), thresholds=())


def _hold(finding: Finding, outcome: Outcome, trial: Account, policy: Policy, about: Circumstances) -> str | None:
    """Why a person has to look first: `needs_review`, `not_covered`, `proposed`, `paused`, `budget`; or None."""
    if finding.rule == UNCOVERED:
        return NOT_COVERED
    if outcome.reason == "needs_review" or (finding.review and outcome.state != "none"):
        return "needs_review"
    if outcome.state == "none":
        return None
    if _confirm(finding, outcome, trial, policy):
        return "proposed"
    if about.paused:
        return "paused"
    return "budget" if finding.rule in about.over_budget else None


def _confirm(finding: Finding, outcome: Outcome, trial: Account, policy: Policy) -> bool:
    """Whether the rule, the action, or what it does to another penalty has to be confirmed."""
    wanted = policy.confirm
    if finding.rule in wanted or outcome.action in wanted:
        return True
    if outcome.state == "waiting":
        version = policy.rules[finding.rule].version(finding.at)
        return version is not None and any(rung.close or rung.ta_days for rung in version.ladder)
    if len(trial.before) < 2:
        return False
    heavier = (key for key in trial.before if key != finding.key and _grew(trial, key))
    return any(_action(trial, key) in wanted for key in heavier)


def _grew(trial: Account, key: Key) -> bool:
    old, new = trial.before[key], trial.offences[key].penalty
    return new is not None and (old is None or new.weight() > old.weight())


def _action(trial: Account, key: Key) -> str:
    penalty = trial.offences[key].penalty
    return "none" if penalty is None else penalty.action


def execute_upheld(account: Account, policy: Policy, key: Key, now: Instant) -> Outcome:
    """A finding that persons have upheld takes its place by its own time; its penalty starts now."""
    pending = account.pending.pop(key)
    offence = account.offences.get(key)
    if offence is not None and offence.state == REMOVED:  # upheld once, undone since
        del account.offences[key]
    finding = replace(pending.finding, machine=False, review=False, received=now)
    return step.submit(account, policy, finding, judged=None)


def persons_needed(policy: Policy, action: str) -> int:
    """How many different persons an action needs."""
    return max(1, policy.closers) if action == "close_store" else 1


def preview(account: Account, policy: Policy, key: Key, now: Instant) -> Outcome:
    """What upholding a finding that waits would bring now; `account` is not touched."""
    if key[0] == UNCOVERED:
        return Outcome(balance=account.balance(policy, now), reason=NOT_COVERED)
    return execute_upheld(account.fork(), policy, key, now)


def next_cost(account: Account, policy: Policy, rule_id: str, at: Instant) -> str:
    """What the next offence under a rule would bring, in words; served notices assumed."""
    rung = next_rung(account, policy, rule_id, at)
    if rung is None:
        return "nothing: the rule is not in force"
    return f"{rung_words(rung)} or what is decided" if policy.rules[rule_id].decided else rung_words(rung)


def next_rung(account: Account, policy: Policy, rule_id: str, at: Instant) -> Rung | None:
    """The rung of the next offence under a rule at `at`; None when the rule is not in force then."""
    rule = policy.rules[rule_id]
    track = account.tracks.get(rule_id)
    number = 1
    if track is not None and track.places:
        last = account.offences[(rule_id, track.refs[track.places[-1]])]
        number = (last.penalty.no if last.penalty else len(track.places)) + 1
    version = rule.version(at)
    return None if version is None else version.rung(number)


@lru_cache(maxsize=256)
def rung_words(rung: Rung) -> str:
    """A rung in words."""
    return describe(action_of(rung, rung.close), rung.points, rung.ta_days or rung.restrict_days)


def describe(action: str, points: int | float, days: int = 0) -> str:
    """An action in words: "3 points", "3 points and the escrow closed for 90 days"."""
    parts = [f"{points:g} point{'' if points == 1 else 's'}"] if points else []
    if action == "close_store":
        parts.append("the store is closed")
    elif action == "ta_suspended":
        parts.append(f"the escrow is closed for {days} days" if days else "the escrow is closed")
    elif action == "restricted":
        parts.append(f"the store is restricted for {days} days" if days else "the store is restricted")
    return " and ".join(parts) or ("a warning" if action == "warning" else "nothing")
