"""A mail server as a way to tell people: SMTP over TLS, one mail for all there is to tell."""

import smtplib
import ssl
from collections.abc import Sequence

from config.schema import AlertSettings
from gateway.kernel.problems import Problem
from sync.alerts import letter
from sync.alerts.standing import Notice

# Somebody may wait for a test of both ways at the console.
TIMEOUT_S = 8.0


class Mail:
    """The mail server that the settings name."""

    name = "mail"

    def __init__(self, settings: AlertSettings, prefix: str) -> None:
        self._settings = settings
        self._prefix = prefix

    def tell(self, notices: Sequence[Notice], shop: str) -> None:
        """Hand one mail over; Problem mail_unreachable, mail_insecure, mail_key_refused or
        mail_refused: nothing was taken.
        """
        settings = self._settings
        message = letter.mail(notices, settings.language, shop, self._prefix)
        message["From"] = settings.sender
        message["To"] = ", ".join(settings.mail_to)
        try:
            with self._line() as line:
                if settings.smtp_user:
                    line.login(settings.smtp_user, settings.smtp_password)
                line.send_message(message)
        except ssl.SSLError as error:
            raise self._unreachable("its certificate is not trusted here") from error
        except smtplib.SMTPAuthenticationError as error:
            raise Problem("mail_key_refused", host=settings.smtp_host) from error
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
            raise self._unreachable("the connection broke off") from error
        except smtplib.SMTPException as error:
            # What a server says may name an address: its number tells as much.
            raise Problem("mail_refused", host=settings.smtp_host, status=_status(error)) from error
        except OSError as error:
            raise self._unreachable("nothing answers at its address") from error

    def _line(self) -> smtplib.SMTP:
        settings = self._settings
        place = (settings.smtp_host, settings.smtp_port)
        if settings.smtp_security == "none":
            return smtplib.SMTP(*place, timeout=TIMEOUT_S)
        trusted = ssl.create_default_context(cafile=settings.smtp_ca_file or None)
        if settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(*place, timeout=TIMEOUT_S, context=trusted)
        line = smtplib.SMTP(*place, timeout=TIMEOUT_S)
        try:
            line.starttls(context=trusted)
        except smtplib.SMTPNotSupportedError as error:
            line.close()
            raise Problem("mail_insecure", host=settings.smtp_host) from error
        except BaseException:
            line.close()
            raise
        return line

    def _unreachable(self, reason: str) -> Problem:
        settings = self._settings
        return Problem(
            "mail_unreachable", host=settings.smtp_host, port=settings.smtp_port, reason=reason
        )


def _status(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _ in error.recipients.values()), 0)
    return int(getattr(error, "smtp_code", 0))
