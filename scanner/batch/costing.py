"""The report's section on cost: what the findings would come to under a policy, by the rules themselves."""

from __future__ import annotations

from scanner.batch.charts import Bar, Series, bars
from scanner.batch.costs import Bill, bills, total
from scanner.batch.markup import safe, table
from scanner.batch.tally import Tally
from scanner.rules.policy import Policy, tidy

ROWS = 20
"""Merchants in the table."""


def cost_section(tally: Tally, policy: Policy) -> str:
    """What the findings would cost their merchants under `policy`."""
    rows = bills(tally.costs, policy)
    name = f"{policy.title or policy.name}, version {policy.version}"
    head = f'<h2 id="cost">What it would cost</h2><p>Under the policy <strong>{safe(name)}</strong>, every merchant '
    head += "beginning without a record. Nothing has been charged.</p>"
    if not rows:
        return f"{head}<p>Nothing: no text with findings names a merchant and a time.</p>{_notes(tally, policy)}"
    return (
        head + _summary(total(rows), rows, policy) + _rules(rows, policy) + _table(rows, policy) + _notes(tally, policy)
    )


def _summary(whole: Bill, rows: list[Bill], policy: Policy) -> str:
    closed = sum(bill.closed for bill in rows)
    served = f", {tidy(whole.served):,} if every notice had been served at once" if policy.notice_first else ""
    said = [
        f"{whole.offences:,} offences of {sum(1 for bill in rows if bill.offences):,} merchants",
        f"{tidy(whole.points):,} points{served}",
        f"{closed:,} stores closed" if closed else "no store closed",
        f"{whole.proposed:,} charges that a person would have to confirm first",
        f"{whole.review:,} findings that a person would have to look at",
    ]
    return "<ul>" + "".join(f"<li>{safe(item)}</li>" for item in said) + "</ul>"


def _rules(rows: list[Bill], policy: Policy) -> str:
    counts = total(rows).rules
    drawn = [Bar(_label(policy, rule), (count,)) for rule, count in counts.most_common()]
    if not drawn:
        return ""
    return f"<h3>Charges by rule</h3>{bars('Charges by rule', drawn, (Series('charges', 's-block'),))}"


def _label(policy: Policy, rule: str) -> str:
    known = policy.rules.get(rule)
    return (known.title or known.label or rule) if known is not None else rule


def _table(rows: list[Bill], policy: Policy) -> str:
    heads = ["Merchant", "Offences", "Points", "To confirm", "To look at", "Measures"]
    if policy.notice_first:
        heads.insert(3, "Points, notices served")
    lines = [_line(bill, served=policy.notice_first) for bill in rows[:ROWS]]
    more = f'<p class="note">The first {ROWS} of {len(rows):,} merchants.</p>' if len(rows) > ROWS else ""
    return f"<h3>By merchant</h3>{table(heads, lines, numbers=tuple(range(1, len(heads) - 1)))}{more}"


def _line(bill: Bill, *, served: bool) -> list[object]:
    measures = ", ".join(name.replace("_", " ") for name in bill.measures)
    closed = "store closed" if bill.closed and "closed" not in measures else ""
    line: list[object] = [bill.merchant, bill.offences, tidy(bill.points), bill.proposed, bill.review]
    if served:
        line.insert(3, tidy(bill.served))
    return [*line, ", ".join(part for part in (measures, closed) if part)]


def _notes(tally: Tally, policy: Policy) -> str:
    costs = tally.costs
    notes = ["An estimate: what the texts say of a merchant's registration is taken at its word."]
    if policy.notice_first:
        notes.append("The next step of a ladder needs the last notice served; no notice is known here.")
    if costs.without:
        notes.append(f"{costs.without:,} texts with findings name no merchant or no time and cost nothing here.")
    if costs.over:
        notes.append(f"{costs.over:,} texts with findings beyond the first of their merchants were not priced.")
    return f'<p class="note">{safe(" ".join(notes))}</p>'
