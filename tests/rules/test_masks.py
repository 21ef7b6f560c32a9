"""Masks against the published samples and invented names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.rules.masks import is_member_mask, mask_company, mask_member, masked

FOLDER = Path(__file__).parents[2] / "fixtures/policy"
CASES = [
    json.loads(line)
    for name in ("masks.jsonl", "more_masks.jsonl")
    for line in (FOLDER / name).read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    assert masked(case["kind"], case["input"]) == case["expected"]


def test_an_unknown_kind() -> None:
    with pytest.raises(InputError, match="phone"):
        masked("phone", "1")


@given(st.text(max_size=40) | st.text(alphabet="ab*甲公司有限店 .,LTDc", max_size=14))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask_member(mask_member(text)) == mask_member(text)
    assert mask_company(mask_company(text)) == mask_company(text)


@given(st.text(alphabet="abcdefgh", min_size=4, max_size=30))
def test_something_is_hidden(text: str) -> None:
    assert is_member_mask(mask_member(text))


def test_latin_names() -> None:
    assert mask_company("Northern Optical OPC") == "N****OPC"
    assert mask_company("NabcdOPC") == "N****OPC"
    assert mask_company("Acme Trading Co., Ltd.") == "A****Ltd."
    assert mask_company("Acme Limited") == "A****Limited"
    assert mask_company("A****Limited") == "A****Limited"
