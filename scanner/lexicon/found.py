"""What matching hands to the detectors: a rule's form, where, and by which disguise."""

from __future__ import annotations

from typing import NamedTuple

from scanner.lexicon.pack import Rule
from scanner.model import Span


class Found(NamedTuple):
    """A form (or a pattern) of a rule, found in the text read. (A tuple: every text that is looked at has many.)

    `span` is of the original; `evasion` is empty when the form stands there as written, whatever its case;
    `score` is 1 for exact forms and below for misspellings; `pattern` tells a pattern from a form.
    """

    rule: Rule
    form: str
    span: Span
    evasion: tuple[str, ...] = ()
    weak: bool = False
    score: float = 1.0
    pattern: bool = False
