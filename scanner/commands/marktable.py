"""A spreadsheet saved as CSV becomes a list of marks: the column is found, pairs are split, repeats dropped."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from scanner.errors import InputError
from scanner.lexicon.ordinary import ordinary_words

_TITLE_ROWS = 5  # rows in which the column titles may stand, below a heading
_LONGEST_TITLE = 20
_ENCODINGS = ("utf-8-sig", "gb18030")
_BETWEEN = re.compile(r"[;；、\n]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MARK_TITLE = re.compile(r"(word |protected )?(trade ?)?(mark|brand)s?( ?names?)?|.{0,14}(商标|品牌)(名称|名)?")
_GOODS_TITLE = re.compile(r"(protected )?(goods|products|scope)|.{0,4}(商品|产品|保护范围|类目)(名称)?")
_SHORTEST = 5  # letters; shorter marks are too often words or abbreviations to stand alone
_WORD = 3  # letters; shorter ones are codes


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the list, with the goods it protects when the list says so."""

    name: str
    goods: tuple[str, ...] = ()

    @property
    def code(self) -> bool:
        """Whether it is a rating or a part number rather than a word: 18V, 3M."""
        return len("".join(_words(self.name))) < _WORD and not _CJK.search(self.name)

    @property
    def ordinary(self) -> bool:
        """Whether honest texts use it too: a short word or code, or nothing but dictionary words."""
        words = _words(self.name)
        if _CJK.search(self.name):
            return len(self.name) < 2
        if len("".join(words)) < _SHORTEST:
            return True
        long = [word for word in words if len(word) >= _SHORTEST]
        return bool(long) and all(word in ordinary_words() for word in long)


@dataclass(frozen=True, slots=True)
class MarkList:
    """The marks of a list, in its order; `cells` were filled, `repeated` stood twice, `split` are pairs."""

    marks: tuple[Mark, ...]
    cells: int
    repeated: tuple[str, ...] = ()
    split: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand: the columns, and the first row of marks."""

    mark: int
    goods: int | None
    begins: int


def read_marks(path: str, *, column: str | None = None, goods_column: str | None = None) -> MarkList:
    """The marks of one CSV file; columns by title or by number from 1. InputError names file and cure."""
    rows = _table(path)
    columns = _columns(rows, column, goods_column, path)
    marks: dict[str, Mark] = {}
    repeated: list[str] = []
    split: list[str] = []
    cells = [(_at(row, columns.mark), _at(row, columns.goods)) for row in rows[columns.begins :]]
    filled = [(list(_names(cell)), tuple(_pieces(goods))) for cell, goods in cells]
    for names, goods in filled:
        split += [" + ".join(names)] if len(names) > 1 else []
        repeated += [name for name in names if plain(name) in marks]
        for name in names:
            marks.setdefault(plain(name), Mark(name, goods))
    if not marks:
        raise InputError(f"{path}: no marks in column {columns.mark + 1}; name the right one with --column")
    return MarkList(tuple(marks.values()), sum(bool(names) for names, _ in filled), tuple(repeated), tuple(split))


def plain(name: str) -> str:
    """A mark as it is compared: compatibility forms and case folded, accents dropped."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return unicodedata.normalize("NFC", "".join(char for char in folded if not unicodedata.combining(char)))


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", plain(name))


def _table(path: str) -> list[list[str]]:
    """The filled rows of a CSV file in UTF-8 or GB18030, comma, semicolon or tab."""
    raw = Path(path).read_bytes()
    if raw[:2] in (b"PK", b"\xd0\xcf"):
        raise InputError(f"{path}: a spreadsheet file; save it as CSV UTF-8 and import that")
    text = _decoded(raw, path)
    delimiter = max(",;\t", key=text.count)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"{path}: not CSV ({error}); save it as CSV UTF-8") from None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise InputError(f"{path}: empty; it takes a column of marks")
    return rows


def _decoded(raw: bytes, path: str) -> str:
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path}: neither UTF-8 nor GB18030; save it as CSV UTF-8")


def _columns(rows: Sequence[Sequence[str]], column: str | None, goods: str | None, path: str) -> _Columns:
    """The columns asked for, else those whose title says so, else the first that holds words."""
    titles, place = _titles(rows, column)
    if column and not column.isdigit() and place is None:
        raise InputError(f"{path}: no column {column!r}; the first row has {', '.join(rows[0])}")
    if column and column.isdigit():
        place = int(column) - 1
    head = rows[titles] if titles is not None else ()
    goods_place = int(goods) - 1 if goods and goods.isdigit() else _titled(head, goods, _GOODS_TITLE)
    if goods and goods_place is None:
        raise InputError(f"{path}: no column {goods!r}; the titles are {', '.join(head) or 'missing'}")
    begins = 0 if titles is None else titles + 1
    return _Columns(_wordy(rows) if place is None else place, goods_place, begins)


def _titles(rows: Sequence[Sequence[str]], column: str | None) -> tuple[int | None, int | None]:
    """The row of titles and the marks' column in it."""
    name = None if column and column.isdigit() else column
    for number, row in enumerate(rows[:_TITLE_ROWS]):
        place = _titled(row, name, _MARK_TITLE)
        if place is not None:
            return number, place
    return None, None


def _titled(row: Sequence[str], name: str | None, usual: re.Pattern[str]) -> int | None:
    """The place of the column called `name`, or of one with a usual title."""
    for place, cell in enumerate(row):
        title = cell.strip().casefold()
        if title == name.casefold() if name else len(title) <= _LONGEST_TITLE and usual.fullmatch(title):
            return place
    return None


def _wordy(rows: Sequence[Sequence[str]]) -> int:
    """The first column most of whose cells hold letters: numbers come before names in lists."""
    for place in range(max(map(len, rows))):
        cells = [cell for row in rows if (cell := _at(row, place).strip())]
        if 2 * sum(any(char.isalpha() for char in cell) for cell in cells) > len(cells):
            return place
    return 0


def _at(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _names(cell: str) -> Iterator[str]:
    """The marks of one cell: a mark in two scripts ("STERILLIUM 斯利姆") is two."""
    for piece in _pieces(cell):
        for _, letters in groupby(_by_script(piece), key=lambda pair: pair[0]):
            name = "".join(char for _, char in letters).strip(" /|()（）®™\u3000")
            if re.search(r"\w", name):
                yield name


def _by_script(text: str) -> Iterator[tuple[bool, str]]:
    """Each character with whether its word is CJK; digits and signs go with the letters before them."""
    cjk = bool(_CJK.search(next((char for char in text if char.isalpha()), "")))
    for char in text:
        if char.isalpha():
            cjk = bool(_CJK.match(char))
        yield cjk, char


def _pieces(cell: str) -> Iterator[str]:
    return (piece.strip() for piece in _BETWEEN.split(cell) if piece.strip())
