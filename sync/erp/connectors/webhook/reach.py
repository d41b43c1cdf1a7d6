"""Where a webhook may go: to named hosts, and to no address inside unless that is meant.

An address is looked at when the connection stands, before a byte is sent: a name that is looked up
once to be checked and once to be used may have another address the second time.
"""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class ForbiddenError(Exception):
    """A webhook may not go there; ``place`` is the host or the address."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def session(*, private: bool) -> requests.Session:
    """A session that follows no word of the environment (no proxy, no ~/.netrc).

    Without ``private`` a connection to an address that is not public raises ForbiddenError.
    """
    made = requests.Session()
    made.trust_env = False
    if not private:
        made.mount("https://", _PublicAdapter())
        made.mount("http://", _PublicAdapter())
    return made


def check(url: str, hosts: Sequence[str]) -> None:
    """ForbiddenError unless the host is among ``hosts``, or no host is named there.

    ``*.example.com`` stands for every host below example.com.
    """
    host = (urlsplit(url).hostname or "").lower()
    if hosts and not any(_fits(host, one.lower()) for one in hosts):
        raise ForbiddenError(host)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet, and not of a network inside."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    # 64:ff9b::/96 carries an IPv4 address in its last four bytes (RFC 6052).
    if found.version == 6 and found in ipaddress.ip_network("64:ff9b::/96"):
        mapped = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if mapped is not None and not is_public(str(mapped)):
        return False
    return found.is_global and not found.is_multicast


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _public(connected: socket.socket) -> socket.socket:
    address = str(connected.getpeername()[0])
    if not is_public(address):
        connected.close()
        raise ForbiddenError(address)
    return connected


class _PublicHTTP(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _public(super()._new_conn())


class _PublicHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _public(super()._new_conn())


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTP


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPS


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PublicHTTPPool,
            "https": _PublicHTTPSPool,
        }
