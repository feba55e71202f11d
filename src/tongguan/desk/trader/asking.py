"""Asking for a withdrawal or a return on a page (撤单、退货申请): what is possible, and filing it through the one door.

What people write here becomes the same message a program would send. Where such messages must be signed, the page gives
the message to be signed by the firm's own card and filed like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.trader.find import UNKNOWN_PLATFORM, address
from tongguan.desk.trader.requests import coded, today
from tongguan.ecommerce import queries
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.models import Inventory
from tongguan.ecommerce.returns import drafts, possible
from tongguan.ecommerce.returns.possible import Possible
from tongguan.ecommerce.trial import sign_unsigned
from tongguan.formats import ceb
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.certificates import trials_allowed
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import clients_of

KINDS = {"withdrawal": "CEB623Message", "return": "CEB625Message"}
LONGEST_REASON, LONGEST_NUMBER = 500, 20


@dataclass(slots=True)
class Asked:
    """What somebody wrote into the form; ``quantities`` as they were typed, by the number of the item."""

    reason: str = ""
    own: str = ""
    office: str = ""
    quantities: dict[int, str] = field(default_factory=dict)


def _inventory(request: HttpRequest, ebp_code: str, order_no: str) -> Inventory:
    """Return the inventory of a parcel that the reader may see; raises Http404 for others."""
    if "\x00" in ebp_code + order_no:
        raise Http404
    rows = queries.visible(Inventory, acting(request)).exclude(state="deleted").filter(order_no=order_no)
    if ebp_code != UNKNOWN_PLATFORM:
        rows = rows.filter(ebp_code=ebp_code)
    row = rows.order_by("-id").first()
    if row is None:
        raise Http404
    return row


def _typed(request: HttpRequest, noun: str, now: datetime) -> Asked:
    """Return what was posted, or what an empty form begins with: a number of the moment, that nobody else has."""
    given = request.POST
    if request.method != "POST":
        return Asked(own=f"{noun[0].upper()}{now:%Y%m%d%H%M%S%f}"[:LONGEST_NUMBER])
    quantities = {
        int(name[4:]): value.strip()[:LONGEST_NUMBER]
        for name, value in given.items()
        if name.startswith("qty-") and name[4:].isdecimal() and len(name) < 8
    }
    return Asked(
        given.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON], given.get("own", "").strip()[:60],
        given.get("office", "").strip()[:LONGEST_NUMBER], quantities,
    )  # fmt: skip


def _quantities(typed: Mapping[int, str]) -> tuple[dict[int, Decimal], list[Finding]]:
    """Return the quantities that were typed, and what is no number among them."""
    found, wrong = {}, []
    for gnum, value in typed.items():
        try:
            found[gnum] = Decimal(value or 0)
            if not found[gnum].is_finite() or found[gnum] < 0:
                raise InvalidOperation
        except InvalidOperation:
            found.pop(gnum, None)
            wrong.append(Finding("NOT_A_QUANTITY", f"item/{gnum}/qty", values={"gnum": gnum, "found": value}))
    return {gnum: qty for gnum, qty in found.items() if qty}, wrong


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest, noun: str, ebp_code: str, order_no: str) -> HttpResponse:
    """Show what may be asked for a parcel and why not; file what is asked, or give it as a message to be signed."""
    if noun not in KINDS:
        raise Http404
    actor, now = acting(request), timezone.now()
    assert actor is not None
    row = _inventory(request, ebp_code, order_no)
    said, typed, remarks = possible.declared_by(row), _typed(request, noun, now), []
    if request.method == "POST" and said is not None:
        message, findings = _written(row, said, typed, noun, actor, now)
        if message and "file" not in request.POST:
            return _attachment(message, f"{noun}-{row.pk}.xml")
        if message and not must_be_signed():
            number, findings = _filed(message, actor, request.lang)
            if number:
                notices.success(request, text(f"desk.ask.done.{noun}", request.lang, number=number))
                return redirect("request", number=number)
        remarks = words.remarks(findings, KINDS[noun], request.lang)
    at = today()
    found = (
        possible.to_return(row, said, by=actor, at=at)
        if noun == "return"
        else possible.to_withdraw(row, by=actor, at=at)
    )
    context = _shown(request, noun, row, said, found) | {"typed": typed, "remarks": remarks}
    return render(request, f"desk/ask_{noun}.html", context, status=409 if remarks else 200)


def _written(
    row: Inventory, said: Any, typed: Asked, noun: str, actor: Actor, now: datetime
) -> tuple[bytes, list[Finding]]:
    """Return the message that was asked for, or what keeps it from being written."""
    number, own, reason = possible.number_of(row), typed.own, typed.reason
    if noun == "withdrawal":
        document, wrong = drafts.withdrawal(said, number, own=own, reason=reason, at=now), []
    else:
        quantities, wrong = _quantities(typed.quantities)
        document = drafts.refund(said, number, quantities, own=own, reason=reason, at=now, office=typed.office)
    try:
        message = drafts.message(document, **_sender(actor, said))
    except ceb.Unwritable as error:
        return b"", [*wrong, *(_inside(finding) for finding in error.findings)]
    return (b"", wrong) if wrong else (message, [])


def _inside(finding: Finding) -> Finding:
    """Return a finding about the only node of a message as one about its document."""
    _, _, rest = finding.pointer.partition("/1")
    return Finding(finding.code, rest.lstrip("/"), finding.level, finding.values, finding.alias)


def _filed(message: bytes, actor: Actor, lang: str) -> tuple[str, list[Finding]]:
    """File a message and return the number of the request it became, or what it was refused for."""
    now = timezone.now()
    try:
        outcome = receive(sign_unsigned(message, by=actor, at=now), sender=actor, at=now)
    except NotYours as refused:
        raise PermissionDenied(refused.text(lang)) from None
    except Refused as refused:
        return "", refused.findings
    [node] = outcome.nodes
    return (node.reply.keys["preNo"], []) if node.subject and node.reply else ("", node.findings)


def must_be_signed() -> bool:
    """Say whether the firm's own card has to sign what is asked; a demonstration signs for its people."""
    return settings.SIGNATURES == "required" and not trials_allowed()


def _sender(actor: Actor, said: Any) -> dict[str, str]:
    """Return who transmits: the reader's enterprise, or the declarant of the inventory when the operator asks for it."""
    if actor.enterprise is None:
        return {"code": said.agentCode, "name": said.agentName}
    firm = Enterprise.objects.get(pk=actor.enterprise)
    numbers = [one.dxp_id for one in clients_of(firm.pk) if one.dxp_id and one.revoked is None]
    return {"code": firm.code, "name": firm.name("zh"), "dxp_id": numbers[0] if numbers else ""}


def _attachment(message: bytes, name: str) -> HttpResponse:
    response = HttpResponse(message, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _shown(request: HttpRequest, noun: str, row: Inventory, said: Any, found: Possible) -> dict[str, Any]:
    return {
        "noun": noun,
        "row": row,
        "parcel": address(row.ebp_code, row.order_no),
        "forgotten": said is None,
        "found": found,
        "why_not": words.remarks(found.findings, KINDS[noun], request.lang),
        "lines": [
            (one, coded("units", one.unit, request.lang) or one.unit, f"{one.left.normalize():f}")
            for one in found.lines
        ],
        "nothing_left": noun == "return" and said is not None and not any(one.left > 0 for one in found.lines),
        "may_ask": not found.findings and said is not None,
        "elsewhere": noun == "return" and possible.offices(row, today()),
        "office_name": coded("customs_districts", row.customs_code, request.lang),
        "signed": must_be_signed(),
        "longest": LONGEST_REASON,
        "days_left": (found.days.ask_by - today()).days if found.days else None,
    }
