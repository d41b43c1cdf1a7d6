"""Passwords: which ones are accepted, and checking them at a bounded cost."""

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import hash_password, verify_password

LENGTH_MAX = 128
PRODUCT = "waystation"
LIST = Path(__file__).with_name("common_passwords.txt")

# One hash takes 19 MiB and a core: two at a time leave a small box able to sell. Everybody who
# waits holds a thread of the server, so a crowd is sent away instead.
_turns = threading.BoundedSemaphore(2)
_places = threading.BoundedSemaphore(10)


def check(password: str, length_min: int, names: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long, or the first thing somebody would try.

    ``names`` are words of the person and the shop. Problem password_short, password_long or
    password_common. No rules about kinds of characters, no expiry: both make people choose worse.
    """
    plain = _plain(password)
    if len(plain) < length_min:
        raise Problem("password_short", length_min=length_min)
    if len(plain) > LENGTH_MAX:
        raise Problem("password_long", length_max=LENGTH_MAX)
    guess = _letters(plain)
    guessable = {_letters(name) for name in (PRODUCT, *names)} - {""}
    if plain.casefold() in _common() or guess in guessable or len(set(plain)) == 1:
        raise Problem("password_common")


def sealed(password: str) -> str:
    """The Argon2id text to store; Problem sign_in_busy."""
    with _turn():
        return hash_password(_plain(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one; for nobody's (None) it takes as long, and is False.

    Problem sign_in_busy while too many others wait.
    """
    with _turn():
        found = verify_password(stored or _nobody(), _plain(password)[: LENGTH_MAX + 1])
    return found and stored is not None


@contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Problem("sign_in_busy")
    try:
        with _turns:
            yield
    finally:
        _places.release()


def _plain(password: str) -> str:
    # The same keys give different bytes on different systems (RFC 8265 asks for one form).
    return unicodedata.normalize("NFC", password)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.casefold()))


@cache
def _common() -> frozenset[str]:
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if not line.startswith("#"))


@cache
def _nobody() -> str:
    return hash_password("nobody's password")
