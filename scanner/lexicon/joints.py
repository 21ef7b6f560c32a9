"""Joints: whether a chat message needs a look because of the messages before it.

Every message goes through the gate by itself, once, however many windows it is read in. A window is looked at only
when its last message stirs, or when something begun in an earlier message can end in it: a word or a number written
over both, a handle behind a channel's name, a phrase, an ordinary word whose context is there. Hits that end in
earlier messages are theirs and were reported with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.lexicon.buffers import figured_texts, stirred_texts, worded_texts
from scanner.lexicon.gate import Gate
from scanner.lexicon.matcher import atom_stands, stands
from scanner.lexicon.ordinary import ordinary_words
from scanner.text.fold import fold
from scanner.text.signals import has_signals
from scanner.text.skeleton import skeleton_of

LONGEST = 8_000
"""Characters of a window up to which its messages are asked one by one; a longer one is asked as a whole."""
_SEAM = 40
"""Characters on either side of a joint that a word in disguise may reach over."""
_NAMED, _BEGUN = 64, 160
"""Characters before a message in which a name may introduce a handle, and in which a pattern may begin."""
_OPENING = 48
"""Characters of a message in which a handle must begin."""
_TOKEN = re.compile(r"@?[a-z0-9][a-z0-9._\-]{2,}|@")
_SHORTEST = 7
"""Digits of a number that words of the message before may make one."""
_TALKS = "trade_assurance"
"""The category whose hits answer something said before: a refusal two messages after the name of the service."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of one message by itself.

    stirs    it needs a look of its own
    worded   it holds a form, an ordinary word that is one, or an atom of a pattern
    figured  it holds a digit or a number word
    talks    it names the platform's service, of which the next message may say no
    """

    text: str
    folded: str
    stirs: bool
    worded: bool
    figured: bool
    talks: bool


class Joints:
    """Asks a gate about messages and the windows they are read in. Immutable."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def traits(self, texts: Iterable[str]) -> dict[str, Traits]:
        """The traits of each distinct text."""
        distinct = list(dict.fromkeys(texts))
        stirred, worded, figured = (ask(self._gate, distinct) for ask in (stirred_texts, worded_texts, figured_texts))
        out = {}
        for number, text in enumerate(distinct):
            folded = fold(text)
            talks = number in worded and self._names(folded, _TALKS)
            out[text] = Traits(text, folded, number in stirred, number in worded, number in figured, talks)
        return out

    def stirs(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a message needs a look, after these of the same sender."""
        if own.stirs:
            return True
        joined = "\n".join([*(t.folded for t in earlier), own.folded])
        if _is_piece(own.folded) and (self._gate.stirs_over(joined.split("\n")) or has_signals(joined)):
            return True
        handle = _opens_with_handle(own.folded[:_OPENING])
        if handle and _is_piece(earlier[-1].folded) and self._gate.stirs(joined):
            return True
        if own.figured and self._counts_on(earlier, own, joined):
            return True
        named = handle and any(t.worded for t in _within(earlier, _NAMED))
        # A word before may get here what it needs: a handle, context, a refusal.
        if (named or own.worded or any(t.talks for t in earlier)) and self._gate.forms_stir(joined):
            return True
        return self._goes_on(earlier, own)

    @staticmethod
    def _counts_on(earlier: Sequence[Traits], own: Traits, joined: str) -> bool:
        """Whether figures are a number together with those before, with a name before or with words for numbers."""
        if any(t.stirs for t in _within(earlier, _BEGUN)):
            return True
        digits = sum(map(str.isdigit, own.folded))
        return (digits >= _SHORTEST or any(t.figured for t in earlier)) and has_signals(joined)

    def _names(self, folded: str, category: str) -> bool:
        """Whether a form or an atom of a category stands in a folded text."""
        tables = self._gate.tables
        for index, start, end in tables.folded.find(folded):
            meaning = tables.folded.meaning(index)
            if any(e.rule.category == category and stands(folded, start, end, e) for e in meaning.entries):
                return True
            named = any(tables.patterns[number].rule.category == category for number in meaning.patterns)
            if named and atom_stands(folded, start, end):
                return True
        return False

    def _goes_on(self, earlier: Sequence[Traits], own: Traits) -> bool:
        """Whether a phrase or a word in disguise begun before may end in the message."""
        before = "\n".join(t.folded for t in earlier)[-_BEGUN:]
        begun = any(t.worded or t.stirs for t in _within(earlier, _BEGUN))
        return (begun and self._phrase_over(before, own.folded)) or self._word_over(before, own.folded)

    def _phrase_over(self, before: str, own: str) -> bool:
        """Whether a pattern whose atom stands in the text before matches over the joint."""
        joined = f"{before}\n{own[:_BEGUN]}"
        return any(end > len(before) + 1 for _, end in self._gate.pattern_matches(before, joined))

    def _word_over(self, before: str, own: str) -> bool:
        """Whether a word in disguise reaches over the joint."""
        head, tail = own[:_SEAM], before[-_SEAM:]
        bones = skeleton_of(tail)
        crossing = self._gate.tables.skeleton.find(bones + skeleton_of(head))
        return any(a < len(bones) < b for _, a, b in crossing) and self._gate.disguise_in(f"{tail}\n{head}")


def _within(earlier: Sequence[Traits], reach: int) -> Iterator[Traits]:
    """The messages that lie at least in part within so many characters before the last."""
    for traits in reversed(earlier):
        if reach <= 0:
            return
        yield traits
        reach -= len(traits.text) + 1


def _opens_with_handle(opening: str) -> bool:
    """Whether a token near a message's beginning may be a handle: nobody's word, or one with digits or signs."""
    for match in _TOKEN.finditer(opening):
        token = match[0].rstrip("._-")
        if not token.isalpha() or (len(token) >= 5 and token not in ordinary_words()):
            return True
    return False


def _is_piece(text: str) -> bool:
    """Whether a message is so short that it may be a piece of a word written over several."""
    return len(text) <= 16 and text.strip().isalpha()


__all__ = ["LONGEST", "Joints", "Traits"]
