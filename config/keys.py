"""Settings of the key that the keyring is wrapped by."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting

TIERS = ("file", "credential", "passphrase", "erp")


@dataclass(frozen=True)
class KeysSettings:
    """Where the key comes from that opens the keyring, and with it everything: docs/keys.md."""

    tier: str = setting(
        "file",
        "What a new keyring is wrapped by. An existing one is changed by run.py keys wrap.",
        Rule(choices=TIERS),
    )
    file: str = setting(
        "",
        "Tier file: a key file on another medium, made when it is needed. Empty: the keyring lies"
        " beside the data, wrapped by nothing.",
        Rule(path=True),
    )
    credential: str = setting(
        "waystation-key",
        "Tier credential: name of the credential that systemd hands over.",
        Rule(filled=True),
    )
    url: str = setting(
        "",
        "Tier erp: address that releases the key to this gateway, over https.",
        Rule(shape="url"),
    )
    ca: str = setting(
        "",
        "Tier erp: PEM file of who signs that address's certificate; empty: this machine's own.",
        Rule(path=True),
    )
    gateway: str = setting("", "Tier erp: name that the gateway is enrolled by there.")
    secret: str = setting(
        "", "Tier erp: what the gateway signs its request with.", Rule(secret=True)
    )

    def misfits(self) -> Iterator[Misfit]:
        """What the tier erp cannot do without."""
        if self.url and not self.url.startswith("https://"):
            yield "keys.url", "an address that starts with https://"
        if self.tier == "erp":
            for key in ("url", "gateway", "secret"):
                if not getattr(self, key):
                    yield f"keys.{key}", 'a value beside keys.tier = "erp"'
