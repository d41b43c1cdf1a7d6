"""How a request arrived: from whose address, over what, and by which name.

What a proxy says of it counts where the proxy is listed (``tls.proxies``) and nowhere else: anybody
can send such headers.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Request

from config.schema import TlsSettings

LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("X-Forwarded-For", "Forwarded")


@dataclass(frozen=True)
class Arrival:
    """``source``: the caller's address. ``secure``: over TLS, all the way to us or to our proxy.
    ``local``: the caller runs on this machine itself, and is no proxy for somebody else.
    """

    source: str
    secure: bool
    local: bool


def of(request: Request, tls: TlsSettings) -> Arrival:
    """How a request arrived."""
    peer, headers = request.remote_addr or "", request.headers
    if not _is_listed(peer, tls.proxies):
        forwarded = any(name in headers for name in FORWARDED)
        return Arrival(peer, request.is_secure, peer in LOOPBACK and not forwarded)
    # The last word is our own proxy's; what stands before it, somebody may have sent along.
    scheme = headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    source = _source(headers.get("X-Forwarded-For", ""), peer, tls.proxies)
    return Arrival(source, request.is_secure or scheme == "https", local=False)


def is_named(request: Request, tls: TlsSettings) -> bool:
    """Whether a browser came by a name of the gateway's, and not by an address."""
    host = urlsplit(f"//{request.host}").hostname
    names = [name for name in tls.names if _parsed(name) is None]
    if tls.origin:
        names.append(urlsplit(tls.origin).hostname or "")
    return host in names and _parsed(host or "") is None


def is_address(host: str) -> bool:
    """Whether a host is an address and no name."""
    return _parsed(host) is not None


def _source(told: str, peer: str, proxies: Sequence[str]) -> str:
    """The last address that is none of our proxies."""
    for one in reversed(told.split(",")):
        found = _parsed(one.strip())
        if found is None:
            break
        peer = str(found)
        if not _is_listed(peer, proxies):
            break
    return peer


def _is_listed(address: str, proxies: Sequence[str]) -> bool:
    found = _parsed(address)
    return found is not None and any(
        found in ipaddress.ip_network(one, strict=False) for one in proxies
    )


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
