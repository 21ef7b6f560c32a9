"""Streams: what a source is called, whether it is compressed, and its bytes without the compression."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from scanner.errors import InputError

PACKED = (".gz", ".zst")
"""Suffixes of compressed files; the suffix before them names the format."""

_PIECE = 16 * 1024  # compressed bytes taken at a time: a bomb of them stays small
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def suffix_of(name: str) -> str:
    """The suffix that tells the format of a file, in lower case: `.jsonl` of `chat.JSONL.gz`."""
    path = Path(name)
    packed = path.suffix.lower() in PACKED
    return (Path(path.stem) if packed else path).suffix.lower()


def title_of(source: str) -> str:
    """A source as it is called in results and errors."""
    return "stdin" if source == "-" else source


@contextmanager
def opened(source: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """(the bytes of a source uncompressed, the file they come from), by the content's first bytes."""
    if source == "-":
        raw = cast(BinaryIO, sys.stdin.buffer)
        yield _unpacked(source, raw), raw
        return
    with Path(source).open("rb") as file:
        yield _unpacked(source, file), file


def _unpacked(source: str, raw: BinaryIO) -> BinaryIO:
    if not hasattr(raw, "peek"):
        return raw
    start = raw.peek(4)[:4]
    if start.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw, mode="rb"))
    if start == _ZSTD:
        return cast(BinaryIO, io.BufferedReader(_Zstd(raw, zstandard(source)), 1 << 17))
    return raw


class _Zstd(io.RawIOBase):
    """The content of zstd frames; one that is cut short is an EOFError, which the module's own reader hides."""

    def __init__(self, raw: BinaryIO, module: Any) -> None:
        self._raw = raw
        self._new = module.ZstdDecompressor().decompressobj
        self._frame = self._new()
        self._fed = False
        self._ready = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`; 0 at the end of the last frame."""
        while not self._ready:
            if not self._more():
                return 0
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _more(self) -> bool:
        """Decompress a piece; False when nothing is left."""
        piece = self._frame.unused_data if self._frame.eof else b""
        if self._frame.eof:
            self._frame, self._fed = self._new(), False
        piece = piece or self._raw.read(_PIECE)
        if not piece:
            if self._fed:
                raise EOFError
            return False
        self._fed = True
        self._ready = self._frame.decompress(piece)
        return True


def zstandard(name: str) -> Any:
    """The module, or how to get it."""
    try:
        import zstandard as module  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError(f"{name}: zstd needs the extra: pip install 'compliance-scanner[zstd]'") from None
    return module


def reading_errors() -> tuple[type[Exception], ...]:
    """What a file that cannot be read, or a broken compressed one, raises."""
    zstd = (sys.modules["zstandard"].ZstdError,) if "zstandard" in sys.modules else ()
    return OSError, EOFError, zlib.error, *zstd
