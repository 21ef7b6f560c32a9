"""`scanner version`: the program, its engine and the packs it would use."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import Any

import click

from scanner.commands.common import make_scanner, pack_options, say
from scanner.records import dump_json


@click.command("version")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@pack_options
def version_command(packs: str | None, as_of: date | None, as_json: bool) -> None:
    """Print the version of the program and of every pack it would use."""
    scan = make_scanner(packs, as_of).scan("")
    about: dict[str, Any] = {
        "version": version("compliance-scanner"),
        "engine": scan.engine,
        "packs": dict(scan.packs),
    }
    if as_json:
        say(dump_json(about))
        return
    say(f"compliance-scanner {about['version']}, engine {about['engine']}")
    width = max(map(len, scan.packs), default=0)
    for name, number in sorted(scan.packs.items()):
        say(f"  {name:<{width}}  {number}")
