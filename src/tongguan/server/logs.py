"""Structured logs: one JSON object a line, or plain text for people; no personal data is ever logged."""

from __future__ import annotations

import logging
import logging.config
import sys
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import structlog

from tongguan.server.configuration import read

_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
AS_JSON = read("TONGGUAN_LOG") == "json"
_RENDERER = (
    structlog.processors.JSONRenderer(ensure_ascii=False) if AS_JSON else structlog.dev.ConsoleRenderer(colors=False)
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _RENDERER,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


_requests = structlog.get_logger("tongguan.request")


def request_line(method: str, route: str, status: int, ms: float, request: str) -> None:
    """Write the line of a request, as the logger *tongguan.request* at the level *info*.

    As JSON it is written at once: the general way through structlog and logging costs a tenth of a millisecond, more
    than everything else around a request. A line that cannot be written (the disk of the log is full) is lost, as
    ``logging`` loses it: the request itself has its answer.
    """
    if not AS_JSON:
        _requests.info("request", method=method, route=route, status=status, ms=ms)
        return
    line = {
        "event": "request", "method": method, "route": route, "status": status, "ms": ms, "request": request,
        "level": "info", "logger": "tongguan.request", "timestamp": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    with suppress(OSError):
        sys.stderr.write(msgspec.json.encode(line).decode() + "\n")


def set_up() -> None:
    """Apply the log settings outside Django, in the command line's own code."""
    logging.config.dictConfig(LOGGING)
