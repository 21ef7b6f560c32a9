"""Spark: the same results on a cluster. Two stages: tasks scan, the driver charges.

    found = scan_dataframe(df, text="body", id="message_id", keep=["merchant"])
    for verdict in charge_dataframe(df, found, ledger):        # on the driver, in order of time
        ...

Tasks take and give Arrow batches (`scanner.batch.arrow.scan_batches`) and write nothing. The packs travel with the
job by content; each worker process compiles them once. PySpark comes with the extra `spark`.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import Any, Protocol

from scanner.assess import Ledger
from scanner.batch.arrow import Errors, scan_batches
from scanner.batch.encode import RESULT_COLUMNS
from scanner.batch.tables import nested
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.lexicon import Lexicon
from scanner.model import Message
from scanner.records import FIELDS, parse_record
from scanner.verdict import Verdict

_KEPT = 2  # engines that a worker process keeps: that of the job before may be asked for again

_engines: OrderedDict[str, Scanner] = OrderedDict()


class _Carrier(Protocol):
    """A broadcast: `value` is (digest, pickled scanner)."""

    @property
    def value(self) -> tuple[str, bytes]: ...


def scan_dataframe(
    df: Any,
    *,
    text: str = "text",
    id: str = "id",
    scanner: Scanner | None = None,
    packs: str | Path | Lexicon | None = None,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    windows: bool | None = None,
    order: Sequence[str] = (),
    partitions: int | None = None,
    tz: tzinfo = UTC,
    errors: Errors = "raise",
) -> Any:
    """A DataFrame of results, one row per row of `df`; options as those of `scan_batches`.

    windows    default: whether `df` has the columns of conversation and sender. Rows are then repartitioned by
               conversation (into `partitions`) and read in the order of `order`, by default of their time
    """
    named = {"text": text, "id": id, **(columns or {})}
    conversation, sender = named.get("conversation", "conversation"), named.get("sender", "sender")
    windowed = {conversation, sender} <= set(df.columns) if windows is None else windows
    rows = _grouped(df, conversation, named.get("at", "at"), order, partitions) if windowed else df
    carrier = _broadcast(df.sparkSession, scanner or Scanner(packs))
    options = {"text": text, "id": id, "columns": columns, "keep": tuple(keep), "windows": windowed, "tz": tz}
    return rows.mapInArrow(_task(carrier, {**options, "errors": errors}), _schema(df, keep))


def charge_dataframe(
    df: Any,
    found: Any,
    ledger: Ledger,
    *,
    columns: Mapping[str, str] | None = None,
    tz: tzinfo | None = None,
) -> Iterator[Verdict]:
    """Charge what `found` (the results of `df`) holds, in order of time, on the driver. A second run charges nothing.

    Only conversations in which something was found reach the driver, whole and one partition at a time, so that
    windows and the buyer's requests are as they were. The ledger reads them again with what it knows of the merchant.
    """
    names = {field: field for field in FIELDS} | dict(columns or {})
    rows = _concerned(df, found, names).toLocalIterator()
    yield from ledger.assess_many(_messages(rows, names, tz))


def _grouped(df: Any, conversation: str, at: str, order: Sequence[str], partitions: int | None) -> Any:
    """Rows of a conversation together and in order; rows of none stay spread out."""
    from pyspark.sql import functions as sf  # noqa: PLC0415 - an extra

    place = "_scanner_place"
    rows = df.withColumn(place, sf.monotonically_increasing_id())
    # rows without a conversation would else all go to one partition
    key = sf.coalesce(sf.col(conversation).cast("string"), sf.concat(sf.lit("\0"), sf.col(place).cast("string")))
    by = [sf.col(name) for name in order] or ([_time(df, at)] if at in df.columns else [])
    spread = rows.repartition(*([partitions] if partitions else []), key)
    return spread.sortWithinPartitions(sf.col(conversation), *by, sf.col(place)).drop(place)


def _time(df: Any, at: str) -> Any:
    """The moment in a column, whether it holds times or their text; null where it is neither."""
    from pyspark.sql import functions as sf  # noqa: PLC0415

    return sf.try_to_timestamp(sf.col(at)) if dict(df.dtypes)[at] == "string" else sf.col(at)


def _broadcast(session: Any, scanner: Scanner) -> _Carrier:
    """The scanner's content for the workers; the day is fixed here, so that no retry reads by another day's lists."""
    fixed = scanner if scanner.as_of is not None else Scanner(scanner.engine.lexicon, date.today())
    content = pickle.dumps(fixed, protocol=5)
    load = (hashlib.sha256(content).hexdigest(), content)
    try:
        carrier: _Carrier = session.sparkContext.broadcast(load)
    except Exception:  # Spark Connect has no context, and says so by an exception of its own
        return _Inline(load)
    return carrier


class _Inline:
    """Carries the content within the task itself."""

    def __init__(self, value: tuple[str, bytes]) -> None:
        self.value = value


def _task(carrier: _Carrier, options: Mapping[str, Any]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What a worker runs on one partition."""

    def scan_partition(batches: Iterable[Any]) -> Iterator[Any]:
        return scan_batches(batches, scanner=_engine(*carrier.value), **options)

    return scan_partition


def _engine(digest: str, content: bytes) -> Scanner:
    """The scanner of this process for this content, compiled at its first use."""
    if digest not in _engines:
        _engines[digest] = pickle.loads(content)
        while len(_engines) > _KEPT:
            _engines.popitem(last=False)
    _engines.move_to_end(digest)
    return _engines[digest]


def _schema(df: Any, keep: Sequence[str]) -> Any:
    """The result's columns as Spark has them, then the kept ones."""
    from pyspark.sql.types import LongType, StringType, StructField, StructType  # noqa: PLC0415

    own = [StructField(name, LongType() if name == "text_start" else StringType()) for name in RESULT_COLUMNS]
    return StructType([*own, *(df.schema[name] for name in keep)])


def _concerned(df: Any, found: Any, names: Mapping[str, str]) -> Any:
    """The rows of `df` that may cost something, in order of time: whole conversations, and single rows of none."""
    from pyspark.sql import functions as sf  # noqa: PLC0415

    ids = found.where(sf.col("hits") != "[]").select(sf.col("id").alias("_scanner_id")).distinct()
    hit = df.join(ids, df[names["id"]].cast("string") == ids["_scanner_id"], "left_semi")
    rows = hit
    if names["conversation"] in df.columns:
        column = names["conversation"]
        talks = hit.select(sf.col(column).alias("_scanner_talk")).where("_scanner_talk is not null").distinct()
        whole = df.join(talks, df[column] == talks["_scanner_talk"], "left_semi")
        rows = whole.unionByName(hit.where(sf.col(column).isNull()))
    return rows.orderBy(_time(df, names["at"]), sf.col(names["id"]))


def _messages(rows: Iterable[Any], names: Mapping[str, str], tz: tzinfo | None) -> Iterator[Message]:
    """Spark rows as messages; whoever cannot be charged is passed over (no time, or a seller without a name)."""
    for number, row in enumerate(rows, 1):
        fields = row.asDict(recursive=True)
        plain = {field: fields[name] for field, name in names.items() if fields.get(name) is not None}
        made = nested({key: _text(value) for key, value in plain.items()}, f"row:{number}")
        if isinstance(made, InputError):
            raise made
        message = parse_record(made.fields, where=f"row:{number}", tz=tz)
        named = message.merchant is not None and message.merchant.id is not None
        if message.at is not None and (named or message.role == "buyer"):
            yield message


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
