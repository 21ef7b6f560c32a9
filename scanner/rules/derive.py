"""Ranking and re-derivation: after every event the standing offences are numbered again, and priced."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from scanner.rules.account import REMOVED, STANDING, WAITING, Account, Interval, Offence, Place, Track
from scanner.rules.findings import Key
from scanner.rules.penalties import lift, reconcile, spec
from scanner.rules.policy import Policy
from scanner.rules.times import DAY, Instant, platform_day


def stand(account: Account, policy: Policy, key: Key, now: Instant) -> None:
    """Let an offence take its place and price it and all that come after it."""
    offence = account.offences[key]
    if offence.state != STANDING:
        offence = account.offences[key] = replace(offence, state=STANDING)
    account.moved[key] = account.moved.get(key, 0) + 1
    place = _place(offence, policy)
    track = account.tracks.get(key[0])
    if track is None:
        track = account.tracks[key[0]] = Track()
    index = track.add(place, key[1])
    group = _group(offence, policy)
    if group is not None:
        members = account.groups.get(group, ())
        account.groups[group] = tuple(sorted((*members, place)))
    _rank(account, policy, key[0], index, now)


def remove(account: Account, policy: Policy, key: Key, now: Instant) -> None:
    """Count as though the offence had not happened."""
    offence = account.offences[key]
    if offence.state == STANDING:
        track = account.tracks[key[0]]
        place = _place(offence, policy)
        group = _group(offence, policy)
        if group is not None:
            account.groups[group] = tuple(m for m in account.groups.get(group, ()) if m != place)
        index = track.drop(place)
        lift(account, key, now)
        account.moved[key] = account.moved.get(key, 0) - 1
        if account.carrier == key:
            account.carrier = None
        account.offences[key] = replace(account.offences[key], state=REMOVED)
        _rank(account, policy, key[0], index, now)
    else:
        account.waiting = [item for item in account.waiting if item[1] != key]
        account.offences[key] = replace(offence, state=REMOVED)
    account.contested.discard(key)


def wait(account: Account, key: Key) -> None:
    """Let an offence wait until the store is open again."""
    offence = replace(account.offences[key], state=WAITING)
    account.offences[key] = offence
    account.waiting.append((offence.arrival, key))


def rerank(account: Account, policy: Policy, now: Instant) -> None:
    """Number and price everything again, as after a new version of a rule."""
    for rule in account.tracks:
        _rank(account, policy, rule, 0, now)


def settle(account: Account, policy: Policy, now: Instant) -> None:
    """See whether the store is closed; when it opens, those waiting follow up to the next closing."""
    _settle_balance(account, policy, now)
    while account.waiting and not account.store_closed():
        _, key = account.waiting.pop(0)
        stand(account, policy, key, now)
        _settle_balance(account, policy, now)
    _note_closure(account, now)


def _note_closure(account: Account, now: Instant) -> None:
    """Keep the record of when the store was closed."""
    closed, open_one = account.store_closed(), bool(account.closures and account.closures[-1].end is None)
    if closed and not open_one:
        account.closures.append(Interval(now, None))
    elif open_one and not closed:
        account.closures[-1] = replace(account.closures[-1], end=now)


def _settle_balance(account: Account, policy: Policy, now: Instant) -> None:
    """Let the offence that brings the balance to the limit close the store, if the policy has a limit."""
    limit = policy.close_at_balance
    over = limit is not None and account.balance(policy, now) >= limit and not account.closing
    old = account.carrier
    if over and old is not None:
        return
    account.carrier = _crossing(account, policy, now) if over else None
    for key in {old, account.carrier} - {None}:
        if key is not None and account.offences[key].state == STANDING:
            _price(account, policy, key, account.offences[key], now)


def _crossing(account: Account, policy: Policy, now: Instant) -> Key | None:
    """The offence at which the sum of the points in force reaches the limit, in order of conduct."""
    oldest = now - policy.expiry_days * DAY if policy.expiry_days else None
    live = [
        (offence.finding.at, offence.arrival, key, offence.penalty.points)
        for key, offence in account.offences.items()
        if offence.penalty and (oldest is None or offence.penalty.executed > oldest)
    ]
    total: int | float = 0
    for _, _, key, points in sorted(live):
        total += points
        if policy.close_at_balance is not None and total >= policy.close_at_balance:
            return key
    return None


def _place(offence: Offence, policy: Policy) -> Place:
    by = offence.finding.at if policy.order == "conduct" else offence.arrival
    return by, offence.arrival


def _group(offence: Offence, policy: Policy) -> tuple[str, str] | None:
    finding = offence.finding
    if policy.group == "message" or finding.group is None:
        return None
    return finding.rule, f"{platform_day(finding.at, policy.zone)} {finding.group}"


def _rank(account: Account, policy: Policy, rule: str, index: int, now: Instant) -> None:
    """Number and price the offences of one rule from place `index` on."""
    track = account.tracks[rule]
    if policy.plain:
        for i in range(index, len(track.places)):
            key = (rule, track.refs[track.places[i]])
            _reprice(account, policy, key, i + 1, now)
        return
    del track.heads[bisect_right(track.heads, track.places[index - 1]) if index else 0 :]
    for place in track.places[index:]:
        _rank_special(account, policy, (rule, track.refs[place]), place, now)


def _rank_special(account: Account, policy: Policy, key: Key, place: Place, now: Instant) -> None:
    """Number one offence where several may be one, numbers lapse, or a notice has to come first."""
    track, offence = account.tracks[key[0]], account.offences[key]
    head = _head_of(account, policy, key, place, offence)
    if head is not None:
        lift(account, key, now)
        return
    number = _number(account, policy, key, offence)
    track.heads.append(place)
    _reprice(account, policy, key, number, now)


def _head_of(account: Account, policy: Policy, key: Key, place: Place, offence: Offence) -> Place | None:
    """The earlier offence that this one is part of, or None when it stands for itself."""
    group = _group(offence, policy)
    if group is not None and account.groups[group][0] != place:
        return account.groups[group][0]
    rule, heads = policy.rules[key[0]], account.tracks[key[0]].heads
    if rule.merge_days and heads:
        last = account.offences[(key[0], account.tracks[key[0]].refs[heads[-1]])]
        if offence.finding.at - last.finding.at < rule.merge_days * DAY:
            return heads[-1]
    return None


def _number(account: Account, policy: Policy, key: Key, offence: Offence) -> int:
    """The number of an offence: after the recent ones, and no more than a step above the last that was served."""
    track, at = account.tracks[key[0]], offence.finding.at
    older = bisect_right(track.heads, (at - policy.count_days * DAY, 1 << 62)) if policy.count_days else 0
    number = len(track.heads) - older + 1
    if not policy.notice_first or number == 1:
        return number
    warned = (
        penalty.no
        for earlier in ((key[0], track.refs[place]) for place in track.heads[older:])
        if account.served.get(earlier, at + 1) <= at and (penalty := account.offences[earlier].penalty)
    )
    return min(number, max(warned, default=0) + 1)


def _reprice(account: Account, policy: Policy, key: Key, no: int, now: Instant) -> None:
    offence = account.offences[key]
    rule = policy.rules[key[0]]
    reconcile(account, policy, key, spec(offence.finding, rule, no), no, now)


def _price(account: Account, policy: Policy, key: Key, offence: Offence, now: Instant) -> None:
    """Price an offence again under the number it has."""
    if offence.penalty is not None:
        _reprice(account, policy, key, offence.penalty.no, now)
