"""Is the word used as a mark for protected goods? One answer for each kind of mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.detect.trademark.around import Around
from scanner.detect.trademark.evidence import Evidence
from scanner.detect.trademark.profile import Risk
from scanner.detect.trademark.verdict import Verdict

_ENOUGH, _SUSPECT = 3, 2
"""Points of evidence for a violation and for a look."""


def claim(around: Around, evidence: Evidence) -> Verdict | None:
    """What the use of the word amounts to before its wording is weighed; None when it is no use as a mark."""
    risk = around.profile.risk
    if around.place.found.weak and risk in ("low", "medium"):
        risk = "high"
    return _ANSWERS[risk](around, evidence)


def _distinctive(around: Around, evidence: Evidence) -> Verdict | None:
    """A made-up word: anywhere in a listing, in chat with goods or an offer."""
    listing, firm = around.scene.listing, evidence.brand or evidence.disguised
    if evidence.elsewhere and evidence.goods < 3 and not (firm or evidence.beside):
        return Verdict("review", "A protected mark is named beside other goods.") if listing else None
    if around.misspelled and not (evidence.in_scope or firm):
        return Verdict("review", "What may be a protected mark, misspelt, is named.") if listing else None
    if listing or evidence.goods or evidence.beside or firm or around.near("offer"):
        return Verdict("violation", "A protected mark is used for goods on offer.")
    return Verdict("review", "A protected mark is named without a word on goods.")


def _borne_by_others(around: Around, evidence: Evidence) -> Verdict | None:
    """A name that people and places bear: with its goods, or worth a look in a listing."""
    if evidence.elsewhere and evidence.goods < 2 and not (evidence.beside or evidence.disguised):
        return None
    if evidence.goods >= 2 or evidence.beside or (evidence.goods and (evidence.category or not evidence.elsewhere)):
        return Verdict("violation", "A protected name is used for the goods it protects.")
    if evidence.category or (evidence.goods and evidence.disguised):
        return Verdict("violation", "A protected name stands in a listing of the goods it protects.")
    if (around.scene.listing and not evidence.elsewhere and not around.misspelled) or evidence.disguised:
        return Verdict("review", "A protected name is used, for goods other than those it protects.")
    return None


def _code(around: Around, evidence: Evidence) -> Verdict | None:
    """A rating or a part number: with brand wording only."""
    if not evidence.in_scope:
        return None
    if evidence.brand or evidence.disguised or evidence.hashtag or around.replica or around.alike:
        return Verdict("violation", "A rating is used as a brand on the goods.")
    if (evidence.goods >= 2 or evidence.beside) and (around.spare or (evidence.beside and around.scene.listing)):
        return Verdict("review", "A rating stands by a part made to fit another brand's tools.")
    return None


def _generic(around: Around, evidence: Evidence) -> Verdict | None:
    """A mark that is also the goods' everyday name: capitals and brand wording decide."""
    if evidence.elsewhere and evidence.goods < 3:
        return None
    shown = evidence.brand or evidence.disguised or evidence.hashtag
    sold = around.scene.listing and not around.place.found.weak
    if not (evidence.in_scope or sold or shown):
        return None
    if around.as_name or shown or evidence.beside:
        return Verdict("violation", "A mark that many take for a common word is used as a name.")
    return Verdict("review", "A mark is used as the common name of a kind of goods.", ("generic-use",))


def _ordinary(around: Around, evidence: Evidence) -> Verdict | None:
    """An ordinary word: the evidence is counted."""
    copied = around.replica or (bool(evidence.goods or evidence.capital) and around.alike)
    if not evidence.in_scope:
        return _copy_of_unnamed_goods(around, evidence) if copied else None
    shown = evidence.disguised or evidence.beside or evidence.brand or evidence.hashtag
    if evidence.elsewhere and not shown:
        return None
    listing, loose = around.scene.listing, around.profile.loose
    if evidence.adjective and not (shown or evidence.capital or copied):
        return _descriptive(evidence) if loose and listing else None
    points = evidence.points + 2 * bool(copied)
    if points >= _ENOUGH and (evidence.firm or copied):
        return Verdict("violation", "An ordinary word is used as the name of the goods it is protected for.")
    set_off = loose or evidence.capital or evidence.leads or copied or (evidence.firm and listing)
    if points >= _SUSPECT and set_off:
        return Verdict("review", "An ordinary word that is a mark for these goods stands by them.")
    return None


def _copy_of_unnamed_goods(around: Around, evidence: Evidence) -> Verdict | None:
    """Words for a copy beside a mark of two words, or one set off as a name, need no goods."""
    if " " in around.place.found.rule.term and (evidence.capital or evidence.brand):
        return Verdict("violation", "Words for a copy stand beside a protected mark.")
    known = around.profile.risk == "medium"
    if evidence.brand or evidence.disguised or (evidence.capital and known):
        return Verdict("review", "Words for a copy stand beside a word that is a protected mark.")
    return None


def _descriptive(evidence: Evidence) -> Verdict | None:
    if evidence.goods and (evidence.category or evidence.goods >= 2):
        return Verdict("review", "An ordinary word that is a mark for these goods describes them.")
    return None


_ANSWERS: Mapping[Risk, Callable[[Around, Evidence], Verdict | None]] = {
    "low": _distinctive,
    "medium": _borne_by_others,
    "high": _ordinary,
    "code": _code,
    "generic": _generic,
}
