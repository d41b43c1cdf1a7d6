"""How to reach each ERP that is pushed to."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting


def _request_limit(erp: str) -> int:
    limit: int = setting(
        600,
        f"Longest that {erp} and what stands before it work on one request. A sale that was sent"
        " without an answer is looked for after it, and sent again if it is not there.",
        Rule(0, 86_400, unit="s"),
    )
    return limit


@dataclass(frozen=True)
class TrytonSettings:
    """How to reach Tryton, where erp.connectors names tryton."""

    url: str = setting("", "Address of the server, without the database.", Rule(shape="url"))
    database: str = setting("", "Name of the database.")
    key: str = setting("", "Key of the user application.", Rule(secret=True))
    walk_in_party: str = setting("", "Code of the party for sales without a customer.")
    takes: tuple[str, ...] = setting(
        ("customer", "sale.completed", "sale.returned", "sale.voided"),
        "Kinds of records and types of facts that are pushed; config/mappings/tryton.toml has a"
        " table for each.",
        Rule(filled=True),
    )
    request_limit_s: int = _request_limit("Tryton")


@dataclass(frozen=True)
class OdooSettings:
    """How to reach Odoo, where erp.connectors names odoo."""

    url: str = setting("", "Address of the server, without a path.", Rule(shape="url"))
    database: str = setting("", "Name of the database.")
    user: str = setting("", "Login of the gateway's user.")
    key: str = setting("", "API key of that user.", Rule(secret=True))
    door: str = setting(
        "auto",
        "Interface that is spoken: jsonrpc (11 to 21), json2 (19 and later), or what the version"
        " asks for.",
        Rule(choices=("auto", "jsonrpc", "json2")),
    )
    company: int = setting(
        0,
        "Number (id) of the company whose books are written to; 0: the company of the user.",
        Rule(0, 2_147_483_647),
    )
    request_limit_s: int = _request_limit("Odoo")


@dataclass(frozen=True)
class ErpNextSettings:
    """How to reach ERPNext, where erp.connectors names erpnext."""

    url: str = setting("", "Address of the site, without a path.", Rule(shape="url"))
    key: str = setting("", "API key of the gateway's user.", Rule(secret=True))
    secret: str = setting("", "API secret of that user.", Rule(secret=True))
    request_limit_s: int = _request_limit("ERPNext")


@dataclass(frozen=True)
class RestSettings:
    """How to reach an OData 4 service, where erp.connectors names rest."""

    url: str = setting("", "Address of the service, up to its entity sets.", Rule(shape="url"))
    auth: str = setting(
        "bearer",
        "What shows who asks: a bearer token, user and password, or OAuth client credentials.",
        Rule(choices=("bearer", "basic", "oauth")),
    )
    user: str = setting("", "User or client id.")
    key: str = setting("", "Token, password or client secret.", Rule(secret=True))
    token_url: str = setting("", "Where OAuth tokens are given out.", Rule(shape="url"))
    scope: str = setting("", "Scope of the OAuth tokens.")
    csrf: bool = setting(
        default=False, meaning="Whether writing takes a token against forgery, as at SAP Gateway."
    )
    request_limit_s: int = _request_limit("the service")

    def misfits(self) -> Iterator[Misfit]:
        """A way of showing who asks of which a part is missing."""
        needed = {"basic": ("user",), "oauth": ("user", "token_url")}.get(self.auth, ())
        for key in needed if self.url else ():
            if not getattr(self, key):
                yield f"rest.{key}", f'a value beside rest.auth = "{self.auth}"'
