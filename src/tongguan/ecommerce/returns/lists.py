"""Requests as people list them: withdrawals and returns together, by what became of them, found by any number.

The numbers of both are those of their filings, so one list of both is in the order in which they came.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from tongguan.kernel.states import Actor
from tongguan.parties.queries import codes_of

from ..models import Inventory, Request, Return, Withdrawal
from .queries import visible

PARTS = {
    "waiting": ("asked", "arrived"), "accepted": ("accepted",), "ended": ("refused", "expired"), "saved": ("saved",),
}  # fmt: skip
"""What a request has come to, and its states."""

NOUNS: dict[str, type[Request]] = {"withdrawal": Withdrawal, "return": Return}

WORK = {"decide": {Withdrawal: "asked", Return: "arrived"}, "expected": {Return: "asked"}}
"""What the authority has to do: *decide* on withdrawals and on goods that are back; goods that are *expected* back."""


def noun_of(request: Request) -> str:
    """Return what a request is: *withdrawal* or *return*."""
    return "withdrawal" if isinstance(request, Withdrawal) else "return"


def requests(
    *, to: Actor, part: str = "", noun: str = "", number: str = "", before: int | None = None, limit: int = 50
) -> tuple[list[Request], int | None]:
    """Return requests one may see, newest first, and where the next page begins when there is one.

    ``part`` is one of ``PARTS``, ``noun`` one of ``NOUNS``; ``number`` is any of the request, its inventory or parcel.
    """
    codes, wanted = codes_of(to), _named(number) if number else Q()
    found: list[Request] = []
    for model in [NOUNS[noun]] if noun else NOUNS.values():
        rows = visible(model, to, codes).exclude(state="deleted").filter(wanted)
        if part:
            rows = rows.filter(state__in=PARTS[part])
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found += rows.order_by("-id")[: limit + 1]
    found.sort(key=lambda one: -one.pk)
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def _named(number: str) -> Q:
    """Return the condition that a request, or the inventory it names, bears a number."""
    named = Q(order_no=number) | Q(logistics_no=number) | Q(invt_no=number) | Q(pre_no=number)
    inventories = list(Inventory.objects.filter(named).values_list("pk", flat=True)[:50])
    return Q(pre_no=number) | Q(number=number) | Q(inventory__in=inventories)


class Brief(NamedTuple):
    """A request in a few words: what it is, its pre-entry number, its state, its own number here and that of its filing."""

    noun: str
    number: str
    state: str
    at: datetime
    id: int
    filing: int

    @property
    def subject(self) -> str:
        """What the journal calls it."""
        return f"{self.noun}/{self.id}"


def with_requests(inventories: QuerySet) -> QuerySet:
    """Return inventories that know what was asked for them (``requested``), without a query of its own."""
    named = {
        f"{noun}_requests": ArraySubquery(
            model.objects.filter(inventory=OuterRef("pk"))
            .order_by("id")
            .values(
                brief=JSONObject(
                    noun=Value(noun), number="pre_no", state="state", at="filed_at", id="id", filing="filing_id"
                )
            )
        )
        for noun, model in NOUNS.items()
    }
    return inventories.annotate(**named)


def requested(inventory: Inventory) -> list[Brief]:
    """Return what was asked for an inventory of ``with_requests``, oldest first; what was deleted since is among it."""
    told = [one for noun in NOUNS for one in getattr(inventory, f"{noun}_requests")]
    briefs = [Brief(**one | {"at": datetime.fromisoformat(one["at"])}) for one in told]
    return sorted(briefs, key=lambda one: (one.at, one.id))


def request(number: str, *, to: Actor) -> Request | None:
    """Return a request by its pre-entry number, with its inventory and its filing, or None when one may not see any."""
    codes = codes_of(to)
    for model in NOUNS.values():
        rows = visible(model, to, codes).exclude(state="deleted").select_related("inventory", "enterprise")
        if (found := rows.filter(pre_no=number).order_by("-id").first()) is not None:
            return found
    return None


def work(of: str, *, after: int | None = None, limit: int = 50) -> tuple[list[Request], int | None]:
    """Return what the authority has to do, one of ``WORK``, the earliest filed first, and where it goes on."""
    found: list[Request] = []
    for model, state in WORK[of].items():
        rows: QuerySet = model.objects.filter(state=state).select_related("inventory")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        found += rows.order_by("id")[: limit + 1]
    found.sort(key=lambda one: one.pk)
    return found[:limit], found[limit - 1].pk if len(found) > limit else None
