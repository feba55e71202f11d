"""Addresses of a firm: set, changed, given another secret, switched, tried and removed by who manages its programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from tongguan.declarations.messages.queries import last_receipt
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.ecommerce.subscriptions.queries import horizon
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise, MachineClient
from tongguan.parties.queries import insist_may
from tongguan.parties.roles import FOR_AN_ENTERPRISE

from ...models.webhooks import WAITING, WebhookDelivery, WebhookEndpoint
from .. import events, guard, secrets
from ..rules import ADDING, SENDING, Wanted
from ..signing import new_number, new_secret


class Given(NamedTuple):
    """An address with its secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


def add(
    url: str,
    description: str = "",
    kinds: Sequence[str] = (),
    statuses: Sequence[str] = (),
    *,
    by: Actor,
    at: datetime,
    resolve: guard.Resolver = guard.resolve,
) -> Given:
    """Let receipts be told at an address from now on; empty ``kinds`` or ``statuses`` are all of them.

    Raises NotYours for who does not manage the programs of a firm, Refused with a code for each thing that is wrong.
    """
    firm = insist_manager(by, "add")
    objection = _objection(url, resolve)  # a slow name service holds no lock
    with transaction.atomic():
        _locked(firm)
        told = _insisted(firm, url, description, kinds, statuses, objection, at=at)
        row = WebhookEndpoint.objects.create(
            enterprise_id=firm,
            **told,
            sealed=b"",
            made_at=at,
            made_by=by.name[:100],
            tx=horizon(),
            declared=last_receipt(),
        )
        secret = new_secret()
        row.sealed = secrets.sealed(row.pk, secret)
        row.save(update_fields=["sealed"])
        _recorded("added", row, by, at, kinds=row.kinds, statuses=row.statuses)
    return Given(row, secret)


def change(
    number: int,
    url: str,
    description: str,
    kinds: Sequence[str],
    statuses: Sequence[str],
    *,
    by: Actor,
    at: datetime,
    resolve: guard.Resolver = guard.resolve,
) -> WebhookEndpoint:
    """Change an address and what is told there; its secret stays. Raises as ``add``, WebhookEndpoint.DoesNotExist."""
    firm = insist_manager(by, "change")
    objection = _objection(url, resolve)
    with transaction.atomic():
        _locked(firm)
        row = _own(number, firm)
        told = _insisted(firm, url, description, kinds, statuses, objection, at=at, but=number)
        for name, value in told.items():
            setattr(row, name, value)
        row.save(update_fields=list(told))
        _recorded("changed", row, by, at, kinds=row.kinds, statuses=row.statuses)
    return row


@transaction.atomic
def rotate(number: int, *, by: Actor, at: datetime) -> Given:
    """Give an address another secret; the one before signs too for the hours the law gives. One earlier signs no more.

    Raises NotYours, WebhookEndpoint.DoesNotExist.
    """
    row = _own(number, insist_manager(by, "rotate"))
    secret = new_secret()
    row.sealed_before, row.sealed = row.sealed, secrets.sealed(row.pk, secret)
    row.before_until = at + timedelta(hours=_law("webhook_old_secret_hours", at))
    row.save(update_fields=["sealed_before", "sealed", "before_until"])
    _recorded("rotated", row, by, at, until=row.before_until)
    return Given(row, secret)


@transaction.atomic
def switch_on(number: int, *, by: Actor, at: datetime) -> WebhookEndpoint:
    """Let an address be told again, beginning with what came while it was off; twice is once. Raises as ``rotate``."""
    row = _own(number, insist_manager(by, "switch_on"))
    if row.off_why:
        row.off_why, row.off_at, row.failures, row.failing_since, row.rests_until = "", None, 0, None, None
        row.save(update_fields=["off_why", "off_at", "failures", "failing_since", "rests_until"])
        _recorded("switched_on", row, by, at)
    return row


@transaction.atomic
def switch_off(number: int, *, by: Actor, at: datetime) -> WebhookEndpoint:
    """Let an address be told nothing until it is switched on; twice is once. Raises as ``rotate``."""
    row = _own(number, insist_manager(by, "switch_off"))
    if not row.off_why:
        row.off_why, row.off_at = "person", at
        row.save(update_fields=["off_why", "off_at"])
        _recorded("switched_off", row, by, at)
    return row


@transaction.atomic
def remove(number: int, *, by: Actor, at: datetime) -> None:
    """Remove an address with what was sent there. Raises as ``rotate``."""
    row = _own(number, insist_manager(by, "remove"))
    _recorded("removed", row, by, at)
    row.delete()


@transaction.atomic
def test(number: int, *, by: Actor, at: datetime) -> WebhookDelivery:
    """Send a test to an address; raises as ``rotate``, Refused (WEBHOOK_OFF)."""
    row = _own(number, insist_manager(by, "test"))
    insist(SENDING, row)
    made = WebhookDelivery.objects.create(
        endpoint=row, number=new_number(), what=events.TEST, body=events.of_test(row.pk, at), due_at=at, made_at=at
    )
    _hurry(row)
    _recorded("tested", row, by, at, number=made.number)
    return made


@transaction.atomic
def again(delivery: int, *, by: Actor, at: datetime) -> WebhookDelivery:
    """Send something again under its number, whatever came of it; raises WebhookDelivery.DoesNotExist, as ``test``."""
    firm = insist_manager(by, "again")
    found = WebhookDelivery.objects.only("endpoint_id").get(pk=delivery, endpoint__enterprise_id=firm)
    endpoint = _own(found.endpoint_id, firm)
    row = WebhookDelivery.objects.select_for_update().get(pk=delivery)
    insist(SENDING, endpoint)
    row.state, row.tries, row.due_at, row.done_at = WAITING, 0, at, None
    row.save(update_fields=["state", "tries", "due_at", "done_at"])
    _hurry(endpoint)
    _recorded("sent_again", endpoint, by, at, number=row.number)
    return row


def insist_manager(by: Actor, verb: str) -> int:
    """Return whose firm somebody manages the programs of; raises NotYours."""
    if by.enterprise is None:
        raise NotYours(machine="webhook", verb=verb, role=by.role, roles=list(FOR_AN_ENTERPRISE))
    insist_able(by, "programs", machine="webhook", verb=verb)
    if not MachineClient.objects.filter(name=by.name, enterprise=by.enterprise, revoked=None).exists():
        insist_may(by, "programs", verb=verb)
    return by.enterprise


def _objection(url: str, resolve: guard.Resolver) -> str:
    try:
        asked = guard.target(url.strip())
    except guard.NotAddress as wrong:
        return wrong.code
    return guard.objection(asked, resolve(asked.host, asked.port), loopback=settings.DEMO)


def _insisted(
    firm: int,
    url: str,
    description: str,
    kinds: Sequence[str],
    statuses: Sequence[str],
    objection: str,
    *,
    at: datetime,
    but: int = 0,
) -> dict[str, Any]:
    """Return what an address becomes; raises Refused."""
    url, description = url.strip(), description.strip()
    kinds, statuses = list(dict.fromkeys(kinds)), list(dict.fromkeys(statuses))
    others = WebhookEndpoint.objects.filter(enterprise_id=firm).exclude(pk=but)
    count = 0 if but else others.count()
    taken = others.filter(url=url).exists()
    most = _law("webhooks_most", at)
    insist(ADDING, Wanted(url, description, kinds, statuses, objection, count, most, taken))
    return {"url": url, "description": description, "kinds": kinds, "statuses": statuses}


def _locked(firm: int) -> None:
    Enterprise.objects.select_for_update(no_key=True).get(pk=firm)  # of two that are set at once, one waits


def _own(number: int, firm: int) -> WebhookEndpoint:
    return WebhookEndpoint.objects.select_for_update().get(pk=number, enterprise_id=firm)


def _hurry(row: WebhookEndpoint) -> None:
    """Let what somebody wants to see be sent now, though its receiver was to be left alone."""
    row.rests_until = None
    row.save(update_fields=["rests_until"])


def _law(name: str, at: datetime) -> Any:
    return law(f"exchange.{name}", on=at.astimezone(SHANGHAI).date()).value


def _recorded(what: str, row: WebhookEndpoint, by: Actor, at: datetime, **more: Any) -> None:
    # The host only: a path may hold what only the receiver should know.
    host = guard.target(row.url).shown
    record(f"webhook.{what}", row, by=by, at=at, enterprise=row.enterprise_id, host=host, **more)
