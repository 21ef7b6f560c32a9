"""Logs: one JSON object a line on standard error. Ids, routes and figures; never what was sent, no paths, no messages
of exceptions (they quote their values): of an error its type and where it happened.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_FRAMES = 30


class JsonFormatter(logging.Formatter):
    """A record as one JSON line. Only our own loggers' and the server's fixed words are repeated."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _words(record),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN and name != "color_message"}
        if record.exc_info and record.exc_info[0] is not None:
            line |= failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True, default=lambda value: type(value).__name__)


def _words(record: logging.LogRecord) -> str:
    """Our own messages are constants; those of the server at `info` tell of processes and addresses it listens on."""
    if record.name.startswith("api.") or (record.name.startswith("uvicorn") and record.levelno <= logging.INFO):
        return record.getMessage()
    return str(record.msg) if "%" in str(record.msg) else record.name


def failure(error: BaseException | None) -> dict[str, Any]:
    """Type and places of an exception, outermost first."""
    if error is None:
        return {}
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": places}


def config(level: str = "INFO") -> dict[str, Any]:
    """The logging configuration for the server and its workers."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "api.logs.JsonFormatter"}},
        "handlers": {"json": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["json"], "level": "WARNING"},
        "loggers": {
            "api": {"handlers": ["json"], "level": level, "propagate": False},
            "uvicorn": {"handlers": ["json"], "level": level, "propagate": False},
            "uvicorn.access": {"handlers": [], "level": "WARNING", "propagate": False},
        },
    }
