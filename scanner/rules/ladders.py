"""Reading one rule of a policy: its ladder, its versions, what excludes a finding."""

from __future__ import annotations

from scanner.rules.policy import Rule, Rung, Version
from scanner.rules.reading import Table

EXCLUSIONS = (
    "buyer_role",
    "outside_platform",
    "registered_contact",
    "not_ta_merchant",
    "ta_suspended",
    "buyer_did_not_ask",
    "valid_reason",
    "authorised_mark",
    "out_of_scope",
    "upgrade_service_pause",
)
"""What can exclude a finding; `registered_contact` and `buyer_did_not_ask` stand for `needs_review` too."""


def read_rule(table: Table, name: str, tz: str) -> Rule:
    """One `[rules.NAME]` table."""
    rule = Rule(
        id=name,
        label=table.text("label"),
        title=table.text("title"),
        title_zh=table.text("title_zh"),
        text=table.text("text"),
        source=table.text("source"),
        versions=tuple(read_version(item, tz) for item in table.tables("versions")),
        exclude=table.texts("exclude", (), EXCLUSIONS),
        decided=table.flag("decided"),
        serious=table.flag("serious"),
        malice=table.flag("malice"),
        merge_days=table.count("merge_days"),
        yields_to=table.text("yields_to") or None,
        elsewhere=table.flag("elsewhere"),
    )
    if not rule.versions and not rule.elsewhere:
        table.fault("versions", "is empty: give one, or say elsewhere = true")
    table.close()
    return rule


def read_version(table: Table, tz: str) -> Version:
    """One `[[rules.NAME.versions]]` table."""
    version = Version(
        ladder=read_ladder(table),
        since=table.moment("from", tz),
        until=table.moment("until", tz),
    )
    if version.since is not None and version.until is not None and version.until <= version.since:
        table.fault("until", "is not later than `from`")
    table.text("source")
    table.close()
    return version


def read_ladder(table: Table) -> tuple[Rung, ...]:
    """The `ladder` of a version: rungs whose `n` rises from 1."""
    rungs = tuple(_rung(item) for item in table.tables("ladder"))
    starts = [rung.n for rung in rungs]
    if not rungs:
        table.fault("ladder", "is empty: give at least {n = 1}")
    elif starts[0] != 1 or starts != sorted(set(starts)):
        table.fault("ladder", f"n must start at 1 and rise, it is {starts}")
    return rungs


def _rung(table: Table) -> Rung:
    rung = Rung(
        n=table.count("n", 1),
        points=table.points("points"),
        ta_days=table.count("ta_days"),
        restrict_days=table.count("restrict_days"),
        close=table.flag("close"),
        measure=table.text("measure") or None,
        flags=table.texts("flags"),
    )
    table.close()
    return rung
