"""Secrets at rest (推送密钥): sealed under the key of the service, bound to their address."""

from __future__ import annotations

from datetime import datetime

from tongguan.kernel import seals
from tongguan.parties import keys

from ..models.webhooks import WebhookEndpoint


def sealed(number: int, secret: str) -> bytes:
    """Return the secret of an address as it is kept."""
    return seals.seal(secret.encode(), keys.master(), _about(number))


def valid(row: WebhookEndpoint, at: datetime) -> list[str]:
    """Return the secrets that sign at a moment, the newest first; raises Unsealable under another key of the service."""
    kept = [row.sealed] + ([row.sealed_before] if row.old_secret_until(at) else [])
    return [seals.unseal(bytes(one), keys.master(), _about(row.pk)).decode() for one in kept if one]


def _about(number: int) -> bytes:
    return f"webhook {number}".encode()
