"""Secrets and signatures of webhooks (推送签名), as Standard Webhooks 1.0 writes them.

The example that its libraries are tested by:

>>> sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

PREFIX = "whsec_"
TOLERANCE = 300
"""Seconds by which the clocks of sender and receiver may differ."""

_BYTES = 32
_LEAST, _MOST = 24, 64


class NotSigned(ValueError):
    """What came was not signed by this secret; ``reason`` is missing, time, secret or signature."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def new_secret() -> str:
    """Return a new secret: the prefix, then 32 random bytes as base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def new_number() -> str:
    """Return a new number of a delivery (webhook-id)."""
    return f"msg_{secrets.token_hex(16)}"


def sign(secret: str, number: str, moment: int, body: bytes) -> str:
    """Return the signature of a body under a number at a moment (Unix time); raises NotSigned for what is no secret."""
    signed = f"{number}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def headers(keys: Iterable[str], number: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of a delivery, with one signature for each secret that is valid."""
    moment = int(at.timestamp())
    return {
        "webhook-id": number,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(sign(key, number, moment, body) for key in keys),
    }


def verify(secret: str, given: Mapping[str, str], body: bytes, at: datetime) -> None:
    """Raise NotSigned unless the headers, by their names in lower case, sign the body with this secret about now."""
    number, moment, signatures = (given.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not (number and moment and signatures):
        raise NotSigned("missing")
    if not (moment.isascii() and moment.isdigit() and abs(at.timestamp() - int(moment[:_BYTES])) <= TOLERANCE):
        raise NotSigned("time")
    wanted = sign(secret, number, int(moment), body).encode()
    if not any(hmac.compare_digest(wanted, one.encode()) for one in signatures.split(" ")):
        raise NotSigned("signature")


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise NotSigned("secret") from None
    if not _LEAST <= len(key) <= _MOST:
        raise NotSigned("secret")
    return key
