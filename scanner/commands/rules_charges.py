"""`scanner policy charges`: what a policy charges, against what a fair officer would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.charged import judge, shares
from scanner.commands.common import FINDINGS, make_scanner, pack_options, say
from scanner.commands.rules_common import put
from scanner.evaluate import Rate
from scanner.records import load_json

BARS = {"innocent": 0.97, "guilty": 0.80}
"""No charge in so many of the innocent; the right rule in so many of the guilty."""


@click.command("charges")
@click.argument("labels", type=click.Path(exists=True, dir_okay=False))
@click.argument("records", type=click.Path(exists=True, dir_okay=False))
@click.option("--policy", default="alibaba-points", show_default=True, help="Policy name or file.")
@click.option("--show/--no-show", default=True, help="Print the conversations that differ.")
@pack_options
def charges_command(labels: str, records: str, policy: str, show: bool, **options: Any) -> None:
    """Assess labelled conversations and compare the charges. Exit 1 when a bar is missed."""
    judged = judge(_lines(labels), _lines(records), policy=policy, scanner=make_scanner(options))
    for item in judged:
        if show and not item.right:
            put(item.to_dict())
    missed = False
    for name, (right, count) in shares(judged).items():
        rate = Rate(right, count)
        low, high = rate.interval()
        missed |= rate.value is not None and rate.value < BARS[name]
        says = "no charge" if name == "innocent" else "the right rule"
        share = "-" if rate.value is None else f"{rate.value:.1%}"
        bounds = f"95 % interval {low:.1%} to {high:.1%}; bar {BARS[name]:.0%}"
        say(f"{name}: {says} in {right} of {count} ({share}, {bounds})")
    click.get_current_context().exit(FINDINGS if missed else 0)


def _lines(path: str) -> list[dict[str, Any]]:
    lines = Path(path).read_text("utf-8-sig").splitlines()
    return [load_json(line, f"{path}:{i}") for i, line in enumerate(lines, start=1) if line.strip()]
