"""Settings of the ERP side: what is pushed where and how often, and how each ERP is reached."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting

# Every connector, with the settings of its section (of the same name) that it cannot be without.
CONNECTORS: Mapping[str, tuple[str, ...]] = {
    "tryton": ("url", "database", "key"),
    "odoo": ("url", "database", "user", "key"),
    "erpnext": ("url", "key", "secret"),
    "rest": ("url", "key"),
    "webhook": ("url", "secret"),
    "file_drop": (),
}
# The connector that an entry of a list is about, where it names one.
_NAME = re.compile(r"([a-z0-9_-]+)(?=: | *=)")


@dataclass(frozen=True)
class ErpSettings:
    """Batches to the ERP."""

    connectors: tuple[str, ...] = setting(
        (),
        "Which ERPs are pushed to, side by side; with none, the ERP pulls.",
        Rule(choices=tuple(CONNECTORS)),
    )
    interval_s: int = setting(300, "Pause between two runs.", Rule(5, 86_400, unit="s"))
    batch_entries_max: int = setting(50, "Journal entries in one batch.", Rule(1, 1000))
    batch_bytes_max: int = setting(
        1_048_576, "Largest batch of more than one entry.", Rule(65_536, 16_777_216, unit="bytes")
    )
    timeout_s: int = setting(60, "Longest wait for one answer of the ERP.", Rule(1, 600, unit="s"))
    rest_s_max: int = setting(
        1800,
        "Longest pause after an ERP has failed several times in a row.",
        Rule(60, 86_400, unit="s"),
    )
    closed: tuple[str, ...] = setting(
        (),
        "When ERPs are neither pushed to nor read, such as at night when they are looked after; in"
        " the time of gateway.time_zone, for all connectors or the one named.",
        Rule(shape="window"),
    )
    entries_per_minute: tuple[str, ...] = setting(
        (),
        "How many entries a connector pushes and rows it reads in a minute at most, together; as"
        " fast as it goes where none is named.",
        Rule(shape="pace"),
    )
    stuck_min: int = setting(
        15, "A round that has not moved for this long is told as stuck.", Rule(5, 1440, unit="min")
    )
    silent_hours: int = setting(
        4,
        "Entries that wait for an ERP which has taken nothing for this long raise an alarm.",
        Rule(1, 720, unit="hours"),
    )
    hosts: tuple[str, ...] = setting(
        (),
        "The only hosts that connectors may reach; with none, those that their addresses name.",
        Rule(filled=True),
    )
    plain_hosts: tuple[str, ...] = setting(
        (),
        "Hosts in the house's own network that may be asked over http; all others are asked over"
        " https.",
        Rule(filled=True),
    )
    ca_file: str = setting(
        "", "File with the certificates of the house's own authority, where the ERP has one of it."
    )
    optional_consumers: tuple[str, ...] = setting(
        (),
        "Consumers that the archive does not wait for, such as one that has been shut down.",
        Rule(filled=True),
    )

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together."""
        if len(set(self.connectors)) < len(self.connectors):
            yield "erp.connectors", "each connector once"
        for key in ("closed", "entries_per_minute"):
            named = [found[1] for text in getattr(self, key) if (found := _NAME.match(text))]
            if not set(named) <= set(self.connectors):
                yield f"erp.{key}", "only names that are in erp.connectors"
