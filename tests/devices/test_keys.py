"""Key presses in, bytes out: modifiers, layouts, what is typed by number, and what is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers._keys import LOST, Keyboard
from devices.drivers._layouts import TABLES
from devices.simulated.hid_scanner import strokes
from tests.fuzz import key_events

SHIFT, RIGHT_SHIFT, CTRL, ALT, ALT_GR, CAPS = 42, 54, 29, 56, 100, 58
ENTER, KP_ENTER, TAB, SPACE = 28, 96, 15, 57
A, B, ONE, RIGHT_BRACKET, M, F8 = 30, 48, 2, 27, 50, 66
KP_0, KP_2, KP_9 = 82, 80, 73

Keys = list[int | tuple[int, ...]]


def typed(keys: Keys, layout: str = "us") -> str:
    """What comes of keys; several in one are held one after the other, the last is struck."""
    keyboard = Keyboard(layout)
    out = b""
    for chord in keys:
        codes = chord if isinstance(chord, tuple) else (chord,)
        for code in codes:
            out += keyboard.press(1, code, 1)
        for code in reversed(codes):
            out += keyboard.press(1, code, 0)
    return out.decode()


def test_shift_control_and_enter_are_followed() -> None:
    assert typed([(SHIFT, A), B, (CTRL, RIGHT_BRACKET), ONE, ENTER]) == "Ab\x1d1\r"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ([(RIGHT_SHIFT, A), A], "Aa"),
        ([CAPS, A, ONE, (SHIFT, A), (SHIFT, ONE), CAPS, A], "A1a!a"),
        ([(97, RIGHT_BRACKET)], "\x1d"),
        ([(CTRL, M)], "\r"),
        ([TAB, KP_ENTER], "\t\r"),
        ([KP_0, KP_2, KP_9, 55, 74, 78, 83, 98], "029*-+./"),
        ([69, 70, 125, A], "a"),
        ([F8], LOST),
        ([(CTRL, ONE)], LOST),
        ([(ALT, A)], LOST),
    ],
)
def test_keys_mean_what_they_say(keys: Keys, text: str) -> None:
    assert typed(keys) == text


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ((KP_0, KP_2, KP_9), "\x1d"),
        ((11, 3, 10), "\x1d"),  # those of the upper row
        ((KP_2, KP_9), "\x1d"),
        ((KP_0, 79, 80, 72), "€"),
        ((80, 80, 76), "ß"),  # 225
        ((KP_0, 80, 80, 81), "ß"),  # 0223
        ((KP_0,), LOST),
        ((73, 73, 73), LOST),
    ],
)
def test_a_number_typed_with_alt_is_a_character_when_alt_is_let_go(
    digits: tuple[int, ...], text: str
) -> None:
    keyboard = Keyboard("de")
    assert keyboard.press(1, ALT, 1) == b""
    for digit in digits:
        assert keyboard.press(1, digit, 1) + keyboard.press(1, digit, 0) == b""
    assert keyboard.press(1, ALT, 0).decode() == text
    assert keyboard.press(1, A, 1) == b"a"


@pytest.mark.parametrize("layout", [*TABLES])
def test_the_separator_of_gs1_comes_through_in_every_layout(layout: str) -> None:
    assert typed([(CTRL, RIGHT_BRACKET)], layout) == "\x1d"
    keyboard = Keyboard(layout)
    presses = [(ALT, 1), (KP_0, 1), (KP_0, 0), (KP_2, 1), (KP_2, 0), (KP_9, 1), (ALT, 0)]
    assert b"".join(keyboard.press(1, code, value) for code, value in presses) == b"\x1d"


# What the keys of one place are in four countries, from the keyboards themselves.
@pytest.mark.parametrize(
    ("layout", "keys", "text"),
    [
        ("us", [16, 21, 44, 12, 39, 43], "qyz-;\\"),
        ("de", [16, 21, 44, 12, 39, 43], "qzyßö#"),
        ("de", [(SHIFT, 8), (SHIFT, 11), (SHIFT, 27), (SHIFT, 53), 86], "/=*_<"),
        ("de", [(ALT_GR, 16), (ALT_GR, 18), (ALT_GR, 8), (ALT_GR, 12), (ALT_GR, 86)], "@€{\\|"),
        ("de", [(CTRL, ALT, 16)], "@"),  # as scanners do that have no AltGr
        ("de", [41, A, 41, SPACE, 13, 18, 13, A], "â^éá"),
        ("de", [CAPS, 39, 12], "Öß"),
        ("fr", [16, 30, 2, (SHIFT, 2), 39, 50, (SHIFT, 51)], "aq&1m,."),
        ("fr", [(ALT_GR, 11), (ALT_GR, 10), (ALT_GR, 4), (ALT_GR, 6), (ALT_GR, 9)], "@^#[\\"),
        ("fr", [CAPS, 3, 16], "éA"),
        ("fr", [26, 18, (SHIFT, 26), 18], "êë"),
        ("es", [39, 12, 43, (SHIFT, 8), (SHIFT, 39)], "ñ'ç/Ñ"),
        ("es", [(ALT_GR, 3), (ALT_GR, 2), (ALT_GR, 26), (ALT_GR, 27), (ALT_GR, 40)], "@|[]{"),
        ("es", [40, A, (SHIFT, 40), 22, 26, SPACE], "áü`"),
        ("us", [(ALT_GR, 11, 3, 10), A], "\x1da"),  # no AltGr there, so it is one more Alt
    ],
)
def test_a_layout_is_what_is_printed_on_its_keys(layout: str, keys: Keys, text: str) -> None:
    assert typed(keys, layout) == text


def test_a_dead_key_at_the_end_of_a_code_is_not_lost() -> None:
    assert typed([41, ENTER], "de") == "^\r"
    assert typed([41, 41, A], "de") == "^â"
    assert typed([41, ONE], "de") == "^1"


def test_what_the_kernel_had_to_drop_leaves_a_mark_and_no_key_held() -> None:
    keyboard = Keyboard("us")
    keyboard.press(1, SHIFT, 1)
    assert keyboard.press(0, 3, 0).decode() == LOST
    assert keyboard.press(1, B, 1) == b""  # half of something, until the next report
    assert keyboard.press(0, 0, 0) == b""
    assert keyboard.press(1, A, 1) == b"a"


def test_repeats_buttons_and_reports_are_no_keys() -> None:
    keyboard = Keyboard("us")
    events = [(1, A, 2), (1, 0x110, 1), (0, 0, 0), (2, 0, 5), (4, 4, 458_756), (17, 1, 1)]
    assert b"".join(keyboard.press(*event) for event in events) == b""


@pytest.mark.parametrize("layout", [*TABLES])
@given(st.data())
def test_every_character_of_a_layout_comes_out_as_it_went_in(
    layout: str, data: st.DataObject
) -> None:
    characters = "ABCXYZabcxyz0123456789 -.,:;/+*?=_%$#()\x1d"
    text = data.draw(st.text(characters, max_size=40))
    keys = [(*held, key) for key, held in strokes(text, layout)]
    assert typed(keys, layout) == text


@given(st.binary(max_size=300))
def test_no_events_break_the_keyboard(data: bytes) -> None:
    key_events.target(data)
