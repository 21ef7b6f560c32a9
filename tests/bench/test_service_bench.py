"""How little a scan adds to a request, as ratios against an endpoint of the same app that answers with a constant.

Same body model, key, handler style and answer model; calls interleaved on one connection over loopback.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import pytest

from scanner.ledger import keys
from scanner.ledger.store import Store
from tests.api.served import free_port
from tests.bench.service_app import TEXTS
from tests.bench.texts import texts

pytestmark = pytest.mark.bench
CALLS = 3_000
BARS = {"clean": (1.10, 1.25, 0), "hits": (1.25, 1.35, 2)}
Call = Callable[[str, bytes], tuple[float, bytes]]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """Calls the service, which runs in a process of its own, with a key, on one connection."""
    path: Path = tmp_path_factory.mktemp("bench") / "ledger.db"
    store, port = Store(path), free_port()
    _, secret = keys.create(store, name="bench", scopes=["scan"], now=1, rate=1e6, burst=1e6)
    store.close()
    app = ["tests.bench.service_app:made", "--factory", "--port", str(port), "--no-access-log"]
    environ = {**os.environ, "SCANNER_LEDGER": str(path)}
    with subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *app], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            with closing(_connected(port)) as line:
                yield _caller(line, secret)
        finally:
            process.terminate()


def _connected(port: int) -> HTTPConnection:
    for _ in range(600):
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.connect()
        except ConnectionRefusedError:
            line.close()
            time.sleep(0.1)
        else:
            return line
    raise AssertionError("the service did not start")


def _caller(line: HTTPConnection, secret: str) -> Call:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}

    def call(path: str, body: bytes) -> tuple[float, bytes]:
        begun = time.perf_counter()
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        content = answer.read()
        taken = time.perf_counter() - begun
        assert answer.status == 200, content
        return taken, content

    return call


def _interleaved(call: Call, name: str) -> tuple[list[float], list[float]]:
    """Seconds of each call of the constant and of the scan, taken in turns."""
    body = json.dumps({"id": "m17", "text": TEXTS[name]}).encode()
    arms: list[tuple[str, list[float]]] = [(f"/v1/constant/{name}", []), ("/v1/scan", [])]
    gc.collect()
    gc.disable()
    try:
        for number in range(CALLS + 300):
            for path, times in arms if number % 2 else reversed(arms):
                times.append(call(path, body)[0])
    finally:
        gc.enable()
    return arms[0][1][300:], arms[1][1][300:]


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


@pytest.mark.parametrize("name", TEXTS)
def test_one_scan(call: Call, name: str) -> None:
    body, (middle_bar, tail_bar, hits) = json.dumps({"text": TEXTS[name]}).encode(), BARS[name]
    fixed, scanned = (call(path, body)[1] for path in (f"/v1/constant/{name}", "/v1/scan"))
    assert fixed == scanned
    assert len(json.loads(scanned)["hits"]) == hits and 57 <= len(TEXTS[name]) <= 60
    base, ours = _interleaved(call, name)
    middle, tail = median(ours) / median(base), _p99(ours) / _p99(base)
    print(
        f"\nservice   {name:<9} {CALLS} calls, constant {median(base) * 1e6:.0f} us: "
        f"median {middle:.3f} (bar {middle_bar}), p99 {tail:.3f} (bar {tail_bar})"
    )
    assert middle <= middle_bar
    assert tail <= tail_bar


def test_a_batch(call: Call) -> None:
    chat = texts("chat", 500)
    batch = json.dumps({"items": [{"text": text} for text in chat]}, ensure_ascii=False).encode()
    bodies = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in chat]
    singles, batches = [], []
    for _ in range(5):
        singles.append(sum(call("/v1/scan", body)[0] for body in bodies))
        batches.append(call("/v1/scan/batch", batch)[0])
    ratio = median(singles) / median(batches)
    print(f"\nservice   batch     {len(chat)} chat texts, {median(batches) * 1e3:.1f} ms: {ratio:.0f} times (bar 50)")
    assert ratio >= 50
