"""Parcels (包裹): the list by group of states, and one seen whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongguan.desk import receipts, words
from tongguan.desk.audience import acting, signed_in
from tongguan.desk.keyset import place, turning
from tongguan.desk.lists.beside import simulated
from tongguan.desk.lists.columns import Column
from tongguan.desk.lists.listing import Listing
from tongguan.desk.lists.tabs import tabs
from tongguan.desk.trader.comparison import compare
from tongguan.desk.trader.course import course
from tongguan.desk.trader.find import UNKNOWN_PLATFORM, address
from tongguan.desk.trader.home import OVERSEERS, shown_to, states_of
from tongguan.desk.trader.taxes import taxes
from tongguan.ecommerce import queries
from tongguan.ecommerce.chronicle import of_requests
from tongguan.ecommerce.intake.receive import FILERS
from tongguan.ecommerce.models import Document, Inventory, Message, Told
from tongguan.ecommerce.queries import Parcel
from tongguan.ecommerce.states import FILER, INVENTORY
from tongguan.kernel.codes import codes
from tongguan.kernel.states import GROUPS, Actor
from tongguan.kernel.texts import text

SEE_THEIR_OWN = ("payer", "carrier")  # until an inventory names them, and payment firms even then
OFFICERS_VERBS = ("pass", "suspend", "refuse")


@dataclass(frozen=True, slots=True)
class Line:
    """A parcel in a list."""

    number: str
    order_no: str
    mark: words.Mark
    status: str
    at: datetime
    value: Decimal | None
    tax: Decimal | None
    href: str


def _line(row: Any, noun: str, lang: str) -> Line:
    own = {"inventory": ("invt_no", "pre_no"), "payment": ("pay_transaction_id",), "waybill": ("logistics_no",)}[noun]
    number = next((value for name in own if (value := getattr(row, name))), "")
    status = words.status(row.status, lang).text if noun == "inventory" else ""
    value = {"inventory": "customs_value", "payment": "amount_paid", "waybill": "freight"}[noun]
    return Line(
        number, row.order_no, words.state(noun, row.state, lang), status, row.filed_at, getattr(row, value),
        getattr(row, "tax", None), address(getattr(row, "ebp_code", ""), row.order_no),
    )  # fmt: skip


def _called(group: str, actor: Actor) -> str:
    """Return the key of what a group is called; what needs somebody needs a firm, to those who oversee them."""
    return "desk.group.theirs" if group == "needs_you" and actor.role in OVERSEERS else f"desk.group.{group}"


def listing(noun: str, lang: str) -> Listing:
    """Return the list of what a role follows."""
    columns = [
        Column(
            "order_no", "desk.number.order_no", lambda one: one.order_no, "code", lambda one: one.href,
            lambda one: simulated(one.href, lang),
        ),
        Column("number", f"desk.parcels.own.{noun}", lambda one: one.number, "code"),
        Column("state", "desk.parcels.state", lambda one: one.mark, "mark"),
        Column("at", "desk.parcels.at", lambda one: one.at, "moment"),
        Column("amount", f"desk.parcels.amount.{noun}", lambda one: one.value, "money"),
    ]  # fmt: skip
    if noun == "inventory":
        columns.append(Column("tax", "desk.parcels.tax", lambda one: one.tax, "money"))
        columns.append(Column("status", "desk.list.status", lambda one: one.status, spare=True))
    return Listing("parcels", f"desk.home.of.{noun}", tuple(columns), ("group",))


@require_safe
@signed_in
def parcels(request: HttpRequest) -> HttpResponseBase:
    """List what the reader follows, newest first, of one group of states when asked."""
    actor = acting(request)
    assert actor is not None
    model, machine, noun = shown_to(actor)
    group = request.GET.get("group", "")
    group = group if group in GROUPS else ""
    groups = [one for one in GROUPS if states_of(machine, one)]
    rows = queries.visible(model, actor).order_by("-id")
    wanted = states_of(machine, group) if group else [state for one in groups for state in states_of(machine, one)]
    rows = rows.filter(state__in=wanted)
    parcels_of = listing(noun, request.lang)
    whole = parcels_of.answer(request, lambda most: (_line(row, noun, request.lang) for row in rows[:most].iterator()))
    if whole is not None:
        return whole
    if (before := place(request, "before")) is not None:
        rows = rows.filter(pk__lt=before)
    found: list[Document] = list(rows[: queries.PAGE + 1])
    shown = found[: queries.PAGE]
    context = {
        "list": parcels_of.shown(request, [_line(row, noun, request.lang) for row in shown]),
        "turning": turning(request, "before", shown[-1].pk if len(found) > queries.PAGE else None),
        "tabs": tabs(request, "group", group, [(one, _called(one, actor)) for one in groups]),
        "may_file": actor.role in FILERS,
    }
    return render(request, "desk/parcels.html", context)


@dataclass(frozen=True, slots=True)
class Step:
    """A receipt in the course of a parcel."""

    guid: str
    at: datetime
    document: str
    kind: str
    status: str
    mark: words.Mark
    other: str
    info: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A hold as it is shown."""

    owner: str
    reason: str
    stops: str
    promised: datetime | None
    late: bool
    note: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A filing that was refused before it became a document."""

    message: int
    kind: str
    remarks: list[words.Remark]


def step(row: Told, lang: str) -> Step:
    """Return a receipt as the course of a parcel shows it: in the reader's language, and briefly in the other."""
    noun = row.subject.partition("/")[0]
    document = words.document(noun, lang) if noun in words.NOUNS else row.kind
    other = words.status(row.status, "en" if lang == "zh" else "zh").text
    return Step(row.guid, row.at, document, row.kind, row.status, words.status(row.status, lang), other, row.info)


def seen(request: HttpRequest, ebp_code: str, order_no: str) -> Parcel:
    """Return a parcel that the reader may see; raises Http404 for others."""
    platform = "" if ebp_code == UNKNOWN_PLATFORM else ebp_code
    found = (
        queries.parcel(order_no, ebp_code=platform, to=acting(request)) if "\x00" not in order_no + ebp_code else None
    )
    # A waybill does not know its platform, so one alone says nothing of the platform asked for.
    if found is None or (platform and not (found.inventory or found.order or found.payments)):
        raise Http404
    return found


def shown(request: HttpRequest, found: Parcel, ebp_code: str, *, clear: bool = False) -> dict[str, Any]:
    """Return everything the page of a parcel shows."""
    lang, actor, row = request.lang, acting(request), found.inventory
    partial = row is None and actor is not None and actor.role in SEE_THEIR_OWN
    kept = sorted(found.receipts, key=lambda one: one.at)
    calculated = queries.sheet(found)
    steps = [step(one, lang) for one in kept]
    return {
        "parcel": found,
        "ebp_code": ebp_code,
        "mark": _mark(found, partial, lang),
        "group": INVENTORY.group(row.state) if row is not None else "waiting",
        "missing": [] if partial else _missing(found, lang),
        "comma": text("desk.comma", lang),
        "numbers": numbers_of(found, lang),
        "waybill_label": text("desk.number.waybill_no", lang),
        "steps": steps,
        "course": course(steps, found.milestones, of_requests(found), lang),
        "stops": [stop_of(hold, lang) for hold in found.holds],
        "remarks": words.remarks(row.findings, words.NOUNS["inventory"], lang) if row is not None else [],
        "refusals": _refusals(found, actor, lang),
        "comparison": compare(found, lang, clear=clear, partial=partial),
        "clear": clear,
        "sheet": calculated,
        "taxes": taxes(calculated, found.documents.get("inventory"), lang) if calculated else [],
        "terms": terms_of(calculated, lang),
        "slip": row is not None and row.state == "released",
        "verbs": _verbs(row, actor),
        "officer": actor is not None and actor.role == "officer",
        **_asking(found, actor, lang),
    }


def _asking(found: Parcel, actor: Actor | None, lang: str) -> dict[str, Any]:
    """Return what was asked for the inventory, and what the reader may ask for it."""
    row = found.inventory
    if row is None or actor is None or actor.role in SEE_THEIR_OWN:
        return {"requested": [], "asks": []}
    asks = ["withdrawal"] if "withdraw" in INVENTORY.open_to(row.state) else []
    asks += ["return"] if row.state == "released" else []
    standing = [one for one in found.requested if one.state != "deleted"]
    requested = [(one, words.stage(one.noun, one.state, lang)) for one in standing]
    return {"requested": requested, "asks": asks if actor.role in FILER else []}


def _mark(found: Parcel, partial: bool, lang: str) -> words.Mark:
    if found.inventory is not None:
        return words.state("inventory", found.inventory.state, lang)
    if partial:
        noun, own = ("payment", found.payments[0]) if found.payments else ("waybill", found.waybill)
        return words.state(noun, own.state, lang)
    return words.Mark("waiting", text("desk.parcel.no_inventory", lang))


def _missing(found: Parcel, lang: str) -> list[str]:
    there = {"order": found.order, "payment": found.payments, "waybill": found.waybill, "inventory": found.inventory}
    if found.inventory is not None and found.inventory.state not in ("saved", "waiting"):
        return []
    return [text(f"desk.parcel.waiting_for.{noun}", lang) for noun, record in there.items() if not record]


def numbers_of(found: Parcel, lang: str) -> list[tuple[str, str, str]]:
    """Return the numbers of a parcel: what each is called, the number, and what it stands for."""
    row, order, waybill = found.inventory, found.documents.get("order"), found.documents.get("waybill")
    said = found.documents.get("inventory")
    listed: list[tuple[str, Any, str]] = [("order_no", found.order_no, "")]
    if row is not None:
        listed += [("invt_no", row.invt_no, ""), ("pre_no", row.pre_no, ""), ("cop_no", row.cop_no, "")]
    listed += [("transaction", paid.pay_transaction_id, "") for paid in found.payments]
    if found.waybill is not None:
        listed.append(("waybill_no", found.waybill.logistics_no, getattr(waybill, "logisticsName", "") or ""))
        listed.append(("bill_no", found.waybill.bill_no, ""))
    platform = row or found.order or (found.payments[0] if found.payments else None)
    if platform is not None:
        named = said or order or found.documents.get("payment")
        listed.append(("platform", platform.ebp_code, getattr(named, "ebpName", "") or ""))
    if row is not None:
        listed.append(("agent", row.agent_code, getattr(said, "agentName", "") or ""))
        listed.append(("customs", row.customs_code, _coded("customs_districts", row.customs_code, lang)))
        listed.append(("trade_mode", row.trade_mode, _coded("trade_modes", row.trade_mode, lang)))
    return [(text(f"desk.number.{key}", lang), number, means) for key, number, means in listed if number]


def _coded(table: str, code: str, lang: str) -> str:
    known = codes(table).get(code)
    return known.text(lang) if known else ""


def stop_of(hold: Any, lang: str) -> Stop:
    """Return a hold as pages show it."""
    acts = ("、" if lang == "zh" else ", ").join(text(f"hold.act.{act}", lang) for act in hold.stops)
    late = hold.promised is not None and hold.promised < timezone.now()
    owner, reason = text(f"role.{hold.owner}", lang), text(f"hold.reason.{hold.reason}", lang)
    return Stop(owner, reason, acts, hold.promised, late, hold.note)


def _refusals(found: Parcel, actor: Actor | None, lang: str) -> list[Refusal]:
    """Return the refused filings of this number that came in messages the reader may see."""
    messages = Message.objects.filter(pk__in=[row.message_id for row in found.refused_filings])
    if actor is None or actor.role not in queries.SEES_ALL:
        messages = messages.filter(enterprise_id=actor.enterprise if actor else None)
    kinds = dict(messages.values_list("pk", "kind")) if found.refused_filings else {}
    return [
        Refusal(row.message_id, words.message(kind, lang), words.remarks(row.findings, kind, lang))
        for row in found.refused_filings
        if (kind := kinds.get(row.message_id))
    ]


def terms_of(calculated: Any, lang: str) -> list[dict[str, Any]]:
    """Return the values of the law that decided the shares; each of them is a share."""
    return [
        {**term, "title": text(f"desk.term.{term['name']}", lang), "value": f"{(term['value'] * 100).normalize():f}%"}
        for term in (calculated.terms if calculated else ())
    ]


def _verbs(row: Inventory | None, actor: Actor | None) -> list[str]:
    if row is None or actor is None:
        return []
    possible = INVENTORY.open_to(row.state, actor.role)
    return [verb for verb in OFFICERS_VERBS if verb in possible and actor.role == "officer"]


@require_safe
@signed_in
def parcel(request: HttpRequest, ebp_code: str, order_no: str) -> HttpResponse:
    """Show a parcel whole."""
    return render(request, "desk/parcel.html", shown(request, seen(request, ebp_code, order_no), ebp_code))


@require_safe
@signed_in
def receipt(request: HttpRequest, guid: str, ebp_code: str, order_no: str) -> HttpResponse:
    """Download one receipt of a parcel."""
    for row in seen(request, ebp_code, order_no).receipts:
        if row.guid == guid:
            return receipts.attachment([row], f"receipt-{row.status}-{order_no[:40]}.xml")
    raise Http404
