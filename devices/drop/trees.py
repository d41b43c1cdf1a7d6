"""XML as records: every element below the root is one, read as a stream (pure).

Two shapes are known. In a POSLog (NRF/ARTS, OMG Retail) a transaction tells of workstation, number,
lines and tenders in elements of that name. Anywhere else an element's children and attributes are
its columns, and children that repeat are its lines.
"""

import io
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from devices.drop.records import Record
from gateway.kernel import safe_xml
from gateway.kernel.problems import Problem

DEPTH_MAX: Final = 32
RECORD_CHARACTERS_MAX: Final = 1_048_576
ELEMENTS_MAX: Final = 20_000
_CHUNK: Final = 65_536
_TAKEN_BACK: Final = "Return"


@dataclass
class Node:
    """One element, its name without a namespace."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def find(self, *path: str) -> "Node | None":
        """The first of the descendants along a path."""
        here: Node | None = self
        for name in path:
            here = next((one for one in here.children if one.name == name), None) if here else None
        return here

    def told(self, *path: str) -> str:
        """Its text; empty where there is no such element."""
        found = self.find(*path)
        return found.text.strip() if found else ""


def records(file: BinaryIO, encoding: str) -> Generator[Record]:
    """Every element below the root. Problem drop_xml, drop_xml_kind or drop_xml_size."""
    builder = _Builder()
    parser = safe_xml.parser(builder.start, builder.text, builder.end)
    builder.line_of = lambda: parser.CurrentLineNumber
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace")
    try:
        while chunk := text.read(_CHUNK):
            parser.Parse(chunk, False)
            yield from builder.take()
        parser.Parse("", True)
        yield from builder.take()
    except safe_xml.ExpatError as error:
        raise Problem("drop_xml", line=parser.CurrentLineNumber) from error
    except safe_xml.Refused as error:
        raise Problem("drop_xml_kind") from error
    finally:
        text.detach()


class _Builder:
    """Collects one record at a time, within limits."""

    def __init__(self) -> None:
        self.line_of: Callable[[], int] = int
        self._open: list[Node] = []
        self._root = ""
        self._done: list[Node] = []
        self._characters = self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._characters += sum(len(one) for one in attributes.values())
        if len(self._open) >= DEPTH_MAX or self._elements > ELEMENTS_MAX:
            raise Problem("drop_xml_size", line=self.line_of())
        if not self._root:
            self._root = name
            return
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(name, plain, self.line_of())
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def text(self, text: str) -> None:
        if not self._open:
            return
        self._characters += len(text)
        if self._characters > RECORD_CHARACTERS_MAX:
            raise Problem("drop_xml_size", line=self.line_of())
        self._open[-1].text += text

    def end(self, _: str) -> None:
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self._done.append(node)
            self._characters = self._elements = 0

    def take(self) -> Iterator[Record]:
        """The records that are complete."""
        done, self._done = self._done, []
        for node in done:
            yield _transaction(node) if self._root == "POSLog" else Record(node.line, columns(node))


def columns(node: Node) -> dict[str, Any]:
    """An element's attributes and children by name; children that repeat are lists."""
    values: dict[str, Any] = dict(node.attributes)
    for child in node.children:
        if not child.children:
            values.setdefault(child.name, child.text.strip())
        elif len({one.name for one in child.children}) == 1 and child.children[0].children:
            values.setdefault(child.name, [columns(one) for one in child.children])
        else:
            values.setdefault(child.name, [])
            if isinstance(values[child.name], list):
                values[child.name].append(columns(child))
    return values


def _transaction(node: Node) -> Record:
    """A transaction of a POSLog under the names that this house knows."""
    retail = node.find("RetailTransaction")
    cancelled = node.attributes.get("CancelFlag", "").lower() in ("true", "1")
    if retail is None or cancelled or retail.attributes.get("TransactionStatus") == "Voided":
        return Record(node.line, {}, skipped=True)
    lines = [_line(one) for one in retail.children if one.name == "LineItem" and _counts(one)]
    values: dict[str, Any] = {
        "receipt": retail.told("ReceiptNumber") or node.told("SequenceNumber"),
        "register": node.told("WorkstationID"),
        "time": node.told("EndDateTime") or node.told("BeginDateTime"),
        "date": node.told("BusinessDayDate"),
        "currency": node.told("CurrencyCode"),
        "cashier": node.told("OperatorID"),
        "customer": retail.told("Customer", "CustomerID"),
        "total": _total(retail),
        "lines": [line for line in lines if "paid" not in line and line],
        "tenders": [line for line in lines if "paid" in line],
    }
    return Record(node.line, values)


def _counts(line: Node) -> bool:
    return line.attributes.get("VoidFlag", "").lower() not in ("true", "1")


def _line(line: Node) -> dict[str, str]:
    tender = line.find("Tender")
    if tender is not None:
        return {"tender": tender.attributes.get("TenderType", ""), "paid": tender.told("Amount")}
    item = next((one for one in line.children if one.name in ("Sale", "Return")), None)
    if item is None:
        return {}
    taxes = item.find("Tax")
    sign = "-" if item.name == _TAKEN_BACK else ""
    told = {
        "gtin": item.told("POSIdentity", "POSItemID"),
        "sku": item.told("ItemID"),
        "quantity": _signed(item.told("Quantity") or "1", sign),
        "unit_price": item.told("ActualSalesUnitPrice") or item.told("RegularSalesUnitPrice"),
        "amount": _signed(item.told("ExtendedAmount"), sign),
        "discount": _signed(item.told("ExtendedDiscountAmount"), sign),
        "tax_rate": f"{taxes.told('Percent')}%" if taxes and taxes.told("Percent") else "",
        "tax": _signed(taxes.told("Amount"), sign) if taxes else "",
    }
    return {name: text for name, text in told.items() if text}


def _signed(text: str, sign: str) -> str:
    return text if not text or text.startswith("-") else sign + text


def _total(retail: Node) -> str:
    kinds = ("TransactionGrandAmount", "TransactionTotalAmount")
    totals = {
        one.attributes.get("TotalType", ""): one.text.strip()
        for one in retail.children
        if one.name == "Total"
    }
    return next((totals[kind] for kind in kinds if kind in totals), "")
