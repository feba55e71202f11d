"""Receipts read on: each exactly once, in whatever order the writers commit."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from tests.api.conftest import AT, make_parcel, xml

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Message, Receipt

XML = "application/xml"
PATH = "/api/v1/receipts"


def cleared(caller, *parcels: samples.Parcel) -> None:
    for noun in samples.KINDS:
        assert caller.post("/api/v1/messages", xml(noun, *parcels), XML).status_code == 200


def read_on(caller, after: str = "", **query) -> tuple[list[dict], str]:
    page = caller.get(PATH, {"after": after, **query}).json()
    return page["receipts"], page["next"]


def test_receipts_are_read_page_by_page(racing_window):
    broker = racing_window.broker
    cleared(broker, make_parcel("R1"), make_parcel("R2"))
    seen, after = [], ""
    while True:
        rows, after = read_on(broker, after, limit=3)
        seen += [row["guid"] for row in rows]
        if not rows:
            break
    assert len(seen) == len(set(seen)) == 14
    assert read_on(broker, after) == ([], after)


def test_receipts_may_be_of_one_kind(racing_window, parcel):
    cleared(racing_window.broker, parcel)
    rows, _ = read_on(racing_window.broker, kind="CEB622Message")
    assert [row["status"] for row in rows] == ["2", "120", "399", "800"]
    assert rows[-1]["keys"]["copNo"] == "CT0001" and rows[-1]["at"] == "2026-05-01T09:00:00+08:00"


def test_receipts_of_others_are_not_there(racing_window, parcel):
    cleared(racing_window.broker, parcel)
    assert read_on(racing_window.platform) == ([], "")
    assert len(read_on(racing_window.operator)[0]) == 7


@pytest.mark.parametrize(
    "query, name",
    [
        ({"after": "x"}, "after"), ({"after": "1"}, "after"), ({"after": f"{2**63}-0"}, "after"), ({"after": "-1-2"}, "after"),
        ({"kind": "CEB311Message"}, "kind"), ({"limit": "0"}, "limit"), ({"limit": "501"}, "limit"), ({"limit": "x"}, "limit"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_problems(window, query, name):
    response = window.broker.get(PATH, query)
    assert response.status_code == 400 and response.json()["errors"][0]["pointer"] == name


def receipt(enterprise: int, message: Message, guid: str) -> None:
    Receipt.objects.create(
        kind="CEB622Message",
        message=message,
        enterprise_id=enterprise,
        at=AT,
        keys={},
        course=[[guid, "120", "-"]],
    )


@pytest.fixture
def letterbox(racing_window, parcel):
    """A message of the broker's under which receipts can be added; those of its own are read already."""
    number = racing_window.broker.post("/api/v1/messages", xml("order", parcel), XML).json()["message"]
    message = Message.objects.get(pk=number)
    return racing_window.broker, message, read_on(racing_window.broker)[1]


def test_a_receipt_committed_after_a_later_one_is_not_missed(letterbox):
    broker, message, after = letterbox
    inserted, go = Event(), Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                receipt(message.enterprise_id, message, "slow")
                inserted.set()
                assert go.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        assert inserted.wait(10)
        receipt(message.enterprise_id, message, "fast")
        before, after = read_on(broker, after)
        go.set()
        running.result(10)
    then, after = read_on(broker, after)
    assert [row["guid"] for row in before + then] == ["slow", "fast"]


def test_each_receipt_is_read_once_while_many_write(letterbox):
    broker, message, after = letterbox
    writers, each = 4, 15

    def write(number: int) -> None:
        chance = random.Random(number)
        try:
            for place in range(each):
                with transaction.atomic():
                    receipt(message.enterprise_id, message, f"{number}/{place}")
                    time.sleep(chance.random() / 100)
        finally:
            connection.close()

    seen: list[str] = []
    with ThreadPoolExecutor(writers) as pool:
        running = [pool.submit(write, number) for number in range(writers)]
        end = time.monotonic() + 30
        while len(seen) < writers * each and time.monotonic() < end:
            rows, after = read_on(broker, after, limit=7)
            seen += [row["guid"] for row in rows]
        for one in running:
            one.result(10)
    assert sorted(seen) == sorted(f"{n}/{p}" for n in range(writers) for p in range(each))
    assert read_on(broker, after)[0] == []
