"""What a firm sees of its webhooks: addresses, what was sent to each, and what came back; nothing of another firm's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tongguan.kernel.states import Actor

from ..models.webhooks import FAILED, WAITING, WebhookAttempt, WebhookDelivery, WebhookEndpoint

PAGE = 50
ATTEMPTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Logged:
    """A delivery in the log, with the last attempt, None before the first, and how many there were."""

    row: WebhookDelivery
    last: WebhookAttempt | None
    attempts: int


def endpoints(*, to: Actor) -> list[WebhookEndpoint]:
    """Return the addresses of somebody's firm, the oldest first, with ``waiting`` and ``failed`` counted; one query."""
    rows = _own(to).annotate(waiting=_count(WAITING), failed=_count(FAILED))
    return list(rows.order_by("pk"))


def endpoint(number: int, *, to: Actor) -> WebhookEndpoint | None:
    """Return an address of somebody's firm, or None."""
    return _own(to).filter(pk=number).first()


def deliveries(number: int, *, state: str = "", before: int | None = None, limit: int = PAGE) -> list[Logged]:
    """Return what was sent to an address, or waits, the latest first, from below the number ``before``; three queries."""
    rows = WebhookDelivery.objects.filter(endpoint=number).defer("body").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[:limit])
    chosen = [row.pk for row in found]
    tried = WebhookAttempt.objects.filter(delivery__in=chosen)
    last = {one.delivery_id: one for one in tried.order_by("delivery", "-pk").distinct("delivery")}
    counted = dict(tried.values_list("delivery").annotate(Count("pk")))
    return [Logged(row, last.get(row.pk), counted.get(row.pk, 0)) for row in found]


def delivery(number: int, *, to: Actor) -> tuple[WebhookDelivery, list[WebhookAttempt]] | None:
    """Return a delivery to an address of somebody's firm with its attempts, the latest first; None for another's."""
    if to.enterprise is None:
        return None
    rows = WebhookDelivery.objects.select_related("endpoint").filter(endpoint__enterprise=to.enterprise)
    row = rows.filter(pk=number).first()
    return row and (row, list(row.attempts.order_by("-pk")[:ATTEMPTS_SHOWN]))


def last_attempt(number: int) -> WebhookAttempt | None:
    """Return the last attempt to tell an address anything, or None before the first."""
    return WebhookAttempt.objects.filter(delivery__endpoint=number).order_by("-pk").first()


def _own(to: Actor) -> QuerySet:
    if to.enterprise is None:
        return WebhookEndpoint.objects.none()
    return WebhookEndpoint.objects.filter(enterprise=to.enterprise)


def _count(state: str) -> Coalesce:
    rows = WebhookDelivery.objects.filter(Q(state=state), endpoint=OuterRef("pk")).order_by()
    counted = rows.values("endpoint").annotate(counted=Count("pk")).values("counted")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
