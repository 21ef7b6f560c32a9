"""A spreadsheet's column of marks becomes a trademark pack. Reads CSV; writes TOML that passes `check`."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from scanner.errors import InputError
from scanner.lexicon.ordinary import ordinary_words

_MARK_COLUMNS = (
    "mark",
    "marks",
    "trademark",
    "trademarks",
    "brand",
    "brands",
    "商标",
    "商标名称",
    "品牌",
    "文字商标",
)
_GOODS_COLUMNS = ("goods", "products", "scope", "商品", "保护范围", "类目")
_ENCODINGS = ("utf-8-sig", "gb18030")
_BETWEEN = re.compile(r"[;；、\n]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORTEST = 5  # letters; shorter marks are too often words, codes or units to stand alone
_BRAND_WORDS = (
    "brand",
    "logo",
    "original",
    "genuine",
    "authentic",
    "replica",
    "品牌",
    "正品",
    "原装",
    "高仿",
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the list, with the goods it protects when the list says so."""

    name: str
    goods: tuple[str, ...] = ()

    @property
    def ordinary(self) -> bool:
        """Whether honest texts use it too: a short word or code, or nothing but dictionary words."""
        words = re.findall(r"[^\W\d_]+", _plain(self.name))
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


def read_marks(path: str, *, column: str | None = None, goods_column: str | None = None) -> MarkList:
    """The marks of one CSV file. InputError names the file and the cure."""
    rows = _table(path)
    header = [cell.strip().casefold() for cell in rows[0]]
    place, titled = _find(header, column, _MARK_COLUMNS, path)
    goods_place = _find(header, goods_column, _GOODS_COLUMNS, path)[0] if goods_column or titled else None
    marks: dict[str, Mark] = {}
    repeated: list[str] = []
    split: list[str] = []
    cells = 0
    for row in rows[1 if titled else 0 :]:
        names = list(_names(_at(row, place)))
        cells += bool(names)
        split += [" + ".join(names)] if len(names) > 1 else []
        goods = tuple(_pieces(_at(row, goods_place)))
        repeated += [name for name in names if _plain(name) in marks]
        for name in names:
            marks.setdefault(_plain(name), Mark(name, goods))
    if not marks:
        raise InputError(f"{path}: no marks in column {(place or 0) + 1}; name the right one with --column")
    return MarkList(tuple(marks.values()), cells, tuple(repeated), tuple(split))


def make_pack(marks: MarkList, *, name: str, month: date, source: str, licence: str) -> str:
    """The text of the pack file: a rule for each mark, with examples of its own."""
    head = {
        "name": name,
        "category": "trademark",
        "version": f"{month.year}.{month.month}.1",
        "source": source,
        "licence": licence,
    }
    lines = ["[pack]", *(f"{key} = {_toml(value)}" for key, value in head.items()), f"from = {month}", ""]
    lines += ["[cues]", f"brand-wording = {_toml(_BRAND_WORDS)}", ""]
    taken: set[str] = set()
    for mark in marks.marks:
        lines += [*_rule(mark, _id(mark.name, month, taken)), ""]
    return "\n".join(lines)


def _rule(mark: Mark, rule_id: str) -> Iterator[str]:
    """One mark's rule. An ordinary word is a weak form that needs its goods, or brand wording, near."""
    yield "[[rule]]"
    yield f"id = {_toml(rule_id)}"
    yield f"term = {_toml(mark.name)}"
    yield f"{'weak' if mark.ordinary else 'forms'} = {_toml([mark.name])}"
    if mark.goods:
        yield f"goods = {_toml('; '.join(mark.goods))}"
    need = mark.goods or ("@brand-wording",)
    if mark.ordinary:
        yield f"need = {_toml(need)}"
        yield "misspell = false"
    beside = (mark.goods or _BRAND_WORDS[1:2])[0] if mark.ordinary else "wholesale"
    yield f"hits = {_toml([f'⟦{mark.name}⟧ {beside}'])}"
    yield f"passes = {_toml(_innocent(mark))}"


def _innocent(mark: Mark) -> list[str]:
    """A text without the mark: for an ordinary word the word alone, which is nobody's."""
    return [mark.name] if mark.ordinary else ["no mark in this text"]


def _id(name: str, month: date, taken: set[str]) -> str:
    """A rule id: the month and the mark in plain letters, made unique."""
    slug = re.sub(r"[^\w]+", "-", _plain(name)).strip("-") or "mark"
    base = rule_id = f"tm.{month:%Y-%m}.{slug}"
    number = 1
    while rule_id in taken:
        number += 1
        rule_id = f"{base}-{number}"
    taken.add(rule_id)
    return rule_id


def _toml(value: str | Sequence[str]) -> str:
    """A TOML string or list of strings; JSON's escapes are TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _table(path: str) -> list[list[str]]:
    """The filled rows of a CSV file in UTF-8 or GB18030, comma, semicolon or tab."""
    raw = Path(path).read_bytes()
    if raw[:2] in (b"PK", b"\xd0\xcf"):
        raise InputError(f"{path}: a spreadsheet file; save it as CSV UTF-8 and import that")
    text = _decoded(raw, path)
    delimiter = max(",;\t", key=text.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise InputError(f"{path}: not CSV ({error}); save it as CSV UTF-8") from None
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


def _find(
    header: Sequence[str], wanted: str | None, known: Sequence[str], path: str
) -> tuple[int | None, bool]:
    """Where a column is, and whether the first row names it. Without a name, marks stand in the first."""
    if wanted and wanted.isdigit():
        titled = any(name in _MARK_COLUMNS for name in header)
        return int(wanted) - 1, titled
    names = (wanted.casefold(),) if wanted else known
    for place, name in enumerate(header):
        if name in names:
            return place, True
    if wanted:
        raise InputError(f"{path}: no column {wanted!r}; the first row has {', '.join(header)}")
    return (0, False) if known is _MARK_COLUMNS else (None, False)


def _at(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _names(cell: str) -> Iterator[str]:
    """The marks of one cell: a mark in two scripts ("STERILLIUM 斯利姆") is two."""
    for piece in _pieces(cell):
        for _, letters in groupby(_by_script(piece), key=lambda pair: pair[0]):
            name = "".join(char for _, char in letters).strip(" /|()（）®™")
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


def _plain(name: str) -> str:
    """A mark as it is compared: compatibility forms and case folded, accents dropped."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return unicodedata.normalize("NFC", "".join(char for char in folded if not unicodedata.combining(char)))
