"""Pieces of texts."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import tokens

TEXTS = st.text(alphabet="abcdé12 华新科技-&%一丁", max_size=30)
WORDS = st.text(alphabet="abcde", min_size=4, max_size=9)


def test_chinese_is_cut_into_pairs_letters_into_threes_and_fives() -> None:
    assert tokens.pieces("华新科") == {"华", "新", "科", "华新", "新科"}
    assert tokens.pieces("nord") == {"·n", "·no", "nor", "ord"}
    assert tokens.pieces("nordw") == {"·n", "·no", "nor", "ord", "rdw", "nordw"}
    assert tokens.pieces("12345") == {"·1", "·12", "·123", "1234", "2345"}
    assert tokens.pieces("a&") == {"·a", "¤26"}


def test_a_query_is_covered_by_few_pieces() -> None:
    assert tokens.cover("nordwindhaus") == ["nordw", "indha", "dhaus"]
    assert tokens.cover("nord") == ["nor", "ord"]
    assert tokens.cover("nordwind", fives=False) == ["nor", "dwi", "ind"]
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
            assert set(tokens.cover(part, fives=False)) <= tokens.pieces(folded)


@given(st.text())
def test_any_text_may_be_searched_for(text: str) -> None:
    folded = tokens.fold(text)
    assert tokens.fold(folded) == folded
    for word in folded.split():
        assert tokens.cover(word)
        assert all(" " not in piece and '"' not in piece for piece in tokens.pieces(word))


@given(WORDS, st.data())
def test_a_word_and_any_slip_of_it_share_a_piece(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdef"))
    for typed in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    ):
        assert tokens.slips(typed) & tokens.slips(word)


def test_words_are_letters_alone_and_of_no_address() -> None:
    found = tokens.words(tokens.fold("Müller-Lüdenscheid & Co 12345 9131wkbawnp34t Siemens西门子"))
    assert found == {"muller", "ludenscheid", "siemens"}
    assert tokens.words("info@nordwind.example") == set()
    assert tokens.words("a" * 17) == set()
