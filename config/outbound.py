"""Settings of what takes entries without being asked: an endpoint, a folder, a fleet's stream."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting


@dataclass(frozen=True)
class WebhookSettings:
    """Where signed events go, where erp.connectors names webhook."""

    url: str = setting("", "Address that entries are posted to.", Rule(shape="url"))
    secret: str = setting(
        "",
        "What events are signed with: base64 of at least 24 random bytes, with or without whsec_"
        " in front.",
        Rule(secret=True),
    )
    takes: tuple[str, ...] = setting(
        (),
        "Kinds of records and types of facts that are posted; empty: everything.",
        Rule(filled=True),
    )
    hosts: tuple[str, ...] = setting(
        (),
        "Hosts that the address may name, such as hooks.example.com or *.example.com; empty: any.",
        Rule(filled=True),
    )
    private_addresses: bool = setting(
        default=False,
        meaning="Whether events may go to this machine, to the network inside, and without https.",
    )

    def misfits(self) -> Iterator[Misfit]:
        """An open line, where nobody said that it stays inside."""
        if self.url.startswith("http:") and not self.private_addresses:
            yield "webhook.url", "an address with https:// unless webhook.private_addresses is true"


@dataclass(frozen=True)
class FileDropSettings:
    """Where batches are put as files, where erp.connectors names file_drop."""

    folder: str = setting("", "Folder that files are put into.", Rule(path=True))
    format: str = setting("csv", "What files hold.", Rule(choices=("csv", "jsonl")))
    takes: tuple[str, ...] = setting(
        (),
        "Kinds of records and types of facts that get files; empty: everything.",
        Rule(filled=True),
    )
    answers: bool = setting(
        default=False,
        meaning="Whether a file counts as taken only when another one with receipts answers it.",
    )
    sftp_host: str = setting("", "Server that files go to by SFTP instead.")
    sftp_port: int = setting(22, "Its port.", Rule(1, 65_535))
    sftp_user: str = setting("", "Who signs in there.")
    sftp_key: str = setting("", "File of the private key to sign in with.", Rule(path=True))
    sftp_host_key: str = setting(
        "", "The server's public key, as ssh-keyscan shows it without the host's name."
    )
    sftp_folder: str = setting("", "Folder there; empty: where one is after signing in.")

    def misfits(self) -> Iterator[Misfit]:
        """A way of which a part is missing."""
        for key in ("sftp_user", "sftp_key", "sftp_host_key"):
            if self.sftp_host and not getattr(self, key):
                yield f"file_drop.{key}", "a value beside file_drop.sftp_host"


@dataclass(frozen=True)
class FleetSettings:
    """The stream that this gateway's journal is published to, where it is one of many."""

    servers: tuple[str, ...] = setting(
        (),
        "NATS servers, such as tls://hub-1.example.com:4222; empty: nothing is published.",
        Rule(filled=True),
    )
    stream: str = setting("WAYSTATION", "Name of the stream.", Rule(filled=True))
    authority: str = setting(
        "",
        "PEM file of who signs the servers' certificates; empty: this machine's own.",
        Rule(path=True),
    )
    credentials: str = setting("", "Credentials file of NATS.", Rule(path=True))
    nkey: str = setting("", "File with the seed of an nkey.", Rule(path=True))
    interval_s: int = setting(10, "Pause between two rounds.", Rule(1, 3600, unit="s"))
    batch_entries_max: int = setting(
        500, "Entries published before one is waited for.", Rule(1, 5000)
    )
    timeout_s: int = setting(10, "Longest wait for an acknowledgement.", Rule(1, 120, unit="s"))

    def misfits(self) -> Iterator[Misfit]:
        """Addresses of another kind."""
        if not all(one.startswith(("tls://", "nats://")) for one in self.servers):
            yield "fleet.servers", "addresses that start with tls:// or nats://"
