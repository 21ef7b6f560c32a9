"""A scenario's knobs laid over a policy: the answers to what the source leaves open.

Ladders of scenarios name their fields in several ways; `lenient_ladder` reads them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scanner.errors import InputError
from scanner.rules.policy import Policy, Rule, Rung, Version, tidy
from scanner.rules.times import Instant, boundary

_TA_DAYS = ("ta_days", "ta_suspended_days", "ta_suspend_days", "ta_closed_days", "ta_close_days", "days")
_CLOSE = ("close", "close_store", "store_closed", "closed")
_DIRECT = ("order", "close_at_balance", "refusal_while_suspended", "count_days", "expiry_days", "group")


def with_knobs(policy: Policy, knobs: Mapping[str, Any]) -> Policy:
    """`policy` with the fields that `knobs` names changed; `InputError` for a knob nobody knows."""
    fields: dict[str, Any] = {}
    appeals = policy.appeals
    for key, value in knobs.items():
        if key == "rules":
            fields["rules"] = {**policy.rules, **_rules(policy, value)}
        elif key == "appealable":
            appeals = replace(appeals, rules=tuple(value))
        elif key == "window_mode":
            appeals = replace(appeals, window="platform_day" if value == "platform_day" else "hours")
        elif key == "usd_5000_inclusive":
            appeals = replace(appeals, example_usd_inclusive=bool(value))
        elif key in _DIRECT:
            fields[key] = value
        else:
            raise InputError(f"policy knob {key!r} is not known")
    return replace(policy, appeals=appeals, **fields)


def _rules(policy: Policy, rules: Mapping[str, Any]) -> dict[str, Rule]:
    out = {}
    for name, versions in rules.items():
        rule = policy.rules.get(name, Rule(id=name))
        out[name] = replace(rule, versions=tuple(_version(item, policy.zone) for item in versions), elsewhere=False)
    return out


def _version(item: Mapping[str, Any], tz: str) -> Version:
    since, until = item.get("from"), item.get("until")
    return Version(
        ladder=lenient_ladder(item.get("ladder", ())),
        since=None if since is None else boundary(since, tz),
        until=None if until is None else boundary(until, tz),
    )


def lenient_ladder(items: Sequence[Mapping[str, Any]]) -> tuple[Rung, ...]:
    """Rungs from a scenario, sorted by `n`."""
    return tuple(sorted((_rung(item) for item in items), key=lambda rung: rung.n))


def _rung(item: Mapping[str, Any]) -> Rung:
    action = item.get("action")
    days = next((item[key] for key in _TA_DAYS if item.get(key)), 90 if action == "ta_suspended" else 0)
    days = 90 if days is True else days
    ta = item.get("ta_suspended", item.get("ta_suspend", item.get("close_ta")))
    if ta and not days:
        days = 90 if ta is True else ta
    flags = item.get("flags", ()) or ([item["flag"]] if item.get("flag") else ())
    return Rung(
        n=int(item.get("n", 1)),
        points=tidy(item.get("points", 0) or 0),
        ta_days=int(days),
        close=any(bool(item.get(key)) for key in _CLOSE) or action == "close_store",
        measure=item.get("measure"),
        flags=tuple(flags),
    )


def publish(policy: Policy, rule_id: str, version: Version, published: Instant) -> tuple[Policy, Instant]:
    """The policy with one more version, never in force before it was made known; and from when it is."""
    since = published if version.since is None else max(version.since, published)
    rule = policy.rules.get(rule_id, Rule(id=rule_id))
    made = replace(version, since=since, published=published)
    grown = replace(rule, versions=(*rule.versions, made), elsewhere=False)
    return replace(policy, rules={**policy.rules, rule_id: grown}), since
