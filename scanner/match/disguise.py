"""Is it a disguise? A skeleton match is a suspicion; here the text itself confirms or drops it.

Confirmed only by evidence of intent: letters of another script inside a Latin word, digits or symbols for
letters, single letters set apart, separators inside a word. "that's app", "strikes back" and "we / chat" have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scanner.match.bounds import ends_word, starts_word
from scanner.match.script import is_unspaced, script_of
from scanner.text.skeleton import skeleton_char

_HARD_GAP = frozenset(",;!?，。、；：！？…")
"""Marks of sentences; what stands inside words on purpose is anything else."""
_LONE_WORDS = frozenset("aieoyuà&")
"""One-letter words of the languages that write with spaces: no evidence by themselves."""
_MAX_GAP = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """A form as the skeleton knows it: `letters` (folded, no separators) and its own word breaks."""

    letters: str
    breaks: frozenset[int]

    @classmethod
    def of(cls, folded_form: str) -> Shape:
        """The shape of a folded form, from which the skeleton's separators were dropped."""
        letters, breaks = "", set()
        for char in folded_form:
            if skeleton_char(char):
                letters += char
            else:
                breaks.add(len(letters))
        return cls(letters, frozenset(breaks))


def judge(
    folded: str,
    positions: Sequence[int],
    shape: Shape,
    *,
    joints: frozenset[int] = frozenset(),
) -> tuple[str, ...] | None:
    """The evasions that a skeleton match shows, () when it shows none, None when it is no disguise.

    positions  index in `folded` of each matched character, one per letter of the shape
    joints     indices in `folded` of the newlines between messages
    """
    start, end = positions[0], positions[-1] + 1
    if not _stands_alone(folded, start, end, shape):
        return None
    swaps = _swaps(folded, positions, shape)
    if swaps is None:
        return None
    gaps = _gaps(folded, positions)
    spaced = _spacing(folded, positions, gaps, shape, bool(swaps), joints)
    if spaced is None:
        return None
    return tuple(dict.fromkeys((*swaps, *spaced)))


def _stands_alone(folded: str, start: int, end: int, shape: Shape) -> bool:
    return starts_word(folded, start, shape.letters) and ends_word(folded, end, shape.letters)


def _swaps(folded: str, positions: Sequence[int], shape: Shape) -> list[str] | None:
    """Which letters are not the form's own: [] for none, None when they make no word."""
    if "".join([folded[at] for at in positions]) == shape.letters:
        return []
    leet = foreign = 0
    for at, letter in zip(positions, shape.letters, strict=True):
        char = folded[at]
        if char == letter:
            continue
        if (char in "il" and letter in "il") or char.isalpha():
            foreign += 1
        else:
            leet += 1
    if leet > 0.6 * len(positions):
        return None
    whole = foreign == len(positions)
    if whole and not _mostly_latin(folded):
        return None
    return ["leet"] * bool(leet) + ["lookalike"] * bool(foreign)


def _mostly_latin(folded: str) -> bool:
    """Whether most letters are ASCII: then a whole word in look-alikes is no honest word."""
    if folded.isascii():
        return True
    letters = [c for c in folded[:2000] if c.isalpha()]
    return sum(c.isascii() for c in letters) * 2 > len(letters)


def _gaps(folded: str, positions: Sequence[int]) -> list[str]:
    """What stands between each matched character and the next."""
    return [folded[a + 1 : b] for a, b in pairwise(positions)]


def _spacing(
    folded: str,
    positions: Sequence[int],
    gaps: Sequence[str],
    shape: Shape,
    swapped: bool,
    joints: frozenset[int],
) -> list[str] | None:
    """["spaced"], ["split_messages"] or [] when the gaps are deliberate or natural; None when they are neither."""
    wide = [(i, gap) for i, gap in enumerate(gaps, start=1) if gap]
    odd = [(i, gap) for i, gap in wide if i not in shape.breaks]
    natural = [gap for i, gap in wide if i in shape.breaks]
    if any(len(gap) > _MAX_GAP for _, gap in wide) or any(set(gap) & _HARD_GAP for gap in natural):
        return None
    if any("\n" in gap for _, gap in wide):
        return _over_messages(folded, positions, joints)
    if not odd:
        return ["spaced"] if any(gap != " " for gap in natural) else []
    sizes = _piece_sizes(gaps, len(positions))
    if _has_number_apart(folded, positions, gaps, sizes):
        return None
    if all(size == 1 for size in sizes) or is_unspaced(folded[positions[0]]):
        return ["spaced"] if _even(odd) else None
    if any(set(gap) & _HARD_GAP for _, gap in odd):
        return None
    if all(not gap.isspace() and " " not in gap for _, gap in odd):
        slashed = any("/" in gap or ":" in gap for _, gap in odd)
        return ["spaced"] if not slashed or len(odd) > 1 else None
    lone = _lone_letters(folded, positions, sizes)
    if lone or swapped:
        return ["spaced"]
    return None


def _even(odd: Sequence[tuple[int, str]]) -> bool:
    """Whether letters are set apart in one way: sentence marks between them count only if all are alike."""
    kinds = {gap.strip() for _, gap in odd}
    hard = any(set(gap) & _HARD_GAP for _, gap in odd)
    return not hard or (len(kinds) == 1 and len(odd) > 1)


def _piece_sizes(gaps: Sequence[str], count: int) -> list[int]:
    """Lengths of the pieces the gaps cut the word into."""
    sizes, size = [], 1
    for gap in gaps:
        if gap:
            sizes.append(size)
            size = 0
        size += 1
    return [*sizes, size] if count else []


def _has_number_apart(folded: str, positions: Sequence[int], gaps: Sequence[str], sizes: Sequence[int]) -> bool:
    """Whether a number stands by itself between spaces: "scan 14", "salt 5 %" are no leet, unless all is apart."""
    if all(size == 1 for size in sizes):
        return False
    at = 0
    for size in sizes:
        spaced = (at and " " in gaps[at - 1]) or (at + size < len(positions) and " " in gaps[at + size - 1])
        if spaced and not any(folded[positions[k]].isalpha() for k in range(at, at + size)):
            return True
        at += size
    return False


def _lone_letters(folded: str, positions: Sequence[int], sizes: Sequence[int]) -> bool:
    """Whether a letter stands alone that is no word of any language by itself."""
    at = 0
    for size in sizes:
        if size == 1 and folded[positions[at]] not in _LONE_WORDS:
            return True
        at += size
    return False


def _over_messages(folded: str, positions: Sequence[int], joints: frozenset[int]) -> list[str] | None:
    """Deliberate when, after the first, every piece is a whole message (the last may be followed by other things
    only if it is one letter, or the word ends with it)."""
    crossed = [k for k in range(positions[0], positions[-1]) if folded[k] == "\n"]
    if not all(k in joints for k in crossed):
        return None
    inside = set(positions)
    for a, b in pairwise(crossed):
        if any(k not in inside and folded[k].isalnum() for k in range(a + 1, b)):
            return None
    tail_end = folded.find("\n", positions[-1])
    tail = folded[positions[-1] + 1 : tail_end if tail_end >= 0 else len(folded)]
    head = folded[folded.rfind("\n", 0, positions[0]) + 1 : positions[0]]
    if head.strip() and script_of(folded[positions[0]]) != "CJK" and len(crossed) == 1 and tail.strip():
        return None
    return ["split_messages"] if not any(c.isalpha() for c in tail) or len(crossed) > 1 else None
