"""One declaration seen whole (报关单): its bill, goods, holds, money, licences and course; and what its firm can do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.declarations import actions, queries
from tongguan.declarations.actions import delete
from tongguan.declarations.actions.templates import LONGEST
from tongguan.declarations.days import TWO_STEP
from tongguan.declarations.models import IMPORT, Declaration, DeclarationRequest, DeclarationVersion
from tongguan.declarations.sealing import opened
from tongguan.declarations.states import DECLARATION, FILERS
from tongguan.desk import words
from tongguan.desk.audience import only, signed_in
from tongguan.desk.paper.declarations import sheet_of
from tongguan.desk.paper.drawing import attachment
from tongguan.desk.trader.parcels import stop_of
from tongguan.desk.trader.taxes import taxes
from tongguan.desk.written import written
from tongguan.formats import dec
from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.vault import Forgotten
from tongguan.revenue.sheet import Sheet

from . import fields, joined
from .asking import LONGEST_REASON, asked_by, asked_for
from .differing import asked_differences, plain
from .editor import filer, own
from .entries import remarks
from .lists import SEES, mark_of
from .steps import access

MACHINE = "declaration"
_FACTS = (
    "TradeName", "OwnerName", "AgentName", "TradeMode", "CutMode", "TrafMode", "TrafName", "TransMode", "TradeCountry",
    "IEPort", "GoodsPlace", "ContrNo", "ManualNo", "WrapType", "PackNo", "GrossWet", "NetWt", "NoteS",
)  # fmt: skip


def seen(request: HttpRequest, number: int) -> tuple[Declaration, Actor]:
    """Return a declaration the reader may see, and who he is; raises Http404."""
    actor = only(request, SEES, machine=MACHINE, verb="see")
    row = queries.declaration(number, to=actor)
    if row is None:
        raise Http404
    return row, actor


def seen_whole(request: HttpRequest, number: int) -> tuple[Declaration, Actor, DeclarationVersion | None]:
    """Return the same with the present version, read together; raises Http404."""
    actor = only(request, SEES, machine=MACHINE, verb="see")
    if (kept := queries.present(number, to=actor)) is None:
        return *seen(request, number), None
    return kept.declaration, actor, kept


def version_of(row: Declaration, version: int | None = None) -> DeclarationVersion | None:
    """Return a version of a declaration, the present one unless another is named."""
    return DeclarationVersion.objects.filter(declaration=row, version=version or row.version).first()


def opened_of(kept: DeclarationVersion | None) -> Any | None:
    """Return what a version says; None where the key of its month was destroyed."""
    try:
        return opened(kept.sealed) if kept is not None else None
    except Forgotten:
        return None


def read(row: Declaration, version: int | None = None) -> Any | None:
    """Return what a declaration says; None where the key of its month was destroyed."""
    return opened_of(version_of(row, version))


def facts(of: Any, names: tuple[str, ...], lang: str) -> list[tuple[str, str, str]]:
    """Return fields of the head that are filled in: what each is called, what it says, what its code means."""
    known = BLOCKS["head"].fields
    return [
        (known[name].label(lang), plain(value), fields.meaning(name, str(value), lang))
        for name in names
        if (value := getattr(of, name)) not in (None, "")
    ]


def shown(request: HttpRequest, row: Declaration, actor: Actor, kept: DeclarationVersion | None) -> dict[str, Any]:
    """Return everything the page of a declaration shows, of its present version."""
    lang, bill = request.lang, joined.bill(row)
    of, holds, asked = opened_of(kept), joined.holds(row, bill), queries.requests(row)
    return {
        "row": row, "of": of, "mark": mark_of(row.state, lang), "group": row.group,
        "facts": facts(of, _FACTS, lang) if of is not None else [],
        "lines": [_line(place, one, lang) for place, one in enumerate(of.items, 1)] if of is not None else [],
        "containers": of.containers if of is not None else [],
        "documents": [(one, fields.meaning("DocuCode", one.DocuCode or "", lang)) for one in of.documents] if of else [],
        "office": office_of(row.customs, lang), "bill": bill,
        "bill_state": bill and text(f"bill_of_lading.state.{bill.state}", lang),
        "ship_state": bill and text(f"conveyance.state.{bill.conveyance_state}", lang),
        "stops": [stop_of(one, lang) for one in holds],
        "reasons": {one.reason for one in holds if one.subject == str(row)}, "asked_for": asked,
        "remarks": remarks([Finding.from_dict(one) for one in row.findings], lang), "judged": False,
        "course": joined.course(row, bill, lang), "duty_bills": joined.duty_bills(row, lang, to=actor),
        "secured": joined.secured(row, lang, to=actor), "licences": joined.licences(row, of, lang),
        "requests": [(one, words.Mark(_tone(one.state), text(f"declaration_request.state.{one.state}", lang)),
                      text(f"declarations.kind.{one.kind}", lang), _named("amend_grounds", one.grounds, lang))
                     for one in asked],
        "step": getattr(row, "two_step", None) if row.mode == TWO_STEP or row.completed_at else None,
        **access.shown(row, of, bill, holds, lang), **money(kept, of, lang), **_acts(row, actor),
    }  # fmt: skip


def _tone(state: str) -> str:
    if state in ("proposed", "lapsed", "declined"):
        return "needs_you"
    return {"asked": "waiting", "granted": "done"}.get(state, "draft")


def _named(table: str, code: str, lang: str) -> str:
    found = codes(table).get(code)
    return found.text(lang) if found else code


def office_of(code: str, lang: str) -> str:
    """Return an office of customs as it is read: its code and its name."""
    return f"{code} {_named('customs_districts', code, lang)}" if code in codes("customs_districts") else code


def _line(place: int, one: Any, lang: str) -> dict[str, Any]:
    says = {
        name: fields.meaning(name, getattr(one, name) or "", lang)
        for name in ("GUnit", "TradeCurr", "OriginCountry", "DutyMode", "FirstUnit")
    }
    return {"place": place, "of": one, "says": says, "quantity": plain(one.GQty) if one.GQty is not None else ""}


def money(kept: DeclarationVersion | None, of: Any | None, lang: str) -> dict[str, Any]:
    """Return the tax sheet, how the value was built up, and the fee for declaring late, as a page shows them."""
    sheet = Sheet.from_dict(kept.sheet) if kept is not None and kept.sheet else None
    names = [SimpleNamespace(gnum=n, gname=one.GName or "") for n, one in enumerate(of.items, 1)] if of else []
    steps = kept.steps if kept is not None else []
    return {
        "sheet": sheet,
        "taxes": taxes(sheet, SimpleNamespace(items=names), lang) if sheet is not None else [],
        "steps": [(text(f"revenue.step.{one['name']}", lang, said=one["said"]), _fen(one["amount"])) for one in steps],
        "fee": kept.fee if kept is not None else None,
    }


def _fen(amount: str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def _acts(row: Declaration, actor: Actor) -> dict[str, Any]:
    mine = actor.role in FILERS and row.agent_id == actor.enterprise
    possible = DECLARATION.open_to(row.state, actor.role) if mine else []
    return {
        "may_edit": "save" in possible, "may_delete": "delete" in possible, "may_copy": mine,
        "may_amend": "ask" in possible, "may_withdraw": "ask" in possible and row.state not in ("released", "lifted"),
        "may_complete": "complete" in possible, "may_make_whole": "make_whole" in possible,
        "may_turn": "save" in possible and row.mode != TWO_STEP and row.direction == IMPORT,
        "mine": mine, "pays": row.trader_id == actor.enterprise,
        "authority": actor.role in queries.SEES_ALL, "officer": actor.role == "officer",
    }  # fmt: skip


@require_safe
@signed_in
def declaration(request: HttpRequest, number: int) -> HttpResponse:
    """Show a declaration with everything that belongs to it."""
    row, actor, kept = seen_whole(request, number)
    whole = shown(request, row, actor, kept)
    proposal = next((one for one in whole["asked_for"] if one.state in ("proposed", "lapsed")), None)
    context = whole | {
        "proposal": proposal, "longest": LONGEST_REASON, "name_longest": LONGEST,
        "differences": asked_differences(whole["of"], proposal, request.lang) if proposal is not None else [],
    }  # fmt: skip
    return render(request, "desk/declarations/one.html", context)


@require_safe
@signed_in
def declaration_print(request: HttpRequest, number: int) -> HttpResponse:
    """Show a declaration as the form that is printed, as PDF (``as=pdf``), or as its message (``as=xml``)."""
    row, _ = seen(request, number)
    of = read(row)
    if of is None:
        raise Http404
    if request.GET.get("as") == "xml":
        answer = HttpResponse(dec.write(of), content_type="application/xml")
        answer["Content-Disposition"] = f'attachment; filename="declaration-{row.number or row.pre_no}.xml"'
        return answer
    lang = request.lang
    names = tuple(name for part in fields.HEAD_PARTS.values() for name in part)
    context = {
        "row": row, "of": of, "facts": facts(of, names, lang), "at": timezone.now(),
        "lines": [_line(place, one, lang) for place, one in enumerate(of.items, 1)],
        "office": office_of(row.customs, lang), "mark": mark_of(row.state, lang),
    }  # fmt: skip
    if request.GET.get("as") == "pdf":
        proof = request.build_absolute_uri(reverse("declaration", args=[row.pk]))
        paper = sheet_of(context | money(version_of(row), of, lang), proof, lang)
        return attachment(paper, f"declaration-{row.number or row.pre_no}.pdf", lang)
    return render(request, "desk/declarations/print.html", context)


def _copy(request: HttpRequest, row: Declaration, actor: Actor) -> str:
    made = actions.copy(row.pk, by=actor, at=timezone.now())
    notices.success(request, text("desk.dec.copied", request.lang, number=made.pre_no))
    return reverse("declaration_edit", args=[made.pk])


def _turn(request: HttpRequest, row: Declaration, actor: Actor) -> str:
    made = actions.turn(row.pk, by=actor, at=timezone.now())
    notices.success(request, text("desk.two.turned", request.lang, number=made.pre_no))
    return reverse("declaration_summary_edit", args=[made.pk])


def _delete(request: HttpRequest, row: Declaration, actor: Actor) -> str:
    delete(row.pk, by=actor, at=timezone.now())
    notices.success(request, text("desk.dec.deleted", request.lang, number=row.pre_no))
    return reverse("declarations")


def _cancel(request: HttpRequest, row: Declaration, actor: Actor) -> str:
    for asked in queries.requests(row):
        if asked.state == "asked":
            actions.cancel(asked.pk, by=actor, at=timezone.now())
            notices.success(request, text("desk.dec.asked.cancelled", request.lang))
    return reverse("declaration", args=[row.pk])


def _template(request: HttpRequest, row: Declaration, actor: Actor) -> str:
    made = actions.keep_template(row.pk, written(request, "name", LONGEST), by=actor, at=timezone.now())
    notices.success(request, text("desk.dec.template.kept", request.lang, name=made.name))
    return reverse("declaration_templates")


def _proposal(row: Declaration) -> DeclarationRequest:
    found = next((one for one in queries.requests(row) if one.state in ("proposed", "lapsed")), None)
    if found is None:
        raise Http404
    return found


def _confirm(request: HttpRequest, row: Declaration, actor: Actor) -> str:
    actions.confirm(_proposal(row).pk, by=actor, at=timezone.now())
    notices.success(request, text("desk.dec.proposal.confirmed", request.lang))
    return reverse("declaration", args=[row.pk])


def _decline(request: HttpRequest, row: Declaration, actor: Actor) -> str:
    answer = written(request, "answer", LONGEST_REASON)
    actions.decline(_proposal(row).pk, answer=answer, by=actor, at=timezone.now())
    notices.success(request, text("desk.dec.proposal.declined", request.lang))
    return reverse("declaration", args=[row.pk])


ACTS: dict[str, Callable[[HttpRequest, Declaration, Actor], str]] = {
    "turn": _turn,
    "copy": _copy, "delete": _delete, "cancel": _cancel, "template": _template, "confirm": _confirm, "decline": _decline,
}  # fmt: skip


@require_POST
@signed_in
def declaration_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Copy a declaration, keep it as a template, delete a draft, take one's request back, answer what customs propose."""
    if verb not in ACTS:
        raise Http404
    actor = filer(request, verb)
    row = own(number, actor)
    try:
        return redirect(ACTS[verb](request, row, actor))
    except (Refused, NotNow, NotYours) as refused:
        notices.error(request, refused.text(request.lang))
    except Forgotten:
        notices.error(request, text("desk.dec.forgotten", request.lang))
    return redirect("declaration", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declaration_withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Ask customs to withdraw an accepted declaration: grounds, evidence, reason."""
    actor = filer(request, "ask")
    row = own(number, actor)
    if not _acts(row, actor)["may_withdraw"]:
        return redirect("declaration", number=number)
    found: list[Finding] = []
    problem = ""
    if request.method == "POST":
        grounds, evidence, reason = asked_by(request)
        try:
            actions.ask(
                row.pk, "withdraw", grounds=grounds, evidence=evidence, reason=reason, by=actor, at=timezone.now()
            )
        except Refused as refused:
            found = refused.findings
        except (NotNow, NotYours) as refused:
            problem = refused.text(request.lang)
        else:
            notices.success(request, text("desk.dec.asked.withdraw", request.lang))
            return redirect("declaration", number=number)
    context = {
        "row": row, "asking": asked_for(request), "remarks": remarks(found, request.lang), "problem": problem,
        "judged": bool(found),
    }  # fmt: skip
    return render(request, "desk/declarations/withdraw.html", context, status=409 if found or problem else 200)
