"""`scanner serve` and `scanner key`: the service's commands. The web framework is loaded only to serve."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scanner.assess import Ledger
from scanner.commands.rules_common import ledger_option
from scanner.errors import InputError
from scanner.ledger import keys
from scanner.ledger.store import Store, WalResetWarning

EXTRA = "the service needs more packages: pip install 'compliance-scanner[api]'"


@click.command("serve", short_help="Serve the API and the console.")
@click.option("--host", help="Address to listen on (default: 127.0.0.1, this machine only).")
@click.option("--port", type=click.IntRange(1, 65_535), help="Default: 8000.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes (default: 1).")
@click.option("--policy", help="Policy of a new ledger: name or file.")
@click.option("--packs", type=click.Path(path_type=Path), help="Folder of packs to run and to watch.")
@click.option("--ledger", type=click.Path(path_type=Path), help="The ledger's file (default: ledger.db).")
@click.option("--require-keys/--no-keys", "require_keys", default=None, help="Default: keys once the ledger has any.")
def serve_command(**options: Any) -> None:
    """Serve the API and the console.

    Every option has a variable besides: SCANNER_HOST, SCANNER_PORT, SCANNER_WORKERS, SCANNER_LEDGER ... Without keys
    (`scanner key create` makes one) it listens on this machine only.
    """
    try:
        import uvicorn  # noqa: PLC0415

        from api import logs  # noqa: PLC0415
        from api.console.session import signing_secret  # noqa: PLC0415
        from api.settings import Settings  # noqa: PLC0415
    except ImportError as error:
        raise InputError(EXTRA) from error
    settings = replace(Settings.from_env(), **{name: value for name, value in options.items() if value is not None})
    click.echo(_welcome(settings), err=True)
    with _shared_metrics(settings.workers):
        os.environ.update(settings.to_env())
        signing_secret()  # one for all workers, who inherit the environment
        uvicorn.run(
            "api.app:from_env",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers if settings.workers > 1 else None,
            log_config=logs.config(),
            access_log=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=settings.shutdown_seconds,
            h11_max_incomplete_event_size=64 * 1024,
        )


def _welcome(settings: Any) -> str:
    """Open the ledger, so that it is there and fits; say how the service can be reached, or refuse."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", WalResetWarning)
        with Ledger(settings.ledger, policy=settings.policy) as ledger:
            _ = ledger.policy
            known = len(keys.every(ledger.store))
    needed = bool(known) if settings.require_keys is None else settings.require_keys
    if not needed and not is_loopback(settings.host):
        raise InputError(f"without keys the service does not listen on {settings.host}: `scanner key create`")
    lines = [f"warning: {text}" for text in sorted({str(item.message) for item in caught})]
    who = "callers need a key" if needed else "no keys: this machine only (`scanner key create` makes one)"
    return "\n".join([*lines, f"http://{_shown(settings.host)}:{settings.port}  {who}"])


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """A folder in which several workers put their metrics together."""
    name = "PROMETHEUS_MULTIPROC_DIR"
    if workers == 1 or os.environ.get(name):
        yield
        return
    folder = tempfile.mkdtemp(prefix="scanner-metrics-")
    os.environ[name] = folder
    try:
        yield
    finally:
        del os.environ[name]
        shutil.rmtree(folder, ignore_errors=True)


@click.group("key")
def key_group() -> None:
    """Create, list and revoke the API keys of a ledger."""


@key_group.command("create")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(keys.SCOPES), help="May be repeated."
)
@click.option("--days", type=click.IntRange(1, 3_650), help="How long it is valid (default: until it is revoked).")
@click.option("--rate", type=float, default=keys.RATE, show_default=True, help="Requests a second.")
@click.option("--burst", type=float, default=keys.BURST, show_default=True, help="Requests at once.")
@ledger_option
def create_command(
    name: str, scopes: tuple[str, ...], days: int | None, rate: float, burst: float, ledger_path: str
) -> None:
    """Create a key. It is shown once, on standard output, and kept as a hash only."""
    now = int(time.time())
    expires = None if days is None else now + days * 86_400
    with _store(ledger_path, create=True) as store:
        key, secret = keys.create(store, name=name, scopes=scopes, now=now, expires=expires, rate=rate, burst=burst)
    click.echo(secret)
    click.echo(f"key {key.id} ({key.name}): {', '.join(key.scopes)}; it is not shown again", err=True)


@key_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@ledger_option
def list_command(as_json: bool, ledger_path: str) -> None:
    """List the keys: id, state, scopes, limits, name. The secrets are nowhere."""
    now = time.time()
    with _store(ledger_path) as store:
        for key in keys.every(store):
            if as_json:
                click.echo(json.dumps(_as_dict(key, now), ensure_ascii=False))
            else:
                until = "" if key.expires is None else f" until {_day(key.expires)}"
                words = (key.id, f"{key.state(now)}{until}", ",".join(key.scopes), f"{key.rate:g}/s", key.name)
                click.echo("  ".join(words))


@key_group.command("revoke")
@click.argument("key_id", metavar="ID")
@ledger_option
def revoke_command(key_id: str, ledger_path: str) -> None:
    """Take a key back for good. The running service notices within a second."""
    with _store(ledger_path) as store:
        key = keys.revoke(store, key_id, int(time.time()))
    click.echo(f"key {key.id} ({key.name}) is revoked", err=True)


def _as_dict(key: keys.Key, now: float) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "state": key.state(now),
        "scopes": list(key.scopes),
        "rate": key.rate,
        "burst": key.burst,
        "created": _day(key.created),
        "expires": None if key.expires is None else _day(key.expires),
    }


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


@contextmanager
def _store(path: str, *, create: bool = False) -> Iterator[Store]:
    if not create and not Path(path).is_file():
        raise InputError(f"{path}: there is no ledger; `scanner serve` makes one, or name it with --ledger")
    with closing(Store(path)) as store:
        yield store
