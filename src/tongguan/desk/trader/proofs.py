"""Proofs of one's own parcels (存证证明): what the journal tells of them, each a file that anybody can check."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.auditor.journal import attachment
from tongguan.desk.trader.find import UNKNOWN_PLATFORM
from tongguan.ecommerce.proofs import Told, of_parcel
from tongguan.journal.proving import log_key
from tongguan.journal.tree import Broken


@require_safe
@signed_in
def proofs(request: HttpRequest, ebp_code: str, order_no: str) -> HttpResponse:
    """List what the journal tells of a parcel."""
    context = {
        "lines": [
            (words.document(one.subject.partition("/")[0], request.lang), one.telling)
            for one in _told(request, ebp_code, order_no)
        ],
        "key": _key(),
        "ebp_code": ebp_code,
        "order_no": order_no,
    }
    return render(request, "desk/proofs.html", context)


@require_safe
@signed_in
def proof(request: HttpRequest, number: str, ebp_code: str, order_no: str) -> HttpResponse:
    """Download one proof."""
    found = [one.telling for one in _told(request, ebp_code, order_no) if one.telling.number == number]
    return attachment(request, found[0] if found else None)


def _key() -> str:
    try:
        return str(log_key())
    except Broken:  # the first start makes it
        return ""


def _told(request: HttpRequest, ebp_code: str, order_no: str) -> list[Told]:
    actor = acting(request)
    assert actor is not None, "the view is for people who are signed in"
    platform = "" if ebp_code == UNKNOWN_PLATFORM else ebp_code
    told = None if "\0" in order_no + ebp_code else of_parcel(order_no, to=actor, ebp_code=platform)
    if told is None:
        raise Http404
    return told
