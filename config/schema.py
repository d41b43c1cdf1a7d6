"""Every setting: one frozen dataclass per concern, with its unit in the name.

A part of the house is handed its own section and never sees the others. Meaning, range and default
stand here and nowhere else: `make docs` writes `config/defaults.toml` and `docs/settings.md`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import available_timezones

from config.alerts import AlertSettings as AlertSettings
from config.backup import BackupSettings as BackupSettings
from config.devices import DevicesSettings as DevicesSettings
from config.devices import DiscoverySettings as DiscoverySettings
from config.disk import DiskSettings as DiskSettings
from config.epcis import EpcisSettings as EpcisSettings
from config.erp import CONNECTORS
from config.erp import ErpSettings as ErpSettings
from config.erps import ErpNextSettings as ErpNextSettings
from config.erps import OdooSettings as OdooSettings
from config.erps import RestSettings as RestSettings
from config.erps import TrytonSettings as TrytonSettings
from config.field_work import AttachmentSettings as AttachmentSettings
from config.field_work import PhoneSettings as PhoneSettings
from config.field_work import VisitSettings as VisitSettings
from config.keys import KeysSettings as KeysSettings
from config.log import LogSettings as LogSettings
from config.origins import Origins
from config.outbound import FileDropSettings as FileDropSettings
from config.outbound import FleetSettings as FleetSettings
from config.outbound import WebhookSettings as WebhookSettings
from config.retention import RetentionSettings as RetentionSettings
from config.rule import Rule
from config.setting import Misfit, setting
from config.site_fields import SiteFields
from config.site_rules import SiteRules
from config.store import StoreSettings as StoreSettings
from config.tls import TlsSettings as TlsSettings


@dataclass(frozen=True)
class GatewaySettings:
    """The shop this gateway stands in."""

    name: str = setting(
        "Waystation", "Name of the shop, until the first-run set-up gives one.", Rule(filled=True)
    )
    country: str = setting(
        "DE",
        "Country of the shop, for addresses, phone numbers and tax ids.",
        Rule(shape="country"),
    )
    currency: str = setting("EUR", "Currency of prices and sales.", Rule(shape="currency"))
    language: str = setting(
        "en",
        "Language where the caller asked for none.",
        Rule(choices=("en", "zh-CN", "zh-Hant")),
    )
    time_zone: str = setting(
        "",
        "Time zone of the shop's clock, such as Europe/Paris; empty is this machine's own.",
        Rule(shape="zone"),
    )
    number_prefix: str = setting(
        "W1",
        "Start of the official numbers given here. No two gateways of one company may share it.",
        Rule(shape="prefix"),
    )
    submissions_per_hour: int = setting(
        600,
        "What one form outside the house may send in an hour; more is asked to come again.",
        Rule(1, 100_000),
    )

    def misfits(self) -> Iterator[Misfit]:
        """Values that are none in the world outside."""
        if self.time_zone and self.time_zone not in available_timezones():
            yield "gateway.time_zone", "a time zone of the IANA such as Europe/Paris"


@dataclass(frozen=True)
class WebSettings:
    """The web server."""

    listen: str = setting("127.0.0.1:8080", "Address and port to serve on.", Rule(shape="listen"))
    threads: int = setting(64, "Requests served at once, apart from captures.", Rule(4, 512))
    backpressure: int = setting(
        1024, "Requests held open before new connections wait.", Rule(512, 65536)
    )
    body_bytes_max: int = setting(
        8_388_608, "Largest request body.", Rule(65_536, 268_435_456, unit="bytes")
    )
    body_wait_s: int = setting(
        30,
        "Longest wait for a body, the next piece of a large one, or a reader to take one.",
        Rule(1, 600, unit="s"),
    )
    live_streams_max: int = setting(
        16, "Live views open at the same time; each holds one thread.", Rule(1, 256)
    )
    live_seconds_max: int = setting(
        300, "Longest life of one live view before its page reconnects.", Rule(5, 3600, unit="s")
    )

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together."""
        if self.live_streams_max > self.threads // 2:
            yield "web.live_streams_max", f"at most half of web.threads = {self.threads}"


@dataclass(frozen=True)
class SyncSettings:
    """Push and pull with phones."""

    push_operations_max: int = setting(100, "Operations in one push.", Rule(1, 1000))
    push_bytes_max: int = setting(2_097_152, "Largest push.", Rule(65_536, 8_388_608, unit="bytes"))
    pull_records_max: int = setting(1000, "Records in one page of a pull.", Rule(10, 5000))
    hold_hours: int = setting(
        24,
        "How long an entry waits for the creation of what it changes, before a person has to look.",
        Rule(1, 720, unit="hours"),
    )
    silent_days: int = setting(
        3,
        "A phone that nobody heard of for this long is told as silent.",
        Rule(1, 365, unit="days"),
    )


@dataclass(frozen=True)
class ApprovalSettings:
    """Changes that take a second person: credit limits, payment terms, bank accounts."""

    credit_limit_threshold: int = setting(
        100_000,
        "Credit limits up to this need nobody else, in minor units (cents) of the shop's currency;"
        " in other currencies every limit takes two people.",
        Rule(0, 1_000_000_000_000),
    )
    payment_terms_threshold: int = setting(
        30, "Payment terms up to this need nobody else.", Rule(0, 365, unit="days")
    )
    expiry_hours: int = setting(
        72, "A proposal that nobody decides ends after this.", Rule(1, 8760, unit="hours")
    )
    erp_decides: bool = setting(
        default=False,
        meaning="Whether the ERP may be the second person, as in a shop where one person works.",
    )


@dataclass(frozen=True)
class QualitySettings:
    """How good the records are."""

    review_after_days: int = setting(
        365,
        "Somebody should look at a record again this long after it was last found right.",
        Rule(1, 3650, unit="days"),
    )


@dataclass(frozen=True)
class AccessSettings:
    """Sign-in."""

    session_idle_min: int = setting(
        720, "A session ends after this long without a request.", Rule(5, 10_080, unit="min")
    )
    session_days_max: int = setting(
        30, "A session ends after this long in any case.", Rule(1, 365, unit="days")
    )
    password_length_min: int = setting(8, "Shortest password.", Rule(8, 64, unit="characters"))
    password_again_min: int = setting(
        15,
        "Deciding what takes two people asks for the password again when it was last entered longer"
        " ago than this; 0 never asks.",
        Rule(0, 1_440, unit="min"),
    )
    throttle_s_max: int = setting(
        900, "Longest pause after wrong passwords.", Rule(1, 86_400, unit="s")
    )


@dataclass(frozen=True)
class TransferSettings:
    """Import and export of files."""

    upload_bytes_max: int = setting(
        67_108_864, "Largest file to import.", Rule(65_536, 1_073_741_824, unit="bytes")
    )
    rows_max: int = setting(200_000, "Most rows in one imported file.", Rule(100, 2_000_000))
    keep_days: int = setting(
        30, "How long an imported file is kept, encrypted, after its import.", Rule(1, 365)
    )


@dataclass(frozen=True)
class Settings:
    """All of them, one section per field."""

    gateway: GatewaySettings = GatewaySettings()
    web: WebSettings = WebSettings()
    tls: TlsSettings = TlsSettings()
    store: StoreSettings = StoreSettings()
    keys: KeysSettings = KeysSettings()
    devices: DevicesSettings = DevicesSettings()
    discovery: DiscoverySettings = DiscoverySettings()
    sync: SyncSettings = SyncSettings()
    erp: ErpSettings = ErpSettings()
    epcis: EpcisSettings = EpcisSettings()
    tryton: TrytonSettings = field(default_factory=TrytonSettings)
    odoo: OdooSettings = field(default_factory=OdooSettings)
    erpnext: ErpNextSettings = field(default_factory=ErpNextSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    file_drop: FileDropSettings = field(default_factory=FileDropSettings)
    fleet: FleetSettings = FleetSettings()
    rest: RestSettings = field(default_factory=RestSettings)
    access: AccessSettings = AccessSettings()
    approvals: ApprovalSettings = ApprovalSettings()
    quality: QualitySettings = QualitySettings()
    visits: VisitSettings = VisitSettings()
    phone: PhoneSettings = PhoneSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    transfer: TransferSettings = TransferSettings()
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    backup: BackupSettings = BackupSettings()
    disk: DiskSettings = DiskSettings()
    alerts: AlertSettings = field(default_factory=AlertSettings)
    log: LogSettings = LogSettings()
    site_fields: SiteFields = SiteFields()
    survivorship: SiteRules = SiteRules()
    # Where each value came from is no part of what it is.
    origins: Origins = field(default=Origins(), compare=False, repr=False)

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together, in one section or between two."""
        yield from self.gateway.misfits()
        yield from self.web.misfits()
        yield from self.tls.misfits()
        yield from self.keys.misfits()
        yield from self.devices.misfits()
        yield from self.visits.misfits()
        yield from self.erp.misfits()
        yield from self.webhook.misfits()
        yield from self.file_drop.misfits()
        yield from self.rest.misfits()
        yield from self.fleet.misfits()
        yield from self.backup.misfits()
        yield from self.disk.misfits()
        yield from self.alerts.misfits()
        drop = self.file_drop
        if "file_drop" in self.erp.connectors and not (drop.folder or drop.sftp_host):
            yield "file_drop.folder", "a folder, or file_drop.sftp_host"
        for name in self.erp.connectors:
            for key in CONNECTORS[name]:
                if not getattr(getattr(self, name), key):
                    yield f"{name}.{key}", f'a value beside erp.connectors = ["{name}"]'
        if self.sync.push_bytes_max > self.web.body_bytes_max:
            limit = self.web.body_bytes_max
            yield "sync.push_bytes_max", f"at most web.body_bytes_max = {limit}"
