"""A file of customers as an old system gives it away: GB 18030, Chinese heads, and its traps.

The same seed gives the same file. In its middle stands a broken row; some cells hold what no field
knows, and a few numbers have been through a spreadsheet.
"""

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench.customers import Company, Register

HEADER: Final = (
    "旧系统编号", "客户类别", "公司名称", "统一社会信用代码", "电话", "邮箱", "国家", "城市",
    "详细地址", "邮编", "联系人", "账期", "标签",
)  # fmt: skip
KINDS: Final = ("企业", "公司", "集团客户", "Firma")
TERMS: Final = ("30", "30", "60", "月结45天", "")
TWINS: Final = 0.002
# Elsewhere the invented phone numbers and postal codes are of no form that exists.
NUMBERED: Final = ("CN", "DE")
BROKEN: Final = [
    "K-broken", "企业", "坏行有限公司", "91310000ABC", "call me", "nobody", "", "", "", "", "",
    "30", "", "one", "cell", "too many",
]  # fmt: skip


def write(path: Path, rows: int) -> dict[str, int]:
    """Write a file of so many rows; what is in it that a check has to find."""
    chance = random.Random(7)
    register = Register(seed=7)
    told = {"rows": rows, "broken": 1, "twins": 0}
    before: list[list[str]] = []
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number in range(1, rows + 1):
            if number == rows // 2:
                out.writerow(BROKEN)
            elif before and chance.random() < TWINS:
                out.writerow([f"K{number:06d}", *chance.choice(before)[1:]])
                told["twins"] += 1
            else:
                row = _row(number, register.company(), chance)
                out.writerow(row)
                if len(before) < 1_000:
                    before.append(row)
    return told


def _row(number: int, company: Company, chance: random.Random) -> list[str]:
    data: dict[str, Any] = company.data
    if data["country"] not in NUMBERED:
        data = {**data, "phone": ""}
        data["addresses"]["a1"]["postal_code"] = ""
    address, contact = data["addresses"]["a1"], data["contacts"]["c1"]
    return [
        f"K{number:06d}", chance.choice(KINDS), company.name, data.get("tax_id", ""),
        data["phone"], data["email"], data["country"], address["city"], address["street"],
        address["postal_code"], contact["name"], chance.choice(TERMS),
        "; ".join(data.get("tags", [])),
    ]  # fmt: skip


def rows_of(raw: bytes) -> Iterator[list[str]]:
    """The rows of a CSV that the gateway has sent."""
    return csv.reader(io.StringIO(raw.decode("utf-8-sig")))
