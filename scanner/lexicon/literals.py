"""What a pattern cannot match without: substrings one of which every match, or its lookahead, holds.

A rule may have thirty patterns and meet its atom in every tenth listing; most of them are ruled out by one pass of
an automaton over these. Patterns that the standard parser does not take are simply always run.
"""

from __future__ import annotations

import re
import re._constants as op
import re._parser as parser
from collections.abc import Iterable, Iterator
from typing import Any

_GROUP = re.compile(r"\(\?<([A-Za-z_]\w*)>")
_SHORTEST = 3
"""ASCII letters of a literal worth looking for; of other scripts one will do."""
_MOST = 1_500
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def required(pattern: str) -> frozenset[str] | None:
    """Literals one of which is in every text that the pattern matches; None when there are none to speak of."""
    try:
        tree = parser.parse(_GROUP.sub(r"(?P<\1>", pattern))
    except (re.error, RecursionError, OverflowError):
        return None
    return _of_sequence(tree)


def _of_sequence(sequence: Iterable[Any]) -> frozenset[str] | None:
    """The best of what a sequence's parts require: every part is there, so one will do."""
    choices = [choice for choice in _choices(sequence) if choice and len(choice) <= _MOST]
    return max(choices, key=lambda choice: (min(map(_weight, choice)), -len(choice)), default=None)


def _choices(sequence: Iterable[Any]) -> Iterator[frozenset[str] | None]:
    run = ""
    for kind, value in sequence:
        if kind is op.LITERAL:
            run += chr(value)
            continue
        yield _worth(run)
        run = ""
        yield _of_part(kind, value)
    yield _worth(run)


def _of_part(kind: Any, value: Any) -> frozenset[str] | None:
    if kind is op.SUBPATTERN:
        return _of_sequence(value[3])
    if kind is op.ATOMIC_GROUP:
        return _of_sequence(value)
    if kind is op.ASSERT:
        return _of_sequence(value[1])
    if kind is op.BRANCH:
        branches = [_of_sequence(branch) for branch in value[1]]
        return None if None in branches else frozenset().union(*(b for b in branches if b))
    if kind in _REPEATS and value[0] >= 1:
        return _of_sequence(value[2])
    return None


def _weight(literal: str) -> int:
    return len(literal) if literal.isascii() else 3 * len(literal)


def _worth(run: str) -> frozenset[str] | None:
    return frozenset({run}) if run and _weight(run) >= _SHORTEST else None
