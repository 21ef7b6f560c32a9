"""A pack: one TOML file of rules and cues, with the long lists beside it as CSV.

A pack file has four kinds of table::

    [pack]                      # who, what, since when, from where
    name = "trademark-2021-08"
    category = "trademark"
    version = "2021.8.1"
    source = "IP list of August 2021"
    licence = "facts"
    from = 2021-08-01           # optional, like `until`

    [cues]                      # named sets of words and phrases, folded before use
    eyewear = ["sunglasses", "太阳镜"]

    [[rule]]                    # see `Rule`
    id = "tm.ray-ban"
    term = "Ray．Ban"
    forms = ["ray ban"]
    hits = ["⟦RayBan⟧ aviator sunglasses"]
    passes = ["stingray banner"]

    [[list]]                    # a CSV file whose columns are the fields of `Rule`; lists split at ";"
    file = "substances.csv"

Anything that a rule says beyond `Rule`'s fields goes to `Rule.extra`, whose keys each category closes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scanner.model import Level

OPEN, CLOSE = "⟦", "⟧"
"""Brackets round the exact span in a rule's `hits` examples; none at all means "a hit, wherever"."""
FURTHEST = 300
"""Characters between an ordinary word and what makes it suspicious, at most: a few sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing to look for, with the examples that prove it.

    forms     names as written; found as whole words in every disguise. A trailing `*` lets up to five
              letters follow (inflection).
    weak      names that are ordinary words or codes too; `Found.weak` is set, the detector asks for more
    atoms     substrings of folded text that wake the rule's `patterns`; `@name` stands for a cue set. ASCII
              ones of three letters count at a word's start only, shorter ones as words
    patterns  regular expressions over folded text; `<<name>>` stands for any phrase of a cue set;
              the span is group `hit` if the pattern has one, else the whole match
    misspell  whether likely misspellings of `forms` are found too (five letters or more)
    need      cue sets (`@name`) or phrases one of which the goods path, or the text within `near` letters, holds at
              the beginning of a word, before a weak form or a pattern is looked at; the detector asks for more
    near      how near a need must stand; where the detector asks for less than 300, saying so saves looks
    unless    cue sets or phrases that contain or qualify the hit and let it off
    """

    id: str
    term: str
    pack: str = ""
    category: str = ""
    level: Level = "violation"
    stage: str = "enforce"
    since: date | None = None
    until: date | None = None
    source: str = ""
    why: str = ""
    tags: tuple[str, ...] = ()
    evasion: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    atoms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    misspell: bool = True
    need: tuple[str, ...] = ()
    near: int = FURTHEST
    unless: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    where: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def in_force(self, at: date) -> bool:
        """Whether the rule held on that day (`from` inclusive, `until` exclusive)."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A checked pack file: `settings` holds its tables other than pack, cues, rule and list."""

    name: str
    category: str
    version: str
    source: str = ""
    licence: str = ""
    since: date | None = None
    until: date | None = None
    path: str = ""
    rules: tuple[Rule, ...] = ()
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def expand(self, names: tuple[str, ...]) -> Iterator[str]:
        """The phrases that `names` stand for: `@set` is that cue set, anything else itself."""
        for name in names:
            if name.startswith("@"):
                yield from self.cues.get(name[1:], ())
            else:
                yield name


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every pack that is loaded, in the order of their names."""

    packs: tuple[Pack, ...]

    def of(self, category: str) -> tuple[Pack, ...]:
        """The packs of one category."""
        return tuple(pack for pack in self.packs if pack.category == category)

    def versions(self) -> dict[str, str]:
        """Name of each pack -> its version."""
        return {pack.name: pack.version for pack in self.packs}

    def categories(self) -> tuple[str, ...]:
        """The categories that have packs, sorted."""
        return tuple(sorted({pack.category for pack in self.packs}))
