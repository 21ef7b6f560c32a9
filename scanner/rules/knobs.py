"""A scenario's knobs laid over a policy: the answers to what the source leaves open.

Ladders of scenarios name their fields in several ways; `lenient_ladder` reads them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scanner.errors import InputError
from scanner.rules.policy import Policy, Rule, Rung, Version, tidy
from scanner.rules.shapes import list_of, number_of, table_of, text_of
from scanner.rules.times import Instant, boundary

_TA_DAYS = 90
_CLOSE = ("close", "close_store", "store_closed", "closed")
_DIRECT = (
    "order",
    "group",
    "count_days",
    "expiry_days",
    "notice_first",
    "late_worsens",
    "backfill_days",
    "close_at_balance",
    "review_at_balance",
    "refusal_while_suspended",
)
_OTHERS = ("rules", "appealable", "window_mode", "appeal_days", "usd_5000_inclusive")


def unknown_knobs(knobs: Mapping[str, Any]) -> list[str]:
    """The names among `knobs` that change nothing here."""
    return sorted(set(knobs) - {*_DIRECT, *_OTHERS})


def with_knobs(policy: Policy, knobs: Mapping[str, Any]) -> Policy:
    """`policy` with the fields that `knobs` names changed; `InputError` for a knob nobody knows."""
    fields: dict[str, Any] = {}
    appeals = policy.appeals
    for key, value in knobs.items():
        if key == "rules":
            fields["rules"] = {**policy.rules, **_rules(policy, table_of(knobs, key))}
        elif key == "appealable":
            appeals = replace(appeals, rules=tuple(list_of(knobs, key, str)))
        elif key == "window_mode":
            appeals = replace(appeals, window="platform_day" if value == "platform_day" else "hours")
        elif key == "appeal_days":
            appeals = replace(appeals, days=int(_number(knobs, key)))
        elif key == "usd_5000_inclusive":
            appeals = replace(appeals, example_usd_inclusive=bool(value))
        elif key in _DIRECT:
            fields[key] = _direct(policy, knobs, key)
        else:
            raise InputError(f"policy knob {key!r} is not known")
    return replace(policy, appeals=appeals, **fields)


def _direct(policy: Policy, knobs: Mapping[str, Any], key: str) -> Any:
    """A field that a knob sets as it is; it keeps the kind that the policy has."""
    if knobs[key] is None and key.endswith("_at_balance"):
        return None
    old = getattr(policy, key)
    if key == "order" and knobs[key] not in ("conduct", "arrival"):
        raise InputError("`order` is conduct or arrival")
    if isinstance(old, bool):
        return bool(knobs[key])
    return text_of(knobs, key) if isinstance(old, str) else _number(knobs, key)


def _number(fields: Mapping[str, Any], name: str) -> int | float:
    return tidy(number_of(fields, name) or 0)


def _rules(policy: Policy, rules: Mapping[str, Any]) -> dict[str, Rule]:
    out = {}
    for name in rules:
        versions = list_of(rules, name, Mapping)
        rule = policy.rules.get(name, Rule(id=name))
        out[name] = replace(rule, versions=tuple(_version(item, policy.zone) for item in versions), elsewhere=False)
    return out


def _version(item: Mapping[str, Any], tz: str) -> Version:
    since, until = item.get("from"), item.get("until")
    return Version(
        ladder=lenient_ladder(list_of(item, "ladder", Mapping)),
        since=None if since is None else boundary(since, tz),
        until=None if until is None else boundary(until, tz),
    )


def lenient_ladder(items: Sequence[Mapping[str, Any]]) -> tuple[Rung, ...]:
    """Rungs from a scenario, sorted by `n`."""
    return tuple(sorted((_rung(item) for item in items), key=lambda rung: rung.n))


def _rung(item: Mapping[str, Any]) -> Rung:
    action = item.get("action")
    flags = list_of(item, "flags", str) or ([str(item["flag"])] if item.get("flag") else ())
    return Rung(
        n=int(number_of(item, "n") or 1),
        points=_number(item, "points"),
        ta_days=_ta_days(item) or (_TA_DAYS if action == "ta_suspended" else 0),
        close=any(bool(item.get(key)) for key in _CLOSE) or action == "close_store",
        measure=text_of(item, "measure"),
        flags=tuple(flags),
    )


def _ta_days(item: Mapping[str, Any]) -> int:
    """Days of a closed escrow, by any field that speaks of it; `true` is the rule's own 90."""
    for key, value in item.items():
        words = set(key.split("_"))
        if value and (words & {"ta", "days", "suspend", "suspended"}) and isinstance(value, int | float):
            return _TA_DAYS if value is True else int(value)
    return 0


def publish(policy: Policy, rule_id: str, version: Version, published: Instant) -> tuple[Policy, Instant]:
    """The policy with one more version, never in force before it was made known; and from when it is."""
    since = published if version.since is None else max(version.since, published)
    rule = policy.rules.get(rule_id, Rule(id=rule_id))
    made = replace(version, since=since, published=published)
    grown = replace(rule, versions=(*rule.versions, made), elsewhere=False)
    return replace(policy, rules={**policy.rules, rule_id: grown}), since
