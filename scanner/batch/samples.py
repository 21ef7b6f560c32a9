"""The report's samples: masked excerpts, each with its level, where it stands and why it was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.batch import figures
from scanner.batch.bounded import Drawn
from scanner.batch.markup import safe
from scanner.batch.tally import Tally


def samples_section(tally: Tally) -> str:
    """Some texts of each category."""
    order = [name for name in figures.found_categories(tally) if name in tally.samples]
    if not order:
        return ""
    parts = "".join(
        f"<h3>{safe(figures.category_name(name))}</h3>{''.join(map(_sample, tally.samples[name].drawn))}"
        for name in order
    )
    intro = "Drawn by chance, no text twice. Contacts, numbers and links are masked."
    return f'<h2 id="samples">Samples</h2><p>{intro}</p>{parts}'


def _sample(drawn: Drawn) -> str:
    text = "".join(_pieces(drawn.pieces))
    return (
        f'<div class="sample {safe(drawn.level)}"><q dir="auto">{text}</q>'
        f"<small>{safe(drawn.level)} · {safe(drawn.where)} · {safe(drawn.why)}</small></div>"
    )


def _pieces(pieces: Sequence[tuple[str, str]]) -> Iterator[str]:
    for text, kind in pieces:
        if kind == "mask":
            yield f'<span class="masked">{safe(text)}</span>'
        else:
            yield f"<mark>{safe(text)}</mark>" if kind == "hit" else safe(text)
