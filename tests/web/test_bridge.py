"""The bridge on the real server: answers and bodies that do not reach their end."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.torture.gateway import free_port, wait_until

# A small WSGI application, served as the gateway's own is.
PROCESS = """
import json, resource, sys, threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from config.schema import WebSettings
from granian.rsgi import ProtocolClosed, ProtocolError
from gateway.kernel.problems import Problem
from gateway.web.listening import bridge, server
from gateway.web.listening.incoming import Patience, refuse

bridge.WAITING_BYTES = 5 << 19
full = threading.Event()
told = {"closed": 0, "read": []}

def fails():
    try:
        yield b"the first line\\n"
        raise RuntimeError("in the middle")
    finally:
        told["closed"] += 1

def long():
    try:
        for _ in range(4000):
            yield bytes(65536)
    finally:
        told["closed"] += 1

def again(start):
    start("200 OK", [("Content-Length", "2")])
    try:
        raise ValueError
    except ValueError:
        start("500 Oh", [("Content-Length", "2")], sys.exc_info())
    return [b"oh"]

def application(environ, start):
    path = environ["PATH_INFO"]
    if path == "/again":
        return again(start)
    if path in ("/fails", "/long"):
        start("200 OK", [("Content-Type", "text/plain")])
        return fails() if path == "/fails" else long()
    if path == "/hold":
        full.wait(20)
    if path == "/read":
        told["read"].append(len(environ["wsgi.input"].read()))
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told["query"] = environ["QUERY_STRING"]
    body = json.dumps(told).encode()
    start("200 OK", [("Content-Length", str(len(body))), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
    return [body]

class Front:
    def __rsgi_init__(self, loop):
        threads = ThreadPoolExecutor(2)
        self.bridge = bridge.Bridge(application, loop, threads, Patience(loop, 2, "en"))

    async def __rsgi__(self, scope, protocol):
        try:
            await self.bridge.answer(scope, protocol)
        except (ProtocolClosed, ProtocolError):
            pass
        except Problem as problem:
            refuse(protocol, problem, "en")
            if problem.code == "store_busy":
                full.set()

server.serve(Front(), WebSettings(), ("127.0.0.1", int(sys.argv[1])))
server.leave()
"""
Ask = Callable[[bytes], socket.socket]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Opens a connection on which these bytes were sent."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": "."}
    process = subprocess.Popen([sys.executable, "-c", PROCESS, str(port)], env=environment)

    def send(lines: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port), 30)
        connection.sendall(lines)
        return connection

    def listens() -> bool:
        try:
            send(b"").close()
        except OSError:
            return False
        return True

    wait_until(listens, 60)
    yield send
    process.terminate()
    process.wait(30)


def everything(connection: socket.socket) -> bytes:
    """What comes until the server closes."""
    with connection, connection.makefile("rb") as answer:
        try:
            return answer.read()
        except ConnectionResetError:
            return b""


def told(ask: Ask) -> dict[str, object]:
    answer = everything(ask(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    found: dict[str, object] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return found


def test_an_answer_that_fails_in_the_middle_does_not_look_complete(ask: Ask) -> None:
    answer = everything(ask(b"GET /fails HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    assert b"\r\n0\r\n\r\n" not in answer


def test_a_reader_that_takes_nothing_costs_neither_memory_nor_a_thread_for_ever(ask: Ask) -> None:
    before = told(ask)
    with closing(ask(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")) as connection:
        wait_until(lambda: told(ask)["closed"] != before["closed"], 30)
        assert int(str(told(ask)["peak"])) - int(str(before["peak"])) < 64 * 1024, "KiB"
        assert b"\r\n0\r\n\r\n" not in everything(connection)[-9:]


def test_a_long_answer_arrives_whole(ask: Ask) -> None:
    answer = everything(ask(b"GET /long HTTP/1.0\r\n\r\n"))
    assert len(answer.partition(b"\r\n\r\n")[2]) == 4000 * 65536


@pytest.mark.parametrize("size", [7, 70_000, 1_200_000])
def test_chunks_that_break_off_are_no_body(ask: Ask, size: int) -> None:
    head = b"POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection = ask(head + b"%x\r\n%b\r\n" % (size, bytes(size)))
    connection.shutdown(socket.SHUT_WR)
    everything(connection)
    assert size not in told(ask)["read"]  # type: ignore[operator]
    end = b"0\r\n\r\n"
    everything(ask(head.replace(b"x\r\n", b"x\r\nConnection: close\r\n")
                   + b"%x\r\n%b\r\n" % (size + 1, bytes(size + 1)) + end))  # fmt: skip
    assert size + 1 in told(ask)["read"]  # type: ignore[operator]


def test_an_application_may_think_better_of_its_answer_before_it_is_sent(ask: Ask) -> None:
    answer = everything(ask(b"GET /again HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.endswith(b"oh")


def test_headers_of_one_name_are_all_sent(ask: Ask) -> None:
    answer = everything(ask(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    assert b"set-cookie: a\r\nset-cookie: b\r\n" in answer


def test_a_query_is_given_as_bytes_in_latin_1(ask: Ask) -> None:
    lines = "GET /?q=\N{LATIN SMALL LETTER E WITH ACUTE} HTTP/1.1\r\nHost: x\r\nConnection: close"
    answer = everything(ask(lines.encode() + b"\r\n\r\n"))
    assert rb"q=\u00c3\u00a9" in answer


def test_bodies_that_wait_take_no_more_memory_than_is_meant_for_them(ask: Ask) -> None:
    head = b"POST /hold HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n"
    asked = [ask(head + bytes(1_000_000)) for _ in range(3)]
    answers = sorted(everything(connection)[9:12] for connection in asked)
    assert answers == [b"200", b"200", b"503"]
    assert everything(ask(head + bytes(1_000_000)))[9:12] == b"200", "there is room again"
