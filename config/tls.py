"""The settings of the certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from config.rule import Rule
from config.setting import Misfit, setting

HTTPS_PORT = 443


@dataclass(frozen=True)
class TlsSettings:
    """HTTPS: a certificate of the site's, or one of the gateway's own authority for its names."""

    names: tuple[str, ...] = setting(
        (),
        "Names and addresses that people reach the gateway by, the one for links first. Without a"
        " certificate of the site's, the gateway makes its own for them.",
        Rule(shape="host"),
    )
    certificate: str = setting("", "PEM file of the certificate chain.", Rule(path=True))
    key: str = setting("", "PEM file of the certificate's private key.", Rule(path=True))
    help_listen: str = setting(
        "",
        "Address and port of a page over plain HTTP that leads phones to trust the gateway's own"
        " authority; nothing else is answered there.",
        Rule(shape="listen_or_none"),
    )

    origin: str = setting(
        "",
        "The one address that people reach the gateway by where a proxy ends TLS, such as"
        " https://gateway.example.com.",
        Rule(shape="origin"),
    )
    proxies: tuple[str, ...] = setting(
        (),
        "Addresses or networks of the proxies in front: what their X-Forwarded-For and"
        " X-Forwarded-Proto say is believed, and nobody else's.",
        Rule(shape="network"),
    )

    @property
    def on(self) -> bool:
        """Whether HTTPS is served."""
        return bool(self.certificate or self.names)

    def origins(self, port: int) -> list[str]:
        """The addresses to type into a browser, one for each name; none without TLS."""
        if self.origin:
            return [self.origin]
        behind = "" if port == HTTPS_PORT else f":{port}"
        return [f"https://{name}{behind}" for name in self.names]

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together."""
        if self.certificate and not self.key:
            yield "tls.key", "the key of tls.certificate"
        if self.key and not self.certificate:
            yield "tls.certificate", "the certificate of tls.key"
        if self.help_listen and (self.certificate or not self.names):
            yield "tls.help_listen", "nothing, or tls.names without tls.certificate"
        for one in self.proxies:
            try:
                ip_network(one, strict=False)
            except ValueError:
                yield "tls.proxies", "IP addresses or networks such as 127.0.0.1 or 10.0.0.0/8"
