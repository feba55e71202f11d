"""Deliveries on their way: taken up for one address at a time, and what came of each attempt written down."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.seals import Unsealable
from tongguan.parties.roles import SYSTEM

from ...models.webhooks import DELIVERED, FAILED, WAITING, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from .. import guard, secrets
from ..sending import KEPT_MOST, Answer

log = structlog.get_logger("tongguan.webhooks")
AT_ONCE = 20
"""Deliveries that are taken up together for an address, and sent one after the other."""

LEASE = timedelta(seconds=90)
"""How long an address is kept for who took it up; he stops earlier, so that it lapses only when he was killed."""

JITTER = 0.1
"""The share by which a wait is longer, by chance, so that what failed together does not come again together."""

_BUSY = {
    HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
}  # fmt: skip
"""Statuses of an answer that ask to be left alone for a while."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be sent to one address, in its order, with the secrets that sign."""

    endpoint: int
    url: str
    secrets: list[str]
    deliveries: list[WebhookDelivery]


@transaction.atomic
def claim(*, at: datetime) -> Work | None:
    """Take up what is due for one address nobody is busy with, or return None.

    Of an address whose secret cannot be opened (the key of the service is another) nothing is taken up, and it rests, so
    that the others are served.
    """
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=WAITING, due_at__lte=at)
    idle = Q(busy_until=None) | Q(busy_until__lte=at)
    rested = Q(rests_until=None) | Q(rests_until__lte=at)
    rows = WebhookEndpoint.objects.select_for_update(skip_locked=True).filter(idle, rested, Exists(due), off_why="")
    row = rows.order_by(F("busy_until").asc(nulls_first=True), "pk").first()  # who waited longest
    if row is None:
        return None
    try:
        keys = secrets.valid(row, at)
    except Unsealable:
        log.error("secret not opened", webhook=row.pk)
        row.busy_until = at
        row.rests_until = at + timedelta(seconds=_law("webhook_rest_seconds", at))
        row.save(update_fields=["busy_until", "rests_until"])
        return Work(row.pk, row.url, [], [])
    row.busy_until = at + LEASE
    row.save(update_fields=["busy_until"])
    # One that fails is asked for one thing at a time, so that it is not called more often than it has to be.
    chosen = WebhookDelivery.objects.filter(endpoint=row, state=WAITING, due_at__lte=at).order_by("pk")
    return Work(row.pk, row.url, keys, list(chosen[: 1 if row.failures else AT_ONCE]))


@transaction.atomic
def settle(work: Work, answers: Sequence[tuple[datetime, Answer]], *, at: datetime, chance: random.Random) -> None:
    """Write down what came of the first deliveries of what was taken up, and let the address go.

    What was not tried stays due. An address that was removed meanwhile is forgotten with all of it.
    """
    row = WebhookEndpoint.objects.select_for_update().filter(pk=work.endpoint).first()
    if row is None:
        return
    chosen = [one.pk for one in work.deliveries[: len(answers)]]
    still = {one.pk: one for one in WebhookDelivery.objects.select_for_update().filter(pk__in=chosen)}
    tried: list[WebhookAttempt] = []
    for number, (moment, answer) in zip(chosen, answers, strict=True):
        if number in still:
            _settled(row, still[number], answer, moment, chance)
            tried.append(_attempt(still[number], answer, moment))
    WebhookAttempt.objects.bulk_create(tried)
    WebhookDelivery.objects.bulk_update(still.values(), ["state", "tries", "due_at", "done_at"])
    row.busy_until = at
    _switched_off(row, tried, at)
    row.save(
        update_fields=["busy_until", "failures", "failing_since", "succeeded_at", "rests_until", "off_why", "off_at"]
    )


def _attempt(delivery: WebhookDelivery, answer: Answer, at: datetime) -> WebhookAttempt:
    return WebhookAttempt(
        delivery=delivery, at=at, took=answer.took, status=answer.status, problem=answer.problem,
        answer=answer.text[:KEPT_MOST].replace("\0", ""),
    )  # fmt: skip


def _settled(
    row: WebhookEndpoint, delivery: WebhookDelivery, answer: Answer, at: datetime, chance: random.Random
) -> None:
    delivery.tries += 1
    if not answer.problem:
        delivery.state, delivery.done_at = DELIVERED, at
        row.failures, row.failing_since, row.succeeded_at, row.rests_until = 0, None, at, None
        return
    row.failures += 1
    row.failing_since = row.failing_since or at
    waits: list[int] = _law("webhook_retry_seconds", at)
    if delivery.tries >= len(waits):
        delivery.state, delivery.done_at = FAILED, at
    else:
        seconds = waits[delivery.tries] * (1 + JITTER * chance.random())
        delivery.due_at = at + timedelta(seconds=max(seconds, _asked(answer, at)))
    if answer.status in _BUSY or row.failures >= _law("webhook_rest_after", at):
        rest = _asked(answer, at) or _law("webhook_rest_seconds", at)
        row.rests_until = at + timedelta(seconds=rest)


def _asked(answer: Answer, at: datetime) -> int:
    """Return how many seconds a receiver wants to be left alone, at most the longest wait."""
    return min(answer.wait, max(_law("webhook_retry_seconds", at)))


def _switched_off(row: WebhookEndpoint, tried: list[WebhookAttempt], at: datetime) -> None:
    """Switch an address off whose receiver is gone, or that has failed for too long."""
    days = _law("webhook_failing_days", at)
    if any(one.problem == "gone" for one in tried):
        why = "gone"
    elif tried and row.failing_since is not None and at - row.failing_since >= timedelta(days=days):
        why = "failures"
    else:
        return
    if not row.off_why:
        row.off_why, row.off_at = why, at
        host = guard.target(row.url).shown
        record(
            "webhook.stopped", row, by=SYSTEM, at=at, enterprise=row.enterprise_id, host=host, why=why,
            failures=row.failures, since=row.failing_since,
        )  # fmt: skip


def _law(name: str, at: datetime) -> Any:
    return law(f"exchange.{name}", on=at.astimezone(SHANGHAI).date()).value
