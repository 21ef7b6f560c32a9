"""Real answers, for the OpenAPI: what the service said, with the packs cut down to two."""

from __future__ import annotations

from typing import Any

PACKS = {"contact-channels": "2021.8.1", "contact-numbers": "2021.8.1"}

CLEAN: dict[str, Any] = {
    "id": "1",
    "decision": "allow",
    "hits": [],
    "text_start": 0,
    "degraded": [],
    "packs": PACKS,
    "engine": "0.1.0",
}

SCAN: dict[str, Any] = {
    "id": "m17",
    "decision": "block",
    "hits": [
        {
            "rule": "contact.whatsapp",
            "category": "contact",
            "term": "whatsapp",
            "level": "violation",
            "start": 10,
            "end": 36,
            "text": "wh@tsapp +86 138 0013 8000",
            "parts": [],
            "value": "8613800138000",
            "score": 0.95,
            "evasion": ["leet"],
            "tags": ["handle"],
            "why": "Names WhatsApp as a way to talk.",
            "exception": None,
        }
    ],
    "text_start": 0,
    "degraded": [],
    "packs": PACKS,
    "engine": "0.1.0",
}

BATCH: dict[str, Any] = {
    "items": [
        {"status": 200, "result": CLEAN},
        {
            "status": 422,
            "problem": {
                "type": "urn:problem-type:compliance-scanner:invalid-request",
                "title": "The request has not the shape asked for",
                "status": 422,
                "detail": "`errors` says which field and why.",
                "request_id": "3f2c8a5e0b7d4c1e9a6f5d4c3b2a1908",
                "errors": [{"field": "text", "code": "string_type", "message": "Input should be a valid string"}],
            },
        },
    ]
}

POLICY = {"name": "alibaba-points", "version": "2021.8.2"}

READY: dict[str, Any] = {
    "status": "ready",
    "worker": 4711,
    "activation": 3,
    "packs": PACKS,
    "policy": POLICY,
    "keys": True,
    "pack_faults": 0,
}

METRICS = 'scanner_decisions_total{decision="block"} 60.0\n'
