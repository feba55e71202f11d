"""Witnesses: who they are, and what they sign."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions.recording import record
from tongguan.journal.models import Checkpoint, Cosignature, LogKey, Witness
from tongguan.journal.refusals import CheckpointRefused
from tongguan.kernel import notes
from tongguan.kernel.states import Actor, NotYours

_LONGEST = 64 * 2**10


@transaction.atomic
def add_witness(key: str, *, by: Actor, at: datetime) -> Witness:
    """Let a key vouch for our heads; adding it again lets it vouch again.

    ``key`` is a C2SP verifier key, of type 4 (cosignature/v1) or 1. Raises NotYours for anybody but the operator,
    CheckpointRefused for what is no key or our own.
    """
    _operator(by, "add_witness")
    try:
        read = notes.Key.read(key.strip())
    except notes.Unreadable:
        raise CheckpointRefused("WITNESS_KEY_UNREADABLE") from None
    if LogKey.objects.filter(public=read.public).exists():
        raise CheckpointRefused("WITNESS_KEY_OURS")
    row, new = Witness.objects.get_or_create(key=str(read), defaults={"name": read.name, "added_at": at})
    if new or row.ended_at:
        row.ended_at = None
        row.save(update_fields=["ended_at"])
        record("witness.added", row, by=by, at=at, key=row.key)
    return row


@transaction.atomic
def end_witness(name: str, *, by: Actor, at: datetime) -> int:
    """Let the keys of this name vouch for nothing more; what they signed stands. Returns how many; raises NotYours."""
    _operator(by, "end_witness")
    rows = list(Witness.objects.select_for_update().filter(name=name, ended_at=None))
    for row in rows:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record("witness.ended", row, by=by, at=at, key=row.key)
    return len(rows)


@transaction.atomic
def take_cosignatures(content: bytes, *, at: datetime) -> tuple[Checkpoint, list[str]]:
    """Keep what witnesses signed under a head of ours, and return the head with the names of those who signed now.

    ``content`` is the whole checkpoint with our signature and theirs. Raises CheckpointRefused: what cannot be read,
    is not the head we signed at that size, bears no signature of a known witness, or a wrong one.
    """
    note = _read(content)
    checkpoint = _ours(note)
    signed = []
    for witness in Witness.objects.filter(ended_at=None).order_by("id"):
        key = notes.Key.read(witness.key)
        lines = note.of(key)
        if not lines:
            continue
        if not note.signed_by(key):
            raise CheckpointRefused("COSIGNATURE_WRONG", name=witness.name)
        kept = {"line": lines[0].line, "at": at}
        Cosignature.objects.get_or_create(checkpoint=checkpoint, witness=witness, defaults=kept)
        signed.append(witness.name)
    if not signed:
        raise CheckpointRefused("WITNESS_UNKNOWN")
    return checkpoint, signed


def _read(content: bytes) -> notes.Note:
    try:
        if len(content) > _LONGEST:
            raise notes.Unreadable("the checkpoint is too long")
        note = notes.Note.read(content.decode())
        notes.Head.read(note.body)
    except ValueError:
        raise CheckpointRefused("CHECKPOINT_UNREADABLE") from None
    return note


def _ours(note: notes.Note) -> Checkpoint:
    """Return the head of ours that this is; raises CheckpointRefused."""
    head = notes.Head.read(note.body)
    key = LogKey.objects.filter(origin=head.origin).first()
    ours = notes.Key(key.origin, notes.LOG, bytes(key.public)) if key else None
    if ours is None or not note.signed_by(ours):
        raise CheckpointRefused("CHECKPOINT_NOT_OURS")
    checkpoint = Checkpoint.objects.filter(size=head.size).first()
    # Signed by our key and not what we keep: somebody has the key, or the log was put back. Its owner must know.
    if checkpoint is None or notes.Note.read(checkpoint.note).body != note.body:
        raise CheckpointRefused("CHECKPOINT_INCONSISTENT", size=head.size)
    return checkpoint


def _operator(by: Actor, verb: str) -> None:
    if by.role != "operator":
        raise NotYours(machine="journal", verb=verb, role=by.role, roles=["operator"])
