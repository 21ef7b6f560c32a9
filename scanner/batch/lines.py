"""Lines: a byte stream becomes blocks of whole lines, and a block numbered, decoded lines; bad ones say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scanner.errors import InputError

MAX_LINE = 32 * 1024 * 1024
"""Bytes a line may have; a longer one is reported and passed over without being held."""
BLOCK = 256 * 1024
"""Bytes read at a time."""

Line = tuple[str, str | InputError]
"""Where (`FILE:LINE`) and the line without its end, or why it cannot be read."""

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_lines(name: str, stream: BinaryIO, encoding: str, first: int = 1) -> Iterator[Line]:
    """Every line of `stream`; `encoding` is an ASCII-compatible one, a UTF-8 BOM before line 1 is dropped."""
    for number, line in enumerate(_bounded(stream), first):
        where = f"{name}:{number}"
        if line is None:
            yield where, too_long(where)
        elif number == 1 and line.startswith(UTF16):
            yield where, InputError(f"{name}: UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)")
            return
        else:
            start = len(BOM) if number == 1 and line.startswith(BOM) else 0
            yield where, _decoded(line[start:].rstrip(b"\r\n"), where, encoding)


def read_blocks(stream: BinaryIO, size: int = BLOCK) -> Iterator[bytes | None]:
    """Whole lines, about `size` bytes together; None stands for one line of over `MAX_LINE`, which is not held."""
    held: list[bytes] = []
    length = 0
    while data := stream.read(size):
        cut = data.rfind(b"\n") + 1
        if cut:
            yield b"".join((*held, data[:cut]))
            held, length = [data[cut:]], len(data) - cut
        elif length + len(data) >= MAX_LINE:
            rest = _after_line(stream, size)
            yield None
            held, length = [rest], len(rest)
        else:
            held.append(data)
            length += len(data)
    if length:
        yield b"".join(held)


def too_long(where: str) -> InputError:
    """What is said of a line that is not held."""
    return InputError(f"{where}: a line of over {MAX_LINE >> 20} MB; split it into records")


def _after_line(stream: BinaryIO, size: int) -> bytes:
    """Pass over the rest of a line: what was read behind its end, whole lines only or the start of one."""
    while data := stream.read(size):
        end = data.find(b"\n") + 1
        if end:
            return data[end:]
    return b""


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
