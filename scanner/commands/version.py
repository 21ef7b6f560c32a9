"""`scanner version`: the program, its engine and the packs it would use."""

from __future__ import annotations

from typing import Any

import click

from scanner.commands.common import make_scanner, pack_options, say
from scanner.records import dump_json


@click.command("version", short_help="Print the versions of program and packs.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@pack_options
def version_command(as_json: bool, **options: Any) -> None:
    """Print the version of the program and of every pack it would use."""
    scan = make_scanner(options).scan("")
    about = {"engine": scan.engine, "packs": dict(scan.packs)}
    if as_json:
        say(dump_json(about))
        return
    say(f"compliance-scanner {scan.engine}")
    width = max(map(len, scan.packs), default=0)
    for name, number in sorted(scan.packs.items()):
        say(f"  {name:<{width}}  {number}")
