"""Asking of guarantees: which there are, what is left of each, what it secures, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongguan.kernel.states import Actor
from tongguan.ledgers.models import Entry

from ..models import DutyBill, Guarantee, Secured
from .terms import claim_by

PAGE = 50
SEES_ALL = frozenset({"officer", "operator", "auditor"})


class Movement(NamedTuple):
    """An entry of a guarantee's account: the reference it was for, and its effect on what is left, in yuan."""

    entry: Entry
    reference: str


def account(number: str) -> str:
    """Return the name of the ledger account of a guarantee."""
    return f"guarantee/{number}"


def accounts_of(references: Sequence[str]) -> list[str]:
    """Return the accounts that secure any of these references now, to be locked together. One query."""
    rows = Secured.objects.filter(reference__in=references, state__in=("open", "demanded"))
    return sorted({account(number) for number in rows.values_list("guarantee__number", flat=True)})


def visible(to: Actor) -> QuerySet[Guarantee]:
    """Return the guarantees somebody may see: for the authority all that were filed, else his firm's."""
    if to.role in SEES_ALL:
        return Guarantee.objects.exclude(state="draft")
    return Guarantee.objects.filter(holder=to.enterprise) if to.enterprise else Guarantee.objects.none()


def guarantees(
    *, to: Actor, state: str = "", number: str = "", before: int | None = None, limit: int = PAGE
) -> list[Guarantee]:
    """Return the guarantees one may see, newest first, of one state or with one number when given. One query.

    ``number`` is that of the guarantee or its document, or a code of its holder.
    """
    rows = visible(to).select_related("holder", "account").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if number:
        holder = Q(holder__uscc=number) | Q(holder__customs_registration=number)
        rows = rows.filter(Q(number=number) | Q(document=number) | holder)
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def guarantee(number: str, *, to: Actor) -> Guarantee | None:
    """Return a guarantee by its number, or None when there is none that one may see."""
    return visible(to).select_related("holder", "account").filter(number=number).first()


def suiting(holder: int, scope: str, *, on: date, limit: int = PAGE) -> list[Guarantee]:
    """Return the active guarantees of a firm that can secure something of a scope on a day, most left first. One query."""
    rows = Guarantee.objects.filter(
        holder=holder, state="active", scopes__contains=[scope], valid_from__lte=on, valid_to__gte=on,
        account__balance__gt=0,
    ).select_related("account")  # fmt: skip
    return list(rows.order_by("-account__balance", "-pk")[:limit])


def entries(of: Guarantee, *, before: int | None = None, limit: int = PAGE) -> list[Secured]:
    """Return what a guarantee secures and has secured, newest first. One query."""
    rows = of.entries.order_by("-pk")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def movements(of: Guarantee, *, before: int | None = None, limit: int = PAGE) -> list[Movement]:
    """Return every entry of a guarantee's account, newest first. One query."""
    rows = Entry.objects.filter(account=of.account_id).order_by("-id")
    found = (rows.filter(pk__lt=before) if before is not None else rows)[:limit]
    return [Movement(one, one.reference.partition("#")[0]) for one in found]


def entry(reference: str) -> Secured | None:
    """Return what secures a reference, or has secured it; None when nothing ever did."""
    return Secured.objects.select_related("guarantee").filter(reference=reference).first()


def to_decide(limit: int = PAGE) -> list[Guarantee]:
    """Return the guarantees that wait for customs, the one due first at the head. One query."""
    rows = Guarantee.objects.filter(state="filed").select_related("holder", "account")
    return list(rows.order_by("decide_by", "pk")[:limit])


def to_secure_anew(*, to: Actor, limit: int = PAGE) -> list[Secured]:
    """Return what exemptions that have ended secured and still secure, the one due first at the head. One query."""
    rows = Secured.objects.filter(guarantee__in=visible(to), guarantee__resecure_by__isnull=False, state="open")
    return list(rows.select_related("guarantee").order_by("guarantee__resecure_by", "pk")[:limit])


def to_claim(on: date, limit: int = PAGE) -> list[Secured]:
    """Return what guarantees secure though they have expired: to be claimed, converted or secured anew. One query."""
    rows = Secured.objects.filter(guarantee__state="expired", guarantee__valid_to__lt=on, state="open")
    return list(rows.select_related("guarantee__holder").order_by("guarantee__valid_to", "pk")[:limit])


def to_release(limit: int = PAGE) -> list[Guarantee]:
    """Return the guarantees that secure nothing any more and wait for their release, the one due first at the head. One query."""
    rows = Guarantee.objects.filter(state__in=("suspended", "expired"), release_by__isnull=False)
    return list(rows.select_related("holder", "account").order_by("release_by", "pk")[:limit])


def claim_days(unpaid: Mapping[str, date]) -> dict[str, date]:
    """Return by when customs claim what secures references, each with the day by which it was to be paid. One query.

    Of references that nothing secures none is returned.
    """
    held = Secured.objects.filter(reference__in=list(unpaid), state="open").select_related("guarantee")
    return {one.reference: claim_by(one.guarantee.kind, unpaid[one.reference], one.guarantee.valid_to) for one in held}


def kinds_of(numbers: Collection[str]) -> dict[str, str]:
    """Return the kinds of guarantees by their numbers; one query, none where none is asked for."""
    wanted = [number for number in numbers if number]
    return dict(Guarantee.objects.filter(number__in=wanted).values_list("number", "kind")) if wanted else {}


def ended(scope: str, on: date, limit: int = PAGE) -> list[Secured]:
    """Return what guarantees that ended before a day still secure for a use and nobody was billed for. One query."""
    billed = DutyBill.objects.filter(reference=OuterRef("reference")).exclude(state="cancelled")
    rows = Secured.objects.filter(~Exists(billed), scope=scope, state="open", guarantee__state="expired")
    return list(rows.filter(guarantee__valid_to__lt=on).select_related("guarantee").order_by("pk")[:limit])


def usable(holder: int, scope: str, on: date) -> list[Guarantee]:
    """Return the guarantees of a firm that secure something on a day, the one with the latest end first. One query."""
    rows = Guarantee.objects.filter(
        holder=holder, scopes__contains=[scope], state="active", valid_from__lte=on, valid_to__gte=on
    )
    return list(rows.select_related("account").order_by("-valid_to", "pk")[:PAGE])
