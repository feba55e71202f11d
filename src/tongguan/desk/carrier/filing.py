"""Filing a manifest by page and by file (舱单申报), and changing one before its conveyance arrives (舱单变更)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tongguan.cargo import actions, queries
from tongguan.cargo.models import Conveyance
from tongguan.cargo.states import CONVEYANCE, FILERS
from tongguan.desk.audience import only, signed_in
from tongguan.desk.spreadsheets import as_file
from tongguan.desk.trader.declarations.sheets import NoTable
from tongguan.desk.written import written
from tongguan.formats.ceb.faults import Unreadable
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import text

from .form import BILL, FRESH, MOST_BILLS, Form, bill, empty, manifest, posted, row_of, unread
from .reading import TooLarge, read_into

LONGEST_REASON = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def manifest_new(request: HttpRequest) -> HttpResponseBase:
    """Show an empty form; read bills from files into it, or file what is written."""
    actor = only(request, FILERS, machine="conveyance", verb="amend")
    if request.GET.get("as") in ("csv", "xlsx"):
        titles = [text(f"desk.cargo.field.{name}", request.lang) for name in BILL]
        return as_file(request.GET["as"], "manifest-bills", titles, [])
    if request.method != "POST":
        return _page(request, empty(timezone.now()))
    form, act = posted(request.POST), request.POST.get("do", "file")
    if act == "rows":
        form.bills += [{} for _ in range(min(FRESH, MOST_BILLS - len(form.bills)))]
        return _page(request, form)
    if act == "read":
        return _read(request, form)
    filed = manifest(form)
    if filed is None:
        return _page(request, form, status=409)
    try:
        row = actions.receive(filed, by=actor, at=timezone.now())
    except Refused as refused:
        form.findings = refused.findings
        return _page(request, form, status=409)
    except (NotYours, NotConfigured) as refused:
        return _page(request, form, problem=refused.text(request.lang), status=409)
    notices.success(request, text("desk.cargo.filed", request.lang, n=len(filed.bills)))
    return redirect("manifest", number=row.pk)


def _read(request: HttpRequest, form: Form) -> HttpResponse:
    lang = request.lang
    try:
        count = read_into(form, request.FILES.getlist("files"))
    except NoTable:
        problem = text("desk.cargo.no_table", lang)
    except TooLarge:
        problem = text("desk.dec.import.large", lang)
    except Unreadable as error:
        problem = error.info_zh if lang == "zh" else error.info_en
    else:
        if count:
            notices.success(request, text("desk.cargo.read_in", lang, n=count))
            return _page(request, form)
        problem = text("desk.cargo.nothing_read", lang)
    return _page(request, form, problem=problem, status=422)


def _page(request: HttpRequest, form: Form, *, problem: str = "", status: int = 200) -> HttpResponse:
    lang = request.lang
    for_others = only(request, FILERS, machine="conveyance", verb="amend").enterprise is None
    form.bills = form.bills or [{}]
    context: dict[str, Any] = {
        "entries": form.entries(lang, for_others=for_others), "rows": form.rows(lang), "count": len(form.bills),
        "problems": [*([problem] if problem else []), *form.problems(lang)], "wrong": len(form.findings),
        "offices": [(one.code, one.text(lang)) for one in codes("customs_districts")], "most": MOST_BILLS,
    }  # fmt: skip
    return render(request, "desk/cargo/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def manifest_change(request: HttpRequest, number: int) -> HttpResponse:
    """Add a bill to a manifest, say one anew (``bill=``) or take it off, with the reason."""
    actor = only(request, FILERS, machine="conveyance", verb="amend")
    row = queries.conveyance(number, to=actor)
    if row is None:
        raise Http404
    if "amend" not in CONVEYANCE.open_to(row.state, actor.role):
        return redirect("manifest", number=number)
    here = _bill_here(request, row)
    form = Form({}, [row_of(here) if here is not None else {}])
    if request.method != "POST":
        return _change_page(request, row, here, form)
    form = Form({}, posted(request.POST).bills[:1] or [{}])
    wrong: list[tuple[str, str]] = []
    removed = [here.number] if here is not None and request.POST.get("do") == "remove" else []
    said = [] if removed else [bill(form.bills[0], "bills/1", wrong)]
    if wrong:
        form.findings = unread(wrong)
        return _change_page(request, row, here, form, status=409)
    try:
        actions.amend(
            row.pk, said, removed=removed, reason=written(request, "reason", LONGEST_REASON), by=actor, at=timezone.now()
        )  # fmt: skip
    except Refused as refused:
        form.findings = refused.findings
    except (NotNow, NotYours, NotConfigured) as refused:
        return _change_page(request, row, here, form, problem=refused.text(request.lang), status=409)
    else:
        notices.success(request, text("desk.cargo.changed", request.lang))
        return redirect("manifest", number=row.pk)
    return _change_page(request, row, here, form, status=409)


def _bill_here(request: HttpRequest, row: Conveyance) -> Any | None:
    given = request.GET.get("bill", "")
    if not given:
        return None
    found = row.bills.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 19 else None
    if found is None:
        raise Http404
    return found


def _change_page(
    request: HttpRequest, row: Conveyance, here: Any | None, form: Form, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "row": row, "here": here, "rows": form.rows(request.lang), "count": 1, "longest": LONGEST_REASON,
        "problems": [*([problem] if problem else []), *form.problems(request.lang)],
        "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "desk/cargo/change.html", context, status=status)
