"""Hostile requests against the running service: documented 4xx, little memory, and nobody else notices."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.api.served import Served, serving

pytestmark = pytest.mark.slow
JSON = {"content-type": "application/json"}
HEAD = "POST /v1/scan HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
CLEAN = b'{"text": "Hello, is it in stock?"}'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    with serving(folder / "ledger.db", SCANNER_BODY_SECONDS="3", SCANNER_IDLE_SECONDS="1") as service:
        warm_up = [httpx.post(f"{service.url}/v1/scan", content=CLEAN, headers=JSON) for _ in range(50)]
        assert {answer.status_code for answer in warm_up} == {200}
        yield service


def _raw(port: int, head: str, pieces: Iterator[bytes], pause: float = 0.0) -> bytes:
    """Send a request piece by piece, as long as the other side takes it; what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(head.encode())
            for piece in pieces:
                line.sendall(piece)
                time.sleep(pause)
        got = b""
        with contextlib.suppress(ConnectionError, TimeoutError):
            while piece := line.recv(65_536):
                got += piece
                if _is_whole(got):
                    break
        return got


def _is_whole(got: bytes) -> bool:
    head, sign, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(sign and lengths) and len(body) >= int(lengths[0].split(b":")[1])


def _status(got: bytes) -> tuple[int, str]:
    """Status and slug of a raw answer."""
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), str(json.loads(body)["type"].rsplit(":", 1)[1])


def _posted(served: Served, body: bytes, path: str = "/v1/scan", **headers: str) -> tuple[int, str]:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    head += "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return _status(_raw(served.port, f"{head}Content-Length: {len(body)}\r\n\r\n", iter([body])))


def _chunks(total: int, size: int = 1 << 20) -> Iterator[bytes]:
    piece = b"%x\r\n%b\r\n" % (size, b"[" * size)
    yield from (piece for _ in range(total // size))
    yield b"0\r\n\r\n"


def _claimed(served: Served) -> tuple[int, str]:
    return _status(_raw(served.port, f"{HEAD}Content-Length: 1000000000\r\n\r\n", iter([b"{"])))


def _chunked(served: Served) -> tuple[int, str]:
    return _status(_raw(served.port, f"{HEAD}Transfer-Encoding: chunked\r\n\r\n", _chunks(100 << 20)))


def _slow(served: Served) -> tuple[int, str]:
    pieces = (b" " for _ in range(20))
    return _status(_raw(served.port, f"{HEAD}Content-Length: 1000\r\n\r\n", pieces, 0.25))


def _stalled(served: Served) -> tuple[int, str]:
    return _status(_raw(served.port, f"{HEAD}Content-Length: 1000\r\n\r\n", iter([b"{"])))


ATTACKS: dict[str, tuple[Callable[[Served], tuple[int, str]], tuple[int, str]]] = {
    "10 MB": (lambda s: _posted(s, b'{"text": "' + b"x" * (10 << 20) + b'"}'), (413, "body-too-large")),
    "1 GB claimed": (_claimed, (413, "body-too-large")),
    "100 MB in chunks": (_chunked, (413, "body-too-large")),
    "slow body": (_slow, (408, "slow-body")),
    "stalled body": (_stalled, (408, "slow-body")),
    "gzip bomb": (
        lambda s: _posted(s, gzip.compress(bytes(50 << 20)), Content_Encoding="gzip"),
        (415, "content-encoding"),
    ),
    "depth 100,000": (lambda s: _posted(s, b"[" * 100_000 + b"]" * 100_000), (400, "invalid-json")),
    "depth of a million": (lambda s: _posted(s, b'{"a":[' * 250_000), (400, "invalid-json")),
    "5,000 digits": (lambda s: _posted(s, b'{"id": ' + b"9" * 5_000 + b"}"), (400, "invalid-json")),
    "a million digits": (lambda s: _posted(s, b'{"id": ' + b"9" * 1_000_000 + b"}"), (400, "invalid-json")),
    "lone surrogate": (lambda s: _posted(s, b'{"text": "\\ud800"}'), (400, "invalid-json")),
    "UTF-16": (lambda s: _posted(s, '{"text": "x"}'.encode("utf-16")), (400, "invalid-json")),
    "a long text": (lambda s: _posted(s, b'{"text": "' + b"x" * 200_000 + b'"}'), (422, "invalid-request")),
    "a long list": (
        lambda s: _posted(s, b'{"items": [' + b"1," * 1_000_000 + b"1]}", "/v1/scan/batch"),
        (422, "invalid-request"),
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_it_gets_its_documented_answer(served: Served, name: str) -> None:
    attack, expected = ATTACKS[name]
    assert attack(served) == expected
    documented = httpx.get(f"{served.url}/openapi.json").json()["paths"]["/v1/scan"]["post"]["responses"]
    assert str(expected[0]) in documented


def test_broken_chunks_end_the_connection_and_nothing_else(served: Served) -> None:
    got = _raw(served.port, f"{HEAD}Transfer-Encoding: chunked\r\n\r\n", iter([b"zz\r\n"]))
    assert got == b"" or got.split(b" ")[1].startswith(b"4")
    assert httpx.post(f"{served.url}/v1/scan", content=CLEAN, headers=JSON).status_code == 200


def test_memory_stays_and_others_are_answered_meanwhile(served: Served) -> None:
    before, done = served.rss(), threading.Event()
    times: list[float] = []
    codes: set[int] = set()

    def honest() -> None:
        with httpx.Client() as client:
            while not done.is_set():
                begun = time.perf_counter()
                codes.add(client.post(f"{served.url}/v1/scan", content=CLEAN, headers=JSON).status_code)
                times.append(time.perf_counter() - begun)
                time.sleep(0.005)

    other = threading.Thread(target=honest)
    other.start()
    attackers = [threading.Thread(target=ATTACKS[name][0], args=(served,)) for name in ATTACKS for _ in range(2)]
    highest = before
    for attacker in attackers:
        attacker.start()
    while any(attacker.is_alive() for attacker in attackers):
        highest = max(highest, served.rss())
        time.sleep(0.02)
    done.set()
    other.join()
    times.sort()
    worst = times[int(len(times) * 0.99)]
    print(f"\nRSS +{(highest - before) / 2**20:.1f} MB, honest p99 {worst * 1000:.0f} ms of {len(times)}")
    assert codes == {200}
    assert highest - before < 50 * 2**20
    assert worst < 1.0


def test_nothing_that_was_sent_is_in_the_log(served: Served, tmp_path: Path) -> None:
    canary = "+86 139 1234 5678"
    for body in (json.dumps({"text": canary}), canary, json.dumps({"text": canary, "kind": canary})):
        httpx.post(f"{served.url}/v1/scan", content=body, headers=JSON, params={"q": canary})
    httpx.get(f"{served.url}/v1/{canary}", headers={"x-request-id": canary, "authorization": f"Bearer {canary}"})
    httpx.get(f"{served.url}/{canary}", headers={"user-agent": canary, "cookie": f"scanner_session={canary}"})
    seen = served.log.read_text() + httpx.get(f"{served.url}/metrics").text
    assert '"route": "/v1/scan"' in seen and "scanner_request_seconds" in seen
    digits = "".join(c for c in seen if c.isdigit() or c == "\n")
    assert canary not in seen and "13912345678" not in digits
