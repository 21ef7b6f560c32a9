"""Replaying scenarios: events in order of arrival under a policy, with what must come out.

A scenario is a JSON object: `id, merchant, [policy], events[], [expect[]], [final]`. Its events count as
confirmed by a person. `replay` gives the result line: `id, results, final, differs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scanner.errors import InputError
from scanner.model import AuthorisedMark
from scanner.rules import step
from scanner.rules.account import Account
from scanner.rules.appealing import decide_appeal, file_appeal
from scanner.rules.decision import check_amount
from scanner.rules.findings import Finding, MerchantFacts, Outcome
from scanner.rules.knobs import lenient_ladder, publish, unknown_knobs, with_knobs
from scanner.rules.policy import Policy, Version, tidy
from scanner.rules.shapes import list_of, number_of, table_of, text_of
from scanner.rules.times import boundary, instant, iso_or_none

_INSTANTS = ("until", "appeal_until", "effective_from", "ta_closed_until")
_SETS = ("changes", "flags")


def replay(scenario: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The result line of one scenario."""
    run = Replay(policy, scenario)
    results = [run.event(event) for event in scenario.get("events", ())]
    final = run.final()
    differs = differences(scenario, results, final)
    return {"id": scenario.get("id"), "results": results, "final": final, "differs": differs}


class Replay:
    """One merchant's account while a scenario runs."""

    def __init__(self, policy: Policy, scenario: Mapping[str, Any]) -> None:
        knobs = table_of(scenario, "policy")
        unknown = unknown_knobs(knobs)
        self.policy = with_knobs(policy, {name: knobs[name] for name in knobs if name not in unknown})
        self.account = Account(initial_facts(table_of(scenario, "merchant")))
        self._now = 0

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """What one event brings, as a scenario shows it; a refused event says why under `error`."""
        try:
            if not isinstance(event, Mapping):
                raise InputError("an event is an object")
            outcome = self._event(event)
        except InputError as error:
            balance = tidy(self.account.balance(self.policy, self._now))
            blank = {"action": "none", "points": 0, "offence_no": None, "balance": balance, "until": None}
            return {**blank, "error": str(error)}
        return outcome.to_dict(self.policy.zone)

    def _event(self, event: Mapping[str, Any]) -> Outcome:
        at = instant(event.get("at"))
        received = instant(event["received"]) if event.get("received") is not None else at
        self._now = max(self._now, received)
        kind = event.get("type")
        step.begin(self.account)
        match kind:
            case "violation":
                return step.submit(self.account, self.policy, finding_of(event, at, received))
            case "appeal":
                return self._appeal(event, at)
            case "appeal_decision":
                self.account.arrive()
                accepted = event.get("result") == "accepted"
                return decide_appeal(self.account, self.policy, _key(event), received, accepted=accepted)
            case "revoke":
                return step.revoke(self.account, self.policy, _key(event), received)
            case "merchant_update":
                self.account.update_facts(at, facts_changes(table_of(event, "set")))
                return Outcome(balance=self.account.balance(self.policy, received))
            case "policy_publish":
                return self._publish(event, received)
            case "status":
                return step.status(self.account, self.policy, at)
        raise InputError(f"event type {kind!r} is not known")

    def _appeal(self, event: Mapping[str, Any], at: int) -> Outcome:
        self.account.arrive()
        return file_appeal(
            self.account,
            self.policy,
            _key(event),
            at,
            ground=text_of(event, "ground"),
            unusable=list_of(event, "unusable", str),
            order_usd=number_of(event, "order_usd"),
        )

    def _publish(self, event: Mapping[str, Any], received: int) -> Outcome:
        tz = self.policy.zone
        since, until = event.get("from"), event.get("until")
        version = Version(
            ladder=lenient_ladder(list_of(event, "ladder", Mapping)),
            since=None if since is None else boundary(since, tz),
            until=None if until is None else boundary(until, tz),
        )
        self.policy, effective = publish(self.policy, str(event.get("rule")), version, received)
        outcome = step.republish(self.account, self.policy, received)
        return Outcome(balance=outcome.balance, changes=outcome.changes, effective_from=effective)

    def final(self) -> dict[str, Any]:
        """Where the account stands after the last event."""
        account, tz = self.account, self.policy.zone
        return {
            "balance": tidy(account.balance(self.policy, self._now)),
            "counts": account.counts(),
            "store_closed": account.store_closed(),
            "ta_closed_until": iso_or_none(account.ta_closed_until(), tz),
        }


def _key(event: Mapping[str, Any]) -> tuple[str, str]:
    return str(event.get("rule")), str(event.get("ref"))


def finding_of(event: Mapping[str, Any], at: int, received: int) -> Finding:
    """The finding that a `violation` event states; what it leaves out takes the rules' defaults."""
    hits = list_of(event, "hits", Mapping)
    decision = table_of(event, "decision")
    check_amount(decision)
    return Finding(
        rule=str(event.get("rule")),
        ref=str(event.get("ref")),
        at=at,
        received=received,
        role=text_of(event, "role") or "seller",
        channel=text_of(event, "channel") or "onsite",
        hits=tuple((str(hit.get("kind")), str(hit.get("value"))) for hit in hits),
        context=text_of(event, "context"),
        buyer_requested=bool(event.get("buyer_requested")),
        refusal=text_of(event, "refusal"),
        mark=text_of(event, "mark"),
        goods=text_of(event, "category"),
        in_scope=event.get("in_scope") is not False,
        serious=bool(event.get("serious")),
        measure=text_of(event, "measure"),
        decision=decision,
    )


def initial_facts(merchant: Mapping[str, Any]) -> MerchantFacts:
    """A scenario's merchant; `ta_opened` is `ta_signed` unless it says otherwise."""
    changes = facts_changes(merchant)
    changes.setdefault("ta_opened", changes.get("ta_signed", False))
    return MerchantFacts().updated(changes)


def facts_changes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Merchant facts as the rules name them, from a scenario's names or a record's."""
    out: dict[str, Any] = {
        name: bool(fields[name]) for name in ("ta_signed", "ta_opened", "upgrade_service") if name in fields
    }
    for name in ("emails", "phones", "contacts"):
        if f"registered_{name}" in fields:
            out[name] = tuple(list_of(fields, f"registered_{name}", str))
    if "authorised_marks" in fields:
        out["marks"] = tuple(authorised(item) for item in list_of(fields, "authorised_marks", object))
    return out


def authorised(item: Any) -> AuthorisedMark:
    """A mark as text, or as an object with its bounds."""
    if not isinstance(item, Mapping):
        return AuthorisedMark(str(item))
    return AuthorisedMark(
        mark=str(item.get("mark")),
        category=item.get("category"),
        territory=item.get("territory"),
        since=_day(item.get("from")),
        until=_day(item.get("until")),
    )


def _day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(f"date {str(value)[:40]!r} is not YYYY-MM-DD") from None


def differences(
    scenario: Mapping[str, Any], results: Sequence[Mapping[str, Any]], final: Mapping[str, Any]
) -> list[str]:
    """Where the results leave what the scenario expects; empty when it expects nothing."""
    found = []
    expected = None if scenario.get("expect") is None else list_of(scenario, "expect", object)
    if expected is not None and len(expected) != len(results):
        found.append(f"{len(results)} events, {len(expected)} expectations")
    for i, (want, got) in enumerate(zip(expected or (), results, strict=False)):
        if not isinstance(want, Mapping):
            raise InputError("an expectation is an object")
        found += [f"event {i + 1}: {text}" for text in _unlike(want, got)]
    if scenario.get("final") is not None:
        found += [f"final: {text}" for text in _unlike(table_of(scenario, "final"), final)]
    return found


def _unlike(want: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    left, right = comparable(want), comparable(got)
    return [
        f"{name} is {right.get(name)!r}, expected {left.get(name)!r}"
        for name in sorted({*left, *right})
        if left.get(name) != right.get(name)
    ]


def comparable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An expectation or a result without its empty fields, sets as sets, times as instants."""
    out: dict[str, Any] = {}
    for name, value in fields.items():
        if value is None or value == [] or value == {} or value == "":
            continue
        if name in _SETS:
            out[name] = frozenset(_frozen(item) for item in value)
        else:
            out[name] = instant(value) if name in _INSTANTS else value
    return out


def _frozen(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return frozenset(comparable(item).items())
