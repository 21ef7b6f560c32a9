"""`scanner lexicon`: check, list and show packs; make one from a spreadsheet's column of marks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from scanner.commands.common import FINDINGS, say, say_error
from scanner.commands.impact import impact_command
from scanner.commands.imports import make_pack
from scanner.commands.marktable import MarkList, read_marks
from scanner.commands.pretty import visible
from scanner.errors import InputError
from scanner.lexicon import Pack, Rule, load
from scanner.proof import check


@click.group("lexicon")
def lexicon_group() -> None:
    """Check, list and show the packs; make one from a spreadsheet."""


lexicon_group.add_command(impact_command)


@lexicon_group.command("check")
@click.argument("path", required=False)
def check_command(path: str | None) -> None:
    """Check packs whole: every fault with file, rule and cure, and every rule on its own examples.

    PATH is a folder of packs or one pack file; default: the shipped packs. Exit code 1 on faults.
    """
    problems = check(path)
    for problem in problems:
        say_error(problem)
    if problems:
        say(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        click.get_current_context().exit(FINDINGS)
    packs = load(path).packs
    rules = sum(len(pack.rules) for pack in packs)
    examples = sum(len(rule.hits) + len(rule.passes) for pack in packs for rule in pack.rules)
    say(f"ok: {len(packs)} packs, {rules:,} rules, {examples:,} examples")


@lexicon_group.command("list")
@click.argument("path", required=False)
def list_command(path: str | None) -> None:
    """List the packs: name, category, version, rules, dates, licence."""
    rows: list[tuple[str, ...]] = [("pack", "category", "version", "rules", "from", "until", "licence")]
    rows += [_row(pack) for pack in load(path).packs]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


@lexicon_group.command("show")
@click.argument("name")
@click.option("--packs", type=click.Path(), help="Folder of packs to look in instead of the shipped ones.")
def show_command(name: str, packs: str | None) -> None:
    """Show a pack, a rule by its id, or every rule of a term.

    \b
    Examples:
      scanner lexicon show whatsapp
      scanner lexicon show trademark-2021-08
    """
    lexicon = load(packs)
    for pack in lexicon.packs:
        if pack.name == name:
            for line in _pack_lines(pack):
                say(line)
            return
    wanted = name.casefold()
    rules = [r for pack in lexicon.packs for r in pack.rules if wanted in (r.id.casefold(), r.term.casefold())]
    if not rules:
        raise InputError(f"{name}: no pack, rule or term of that name; `scanner lexicon list` names the packs")
    for rule in rules:
        for line in _rule_lines(rule):
            say(line)


@lexicon_group.command("import")
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
@click.option("--kind", type=click.Choice(["trademark"]), required=True, help="What the list holds.")
@click.option("--month", required=True, help="Month the list is for, as 2021-09.")
@click.option("--column", help="Column of the marks, by name or number (default: found by its name).")
@click.option("--goods-column", help="Column of the protected goods, if there is one.")
@click.option("--source", help="Where the list comes from (default: the file's name).")
@click.option("--licence", default="facts", show_default=True)
@click.option("-o", "--output", type=click.Path(), help="File or folder to write to (default: KIND-MONTH.toml here).")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
def import_command(table: str, **options: Any) -> None:
    """Make a pack of TABLE, a CSV file with a column of marks.

    UTF-8 and GB18030 are read; the delimiter is found. Marks twice in the list become one rule; a cell
    with a mark in two scripts becomes two. Marks that are ordinary words count with the protected goods
    alone; when the list names none, a listing with such a word is for a person to look at. The pack is
    checked before it is written.

    \b
    Example:
      scanner lexicon import list.csv --kind trademark --month 2021-09
      scanner scan listings.csv --add trademark-2021-09.toml
    """
    month = _month(options["month"])
    marks = read_marks(table, column=options["column"], goods_column=options["goods_column"])
    name = f"{options['kind']}-{month:%Y-%m}"
    text = make_pack(marks, name=name, month=month, source=options["source"] or Path(table).name,
                     licence=options["licence"])  # fmt: skip
    target = _write_checked(text, _target(options["output"], name), force=options["force"])
    for line in _told(marks, target):
        say(line, err=True)


def _row(pack: Pack) -> tuple[str, ...]:
    days = [str(day) if day else "-" for day in (pack.since, pack.until)]
    return (pack.name, pack.category, pack.version, str(len(pack.rules)), *days, pack.licence)


def _pack_lines(pack: Pack) -> Iterator[str]:
    yield f"{pack.name} {pack.version} ({pack.category}), {pack.path}"
    yield f"  source   {pack.source}"
    yield f"  licence  {pack.licence}"
    yield f"  in force {pack.since or 'always'} to {pack.until or 'further notice'}"
    yield f"  cue sets {', '.join(sorted(pack.cues)) or '-'}"
    for rule in pack.rules:
        yield f"  {rule.id}  {rule.term}  {rule.level}"


def _rule_lines(rule: Rule) -> Iterator[str]:
    """Everything a rule says, one line each; empty fields are left out."""
    yield f"{rule.id}  ({rule.pack}, {rule.where})"
    facts = {
        "term": rule.term,
        "level": f"{rule.level}{'' if rule.stage == 'enforce' else ', ' + rule.stage + ' only'}",
        "why": rule.why,
        "source": rule.source,
        "in force": f"{rule.since or 'always'} to {rule.until or 'further notice'}",
    }
    lists = ("tags", "forms", "weak", "atoms", "patterns", "need", "unless", "hits", "passes")
    facts |= {name: "  ".join(getattr(rule, name)) for name in lists}
    facts |= {name: str(value) for name, value in rule.extra.items()}
    for name, value in facts.items():
        if value:
            yield f"  {name:<9}{visible(value)}"


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise click.BadParameter(f"{text!r} is no month; write it as 2021-09", param_hint="--month") from None


def _target(output: str | None, name: str) -> Path:
    path = Path(output or ".")
    return path / f"{name}.toml" if path.is_dir() else path


def _write_checked(text: str, target: Path, *, force: bool) -> Path:
    """Write a pack under its name, unless it is taken or the pack has faults."""
    if target.exists() and not force:
        raise InputError(f"{target}: exists; give --force to overwrite it or -o to write elsewhere")
    draft = target.with_name(f".{target.name}.draft")
    draft.write_text(text, encoding="utf-8")
    problems = check(draft)
    if problems:
        draft.unlink()
        raise InputError("\n".join(problems))
    return draft.replace(target)


def _told(marks: MarkList, target: Path) -> Iterator[str]:
    """What was made, and what a person should look at."""
    yield f"{target}: {len(marks.marks)} marks from {marks.cells} cells, passes its check"
    if marks.repeated:
        yield f"  twice in the list: {', '.join(marks.repeated)}"
    if marks.split:
        yield f"  cells of two marks: {', '.join(marks.split)}"
    unbound = [mark.name for mark in marks.marks if mark.ordinary and not mark.goods and not mark.code]
    codes = [mark.name for mark in marks.marks if mark.code and not mark.goods]
    if unbound:
        yield f"  ordinary words without goods: {', '.join(unbound)}"
        yield "  listings that hold one will come up for review; name its goods in the pack or by --goods-column"
    if codes:
        yield f"  codes without goods, which count with their goods alone: {', '.join(codes)}"
