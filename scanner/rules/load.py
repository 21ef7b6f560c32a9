"""Policy files: read, checked whole, turned into a `Policy`.

`load(name_or_path)` reads a shipped policy by name or any TOML file. A file may extend another: its tables
are laid over the other's, a list replaces a list. `PolicyError.problems` holds every fault of a file.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from scanner.errors import InputError, PolicyError
from scanner.rules.findings import UNCOVERED
from scanner.rules.ladders import read_rule
from scanner.rules.policy import ACTIONS, REFUSALS, Appeals, Budget, Cap, FromHits, Policy, Rule, Threshold
from scanner.rules.reading import Table
from scanner.rules.times import zone

_DEPTH = 5  # files that extend files; more is a circle


def shipped() -> dict[str, Path]:
    """The policies that come with this program, by name."""
    return {path.stem: path for path in sorted(home().glob("*.toml"))}


def home() -> Path:
    """The folder of the policies that come with this program."""
    inside = resources.files("scanner") / "_lexicons" / "policy"
    if inside.is_dir():
        return Path(str(inside))
    return Path(__file__).resolve().parents[2] / "lexicons" / "policy"


def load(source: str | Path) -> Policy:
    """The policy of that name, or in that file; `PolicyError` with every fault."""
    return build(merged(source), str(source))


def merged(source: str | Path, depth: int = 0) -> dict[str, Any]:
    """The raw tables of a policy file, laid over those of the file it extends."""
    path = _find(source)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{path.name}: cannot be read as TOML: {error}") from error
    base = raw.get("policy", {}).pop("extends", None) if isinstance(raw.get("policy"), dict) else None
    if base is None:
        return raw
    if depth >= _DEPTH:
        raise PolicyError(f"{path.name}: policy.extends: goes round in a circle, or too deep")
    beside = path.parent / f"{base}.toml"
    return _over(merged(beside if beside.is_file() else str(base), depth + 1), raw)


def _find(source: str | Path) -> Path:
    known = shipped()
    if str(source) in known:
        return known[str(source)]
    path = Path(source)
    if path.is_file():
        return path
    raise PolicyError(f"no policy {str(source)!r}: give a file, or one of {', '.join(known)}")


def _over(base: dict[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """`top` laid over `base`, table by table."""
    out = dict(base)
    for key, value in top.items():
        below = out.get(key)
        out[key] = _over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return out


def build(raw: Mapping[str, Any], name: str) -> Policy:
    """A checked policy from raw tables; `name` stands in the faults."""
    problems: list[str] = []
    top = Table(raw, Path(name).name, problems)
    policy = _policy(top, _digest(raw))
    top.close()
    problems.extend(_contradictions(policy, top.where))
    if UNCOVERED in policy.rules:
        problems.append(f"{top.where}: rules.{UNCOVERED}: this name stands for what no rule covers; take another")
    if problems:
        raise PolicyError(problems)
    return policy


def _digest(raw: Mapping[str, Any]) -> str:
    text = json.dumps(raw, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _policy(top: Table, digest: str) -> Policy:
    """Every table of the file, in the order the documentation lists them."""
    head = top.table("policy")
    tz = _zone(head)
    policy = Policy(
        name=_required(head, "name"),
        version=_required(head, "version"),
        title=head.text("title"),
        source=head.text("source"),
        zone=tz,
        rules=_rules(top.table("rules"), tz),
        hits=tuple(_from_hits(table) for table in top.tables("hits")),
        order=head.choice("order", ("conduct", "arrival"), "conduct"),
        group=head.choice("group", ("message", "conversation_day"), "message"),
        count_days=head.count("count_days"),
        expiry_days=head.count("expiry_days"),
        notice_first=head.flag("notice_first"),
        late_worsens=bool(head.get("late_worsens", bool, True)),
        backfill_days=head.count("backfill_days"),
        close_at_balance=head.points("close_at_balance", None),
        review_at_balance=head.points("review_at_balance", 48),
        refusal_while_suspended=head.choice("refusal_while_suspended", ("no_offence", "counts"), "no_offence"),
        thresholds=tuple(_threshold(table, tz) for table in top.tables("thresholds")),
        cap=_cap(top, tz),
        appeals=_appeals(top.table("appeals")),
        confirm=head.texts("confirm"),
        closers=head.count("closers", 2),
        budget=_budget(top.table("budget")),
        measures=top.words("measures"),
        lost_with_ta=head.texts("lost_with_ta"),
        retention_days=top.counts("retention_days"),
        digest=digest,
    )
    head.close()
    return policy


def _required(table: Table, key: str) -> str:
    value = table.text(key)
    if not value:
        table.fault(key, "is missing")
    return value


def _zone(head: Table) -> str:
    name = head.text("zone", "America/Los_Angeles")
    try:
        zone(name)
    except InputError as error:
        head.fault("zone", str(error))
        return "UTC"
    return name


def _rules(table: Table, tz: str) -> dict[str, Rule]:
    if not table.data:
        table.fault("", "holds no rule: write [rules.NAME]")
    return {name: read_rule(table.table(name), name, tz) for name in table.data}


def _from_hits(table: Table) -> FromHits:
    entry = FromHits(
        rule=_required(table, "rule"),
        category=_required(table, "category"),
        kinds=table.texts("kinds", ("message", "listing"), ("message", "listing")),
        terms=table.texts("terms"),
        tags=table.texts("tags"),
        not_tags=table.texts("not_tags"),
        refusal=table.choice("refusal", ("", *REFUSALS), "") or None,
        decision=dict(table.table("decision").data),
        review=table.flag("review"),
    )
    table.close()
    return entry


def _threshold(table: Table, tz: str) -> Threshold:
    threshold = Threshold(
        points=table.points("points"),
        measure=_required(table, "measure"),
        days=table.count("days"),
        text=table.text("text"),
        source=table.text("source"),
        since=table.moment("from", tz),
        until=table.moment("until", tz),
    )
    table.close()
    return threshold


def _cap(top: Table, tz: str) -> Cap | None:
    table = top.table("cap")
    if not table.data:
        return None
    cap = Cap(
        points=table.points("points"),
        hours=table.count("hours", 24),
        source=table.text("source"),
        since=table.moment("from", tz),
    )
    table.close()
    return cap


def _budget(table: Table) -> Budget:
    budget = Budget(per_run=table.count("per_run"), per_hour=table.count("per_hour"))
    table.close()
    return budget


def _appeals(table: Table) -> Appeals:
    appeals = Appeals(
        rules=table.texts("rules"),
        actions=table.texts("actions", (), ACTIONS),
        days=table.count("days", 7),
        window=table.choice("window", ("hours", "platform_day"), "hours"),
        grounds=table.words("grounds"),
        example_ground=table.text("example_ground", "b"),
        example_ways=table.count("example_ways", 3),
        example_usd=table.points("example_usd", 5000),
        example_usd_inclusive=bool(table.get("example_usd_inclusive", bool, True)),
        entry=table.text("entry"),
    )
    table.close()
    return appeals


def _contradictions(policy: Policy, where: str) -> list[str]:
    """Faults that no single field shows: names that lead nowhere, steps that fall."""
    faults = [
        f"{where}.hits: rule {entry.rule!r} is not among the rules"
        for entry in policy.hits
        if entry.rule not in policy.rules
    ]
    known = {*policy.rules, *ACTIONS}
    faults += [
        f"{where}.policy.confirm: {name!r} is no rule and no action" for name in policy.confirm if name not in known
    ]
    faults += [
        f"{where}.appeals.rules: {name!r} is not among the rules"
        for name in policy.appeals.rules
        if name not in policy.rules
    ]
    steps = [threshold.points for threshold in policy.thresholds]
    if steps != sorted(set(steps)):
        faults.append(f"{where}.thresholds: points must rise from one to the next")
    faults += [
        f"{where}.rules.{rule.id}.yields_to: {rule.yields_to!r} is not among the rules"
        for rule in policy.rules.values()
        if rule.yields_to is not None and rule.yields_to not in policy.rules
    ]
    return faults
