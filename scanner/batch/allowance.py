"""A run of `assess` that goes on after a kill has spent what it spent: the policy's budget of charges is per run.

The checkpoint file holds where the ledger stood when the run began; what the machine charged since counts. The
charges themselves need no checkpoint: a message given again is the same offence.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scanner.assess import Ledger
from scanner.batch.sinks import settle
from scanner.errors import InputError

_SPENT = (
    "SELECT rule, count(*) AS n FROM charges WHERE machine = 1 AND event > ? "
    "AND state IN ('executed', 'merged', 'removed') GROUP BY rule"
)


def go_on(path: Path, ledger: Ledger, sources: Sequence[str], *, mixed: bool) -> None:
    """Begin a run, or go on with the one that `path` tells of: its budget is what is left of it."""
    about = {"sources": list(sources), "policy": ledger.policy.name}
    packs = {**ledger.scanner.packs, "engine": ledger.scanner.version}
    if not path.exists():
        head = ledger.query("SELECT coalesce(max(seq), 0) AS seq FROM events")[0]["seq"]
        _put(path, {"about": about, "packs": packs, "seq": head})
        return
    known = _read(path)
    if known["about"] != about:
        raise InputError(f"{path}: a checkpoint of another run; name another file")
    if known["packs"] != packs and not mixed:
        raise InputError(f"{path}: begun with other packs; use those, or allow it with --mixed-packs")
    ledger.spent.update({row["rule"]: row["n"] for row in ledger.query(_SPENT, (known["seq"],))})


def finish(path: Path) -> None:
    """The run is at its end."""
    path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_bytes())
        return {name: known[name] for name in ("about", "packs", "seq")}
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path}: no checkpoint of a run of assess; remove it or name another file") from None


def _put(path: Path, told: dict[str, Any]) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(json.dumps(told).encode())
        settle(file)
    part.replace(path)
