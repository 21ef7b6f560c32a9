"""From mentions and contacts to pieces: one contact is one piece, from the channel's name to the handle's end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from scanner.detect.contact import innocent
from scanner.detect.contact.evidence import Evidence
from scanner.detect.contact.handles import Handle, HandleReader
from scanner.detect.contact.mentions import Mention
from scanner.detect.contact.parts import Contact
from scanner.detect.contact.scene import Scene
from scanner.detect.contact.titles import TitleReader
from scanner.model import Level, Span

_CHAIN = re.compile(
    r"[\s/,&|+、，\\()\-–—:：]*(?:(?:or|and|und|oder|o|y|e|ou|et|и|или|ve|veya|va|dan|atau|və|و|او|या|和|或|或者|跟|及|とか|や|か|또는|หรือ|และ)(?![a-z]))?[\s/,&|+、，\\()\-–—:：]*"
)
_BREAK = re.compile(r"[!?。！？;；…]|\.\s")
_TO_CONTACT = 40
_FROM_CONTACT = 30
_TO_ADDRESS = 14
_MAILS = ("mail", "почт", "邮", "郵", "メール", "메일", "بريد", "correo")
"""Words for mail: behind "qq" they make its address one of mail, not an id."""
_CUE_ROOM = 18
"""Code points from the word that names a contact to the contact itself: farther, the span is the contact alone."""


class Piece(NamedTuple):
    """A hit in the making; `exception` lets it off."""

    rule: str
    term: str
    level: Level
    span: Span
    why: str
    value: str | None = None
    score: float = 1.0
    evasion: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    exception: str | None = None


class Assembler:
    """Joins channels with the contacts and handles beside them."""

    def __init__(self, handles: HandleReader, titles: TitleReader, evidence: Evidence) -> None:
        self._handles = handles
        self._titles = titles
        self._evidence = evidence

    def pieces(self, scene: Scene, mentions: Sequence[Mention], contacts: Sequence[Contact]) -> list[Piece]:
        """Every contact of a text: named channels, with and without a handle, then what stands alone."""
        contacts = _outermost(contacts)
        handles = [self._handle(scene, mentions, index) for index in range(len(mentions))]
        claims = self._claims(scene, mentions, contacts, handles)
        named = self._named(scene, mentions, [claims.get(i) or handle for i, handle in enumerate(handles)])
        self._spread(scene, mentions, named)
        used = {id(contact) for contact in claims.values()}
        out = [piece for piece in named if piece is not None]
        taken = [piece.span for piece in out]
        out += [_alone(c) for c in contacts if id(c) not in used and c.score >= 0.7 and not _covered(c.span, taken)]
        return out

    def _named(
        self, scene: Scene, mentions: Sequence[Mention], owned: Sequence[Contact | Handle | None]
    ) -> list[Piece | None]:
        """A piece for each mention that counts; channels named in one breath share a handle ("FB/IG: x")."""
        out: list[Piece | None] = [None] * len(mentions)
        shared: Contact | Handle | None = None
        for index in range(len(mentions) - 1, -1, -1):
            mention = mentions[index]
            own = owned[index]
            chained = index + 1 < len(mentions) and _chained(scene, mention, mentions[index + 1])
            out[index] = self._piece(scene, mention, own, shared if chained and own is None else None)
            shared = own or (shared if chained else None)
        return out

    def _spread(self, scene: Scene, mentions: Sequence[Mention], pieces: list[Piece | None]) -> None:
        """An ambiguous name counts when it is named in one breath with a channel that does: "TG or WA?"."""
        for index in range(len(mentions) - 1):
            if not _chained(scene, mentions[index], mentions[index + 1]):
                continue
            for one, other in ((index, index + 1), (index + 1, index)):
                known = pieces[one]
                if pieces[other] is None and known is not None and known.exception is None:
                    pieces[other] = self._bare(scene, mentions[other], forced=known.level == "violation")

    def _claims(
        self,
        scene: Scene,
        mentions: Sequence[Mention],
        contacts: Sequence[Contact],
        handles: Sequence[Handle | None],
    ) -> dict[int, Contact]:
        """Which mention introduces (or follows) which contact, by index of the mention; the nearest takes it."""
        claims: dict[int, Contact] = {}
        for contact in contacts:
            start = scene.place(contact.span)[0]
            gaps = []
            for index, (mention, handle) in enumerate(zip(mentions, handles, strict=True)):
                served = handle is not None and handle.start < start
                if index in claims or served or not _fits(mention, contact):
                    continue
                gap = self._gap(scene, mention, contact)
                if gap is not None:
                    gaps.append((gap, index))
            if gaps:
                claims[min(gaps)[1]] = contact
        return claims

    def _gap(self, scene: Scene, mention: Mention, contact: Contact) -> int | None:
        """Code points between a mention and a contact that belong together, else None; after it counts double."""
        start, end = scene.place(contact.span)
        if mention.end <= start:
            between, room, weight = scene.text[mention.end : start], _TO_CONTACT, 1
        elif end <= mention.start:
            between, room, weight = scene.text[end : mention.start], _FROM_CONTACT, 2
        else:
            return 0
        glue = len(between) <= room and self._handles.is_glue(between)
        if len(between) > room or (_BREAK.search(between) and not glue):
            return None
        if len(between) > _CUE_ROOM and not glue and innocent.refused(scene, mention.start, mention.end):
            return None
        if contact.kind == "email" and (len(between) > _TO_ADDRESS or any(word in between for word in _MAILS)):
            return None
        close = len(between) <= 3 and weight == 1
        if mention.strength in ("code", "word", "nick") and not close and (contact.score < 0.7 or not glue):
            return None
        return weight * len(between)

    def _handle(self, scene: Scene, mentions: Sequence[Mention], index: int) -> Handle | None:
        mention = mentions[index]
        stop = mentions[index + 1].start if index + 1 < len(mentions) else len(scene.text)
        floor = mentions[index - 1].end if index else 0
        handle = self._handles.after(scene, mention, stop) or self._handles.before(scene, mention, floor)
        return handle or self._titles.after(scene, mention, stop) or self._titles.before(scene, mention)

    def _piece(
        self, scene: Scene, mention: Mention, own: Contact | Handle | None, shared: Contact | Handle | None
    ) -> Piece | None:
        if own is None and shared is None:
            return self._bare(scene, mention)
        source = own or shared
        assert source is not None
        start, end = mention.start, mention.end
        if own is not None:
            low, high = (own.start, own.end) if isinstance(own, Handle) else scene.place(own.span)
            start, end = min(start, low), max(end, high)
        if isinstance(source, Contact) and source.third_party:
            return self._made(scene, mention, start, end, source, "third_party")
        return self._made(scene, mention, start, end, source, None)

    def _made(
        self, scene: Scene, mention: Mention, start: int, end: int, source: Contact | Handle, exception: str | None
    ) -> Piece:
        evasion = mention.found.evasion
        tags = ["handle"]
        if isinstance(source, Contact):
            evasion = (*evasion, *source.evasion)
            if source.kind == "deeplink":
                tags.append("deeplink")
            if source.contract:
                tags.append("contract-context")
            if source.third_party:
                tags.append("third-party")
        return Piece(
            rule=mention.rule.id,
            term=mention.term,
            level="violation",
            span=scene.span(start, end),
            why=mention.rule.why,
            value=source.value,
            score=max(0.9, mention.found.score),
            evasion=tuple(dict.fromkeys(evasion)),
            tags=tuple(tags),
            exception=exception,
        )

    def _bare(self, scene: Scene, mention: Mention, *, forced: bool = False) -> Piece | None:
        """A channel named without any handle: an invitation, a question, or something innocent."""
        if mention.strength == "social":
            stands = self._evidence.worth(scene, mention) and not self._evidence.for_sale(scene, mention)
        else:
            stands = self._evidence.stands(scene, mention)
        if not (stands or forced):
            return None
        certain = forced or self._evidence.certain(scene, mention)
        asks = scene.message.role == "buyer" and not (certain and mention.strength == "name")
        exception = "buyer_asks" if asks else None
        exception = innocent.reason(scene, mention.start, mention.end) or exception
        if exception is None and self._evidence.for_sale(scene, mention):
            exception = "product"
        if exception is None and self._evidence.told(scene, mention):
            exception = "story"
        return Piece(
            rule=mention.rule.id,
            term=mention.term,
            level="violation" if certain else "review",
            span=mention.found.span,
            why=mention.rule.why,
            score=min(mention.found.score, 0.85 if certain else 0.6),
            evasion=mention.found.evasion,
            tags=("no-handle", *(("refusal",) if exception == "refusal" else ())),
            exception=exception,
        )


def _chained(scene: Scene, one: Mention, two: Mention) -> bool:
    """Whether two channels are named in one breath: "FB/IG", "WhatsApp or WeChat"."""
    return two.start - one.end <= 12 and _CHAIN.fullmatch(scene.text, one.end, two.start) is not None


def _outermost(contacts: Sequence[Contact]) -> list[Contact]:
    """Without the numbers that are pieces of links and addresses."""
    whole = [contact.span for contact in contacts if contact.kind != "phone"]
    return [c for c in contacts if c.kind != "phone" or not _covered(c.span, whole)]


def _fits(mention: Mention, contact: Contact) -> bool:
    """Whether a contact of that kind can belong to a channel: a link only to the one it opens."""
    if contact.kind in ("url", "deeplink"):
        return contact.channel == mention.term
    return True


def _covered(span: Span, taken: Sequence[Span]) -> bool:
    return any(span.overlaps(other) for other in taken)


_ALONE = {
    "phone": ("contact.phone", "phone"),
    "email": ("contact.email", "email"),
    "url": ("contact.url", "url"),
    "qq": ("contact.qq", "qq"),
    "handle": ("contact.handle", "unspecified"),
}


def _alone(contact: Contact) -> Piece:
    """A number, an address or a link without a channel's name beside it."""
    rule, term = _ALONE.get(contact.kind, ("contact.deeplink", contact.channel or "url"))
    exception = "third_party" if contact.third_party else "platform" if contact.platform else None
    tags = ["handle"]
    tags += ["deeplink"] * (contact.kind == "deeplink")
    tags += ["contract-context"] * contact.contract
    tags += ["third-party"] * contact.third_party
    cue = contact.cue
    near = cue is not None and contact.span.start - cue.start <= _CUE_ROOM
    span = contact.span.union(cue) if cue is not None and near else contact.span
    return Piece(
        rule=rule,
        term=contact.channel or term,
        level="violation" if contact.score >= 0.75 else "review",
        span=span,
        why=contact.why or "A contact outside the platform.",
        value=contact.value,
        score=contact.score,
        evasion=contact.evasion,
        tags=tuple(tags),
        exception=exception,
    )
