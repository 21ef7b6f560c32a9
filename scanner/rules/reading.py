"""Reading a table of a policy file: typed fields, every fault collected with its place and cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.errors import InputError
from scanner.rules.times import Instant, boundary

_NAMES = {str: "text", bool: "true or false", int: "a whole number", list: "a list", dict: "a table"}


class Table:
    """One table of a policy file. `problems` is shared by all tables of the file."""

    def __init__(self, data: Any, where: str, problems: list[str]) -> None:
        self.where, self.problems = where, problems
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        self._seen: set[str] = set()
        if not isinstance(data, Mapping):
            self.fault("", "must be a table")

    def fault(self, key: str, text: str) -> None:
        """Note one fault of field `key`."""
        place = f"{self.where}.{key}" if key else self.where
        self.problems.append(f"{place}: {text}")

    def close(self) -> None:
        """Report the fields that nothing asked for."""
        for key in self.data:
            if key not in self._seen:
                known = ", ".join(sorted(self._seen))
                self.fault(key, f"is no field here; the fields are: {known}")

    def get(self, key: str, kind: type, default: Any) -> Any:
        """A field of exactly `kind` (a bool is no number), or the default."""
        self._seen.add(key)
        value = self.data.get(key, default)
        if value is default or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            return value
        self.fault(key, f"must be {_NAMES.get(kind, kind.__name__)}, not {type(value).__name__}")
        return default

    def text(self, key: str, default: str = "") -> str:
        """A text field."""
        return str(self.get(key, str, default))

    def flag(self, key: str) -> bool:
        """A true/false field, false when absent."""
        return bool(self.get(key, bool, False))

    def count(self, key: str, default: int = 0) -> int:
        """A whole number, not negative."""
        value = int(self.get(key, int, default))
        if value < 0:
            self.fault(key, "must not be negative")
            return default
        return value

    def points(self, key: str, default: int | float | None = 0) -> Any:
        """Points: a number in halves, not negative; None when absent and the default is None."""
        self._seen.add(key)
        value = self.data.get(key, default)
        if value is None:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 <= value < 1e9 or value * 2 != int(value * 2):
            self.fault(key, "must be points: 0 or more, in halves")
            return default
        return value

    def choice(self, key: str, of: Sequence[str], default: str) -> Any:
        """One of a closed set of words."""
        value = self.text(key, default)
        if value in of:
            return value
        self.fault(key, f"is {value!r}; it must be one of: {', '.join(of)}")
        return default

    def texts(self, key: str, default: tuple[str, ...] = (), of: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts, from a closed set when `of` is given."""
        value = self.get(key, list, None)
        if value is None:
            return default
        if not all(isinstance(item, str) for item in value):
            self.fault(key, "must hold text only")
            return default
        wrong = [item for item in value if of and item not in of]
        if wrong:
            self.fault(key, f"holds {', '.join(wrong)}; allowed are: {', '.join(of)}")
        return tuple(value)

    def moment(self, key: str, tz: str) -> Instant | None:
        """A date (the platform's midnight) or a time with an offset; None when absent."""
        self._seen.add(key)
        if self.data.get(key) is None:
            return None
        try:
            return boundary(self.data[key], tz)
        except InputError as error:
            self.fault(key, str(error))
            return None

    def tables(self, key: str) -> list[Table]:
        """A list of tables."""
        value = self.get(key, list, None) or []
        return [Table(item, f"{self.where}.{key}[{i}]", self.problems) for i, item in enumerate(value)]

    def table(self, key: str) -> Table:
        """A table; empty when absent."""
        value = self.get(key, dict, None)
        return Table({} if value is None else value, f"{self.where}.{key}", self.problems)

    def words(self, key: str) -> dict[str, str]:
        """A table whose values are all text."""
        table = self.table(key)
        return {name: table.text(name) for name in table.data}

    def counts(self, key: str) -> dict[str, int]:
        """A table whose values are all whole numbers."""
        table = self.table(key)
        return {name: table.count(name) for name in table.data}
