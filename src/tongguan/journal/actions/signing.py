"""The journal's own key, and its signature under each new head."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from tongguan.journal import tree
from tongguan.journal.leaves import stamp
from tongguan.journal.models import Checkpoint, LogKey
from tongguan.kernel import notes, seals

_SIGNER = 0x636865636B  # the advisory lock's number: "check"
_KEY_BYTES = 32


@transaction.atomic
def ensure_log_key(*, at: datetime) -> LogKey:
    """Return the key of the log; the first start makes it.

    A log that was begun anew (``renewing``) has several, and the latest signs. The log is called after its key,
    ``tongguan/journal/`` and sixteen digits, so no two logs have one name.
    """
    _in_turn()
    return LogKey.objects.order_by("-pk").first() or made_key(at)


def made_key(at: datetime) -> LogKey:
    """Make a key, by which a log begins; the latest is the one that signs."""
    private = os.urandom(_KEY_BYTES)
    public = notes.key_of("", private).public
    origin = f"tongguan/journal/{hashlib.sha256(public).hexdigest()[:16]}"
    sealed = seals.seal(private, settings.MASTER_KEY, _about(origin))
    return LogKey.objects.create(origin=origin, public=public, sealed=sealed, made_at=at)


@transaction.atomic
def sign_head(*, at: datetime) -> Checkpoint | None:
    """Sign the head of the log, if there is a new one, and return it.

    Raises Broken, and signs nothing, when the last signed head is no longer a part of the log: a log that signs two
    that do not agree is worth nothing. Raises Unsealable under another master key.
    """
    key = ensure_log_key(at=at)
    size, last = tree.size(), Checkpoint.objects.order_by("-size").first()
    if size == (last.size if last else 0):
        return None
    if last is not None and (size < last.size or tree.root(last.size) != bytes(last.root)):
        raise tree.Broken(f"the log of {size} events does not continue {last}, which is signed")
    root = tree.root(size)
    body = notes.Head(key.origin, size, root).body()
    private = seals.unseal(bytes(key.sealed), settings.MASTER_KEY, _about(key.origin))
    note = body + "\n" + notes.signed(body, key.origin, private)
    chain = chained(bytes(last.chain) if last else b"", at, note)
    return Checkpoint.objects.create(size=size, root=root, note=note, chain=chain, at=at)


def chained(before: bytes, at: datetime, note: str) -> bytes:
    """Return the link of a head in the chain of heads: 32 bytes over the link before, the moment and the note."""
    return hashlib.sha256(before + f"{stamp(at)}\n{note}".encode()).digest()


def _about(origin: str) -> bytes:
    return f"log {origin}".encode()


def _in_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SIGNER])
