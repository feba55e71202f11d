"""JSON in and out: numbers come in as they are written, never as binary fractions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from .problems import Problem

_MARK = b"\xef\xbb\xbf"
_plain = msgspec.json.Decoder(float_hook=Decimal)


def decoded(body: bytes, decoder: Any) -> Any:
    """Return what a decoder makes of the body; raises ValidationError, and Problem when it is no JSON at all."""
    try:
        return decoder.decode(body.removeprefix(_MARK))
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, ValueError) as error:
        raise Problem("MALFORMED_JSON", why=str(error)[:200]) from None
    except RecursionError:
        raise Problem("MALFORMED_JSON", why="too deep") from None


def loads(body: bytes) -> Any:
    """Return a JSON value; raises Problem."""
    try:
        return decoded(body, _plain)
    except msgspec.ValidationError as error:
        raise Problem("MALFORMED_JSON", why=str(error)[:200]) from None
