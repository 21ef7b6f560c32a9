"""The skeleton: the fast way and the way with positions read the same, and only separators are dropped."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.text.fold import fold
from scanner.text.skeleton import _SEPARATORS, Skeleton, collapse, lookalikes, skeleton_char, skeleton_of

any_text = st.one_of(st.text(st.characters(), max_size=60), st.text(st.characters(codec="ascii"), max_size=60))


@given(any_text)
def test_both_ways_read_the_same(text: str) -> None:
    folded = fold(text)
    skeleton = Skeleton.of(folded)
    assert skeleton.text == skeleton_of(folded)
    assert [skeleton_char(folded[i]) for i in skeleton.positions] == list(skeleton.text)
    assert list(skeleton.positions[2:5]) == list(skeleton.positions)[2:5]


@given(any_text)
def test_collapsing_keeps_positions_and_order(text: str) -> None:
    collapsed = Skeleton.of(fold(text)).collapsed()
    assert collapsed.text == collapse(skeleton_of(fold(text)))
    assert collapsed.positions == sorted(set(collapsed.positions))


def test_what_is_dropped_first_is_nothing_to_a_skeleton() -> None:
    kept = [c for c in map(chr, range(0x10000)) if _SEPARATORS.match(c) and skeleton_char(c)]
    assert kept == []


def test_every_lookalike_reads_as_one_ascii_letter() -> None:
    assert len(lookalikes()) > 500
    assert all(len(c) == 1 and r.isascii() and r.isalpha() and len(r) == 1 for c, r in lookalikes().items())
