"""A small HTTP client that keeps its connection, and tells apart what was answered from what was
not.
"""

import http.client
import json
from typing import Any


class Unreachable(Exception):
    """No answer: whether the request had an effect is not known."""


class Wire:
    """One keep-alive connection to a gateway."""

    def __init__(self, address: tuple[str, int], timeout_s: float = 10.0) -> None:
        self._connection = http.client.HTTPConnection(*address, timeout=timeout_s)

    def request(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, http.client.HTTPMessage]:
        """(status, decoded JSON or None, headers); Unreachable when there was no whole answer."""
        raw = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        try:
            self._connection.request(method, path, raw, sent)
            response = self._connection.getresponse()
            text = response.read()
            status, found = response.status, response.headers
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unreachable(str(error)) from error
        if "json" not in found.get("Content-Type", ""):
            return status, None, found
        return status, json.loads(text), found

    def close(self) -> None:
        self._connection.close()
