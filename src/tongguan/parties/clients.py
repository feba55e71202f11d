"""Who a machine is by its token, within a microsecond for one that was seen a moment ago.

A token is 256 random bits, so its plain SHA-256 is enough to keep. A revoked client is refused at once in the process
that revoked it, and in others after a few seconds.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import datetime, timedelta

from tongguan.kernel.states import Actor
from tongguan.parties.models import MachineClient
from tongguan.parties.queries import actor_of_client

_SECONDS = 5.0
_MOST = 4096
_NOTED_EVERY = timedelta(minutes=10)
_kept: dict[bytes, tuple[float, MachineClient]] = {}


def new_token() -> tuple[str, bytes]:
    """Return a token and its digest."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def client_of(token: str, *, at: datetime) -> MachineClient | None:
    """Return the client with this token, unless it was revoked or has run out; at most one query, by index.

    Every few minutes that it is used is noted, by one more.
    """
    key = digest(token)
    until, client = _kept.get(key, (0.0, None))
    asked = time.monotonic()
    if client is not None and asked < until and client.state(at) == "in_force":
        return client
    client = MachineClient.objects.filter(token_digest=key, revoked=None).first()
    if client is None or client.state(at) != "in_force":
        _kept.pop(key, None)
        return None
    if client.used is None or at - client.used > _NOTED_EVERY:
        client.used = at
        MachineClient.objects.filter(pk=client.pk).update(used=at)
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[key] = (asked + _SECONDS, client)
    return client


def authenticate(token: str, *, at: datetime) -> Actor | None:
    """Return the actor a token stands for, or None."""
    client = client_of(token, at=at)
    return client and actor_of_client(client)


def clear_cache() -> None:
    """Drop what this process remembers."""
    _kept.clear()
