"""A courier that is killed while it sends loses nothing: another one sends what was on its way once more."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter

from django.db import connection
from tests.exchange.webhooks.conftest import told

from tongguan.exchange.models.webhooks import DELIVERED, WAITING, WebhookAttempt, WebhookDelivery
from tongguan.exchange.webhooks.actions.delivering import AT_ONCE, LEASE

RECEIPTS = 60
KILLED_AFTER = (3, 9, 27, 41)


def sent_and_killed(made, receiver, after: int) -> None:
    """Let a process send, and kill it when the receiver has got so many."""
    child = os.fork()
    if child == 0:
        kept = connection.connection  # noqa: F841  the parent's line to the database, which must not be hung up
        connection.connection = None
        while True:
            made.courier.once()
    ends = time.monotonic() + 20
    while len(receiver.got) < after and time.monotonic() < ends:
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_kill_9_loses_nothing_and_repeats_only_what_was_on_its_way(racing, receiver):
    racing.endpoint(receiver.url)
    told(racing.firm, RECEIPTS)
    for after in KILLED_AFTER:
        sent_and_killed(racing, receiver, after)
        racing.clock.pass_(seconds=LEASE.total_seconds() + 1)
    assert WebhookDelivery.objects.filter(state=WAITING).exists(), "it was killed too late to show anything"
    racing.courier.once()
    numbers = Counter(headers["webhook-id"] for headers, _ in receiver.got)
    assert len(numbers) == RECEIPTS == WebhookDelivery.objects.filter(state=DELIVERED).count()
    assert RECEIPTS < sum(numbers.values()) <= RECEIPTS + len(KILLED_AFTER) * AT_ONCE
    assert WebhookAttempt.objects.count() == RECEIPTS, "what was not written down was sent again, and written once"
