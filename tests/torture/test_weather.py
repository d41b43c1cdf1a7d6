"""The weather itself: what it does to a request, and that it does nothing once it is clear."""

import http.client
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.erp import loopback
from tests.torture.weather import FAULTS, Weather

TAKEN = "taken" * 1000


class _Handler(loopback.Handler, BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.state.append(self.body())
        self.send(200, TAKEN)


@pytest.fixture
def server() -> Iterator[loopback.Server[list[object]]]:
    server = loopback.Server[list[object]]([], _Handler)
    yield server
    server.stop()


def asked(port: int) -> str:
    """What a caller hears: the answer, or that there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/", "1")
        answer = connection.getresponse()
        return f"{answer.status} {answer.read().decode()}"
    except (OSError, http.client.HTTPException):
        return "none"
    finally:
        connection.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_request_is_carried_out_or_not_whatever_its_caller_hears(
    server: loopback.Server[list[object]], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.torture.weather.FAULTS", (fault,))
    monkeypatch.setattr("tests.torture.weather.DELAY_S_MAX", 0)
    weather = Weather(int(server.url.rsplit(":", 1)[1]), 1, share=1.0)
    try:
        heard = asked(int(weather.url.rsplit(":", 1)[1]))
        weather.clear()
        fair = asked(int(weather.url.rsplit(":", 1)[1]))
    finally:
        weather.close()
    told = {"delayed": f'200 "{TAKEN}"', "502 after": "502 "}
    assert (heard, fair) == (told.get(fault, "none"), f'200 "{TAKEN}"')
    assert len(server.state) == (1 if fault == "cut before" else 2)
    assert weather.seen == {fault: 1}
