"""What a person tells the simulated register of businesses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.exchange.models import EVERYBODY, ListedBusiness
from tongguan.journal.actions import record
from tongguan.kernel.numbers import uscc
from tongguan.kernel.states import Actor
from tongguan.parties.roles import only


@transaction.atomic
def list_business(code: str, name: str, representative: str, *, by: Actor, at: datetime) -> ListedBusiness:
    """List a business, or change what is listed of it. Raises NumberError, NotYours for anybody but the operator."""
    only(by, "operator", verb="list_business")
    kept = {"name": name, "representative": representative, "standing": "active", "since": at}
    row, _ = ListedBusiness.objects.update_or_create(uscc=uscc.validate(code), defaults=kept)
    record("business.listed", f"business/{row.uscc}", by=by, at=at, name=name)
    return row


@transaction.atomic
def strike_off(code: str, *, by: Actor, at: datetime) -> ListedBusiness:
    """Strike a business off. Raises ListedBusiness.DoesNotExist, NotYours for anybody but the operator."""
    only(by, "operator", verb="list_business")
    row = ListedBusiness.objects.select_for_update().get(uscc=uscc.compact(code))
    row.standing, row.since = "struck_off", at
    row.save()
    record("business.struck_off", f"business/{row.uscc}", by=by, at=at)
    return row


@transaction.atomic
def let_register(answer: bool, *, by: Actor, at: datetime) -> None:
    """Let the register answer, or be silent to everybody. Raises NotYours for anybody but the operator."""
    only(by, "operator", verb="list_business")
    ListedBusiness.objects.filter(uscc=EVERYBODY).delete()
    if not answer:
        ListedBusiness.objects.create(uscc=EVERYBODY, standing="silent", since=at)
    record("business_register.told", "business_register", by=by, at=at, answers=str(answer))
