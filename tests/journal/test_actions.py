"""Recording, numbering and following, alone and in races."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from tongguan.journal.actions import Entry, record, record_many, record_together, sequence
from tongguan.journal.copying import NoTransaction
from tongguan.journal.leaves import canonical, leaf
from tongguan.journal.models import Event
from tongguan.journal.queries import follow, parts_of, story
from tongguan.kernel import merkle
from tongguan.kernel.states import Actor

LI = Actor("li", "officer", label="Ms Li")
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_an_event_keeps_what_happened_by_whom_and_when():
    record("parcel.released", "parcel/1", by=LI, at=AT, tax=Decimal("92.80"), day=date(2026, 11, 21), lines=[1, 2])
    event = Event.objects.get()
    assert (event.what, event.subject, event.by, event.role, event.at) == (
        "parcel.released", "parcel/1", "li", "officer", AT,
    )  # fmt: skip
    assert event.details == {"tax": "92.80", "day": "2026-11-21", "lines": [1, 2]}
    assert event.seq is None


@pytest.mark.django_db
def test_a_leaf_can_be_made_again_from_the_stored_row():
    record_many([Entry("a", "s/1", LI, AT, {"name": "李·宝", "n": 2**70, "deep": {"b": [None, True], "a": ""}})])
    event = Event.objects.get()
    again = leaf(event.what, event.subject, event.by, event.role, event.at, canonical(event.details))
    assert bytes(event.leaf) == again
    changed = canonical({**event.details, "n": 1})
    assert again != leaf(event.what, event.subject, event.by, event.role, event.at, changed)


def test_a_leaf_is_the_hash_of_one_canonical_text():
    """Whoever has the event makes its leaf with any JSON library."""
    event = {"what": 'a"b', "subject": "s/1\n", "by": "李", "role": "officer", "details": {"b": 1, "a": ["x"]}}
    event["at"] = "2026-11-21T09:30:00.000000+00:00"
    written = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    made = leaf(event["what"], event["subject"], "李", "officer", shanghai, canonical(event["details"]))
    assert made == hashlib.sha256(b"\x00" + written.encode()).digest()


@pytest.mark.django_db
def test_record_and_record_many_write_the_same_row():
    one = record("a", "s/1", by=LI, at=AT, n=1)
    record_many([Entry("a", "s/1", LI, AT, {"n": 1})])
    many = Event.objects.exclude(id=one.id).get()
    same = ("what", "subject", "by", "role", "at", "details")
    assert [getattr(one, name) for name in same] == [getattr(many, name) for name in same]
    assert bytes(one.leaf) == bytes(many.leaf)


@pytest.mark.django_db
def test_a_binary_fraction_and_a_moment_without_a_zone_are_refused():
    with pytest.raises(TypeError, match="float"):
        record("a", "s", by=LI, at=AT, tax=0.1)
    with pytest.raises(ValueError, match="time zone"):
        record("a", "s", by=LI, at=AT.replace(tzinfo=None))
    with pytest.raises(TypeError, match="a text"):
        record("a", "s", by=LI, at=AT, deep={1: "one"})


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_in_the_transaction_of_its_change():
    with pytest.raises(NoTransaction):
        record("a", "s", by=LI, at=AT)
    with pytest.raises(NoTransaction):
        record_many([Entry("a", "s", LI, AT)])
    with pytest.raises(NoTransaction):
        record_many([])
    with pytest.raises(RuntimeError, match="changed my mind"), transaction.atomic():
        record("a", "s", by=LI, at=AT)
        raise RuntimeError("changed my mind")
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("field", [f.column for f in Event._meta.fields if f.name not in ("id", "seq")])
def test_no_field_of_an_event_can_be_changed(field):
    record("a", "s", by=LI, at=AT)
    changed = {
        "at": "'2020-01-01'", "details": "'{\"x\": 1}'", "parts": "'[]'", "leaf": "sha256('x')",
    }.get(field, "'b'")  # fmt: skip
    # Not even together with the one change that is let through.
    for with_number in ("", ", seq = 1"):
        with pytest.raises(DatabaseError, match="append-only: update refused"), transaction.atomic():
            _run(f'UPDATE journal_event SET "{field}" = {changed}{with_number}')


@pytest.mark.django_db
def test_a_number_is_given_once_and_no_row_goes():
    record("a", "s", by=LI, at=AT)
    assert sequence() == 1
    refused = ["SET seq = 2", "SET seq = NULL", "SET seq = seq", "SET id = id + 1"]
    for statement in [f"UPDATE journal_event {change}" for change in refused] + [
        "DELETE FROM journal_event",
        "TRUNCATE journal_event",
    ]:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            _run(statement)
    assert Event.objects.get().seq == 1


@pytest.mark.django_db
def test_numbers_go_on_where_they_ended_and_followers_page_through():
    for _ in range(2):
        record_many([Entry("a", f"s/{n}", LI, AT) for n in range(5)])
        assert sequence(limit=3) == 3
    assert [sequence(), sequence()] == [4, 0]
    first = follow(0, limit=6)
    assert [e.seq for e in first] == [1, 2, 3, 4, 5, 6]
    assert [e.seq for e in follow(first[-1].seq)] == [7, 8, 9, 10]
    assert [e.id for e in first] == sorted(e.id for e in first)


@pytest.mark.django_db
def test_the_story_of_a_subject_is_paged_from_its_end():
    record_many([Entry(f"step.{n}", "s/1", LI, AT) for n in range(5)] + [Entry("other", "s/2", LI, AT)])
    page = story("s/1", limit=3)
    assert [e.what for e in page] == ["step.4", "step.3", "step.2"]
    assert [e.what for e in story("s/1", before=page[-1].id)] == ["step.1", "step.0"]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_numbered_late():
    recorded, numbered = threading.Event(), threading.Event()

    def late():
        with transaction.atomic():
            record("late", "s", by=LI, at=AT)
            recorded.set()
            assert numbered.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(late)
        assert recorded.wait(10)
        with transaction.atomic():
            record("early", "s", by=LI, at=AT)
        assert sequence() == 1
        numbered.set()
        waiting.result(10)
    assert sequence() == 1
    assert [e.what for e in follow(0)] == ["early", "late"]
    assert Event.objects.get(what="late").id < Event.objects.get(what="early").id


@pytest.mark.django_db(transaction=True)
def test_eight_writers_two_sequencers_and_a_follower_race():
    writers, each = 8, 30
    done = threading.Event()

    def write(writer: int) -> None:
        for n in range(each):
            try:
                with transaction.atomic():
                    record_many([Entry("a", f"w/{writer}", LI, AT, {"n": n})] * 2)
                    time.sleep(0.001 * (writer % 3))
                    if n % 5 == 4:
                        raise LookupError
            except LookupError:
                continue
        connection.close()

    def number() -> None:
        while not done.is_set():
            sequence(limit=7)
        connection.close()

    def read() -> list[Event]:
        seen: list[Event] = []
        while (fresh := follow(seen[-1].seq if seen else 0, limit=11)) or not done.is_set():
            seen += fresh
        connection.close()
        return seen

    with ThreadPoolExecutor(writers + 3) as pool:
        reading = pool.submit(read)
        numbering = [pool.submit(number) for _ in range(2)]
        try:
            for writing in [pool.submit(write, w) for w in range(writers)]:
                writing.result(60)
            while sequence():
                pass
        finally:
            done.set()  # or a failure here would leave the others running for ever
        seen = reading.result(60)
        for one in numbering:
            one.result(60)
    committed = writers * (each - each // 5) * 2
    assert [e.seq for e in seen] == list(range(1, committed + 1))
    assert len({e.id for e in seen}) == committed == Event.objects.count()
    for writer in range(writers):
        in_order = [e.details["n"] for e in seen if e.subject == f"w/{writer}"]
        assert in_order == sorted(in_order)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_what_an_act_does_to_many_is_one_event_and_each_part_provable():
    system = Actor("clearance", "system")
    parts = [
        Entry("parcel.released", f"parcel/{n}", system if n else LI, AT, {"tax": Decimal(n), "who": "李"})
        for n in range(5)
    ]
    record_together(Entry("message.received", "message/7", LI, AT, {"nodes": 5}), parts)
    event = Event.objects.get()
    assert event.details["nodes"] == 5 and event.details["parts"] == 5
    told = parts_of(event)
    assert [(p.what, p.subject, p.by, p.details) for p in told][:2] == [
        ("parcel.released", "parcel/0", "li", {"tax": "0", "who": "李"}),
        ("parcel.released", "parcel/1", "clearance", {"tax": "1", "who": "李"}),
    ]
    leaves = [part.leaf for part in told]
    assert event.details["root"] == merkle.root(leaves).hex()
    assert merkle.proves(leaves[3], 3, 5, merkle.proof(leaves, 3), bytes.fromhex(event.details["root"]))
    assert leaves[3] == leaf("parcel.released", "parcel/3", "clearance", "system", AT, '{"tax":"3","who":"李"}')
    assert bytes(event.leaf) == leaf(
        "message.received", "message/7", "li", "officer", AT, canonical(event.details)
    )  # fmt: skip
    assert [one.what for one in story("parcel/3", within=["message/7"])] == ["parcel.released"]
    assert story("parcel/3") == []


@pytest.mark.django_db(transaction=True)
def test_the_parts_of_an_event_cannot_be_changed():
    with transaction.atomic():
        record_together(Entry("a", "s/1", LI, AT), [Entry("b", "s/2", LI, AT)])
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(seq=1, parts=[])
    assert sequence() == 1
