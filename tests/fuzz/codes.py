"""Whatever a scanner reads: it is a reading that can be kept, at once, and says the same again."""

import json
from datetime import date
from pathlib import Path

from devices.codes.labels import parse_rules
from devices.codes.site_codes import parse_codes
from devices.codes.symbology import Rules, read
from gateway.kernel import canonical, codes

TODAY = date(2026, 1, 15)
RULES = (
    Rules(),
    Rules(upc_e=True, bare_sscc=True, zero_dates=True, money_decimals=0),
    Rules(
        labels=parse_rules(["22 plu:5 price:5.2 check", "26 plu:5 amount:5.2 skip:5 check"], 2),
        codes=parse_codes(["shelf A(?P<aisle>[0-9]{2})-(?P<bay>[0-9]{1,3}) ; A07-12"]),
    ),
    Rules(labels=parse_rules(["country SE"], 2), money_decimals=3),
)  # fmt: skip
_CASES = json.loads((Path(__file__).parents[1] / "cases" / "codes.json").read_text("utf-8"))
SEEDS = tuple(case["code"].encode() for case in _CASES["cases"])


def target(data: bytes) -> None:
    """Read it by every set of rules."""
    for rules in RULES:
        reading = read(data, rules, TODAY)
        assert reading == read(data, rules, TODAY)
        canonical.encode(dict(reading.elements.values))
        assert not reading.gtin or (len(reading.gtin) == 14 and codes.gtin14(reading.gtin))
        assert reading.fault is None or reading.fault.reason
        assert reading.text or not data or reading.aim
