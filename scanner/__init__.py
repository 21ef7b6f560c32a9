"""compliance-scanner: reads marketplace chat and listings, and says what is wrong, where, and by which rule."""

from scanner.engine import Scanner
from scanner.errors import InputError, LedgerError, PackError, PolicyError, ScannerError
from scanner.model import AuthorisedMark, Hit, Merchant, Message, Scan, Span

__all__ = [
    "AuthorisedMark",
    "Hit",
    "InputError",
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
