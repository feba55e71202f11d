"""Proofs made from the database (出具证明): of an event, or of a part of one."""

from __future__ import annotations

from typing import Any

from tongguan.journal import proofs, tree
from tongguan.journal.models import Checkpoint, Cosignature, Event, LogKey
from tongguan.journal.queries import parts_of
from tongguan.journal.refusals import NotSealedYet
from tongguan.kernel import merkle, notes


def prove(event: Event, place: int | None = None) -> dict[str, Any]:
    """Return the proof of an event, or of its part at a place (from 0), ready to be written.

    The head is the first that covers the event and has a witness; else the first that covers it. Raises NotSealedYet
    when none does, IndexError for a part there is not, Broken.
    """
    checkpoint = head_over(event)
    told = proofs.event(event.what, event.subject, event.by, event.role, event.at, event.details)
    return {
        "format": proofs.FORMAT,
        "event": told,
        "index": event.seq - 1,
        "leaf": bytes(event.leaf).hex(),
        "part": None if place is None else _part(event, place),
        "path": [one.hex() for one in tree.inclusion(event.seq - 1, checkpoint.size)],
        "checkpoint": noted(checkpoint),
        "keys": [str(log_key(origin_of(checkpoint))), *(one.witness.key for one in _cosigned(checkpoint))],
    }


def head_over(event: Event) -> Checkpoint:
    """Return the signed head that proves an event: the first with a witness, else the first; raises NotSealedYet."""
    covering = Checkpoint.objects.filter(size__gte=event.seq or 0).order_by("size")
    found = covering.filter(cosignatures__isnull=False).first() or covering.first()
    if event.seq is None or found is None:
        raise NotSealedYet(event.subject)
    return found


def _part(event: Event, place: int) -> dict[str, Any]:
    parts = parts_of(event)
    leaves = [part.leaf for part in parts]
    way = merkle.proof(leaves, place)
    one = parts[place]
    return {
        "event": proofs.event(one.what, one.subject, one.by, one.role, one.at, one.details),
        "place": place,
        "of": len(parts),
        "leaf": leaves[place].hex(),
        "path": [step.hex() for step in way],
    }


def noted(checkpoint: Checkpoint) -> str:
    """Return a head as a signed note: our signature first, then those of the witnesses."""
    return checkpoint.note + "".join(one.line for one in _cosigned(checkpoint))


def _cosigned(checkpoint: Checkpoint) -> list[Cosignature]:
    return sorted(checkpoint.cosignatures.all(), key=lambda one: one.pk)  # a list of heads has them fetched already


def origin_of(checkpoint: Checkpoint) -> str:
    """Return the name of the log that signed a head: the first line of its note."""
    return checkpoint.note.partition("\n")[0]


def past_keys() -> list[notes.Key]:
    """Return the public keys of the logs that this one goes on from, the oldest first."""
    rows = list(LogKey.objects.order_by("pk"))[:-1]
    return [notes.Key(row.origin, notes.LOG, bytes(row.public)) for row in rows]


def log_key(origin: str = "") -> notes.Key:
    """Return the public key of the log, or of the one it went on from that has this name.

    Raises Broken before the first start made it, and for a log that never was ours.
    """
    rows = LogKey.objects.filter(origin=origin) if origin else LogKey.objects.all()
    key = rows.order_by("-pk").first()
    if key is None:
        raise tree.Broken("the log has no key yet; `tongguan up --prepare` makes it")
    return notes.Key(key.origin, notes.LOG, bytes(key.public))
