"""`from scanner import Scanner` stays light: neither a database nor policies are loaded with it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import scanner

LOOK = """
import sys
from scanner import Scanner
heavy = {"sqlite_utils", "scanner.assess", "scanner.ledger", "scanner.rules"} & set(sys.modules)
assert not heavy, heavy
from scanner import Ledger
assert Ledger.__module__ == "scanner.assess"
"""


def test_ledger_is_loaded_when_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_public_names_are_there_and_others_are_not() -> None:
    assert all(hasattr(scanner, name) for name in scanner.__all__)
    assert set(scanner.__all__) <= set(dir(scanner))
    with pytest.raises(AttributeError, match="Book"):
        scanner.Book  # noqa: B018
