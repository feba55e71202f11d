"""The stored tree: what it proves, by how many reads, and heads that are signed and chained."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.journal.signing import AT, LI, OPERATOR, WITNESS, WITNESS_KEY, happen, last, signed, tamper

from tongguan.journal import tree
from tongguan.journal.actions import (
    Entry,
    add_witness,
    end_witness,
    ensure_log_key,
    record_many,
    sequence,
    sign_head,
    take_cosignatures,
)
from tongguan.journal.checking import check_log
from tongguan.journal.models import Checkpoint, Cosignature, Event, LogKey, Node
from tongguan.journal.proving import log_key, noted
from tongguan.journal.refusals import CheckpointRefused
from tongguan.kernel import merkle, notes
from tongguan.kernel.seals import Unsealable
from tongguan.kernel.states import NotYours


def leaves() -> list[bytes]:
    return [bytes(one) for one in Event.objects.exclude(seq=None).order_by("seq").values_list("leaf", flat=True)]


@pytest.mark.django_db
def test_the_stored_tree_is_that_of_the_leaves_at_every_size():
    for count in (1, 2, 5, 7, 1, 16, 9):
        happen(count)
    every = leaves()
    assert tree.size() == len(every) == 41
    for size in range(42):
        assert tree.root(size) == merkle.root(every[:size])
    for size in (1, 2, 3, 8, 31, 32, 33, 41):
        for place in range(size):
            assert tree.inclusion(place, size) == merkle.proof(every[:size], place)
    for first in range(42):
        way = tree.consistency(first, 41)
        assert merkle.grew(first, 41, way, merkle.root(every[:first]), merkle.root(every))
    assert Node.objects.count() == 20 + 10 + 5 + 2 + 1


@pytest.mark.django_db
def test_a_tree_that_lacks_events_of_before_is_filled_by_the_next_run():
    happen(20)
    tamper_all("DELETE FROM journal_node")
    with pytest.raises(tree.Broken):
        tree.root(20)
    happen(3)
    assert tree.root(23) == merkle.root(leaves()) and tree.root(20) == merkle.root(leaves()[:20])
    assert sequence() == 0


def tamper_all(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.django_db
def test_a_proof_is_one_query():
    happen(1000)
    for ask in (lambda: tree.inclusion(513, 1000), lambda: tree.consistency(333, 1000), lambda: tree.root(999)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask()
        assert len(asked) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["node", "checkpoint", "logkey"])
def test_what_proofs_stand_on_cannot_be_changed(table):
    happen(4)
    signed()
    for statement in (f"DELETE FROM journal_{table}", f"TRUNCATE journal_{table} CASCADE"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_a_head_is_signed_when_there_is_something_new():
    assert sign_head(at=AT) is None
    happen(3)
    first = signed()
    assert sign_head(at=AT) is None
    note = notes.Note.read(first.note)
    assert note.signed_by(log_key())
    assert notes.Head.read(note.body) == (log_key().name, 3, merkle.root(leaves()))
    happen(2)
    assert signed().size == 5 and Checkpoint.objects.count() == 2
    assert check_log() == (5, 0, 2, None)


@pytest.mark.django_db
def test_the_key_is_made_once_and_lies_sealed(settings):
    key = ensure_log_key(at=AT)
    assert ensure_log_key(at=AT) == key and LogKey.objects.count() == 1
    assert key.origin.startswith("tongguan/journal/") and bytes(key.public) not in bytes(key.sealed)
    happen(1)
    settings.MASTER_KEY = bytes(32)
    with pytest.raises(Unsealable):
        sign_head(at=AT)


@pytest.mark.django_db
def test_nothing_is_signed_that_does_not_continue_what_was_signed():
    happen(4)
    signed()
    happen(2)
    tamper(r"UPDATE journal_node SET hash = sha256('x') WHERE level = 2 AND place = 0")
    with pytest.raises(tree.Broken, match="checkpoint/4"):
        sign_head(at=AT)
    assert Checkpoint.objects.count() == 1


def cosigned(checkpoint: Checkpoint, private: bytes = WITNESS, name: str = WITNESS_KEY.name) -> bytes:
    body = notes.Note.read(checkpoint.note).body
    return (checkpoint.note + notes.cosigned(body, name, private, 1_800_000_000)).encode()


@pytest.mark.django_db
def test_a_witness_signs_a_head():
    happen(3)
    head = signed()
    add_witness(str(WITNESS_KEY), by=OPERATOR, at=AT)
    assert take_cosignatures(cosigned(head), at=AT) == (head, [WITNESS_KEY.name])
    assert take_cosignatures(cosigned(head), at=AT) == (head, [WITNESS_KEY.name])
    assert Cosignature.objects.count() == 1
    note = notes.Note.read(noted(head))
    assert note.signed_by(log_key()) and note.signed_by(WITNESS_KEY)
    assert check_log().difference is None
    assert end_witness(WITNESS_KEY.name, by=OPERATOR, at=AT) == 1
    assert refusal(cosigned(head)) == "WITNESS_UNKNOWN"
    assert [event.what for event in Event.objects.filter(subject__startswith="witness/")] == [
        "witness.added", "witness.ended",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_witness_may_sign_the_note_itself():
    happen(3)
    head, key = signed(), notes.key_of("old.example", WITNESS)
    add_witness(str(key), by=OPERATOR, at=AT)
    note = head.note + notes.signed(notes.Note.read(head.note).body, key.name, WITNESS)
    assert take_cosignatures(note.encode(), at=AT) == (head, ["old.example"])


def refusal(content: bytes) -> str:
    with pytest.raises(CheckpointRefused) as refused:
        take_cosignatures(content, at=AT)
    [finding] = refused.value.findings
    assert finding.text("en") and finding.text("zh") != finding.text("en")
    return finding.code


@pytest.mark.django_db
def test_what_no_witness_of_ours_signed_is_refused():
    happen(3)
    head = signed()
    assert refusal(cosigned(head)) == "WITNESS_UNKNOWN"
    add_witness(str(WITNESS_KEY), by=OPERATOR, at=AT)
    assert refusal(head.note.encode()) == "WITNESS_UNKNOWN"
    wrong = cosigned(head).replace(cosigned(head)[-20:-10], cosigned(head, bytes(32))[-20:-10])
    assert refusal(wrong) == "COSIGNATURE_WRONG"
    for odd in (b"", b"x", b"\xff\n\n", head.note.encode()[:-1], b"a\n\n" + head.note.encode(), b"x" * 100_000):
        assert refusal(odd) == "CHECKPOINT_UNREADABLE"
    assert not Cosignature.objects.exists()


@pytest.mark.django_db
def test_a_head_that_is_not_consistent_with_ours_is_refused(settings):
    happen(3)
    head = signed()
    add_witness(str(WITNESS_KEY), by=OPERATOR, at=AT)
    other = notes.Head(log_key().name, 3, bytes(32)).body()
    unsigned = other + "\n" + notes.signed(other, log_key().name, bytes(32))
    assert refusal(unsigned.encode()) == "CHECKPOINT_NOT_OURS"
    # Signed by our own key, and yet another history: whoever restored a copy would get this.
    from tongguan.journal.actions import signing
    from tongguan.kernel import seals

    row = LogKey.objects.get()
    private = seals.unseal(bytes(row.sealed), settings.MASTER_KEY, signing._about(row.origin))
    for size in (3, 4):
        forked = notes.Head(row.origin, size, bytes(32)).body()
        note = forked + "\n" + notes.signed(forked, row.origin, private)
        note += notes.cosigned(forked, WITNESS_KEY.name, WITNESS, 1)
        assert refusal(note.encode()) == "CHECKPOINT_INCONSISTENT"
    assert head.cosignatures.count() == 0


@pytest.mark.django_db
def test_only_the_operator_names_witnesses_and_only_by_a_key():
    ensure_log_key(at=AT)
    with pytest.raises(NotYours):
        add_witness(str(WITNESS_KEY), by=LI, at=AT)
    with pytest.raises(NotYours):
        end_witness("x", by=LI, at=AT)
    for key, code in (("x", "WITNESS_KEY_UNREADABLE"), (str(log_key()), "WITNESS_KEY_OURS")):
        with pytest.raises(CheckpointRefused) as refused:
            add_witness(key, by=OPERATOR, at=AT)
        assert refused.value.findings[0].code == code


@pytest.mark.django_db(transaction=True)
def test_sequencers_writers_and_signers_race():
    def write(n: int) -> None:
        for _ in range(5):
            with transaction.atomic():
                record_many(Entry("a", f"s/{n}", LI, AT) for _ in range(7))
        connection.close()

    def number(_: int) -> None:
        for _ in range(12):
            sequence(limit=11)
        connection.close()

    def sign(_: int) -> None:
        for _ in range(12):
            sign_head(at=AT)
        connection.close()

    with ThreadPoolExecutor(12) as threads:
        jobs = [threads.submit(job, n) for n in range(4) for job in (write, number, sign)]
        for job in jobs:
            job.result()
    while sequence():
        pass
    sign_head(at=AT)
    assert tree.size() == 140 and tree.root(140) == merkle.root(leaves())
    checked = check_log()
    assert checked.difference is None and checked.events == 140 and checked.checkpoints == Checkpoint.objects.count()


@pytest.mark.slow
@pytest.mark.django_db
def test_a_hundred_thousand_events_are_numbered_and_proven_soon():
    with transaction.atomic():
        record_many(Entry("parcel.released", f"s/{n}", LI, AT, {"n": n}) for n in range(100_000))
    began = time.monotonic()
    while sequence() == 10_000:
        pass
    head = signed()
    numbering = time.monotonic() - began
    began = time.monotonic()
    for number in range(1, 100_001, 1000):
        event = Event.objects.get(seq=number)
        assert merkle.proves(
            bytes(event.leaf), number - 1, head.size, tree.inclusion(number - 1, head.size), bytes(head.root)
        )
    proving = (time.monotonic() - began) / 100
    assert last().seq == 100_000 and check_log() == (100_000, 0, 1, None)
    print(f"100,000 events numbered in {numbering:.1f} s, a proof in {proving * 1000:.1f} ms")
    assert numbering < 60 and proving < 0.1
