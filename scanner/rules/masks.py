"""Masks for public notices: a member id or a company name of which the middle is hidden.

The published notices are not consistent; this is the deterministic default that fits most of them.
A well-formed mask is left as it is, so masking twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scanner.errors import InputError

_STAR = "*"
_MOST = 7  # stars shown; beyond it the length no longer shows
_LEAST = 3  # characters of a company name that must be hidden
_ID_SHAPE = re.compile(r"[^*]{1,5}\*{2,7}[^*]{1,3}")
_COMPANY_SHAPE = re.compile(r"[^*]{1,6}\*{3,7}[^*]{1,6}")
_JOINED_FORM = re.compile(r"(?<=[a-z])(?:OPC|LLC|LLP|PLC|INC|LTD|GMBH)$")
_CJK = re.compile(r"[\u2e80-\u9fff\U00020000-\U0003ffff]")
_REGION_ENDS = frozenset("市县区省州旗盟")
_FORMS = ("有限公司", "公司", "经营部", "工作室", "商行", "中心", "店", "厂", "行")
_LONG_FORMS = ("股份有限公司", "有限责任公司")
_LATIN_FORMS = (
    "OPC", "LLC", "LLP", "LTD", "LIMITED", "INC", "CORP", "CORPORATION", "CO", "COMPANY", "GMBH", "AG", "KG",
    "SA", "SAS", "SARL", "SRL", "SL", "SPA", "BV", "NV", "OY", "AB", "AS", "APS", "PLC", "PTE", "PTY", "BHD",
    "KK", "JSC", "OOO", "LTDA", "SDN",
)  # fmt: skip


def is_member_mask(text: str) -> bool:
    """Whether `text` has the shape of a masked member id: 1-5 characters, 2-7 stars, 1-3 characters."""
    return _ID_SHAPE.fullmatch(text.strip()) is not None


def is_company_mask(text: str) -> bool:
    """Whether `text` has the shape of a masked company name: 1-6 characters, 3-7 stars, 1-6 characters."""
    return _COMPANY_SHAPE.fullmatch(text.strip()) is not None


def masked(kind: str, text: str) -> str | bool:
    """One line of a file of masks: what `kind` asks for; `InputError` for a kind nobody knows."""
    try:
        return _KINDS[kind](text)
    except KeyError:
        raise InputError(f"kind {kind!r} is not one of {', '.join(_KINDS)}") from None


def mask_member(member_id: str) -> str:
    """A member id with its middle hidden; letter case and punctuation stay."""
    text = member_id.strip()
    if is_member_mask(text) or _short_mask(text):
        return text
    n = len(text)
    if n < 4:
        return (text[0] if n > 1 else "") + _STAR * 2
    front = _clamp((n - 2) // 2, 1, 3)
    end = _clamp((n - 3) // 2, 1, 3)
    return text[:front] + _STAR * min(n - front - end, _MOST) + text[n - end :]


def _short_mask(text: str) -> bool:
    """What this module itself writes for ids of one to three characters."""
    return not text.strip(_STAR) or (len(text) == 3 and text[0] != _STAR and text[1:] == "**")


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def mask_company(name: str) -> str:
    """A company name with its middle hidden; region and legal form stay where they can."""
    text = name.strip()
    if _company_done(text):
        return text
    made = _mask_company(text)
    # stars of the name's own beside ours would read as another mask: without them
    return made if _company_done(made) else _mask_company(text.replace(_STAR, "").strip())


def _company_done(text: str) -> bool:
    return is_company_mask(text) or _short_company_mask(text)


def _mask_company(text: str) -> str:
    if len(text) <= 3:
        return (text[0] if len(text) > 1 else "") + _STAR * 3
    if _CJK.search(text) is None:
        return _mask_latin(text)
    return _mask_chinese(text)


def _short_company_mask(text: str) -> bool:
    """What this module itself writes for short names, and before a Latin legal form of more than six letters."""
    if text[1:5] == _STAR * 4 and text[5:].upper() in _LATIN_FORMS:
        return True
    return not text.strip(_STAR) or (len(text) == 4 and text[0] != _STAR and text[1:] == "***")


def _mask_latin(text: str) -> str:
    """First letter, four stars, the legal form as written, or else the last letter."""
    last = re.split(r"[\s,]+", text)[-1]
    bare = last.replace(".", "").upper()
    joined = _JOINED_FORM.search(text)
    if bare in _LATIN_FORMS and len(last) < len(text):
        return text[0] + _STAR * 4 + last
    return text[0] + _STAR * 4 + (joined[0] if joined else text[-1])


def _mask_chinese(text: str) -> str:
    """Region and one character in front, the legal form behind; at least three hidden."""
    front = (3 if text[2] in _REGION_ENDS else 2) + 1
    end = len(_form(text)) or 1
    front = max(1, min(front, len(text) - end - _LEAST))
    end = max(1, min(end, len(text) - front - _LEAST))
    return text[:front] + _STAR * _clamp(len(text) - front - end, _LEAST, _MOST) + text[len(text) - end :]


def _form(text: str) -> str:
    """The longest legal form at the end; a `…股份有限公司` or `有限责任公司` before a plain `公司`."""
    fitting = [form for form in (*_LONG_FORMS, *_FORMS) if text.endswith(form)]
    return max(fitting, key=len, default="")


_KINDS: dict[str, Callable[[str], str | bool]] = {
    "member_id": mask_member,
    "company": mask_company,
    "shape_member_id": is_member_mask,
    "shape_company": is_company_mask,
}
