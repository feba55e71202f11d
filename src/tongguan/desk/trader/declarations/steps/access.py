"""Access in two stages on the page of a declaration (两段准入): may goods leave, may they be used, why not, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tongguan.cargo.queries import Known
from tongguan.declarations.models import IMPORT, Declaration
from tongguan.desk.audience import signed_in
from tongguan.desk.written import written
from tongguan.holds.models import Hold
from tongguan.inspections.access import actions, queries
from tongguan.inspections.access.queries import NOT_ENTERED, NOT_LIFTED, UNRELEASED
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text

from ..editor import filer, own

OURS = (UNRELEASED, NOT_ENTERED, NOT_LIFTED)
LONGEST_PLACE, LONGEST_STORAGE = 11, 200


def shown(row: Declaration, of: Any, bill: Known | None, holds: Sequence[Hold], lang: str) -> dict[str, Any]:
    """Return what the page shows of the access of an import that was accepted, which says ``of``; nothing of others."""
    if row.direction != IMPORT or row.number is None or row.state == "withdrawn":
        return {"access_stands": None}
    found = queries.asked(row, of)
    stands = queries.decided(row, bill, holds, found)
    between = "、" if lang == "zh" else ", "

    def told(reasons: tuple[str, ...]) -> str:
        return between.join(text(f"{'access' if one in OURS else 'hold'}.reason.{one}", lang) for one in reasons)

    return {
        "access_stands": stands, "access": found, "lift_reasons": told(stands.lift_off_reasons),
        "use_reasons": told(stands.use_reasons),
        "may_ask_access": (found is None or found.issued_at is None) and row.state not in ("released", "closed", "lifted"),
        "places": law("inspections.transfer_places", on=timezone.localdate()).value,
    }  # fmt: skip


@require_POST
@signed_in
def declaration_access(request: HttpRequest, number: int) -> HttpResponse:
    """Ask customs for both checks at the port, for lift-off under conditions, or for a check at another place."""
    actor = filer(request, "ask")
    row = own(number, actor)
    try:
        actions.ask(
            row.pk, combined=bool(request.POST.get("combined")), conditional=bool(request.POST.get("conditional")),
            place=written(request, "place", LONGEST_PLACE), storage=written(request, "storage", LONGEST_STORAGE),
            by=actor, at=timezone.now(),
        )  # fmt: skip
        notices.success(request, text("desk.access.asked.done", request.lang))
    except (Refused, NotNow, NotYours) as refused:
        notices.error(request, refused.text(request.lang))
    return redirect("declaration", number=number)
