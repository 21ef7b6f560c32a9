"""Lists and policies: what runs, what ran, what a change would change; activating and rolling back."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from api.console import changes
from api.console.web import Desk, ForAdmin, ForReview, pages, redirect
from api.errors import Problem
from scanner.assess import Ledger
from scanner.ledger import active
from scanner.ledger.codec import loads
from scanner.rules.compare import differences
from scanner.rules.load import build, load, shipped
from scanner.rules.policy import Policy

router = pages()

SHOWN = 60
"""Rules, or differences, that are listed; more are counted."""


@router.get("/versions")
def page(at: ForReview) -> Response:
    """What runs and what ran."""
    with at.service.desk() as store:
        sets, ran, now = active.pack_sets(store), active.activations(store), active.active(store)
    live = at.service.current
    with at.service.ledger() as ledger:
        values = _policies(ledger)
    values |= {"sets": sets, "ran": ran, "running": now, "live": live, "faults": at.service.pack_faults()}
    values |= {"packs": live.scanner.engine.lexicon.packs, "may": at.caller.may("admin")}
    values["changed"] = at.form.choice("changed", ("", "packs", "policy"))
    return at.page("versions.html", **values, zone=values["policy"].zone)


def _policies(ledger: Ledger) -> dict[str, Any]:
    """The policy that runs, those that ran, and those that could be adopted."""
    rows = ledger.query("SELECT seq, received, body FROM events WHERE type = 'policy' ORDER BY seq DESC LIMIT 50")
    adopted = [{"seq": row["seq"], "at": row["received"], **loads(row["body"])} for row in rows]
    known = {name: load(name) for name in shipped()}
    return {"policy": ledger.policy, "adopted": adopted, "known": known}


@router.get("/versions/packs")
def compare_packs(at: ForReview) -> Response:
    """What a kept set of packs says otherwise than the one that runs."""
    number = at.form.integer("set")
    with at.service.desk() as store:
        if number not in {one.id for one in active.pack_sets(store)}:
            raise Problem("not-found")
        wanted = active.lexicon_of(active.files_of(store, number))
        running = active.active(store)
    impact = at.service.impact(number)
    found = changes.between(at.service.current.scanner.engine.lexicon, wanted)
    same = running is not None and running.pack_set == number
    return at.page("change_packs.html", number=number, found=found, most=SHOWN, impact=impact, same=same,
                   may=at.caller.may("admin"), running=running)  # fmt: skip


@router.get("/versions/impact")
def impact_of_packs(at: ForReview) -> Response:
    """What a kept set decides otherwise on the reference corpus, as a fragment that asks again until it is there."""
    number = at.form.integer("set")
    return at.page("part_impact.html", number=number, impact=at.service.impact(number))


@router.post("/versions/packs")
def activate_packs(at: ForAdmin) -> Response:
    """Let a kept set of packs run on every worker."""
    form = at.form
    why = form.text("why").strip()[:200]
    at.service.activate(form.integer("set"), by=at.caller.name, why=why, after=form.integer("after"))
    return redirect("/versions?changed=packs")


@router.post("/versions/rollback")
def roll_back(at: ForAdmin) -> Response:
    """Go to what a roll-back would change: the set that ran before, the first time the one of the program."""
    with at.service.desk() as store:
        ran = active.activations(store, 2)
    if not ran:
        raise Problem("conflict", "Nothing was activated yet: there is nothing to go back to.")
    number = ran[1].pack_set if len(ran) > 1 else at.service.install(None, source="shipped")
    return redirect(f"/versions/packs?set={number}")


@router.post("/versions/shipped")
def keep_shipped(at: ForAdmin) -> Response:
    """Keep the packs that come with the program as a set, and see what they would change."""
    number = at.service.install(None, source="shipped")
    return redirect(f"/versions/packs?set={number}")


@router.get("/versions/policy")
def compare_policy(at: ForReview) -> Response:
    """What another policy says otherwise than the one that runs."""
    name = at.form.text("name")
    with at.service.ledger() as ledger:
        now = ledger.policy
    other = _policy(at, name)
    lines = differences(now, other)
    return at.page("change_policy.html", name=name, other=other, now=now, lines=lines[:SHOWN], count=len(lines),
                   may=at.caller.may("admin"))  # fmt: skip


def _policy(at: Desk, name: str) -> Policy:
    """A shipped policy by name, or one adopted before by the number of its event."""
    if name in shipped():
        return load(name)
    if name.isdecimal() and name.isascii() and len(name) < 16:
        with at.service.ledger() as ledger:
            rows = ledger.query("SELECT body FROM events WHERE seq = ? AND type = 'policy'", (int(name),))
        if rows:
            return build(loads(rows[0]["body"])["raw"], "ledger")
    raise Problem("not-found", "There is no policy of that name.")


@router.post("/versions/policy")
def adopt_policy(at: ForAdmin) -> Response:
    """Let a shipped policy, or one that was in force before, take over from now on; never retroactive."""
    name = at.form.text("name")
    _policy(at, name)
    with at.service.ledger() as ledger:
        _ = ledger.adopt(name, at.now) if name in shipped() else ledger.readopt(int(name), at.now)
    return redirect("/versions?changed=policy")
