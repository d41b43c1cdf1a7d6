"""What a shop has set about rounds: how long to rest, when an ERP is closed, how fast to go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from config.schema import ErpSettings
from sync.erp.rounds import windows
from sync.erp.rounds.windows import Window


@dataclass(frozen=True, slots=True)
class Rules:
    """For every connector of a gateway. ``zone`` None is the machine's own."""

    pause_ms_max: int
    stuck_ms: int
    silent_ms: int
    closed: tuple[Window, ...] = ()
    per_minute: Mapping[str, int] = field(default_factory=dict)
    zone: tzinfo | None = None

    def closed_until(self, connector: str, now_ms: int) -> int | None:
        """When an ERP that is closed now opens again (Unix ms); None while it is open."""
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        opens = windows.closed_until(self.closed, connector, now, self.zone)
        return None if opens is None else round(opens.timestamp() * 1000)


def read(settings: ErpSettings, zone: str = "") -> Rules:
    """As the settings have it; ``zone`` is a name of the IANA's."""
    paces = (text.split("=") for text in settings.entries_per_minute)
    return Rules(
        pause_ms_max=settings.rest_s_max * 1000,
        stuck_ms=settings.stuck_min * 60_000,
        silent_ms=settings.silent_hours * 3_600_000,
        closed=tuple(windows.parse(text) for text in settings.closed),
        per_minute={name.strip(): int(count) for name, count in paces},
        zone=ZoneInfo(zone) if zone else None,
    )
