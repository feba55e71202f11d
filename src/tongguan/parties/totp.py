"""Codes that change every half minute (动态口令): RFC 6238 with SHA-1, six digits and steps of thirty seconds.

>>> code(b"12345678901234567890", 59 // STEP, digits=8)
'94287082'
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from urllib.parse import quote

STEP = 30
"""Seconds for which a code is shown."""

DIGITS = 6
_BEFORE_AND_AFTER = (0, -1, 1)  # steps by which two clocks may differ


def code(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of a step of time, counted from 1970 (RFC 4226, 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    place = mac[-1] & 0x0F
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(written: str, secret: bytes, *, at: datetime, after: int) -> int | None:
    """Return the step whose code was written, or None; only steps after the last one used, so that none is good twice."""
    given, now = "".join(written.split()), int(at.timestamp()) // STEP
    for step in (now + near for near in _BEFORE_AND_AFTER):
        if step > after and hmac.compare_digest(code(secret, step).encode(), given.encode()):
            return step
    return None


def readable(secret: bytes) -> str:
    """Return a secret as an app takes it when it is typed in: base 32, in groups of four."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def address(secret: bytes, username: str, issuer: str = "Tongguan") -> str:
    """Return the address that an app opens to take a secret over: ``otpauth://totp/...``."""
    letters = readable(secret).replace(" ", "")
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?secret={letters}&issuer={quote(issuer)}"
