"""Webhooks: signed, retried, sent once by many workers, never into the own network, never with a word of the text."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import webhooks
from api.app import create_app
from api.settings import Settings
from scanner import Scanner
from scanner.errors import InputError
from scanner.ledger import outbox
from scanner.ledger.outbox import Due
from scanner.rules.times import instant
from tests.api.conftest import NOW
from tests.api.test_assess import GUILTY

KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
T = instant(NOW)


@dataclass
class Receiver:
    """An endpoint on this machine that keeps what it got and answers as it is told."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.send_header("location", "http://127.0.0.1:9/")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/hook?x=1"
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


def _target(url: str) -> webhooks.Endpoint:
    return webhooks.endpoint(url, SECRET, loopback=True)


def test_the_signature_is_the_standards() -> None:
    """Computed here from the specification's words, not by the code under test."""
    wanted = hmac.new(KEY, b'msg_1.1630000000.{"a":1}', hashlib.sha256).digest()
    assert webhooks.signature(KEY, "msg_1", 1630000000, '{"a":1}') == "v1," + base64.b64encode(wanted).decode()


def test_the_specifications_own_example() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = webhooks.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_sent_with_its_headers(receiver: Receiver) -> None:
    said = webhooks.send(_target(receiver.url), Due(1, "msg_7", '{"x":1}', 0), T, loopback=True)
    assert said == "200"
    headers, body = receiver.got[0]
    assert body == b'{"x":1}'
    assert headers["webhook-id"] == "msg_7"
    assert headers["webhook-timestamp"] == str(T)
    wanted = hmac.new(KEY, f"msg_7.{T}.".encode() + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(wanted).decode()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "::1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "fe80::1",
        "fe80::1%eth0", "fc00::1", "0.0.0.0", "::", "100.64.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.1", "240.0.0.1",
        "ff02::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_way_into_the_own_network(address: str) -> None:
    target = webhooks.endpoint("https://hooks.example/x", SECRET)
    said = webhooks.send(target, Due(1, "m", "{}", 0), T, resolve=lambda *_: [address])
    assert said == "refused"
    mixed = webhooks.send(target, Due(1, "m", "{}", 0), T, resolve=lambda *_: ["93.184.216.34", address])
    assert mixed == "refused"


def test_private_stays_refused_where_loopback_is_allowed() -> None:
    with pytest.raises(webhooks.RefusedError):
        webhooks.allowed(["10.0.0.1"], loopback=True)
    assert webhooks.allowed(["127.0.0.1"], loopback=True) == "127.0.0.1"
    assert webhooks.allowed(["93.184.216.34"]) == "93.184.216.34"


def test_the_address_that_was_checked_is_the_one_called(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name resolves once; that it resolves otherwise a moment later changes nothing."""
    called: list[str] = []
    real = webhooks.socket.create_connection

    def connect(address: tuple[str, int], *rest: Any) -> Any:
        called.append(address[0])
        return real(address, *rest)

    monkeypatch.setattr(webhooks.socket, "create_connection", connect)
    port = webhooks.urlsplit(receiver.url).port
    target = _target(f"http://rebinding.invalid:{port}/hook")
    said = webhooks.send(target, Due(1, "m", "{}", 0), T, resolve=lambda *_: ["127.0.0.1"], loopback=True)
    assert (said, called) == ("200", ["127.0.0.1"])


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the whole never does."""
    monkeypatch.setattr(webhooks, "WHOLE_SECONDS", 0.5)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line, contextlib.suppress(OSError):
                line.sendall(b"HTTP/1.1 ")
                while not stop.wait(0.05):
                    line.sendall(b"y")

        thread = threading.Thread(target=drip)
        thread.start()
        started = time.monotonic()
        target = _target(f"http://127.0.0.1:{server.getsockname()[1]}/")
        said = webhooks.send(target, Due(1, "m", "{}", 0), T, loopback=True)
        took = time.monotonic() - started
        stop.set()
        thread.join()
    assert not said.startswith("2")
    assert took < 5


def test_a_redirect_is_no_delivery(receiver: Receiver) -> None:
    receiver.statuses = [302]
    assert webhooks.send(_target(receiver.url), Due(1, "m", "{}", 0), T, loopback=True) == "302"
    assert len(receiver.got) == 1


@pytest.mark.parametrize("url", ["http://a.example/", "ftp://a.example/", "https://u:p@a.example/", "https:///x", "x"])
def test_what_is_no_endpoint(url: str) -> None:
    with pytest.raises(InputError):
        webhooks.endpoint(url, SECRET)


@pytest.mark.parametrize("secret", [None, "", "short", "whsec_!!!", "whsec_" + base64.b64encode(b"x" * 10).decode()])
def test_what_is_no_secret(secret: str | None) -> None:
    with pytest.raises(InputError):
        webhooks.endpoint("https://a.example/", secret)


def test_the_service_tells(
    tmp_path: Path, scanner: Scanner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the request to the endpoint, a failure and its repetition in between."""
    monkeypatch.setattr(webhooks, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "BACKOFF", (0, 0))
    receiver.statuses = [500]
    settings = Settings(
        ledger=tmp_path / "ledger.db", webhook_url=receiver.url, webhook_secret=SECRET, webhook_loopback=True
    )
    arrived = threading.Event()
    app = create_app(settings, scanner=scanner)
    with TestClient(app, client=("127.0.0.1", 50000), base_url="http://127.0.0.1") as client:
        charges = client.post("/v1/assess", json={**GUILTY, "at": "2026-09-01T11:00:00+08:00"}).json()["charges"]
        assert charges
        for _ in range(200):
            if len(receiver.got) >= 3:
                break
            arrived.wait(0.05)
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(ids) == 1 + len(set(ids))
    assert b"138" not in b"".join(body for _, body in receiver.got)
    kinds = {json.loads(body)["type"] for _, body in receiver.got}
    assert "verdict.recorded" in kinds
