"""Folding: one code point in, none to eighteen out; case, width, style and stacked marks gone.

Every code point folds by itself (NFKD + casefold + NFKD), because whole-string normalisation merges
neighbours and loses offsets, and is quadratic on runs of marks. Marks go only where the script allows:
the general combining blocks and the optional Arabic vowel signs, never Hebrew, Thai or Indic ones.
Hangul syllables and precomposed kana stay whole: taken apart they stop being what people look for.
"""

from __future__ import annotations

import unicodedata

from scanner.text.charmap import CharMap
from scanner.text.entities import MARK, decode

_MARK_BLOCKS = (
    (0x0300, 0x0370),  # combining diacritical marks
    (0x0483, 0x048A),  # Cyrillic combining
    (0x064B, 0x0653),  # Arabic harakat, optional in writing
    (0x1AB0, 0x1B00),
    (0x1DC0, 0x1E00),
    (0x20D0, 0x2100),  # marks for symbols, the keycap among them
    (0xFE00, 0xFE10),  # variation selectors
    (0xFE20, 0xFE30),
    (0xE0100, 0xE01F0),  # more variation selectors
)
_INVISIBLE = frozenset(
    [0x00AD, 0x034F, 0x061C, 0x0640, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0xFFFC, 0x2120, 0x2122]
)
"""Shown as nothing, as a stretch of the line (tatweel) or as a trade mark sign; not all are category Cf."""
_STROKED = str.maketrans("đħłøŧıþɨƶ", "dhlotipiz")
"""Letters whose stroke Unicode does not take apart, and Turkish dotless i."""
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
_MEMO_LIMIT = 60_000


SEPARATOR = "\x1e"
"""Stands between texts in a buffer; inside a text it is dropped like every control character."""
_CONTROLS = bytes(c for c in range(32) if chr(c) not in "\t\n\r\x0b\x0c") + b"\x7f"
_LOWER = bytes(ord(chr(c).lower()) if c < 128 else c for c in range(256)).translate(
    bytes(10 if c in (11, 12, 13) else c for c in range(256))
)


def _is_dropped(code: int, char: str) -> bool:
    if code in _INVISIBLE or any(low <= code < high for low, high in _MARK_BLOCKS):
        return True
    return unicodedata.category(char) in ("Cf", "Cc") and char not in "\t\n\r\x0b\x0c\x85"


def _boxed_letter(code: int) -> str | None:
    """Letters in squares, in negative circles and as regional indicators; Unicode leaves them whole."""
    for base in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):
        if base <= code < base + 26:
            return chr(ord("a") + code - base)
    return None


def _keeps_whole(code: int) -> bool:
    """Hangul syllables and kana, which decompose into pieces nobody writes."""
    return 0xAC00 <= code < 0xD7A4 or 0x3040 <= code < 0x3100


def fold_char(code: int) -> str:
    """What one code point reads as; "" when it is not to be read at all."""
    char = chr(code)
    if _is_dropped(code, char):
        return ""
    if code in (0x2028, 0x2029, 0x85, 0x0B, 0x0C, 0x0D):
        return "\n"
    boxed = _boxed_letter(code)
    if boxed or _keeps_whole(code):
        return boxed or char
    if 0xD800 <= code < 0xE000:
        return "�"
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    kept = [c for c in folded if not _is_dropped(ord(c), c)]
    return "".join(kept).translate(_STROKED).translate(_SMALL_CAPITALS)


class FoldTable(dict[int, str]):
    """A `str.translate` table that computes what it is asked for; its memory is bounded."""

    def __missing__(self, code: int) -> str:
        folded = fold_char(code)
        if len(self) < _MEMO_LIMIT:
            self[code] = folded
        return folded


FOLD = FoldTable()
"""Shared by every engine: it holds only facts of Unicode, and filling it twice gives the same."""


STEADY_LETTERS = (
    "\u0621\u0627-\u063a\u0641-\u064a\u0904-\u0928\u0e01-\u0e32\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3"
)
"""Letters (a regex class) that fold to themselves: Arabic, Devanagari, Thai, kana, Han, Hangul."""
_STEADY = "\t\n -@\\[-~\u0430-\u0438\u043a-\u044f" + STEADY_LETTERS
_MAP = CharMap(FOLD, _STEADY)


def fold(text: str) -> str:
    """The folded text; offsets are lost (`View` keeps them)."""
    if MARK in text:
        text = decode(text)
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _CONTROLS).decode("ascii")
    return _MAP.apply(text)


def folds_evenly(text: str) -> bool:
    """Whether every code point of a text without character references folds to exactly one."""
    return _MAP.keeps_length(text)


_BUFFER_CONTROLS = _CONTROLS.replace(SEPARATOR.encode(), b"")
_BUFFER_MAP = CharMap(FoldTable({ord(SEPARATOR): SEPARATOR}), _STEADY + SEPARATOR)


def fold_buffer(buffer: str) -> str:
    """Texts joined by `SEPARATOR`, folded in one go; none of them may hold the separator itself."""
    if buffer.isascii():
        return buffer.encode("ascii").translate(_LOWER, _BUFFER_CONTROLS).decode("ascii")
    return _BUFFER_MAP.apply(buffer)
