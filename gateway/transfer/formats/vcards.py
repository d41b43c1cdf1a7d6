"""Address cards (vCard 2.1, 3.0 and 4.0) as rows: one card a row, columns named by field paths.

RFC 2426, RFC 6350 and the older 2.1 with its quoted-printable texts and own character sets.
"""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from gateway.kernel.problems import Problem
from gateway.transfer.layout.rows import Row, text_faults

ADDRESSES_MAX: Final = 3
CARD_BYTES_MAX: Final = 8_388_608
_PICTURES: Final = frozenset(("PHOTO", "LOGO", "SOUND", "KEY"))
_unescape = re.compile(r"\\([nN,;:\\])")
_split = re.compile(r"(?<!\\);")
# The cards of 2.1 write a parameter's value alone: TEL;WORK;CELL:...
_BARE_ENCODINGS: Final = frozenset(("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"))

_ADDRESS: Final = ("purpose", "street", "city", "region", "postal_code", "country")
HEADER: Final = (
    "@key", "type", "legal_name", "trade_name", "phone", "mobile", "fax", "email", "website",
    "contacts.1.name", "contacts.1.role", "contacts.1.title", "contacts.1.department",
    "contacts.1.phone", "contacts.1.mobile", "contacts.1.email", "contacts.1.birthday",
    "birth_date", "wechat", "tags", "notes",
    *(f"addresses.{n}.{name}" for n in range(1, ADDRESSES_MAX + 1) for name in _ADDRESS),
)  # fmt: skip


@dataclass(slots=True)
class Property:
    """One line of a card: its name, its parameters by name, its text still escaped."""

    name: str
    parameters: dict[str, list[str]]
    text: str

    def is_a(self, *kinds: str) -> bool:
        """Whether a type such as CELL is among its parameters."""
        return any(kind in self.parameters.get("TYPE", ()) for kind in kinds)


@dataclass(slots=True)
class Card:
    """The properties of one card, by name, in their order."""

    properties: dict[str, list[Property]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The text of the first property of a name; empty without one."""
        found = self.properties.get(name)
        return plain(found[0].text) if found else ""

    def first_text(self, name: str) -> str:
        """The same with its escapes: for values that have components."""
        found = self.properties.get(name)
        return found[0].text if found else ""

    def all(self, name: str) -> list[Property]:
        """Every property of a name."""
        return self.properties.get(name, [])


def rows(file: BinaryIO) -> Iterator[Row]:
    """The header, then a row for each card, numbered as a sheet of them would be."""
    yield Row(1, HEADER)
    for number, card in enumerate(cards(file), 2):
        told = cells(card)
        values = [told.get(name, "") for name in HEADER]
        yield Row(number, values, text_faults(values))


def cards(file: BinaryIO) -> Iterator[Card]:
    """The cards of a file. Problem file_row_runaway for one that never ends."""
    card: Card | None = None
    size = count = 0
    for line in _lines(file):
        size += len(line)
        if size > CARD_BYTES_MAX:
            raise Problem("file_row_runaway", row=count + 2)
        word = line.strip().upper()
        if word == b"BEGIN:VCARD":
            card, size = Card(), 0
        elif word == b"END:VCARD":
            if card is not None:
                yield card
            card, size, count = None, 0, count + 1
        elif card is not None and (found := _property(line)) is not None:
            card.properties.setdefault(found.name, []).append(found)
    if card is not None and card.properties:
        raise Problem("file_row_runaway", row=count + 2)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines: a folded one goes on after a blank, a quoted-printable one after an equals."""
    waiting = b""
    for raw in file:
        line = raw.rstrip(b"\r\n").removeprefix(codecs.BOM_UTF8)
        if waiting.endswith(b"=") and b"QUOTED-PRINTABLE" in waiting.partition(b":")[0].upper():
            waiting = waiting[:-1] + line
        elif line[:1] in (b" ", b"\t"):
            waiting += line[1:]
        else:
            yield waiting
            waiting = line
        if len(waiting) > CARD_BYTES_MAX:
            break
    yield waiting


def _property(line: bytes) -> Property | None:
    end = _end_of_name(line)
    names = line[:end].decode("ascii", "replace").split(";")
    name = names[0].rpartition(".")[2].strip().upper()
    if end == len(line) or name in _PICTURES:
        return None
    parameters = _parameters(names[1:])
    return Property(name, parameters, _decode(line[end + 1 :], parameters))


def _end_of_name(line: bytes) -> int:
    """Where the first colon stands that is not inside a quoted parameter."""
    quoted = False
    for place, byte in enumerate(line):
        if byte == ord('"'):
            quoted = not quoted
        elif byte == ord(":") and not quoted:
            return place
    return len(line)


def _parameters(written: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in written:
        name, equals, value = one.strip().upper().partition("=")
        if not equals:
            name, value = ("ENCODING" if name in _BARE_ENCODINGS else "TYPE"), name
        found.setdefault(name, []).extend(value.replace('"', "").split(","))
    return found


def _decode(value: bytes, parameters: Mapping[str, list[str]]) -> str:
    if "QUOTED-PRINTABLE" in parameters.get("ENCODING", ()):
        value = quopri.decodestring(value)
    elif {"B", "BASE64"} & {*parameters.get("ENCODING", ())}:
        try:
            value = binascii.a2b_base64(value)
        except binascii.Error:
            value = b"\xff"
    charset = parameters.get("CHARSET", ["utf-8"])[0]
    try:
        return value.decode(charset, "replace")
    except LookupError:
        return value.decode("utf-8", "replace")


def plain(text: str) -> str:
    """A text value without its escapes."""
    return _unescape.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def parts(text: str) -> list[str]:
    """The components of a structured value such as a name or an address."""
    return [plain(part) for part in _split.split(text)]


def cells(card: Card) -> dict[str, str]:
    """A card by field path: a company with a contact, or a person."""
    person = _name(card)
    company = " ".join(part for part in parts(card.first_text("ORG"))[:1] if part)
    is_company = bool(company) or card.first("KIND").lower() in ("org", "organization")
    reach = _reach(card)
    told = {"type": "company" if is_company else "person", "legal_name": company or person}
    if is_company and company and person != company:
        told |= _contact(card, person, reach)
    else:
        told |= reach | {"birth_date": card.first("BDAY"), "trade_name": card.first("NICKNAME")}
    told["website"] = card.first("URL")
    told["tags"] = card.first("CATEGORIES")
    told["notes"] = card.first("NOTE")
    told["wechat"] = card.first("X-WECHAT")
    told["@key"] = card.first("UID")
    for place, address in enumerate(card.all("ADR")[:ADDRESSES_MAX], 1):
        told |= {f"addresses.{place}.{name}": text for name, text in _address(address).items()}
    return told


def _name(card: Card) -> str:
    if full := card.first("FN"):
        return full
    family, given, middle, *_ = [*parts(card.first_text("N")), "", "", ""]
    return " ".join(part for part in (given, middle, family) if part)


def _reach(card: Card) -> dict[str, str]:
    """The first phone, mobile, fax and e-mail of a card."""
    told: dict[str, str] = {}
    for phone in card.all("TEL"):
        name = "fax" if phone.is_a("FAX") else "mobile" if phone.is_a("CELL") else "phone"
        told.setdefault(name, plain(phone.text).removeprefix("tel:"))
    told["email"] = card.first("EMAIL")
    return told


def _contact(card: Card, person: str, reach: Mapping[str, str]) -> dict[str, str]:
    units = parts(card.first_text("ORG"))[1:]
    told = {
        "name": person,
        "role": card.first("TITLE") or card.first("ROLE"),
        "title": card.first("TITLE"),
        "department": " ".join(unit for unit in units if unit),
        "phone": reach.get("phone", ""),
        "mobile": reach.get("mobile", ""),
        "email": reach.get("email", ""),
        "birthday": card.first("BDAY"),
    }
    return {f"contacts.1.{name}": text for name, text in told.items() if text} | {
        "fax": reach.get("fax", "")
    }


def _address(address: Property) -> dict[str, str]:
    _, extended, street, city, region, code, country, *_ = [*parts(address.text), *[""] * 7]
    purpose = "shipping" if address.is_a("PARCEL", "POSTAL") else "billing"
    lines = ", ".join(part for part in (street, extended) if part)
    named = zip(_ADDRESS, (purpose, lines, city, region, code, country), strict=True)
    told = {name: text for name, text in named if text}
    return told if len(told) > 1 else {}
