"""Whatever a keyboard sends: bytes of UTF-8 come out, and no key stays held by mistake."""

from devices.drivers._keys import Keyboard
from devices.drivers._layouts import TABLES

SEEDS = (
    bytes((1, 42, 1, 1, 30, 1, 1, 30, 0, 1, 42, 0, 1, 28, 1)),  # A, Enter
    bytes((1, 56, 1, 1, 82, 1, 1, 80, 1, 1, 73, 1, 1, 56, 0)),  # Alt with 0 2 9
    bytes((1, 41, 1, 1, 30, 1, 1, 100, 1, 1, 9, 1, 1, 29, 1, 1, 27, 1)),  # dead keys, AltGr, Ctrl
    bytes((0, 3, 0, 1, 58, 1, 1, 12, 1, 1, 66, 1)),
)


def target(data: bytes) -> None:
    """Three bytes are one event: its type, its key, its value."""
    for layout in TABLES:
        keyboard = Keyboard(layout)
        for at in range(0, len(data) - 2, 3):
            keyboard.press(data[at] % 3, data[at + 1], data[at + 2] % 4).decode("utf-8")
        keyboard.press(0, 3, 0)
        keyboard.press(0, 0, 0)
        # Whatever was before: once nothing is known to be held, Enter is an end.
        assert keyboard.press(1, 28, 1) == b"\r"
        assert keyboard.press(1, 11, 1).decode("utf-8") in "0à"
