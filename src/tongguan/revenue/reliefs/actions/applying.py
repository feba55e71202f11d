"""Applying for letters of relief, by hand or from the order of an importer's system."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.money import fen
from tongguan.kernel.rules import check, insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.mandates import mandate
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM
from tongguan.tariff.queries import book

from ...models import ListEntry, ReliefLetter, ReliefLine
from ..applications import Application, Equipment, GoodsAsked, Order, OrderLine
from ..queries import entry_of, missing, visible
from ..rules import applying as rules
from ..states import FIRM, LETTER
from ..terms import decide_by, schemes, sorts
from .deciding import day_of, put_in_force


@transaction.atomic
def apply(asked: Application, *, by: Actor, at: datetime) -> ReliefLetter:
    """Apply for a letter of relief for the actor's firm, or for its principal; customs decide within some working days.

    Raises NotYours, NotConfigured, Uncountable, and Refused (RELIEF_SCHEME ... RELIEF_ANALYSER).
    """
    row, _ = _applied(asked, by=by, at=at)
    return row


@transaction.atomic
def apply_from_order(order: Order, *, by: Actor, at: datetime) -> ReliefLetter:
    """Make an application of an order and the data of its equipment; without a risk it is confirmed at once (快速审核).

    With one it waits for people, as any other. Both times stand in the journal. Raises as ``apply``, and Refused
    (RELIEF_ERP_NUMBER, RELIEF_ERP_ITEM).
    """
    row, doc = _applied(prefilled(order), by=by, at=at)
    risks = check(rules.RISKS, doc, None)
    row.risks = sorted({one.code for one in risks})
    if not risks:
        row.state, row.quick = LETTER.after(row.state, "confirm", by=SYSTEM), True
        put_in_force(row, by=SYSTEM, at=at)
        record("relief.confirmed", row, by=SYSTEM, at=at, number=row.number, quick=True, seconds=0)
    else:
        record("relief.queued", row, by=SYSTEM, at=at, risks=row.risks, decide_by=row.decide_by)
    row.save()
    return row


def prefilled(order: Order) -> Application:
    """Return the application that an order makes (预填); raises Refused (RELIEF_ERP_NUMBER, RELIEF_ERP_ITEM)."""
    known = {one.item: one for one in order.equipment}
    insist(rules.FROM_ERP, (order, known))
    lines = [_line_of(one, known[one.item]) for one in order.lines]
    return Application(order.scheme, order.project, order.office, lines, order.holder, order.number.strip())


def _line_of(one: OrderLine, of: Equipment) -> GoodsAsked:
    is_priced = one.price is not None and one.price.is_finite() and one.quantity.is_finite()
    value = fen(one.price * one.quantity) if is_priced else one.price  # type: ignore[operator]
    return GoodsAsked(
        of.gcode, of.name, one.quantity, one.unit, of.goods, of.purpose, of.years, value, one.currency, of.since_parent
    )


@transaction.atomic
def take_back(number: int, *, by: Actor, at: datetime) -> ReliefLetter:
    """Take an application back before it is decided. Raises NotNow, NotYours, ReliefLetter.DoesNotExist."""
    insist_able(by, "file", machine="relief_letter", verb="take_back")
    row = visible(by).select_for_update().get(pk=number)
    row.state = LETTER.after(row.state, "take_back", by=by)
    row.save(update_fields=["state"])
    record("relief.taken_back", row, by=by, at=at)
    return row


def _applied(asked: Application, *, by: Actor, at: datetime) -> tuple[ReliefLetter, rules.Applying]:
    insist_able(by, "file", machine="relief_letter", verb="apply")
    if by.role not in FIRM or by.enterprise is None:
        raise NotYours(machine="relief_letter", verb="apply", role=by.role, roles=sorted(FIRM))
    own, on = Enterprise.objects.get(pk=by.enterprise), day_of(at)
    doc = _judged(asked, own, on, at)
    row = ReliefLetter.objects.create(
        scheme=asked.scheme, batch=doc.batch or "", holder=doc.holder, agent=own.code if doc.holder != own.code else "",
        project=asked.project.strip()[:200], office=asked.office, order_no=asked.order_no, applied_at=at,
        decide_by=decide_by(on),
    )  # fmt: skip
    ReliefLine.objects.bulk_create(_line(row, place, one) for place, one in enumerate(asked.lines, 1))
    goods = [{"gcode": one.gcode, "quantity": one.quantity, "unit": one.unit} for one in asked.lines]
    record(
        "relief.applied", row, by=by, at=at, scheme=row.scheme, holder=row.holder, order=row.order_no, goods=goods,
        decide_by=row.decide_by,
    )  # fmt: skip
    return row, doc


def _judged(asked: Application, own: Enterprise, on: date, at: datetime) -> rules.Applying:
    code = asked.holder.strip() or own.code
    holder = own if code in (own.uscc, own.customs_registration) else find(code)
    is_firm = holder is not None and holder.standing == "registered"
    doc = rules.Applying(asked, on, schemes(on).get(asked.scheme), holder.code if holder else code[:18], own.code)
    doc.is_firm, doc.tariff, doc.sorts = is_firm, book(on), sorts(on)
    if holder is not None and holder.pk != own.pk and settings.MANDATES == "required":
        doc.mandated = mandate(own.pk, holder.pk, at=at) is not None
    listed = _listed(asked.scheme, holder, on)
    doc.batch = listed.batch if listed is not None else None
    _remember(doc, doc.holder, on)
    insist(rules.WHO, doc)
    insist(rules.APPLYING, doc)
    return doc


def _listed(scheme: str, holder: Enterprise | None, on: date) -> ListEntry | None:
    return entry_of(scheme, (holder.uscc, holder.customs_registration or ""), on) if holder is not None else None


def _remember(doc: rules.Applying, holder: str, on: date) -> None:
    """Gather what was confirmed for an entity before: analysers, goods that people looked at, orders, and its reports."""
    lines = ReliefLine.objects.filter(letter__holder=holder, letter__valid_from__isnull=False)
    doc.analysers = [
        day
        for day in lines.filter(goods=rules.ANALYSER).values_list("letter__valid_from", flat=True)
        if day is not None
    ]
    people = lines.filter(letter__scheme=doc.asked.scheme, letter__quick=False)
    codes = {one.gcode for one in doc.asked.lines}
    doc.known = set(people.filter(gcode__in=codes).values_list("gcode", flat=True))
    if doc.asked.order_no:
        before = ReliefLetter.objects.filter(holder=holder, order_no=doc.asked.order_no)
        doc.orders = set(before.exclude(state__in=("refused", "taken_back")).values_list("order_no", flat=True))
    doc.missing = missing(holder, on)


def _line(row: ReliefLetter, place: int, one: GoodsAsked) -> ReliefLine:
    value = fen(one.value) if one.value is not None else None
    return ReliefLine(
        letter=row, place=place, gcode=one.gcode, name=one.name.strip()[:250], goods=one.goods, purpose=one.purpose[:20],
        years=one.years, quantity=one.quantity, unit=one.unit, value=value, currency=one.currency[:3] if value else "",
        since_parent=one.since_parent,
    )  # fmt: skip
