"""Base64 in a text: what it decodes to, where that is plain writing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from scanner.detect.contact.parts import Contact
from scanner.model import Span

_TOKEN = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{12,400}+={0,2}(?![A-Za-z0-9+/_=-])")
MAX_TOKENS = 40


def decoded_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and plain text of every base64 token that decodes to printable ASCII."""
    for count, match in enumerate(_TOKEN.finditer(text)):
        if count >= MAX_TOKENS:
            return
        token = match[0].rstrip("=").replace("-", "+").replace("_", "/")
        if (plain := _decode(token)) is not None:
            yield match.start(), match.end(), plain


def _decode(token: str) -> str | None:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw.decode("ascii") if raw.isascii() and raw.decode("ascii").isprintable() else None


def names_in(text: str, names: Mapping[str, str]) -> Iterator[Contact]:
    """Channels that a base64 token names; `names` is folded name -> channel."""
    for start, end, plain in decoded_in(text):
        for word in re.findall(r"[a-z]{4,20}", plain.lower()):
            if word in names:
                why = "a chat service named in base64"
                yield Contact("handle", names[word], plain, Span(start, end), 0.92, ("encoded",), why)
                break


__all__ = ["decoded_in", "names_in"]
