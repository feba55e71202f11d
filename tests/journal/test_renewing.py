"""A log that was put back goes on under a new name, and a proof of what was lost is explained."""

from __future__ import annotations

import pytest
from tests.journal.signing import AT, LI, OPERATOR, happen, happen_together, last, signed

from tongguan.journal.actions import begin_new_log, renew_for, sequence, take_cosignatures
from tongguan.journal.checking import check_log
from tongguan.journal.models import Checkpoint, Event, LogKey
from tongguan.journal.proofs import as_json, verify
from tongguan.journal.proving import log_key, past_keys, prove
from tongguan.journal.refusals import CheckpointRefused
from tongguan.journal.standing import standing
from tongguan.kernel import notes
from tongguan.kernel.states import NotYours


class PutBack(Exception):
    """Undoes what was done since, as a restore to an earlier moment does."""


@pytest.fixture
def lost(db) -> tuple[bytes, str]:
    """Proof and head of what was recorded after the moment to which the database was put back."""
    from django.db import transaction

    happen(4)
    signed()
    found = []
    with pytest.raises(PutBack), transaction.atomic():
        happen_together(2, "message/lost")
        head = signed()
        found += [as_json(prove(last(), 1)).encode(), head.note]
        raise PutBack
    return found[0], found[1]


def went_on() -> None:
    happen(3, "later")
    while sequence():
        pass


def test_a_published_head_that_contradicts_begins_a_new_log(lost):
    proof, head = lost
    old = log_key()
    assert renew_for(Checkpoint.objects.get().note.encode(), by=OPERATOR, at=AT) is None  # that one is ours
    went_on()
    key = renew_for(head.encode(), by=OPERATOR, at=AT)
    assert key is not None and key.origin != old.name and log_key().name == key.origin and past_keys() == [old]
    while sequence():
        pass
    told = Event.objects.get(what="journal.begun_anew")
    assert (told.details["before"], told.details["size"], told.details["lost_size"]) == (old.name, 4, 5)
    made = signed()
    assert made.note.startswith(key.origin) and check_log().difference is None
    assert verify(as_json(prove(told)).encode(), log_key()).origin == key.origin
    # What was proven before is proven still, under the key of then.
    first = Event.objects.get(seq=1)
    assert verify(as_json(prove(first)).encode(), old).origin == old.name


def test_a_proof_of_the_lost_part_is_true_and_explained(lost):
    proof, head = lost
    old = log_key()
    proven = verify(proof, old)
    assert standing(proven).key == "unsealed"
    went_on()
    assert standing(proven).key == "unsealed"
    renew_for(head.encode(), by=OPERATOR, at=AT)
    while sequence():
        pass
    assert standing(proven)[0] == "lost" and standing(proven).origin == log_key().name
    signed()
    assert standing(verify(as_json(prove(Event.objects.get(seq=2))).encode())).key == "kept"


def test_a_witness_of_the_lost_head_is_told(lost):
    _, head = lost
    went_on()
    with pytest.raises(CheckpointRefused) as raised:
        take_cosignatures(head.encode(), at=AT)
    assert raised.value.findings[0].code == "CHECKPOINT_INCONSISTENT"


def test_what_is_no_head_of_ours_begins_nothing(lost):
    _, head = lost
    other = notes.key_of("other.example/log", bytes(32))
    for content, code in (
        (b"\xff", "CHECKPOINT_UNREADABLE"),
        (head.replace(log_key().name, other.name).encode(), "CHECKPOINT_NOT_OURS"),
    ):
        with pytest.raises(CheckpointRefused) as raised:
            renew_for(content, by=OPERATOR, at=AT)
        assert raised.value.findings[0].code == code
    with pytest.raises(NotYours):
        begin_new_log(by=LI, at=AT)
    assert LogKey.objects.count() == 1


def test_a_proof_of_another_log_is_foreign(lost):
    proven = verify(lost[0])
    assert standing(proven._replace(origin="tongguan/journal/0000000000000000")).key == "foreign"
