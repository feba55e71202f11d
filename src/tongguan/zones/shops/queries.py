"""Asking of shops: which there are, what one displays, what its guarantee must cover, and what changed that."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Entry

from ..models import Display, Shop
from ..queries import PAGE, SEES_ALL
from .cover import Cover, cover
from .states import FIRM


def visible(to: Actor) -> QuerySet[Shop]:
    """Return the shops that somebody may see: all for the authority, else those of his firm."""
    if to.role in SEES_ALL:
        return Shop.objects.all()
    return Shop.objects.filter(enterprise=to.enterprise) if to.enterprise and to.role in FIRM else Shop.objects.none()


def shops(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[Shop]:
    """Return the shops one may see, the newest first. One query."""
    rows = visible(to).select_related("enterprise").order_by("-pk")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def shop(number: int, *, to: Actor) -> Shop | None:
    """Return a shop by its number, or None when there is none that one may see."""
    return visible(to).select_related("enterprise", "account").filter(pk=number).first()


def displayed(of: Shop) -> list[tuple[Display, Decimal]]:
    """Return what a shop displays, with how many; one query."""
    rows = Display.objects.filter(shop=of, account__balance__gt=0)
    rows = rows.select_related("account", "item__book").order_by("pk")
    return [(row, row.account.balance) for row in rows]


def cover_of(of: Shop, day: date) -> Cover:
    """Return what the guarantee of a shop must cover on a day. Raises as ``cover``."""
    return cover(displayed(of), of.account.balance, day)


def guarantee_entries(of: Shop, limit: int = PAGE) -> list[Entry]:
    """Return the latest changes of the guarantee, the latest first."""
    return list(Entry.objects.filter(account=of.account_id).order_by("-pk")[:limit])
