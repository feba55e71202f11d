"""Finding a parcel by any number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongguan.declarations import queries as declarations
from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.ecommerce import queries
from tongguan.ecommerce.queries import Hit
from tongguan.kernel.numbers import resident_id

LONGEST = 60  # of any number in a message
UNKNOWN_PLATFORM = "-"


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as the list shows it."""

    document: str
    numbers: list[str]
    order_no: str
    mark: words.Mark
    at: datetime
    href: str


def address(ebp_code: str, order_no: str) -> str:
    """Return the address of a parcel; a waybill alone does not know its platform."""
    return reverse("parcel", args=[ebp_code or UNKNOWN_PLATFORM, order_no])


_NUMBERS = {
    "inventory": ("invt_no", "pre_no", "logistics_no"),
    "order": ("pay_transaction_id",),
    "payment": ("pay_transaction_id",),
    "waybill": ("logistics_no",),
}


def _found(hit: Hit, lang: str) -> Found:
    numbers = [number for name in _NUMBERS[hit.noun] if (number := getattr(hit.record, name))]
    mark = words.state(hit.noun, hit.record.state, lang)
    document = words.document(hit.noun, lang)
    return Found(document, numbers, hit.order_no, mark, hit.record.filed_at, address(hit.ebp_code, hit.order_no))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """Show what a number leads to: a declaration or one parcel at once, several as a list, and what can be looked for when none.

    An officer's search is posted, and answered without the number in an address when it is a person's: addresses are
    kept in histories and logs.
    """
    actor = acting(request)
    assert actor is not None
    given = request.POST if request.method == "POST" else request.GET
    number = given.get("q", "").replace("\x00", "").strip()
    if request.method == "POST" and not resident_id.is_valid(number):
        return redirect(f"{reverse('find')}?{urlencode({'q': number})}")
    if len(number) > LONGEST:
        return render(request, "desk/find.html", {"number": number[:LONGEST], "too_long": True, "hits": []})
    if declared := declarations.declarations(to=actor, number=number, limit=2):
        one = len(declared) == 1
        return (
            redirect("declaration", number=declared[0].pk)
            if one
            else redirect(f"{reverse('declarations')}?{urlencode({'number': number})}")
        )
    hits = queries.find(number, to=actor)
    parcels = {(hit.ebp_code, hit.order_no) for hit in hits}
    if len(parcels) == 1:
        return redirect(address(*parcels.pop()))
    context = {
        "number": number,
        "hits": [_found(hit, request.lang) for hit in hits],
        "full": len(hits) >= queries.PAGE,
        "officer": actor.role == "officer",
    }
    return render(request, "desk/find.html", context)
