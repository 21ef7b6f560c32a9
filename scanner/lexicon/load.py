"""From files to a lexicon: every pack read whole, every fault named with file, rule and cure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import tomli

from scanner.errors import PackError
from scanner.lexicon.pack import Lexicon, Pack, Rule
from scanner.lexicon.schema import PACK_FIELDS, RULE_FIELDS, check_pack_table, check_rule_table
from scanner.text.data import data_root

_NOT_PACKS = ("policy", "text", "ordinary")
"""Folders of `lexicons` that hold other things than packs."""


def load(path: str | Path | None = None) -> Lexicon:
    """The packs below `path` (a folder or one pack file), by default the shipped ones; PackError with every fault."""
    problems: list[str] = []
    packs = [pack for file in pack_files(path) if (pack := read_pack(file, problems)) is not None]
    problems.extend(_clashes(packs))
    if not packs and not problems:
        problems.append(f"{path or 'lexicons'}: no pack here; a pack is a TOML file with a [pack] table")
    if problems:
        raise PackError(problems)
    return Lexicon(tuple(sorted(packs, key=lambda pack: pack.name)))


def pack_files(path: str | Path | None = None) -> Iterator[Traversable]:
    """The pack files below a path, in a fixed order."""
    root: Traversable = data_root() if path is None else Path(path)
    if root.is_file():
        yield root
        return
    if not root.is_dir():
        raise PackError(f"{root}: no such file or folder; name a pack file or a folder of packs")
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name not in _NOT_PACKS:
            yield from pack_files_in(entry)
        elif entry.name.endswith(".toml"):
            yield entry


def pack_files_in(folder: Traversable) -> Iterator[Traversable]:
    """The TOML files of one folder and the folders below it."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from pack_files_in(entry)
        elif entry.name.endswith(".toml"):
            yield entry


def read_pack(file: Traversable, problems: list[str]) -> Pack | None:
    """One pack; faults are added to `problems`, and a pack with a broken head is None."""
    try:
        table = tomli.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{file}: cannot be read as UTF-8 text ({error}); save it as UTF-8")
        return None
    except tomli.TOMLDecodeError as error:
        problems.append(f"{file}: not valid TOML ({error}); mend that line")
        return None
    where = _short_name(file)
    before = len(problems)
    problems.extend(check_pack_table(table, where))
    if len(problems) > before and "name" not in table.get("pack", {}):
        return None
    return _build(table, where, file, problems)


def _short_name(file: Traversable) -> str:
    """Folder and name of a file: enough to find it, and no path of the machine it lies on."""
    parts = Path(str(file)).parts
    return "/".join(parts[-2:])


def _build(table: Mapping[str, Any], where: str, file: Traversable, problems: list[str]) -> Pack:
    head = table.get("pack", {})
    rows = [(row, f"{where}") for row in table.get("rule", []) if isinstance(row, Mapping)]
    for entry in table.get("list", []):
        rows.extend(_list_rows(entry, where, file, problems))
    cues = {
        name: tuple(phrases)
        for name, phrases in table.get("cues", {}).items()
        if isinstance(phrases, list) and all(isinstance(p, str) for p in phrases)
    }
    rules = []
    for row, place in rows:
        faults = check_rule_table(row, place, str(head.get("category", "")), cues)
        problems.extend(faults)
        if not faults:
            rules.append(_rule(row, head, place))
    return Pack(
        name=str(head.get("name", "")),
        category=str(head.get("category", "")),
        version=str(head.get("version", "")),
        source=str(head.get("source", "")),
        licence=str(head.get("licence", "")),
        since=_day(head.get("from")),
        until=_day(head.get("until")),
        path=where,
        rules=tuple(rules),
        cues=cues,
        settings={k: v for k, v in table.items() if k not in ("pack", "cues", "rule", "list")},
    )


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str) and value:
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None


_LISTS = frozenset(name for name, kind in RULE_FIELDS.items() if kind == "strings")
_EXTRA_SEPARATOR = ";"


def _rule(row: Mapping[str, Any], head: Mapping[str, Any], where: str) -> Rule:
    known = {k: v for k, v in row.items() if k in RULE_FIELDS and k not in ("from", "until")}
    known = {k: tuple(v) if k in _LISTS else v for k, v in known.items()}
    return Rule(
        **known,
        pack=str(head.get("name", "")),
        category=str(head.get("category", "")),
        since=_day(row.get("from", head.get("from"))),
        until=_day(row.get("until", head.get("until"))),
        where=where,
        extra={k: v for k, v in row.items() if k not in RULE_FIELDS},
    )


def _list_rows(
    entry: Mapping[str, Any], where: str, file: Traversable, problems: list[str]
) -> Iterator[tuple[dict[str, Any], str]]:
    """The rows of a CSV list as rule tables; columns beyond a rule's fields are texts, `defaults` fill gaps."""
    name = str(entry.get("file", ""))
    place = where.rsplit("/", 1)[0] + "/" + name
    target = _beside(file, name)
    if target is None or not target.is_file():
        problems.append(f"{where}: list file {name!r} is not beside the pack; put it there or correct the name")
        return
    reader = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig")))
    for number, row in enumerate(reader, start=2):
        if None in row or None in row.values():
            problems.append(f"{place}:{number}: the row has not as many cells as the header; quote cells with commas")
            continue
        cells = {key: value for key, value in row.items() if value}
        table = {**entry.get("defaults", {}), **{k: _cell(k, v) for k, v in cells.items()}}
        yield table, f"{place}:{number}"


def _cell(column: str, value: str) -> Any:
    if column in _LISTS:
        return [part.strip() for part in value.split(_EXTRA_SEPARATOR) if part.strip()]
    if RULE_FIELDS.get(column) == "flag":
        return value.strip().lower() in ("1", "true", "yes")
    if RULE_FIELDS.get(column) == "reach" and value.strip().isdecimal():
        return int(value)
    return value.strip()


def _beside(file: Traversable, name: str) -> Traversable | None:
    """The file of that plain name in the pack's own folder; names with a path in them are refused."""
    if not name or "/" in name or "\\" in name or name.startswith("."):
        return None
    if isinstance(file, Path):
        return file.parent / name
    return None


def _clashes(packs: list[Pack]) -> Iterator[str]:
    """Names of packs and ids of rules that are used twice."""
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    for pack in packs:
        if pack.name in names:
            yield f"{pack.path}: pack name {pack.name!r} is taken by {names[pack.name]}; names are unique"
        names.setdefault(pack.name, pack.path)
        for rule in pack.rules:
            if rule.id in ids:
                yield f"{rule.where}: rule id {rule.id!r} is taken by {ids[rule.id]}; ids are never used twice"
            ids.setdefault(rule.id, rule.where)


__all__ = ["PACK_FIELDS", "load", "pack_files", "read_pack"]
