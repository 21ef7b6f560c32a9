"""compliance-scanner: reads marketplace chat and listings, and says what is wrong, where, and by which rule."""

from typing import TYPE_CHECKING

from scanner.engine import Scanner
from scanner.errors import InputError, LedgerError, PackError, PolicyError, ScannerError
from scanner.model import AuthorisedMark, Hit, Merchant, Message, Scan, Span

if TYPE_CHECKING:
    from scanner.assess import Ledger

__all__ = [
    "AuthorisedMark",
    "Hit",
    "InputError",
    "Ledger",
    "LedgerError",
    "Merchant",
    "Message",
    "PackError",
    "PolicyError",
    "Scan",
    "Scanner",
    "ScannerError",
    "Span",
]


def __getattr__(name: str) -> object:
    """`Ledger` is loaded when asked for: whoever only scans needs neither policies nor a database."""
    if name == "Ledger":
        from scanner.assess import Ledger  # noqa: PLC0415

        return Ledger
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
