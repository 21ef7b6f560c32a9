"""The service under load for a while: four workers, mixed traffic at a steady rate; its memory, its errors, its times.

`LOAD_SECONDS` (30; 900 for the figure in docs/service.md) and `LOAD_RATE` (60 requests a second) set how long and hard.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.api.served import Served, serving
from tests.bench.texts import texts

pytestmark = pytest.mark.bench

SECONDS = float(os.environ.get("LOAD_SECONDS", "30"))
RATE = float(os.environ.get("LOAD_RATE", "60"))
WORKERS, CLIENTS = 4, 6
WARM = 300
"""Requests before the memory at the start is taken: what is made at first use is made."""

GUILTY = ("add me on wechat: abc_{}", "my whatsapp is +86 138 0013 {:04d}", "we sell fentanyl powder, lot {}",
          "please pay to my own account, no trade assurance, order {}")  # fmt: skip
Request = tuple[str, str, Any]


class Traffic:
    """What is asked, by share: scans mostly, batches, assessments and previews, what persons look at."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._chat = texts("chat", 500)
        self._number = seed * 10_000_000

    def next(self) -> Request:
        """One request: method, path, body."""
        self._number += 1
        kind = self._chance.random()
        if kind < 0.55:
            return "POST", "/v1/scan", {"text": self._text()}
        if kind < 0.62:
            return "POST", "/v1/scan/batch", {"items": [{"text": self._text()} for _ in range(20)]}
        if kind < 0.85:
            return "POST", f"/v1/assess{'?dry_run=true' if kind > 0.80 else ''}", self._message()
        paths = ("/v1/review?limit=20", f"/v1/merchants/{self._merchant()}", "/v1/version", "/overview", "/review",
                 f"/v1/merchants/{self._merchant()}/history?limit=20", "/metrics")  # fmt: skip
        return "GET", self._chance.choice(paths), None

    def _text(self) -> str:
        if self._chance.random() < 0.1:
            return self._chance.choice(GUILTY).format(self._chance.randrange(10_000))
        return self._chance.choice(self._chat)

    def _merchant(self) -> str:
        return f"shop{self._chance.randrange(500)}"

    def _message(self) -> dict[str, Any]:
        talk = f"c{self._chance.randrange(5_000)}"
        return {
            "id": f"m{self._number}", "text": self._text(), "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "conversation": talk, "sender": talk, "merchant": {"id": self._merchant()},
        }  # fmt: skip


class Load:
    """Clients that share a rate; every answer is counted and timed."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.statuses: Counter[str] = Counter()
        self.times: list[float] = []
        self._end = 0.0
        self._lock = threading.Lock()

    def run(self, seconds: float, rate: float) -> None:
        """So many requests a second for so long."""
        self._end = time.monotonic() + seconds
        clients = [threading.Thread(target=self._client, args=(n, rate / CLIENTS)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    def _client(self, number: int, rate: float) -> None:
        traffic, due = Traffic(int(self._end) % 10_000 * CLIENTS + number), time.monotonic()
        line = HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        with closing(line):
            while time.monotonic() < self._end:
                due += 1 / rate
                time.sleep(max(0.0, due - time.monotonic()))
                self._one(line, *traffic.next())

    def _one(self, line: HTTPConnection, method: str, path: str, body: Any) -> None:
        content = None if body is None else json.dumps(body)
        begun = time.perf_counter()
        try:
            line.request(method, path, content, {"content-type": "application/json"} if content else {})
            answer = line.getresponse()
            answer.read()
            said = "ok" if answer.status == 200 else f"{answer.status} {path.partition('?')[0]}"
        except OSError as error:
            line.close()
            said = type(error).__name__
        with self._lock:
            self.statuses[said] += 1
            self.times.append(time.perf_counter() - begun)


def test_load(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger.db", "--workers", WORKERS) as served:
        Load(served).run(WARM / RATE, RATE)
        sizes, load = [served.rss()], Load(served)
        for _ in range(2):
            load.run(SECONDS / 2, RATE)
            sizes.append(served.rss())
    start, middle, end = (size / 2**20 for size in sizes)
    load.times.sort()
    half, last = median(load.times), load.times[int(len(load.times) * 0.99)]
    wrong = {said: count for said, count in load.statuses.items() if said != "ok"}
    print(
        f"\nservice   load      {WORKERS} workers, {len(load.times):,} requests in {SECONDS:.0f} s: "
        f"RSS {start:.0f} MB at the start, {middle:.0f} in the middle, {end:.0f} at the end; "
        f"{sum(wrong.values())} errors; "
        f"median {half * 1e3:.1f} ms, p99 {last * 1e3:.0f} ms"
    )
    assert wrong == {}
    assert len(load.times) > 0.8 * SECONDS * RATE
    assert end - middle < 0.05 * middle, "it grows"
