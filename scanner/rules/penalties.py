"""What one offence costs: its rung, what a person decided, and what of an older penalty lives on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from scanner.rules.account import Account, Interval
from scanner.rules.findings import Finding, Key, Penalty
from scanner.rules.policy import Points, Policy, Rule, Rung, tidy
from scanner.rules.times import DAY, Instant

_CLOSING_MEASURE = "close_account"


@dataclass(frozen=True, slots=True)
class Spec:
    """What an offence should cost, before it is compared with what it costs now."""

    action: str
    points: Points
    days: int = 0
    measure: str | None = None
    flags: tuple[str, ...] = ()
    closes: bool = False


def spec(finding: Finding, rule: Rule, no: int) -> Spec:
    """The cost of the `no`th offence under the version in force at the conduct's time."""
    version = rule.version(finding.at)
    rung = version.rung(no) if version is not None else Rung(n=no)
    if rule.decided and finding.decision:
        rung = _decided(finding, rung)
    if not (rule.serious and finding.serious):
        return _plain(rung)
    measure, flags, close = rung.measure, rung.flags, rung.close
    measure = finding.measure or measure
    flags = flags if finding.measure else (*flags, "measure_not_decided")
    close = close or finding.measure == _CLOSING_MEASURE
    days = rung.ta_days or rung.restrict_days
    return Spec(action_of(rung, close), rung.points, days, measure, flags, close)


@lru_cache(maxsize=1024)
def _plain(rung: Rung) -> Spec:
    """A rung as it stands."""
    days = rung.ta_days or rung.restrict_days
    return Spec(action_of(rung, rung.close), rung.points, days, rung.measure, rung.flags, rung.close)


def _decided(finding: Finding, rung: Rung) -> Rung:
    """A person's decision in place of the rung."""
    decision = finding.decision
    return Rung(
        n=rung.n,
        points=tidy(decision.get("points") or 0),
        close=bool(decision.get("close")),
        measure="strike" if decision.get("strike") else None,
    )


def action_of(rung: Rung, close: bool) -> str:
    """What a rung does; `close` says that it, or a person, closes the store."""
    if close:
        return "close_store"
    if rung.ta_days:
        return "ta_suspended"
    if rung.restrict_days:
        return "restricted"
    return "points" if rung.points else "warning"


def reconcile(account: Account, policy: Policy, key: Key, want: Spec, no: int, now: Instant) -> None:
    """Bring the penalty of `key` to what it should be: heavier is executed anew, lighter is not."""
    old = account.offences[key].penalty
    carried = account.carrier == key
    action = "close_store" if carried else want.action
    fresh = Penalty(
        no=no,
        action=action,
        points=want.points,
        executed=now,
        execution=account.arrivals,
        measure=want.measure,
        flags=want.flags,
        raw=want.points,
        closes=want.closes,
    )
    if old is not None and not policy.late_worsens and fresh.weight() > old.weight() and not carried:
        account.set_penalty(key, replace(old, no=no))
        return
    new = _executed(account, policy, key, fresh, want) if _heavier(fresh, old) else _kept(fresh, old, want)
    _close_ta(account, key, old, new, now)
    account.set_penalty(key, new)


def _heavier(fresh: Penalty, old: Penalty | None) -> bool:
    return old is None or fresh.weight() > old.weight()


def _kept(fresh: Penalty, old: Penalty | None, want: Spec) -> Penalty:
    """A penalty as grave as before, or milder: its execution and its end stay."""
    if old is None:
        return fresh
    timed = want.days and fresh.action != "close_store"
    end = old.until if old.action == fresh.action else old.executed + want.days * DAY
    return replace(
        fresh,
        executed=old.executed,
        execution=old.execution,
        points=old.points if fresh.raw == old.raw else min(fresh.raw, old.points),
        until=end if timed else None,
    )


def _executed(account: Account, policy: Policy, key: Key, fresh: Penalty, want: Spec) -> Penalty:
    """A penalty that comes into force now."""
    points = _capped(account, policy, key, fresh)
    account.executed.append((fresh.executed, key))
    until = fresh.executed + want.days * DAY if want.days and fresh.action != "close_store" else None
    old = account.offences[key].penalty
    if old is not None and old.until is not None and old.action == fresh.action:
        until = old.until
    return fresh if points == fresh.points and until is None else replace(fresh, points=points, until=until)


def _capped(account: Account, policy: Policy, key: Key, fresh: Penalty) -> Points:
    """The points left under the cap for the last hours; malice is outside it."""
    rule = policy.rules[key[0]]
    if policy.cap is None or rule.malice or account.offences[key].finding.serious:
        return fresh.points
    if policy.cap.since is not None and fresh.executed < policy.cap.since:
        return fresh.points
    oldest = fresh.executed - policy.cap.hours * 3600
    spent: Points = 0
    for executed, other in reversed(account.executed):
        if executed <= oldest:
            break
        spent += _counted(account, policy, other, executed) if other != key else 0
    return tidy(min(fresh.points, max(0, policy.cap.points - spent)))


def _counted(account: Account, policy: Policy, key: Key, executed: Instant) -> Points:
    offence = account.offences[key]
    penalty = offence.penalty
    if penalty is None or penalty.executed != executed:
        return 0
    outside = policy.rules[key[0]].malice or offence.finding.serious
    return 0 if outside else penalty.points


def _close_ta(account: Account, key: Key, old: Penalty | None, new: Penalty | None, now: Instant) -> None:
    """Keep the record of TA closures in step: begin one, or lift one at `now`; days served stay served."""
    had = old is not None and old.action == "ta_suspended"
    has = new is not None and new.action == "ta_suspended"
    if has and not had and new is not None:
        account.ta.append(Interval(new.executed, new.until, key))
    elif had and not has:
        account.ta = [_lifted(i, now) if i.key == key else i for i in account.ta]
        account.ta = [i for i in account.ta if i.end is None or i.start < i.end]


def _lifted(interval: Interval, now: Instant) -> Interval:
    end = now if interval.end is None else min(interval.end, now)
    return Interval(interval.start, end, None)


def lift(account: Account, key: Key, now: Instant) -> None:
    """Take the penalty of `key` away."""
    _close_ta(account, key, account.offences[key].penalty, None, now)
    account.set_penalty(key, None)
