"""The slip of a released parcel (包裹放行单): on a page to be printed, and as PDF. No buyer is named on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk.audience import signed_in
from tongguan.desk.paper.drawing import Sheet, attachment, gap, named, part, said, table
from tongguan.desk.templatetags.desk import local, money
from tongguan.desk.trader.find import address
from tongguan.desk.trader.parcels import numbers_of, seen
from tongguan.desk.trader.taxes import taxes
from tongguan.ecommerce import queries
from tongguan.kernel.texts import text

HEADS = ("desk.slip.item", "desk.slip.code", "desk.slip.name", "desk.parcels.value", "desk.parcels.tax")


@require_safe
@signed_in
def slip(request: HttpRequest, ebp_code: str, order_no: str) -> HttpResponse:
    """Show the slip of a parcel; raises Http404 for one that is not released."""
    found, lang = seen(request, ebp_code, order_no), request.lang
    row = found.inventory
    if row is None or row.state != "released":
        raise Http404
    sheet = queries.sheet(found)
    proof = reverse("proofs", args=[ebp_code, order_no])
    context: dict[str, Any] = {
        "row": row,
        "numbers": [(name, f"{number} {means}".strip()) for name, number, means in numbers_of(found, lang)],
        "items": taxes(sheet, found.documents.get("inventory"), lang) if sheet else [],
        "heads": [text(key, lang) for key in HEADS],
        "parcel": address(ebp_code, order_no),
        "proof": proof,
        "proof_shown": f"{request.get_host()}{proof}",
        "proof_whole": request.build_absolute_uri(proof),
        "at": timezone.now(),
    }
    if request.GET.get("as") == "pdf":
        return attachment(_sheet(context, lang), f"release-{row.invt_no}.pdf", lang)
    return render(request, "desk/slip.html", context)


def _sheet(shown: dict[str, Any], lang: str) -> Sheet:
    row = shown["row"]
    numbers = [(text("desk.slip.released", lang), local(row.released_at)), *shown["numbers"]]
    lines = [[one.number, one.gcode, one.name, money(one.value), money(one.total)] for one in shown["items"]]
    lines.append([text("desk.slip.total", lang), None, None, money(row.customs_value), money(row.tax)])
    goods = table(shown["heads"], lines, (1, 2.4, 6, 2.4, 2), {3, 4})
    parts = [said(text("desk.slip.says", lang)), gap(), named(numbers), part(text("desk.slip.items", lang)), goods]
    return Sheet(text("desk.slip.title", lang), row.invt_no or "", shown["proof_whole"], shown["at"], parts)
