"""The settings of the export of events for partners (EPCIS)."""

from dataclasses import dataclass

from config.rule import Rule
from config.setting import setting


@dataclass(frozen=True)
class EpcisSettings:
    """What happened here, told to partners as EPCIS 2.0 events."""

    location: str = setting(
        "",
        "Where this shop is: its GLN of 13 digits, or an address such as https://example.com/shop/7.",
        Rule(shape="location"),
    )
    read_point: str = setting(
        "",
        "Where things are scanned and counted; empty: at epcis.location.",
        Rule(shape="location"),
    )
    vocabulary: str = setting(
        "",
        "Start of the addresses of what has no GS1 number, such as https://example.com/epcis;"
        " empty: articles without a GTIN are not told.",
        Rule(shape="url"),
    )
