"""Parcels (包裹): found by any of their numbers, shown whole."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from tongguan.ecommerce import queries

from . import shapes, views
from .problems import Problem
from .v1 import described, plain, who

router = Router()


@router.get("/parcels", **described("find_parcels", "parcels", shapes.Hits, fails=(400,)))
def find_parcels(request: HttpRequest, number: str) -> shapes.Hits:
    found = queries.find(plain("number", number), to=who(request).known)
    return shapes.Hits(parcels=[views.hit(one) for one in found])


@router.get(
    "/parcels/{ebp_code}/{path:order_no}", **described("one_parcel", "parcels", shapes.Parcel, fails=(404, 503))
)
def one_parcel(request: HttpRequest, ebp_code: str, order_no: str) -> shapes.Parcel:
    actor = who(request).known
    if "\0" in ebp_code + order_no:
        raise Problem("NOT_FOUND")
    platform = "" if ebp_code == views.ANY_PLATFORM else ebp_code
    found = queries.parcel(order_no, to=actor, ebp_code=platform)
    if found is None:
        raise Problem("NOT_FOUND")
    return views.parcel(found)
