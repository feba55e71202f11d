"""A new log begins where the old one was put back (日志重启): after a restore to an earlier moment.

Heads of the old log that were signed after the moment are known to others, and what is recorded now contradicts them. So
the log goes on under another key, and thereby another name; an event tells from which head of the old one, and which head
of it was lost as far as that is known. Whoever trusts the old key sees the end of its log, and who follows the event the
beginning of the new one.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal import tree
from tongguan.journal.actions.recording import record
from tongguan.journal.actions.signing import _in_turn, made_key
from tongguan.journal.models import Checkpoint, LogKey
from tongguan.journal.refusals import CheckpointRefused
from tongguan.kernel import notes
from tongguan.kernel.states import Actor, NotYours

_LONGEST = 64 * 2**10


@transaction.atomic
def begin_new_log(*, lost: notes.Head | None = None, by: Actor, at: datetime) -> LogKey:
    """Let the log go on under a new key, from the last head that is signed; ``lost`` is one that others know and we lost.

    Raises NotYours for anybody but the operator.
    """
    if by.role != "operator":
        raise NotYours(machine="journal", verb="begin_new_log", role=by.role, roles=["operator"])
    _in_turn()
    before, last = LogKey.objects.order_by("-pk").first(), Checkpoint.objects.order_by("-size").first()
    key = made_key(at)
    told = {"size": last.size, "head": bytes(last.root).hex()} if last else {"size": 0, "head": ""}
    if lost is not None:
        told |= {"lost_size": lost.size, "lost_head": lost.root.hex()}
    record("journal.begun_anew", key, by=by, at=at, before=before.origin if before else "", **told)
    return key


@transaction.atomic
def renew_for(content: bytes, *, by: Actor, at: datetime) -> LogKey | None:
    """Begin a new log if a head that was published contradicts ours; returns None when it is one of ours.

    ``content`` is the signed head, as a witness or anybody else has it. Raises CheckpointRefused for what cannot be read
    or bears no signature of this log, NotYours.
    """
    try:
        if len(content) > _LONGEST:
            raise notes.Unreadable("the checkpoint is too long")
        note = notes.Note.read(content.decode())
        head = notes.Head.read(note.body)
    except ValueError:
        raise CheckpointRefused("CHECKPOINT_UNREADABLE") from None
    key = LogKey.objects.order_by("-pk").first()
    if key is None or not note.signed_by(notes.Key(key.origin, notes.LOG, bytes(key.public))):
        raise CheckpointRefused("CHECKPOINT_NOT_OURS")
    if head.size <= tree.size() and tree.root(head.size) == head.root:
        return None
    return begin_new_log(lost=head, by=by, at=at)
