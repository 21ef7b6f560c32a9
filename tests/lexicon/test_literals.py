"""What a pattern cannot match without: worked out right, and never ruling out a match."""

import pytest
import regex

from scanner.lexicon import load
from scanner.lexicon.literals import required
from scanner.lexicon.pack import CLOSE, OPEN
from scanner.lexicon.patterns import PatternRule, Work, expand
from scanner.text.fold import fold


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("scan (?:the|my) code", {"scan "}),
        ("(?:alpha|beta)+x?", {"alpha", "beta"}),
        (r"\w+ab", None),
        ("(?:abc)?d", None),
        ("(?<hit>qr code)(?!x)", {"qr code"}),
        (r"\d+(?=[^\n]{0,9}person)", {"person"}),
        ("(?:abc|d)", None),
        ("加我|微信", {"加我", "微信"}),
        ("(?i:ok)(", None),
    ],
)
def test_the_literals_of_a_pattern(pattern: str, literals: set[str] | None) -> None:
    assert required(pattern) == (None if literals is None else frozenset(literals))


RULES = [(rule, pack) for pack in load().packs for rule in pack.rules if rule.patterns]


@pytest.mark.parametrize(("rule", "pack"), RULES, ids=lambda value: getattr(value, "id", ""))
def test_no_match_is_ruled_out(rule, pack) -> None:
    compiled = PatternRule(rule, pack)
    for example in (*rule.hits, *rule.passes):
        text = fold(example.replace(OPEN, "").replace(CLOSE, ""))
        plain = set()
        for pattern in rule.patterns:
            for match in regex.finditer(expand(pattern, pack), text, regex.VERSION1 | regex.UNICODE):
                span = match.span("hit") if "hit" in match.re.groupindex else match.span()
                if span[1] > span[0] >= 0:
                    plain.add(span)
        assert set(compiled.matches(text, range(0, len(text), 50), Work())) == plain


def test_most_patterns_have_literals() -> None:
    wanted = [required(expand(pattern, pack)) for rule, pack in RULES for pattern in rule.patterns]
    assert sum(literals is not None for literals in wanted) > 0.6 * len(wanted)
