"""Lines: a byte stream becomes numbered, decoded lines; one that is too long or badly encoded says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scanner.errors import InputError

MAX_LINE = 32 * 1024 * 1024
"""Bytes a line may have; a longer one is reported and passed over without being held."""

Line = tuple[str, str | InputError]
"""Where (`FILE:LINE`) and the line without its end, or why it cannot be read."""

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_lines(name: str, stream: BinaryIO, encoding: str) -> Iterator[Line]:
    """Every line of `stream`; `encoding` is an ASCII-compatible one, a UTF-8 BOM is dropped."""
    for number, line in enumerate(_bounded(stream), 1):
        where = f"{name}:{number}"
        if line is None:
            yield where, InputError(f"{where}: a line of over {MAX_LINE >> 20} MB; split it into records")
        elif number == 1 and line.startswith(_UTF16):
            yield where, InputError(f"{name}: UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)")
            return
        else:
            start = len(_BOM) if number == 1 and line.startswith(_BOM) else 0
            yield where, _decoded(line[start:].rstrip(b"\r\n"), where, encoding)


def _bounded(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines with their ends; None stands for one beyond `MAX_LINE`, which is skipped piece by piece."""
    while line := stream.readline(MAX_LINE):
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while (piece := stream.readline(MAX_LINE)) and not piece.endswith(b"\n"):
            pass
        yield None


def _decoded(line: bytes, where: str, encoding: str) -> str | InputError:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"{where}: not {encoding.upper()} (byte 0x{line[error.start]:02x} at {error.start + 1})"
        return InputError(f"{what}; save the file as UTF-8 or name its --encoding")
