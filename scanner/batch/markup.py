"""Text made harmless: for HTML, and for spreadsheets. Everything that a report shows goes through here."""

from __future__ import annotations

import csv
import html
import io
import json
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from scanner.records import escape_surrogates

LONGEST = 600
"""Code points of any one text in a page."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def safe(text: object) -> str:
    """`text` for HTML: escaped, with what is invisible or turns the reading direction shown by its number."""
    string = str(text)[:LONGEST]
    if string.isascii() and string.isprintable():
        return html.escape(string)
    return "".join(map(_shown, string))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()) -> str:
    """An HTML table; `numbers` are the columns set to the right."""
    kinds = ['class="n"' if place in numbers else "" for place in range(len(heads))]
    head = "".join(f"<th {kind}>{safe(name)}</th>" for name, kind in zip(heads, kinds, strict=True))
    lines = "".join(
        "<tr>" + "".join(f"<td {kind}>{_cell(cell)}</td>" for cell, kind in zip(row, kinds, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file's text; no cell of it can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_cell(value: Any) -> Any:
    """A value as a cell: numbers as they are, text that a spreadsheet would calculate behind a quote."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = escape_surrogates(text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def _cell(value: object) -> str:
    if isinstance(value, Html):
        return value
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else safe(value)


def _shown(char: str) -> str:
    """One character, never as markup: what is shown may stand in an attribute or in SVG."""
    if char == "\n":
        return "⏎ "
    if char.isprintable() and not _invisible(char):
        return html.escape(char)
    return " " if unicodedata.category(char) == "Zs" else f"⟨U+{ord(char):04X}⟩"


def _invisible(char: str) -> bool:
    """Whether a character that Python takes for printable is drawn as nothing."""
    code = ord(char)
    return (
        code in (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)
        or 0x180B <= code <= 0x180F
        or 0xFE00 <= code <= 0xFE0D
        or 0xE0100 <= code <= 0xE01EF
    )
