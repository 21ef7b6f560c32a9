"""Names of hosts: the endings of the root zone, and which of them are never written by accident."""

from __future__ import annotations

from functools import cache

from scanner.text.data import data_file

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"


@cache
def endings() -> frozenset[str]:
    """Every top-level domain (IANA), and the reserved names that people write in examples."""
    text = data_file("text", "tlds.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(" ".join(lines).split())


def valid_host(host: str) -> str | None:
    """The host, without labels glued on behind its ending; None when there is no ending of the root zone."""
    labels = host.strip(".-").split(".")
    while len(labels) >= 2:
        if labels[-1] in endings() and labels[-2] and not labels[-2].endswith("-"):
            return ".".join(labels)
        labels.pop()
    return None


def is_under(host: str, domains: frozenset[str]) -> bool:
    """Whether a host is one of some domains or lies below one."""
    at = -1
    while host[at + 1 :] not in domains:
        at = host.find(".", at + 1)
        if at < 0:
            return False
    return True


__all__ = ["LABEL", "endings", "is_under", "valid_host"]
