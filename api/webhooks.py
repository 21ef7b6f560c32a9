"""Webhooks: what happened, told to one endpoint. Standard Webhooks signatures, retries, no way into the own network.

A thread per worker fills the outbox from the ledger's events and sends what is due; leases keep workers from sending
the same message. Every attempt resolves the host anew, refuses private targets, and connects to the address checked.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from api.service import Service
from scanner.errors import InputError, ScannerError
from scanner.ledger import outbox
from scanner.ledger.book import Book
from scanner.ledger.outbox import Due
from scanner.rules.times import Instant, instant

POLL_SECONDS = 1.0
SEND_SECONDS = 10.0
"""For connecting, and for each read of the answer."""

WHOLE_SECONDS = 20.0
"""For one attempt, however slowly the answer drips."""

ANSWER_BYTES = 4_096
"""Of an answer; more is not read."""

MIN_SECRET, MAX_SECRET = 24, 64

_PREFIX = "whsec_"
_log = logging.getLogger("api.webhooks")

Resolve = Callable[[str, int], list[str]]


class RefusedError(Exception):
    """The target is none that may be called."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to send, and the secret to sign with."""

    scheme: str
    host: str
    port: int
    path: str
    secret: bytes

    @property
    def name(self) -> str:
        """What the outbox calls it: a digest, as a URL may hold a secret of its own."""
        return hashlib.sha256(f"{self.scheme}://{self.host}:{self.port}{self.path}".encode()).hexdigest()[:16]


def endpoint(url: str, secret: str | None, *, loopback: bool = False) -> Endpoint:
    """The endpoint of a URL; `InputError` says what is wrong with it. Without TLS only on this machine, if at all."""
    parts = urlsplit(url)
    if (
        parts.scheme not in ("https", "http" if loopback else "https")
        or not parts.hostname
        or parts.username
        or parts.fragment
    ):
        raise InputError("the webhook URL is https://HOST/PATH, without a user name")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise InputError("the webhook URL has a port that is no number") from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or any(char.isspace() for char in path):
        raise InputError("the webhook URL's path has to be percent-encoded")
    return Endpoint(parts.scheme, parts.hostname, port, path, _secret(secret))


def _secret(text: str | None) -> bytes:
    """The bytes of a Standard Webhooks secret, `whsec_` and base64."""
    try:
        raw = base64.b64decode((text or "").removeprefix(_PREFIX), validate=True)
    except ValueError:
        raw = b""
    if not MIN_SECRET <= len(raw) <= MAX_SECRET:
        raise InputError(f"the webhook secret is {_PREFIX} and base64 of {MIN_SECRET} to {MAX_SECRET} random bytes")
    return raw


def signature(secret: bytes, message: str, timestamp: int, body: str) -> str:
    """The value of `webhook-signature`: v1, HMAC-SHA256 over `id.timestamp.body`."""
    signed = hmac.digest(secret, f"{message}.{timestamp}.{body}".encode(), "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def resolved(host: str, port: int) -> list[str]:
    """Every address of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed(addresses: list[str], *, loopback: bool = False) -> str:
    """The first address, if all of them lie in the public network; RefusedError when one does not."""
    if not addresses:
        raise RefusedError("no address")
    for text in addresses:
        if not _public(ipaddress.ip_address(text.partition("%")[0]), loopback=loopback):
            raise RefusedError("not a public address")
    return addresses[0]


_CARRYING = ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
_SHARED = ("100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15")
_ALSO_PRIVATE = tuple(map(ipaddress.ip_network, (*_CARRYING, *_SHARED)))
"""Beside what Python calls private: addresses that carry an IPv4 address, shared and benchmarking ranges."""


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, loopback: bool) -> bool:
    """Whether an address may be called; addresses that carry another one are taken for it, or refused."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return _public(address.ipv4_mapped, loopback=loopback)
    if address.is_loopback:
        return loopback
    if any(address.version == net.version and address in net for net in _ALSO_PRIVATE):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the host's name resolves to by now."""

    def __init__(self, target: Endpoint, address: str) -> None:
        super().__init__(target.host, target.port, timeout=SEND_SECONDS)
        self._target, self._address = target, address

    def connect(self) -> None:
        """Connect to the address that was checked; the certificate has to be the host's."""
        self.sock = socket.create_connection((self._address, self._target.port), SEND_SECONDS)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)

    def give_up(self) -> None:
        """End the connection under whoever waits for it."""
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def send(target: Endpoint, due: Due, now: Instant, *, resolve: Resolve = resolved, loopback: bool = False) -> str:
    """One attempt; what became of it, "200" or a word. Redirects are not followed, no proxy is used."""
    try:
        address = allowed(resolve(target.host, target.port), loopback=loopback)
        return str(_exchange(target, address, due, now))
    except RefusedError:
        return "refused"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return type(error).__name__


def _exchange(target: Endpoint, address: str, due: Due, now: Instant) -> int:
    headers = {
        "content-type": "application/json",
        "user-agent": "compliance-scanner",
        "webhook-id": due.message,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(target.secret, due.message, now, due.body),
    }
    connection = _Pinned(target, address)
    end = threading.Timer(WHOLE_SECONDS, connection.give_up)
    end.start()
    try:
        connection.request("POST", target.path, due.body.encode(), headers)
        answer = connection.getresponse()
        answer.read(ANSWER_BYTES)
        return answer.status
    finally:
        end.cancel()
        connection.close()


class Sender:
    """The thread that fills and empties the outbox of one endpoint."""

    def __init__(
        self, service: Service, target: Endpoint, *, loopback: bool = False, resolve: Resolve = resolved
    ) -> None:
        self._service, self._target, self._loopback, self._resolve = service, target, loopback, resolve
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take the place in the events, so that what happens from now on is told; then go on."""
        with self._service.ledger() as ledger:
            outbox.fill(ledger, self._target.name, self._now())
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is due is sent after the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(2 * SEND_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            try:
                with self._service.ledger() as ledger:
                    self.once(ledger)
            except ScannerError as error:
                _log.warning("webhooks wait", extra={"error": type(error).__name__})
            except Exception as error:
                _log.error("webhooks failed", extra={"error": type(error).__name__})

    def once(self, ledger: Book) -> int:
        """Fill from new events, send what is due; how many attempts."""
        name, now = self._target.name, self._now()
        while outbox.behind(ledger, name) and not self._stop.is_set():
            outbox.fill(ledger, name, now)
        if not outbox.waiting(ledger, name, now):
            return 0
        found = outbox.lease(ledger, name, now)
        for due in found:
            if self._stop.is_set():
                break
            self._try(ledger, due)
        return len(found)

    def _try(self, ledger: Book, due: Due) -> None:
        now = self._now()
        said = send(self._target, due, now, resolve=self._resolve, loopback=self._loopback)
        state = outbox.settle(ledger, due, self._now(), delivered=said.startswith("2"), said=said)
        if state != "sent":
            _log.warning("webhook %s", state, extra={"message_id": due.message, "answer": said, "tries": due.tries + 1})

    def _now(self) -> Instant:
        return instant(self._service.now())


def sender(service: Service) -> Sender | None:
    """The sender of a service's settings; None when no endpoint is set."""
    settings = service.settings
    if settings.webhook_url is None:
        return None
    loopback = settings.webhook_loopback
    target = endpoint(settings.webhook_url, settings.webhook_secret, loopback=loopback)
    return Sender(service, target, loopback=loopback)
