"""What belongs to a declaration, joined for its page: its bill and conveyance, money, licences, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from tongguan.cargo import queries as cargo
from tongguan.cargo.models import Bill
from tongguan.declarations import queries
from tongguan.declarations.models import Declaration
from tongguan.desk import words
from tongguan.holds.models import Hold
from tongguan.holds.queries import standing
from tongguan.journal.kinds import called
from tongguan.journal.queries import told_of
from tongguan.kernel.codes import codes
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import template, text
from tongguan.licences.models import LicenceUse
from tongguan.licences.states import USE
from tongguan.revenue.guarantees import queries as guarantees
from tongguan.revenue.models import DutyBill

_GOOD = {
    "declaration.accepted", "declaration.released", "declaration.closed", "declaration.settled", "conveyance.arrived",
    "conveyance.tallied", "bill_of_lading.settled",
}  # fmt: skip
_BAD = {"declaration.rejected", "declaration.billed"}
_TOLD = 200


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in the course of a declaration, its bill or its conveyance."""

    at: datetime
    document: str
    status: str
    mark: words.Mark
    other: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Money or quantity that stands behind a declaration: a bill, a guarantee, or what is drawn on a licence."""

    number: str
    state: str
    tone: str
    amount: Any
    unit: str
    day: Any
    href: str = ""


def bill(row: Declaration) -> cargo.Known | None:
    """Return the bill a declaration names, as its manifest has it."""
    if not row.bill_no or not row.transport_mode:
        return None
    return cargo.bill(row.direction, row.transport_mode, row.bill_no)


def holds(row: Declaration, of: cargo.Known | None) -> list[Hold]:
    """Return what stands in the way of a declaration and of its bill."""
    return standing([str(row), *([of.subject] if of is not None else [])])


def course(row: Declaration, of: cargo.Known | None, lang: str) -> list[Happened]:
    """Return what happened to a declaration, its bill and its conveyance, the oldest first."""
    subjects = {str(row): "", f"{row}/fee": ""}
    if of is not None:
        subjects |= {
            of.subject: text("desk.dec.bill", lang),
            f"conveyance/{of.conveyance}": text("desk.dec.ship", lang),
        }
    return _happened(subjects, lang)


def course_of(subjects: list[str], bill: Bill, lang: str) -> list[Happened]:
    """Return what happened to a bill, its conveyance, and the declarations of it that one may see, the oldest first."""
    called_so = {str(bill): text("desk.dec.bill", lang), str(bill.conveyance): text("desk.dec.ship", lang)}
    declared = dict.fromkeys((one for one in subjects if one not in called_so), text("desk.dec.one", lang))
    return _happened(called_so | declared, lang)


def _happened(subjects: dict[str, str], lang: str) -> list[Happened]:
    other = "en" if lang == "zh" else "zh"
    return [
        Happened(
            one.at, subjects.get(subject, ""), "", words.Mark(_tone(one.what), called(one.what, lang)),
            called(one.what, other),
        )
        for subject, one in sorted(told_of(set(subjects), set(), _TOLD), key=lambda each: each[1].at)
    ]  # fmt: skip


def _tone(what: str) -> str:
    return "done" if what in _GOOD else "needs_you" if what in _BAD else "waiting"


def _shows(of: int | None, to: Actor) -> bool:
    """Say whether money of a firm can be looked at: by itself, and by customs; its broker is told of it only here."""
    return to.role in queries.SEES_ALL or (of is not None and of == to.enterprise)


def duty_bills(row: Declaration, lang: str, *, to: Actor) -> list[Paper]:
    """Return the bills of a declaration: of taxes, of what an amendment added, of the fee for declaring late."""
    return [
        Paper(
            one.number, text(f"duty_bill.state.{one.state}", lang),
            "done" if one.state == "paid" else "draft" if one.state == "cancelled" else "needs_you", one.total, "",
            one.due_on, reverse("duty_bill", args=[one.number]) if _shows(one.enterprise_id, to) else "",
        )
        for one in DutyBill.objects.filter(reference__in=[str(row), f"{row}/fee"]).order_by("pk")
    ]  # fmt: skip


def secured(row: Declaration, lang: str, *, to: Actor) -> Paper | None:
    """Return what a guarantee secures of a declaration, or has secured; nothing is asked where none was ever named."""
    one = guarantees.entry(str(row)) if row.guarantee or row.version > 1 else None
    if one is None:
        return None
    said = template(f"secured.state.{one.state}", lang) or one.state
    tone = "waiting" if one.state == "open" else "done"
    href = reverse("guarantee", args=[one.guarantee.number]) if _shows(one.guarantee.holder_id, to) else ""
    return Paper(one.guarantee.number, said, tone, one.amount, "", one.day, href)


def licences(row: Declaration, of: Any | None, lang: str) -> list[Paper]:
    """Return what a declaration has drawn on licences; nothing is asked where its only version names none."""
    if row.version == 1 and of is not None and not of.licences:
        return []
    rows = LicenceUse.objects.filter(reference=str(row)).select_related("line__licence").order_by("pk")
    units = codes("units")
    return [
        Paper(
            one.line.licence.number, text(f"{USE.name}.state.{one.state}", lang), USE.group(one.state), one.declared,
            found.text(lang) if (found := units.get(one.unit)) else one.unit, None,
        )
        for one in rows
    ]  # fmt: skip
