"""The one stored form of names, phones, e-mail and web addresses, tax ids and bank accounts.

Every function takes what a person typed and returns the stored form, or raises the Problem that
says what is wrong with it. Each is idempotent: its own result passes through unchanged. Dates have
a module of their own.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

import phonenumbers
import stdnum
from email_validator import EmailNotValidError, validate_email
from stdnum import iban as iban_standard
from stdnum.exceptions import ValidationError

from gateway.kernel.problems import Problem

# ISO 3166-1 alpha-2.
COUNTRIES = frozenset(
    (
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
        "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
        "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
        "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
        "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
        "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
        "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
        "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
        "VN VU WF WS YE YT ZA ZM ZW"
    ).split()
)

PHONE_LENGTH_MAX = 60

# Countries whose tax authority uses other numbers than one called VAT, or several beside it.
_TAX_FORMS: dict[str, tuple[str, ...]] = {
    "CN": ("uscc",),
    "DE": ("vat", "stnr"),
    "FR": ("vat", "siren", "siret"),
    "IT": ("vat", "codicefiscale"),
    "US": ("ein", "tin"),
    "ZA": ("tin",),
}
_tax_shape = re.compile(r"[0-9A-Z][0-9A-Z./ -]{2,30}[0-9A-Z]")

_phone_label = re.compile(r"^(?:tel|phone|电话|手机)\s*[.:]?\s*", re.IGNORECASE)
_extension_words = re.compile(
    r"\s*(?:转接|转|轉|分机|分機|内线|內線|Durchwahl|DW)\s*[.:：]?\s*(?=\d)", re.IGNORECASE
)
_chinese_dashes = re.compile(r"((?:\+?86[\s-]*)?\(?0?\d{2,3}\)?[\s-]*\d{7,8})-(\d{1,6})")
_phone_shape = re.compile(
    r"[\d\s()+\-./·~*#,;=:]*(?:\s*;?(?:ext|extension|x)[.:=\s]*\d+)?#?", re.IGNORECASE
)

_language_shape = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}))?", re.IGNORECASE)
_host_shape = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone:
    """``text`` is E.164, with ``;ext=801`` behind it where there is an extension (RFC 3966).

    ``valid`` is False for a number that is possible but belongs to no known range: number plans
    move, so that is a warning and never a refusal.
    """

    text: str
    valid: bool


def name(text: str) -> str:
    """One line: NFKC (full width becomes half width), no control characters, single blanks."""
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isprintable():
        plain = "".join(" " if _is_noise(c) else c for c in plain)
    return " ".join(plain.split())


def _is_noise(character: str) -> bool:
    # Joiners inside a word belong to some scripts; other control and format characters are noise.
    return unicodedata.category(character) in ("Cc", "Cf") and character not in "\u200c\u200d"


def lines(text: str) -> str:
    """Several lines: NFC, ``\\n`` at line ends, no control characters, no blanks at the ends."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in plain if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "\n".join(line.rstrip() for line in "".join(kept).split("\n")).strip()


def fold(text: str) -> str:
    """What a search compares: a name without case and accents."""
    folded = name(text).casefold()
    if folded.isascii():
        return folded
    spread = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in spread if not unicodedata.combining(c))


def phone(text: str, country: str) -> Phone:
    """A phone number; ``country`` (ISO 3166) is where a national number is dialled.

    Problem phone_impossible.
    """
    cleaned = _clean_phone(text, country)
    if len(cleaned) > PHONE_LENGTH_MAX or not _phone_shape.fullmatch(cleaned):
        # Letters would be read as keypad digits: "030 1234567 home" would become another number.
        raise Problem("phone_impossible", country=country)
    try:
        number = phonenumbers.parse(cleaned, country)
    except phonenumbers.NumberParseException as error:
        raise Problem("phone_impossible", country=country) from error
    if not phonenumbers.is_possible_number(number):
        raise Problem("phone_impossible", country=country)
    stored = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        stored += f";ext={number.extension}"
    return Phone(stored, phonenumbers.is_valid_number(number))


def _clean_phone(text: str, country: str) -> str:
    """Chinese ways to write an extension, as the library reads them."""
    plain = _phone_label.sub("", name(text))
    plain = _extension_words.sub(" ext. ", plain)
    # Elsewhere a last group after a dash is direct dialling, a part of the number itself.
    chinese = plain.startswith("+86") or (country == "CN" and not plain.startswith("+"))
    dashes = _chinese_dashes.fullmatch(plain) if chinese else None
    return f"{dashes[1]} ext. {dashes[2]}" if dashes else plain


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


def country(text: str) -> str:
    """An ISO 3166-1 alpha-2 code; Problem country_unknown."""
    code = name(text).upper()
    if code not in COUNTRIES:
        raise Problem("country_unknown")
    return code


def language(text: str) -> str:
    """A language tag such as ``en``, ``zh-CN`` or ``zh-Hant-TW``; Problem language_invalid."""
    found = _language_shape.fullmatch(name(text))
    if not found:
        raise Problem("language_invalid")
    base, script, region = found.groups()
    parts = (base.lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class TaxId:
    """``checked`` is False where no check exists for the country's numbers."""

    text: str
    checked: bool


def tax_id(text: str, country: str) -> TaxId:
    """A tax number in the compact form of its country; Problem tax_id_invalid."""
    plain = name(text).upper()
    names = _TAX_FORMS.get(country, ("vat",))
    forms = [stdnum.get_cc_module(country.lower(), name) for name in names]
    known = [form for form in forms if form is not None]
    for form in known:
        try:
            return TaxId(str(form.validate(plain)), checked=True)
        except ValidationError:
            continue
    if known or not _tax_shape.fullmatch(plain):
        raise Problem("tax_id_invalid", country=country)
    return TaxId(plain, checked=False)


def iban(text: str) -> str:
    """An IBAN without blanks, its check digits and national part verified; Problem iban_invalid."""
    try:
        return str(iban_standard.validate(name(text)))
    except ValidationError as error:
        raise Problem("iban_invalid") from error
