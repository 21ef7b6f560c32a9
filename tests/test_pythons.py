"""What holds for every Python that the project promises to run on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_POSSESSIVE_GROUP = re.compile(r"\)(?:\{\{?[0-9,]+\}?\}|[*+?])\+")


@pytest.mark.parametrize("path", [*ROOT.glob("scanner/**/*.py"), *ROOT.glob("api/**/*.py")], ids=str)
def test_no_group_is_repeated_possessively(path: Path) -> None:
    """Python 3.11.0 to 3.11.4 match `(?:ab|a)*+` wrongly (gh-106052); `(?>(?:ab|a)*)` says the same and works."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if _POSSESSIVE_GROUP.search(line)] == []
