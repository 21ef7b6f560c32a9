"""The automaton against a naive oracle, on random packs with overlaps and several scripts."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from scanner.lexicon.compiled import Meaning
from scanner.lexicon.matcher import Matcher
from scanner.lexicon.pack import Lexicon, Pack, Rule
from scanner.match.keywords import FoldedKeywords, Keywords
from scanner.text.reading import Reading

alphabet = st.sampled_from(list("abcab微信薇я é.-"))
words = st.text(alphabet, min_size=1, max_size=4).filter(lambda w: w.strip())


@given(st.sets(words, min_size=1, max_size=8), st.text(alphabet, max_size=40))
def test_every_occurrence_is_found_and_nothing_else(patterns: set[str], text: str) -> None:
    keywords = Keywords(sorted(patterns), lambda _: Meaning())
    found = {(keywords.texts[i], start, end) for i, start, end in keywords.find(text)}
    naive = {(w, i, i + len(w)) for w in patterns for i in range(len(text)) if text.startswith(w, i)}
    assert found == naive


@given(st.sampled_from(["微信", "企鹅", "芬太尼"]), st.text(st.sampled_from(list("的了我加，。 ab1")), max_size=6))
def test_han_forms_are_found_wherever_they_stand(form: str, around: str) -> None:
    rule = Rule(id="r", term="t", category="c", forms=(form,))
    matcher = Matcher(Lexicon((Pack(name="p", category="c", version="1", rules=(rule,)),)))
    reading = Reading([around + form + form + around])
    finds, cut = matcher.find(reading, date(2021, 9, 1))
    assert cut == ()
    assert [reading.slice(f.span) for f in finds][:1] == [form]
    assert len(finds) >= 2


@given(
    st.sets(st.text(st.sampled_from("abc1+"), min_size=1, max_size=4), min_size=1, max_size=8),
    st.text(st.sampled_from("abc1+ -"), max_size=30),
)
def test_the_ascii_way_leaves_out_only_what_is_inside_a_word(patterns: set[str], text: str) -> None:
    keywords = FoldedKeywords(sorted(patterns), lambda _: Meaning())
    found = {(keywords.texts[i], start, end) for i, start, end in keywords.find(text)}
    naive = {(w, i, i + len(w)) for w in patterns for i in range(len(text)) if text.startswith(w, i)}
    inside = {(w, i, j) for w, i, j in naive if len(w) <= 2 and w.isalnum() and i and text[i - 1].isalnum()}
    assert found == naive - inside
