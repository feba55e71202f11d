"""What is to be told: receipts that were committed are read on for each address, and become deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tongguan.declarations.messages.queries import receipts as declared
from tongguan.declarations.models import DeclarationReceipt
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.ecommerce.models import Message, Receipt, Subscription
from tongguan.ecommerce.subscriptions.queries import receipts
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor

from ...models.webhooks import WAITING, WebhookDelivery, WebhookEndpoint
from .. import events
from ..signing import new_number

READ_AT_ONCE = 500
MOST_WAITING = 5000
"""Deliveries that may wait for one address before no more are made for it: the receipts stay where they are."""

FORGOTTEN_AT_ONCE = 5000


def gather(*, at: datetime) -> int:
    """Make deliveries of the receipts that came for each address that is on; returns how many receipts were read.

    A place of reading and what was made up to it are committed together, so that nothing is left out or made twice.
    """
    return sum(_gathered(number, at) for number in _with_news())


def _with_news() -> list[int]:
    """Return the addresses that may have something new; one query by index."""
    news = Receipt.objects.filter(enterprise=OuterRef("enterprise"), tx__gte=OuterRef("tx")).filter(
        Q(tx__gt=OuterRef("tx")) | Q(pk__gt=OuterRef("receipt"))
    )
    copied = Subscription.objects.filter(enterprise=OuterRef("enterprise"))
    theirs = DeclarationReceipt.objects.filter(agent=OuterRef("enterprise"), pk__gt=OuterRef("declared"))
    rows = WebhookEndpoint.objects.filter(Q(read__gt=0) | Exists(news) | Exists(copied) | Exists(theirs), off_why="")
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _gathered(number: int, at: datetime) -> int:
    row = WebhookEndpoint.objects.select_for_update(skip_locked=True).filter(pk=number, off_why="").first()
    if row is None or _is_full(row):
        return 0
    reader = Actor("webhooks", "trader", row.enterprise_id)
    return _of_parcels(row, reader, at) + _of_declarations(row, reader, at)


def _of_parcels(row: WebhookEndpoint, reader: Actor, at: datetime) -> int:
    told = receipts(to=reader, after=(row.tx, row.receipt, row.read), limit=READ_AT_ONCE)
    if not told:
        return 0
    chosen = [one for one in told if events.wanted(one.kind, one.status, row.kinds, row.statuses)]
    own = set(
        Message.objects.filter(pk__in={one.message_id for one in chosen}, enterprise=row.enterprise_id).values_list(
            "pk", flat=True
        )
    )
    _deliver(row, [(one.kind, *events.of_receipt(one, own=one.message_id in own)) for one in chosen], at)
    row.tx, row.receipt, row.read = told[-1].place
    row.save(update_fields=["tx", "receipt", "read"])
    return len(told)


def _of_declarations(row: WebhookEndpoint, reader: Actor, at: datetime) -> int:
    told = declared(to=reader, after=row.declared, limit=READ_AT_ONCE)
    if not told:
        return 0
    chosen = [one for one in told if events.wanted(events.DECLARATION, one.channel, row.kinds, row.statuses)]
    _deliver(row, [(events.DECLARATION, *events.of_declaration(one)) for one in chosen], at)
    row.declared = told[-1].pk
    row.save(update_fields=["declared"])
    return len(told)


def _deliver(row: WebhookEndpoint, told: Iterable[tuple[str, str, str]], at: datetime) -> None:
    """Make a delivery of each: its kind, the body, and the number a person knows it by."""
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=row, number=new_number(), what=events.type_of(kind), about=about, body=body, due_at=at, made_at=at
        )
        for kind, body, about in told
    )


def _is_full(row: WebhookEndpoint) -> bool:
    waiting = WebhookDelivery.objects.filter(endpoint=row, state=WAITING)
    return waiting[:MOST_WAITING].count() >= MOST_WAITING


@transaction.atomic
def forget(*, at: datetime, limit: int = FORGOTTEN_AT_ONCE) -> int:
    """Forget what was sent, or waited, longer ago than the log is kept; returns how many deliveries."""
    days = law("exchange.webhook_log_days", on=at.astimezone(SHANGHAI).date()).value
    old = WebhookDelivery.objects.filter(made_at__lt=at - timedelta(days=days)).order_by("made_at")
    chosen = list(old.values_list("pk", flat=True)[:limit])
    WebhookDelivery.objects.filter(pk__in=chosen).delete()
    return len(chosen)
