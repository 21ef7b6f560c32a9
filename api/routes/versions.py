"""Packs and policies: which versions there are, which runs; activate, roll back. Nothing is ever retroactive."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import Response

from api.auth import Caller, require
from api.errors import Problem
from api.idempotency import Once, answer
from api.limits import room
from api.schemas.common import Number
from api.schemas.versions import (
    Activated,
    ActivateSet,
    AdoptPolicy,
    ImpactResult,
    LexiconList,
    PolicyAdopted,
    PolicyList,
    RollBack,
)
from api.service import Service, service_of
from scanner.assess import Ledger
from scanner.ledger import active
from scanner.ledger.idempotency import Answer
from scanner.ledger.store import Store
from scanner.rules.load import load, shipped
from scanner.rules.times import Instant, iso

router = room("versions", prefix="/v1")

May = Annotated[Caller, Depends(require("admin"))]
Its = Annotated[Service, Depends(service_of)]


@router.get("/lexicons", response_model=LexiconList)
def lexicons(caller: May, service: Its) -> dict[str, Any]:
    """The packs that answer now, the sets that are kept, and who let which run when."""
    live = service.current
    with service.ledger() as ledger:
        zone, store = ledger.policy.zone, ledger.store
        ran, sets = active.activations(store), active.pack_sets(store)
    number = next((one.pack_set for one in ran if one.seq == live.number), 0)
    return {
        "active": {"activation": live.number, "set": number, "packs": dict(live.versions)},
        "sets": [
            {"set": one.id, "packs": dict(one.versions), "source": one.source, "digest": one.digest,
             "added": iso(one.added, zone)}
            for one in sets
        ],
        "activations": [
            {"activation": one.seq, "set": one.pack_set, "at": iso(one.at, zone), "by": one.by, "why": one.why}
            for one in ran
        ],
    }  # fmt: skip


@router.get("/lexicons/{pack_set}/impact", response_model=ImpactResult)
def lexicon_impact(pack_set: Number, caller: May, service: Its) -> dict[str, Any]:
    """What a kept set decides differently from the one that runs, on the reference corpus; ask until it is ready."""
    found = service.impact(pack_set)
    return {"set": pack_set, "state": found.state, "result": found.result}


@router.post("/lexicons/activate", response_model=Activated)
def lexicon_activate(wanted: ActivateSet, caller: May, once: Once) -> Response:
    """Let a kept set run on every worker within a second. One that cannot be read never goes live."""
    return once.run(wanted, lambda ledger, now: _activated(ledger, wanted, caller.name, now))


def _activated(ledger: Ledger, wanted: ActivateSet, by: str, now: Instant) -> Answer:
    store = ledger.store
    number = _shipped(store, now) if wanted.set == "shipped" else wanted.set
    if number not in {one.id for one in active.pack_sets(store)}:
        raise Problem("not-found", "There is no set of this number.")
    return _run(store, number, by, now, wanted)


def _shipped(store: Store, now: Instant) -> int:
    """The packs of the program as a kept set."""
    files = active.captured()
    return active.remember(store, files, active.lexicon_of(files).versions(), source="shipped", now=now)


def _run(store: Store, number: int, by: str, now: Instant, said: ActivateSet | RollBack) -> Answer:
    active.lexicon_of(active.files_of(store, number))  # what cannot be read stops here
    seq = active.activate(store, number, by=by, at=now, why=said.why, after=said.after)
    return answer({"activation": seq, "set": number})


@router.post("/lexicons/rollback", response_model=Activated)
def lexicon_roll_back(wanted: RollBack, caller: May, once: Once) -> Response:
    """Let the set run that ran before the one that runs now; the first time: the packs of the program."""
    return once.run(wanted, lambda ledger, now: _rolled_back(ledger, wanted, caller.name, now))


def _rolled_back(ledger: Ledger, wanted: RollBack, by: str, now: Instant) -> Answer:
    ran = active.activations(ledger.store, 2)
    if not ran:
        raise Problem("conflict", "Nothing was activated yet: there is nothing to go back to.")
    number = ran[1].pack_set if len(ran) > 1 else _shipped(ledger.store, now)
    return _run(ledger.store, number, by, now, wanted)


# policies ----------------------------------------------------------------------------------------------


@router.get("/policies", response_model=PolicyList)
def policies(caller: May, service: Its) -> dict[str, Any]:
    """The policy in force, those that were before it, and those of the program."""
    with service.ledger() as ledger:
        zone, rows = ledger.policy.zone, _adopted(ledger, 100)
    shown = [{**row, "at": iso(row["at"], zone)} for row in rows]
    known = [load(name) for name in shipped()]
    return {
        "active": shown[0],
        "adopted": shown,
        "shipped": [
            {"name": one.name, "version": one.version, "title": one.title, "digest": one.digest} for one in known
        ],
    }


def _adopted(ledger: Ledger, limit: int) -> list[dict[str, Any]]:
    """The adoptions, latest first."""
    fields = ", ".join(f"json_extract(body, '$.{name}') AS {name}" for name in ("name", "version", "digest"))
    sql = (
        f"SELECT seq AS event, received AS at, {fields} FROM events WHERE type = 'policy' AND merchant IS NULL "
        "ORDER BY seq DESC LIMIT ?"
    )
    return ledger.query(sql, (limit,))


@router.post("/policies/activate", response_model=PolicyAdopted)
def policy_activate(wanted: AdoptPolicy, caller: May, once: Once) -> Response:
    """Let another policy take over from now on; conduct before keeps its own, the count goes on."""
    if bool(wanted.name) == bool(wanted.event):
        raise Problem("invalid-request", "Say name or event, one of them.")
    return once.run(wanted, lambda ledger, now: _taken_over(ledger, wanted, now))


def _taken_over(ledger: Ledger, wanted: AdoptPolicy, now: Instant) -> Answer:
    if wanted.name:
        if wanted.name not in shipped():
            raise Problem("not-found", "There is no policy of this name.")
        return _policy(ledger, ledger.adopt(wanted.name, now))
    if not ledger.query("SELECT 1 FROM events WHERE seq = ? AND type = 'policy'", (wanted.event,)):
        raise Problem("not-found", "This event adopted no policy.")
    return _policy(ledger, ledger.readopt(wanted.event, now))


@router.post("/policies/rollback", response_model=PolicyAdopted)
def policy_roll_back(wanted: RollBack, caller: May, once: Once) -> Response:
    """Let the policy take over that ran before; `after` is the event of the one that runs."""
    return once.run(wanted, lambda ledger, now: _gone_back(ledger, wanted, now))


def _gone_back(ledger: Ledger, wanted: RollBack, now: Instant) -> Answer:
    rows = _adopted(ledger, 2)
    if len(rows) < 2:
        raise Problem("conflict", "No other policy ran before: there is nothing to go back to.")
    if wanted.after is not None and wanted.after != rows[0]["event"]:
        raise Problem("conflict", "Another policy was adopted meanwhile: look again.")
    return _policy(ledger, ledger.readopt(rows[1]["event"], now))


def _policy(ledger: Ledger, event: int) -> Answer:
    policy = ledger.policy
    return answer({"event": event, "name": policy.name, "version": policy.version})
