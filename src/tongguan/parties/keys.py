"""The two keys of the service, which only its own processes can read: the database never holds them."""

from __future__ import annotations

from django.conf import settings


def master() -> bytes:
    """Return the 32-byte key under which other keys are sealed."""
    return settings.MASTER_KEY


def matching() -> bytes:
    """Return the key of the fingerprints of personal values. It cannot be replaced without losing every match."""
    return settings.MATCHING_KEY
