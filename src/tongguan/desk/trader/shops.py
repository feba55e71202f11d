"""Pick-up shops (线下自提店): which there are, what one displays, its guarantee, and parcels handed over there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongguan.desk import words
from tongguan.desk.amounts import quantity
from tongguan.desk.audience import only, signed_in
from tongguan.desk.keyset import Turning, place, turning
from tongguan.desk.written import written
from tongguan.ecommerce.pickup import queries as collected
from tongguan.ecommerce.pickup.actions import hand_over
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.kernel.texts import text
from tongguan.ledgers.models import Entry
from tongguan.zones.models import Shop
from tongguan.zones.shops import actions, queries
from tongguan.zones.shops.cover import Shown
from tongguan.zones.shops.states import FIRM, SHOP

READERS = SEES_ALL | FIRM
_NOTHING = Decimal("NaN")  # what is no number: the rules refuse it


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; ``id`` is its own on the page, ``value`` what was written."""

    name: str
    id: str
    longest: int
    value: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What can be done with a shop; ``verb`` is its text and its address."""

    verb: str
    fields: list[Field]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What changed the guarantee of a shop, and by which document."""

    entry: Entry
    document: str


@dataclass(frozen=True, slots=True)
class Line:
    """A shop in a list."""

    row: Shop
    mark: words.Mark
    firm: str
    office: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Displayed goods as the page shows them."""

    shown: Shown
    quantity: str
    unit: str
    rate: str


FIELDS: dict[str, tuple[tuple[str, int, str], ...]] = {
    "register": (("name", 60, ""), ("address", 200, ""), ("zone", 60, ""), ("customs_code", 4, "numeric"),
                 ("merchant_code", 18, "")),
    "hand_over": (("invt_no", 18, ""), ("identity", 30, "")),
    "display": (("book", 30, ""), ("record_no", 30, ""), ("quantity", 20, "decimal"), ("unit_value", 20, "decimal"),
                ("legal_each", 20, "decimal"), ("reference", 30, "")),
    "take_back": (("book", 30, ""), ("record_no", 30, ""), ("quantity", 20, "decimal"), ("reference", 30, "")),
    "deposit": (("amount", 20, "decimal"), ("reference", 30, "")),
    "withdraw": (("amount", 20, "decimal"), ("reference", 30, "")),
    "admit": (),
    "close": (),
}  # fmt: skip
"""The fields of each form: name, longest, and how a telephone shows its keys."""
LEADS = {"hand_over", "admit"}
"""What is done most stands open at the head of the page; the other forms are unfolded."""
NUMBERS = {"quantity", "unit_value", "legal_each", "amount"}
ACTS: dict[str, Callable[..., Any]] = {
    "hand_over": hand_over, "display": actions.display, "take_back": actions.take_back, "deposit": actions.deposit,
    "withdraw": actions.withdraw, "admit": actions.admit_shop, "close": actions.close_shop,
}  # fmt: skip


def _line(row: Shop, lang: str) -> Line:
    mark = words.Mark(SHOP.group(row.state), text(f"shop.state.{row.state}", lang))
    return Line(row, mark, row.enterprise.name(lang), _named("customs_districts", row.customs_code, lang))


def _named(table: str, code: str, lang: str) -> str:
    known = codes(table).get(code)
    return known.text(lang) if known else code


def _sample(shown: Shown, lang: str) -> Sample:
    unit = _named("units", shown.display.item.unit, lang)
    return Sample(shown, quantity(shown.quantity), unit, f"{(shown.rate * 100).normalize():f}%")


def _form(verb: str, kept: dict[str, str], is_open: bool = False) -> Form:
    fields = [Field(name, f"{verb}-{name}", most, kept.get(name, ""), mode) for name, most, mode in FIELDS[verb]]
    return Form(verb, fields, is_open)


def _written(request: HttpRequest, verb: str) -> dict[str, str]:
    return {name: written(request, name, most) for name, most, _ in FIELDS[verb]}


def _given(kept: dict[str, str]) -> dict[str, Any]:
    """Return what an action is given; what is no number it refuses."""
    return {name: _number(value) if name in NUMBERS else value for name, value in kept.items()}


def _number(value: str) -> Decimal:
    try:
        return Decimal(value.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return _NOTHING


def _reader(request: HttpRequest) -> Actor:
    return only(request, READERS, machine="shop", verb="see")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def shops(request: HttpRequest) -> HttpResponse:
    """List the shops, the newest first; a firm registers one."""
    actor = _reader(request)
    kept: dict[str, str] = {}
    problems: list[str] = []
    if request.method == "POST":
        kept = _written(request, "register")
        try:
            row = actions.register_shop(**kept, by=actor, at=timezone.now())
        except Refused as refused:
            problems = [one.text(request.lang) for one in refused.findings]
        except NotYours as refused:
            problems = [refused.text(request.lang)]
        else:
            notices.success(request, text("desk.shops.done.register", request.lang, name=row.name))
            return redirect("shop", number=row.pk)
    found = queries.shops(to=actor, before=place(request, "before"), limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    context = {
        "lines": [_line(row, request.lang) for row in page],
        "turning": _turned(request, page[-1].pk if len(found) > queries.PAGE else None),
        "form": _form("register", kept) if actor.role in FIRM else None,
        "problems": problems,
    }
    return render(request, "desk/shops.html", context, status=409 if problems else 200)


@require_safe
@signed_in
def shop(request: HttpRequest, number: int) -> HttpResponse:
    """Show a shop: what it displays, its guarantee, and what was collected there."""
    actor = _reader(request)
    return _page(request, actor, _seen(number, actor))


@require_POST
@signed_in
def change_shop(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do something with a shop: admit or close it, change its display or guarantee, hand a parcel over."""
    actor = _reader(request)
    row = _seen(number, actor)
    if verb not in ACTS:
        raise Http404
    kept = _written(request, verb)
    try:
        ACTS[verb](row.pk, **_given(kept), by=actor, at=timezone.now())
    except Refused as refused:
        problems = [one.text(request.lang) for one in refused.findings]
    except (NotNow, NotYours) as refused:
        problems = [refused.text(request.lang)]
    else:
        notices.success(request, text(f"desk.shops.done.{verb}", request.lang, name=row.name))
        return redirect("shop", number=row.pk)
    kept.pop("identity", None)  # it is not written back
    return _page(request, actor, _seen(number, actor), status=409, problems=problems, tried=verb, kept=kept)


def _page(
    request: HttpRequest,
    actor: Actor,
    row: Shop,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    tried: str = "",
    kept: dict[str, str] | None = None,
) -> HttpResponse:
    cover = queries.cover_of(row, timezone.localdate())
    found = collected.pick_ups(row, before=place(request, "before"), limit=collected.PAGE + 1)
    page = found[: collected.PAGE]
    tries = collected.tries(row, None, timezone.now())
    verbs = [verb for verb in ACTS if verb in SHOP.open_to(row.state, actor.role)]
    forms = [_form(verb, (kept or {}) if verb == tried else {}, verb == tried) for verb in verbs]
    context = {
        "line": _line(row, request.lang),
        "row": row,
        "cover": cover,
        "samples": [_sample(one, request.lang) for one in cover.lines],
        "entries": [Change(one, one.reference.partition("/")[2]) for one in queries.guarantee_entries(row)],
        "pick_ups": page,
        "refused": collected.refused(row),
        "tries": tries,
        "turning": _turned(request, page[-1].pk if len(found) > collected.PAGE else None),
        "lead": next((form for form in forms if form.verb in LEADS), None),
        "forms": [form for form in forms if form.verb not in LEADS],
        "problems": problems,
    }
    return render(request, "desk/shop.html", context, status=status)


def _turned(request: HttpRequest, more: int | None) -> Turning:
    # What answers a form cannot be turned.
    return turning(request, "before", more) if request.method in ("GET", "HEAD") else Turning("", "")


def _seen(number: int, actor: Actor) -> Shop:
    row = queries.shop(number, to=actor)
    if row is None:
        raise Http404
    return row
