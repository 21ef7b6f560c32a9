"""Texts to measure on: the benign corpora where `BENIGN` names their folder, else texts made up here.

Made-up texts are distinct and look like the real ones in length, alphabet and share of digits; figures for the
documentation are taken on the corpora.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

KINDS = ("listings", "chat", "reviews")
_FILES = {"listings": "listings_en", "chat": "chat_multilingual", "reviews": "reviews_zh"}
_GOODS = [
    "bearing",
    "gasket",
    "camera",
    "blender",
    "hinge",
    "router",
    "lamp",
    "kettle",
    "backpack",
    "drill",
    "monitor",
    "cable",
    "filter",
    "valve",
    "tripod",
]
_TRAITS = [
    "black",
    "steel",
    "portable",
    "silver",
    "compact",
    "heavy duty",
    "wide",
    "gloss",
    "digital",
    "foldable",
    "matte",
    "slim",
    "dual",
    "rugged",
]
_CHAT = [
    "Good morning {n}, the {g} samples are ready and we pack them today",
    "Bonjour, merci pour la commande de {n} {g}, nous préparons le devis",
    "Hola, ¿cuántas unidades de {g} necesita? Tenemos {n} en stock",
    "Добрый день, образцы {g} готовы, партия {n} штук отгружена",
    "您好，{g}的样品已经做好了，数量{n}个，明天发货",
    "お世話になっております。{g}の見積もりを{n}個分お送りします",
    "안녕하세요, {g} 샘플 {n}개 준비되었습니다",
    "مرحبا، عينات {g} جاهزة والكمية {n} قطعة",
    "สวัสดีค่ะ ตัวอย่าง {g} พร้อมแล้ว จำนวน {n} ชิ้น",
    "नमस्ते, {g} के {n} नमूने तैयार हैं",
    "Dobrý den, vzorky {g} jsou hotové, {n} kusů",
    "Merhaba, {g} numuneleri hazır, {n} adet gönderildi",
]
_REVIEW = [
    "质量很好做工细致",
    "颜色跟图片一样漂亮",
    "物流很快包装完整",
    "尺寸合适穿着舒服",
    "客服态度不错",
    "性价比高值得购买",
    "第二次买了",
    "味道很淡",
]


def texts(kind: str, count: int) -> list[str]:
    """`count` distinct texts of a kind, always the same ones."""
    folder = os.environ.get("BENIGN")
    source = _from_corpus(Path(folder), kind) if folder else _made_up(kind)
    seen: dict[str, None] = {}
    while len(seen) < count and (text := next(source, None)) is not None:
        seen[text] = None
    return list(seen)


def source_name() -> str:
    """Where the texts come from, for the table."""
    return "benign corpora" if os.environ.get("BENIGN") else "made-up texts (set BENIGN for the corpora)"


def _from_corpus(folder: Path, kind: str) -> Iterator[str]:
    with (folder / f"{_FILES[kind]}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["text"]


def _made_up(kind: str) -> Iterator[str]:
    rng = random.Random(kind)
    while True:
        if kind == "listings":
            words = rng.sample(_TRAITS, 4) + rng.sample(_GOODS, 3)
            model = f"{rng.choice('dkmrst')}{rng.choice('cghls')}{rng.randrange(100, 9999)}"
            yield f"{' '.join(words)} {model}\n{rng.randrange(2, 90)} inch {' '.join(rng.sample(_TRAITS, 5))} finish"
        elif kind == "chat":
            yield rng.choice(_CHAT).format(g=rng.choice(_GOODS), n=rng.randrange(2, 5000))
        else:
            yield "，".join(rng.sample(_REVIEW, rng.randrange(2, 5))) + str(rng.randrange(1000))
