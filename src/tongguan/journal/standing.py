"""How a proof stands to the log as it is now (证明与现日志的关系): kept in it, or of a part that a restore has lost."""

from __future__ import annotations

from typing import NamedTuple

from tongguan.journal import proofs
from tongguan.journal.models import Event, LogKey
from tongguan.journal.proofs import Proven


class Standing(NamedTuple):
    """``key`` is *kept*, *lost*, *unsealed* or *foreign*, under ``proof.standing`` among the texts.

    ``size`` is how many events of the proof's log go on in the one of now, ``origin`` the log of now.
    """

    key: str
    origin: str
    size: int


def standing(proven: Proven) -> Standing:
    """Return how what was proven stands to the log of now.

    *kept*: the event has its number here. *lost*: its log was begun anew from an earlier head, and the event is not among
    those that went on: it was recorded and a restore has lost it. *unsealed*: our log has another event at its number
    though it was not begun anew, which must not be. *foreign*: the proof is of a log that was never ours.
    """
    keys = list(LogKey.objects.order_by("pk"))
    origin = keys[-1].origin if keys else ""
    if proven.origin not in {key.origin for key in keys}:
        return Standing("foreign", origin, 0)
    row = Event.objects.filter(seq=proven.number).first()
    ended = Event.objects.filter(what="journal.begun_anew", details__before=proven.origin).order_by("id").first()
    if row is not None and _is_told(row, proven):
        return Standing("kept", origin, proven.number)
    if ended is None:
        return Standing("unsealed", origin, 0)
    return Standing("lost", origin, (ended.seq or 1) - 1)


def _is_told(row: Event, proven: Proven) -> bool:
    from tongguan.journal.queries import parts_of

    one = row if proven.place is None else parts_of(row)[proven.place] if row.parts is not None else None
    if one is None:
        return False
    return proofs.event(one.what, one.subject, one.by, one.role, one.at, one.details) == proven.told
