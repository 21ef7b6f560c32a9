"""What somebody writes in an afternoon: flashtext, rapidfuzz on every token, and a few regexes. The peer to beat."""

from __future__ import annotations

import re

from flashtext import KeywordProcessor
from rapidfuzz import fuzz, process

_PHONE = re.compile(r"\+?\d[\d\s().-]{7,}\d")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b\w+\.(?:com|net|me|cn)\b\S*")
_TOKEN = re.compile(r"\w{4,}")
_CUTOFF = 88


class Afternoon:
    """`reads(text)` -> spans of whatever it takes for a finding; terms are the packs' own."""

    def __init__(self, terms: list[str]) -> None:
        self._words = KeywordProcessor()
        for term in terms:
            self._words.add_keyword(term, term)
        self._terms = [term for term in terms if len(term) >= 5 and term.isascii()]

    def reads(self, text: str) -> list[tuple[int, int]]:
        spans = [(start, end) for _, start, end in self._words.extract_keywords(text, span_info=True)]
        for pattern in (_PHONE, _EMAIL, _LINK):
            spans.extend(match.span() for match in pattern.finditer(text))
        spans.extend(match.span() for match in _TOKEN.finditer(text.lower()) if self._resembles(match.group()))
        return spans

    def _resembles(self, token: str) -> bool:
        return process.extractOne(token, self._terms, scorer=fuzz.ratio, score_cutoff=_CUTOFF) is not None
