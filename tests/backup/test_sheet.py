"""The recovery sheet: what was written down opens, and a slip is named by its word."""

import pytest

from gateway.backup import sheet
from gateway.kernel.problems import Problem
from tests.backup.conftest import SECRET

WORDS = sheet.words(SECRET)


def refusal(text: str) -> Problem:
    with pytest.raises(Problem) as refused:
        sheet.identity(text)
    return refused.value


@pytest.mark.parametrize(
    "typed",
    [" ".join(WORDS), "\n".join(WORDS).lower(), SECRET, SECRET.lower(), f" {SECRET}\n"],
    ids=["words", "small", "key", "small key", "key with spaces"],
)
def test_it_is_read_however_it_was_typed(typed: str) -> None:
    assert sheet.identity(typed) == SECRET


def test_every_single_slip_is_named() -> None:
    for place, word in enumerate(WORDS, 1):
        for at, letter in enumerate(word):
            for other in "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L1O":
                if other == letter or (other, letter) == ("O", "0"):
                    continue  # an O is read as the 0 that it looks like
                typed = [*WORDS]
                typed[place - 1] = word[:at] + other + word[at + 1 :]
                problem = refusal(" ".join(typed))
                assert (problem.code, problem.params) == ("backup_word_wrong", {"place": place})


def test_two_letters_changed_over_and_two_words_changed_over_are_named() -> None:
    for place, word in enumerate(WORDS, 1):
        for at in range(len(word) - 1):
            if word[at] == word[at + 1]:
                continue
            typed = [*WORDS]
            typed[place - 1] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            assert refusal(" ".join(typed)).params == {"place": place}
    assert refusal(" ".join([WORDS[1], WORDS[0], *WORDS[2:]])).params == {"place": 1}


def test_a_word_too_few_is_counted() -> None:
    assert refusal(" ".join(WORDS[1:])).params == {"found": 14, "count": 15}
    assert refusal("").params == {"found": 0, "count": 15}
