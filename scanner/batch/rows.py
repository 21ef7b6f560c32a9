"""Rows and formats: what a raw record is, and which file names stand for which format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scanner.batch.streams import suffix_of

Form = Literal["jsonl", "csv", "txt", "parquet"]

FORMATS: Mapping[Form, tuple[str, ...]] = {
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "csv": (".csv", ".tsv"),
    "txt": (".txt", ".text"),
    "parquet": (".parquet", ".pq"),
}
"""Input formats and the file names that stand for them; all but Parquet may have .gz or .zst behind."""

SUFFIXES: Mapping[str, Form] = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}


@dataclass(frozen=True, slots=True)
class Row:
    """One raw record and where it stands."""

    where: str
    fields: Mapping[str, Any]


def form_of(name: str) -> Form | None:
    """The format that a file's name tells, if it does."""
    return SUFFIXES.get(suffix_of(name))
