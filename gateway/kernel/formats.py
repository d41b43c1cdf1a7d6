"""The one stored form of names, notes, e-mail and web addresses, codes and languages.

Every function takes what a person typed and returns the stored form, or raises the Problem that
says what is wrong with it. Each is idempotent: its own result passes through unchanged. Phones, tax
numbers, bank accounts, postal codes, dates and countries have modules of their own.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from gateway.kernel.problems import Problem

_language_shape = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}))?", re.IGNORECASE)
_host_shape = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}", re.IGNORECASE)

# Letters and signs that show nothing: fillers of Hangul, a blank of Braille.
_hollow: Final = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_joiner: Final = re.compile("[\u200c\u200d]")
_loose_joiner: Final = re.compile(
    "(?<![^\\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?=\\s|$|[\u200c\u200d])"
)
# WeChat's own rule: 6 to 20 letters, digits, dashes and underscores, a letter first. Many people
# are found by their phone or QQ number instead.
_wechat_shape: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}|\+?[0-9]{5,15}")


def name(text: str) -> str:
    """One line: NFKC (full width becomes half width), nothing invisible, single blanks.

    Direction marks, zero-width signs and controls go; emoji are text like any other.
    """
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isprintable() or _hollow.search(plain):
        plain = unicodedata.normalize("NFKC", "".join(_kept(c) for c in _hollow.sub(" ", plain)))
    plain = " ".join(plain.split())
    return " ".join(_loose_joiner.sub("", plain).split()) if _joiner.search(plain) else plain


def lines(text: str) -> str:
    """Several lines: NFC, ``\\n`` at line ends, nothing invisible, no blanks at the ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not plain.isprintable():
        plain = "".join(c if c in "\n\t" else _kept(c, "") for c in plain)
    plain = unicodedata.normalize("NFC", plain)
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip()


def _kept(character: str, instead_of_control: str = " ") -> str:
    """A character, or what stands for it: a blank for a control, nothing for a format character."""
    category = unicodedata.category(character)
    if category == "Cc":
        return instead_of_control
    # Joiners inside a word belong to some scripts and to emoji.
    return "" if category in ("Cf", "Cs") and character not in "\u200c\u200d" else character


def fold(text: str) -> str:
    """What a search compares: a name without case and accents."""
    folded = name(text).casefold()
    if folded.isascii():
        return folded
    spread = unicodedata.normalize("NFKD", folded)
    if not any(map(unicodedata.combining, spread)):  # Chinese has none
        return spread
    return "".join(c for c in spread if not unicodedata.combining(c))


@lru_cache(maxsize=2048)  # a record's are judged at its entry, and soon again for its quality
def email(text: str) -> str:
    """An e-mail address, judged by its syntax alone; Problem email_invalid."""
    try:
        return validate_email(name(text), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Problem("email_invalid") from error


def url(text: str) -> str:
    """A web address with its scheme and a lower-case host; Problem url_invalid."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if "://" not in plain:
        plain = f"https://{plain}"
    try:
        parts = urlsplit(plain)
        host, port = (parts.hostname or ""), parts.port
    except ValueError as error:
        raise Problem("url_invalid") from error
    allowed = parts.scheme.lower() in ("http", "https") and "@" not in parts.netloc
    if not allowed or not _host_shape.fullmatch(host) or re.search(r"\s", plain):
        raise Problem("url_invalid")
    place = host if port is None else f"{host}:{port}"
    return parts._replace(scheme=parts.scheme.lower(), netloc=place).geturl()


def language(text: str) -> str:
    """A language tag such as ``en``, ``zh-CN`` or ``zh-Hant-TW``; Problem language_invalid."""
    found = _language_shape.fullmatch(name(text))
    if not found:
        raise Problem("language_invalid")
    base, script, region = found.groups()
    parts = (base.lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part)


def code(text: str) -> str:
    """A number or code of somebody's own: capitals, without blanks at the ends or doubled."""
    # Folded once more: a few capitals have another compatibility form than their small letter.
    return name(name(text).upper())


def wechat(text: str) -> str:
    """A WeChat id, or the number somebody is found by there; Problem wechat_invalid."""
    plain = name(text).removeprefix("@").replace(" ", "")
    if not _wechat_shape.fullmatch(plain):
        raise Problem("wechat_invalid")
    return plain
