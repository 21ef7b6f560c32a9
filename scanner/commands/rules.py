"""The commands of the rules and the ledger, for `scanner.cli` to add."""

from __future__ import annotations

import click

from scanner.commands.rules_assess import assess_command, merchant_group
from scanner.commands.rules_charges import charges_command
from scanner.commands.rules_ledger import ledger_group
from scanner.commands.rules_papers import case_command, notice_command
from scanner.commands.rules_people import appeal_group, review_group, revoke_command
from scanner.commands.rules_policy import policy_group

policy_group.add_command(charges_command)

COMMANDS: list[click.Command] = [
    assess_command,
    merchant_group,
    review_group,
    appeal_group,
    revoke_command,
    notice_command,
    case_command,
    ledger_group,
    policy_group,
]
