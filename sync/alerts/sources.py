"""Everything that somebody must hear of, from all over the house, without a name of anybody."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from config.schema import AlertSettings
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.web.door.health import Health
from sync.alerts.standing import Alarm
from sync.erp.wing import Erp
from sync.phone.wing import Phones

# Told one by one below, or (what keeps alerts from going out) on the console alone.
_APART = ("erp", "devices", "alerts")
_WAITING = "SELECT count(*) FROM operations WHERE status IN ('quarantined', 'rejected')"


@dataclass(frozen=True, slots=True)
class Sources:
    """``gone`` names the devices that are away or do not work: (id, driver)."""

    settings: AlertSettings
    store: Store
    health: Health
    erp: Erp
    phones: Phones
    gone: Callable[[], Sequence[tuple[str, str]]]

    def look(self) -> list[Alarm]:
        """What is wrong at the moment. What cannot be read now is told by the storage's alarm."""
        found: list[Alarm] = []
        for part in (self._health, self._erp, self._devices, self._phones, self._quarantine):
            try:
                found += part()
            except Problem as problem:
                found.append(Alarm(f"storage/{problem.code}", problem))
        return [*{alarm.key: alarm for alarm in found}.values()]

    def _health(self) -> Iterator[Alarm]:
        for finding in self.health.findings():
            if finding.problem is not None and finding.name not in _APART:
                code = finding.problem.code
                # Of a full disk the storage says the same.
                part = "disk" if code.startswith("disk_") else finding.name
                yield Alarm(f"{part}/{code}", finding.problem)

    def _erp(self) -> Iterator[Alarm]:
        for one in self.erp.standings():
            if one.alarm is not None:
                yield Alarm(f"erp/{one.name}/{one.alarm.code}", one.alarm)
            if one.waiting > self.settings.backlog_entries and not one.paused:
                problem = Problem("backlog_long", consumer=one.name, count=one.waiting)
                yield Alarm(f"erp/{one.name}/backlog", problem)

    def _devices(self) -> Iterator[Alarm]:
        for device, driver in self.gone():
            yield Alarm(f"device/{device}", Problem("device_gone", device=device, driver=driver))

    def _phones(self) -> Iterator[Alarm]:
        count = sum(phone.silent and bool(phone.unsent) for phone in self.phones.board())
        if count:
            days = self.phones.silent_days
            yield Alarm("phones/silent", Problem("phones_silent", count=count, days=days))

    def _quarantine(self) -> Iterator[Alarm]:
        with self.store.read() as rows:
            count = int(rows.value(_WAITING))
        if count >= self.settings.quarantine_entries:
            yield Alarm("quarantine", Problem("quarantine_waits", count=count))
