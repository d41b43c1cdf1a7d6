"""The settings of the certificate."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting


@dataclass(frozen=True)
class TlsSettings:
    """The certificate of the web server; both empty means the gateway's own, if it has one."""

    certificate: str = setting("", "PEM file of the certificate chain.", Rule(path=True))
    key: str = setting("", "PEM file of the certificate's private key.", Rule(path=True))

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together."""
        if self.certificate and not self.key:
            yield "tls.key", "the key of tls.certificate"
        if self.key and not self.certificate:
            yield "tls.certificate", "the certificate of tls.key"
