"""Assurers' deposits (税款担保): what is left, what it secures, what changed it; guarantees received and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.audience import acting, only, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.written import written
from tongguan.ecommerce.deposits import actions, queries
from tongguan.ecommerce.deposits.states import CUSTOMS, DEPOSIT
from tongguan.ecommerce.models import Deposit
from tongguan.ecommerce.states import PAYERS
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text

FIELDS = {
    "receive": (("code", 18, ""), ("amount", 20, "decimal"), ("reference", 30, ""), ("valid_until", 10, "")),
    "withdraw": (("amount", 20, "decimal"), ("reference", 30, "")),
    "close": (),
}
"""The fields of each form: name, longest, and how a telephone shows its keys."""
_OPTIONAL = {"valid_until"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; ``value`` is what was written."""

    name: str
    id: str
    longest: int
    mode: str
    value: str
    required: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What can be done with a deposit; ``verb`` is its text and its address."""

    verb: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Line:
    """A deposit in a list, and at the head of its page."""

    row: Deposit
    mark: words.Mark
    firm: str
    left: Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """A change as the page shows it."""

    change: queries.Change
    what: str


def _line(row: Deposit, lang: str) -> Line:
    mark = words.Mark(DEPOSIT.group(row.state), text(f"deposit.state.{row.state}", lang))
    return Line(row, mark, row.enterprise.name(lang), row.account.balance)


def _form(verb: str, kept: dict[str, str]) -> Form:
    return Form(verb, [
        Field(name, f"{verb}-{name}", most, mode, kept.get(name, ""), name not in _OPTIONAL)
        for name, most, mode in FIELDS[verb]
    ])  # fmt: skip


def _number(value: str) -> Decimal:
    try:
        return Decimal(value.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return Decimal("NaN")  # what is no number: the rules refuse it


def _may(actor: Actor) -> set[str]:
    may = {"receive"} if actor.role in CUSTOMS else set()
    return may | {"withdraw"} if actor.role in PAYERS else may


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def deposits(request: HttpRequest) -> HttpResponse:
    """List the deposits, the newest first; customs record what they received, the first of a firm opens its account."""
    actor = acting(request)
    assert actor is not None
    kept: dict[str, str] = {}
    problems: list[str] = []
    if request.method == "POST":
        kept = {name: written(request, name, most) for name, most, _ in FIELDS["receive"]}
        row, problems = _received(request, kept)
        if row is not None:
            notices.success(request, text("desk.deposits.done.receive", request.lang))
            return redirect("deposit", number=row.pk)
    found = queries.deposits(to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].pk if len(found) > queries.PAGE and request.method != "POST" else None
    context = {
        "lines": [_line(row, request.lang) for row in page],
        "turning": turning(request, "before", more),
        "form": _form("receive", kept) if "receive" in _may(actor) else None,
        "problems": problems,
    }
    return render(request, "desk/deposits.html", context, status=409 if problems else 200)


def _received(request: HttpRequest, kept: dict[str, str]) -> tuple[Deposit | None, list[str]]:
    actor, until = only(request, CUSTOMS, machine="deposit", verb="receive"), kept["valid_until"]
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        return None, [text("desk.deposits.no_date", request.lang, found=until)]
    try:
        return actions.receive_guarantee(
            kept["code"], _number(kept["amount"]), reference=kept["reference"], valid_until=last, by=actor,
            at=timezone.now(),
        ), []  # fmt: skip
    except Refused as refused:
        return None, [one.text(request.lang) for one in refused.findings]


@require_safe
@signed_in
def deposit(request: HttpRequest, number: int) -> HttpResponse:
    """Show a deposit: what is left, until when it secures, and what changed it."""
    return _page(request, _seen(request, number))


@require_POST
@signed_in
def change_deposit(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Withdraw of a deposit, or keep it no longer."""
    row, actor = _seen(request, number), only(request, PAYERS | CUSTOMS, machine="deposit", verb="see")
    kept = {name: written(request, name, most) for name, most, _ in FIELDS.get(verb, ())}
    try:
        if verb == "withdraw":
            amount, at = _number(kept["amount"]), timezone.now()
            actions.withdraw_guarantee(row.pk, amount, reference=kept["reference"], by=actor, at=at)
        elif verb == "close":
            actions.close_deposit(row.pk, by=actor, at=timezone.now())
        else:
            raise Http404
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
    except (NotNow, NotYours) as refused:
        problems = [refused.text(request.lang)]
    else:
        notices.success(request, text(f"desk.deposits.done.{verb}", request.lang))
        return redirect("deposit", number=row.pk)
    return _page(request, row, problems, kept)


def _page(
    request: HttpRequest, row: Deposit, problems: list[str] | None = None, kept: dict[str, str] | None = None
) -> HttpResponse:
    actor, posted = acting(request), problems is not None
    assert actor is not None
    found = queries.changes(row, before=None if posted else place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    more = page[-1].entry.pk if len(found) > queries.PAGE and not posted else None
    verbs = [verb for verb in ("withdraw", "close") if verb in DEPOSIT.open_to(row.state, actor.role)]
    context = {
        "line": _line(row, request.lang),
        "row": row,
        "movements": [Movement(one, text(f"deposit.kind.{one.kind}", request.lang)) for one in page],
        "turning": turning(request, "before", more),
        "forms": [_form(verb, kept or {}) for verb in verbs],
        "problems": problems,
    }
    return render(request, "desk/deposit.html", context, status=409 if problems else 200)


def _seen(request: HttpRequest, number: int) -> Deposit:
    actor = acting(request)
    row = queries.deposit(number, to=actor) if actor is not None and number < 2**63 else None
    if row is None:
        raise Http404
    return row
