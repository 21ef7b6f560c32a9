"""The service as it runs in earnest: `scanner serve` in a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import psutil


@dataclass(frozen=True)
class Served:
    """A running service: where, its process, its log."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def rss(self) -> int:
        """Resident bytes of the process and its workers."""
        root = psutil.Process(self.process.pid)
        return sum(part.memory_info().rss for part in (root, *root.children(recursive=True)))

    def workers(self) -> int:
        """How many processes answer."""
        return sum("spawn_main" in " ".join(p.cmdline()) for p in psutil.Process(self.process.pid).children()) or 1


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(ledger: Path, *words: object, **environ: str) -> Iterator[Served]:
    """`scanner serve` on a free port, until the block ends; the end is a graceful one."""
    port, log = free_port(), ledger.with_suffix(".log")
    command = [sys.executable, "-m", "scanner", "serve", "--port", port, "--ledger", ledger, *words]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(word) for word in command], stdout=out, stderr=out, env={**os.environ, **environ}
        )
    try:
        _wait(process, port, log)
        yield Served(f"http://127.0.0.1:{port}", port, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the service did not start: {log.read_text()[-2000:]}")
