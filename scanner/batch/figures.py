"""A tally's counts as rows: what the report's charts, its tables and its CSV files are all made of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from scanner.batch.charts import Bar
from scanner.batch.scripts import NAMES
from scanner.batch.tally import Exposure, Shared, Tally

CATEGORY_NAMES = {
    "contact": "Contact off the platform",
    "trademark": "Protected marks",
    "drug": "Banned drugs and precursors",
    "trade_assurance": "Refusal of the escrow",
}

VIEW_NAMES = {
    "zero_width": "invisible characters inside words",
    "marks": "stacked accents",
    "styled": "circled or fancy letters",
    "lookalike": "look-alike letters of other scripts",
    "leet": "digits or symbols for letters",
    "spaced": "letters set apart",
    "repeated": "letters repeated",
    "misspelled": "misspelt on purpose",
    "homophone": "characters of the same sound",
    "split_glyph": "characters taken apart",
    "reversed": "written backwards",
    "transliterated": "written in another script",
    "euphemism": "nicknames and hints",
    "emoji": "pictures for words",
    "digits": "digits of other scripts or shapes",
    "spelled": "numbers or signs written as words",
    "encoded": "encoded text",
    "split_messages": "split over several messages",
}

Days = dict[date, tuple[int, int, int]]
"""By day: texts, blocked, for review."""


def category_name(category: str) -> str:
    """A category as a manager would call it."""
    return CATEGORY_NAMES.get(category, category.replace("_", " ").capitalize())


def by_level(counts: Iterable[tuple[str, str, int]]) -> list[Bar]:
    """(name, level, count) as bars of violations and reviews, longest first."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, level, count in counts:
        found[name][level] += count
    made = [Bar(name, (levels["violation"], levels["review"])) for name, levels in found.items()]
    return sorted((bar for bar in made if bar.total), key=lambda bar: (-bar.total, bar.label))


def categories(tally: Tally) -> list[Bar]:
    """Findings by category."""
    return by_level((category_name(key[0]), key[1], count) for key, count in _tuples(tally, "level"))


def terms(tally: Tally, category: str) -> list[Bar]:
    """Findings of one category by term: channels, marks, substances."""
    return by_level((key[1], key[2], count) for key, count in _tuples(tally, "term") if key[0] == category)


def found_categories(tally: Tally) -> list[str]:
    """The categories with findings, most first."""
    sums: Counter[str] = Counter()
    for key, count in _tuples(tally, "term"):
        sums[key[0]] += count
    return [name for name, _ in sums.most_common()]


def views(tally: Tally) -> list[Bar]:
    """Findings by the disguise that was seen through; one finding may count under several."""
    sums: Counter[str] = Counter()
    for key, count in _tuples(tally, "view"):
        sums[key[1]] += count
    return [Bar(VIEW_NAMES.get(name, name), (count,)) for name, count in sums.most_common()]


def disguised(tally: Tally) -> tuple[int, int]:
    """(disguised findings, all findings)."""
    counts = _tuples(tally, "disguise")
    return sum(count for key, count in counts if key[1]), sum(count for _, count in counts)


def writings(tally: Tally) -> list[tuple[str, int, int, int]]:
    """(writing, texts, blocked, for review), most texts first."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for key, count in _tuples(tally, "writing"):
        found[key[0]][key[1]] += count
    rows = [(NAMES[name], c.total(), c["block"], c["review"]) for name, c in found.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def days(tally: Tally) -> Days:
    """Texts by the day they were written, in their own zone."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for key, count in _tuples(tally, "day"):
        found[key[0]][key[1]] += count
    return {date.fromordinal(day): (c.total(), c["block"], c["review"]) for day, c in sorted(found.items())}


def periods(found: Days) -> tuple[str, list[Bar]]:
    """Blocked and reviewed texts by day, week or month, whichever gives a readable number of columns."""
    if not found:
        return "day", []
    first, last = min(found), max(found)
    span = (last - first).days + 1
    if span <= 45:
        return "day", _course(found, [first + timedelta(n) for n in range(span)], lambda day: day, "%d %b")
    if span <= 400:
        start = first - timedelta(first.weekday())
        weeks = [start + timedelta(7 * n) for n in range((last - start).days // 7 + 1)]
        return "week", _course(found, weeks, lambda day: day - timedelta(day.weekday()), "%d %b")
    if span > 36_000:  # years that nobody lived through: only the months that hold something
        return "month", _course(found, sorted({day.replace(day=1) for day in found})[:120], _month, "%b %Y")
    months = sorted({(first + timedelta(n)).replace(day=1) for n in range(span)})
    return "month", _course(found, months[-120:], _month, "%b %Y")


def _month(day: date) -> date:
    return day.replace(day=1)


def _course(found: Days, slots: list[date], slot_of: Callable[[date], date], form: str) -> list[Bar]:
    sums: dict[date, list[int]] = {slot: [0, 0] for slot in slots}
    for day, (_, blocked, review) in found.items():
        slot = sums.get(slot_of(day))
        if slot is not None:
            slot[0] += blocked
            slot[1] += review
    return [Bar(slot.strftime(form), (blocked, review)) for slot, (blocked, review) in sums.items()]


def merchants(tally: Tally) -> list[tuple[str, Exposure]]:
    """Merchants with findings, the most exposed first."""
    return tally.merchants.ranked()


def shared(tally: Tally) -> list[tuple[str, Shared]]:
    """Contacts given by more than one merchant, by digest, the most widely shared first."""
    return [item for item in tally.contacts.ranked() if len(item[1].merchants) > 1]


def rings(tally: Tally) -> list[list[str]]:
    """Merchants that contacts tie together, directly or through others; the largest group first."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for _, entry in shared(tally):
        first, *others = entry.merchants
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in parent:
        groups[root(name)].append(name)
    return sorted((sorted(group) for group in groups.values()), key=lambda group: (-len(group), group))


def day_of(ordinal: int) -> str:
    """A day by its number, "" for none."""
    return date.fromordinal(ordinal).isoformat() if ordinal else ""


def span_of(first: int, last: int) -> str:
    """From when to when, in few words."""
    if not first:
        return "–"
    days = [date.fromordinal(day).strftime("%d %b %Y") for day in (first, last)]
    return days[0] if first == last else f"{days[0]} – {days[1]}"


def let_off(tally: Tally) -> list[tuple[str, int]]:
    """What was found and let off, by reason."""
    return [(str(reason).replace("_", " "), count) for reason, count in tally.counts["let off"].most_common()]


def percent(part: int, whole: int) -> str:
    """ "4.8 %"; a share too small to show is called so."""
    if not whole:
        return "–"
    share = 100 * part / whole
    return "under 0.1 %" if 0 < share < 0.1 else f"{share:.1f} %"


def _tuples(tally: Tally, name: str) -> list[tuple[Any, int]]:
    """Counts by their keys; what was beyond the limits has none."""
    return [(key, count) for key, count in tally.counts[name].items() if isinstance(key, tuple)]
