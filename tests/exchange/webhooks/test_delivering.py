"""Deliveries by a clock: what is told, in which order, how often and until when; also when who sends is killed."""

from __future__ import annotations

import json
import random
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.filing import happened
from tests.exchange.webhooks.conftest import told

from tongguan.exchange.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tongguan.exchange.webhooks import actions, signing
from tongguan.exchange.webhooks.courier import Courier, on_duty
from tongguan.exchange.webhooks.sending import Answer, Sender
from tongguan.kernel.law import law

ENVELOPE = {"type", "timestamp", "data"}


def orders(receiver) -> list[str]:
    return [json.loads(body)["data"]["numbers"]["orderNo"] for _, body in receiver.got]


def test_receipts_are_told_once_each_in_their_order_signed(made, receiver):
    given = made.endpoint(receiver.url)
    told(made.firm, 3)
    assert made.courier.once() == 3 and made.courier.once() == 0
    assert orders(receiver) == ["T0000", "T0001", "T0002"]
    for headers, body in receiver.got:
        signing.verify(given.secret, headers, body, made.clock())
        assert headers["content-type"] == "application/json"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 3
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_what_is_told_names_no_person(made, receiver):
    made.endpoint(receiver.url)
    told(made.firm)
    made.courier.once()
    found = json.loads(receiver.got[0][1])
    assert set(found) == ENVELOPE and found["type"] == "receipt.ceb622"
    assert found["timestamp"] == "2026-05-01T09:00:00.000+08:00"
    assert found["data"] == {
        "kind": "CEB622Message", "status": "800", "subject": "inventory/0", "message": 1, "position": 0,
        "guid": "GUID-0", "cursor": found["data"]["cursor"], "numbers": {"ebpCode": "1109960001", "orderNo": "T0000"},
        "links": {"parcel": "/api/v1/parcels?number=T0000"},
    }  # fmt: skip
    assert "王小明" not in receiver.got[0][1].decode()


@pytest.mark.parametrize(
    ("kinds", "statuses", "expected"),
    [
        ([], [], ["T0000", "T0001", "T0002", "T0003"]),
        (["CEB622Message"], [], ["T0000", "T0001", "T0003"]),
        ([], ["800"], ["T0000", "T0002"]),
        ([], ["refused"], ["T0001", "T0003"]),
        (["CEB622Message"], ["-621018", "800"], ["T0000", "T0001"]),
        (["CEB900Message"], [], []),
    ],
)
def test_only_what_was_chosen_is_told(made, receiver, kinds, statuses, expected):
    made.endpoint(receiver.url, kinds=kinds, statuses=statuses)
    told(made.firm, status="800")
    told(made.firm, status="-621018")
    told(made.firm, status="800", kind="CEB312Message")
    told(made.firm, status="100")
    made.courier.once()
    assert orders(receiver) == expected


def test_a_secret_that_cannot_be_opened_holds_up_no_other_address(made, receiver):
    broken = made.endpoint("https://erp.example.com/hooks").endpoint
    WebhookEndpoint.objects.filter(pk=broken.pk).update(sealed=b"of another key")
    made.endpoint(receiver.url)
    told(made.firm, 2)
    assert made.courier.once() == 2
    assert orders(receiver) == ["T0000", "T0001"]
    waiting = WebhookDelivery.objects.filter(endpoint=broken)
    assert [row.state for row in waiting] == ["waiting", "waiting"] and not WebhookAttempt.objects.filter(
        delivery__in=waiting
    )


def test_nobody_is_told_what_is_anothers(made, receiver):
    made.endpoint(receiver.url)
    told(made.stranger.enterprise)
    assert made.courier.once() == 0


def test_what_was_before_an_address_is_not_told(made, receiver):
    told(made.firm)
    actions.add(receiver.url, by=made.boss, at=made.clock())
    assert made.courier.once() == 0


def test_a_failure_is_tried_again_by_the_schedule_and_then_given_up(made, receiver):
    made.endpoint(receiver.url)
    told(made.firm)
    receiver.answers = [(500, {})] * 20
    waits = law("exchange.webhook_retry_seconds", on=made.clock().date()).value
    assert made.courier.once() == 1
    for wait in waits[1:]:
        row = WebhookDelivery.objects.get()
        due = (row.due_at - made.clock()).total_seconds()
        assert row.state == "waiting" and wait <= due <= wait * 1.1
        made.clock.pass_(seconds=wait - 1)
        assert made.courier.once() == 0
        # Who failed often is left alone a little longer than the shortest waits.
        made.clock.now = max(row.due_at, WebhookEndpoint.objects.get().rests_until or row.due_at)
        assert made.courier.once() == 1
    assert WebhookDelivery.objects.get().state == "failed"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1 and len(receiver.got) == len(waits)
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.got}) == len(waits)
    assert len({body for _, body in receiver.got}) == 1
    made.clock.pass_(days=2)
    assert made.courier.once() == 0


def test_what_comes_later_does_not_wait_for_one_that_fails(made, receiver):
    made.endpoint(receiver.url)
    told(made.firm, 3)
    receiver.answers = [(500, {})]
    made.courier.once()
    made.courier.once()
    assert orders(receiver) == ["T0000", "T0001", "T0002"]
    made.clock.pass_(seconds=6)
    made.courier.once()
    assert orders(receiver)[3:] == ["T0000"]
    assert not WebhookEndpoint.objects.get().failures


def test_who_fails_again_and_again_is_left_alone_for_a_while(made, receiver):
    made.endpoint(receiver.url)
    told(made.firm, 30)
    receiver.answers = [(500, {})] * 50
    assert made.courier.once() == 3
    made.clock.pass_(seconds=299)
    assert made.courier.once() == 0
    made.clock.pass_(seconds=2)
    assert made.courier.once() == 1


def test_who_asks_to_be_left_alone_is(made, receiver):
    made.endpoint(receiver.url)
    told(made.firm, 2)
    receiver.answers = [(429, {"Retry-After": "1000"})]
    assert made.courier.once() == 1
    made.clock.pass_(seconds=999)
    assert made.courier.once() == 0
    made.clock.pass_(seconds=1)
    assert made.courier.once() == 2


def test_a_receiver_that_is_gone_is_told_nothing_more(made, receiver):
    given = made.endpoint(receiver.url)
    told(made.firm, 2)
    receiver.answers = [(410, {})]
    assert made.courier.once() == 1
    row = WebhookEndpoint.objects.get()
    assert (row.off_why, row.state()) == ("gone", "gone")
    assert happened(given.endpoint)[-1] == "webhook.stopped"
    made.clock.pass_(days=1)
    assert made.courier.once() == 0
    actions.switch_on(row.pk, by=made.boss, at=made.clock())
    assert made.courier.once() == 2


def test_who_fails_for_days_is_switched_off_and_told_all_when_it_is_on_again(made, receiver):
    given = made.endpoint(receiver.url)
    receiver.answers = [(500, {})] * 1000
    for _ in range(6):
        told(made.firm)
        made.courier.once()
        made.clock.pass_(days=1)
    assert WebhookEndpoint.objects.get().off_why == "failures"
    assert happened(given.endpoint)[-1] == "webhook.stopped"
    told(made.firm)
    asked = len(receiver.got)
    assert made.courier.once() == 0
    receiver.answers.clear()
    actions.switch_on(given.endpoint.pk, by=made.boss, at=made.clock())
    made.courier.once()
    assert set(orders(receiver)[asked:]) == {f"T{n:04d}" for n in range(7)}


def test_two_secrets_sign_until_the_old_one_ends(made, receiver):
    old = made.endpoint(receiver.url)
    new = actions.rotate(old.endpoint.pk, by=made.boss, at=made.clock())
    assert new.secret != old.secret
    told(made.firm)
    made.courier.once()
    for secret in (old.secret, new.secret):
        signing.verify(secret, *receiver.got[0], made.clock())
    made.clock.pass_(hours=24)
    told(made.firm)
    made.courier.once()
    signing.verify(new.secret, *receiver.got[1], made.clock())
    with pytest.raises(signing.NotSigned):
        signing.verify(old.secret, *receiver.got[1], made.clock())
    assert old.secret.encode() not in bytes(WebhookEndpoint.objects.get().sealed)


def test_a_test_and_what_is_sent_again(made, receiver):
    given = made.endpoint(receiver.url)
    actions.test(given.endpoint.pk, by=made.boss, at=made.clock())
    made.courier.once()
    headers, body = receiver.got[0]
    assert json.loads(body)["type"] == "test" and json.loads(body)["data"] == {"webhook": given.endpoint.pk}
    actions.again(WebhookDelivery.objects.get().pk, by=made.boss, at=made.clock())
    assert WebhookDelivery.objects.get().state == "waiting"
    made.courier.once()
    assert receiver.got[1][0]["webhook-id"] == headers["webhook-id"] and receiver.got[1][1] == body
    assert WebhookAttempt.objects.count() == 2
    assert happened(given.endpoint) == ["webhook.added", "webhook.tested", "webhook.sent_again"]


def test_who_is_killed_after_sending_leaves_it_to_the_next_who_sends_it_once_more(made, receiver):
    made.endpoint(receiver.url)
    told(made.firm, 2)
    actions.gather(at=made.clock())
    work = actions.claim(at=made.clock())
    made.courier.carry(work)  # and dies before it is written down
    assert actions.claim(at=made.clock()) is None, "another process must not send meanwhile"
    made.clock.pass_(seconds=90)
    assert made.courier.once() == 2
    numbers = [headers["webhook-id"] for headers, _ in receiver.got]
    assert numbers[:2] == numbers[2:] and len(set(numbers)) == 2
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_place_of_reading_and_what_was_made_up_to_it_are_one(made, receiver, monkeypatch):
    made.endpoint(receiver.url)
    told(made.firm, 2)
    with monkeypatch.context() as broken:
        broken.setattr(WebhookEndpoint, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.gather(at=made.clock())
    assert WebhookDelivery.objects.count() == 0
    assert made.courier.once() == 2


def test_a_row_of_several_receipts_is_read_through(made, receiver, monkeypatch):
    monkeypatch.setattr("tongguan.exchange.webhooks.actions.gathering.READ_AT_ONCE", 3)
    made.endpoint(receiver.url)
    told(made.firm, 2, status="0 1 2 3")
    made.courier.once()
    assert [json.loads(body)["data"]["status"] for _, body in receiver.got] == ["0", "1", "2", "3"] * 2


def test_an_address_that_is_removed_meanwhile_leaves_nothing(made, receiver):
    given = made.endpoint(receiver.url)
    told(made.firm)
    actions.gather(at=made.clock())
    work = actions.claim(at=made.clock())
    actions.remove(given.endpoint.pk, by=made.boss, at=made.clock())
    actions.settle(work, [(made.clock(), Answer(204))], at=made.clock(), chance=random.Random(1))
    assert not WebhookEndpoint.objects.exists() and not WebhookDelivery.objects.exists()


def test_what_was_sent_long_ago_is_forgotten(made, receiver):
    made.endpoint(receiver.url)
    told(made.firm, 2)
    made.courier.once()
    made.clock.pass_(days=29)
    assert actions.forget(at=made.clock()) == 0
    made.clock.pass_(days=2)
    assert actions.forget(at=made.clock()) == 2 and actions.forget(at=made.clock()) == 0
    assert not WebhookAttempt.objects.exists()


def test_no_more_is_made_than_can_wait(made, receiver, monkeypatch):
    monkeypatch.setattr("tongguan.exchange.webhooks.actions.gathering.MOST_WAITING", 2)
    monkeypatch.setattr("tongguan.exchange.webhooks.actions.gathering.READ_AT_ONCE", 2)
    made.endpoint(receiver.url)
    told(made.firm, 5)
    while actions.gather(at=made.clock()):
        pass
    assert WebhookDelivery.objects.count() == 2
    for _ in range(3):
        made.courier.once()
    assert len(receiver.got) == 5


def test_looking_for_news_asks_once_however_many_addresses_there_are(made, receiver):
    for n in range(4):
        made.endpoint(f"{receiver.url}/{n}")
    with CaptureQueriesContext(connection) as asked:
        assert actions.gather(at=made.clock()) == 0
    assert len(asked) == 1


def test_a_courier_on_duty_tells_what_is_committed_and_stops_when_it_is_told(racing, receiver, monkeypatch):
    monkeypatch.setattr("tongguan.exchange.webhooks.courier.PAUSE", 0.05)
    racing.endpoint(receiver.url)
    try:
        with on_duty(racing.clock) as courier:
            told(racing.firm, 2)
            for _ in range(100):
                if WebhookDelivery.objects.filter(state="delivered").count() == 2:
                    break
                courier.stopping.wait(0.05)
        assert orders(receiver) == ["T0000", "T0001"]
        assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}
    finally:
        connections.close_all()


def test_a_slow_receiver_holds_up_no_other(racing, receiver, monkeypatch):
    monkeypatch.setattr("tongguan.exchange.webhooks.courier.PAUSE", 0.05)
    racing.endpoint(f"{receiver.url}/slow")
    racing.endpoint(receiver.url)
    told(racing.firm)

    class Slow(Sender):
        def send(self, url, headers, body):
            if url.endswith("/slow"):
                courier.stopping.wait(20)
            return super().send(url, headers, body)

    courier = Courier(racing.clock, Slow(loopback=True))
    thread = threading.Thread(target=courier.run)
    thread.start()
    try:
        for _ in range(100):
            if receiver.got:
                break
            courier.stopping.wait(0.05)
        assert len(receiver.got) == 1
    finally:
        courier.stopping.set()
        thread.join(20)
        connections.close_all()
