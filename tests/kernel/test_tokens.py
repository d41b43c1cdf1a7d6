"""Pieces of texts."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import tokens

TEXTS = st.text(alphabet="abcdé12 华新科技-&%一丁", max_size=30)


def test_chinese_is_cut_into_pairs_and_the_rest_into_threes() -> None:
    assert tokens.pieces("华新科") == {"华", "新", "科", "华新", "新科"}
    assert tokens.pieces("nord") == {"·n", "·no", "nor", "ord"}
    assert tokens.pieces("a&") == {"·a", "¤26"}


def test_a_query_is_covered_by_few_pieces() -> None:
    assert tokens.cover("nordwind") == ["nor", "dwi", "ind"]
    assert tokens.cover("华新科技") == ["华新", "科技"]
    assert tokens.cover("华") == ["华"]
    assert tokens.cover("mu") == ["·mu"]


@given(TEXTS, st.data())
def test_a_text_has_every_piece_of_any_part_of_it(text: str, data: st.DataObject) -> None:
    """As long as the part is long enough to stand anywhere, or begins a word."""
    folded = tokens.fold(text)
    for word in folded.split():
        start = data.draw(st.integers(0, len(word)))
        end = data.draw(st.integers(start, len(word)))
        part = word[start:end]
        short = [run for run in tokens._runs.findall(part)[:1] if tokens._is_short(run)]
        if part and (start == 0 or not short):
            assert set(tokens.cover(part)) <= tokens.pieces(folded)


@given(st.text())
def test_any_text_may_be_searched_for(text: str) -> None:
    folded = tokens.fold(text)
    assert tokens.fold(folded) == folded
    for word in folded.split():
        assert tokens.cover(word)
        assert all(" " not in piece and '"' not in piece for piece in tokens.pieces(word))
