"""A request may be sent again (重复请求): with an ``Idempotency-Key`` it is done once, whatever became of the first answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tongguan.exchange.repeats import actions

from . import bodies
from .problems import Problem
from .v1 import JSON, who, wrong

HEADER = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,100}")

View = Callable[..., Any]


def once(view: View) -> View:
    """Let an operation be done once under a key of the caller's; without a key it is done each time it is asked.

    The operation makes one thing and answers by a Struct. Problems are not kept: they have done nothing.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> Any:
        if HEADER not in request.headers:
            return view(request, *args, **named)
        actor, key = who(request).known, _key(request.headers[HEADER])
        asked = hashlib.sha256(f"{request.method} {request.get_full_path()} {request.content_type}\n".encode())
        asked.update(_body(request))
        try:
            found = actions.once(
                f"{actor.enterprise or 0}/{actor.name}"[:140], key, asked.digest(),
                lambda: msgspec.json.encode(view(request, *args, **named)), at=timezone.now(),
            )  # fmt: skip
        except actions.OtherRequest:
            raise Problem("IDEMPOTENCY_KEY_REUSED", pointer=HEADER, given=key) from None
        response = HttpResponse(found.body, content_type=JSON)
        if found.repeated:
            response[REPEATED] = "true"
        return response

    return answered


def _key(written: str) -> str:
    """Return a key, which may stand in quotation marks; raises Problem."""
    key = written.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise wrong(HEADER, "key")
    return key


def _body(request: HttpRequest) -> bytes:
    try:
        return bodies.body(request)
    except bodies.TooLarge:
        raise bodies.too_large() from None
