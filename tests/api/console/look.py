"""The console served for a look at it: `python tests/api/console/look.py FOLDER` writes screenshots of its pages."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, sync_playwright

CHAT = """buyer: Hi, can you send the price list for the LED strips?
seller: Sure, 5050 SMD 60 leds/m, USD 1.85 per metre FOB Shenzhen, MOQ 500 m
seller: talk is easier on w h a t s a p p, plus eight six 138 0013 8000
buyer: I prefer to pay with Trade Assurance
seller: sorry no trade assurance, T/T to my own account is cheaper 5 %
seller: we also have RayBan style sunglasses, 1:1 quality"""


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port of this machine, in a thread; its address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


PAGES = {
    "check": "/",
    "review": "/review",
    "merchants": "/merchants",
    "merchant": "/merchants/view?id=shenzhen-lumo",
    "versions": "/versions",
    "overview": "/overview",
}


def shoot(page: Page, base: str, folder: Path, kind: str) -> None:
    """Every page into the folder."""
    for name, path in PAGES.items():
        page.goto(base + path)
        if name == "check":
            page.locator("input[value=chat]").check(force=True)
            page.locator("summary", has_text="Merchant and goods").click()
            page.fill("#merchant", "shenzhen-lumo")
            page.fill("#text", CHAT)
            page.locator("li.hit").first.wait_for()
            page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{name}-{kind}.png", full_page=True)


def main(folder: Path, packs: str | None = None) -> None:
    """Seed, serve, look."""
    from api.app import create_app  # noqa: PLC0415
    from api.settings import Settings  # noqa: PLC0415
    from scanner import Scanner  # noqa: PLC0415

    sys.path.insert(0, str(Path(__file__).parent))
    from seed import NOW, seed  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as work:
        ledger = Path(work, "ledger.db")
        scanner = Scanner(packs)
        seed(ledger, scanner=scanner)
        app = create_app(Settings(ledger=ledger), scanner=scanner, clock=lambda: NOW)
        with served(app) as base, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for kind, width, scheme in (("light", 1280, "light"), ("dark", 1280, "dark"), ("phone", 390, "light")):
                page = browser.new_page(viewport={"width": width, "height": 860}, color_scheme=scheme)
                page.on("console", lambda message: print("console:", message.text))
                page.on("pageerror", lambda error: print("error:", error))
                shoot(page, base, folder, kind)
            browser.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    main(Path(sys.argv[1]), *sys.argv[2:3])
