"""Checkpoints: a run that is killed at any moment goes on where it was, and its output is that of a whole run.

A folder holds `run.json` (which input, options and packs), and per segment of some chunks its results (`.out`), its
bad rows (`.bad`) and, written last, `.json`: chunks done by then, a digest of all input up to there, the counts.
Every file appears under its name only when it is complete. `done.json` says that the output is in its place.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from scanner.batch.sinks import settle
from scanner.batch.tally import Tally
from scanner.batch.work import Counts, Result, Task
from scanner.errors import InputError

CHUNKS = 24
"""Chunks of one segment: what a kill costs at most."""

_SEGMENT = "{:08d}"


class Checkpoint:
    """The state of one run in `folder`. `about` is what must be the same when it goes on, `packs` what should.

    Raises InputError when the folder is another run's, in use, or made with other packs (unless `mixed`).
    """

    def __init__(
        self, folder: Path, about: Mapping[str, Any], packs: Mapping[str, Any], *, day: date, mixed: bool
    ) -> None:
        self.folder = folder
        self._day = day
        self._lock = _locked(folder)
        self._input = hashlib.blake2b(digest_size=16)
        self.fixed: dict[str, Any] = self._opened(about, packs, mixed)
        self.segments = self._segments()
        self._held: list[Result] = []
        self._chunks = self.segments[-1]["chunks"] if self.segments else 0
        self.counts = Counts.of(self.segments[-1]["counts"]) if self.segments else Counts()

    @property
    def done(self) -> dict[str, Any] | None:
        """What was noted at the end of a finished run; None before."""
        path = self.folder / "done.json"
        return _read(path) if path.exists() else None

    def fresh(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """The tasks that are not done yet; the others are read over, and must be those that were done."""
        source, seen = iter(tasks), 0
        for segment in self.segments:
            while seen < segment["chunks"]:
                task = next(source, None)
                if task is None:
                    raise self._other_input()
                self._input.update(task.chunk.identity())
                seen += 1
            if self._input.hexdigest() != segment["input"]:
                raise self._other_input()
        yield from source

    def add(self, task: Task, result: Result) -> None:
        """One result more, in order; every so often they are brought to the disk."""
        self._input.update(task.chunk.identity())
        self._held.append(result)
        self._chunks += 1
        if len(self._held) >= CHUNKS:
            self.commit()

    def commit(self) -> None:
        """Bring what is held to the disk as one segment."""
        if not self._held:
            return
        name, tally = _SEGMENT.format(len(self.segments)), None
        for result in self._held:
            self.counts.merge(result.counts)
            if result.tally is not None and tally is None:
                tally = result.tally
            elif result.tally is not None and tally is not None:
                tally.merge(result.tally)
        self._put(f"{name}.out", *[result.data for result in self._held])
        bad = [str(error) for result in self._held for error in result.errors]
        self._put(f"{name}.bad", *[json.dumps(text).encode() + b"\n" for text in bad])
        segment = {"chunks": self._chunks, "input": self._input.hexdigest(), "counts": self.counts.to_json()}
        told = None if tally is None else tally.to_json()
        self._put(f"{name}.json", json.dumps({**segment, "tally": told}).encode())
        self.segments.append(segment)
        self._held = []

    def segment_files(self) -> Iterator[Path]:
        """The files of the segments' results in order."""
        return (self._path(number, "out") for number in range(len(self.segments)))

    def errors(self) -> Iterator[InputError]:
        """The bad rows of all segments in order."""
        for number in range(len(self.segments)):
            with self._path(number, "bad").open(encoding="utf-8") as lines:
                yield from (InputError(json.loads(line)) for line in lines)

    def tally(self, key: bytes) -> Tally:
        """The tally of all segments."""
        whole = Tally(key=key)
        for number in range(len(self.segments)):
            told = _read(self._path(number, "json"))["tally"]
            if told is not None:
                whole.merge(Tally.from_json(told, key=key))
        return whole

    def finish(self, note: Mapping[str, Any]) -> None:
        """The output stands: note that, and drop the segments."""
        self._put("done.json", json.dumps(note).encode())
        for path in self.folder.glob("[0-9]*.*"):
            path.unlink()

    def forget(self) -> None:
        """Begin anew: drop everything but what identifies the run."""
        for path in (*self.folder.glob("[0-9]*.*"), self.folder / "done.json"):
            path.unlink(missing_ok=True)
        self.segments, self._chunks, self.counts = [], 0, Counts()

    def close(self) -> None:
        """Let another run have the folder."""
        self._lock.close()

    def _opened(self, about: Mapping[str, Any], packs: Mapping[str, Any], mixed: bool) -> dict[str, Any]:
        """What the run began with; written when it begins now."""
        path = self.folder / "run.json"
        plain = json.loads(json.dumps(about))
        if not path.exists():
            begun = {"about": plain, "packs": dict(packs), "day": str(self._day), "key": os.urandom(32).hex()}
            self._put("run.json", json.dumps(begun, indent=1).encode())
            return begun
        known: dict[str, Any] = _read(path)
        if known.get("about") != plain:
            other = sorted(k for k in {*plain, *known["about"]} if plain.get(k) != known["about"].get(k))
            raise InputError(f"{self.folder}: a checkpoint of another run ({', '.join(other)}); name another folder")
        if known["packs"] != dict(packs) and not mixed:
            other = sorted(k for k in {*packs, *known["packs"]} if packs.get(k) != known["packs"].get(k))
            what = f"{self.folder}: begun with other versions of {', '.join(other)}"
            raise InputError(f"{what}; use those, begin anew in another folder, or allow it with --mixed-packs")
        return known

    def _segments(self) -> list[dict[str, Any]]:
        """The segments that are complete, from the first one on; what lies behind a gap is removed."""
        found: list[dict[str, Any]] = []
        while (path := self._path(len(found), "json")).exists():
            segment = _read(path)
            found.append({name: segment[name] for name in ("chunks", "input", "counts")})
        for path in self.folder.glob("*.part"):
            path.unlink()
        return found

    def _path(self, number: int, suffix: str) -> Path:
        return self.folder / f"{_SEGMENT.format(number)}.{suffix}"

    def _put(self, name: str, *pieces: bytes) -> None:
        """Write a file so that it is there whole or not at all, whenever the machine stops."""
        part = self.folder / f"{name}.part"
        with part.open("wb") as file:
            file.writelines(pieces)
            settle(file)
        part.replace(self.folder / name)
        _settle_folder(self.folder)

    def _other_input(self) -> InputError:
        return InputError(f"{self.folder}: the input is not the one that was begun with; name another folder")


def begun_on(folder: Path) -> date | None:
    """The day whose lists counted when a run began; None when none did."""
    path = folder / "run.json"
    return date.fromisoformat(_read(path)["day"]) if path.exists() else None


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        raise InputError(f"{path}: damaged; remove the checkpoint's folder and begin anew") from None


def _locked(folder: Path) -> BinaryIO:
    """The folder's lock, held until it is closed or the process ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = (folder / "lock").open("ab")
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise InputError(f"{folder}: another run is using this checkpoint; wait for it or stop it") from None
    return file


def _settle_folder(folder: Path) -> None:
    """Bring the folder's names to the disk, where the system lets one."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
