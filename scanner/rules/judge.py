"""Whether a finding is an offence: the exclusions, tested in the order the policy writes them.

`excluded` gives the reason or None. Pure: it reads the account and the policy and changes neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from scanner.exceptions import Facts, exempt, mark_reason
from scanner.model import Hit, Span
from scanner.rules.account import Account
from scanner.rules.findings import Finding, MerchantFacts
from scanner.rules.policy import REFUSALS, Policy
from scanner.rules.times import DAY, platform_day

_Test = Callable[[Finding, MerchantFacts, Account, Policy], "str | None"]


def excluded(finding: Finding, account: Account, policy: Policy) -> str | None:
    """Why `finding` is no offence, or None; facts and versions are those of the conduct's time."""
    rule = policy.rules.get(finding.rule)
    if rule is None:
        return "not_in_source"
    if rule.versions and rule.version(finding.at) is None:
        return "not_effective"
    facts = account.facts_at(finding.at)
    for name in rule.exclude:
        reason = _TESTS[name](finding, facts, account, policy)
        if reason is not None:
            return reason
    if not rule.versions:
        return "not_in_source"
    if finding.machine and policy.backfill_days and finding.received - finding.at > policy.backfill_days * DAY:
        return "backfill"
    return None


def _buyer(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    return "buyer_role" if finding.role != "seller" else None


def _outside(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    return "outside_platform" if finding.channel != "onsite" else None


def _registered(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    """One hit that is not exempt makes the offence; all exempt but for the context leave it open."""
    if not finding.hits or not (facts.emails or facts.phones or facts.contacts):
        return None
    known = Facts(context=_context(finding), merchant=facts.merchant())
    reasons = {exempt(_contact(kind, value), known, None) for kind, value in finding.hits}
    if None in reasons:
        return None
    return "needs_review" if "needs_review" in reasons else "registered_contact"


def _context(finding: Finding) -> Literal["reasonable", "unreasonable"] | None:
    if finding.context == "reasonable":
        return "reasonable"
    return "unreasonable" if finding.context == "unreasonable" else None


def _contact(kind: str, value: str) -> Hit:
    return Hit(rule="", category="contact", term=kind, level="violation", span=Span(0, 0), text=value, value=value)


def _no_ta(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    return None if facts.ta_signed and facts.ta_opened else "not_ta_merchant"


def _suspended(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    if policy.refusal_while_suspended == "counts" or not account.ta_suspended(finding.at):
        return None
    return "ta_suspended"


def _not_asked(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    if finding.buyer_requested is None:
        return "needs_review"
    return None if finding.buyer_requested else "buyer_did_not_ask"


def _valid(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    if finding.refusal is None or finding.refusal in REFUSALS:
        return None
    return "needs_review" if finding.refusal == "needs_review" else "valid_reason"


def _authorised(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    if finding.mark is None:
        return None
    known = Facts(merchant=facts.merchant(), category=finding.goods)
    return mark_reason(finding.mark, known, platform_day(finding.at, policy.zone))


def _scope(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    return None if finding.in_scope else "out_of_scope"


def _upgrade(finding: Finding, facts: MerchantFacts, account: Account, policy: Policy) -> str | None:
    return "upgrade_service_pause" if facts.upgrade_service else None


_TESTS: dict[str, _Test] = {
    "buyer_role": _buyer,
    "outside_platform": _outside,
    "registered_contact": _registered,
    "not_ta_merchant": _no_ta,
    "ta_suspended": _suspended,
    "buyer_did_not_ask": _not_asked,
    "valid_reason": _valid,
    "authorised_mark": _authorised,
    "out_of_scope": _scope,
    "upgrade_service_pause": _upgrade,
}
