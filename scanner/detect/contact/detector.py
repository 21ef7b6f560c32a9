"""The contact detector: channels and handles, numbers, addresses and links, steers; assembled into hits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scanner.detect.base import Context
from scanner.detect.contact.addresses import EmailReader
from scanner.detect.contact.assemble import Assembler, Piece
from scanner.detect.contact.encoded import names_in
from scanner.detect.contact.evidence import Evidence
from scanner.detect.contact.handles import HandleReader
from scanner.detect.contact.links import LinkReader
from scanner.detect.contact.mentions import is_channel, mentions_of
from scanner.detect.contact.parts import Contact
from scanner.detect.contact.phones import PhoneReader
from scanner.detect.contact.scene import Scene
from scanner.detect.contact.steering import Steering
from scanner.detect.contact.stems import StemBook
from scanner.detect.contact.titles import TitleReader
from scanner.detect.contact.unless import UnlessBook
from scanner.detect.contact.unmask import Unmasker
from scanner.lexicon.found import Found
from scanner.lexicon.pack import Pack
from scanner.model import Hit
from scanner.text.reading import Reading
from scanner.text.signals import has_address_signs

_CUE_SETS = (
    "invite", "own", "possess", "onto", "afterwards", "summons", "turned", "meaning", "meaning_after", "refuse",
    "refuse_neg", "refuse_verb", "refuse_bare", "refuse_after", "negation", "lacking", "not_refusal", "paint",
    "title_ask", "ours", "warning", "story", "goods", "printed", "said", "platform", "third", "fair", "other_number",
)  # fmt: skip
"""The cue sets asked about by name here and in the modules beside; steering.toml defines them."""


_FIGURES = frozenset("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺oil")
_ASCII_FIGURES = "0123456789oil"
_NEAR, _ENOUGH = 120, 4
"""Characters round a channel's name in which so many figures may be a number that needs the name beside it."""


def _may_hold_contact(reading: Reading, finds: Iterable[Found]) -> bool:
    """Whether the readers need to look: a contact shows by itself, or figures stand beside a channel's name."""
    if reading.signals:
        return True
    places = {(max(0, find.span.start - _NEAR), find.span.end + _NEAR) for find in finds}
    return any(_count_figures(reading.text[low:high]) >= _ENOUGH for low, high in places)


def _count_figures(text: str) -> int:
    if text.isascii():
        return sum(map(text.count, _ASCII_FIGURES))
    return sum(map(str.isdigit, text)) + sum(map(text.count, _FIGURES))


class ContactDetector:
    """Turns finds of category contact, and what the readers read, into hits."""

    category = "contact"

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._numbers = PhoneReader(packs)
        self._addresses = (EmailReader(packs), LinkReader(packs))
        self._unmasker = Unmasker(packs)
        cues = {name: phrases for pack in packs for name, phrases in pack.cues.items()}
        self._book = StemBook({name: cues[name] for name in _CUE_SETS if name in cues})
        verbs = [verb for pack in packs for verb in pack.settings.get("grammar", {}).get("negative_verbs", ())]
        self._negative = re.compile("|".join(verbs)) if verbs else None
        stop_words = {word for name in ("invite", "glue", "goods", "turned") for word in cues.get(name, ())}
        names = {
            form.lower() for pack in packs for rule in pack.rules if "strength" in rule.extra for form in rule.forms
        }
        self._services = {
            form.rstrip("*"): rule.term
            for pack in packs
            for rule in pack.rules
            if str(rule.extra.get("strength", "")).partition("/")[0] in ("name", "social")
            for form in rule.forms
            if form.isascii() and form.rstrip("*").isalpha() and len(form) > 3
        }
        self._assembler = Assembler(HandleReader(cues, stop_words | names), TitleReader(cues), Evidence())
        self._steering = Steering()
        self._unless = UnlessBook(packs)

    def detect(self, context: Context) -> Iterable[Hit]:
        """Contact hits of one text; the engine resolves overlaps."""
        finds = context.of(self.category)
        contacts = self._contacts(context.reading) if _may_hold_contact(context.reading, finds) else []
        if not finds and not contacts:
            return []
        scene = Scene(context.message, context.reading, self._book, self._unless, self._negative)
        mentions = mentions_of(scene, finds)
        pieces = self._assembler.pieces(scene, mentions, contacts)
        steers = self._steering.pieces(scene, [find for find in finds if not is_channel(find)], pieces)
        return [self._hit(scene, piece) for piece in (*pieces, *steers)]

    def _contacts(self, reading: Reading) -> list[Contact]:
        contacts = self._numbers.read(reading)
        if has_address_signs(reading.folded.text):
            plain = self._unmasker.plain(reading.folded)
            contacts = [*contacts, *(contact for reader in self._addresses for contact in reader.read(reading, plain))]
        return [*contacts, *names_in(reading.text, self._services)]

    def _hit(self, scene: Scene, piece: Piece) -> Hit:
        tags = list(piece.tags)
        if scene.title_end and scene.reading.own_start <= piece.span.start and piece.span.end <= scene.title_end:
            tags.append("title")
        level = piece.level
        if scene.message.role == "buyer":
            tags.append("buyer")
            level = "review" if level == "violation" else level
        crosses = ("split_messages",) if scene.reading.crosses(piece.span) else ()
        return Hit(
            rule=piece.rule,
            category=self.category,
            term=piece.term,
            level="info" if piece.exception else level,
            span=piece.span,
            text=scene.reading.slice(piece.span),
            value=piece.value,
            score=round(piece.score, 2),
            evasion=tuple(dict.fromkeys((*piece.evasion, *crosses))),
            tags=tuple(dict.fromkeys(tags)),
            why=piece.why,
            exception=piece.exception,
        )
