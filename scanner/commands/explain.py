"""`scanner explain`: how one text was read, what each view found, and why each hit was kept or let off."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import click

from scanner.commands.common import make_scanner, pack_options, say
from scanner.commands.pretty import badge, describe, marked, visible
from scanner.explain import explain
from scanner.model import Kind, Message, Role
from scanner.records import dump_json

_HELP = """Show how TEXT is read: every view, what each found, and why each hit was kept or let off.

Several TEXTs are consecutive messages of one sender; - reads one text from standard input.

\b
Examples:
  scanner explain "ping me on w.h.a.t.s a p p +86 138 0013 8000"
  scanner explain "sky" "pe" "live:jane.doe"
  scanner explain --kind listing --category "Sports > Cycling" "Bicycle cards"
"""


@click.command("explain", help=_HELP, short_help="Show how one text is read, view by view.")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="message", show_default=True)
@click.option("--role", type=click.Choice(get_args(Role)), default="seller", show_default=True)
@click.option("--category", help="Goods category, as 'Shoes > Sandals'.")
@click.option("--title", help="Title of a listing.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--color/--no-color", default=None, help="Default: colours in a terminal.")
@pack_options
def explain_command(texts: tuple[str, ...], **options: Any) -> None:
    texts = tuple(sys.stdin.read() if text == "-" else text for text in texts)
    message = _message(texts, options)
    story = explain(make_scanner(options), message)
    if options["as_json"]:
        say(dump_json(_plain(story)))
        return
    for line in _lines(message, story):
        say(line, color=options["color"])


def _message(texts: tuple[str, ...], options: Mapping[str, Any]) -> Message:
    """The texts as one message, or as consecutive ones."""
    title = options["title"]
    if title is not None and (options["kind"] != "listing" or len(texts) > 1):
        raise click.UsageError("--title needs --kind listing and one TEXT.")
    several = len(texts) > 1
    return Message(
        text="" if several else texts[0],
        messages=texts if several else None,
        kind=options["kind"],
        role=options["role"],
        category=options["category"],
        title=title,
    )


def _lines(message: Message, story: Mapping[str, Any]) -> Iterator[str]:
    """The story as lines: the answer, views, finds, hits, hits let off."""
    cut = f"; cut short: {', '.join(story['degraded'])}" if story["degraded"] else ""
    yield f"{badge(story['decision'])}  (first look: {story['gate']}{cut})"
    yield click.style("views", bold=True)
    width = max((len(view["name"]) for view in story["views"]), default=0)
    for view in story["views"]:
        text = visible(view["text"], invisible=True).replace("\n", "⏎")
        yield f"  {view['name']:<{width}}  {text}"
    yield click.style("found", bold=True)
    for find in story["found"]:
        evasion = f"  [{', '.join(find['evasion'])}]" if find["evasion"] else ""
        yield f"  {find['start']:>4}-{find['end']:<4} {find['rule']}  {visible(find['form'])}{evasion}"
    if not story["found"]:
        yield "  nothing"
    for title, name in (("kept", "hits"), ("let off", "let_off")):
        yield click.style(title, bold=True)
        for hit in story[name]:
            yield from describe(hit)
        if not story[name]:
            yield "  nothing"
    yield click.style("text", bold=True)
    hits = [*story["hits"], *story["let_off"]]
    yield "  " + marked("\n".join(message.pieces()), hits).replace("\n", "\n  ")


def _plain(story: Mapping[str, Any]) -> dict[str, Any]:
    hits = {name: [hit.to_dict() for hit in story[name]] for name in ("hits", "let_off")}
    return {**story, **hits}
