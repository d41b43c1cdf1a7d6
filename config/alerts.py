"""Settings of alerts: who is told that something is wrong, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting

# Without TLS a password and every alarm would be read by anybody on the way.
NEAR = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class AlertSettings:
    """Telling somebody who is not looking: by e-mail, and by signed webhook."""

    mail_to: tuple[str, ...] = setting(
        (), "Addresses that alerts are mailed to; empty: no mail.", Rule(filled=True)
    )
    mail_from: str = setting("", "Address that alerts come from; empty: the first of mail_to.")
    smtp_host: str = setting("", "Mail server that takes alerts.")
    smtp_port: int = setting(587, "Its port; 465 is usual for tls.", Rule(1, 65_535))
    smtp_security: str = setting(
        "starttls",
        "How the line is encrypted: from the second word on, from the first, or not at all, which"
        " is for a mail server on this machine.",
        Rule(choices=("starttls", "tls", "none")),
    )
    smtp_ca_file: str = setting(
        "",
        "PEM file of who signs the mail server's certificate; empty: this machine's own.",
        Rule(path=True),
    )
    smtp_user: str = setting("", "Who signs in at the mail server; empty: nobody.")
    smtp_password: str = setting("", "Password at the mail server.", Rule(secret=True))
    webhook_url: str = setting(
        "", "Address that alerts are posted to; empty: none.", Rule(shape="url")
    )
    webhook_secret: str = setting(
        "",
        "What alerts are signed with: base64 of at least 24 random bytes, with or without whsec_"
        " in front.",
        Rule(secret=True),
    )
    webhook_private: bool = setting(
        default=False,
        meaning="Whether alerts may go to this machine, to the network inside, and without https.",
    )
    language: str = setting("en", "Language of alerts.", Rule(choices=("en", "zh-CN", "zh-Hant")))
    quiet_min: int = setting(
        10,
        "An alarm is told when it has stood for this long, and its end when it has stayed away for"
        " as long.",
        Rule(0, 1440, unit="min"),
    )
    remind_hours: int = setting(
        24, "What goes on is told again after this long.", Rule(1, 720, unit="hours")
    )
    backlog_entries: int = setting(
        5_000, "More entries than this that wait for an ERP are an alarm.", Rule(1, 9_999)
    )
    quarantine_entries: int = setting(
        1, "So many refused entries that wait for a person are an alarm.", Rule(1, 100_000)
    )

    @property
    def sender(self) -> str:
        """The address that mail comes from."""
        return self.mail_from or next(iter(self.mail_to), "")

    def misfits(self) -> Iterator[Misfit]:
        """Ways of which a part is missing, and open lines to somewhere else."""
        if self.mail_to and not self.smtp_host:
            yield "alerts.smtp_host", "a mail server beside alerts.mail_to"
        for name in (*self.mail_to, *filter(None, [self.mail_from])):
            if "@" not in name.strip("@") or not name.isascii() or any(map(str.isspace, name)):
                key = "mail_from" if name == self.mail_from else "mail_to"
                yield f"alerts.{key}", "addresses such as it@example.com"
        if self.smtp_user and not self.smtp_password:
            yield "alerts.smtp_password", "the password of alerts.smtp_user"
        if self.smtp_host and self.smtp_security == "none" and self.smtp_host not in NEAR:
            yield "alerts.smtp_security", 'starttls or tls unless alerts.smtp_host is "localhost"'
        if self.webhook_url and not self.webhook_secret:
            yield "alerts.webhook_secret", "the secret that alerts.webhook_url is signed with"
        if self.webhook_url.startswith("http:") and not self.webhook_private:
            yield (
                "alerts.webhook_url",
                "an address with https:// unless alerts.webhook_private is true",
            )
