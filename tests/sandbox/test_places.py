"""Receipts are read on: each exactly once, whatever its moment and whenever its transaction ends."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT
from tests.sandbox.conftest import parcel
from tests.sandbox.sending import KINDS, Trial, keep, written

from tongguan.ecommerce import samples
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find
from tongguan.sandbox import actions, queries
from tongguan.sandbox.places import BEGINNING, Place


@pytest.fixture
def racing(transactional_db) -> Trial:
    prepare()
    broker = Actor("broker system", "broker", find(samples.BROKER.code).pk)
    return Trial(broker, actions.issue(find(samples.BROKER.code), algorithm="rsa-sha1", by=broker, at=AT))


def send(trial: Trial, order_no: str, at=AT) -> None:
    data = trial.signed(written(KINDS["inventory"], parcel(order_no).inventory))
    keep(trial.judge(data, at), data)


def read(trial: Trial, place: Place, at, limit: int = 50) -> tuple[list[str], Place]:
    found = queries.receipts(to=trial.by, at=at, after=place, limit=limit)
    return [f"{row.keys['copNo']}/{row.status}" for row in found.rows], found.next


def test_a_late_receipt_comes_in_its_time(racing):
    send(racing, "A-LATE-800-60")
    first, place = read(racing, BEGINNING, AT)
    assert first == [f"A-LATE-800-60/{status}" for status in ("2", "120", "399")]
    assert read(racing, place, AT + timedelta(seconds=59))[0] == []
    again, place = read(racing, place, AT + timedelta(seconds=60))
    assert again == ["A-LATE-800-60/800"] and read(racing, place, AT + timedelta(days=1))[0] == []


def test_two_messages_of_one_moment_are_both_read(racing):
    send(racing, "A-2")
    _, place = read(racing, BEGINNING, AT)
    send(racing, "B-2")
    assert read(racing, place, AT)[0] == ["B-2/2"]


def test_a_page_goes_on_where_the_last_ended(racing):
    send(racing, "A")
    send(racing, "B-LATE-800-9")
    seen, place = read(racing, BEGINNING, AT + timedelta(seconds=9), limit=3)
    assert place.is_open
    while True:
        more, place = read(racing, Place.read(str(place)), AT + timedelta(days=1), limit=3)
        seen += more
        if not place.is_open:
            break
    assert len(seen) == len(set(seen)) == 8
    assert read(racing, place, AT + timedelta(days=2))[0] == []


def test_each_receipt_has_a_place_of_its_own(racing):
    send(racing, "A")
    found = queries.receipts(to=racing.by, at=AT)
    second = found.place(found.rows[1])
    assert [row.status for row in queries.receipts(to=racing.by, at=AT, after=second).rows] == ["399", "800"]
    assert found.place(found.rows[-1]) == found.next


def test_what_is_not_committed_is_read_later(racing):
    """A transaction that began before a reading and ends after it is not skipped."""
    written_, go = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                send(racing, "S-2")
                written_.set()
                go.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written_.wait(20)
    send(racing, "Q-2")
    first, place = read(racing, BEGINNING, AT + timedelta(seconds=1))
    go.set()
    thread.join()
    second, _ = read(racing, place, AT + timedelta(seconds=2))
    assert sorted(first + second) == ["Q-2/2", "S-2/2"]


@pytest.mark.parametrize(
    "written_place", ["x", "1", "1-", "1-2-3", f"{2**63}-1", "1-2-3-4-x", "1-2 ", f"{2**62}-1", "１-2"]
)
def test_what_is_no_place(written_place):
    assert Place.read(written_place) is None
