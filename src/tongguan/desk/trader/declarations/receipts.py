"""The receipts of a declaration (报关单回执): what customs told of it, each as the message that clients read."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongguan.declarations.messages import queries
from tongguan.declarations.messages.answers import status
from tongguan.desk.audience import signed_in
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text

from .page import seen


@require_safe
@signed_in
def declaration_receipts(request: HttpRequest, number: int) -> HttpResponse:
    """Show what customs told of a declaration and the messages it came by; ``as=ID`` gives one receipt as XML."""
    row, actor = seen(request, number)
    found = queries.receipts_of(row)
    if wanted := request.GET.get("as", ""):
        one = next((one for one in found if str(one.pk) == wanted), None)
        if one is None:
            raise Http404
        answer = HttpResponse(status(one), content_type="application/xml")
        answer["Content-Disposition"] = f'attachment; filename="DECCUS004_{row.pre_no}_{one.pk}.xml"'
        return answer
    taken = queries.messages_of(row) if actor.enterprise == row.agent_id else []  # those numbers are the client's own
    context = {
        "row": row,
        "receipts": [(one, _named("declaration_channels", one.channel, request.lang), text(f"event.{one.what}", request.lang))
                     for one in found],
        "taken": [(one, _named("declaration_answers", one.code, request.lang)) for one in taken],
    }  # fmt: skip
    return render(request, "desk/declarations/receipts.html", context)


def _named(table: str, code: str, lang: str) -> str:
    found = codes(table).get(code)
    return found.text(lang) if found is not None else code
