"""The certificate that the gateway serves HTTPS with: the site's, or one of its own authority.

What is served is a copy that was checked, below ``tls`` in the data folder: a pair that somebody is
just replacing is never read half, and while a new one is faulty the old one goes on.
"""

import logging
import os
from pathlib import Path

from config.schema import TlsSettings
from gateway.kernel import certificates
from gateway.kernel.certificates import Pair, Seen
from gateway.kernel.clock import Clock, to_iso
from gateway.kernel.problems import Problem

AUTHORITY = "authority"
SERVED = "served"
# Of its life: the last third is for renewing it, and for a gateway that is off.
RENEWED_AT = (2, 3)
DAY_MS = 86_400_000
# Whoever renews by hand needs this long; an own one has long been renewed by then.
ALARM_DAYS = 21

log = logging.getLogger(__name__)


class Certificate:
    """The certificate of one data folder, as the settings want it."""

    def __init__(
        self, data: Path, tls: TlsSettings, clock: Clock, label: str = "Waystation"
    ) -> None:
        self._folder = data / "tls"
        self._tls = tls
        self._clock = clock
        self._label = label
        self._refused: Problem | None = None

    @property
    def on(self) -> bool:
        """Whether HTTPS is served."""
        return self._tls.on

    @property
    def own(self) -> bool:
        """Whether the gateway's own authority vouches for it."""
        return self.on and not self._tls.certificate

    @property
    def files(self) -> tuple[Path, Path]:
        """What is served: the chain, and its key."""
        return self._paths(SERVED)

    def renew(self) -> bool:
        """Bring what is served up to date; whether it is another one now.

        A new one that cannot be served changes nothing but ``trouble``, unless there is none yet:
        Problem certificate_unreadable, certificate_key_unreadable, certificate_key_differs or
        certificate_name_foreign.
        """
        now = self._kept(SERVED)
        try:
            new = self._made(now) if self.own else self._given()
        except Problem as problem:
            if now is None:
                raise
            self._refused = problem
            return False
        self._refused = None
        if new == now:
            return False
        self._keep(SERVED, new)
        found = certificates.seen(new.certificate)
        log.info("a new certificate of %s, until %s", found.issuer, to_iso(found.ends_at)[:10])
        return True

    def seen(self) -> Seen | None:
        """What stands in the one that is served."""
        pair = self._kept(SERVED) if self.on else None
        return certificates.seen(pair.certificate) if pair else None

    def authority(self) -> bytes | None:
        """The certificate of the own authority, for devices that are to trust it (PEM)."""
        found = self._kept(AUTHORITY) if self.own else None
        return found.certificate if found else None

    def faults(self) -> list[Problem]:
        """Everything for which a browser would refuse what is served, or soon will."""
        pair = self._kept(SERVED) if self.on else None
        if pair is None:
            return []
        file = self._tls.certificate or str(self.files[0])
        now_ms = self._clock.now_ms()
        found = [self._refused] if self._refused else []
        found += certificates.faults(pair.certificate, file, self._tls.names, now_ms)
        left_ms = certificates.seen(pair.certificate).ends_at - now_ms
        if 0 < left_ms <= ALARM_DAYS * DAY_MS:
            at = to_iso(now_ms + left_ms)[:10]
            found.append(Problem("certificate_runs_out", file=file, at=at, days=left_ms // DAY_MS))
        return found

    def trouble(self) -> Problem | None:
        """The worst of ``faults``."""
        return next(iter(self.faults()), None)

    def _given(self) -> Pair:
        tls = self._tls
        pair = Pair(
            _read(tls.certificate, "certificate_unreadable"),
            _read(tls.key, "certificate_key_unreadable"),
        )
        if problem := certificates.unusable(pair, tls.certificate, tls.key):
            raise problem
        return pair

    def _made(self, now: Pair | None) -> Pair:
        names, at = self._tls.names, self._clock.now_ms()
        root = self._kept(AUTHORITY)
        if root is None:
            root = certificates.authority(self._label, names, at)
            self._keep(AUTHORITY, root)
        if foreign := certificates.may_vouch(root.certificate, names):
            folder = str(self._folder)
            raise Problem("certificate_name_foreign", name=foreign, folder=folder)
        if now is not None and not self._is_due(now, root):
            return now
        return certificates.issued(root, names, at)

    def _is_due(self, now: Pair, root: Pair) -> bool:
        found = certificates.seen(now.certificate)
        if not certificates.vouches(root.certificate, now.certificate):
            return True
        if not {*self._tls.names} <= {*found.names}:
            return True
        # A box that booted in the past must not give itself a certificate of the past.
        if not self._clock.trusted():
            return False
        part, whole = RENEWED_AT
        lasts = found.ends_at - found.begins_at
        return not 0 <= self._clock.now_ms() - found.begins_at < lasts * part // whole

    def _paths(self, name: str) -> tuple[Path, Path]:
        return self._folder / f"{name}.pem", self._folder / f"{name}.key"

    def _kept(self, name: str) -> Pair | None:
        certificate, key = self._paths(name)
        if not (certificate.exists() and key.exists()):
            return None
        pair = Pair(certificate.read_bytes(), key.read_bytes())
        # A power cut between the two files leaves a pair that is none.
        return None if certificates.unusable(pair, str(certificate), str(key)) else pair

    def _keep(self, name: str, pair: Pair) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for path, text in zip(self._paths(name), (pair.certificate, pair.key), strict=True):
            draft = path.with_name(f"{path.name}.new")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)


def _read(file: str, code: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Problem(code, file=file) from error
