"""Applying for licences, and answering when more is asked."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from tongguan.holds.actions import lift_many, place
from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.mandates import mandate
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM

from .. import types
from ..applications import Application, LineAsked
from ..models import Licence, LicenceLine
from ..ports import issuing_body
from ..queries import visible
from ..rules import applying as rules
from ..screening import REASON, keys_of, watched, why_barred
from ..states import FIRM, LICENCE, OFFICER
from ..uses import country_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """Return the day of a moment."""
    return at.astimezone(SHANGHAI).date()


@transaction.atomic
def apply(asked: Application, *, by: Actor, at: datetime) -> Licence:
    """Apply for a licence, which the actor's firm or its principal will hold; a merged type becomes the one that is now.

    End users who are watched hold the application. Where an issuing body is connected, it decides, and ``pass_on`` tells
    it. Raises NotYours, NotConfigured, and Refused (LICENCE_TYPE,
    LICENCE_TYPE_ABOLISHED, LICENCE_APPLICANT ... LICENCE_BARRED_FIRM).
    """
    insist_able(by, "file", machine="licence", verb="apply")
    if by.role not in FIRM or by.enterprise is None:
        raise NotYours(machine="licence", verb="apply", role=by.role, roles=sorted(FIRM))
    own, on, meant = Enterprise.objects.get(pk=by.enterprise), day_of(at), asked.type
    doc = _judged(asked, own, on, at)
    agent = own.code if doc.holder != own.code else ""
    elsewhere = issuing_body() is not None
    row = Licence(holder=doc.holder, agent=agent, applied_on=on, applied_at=at, elsewhere=elsewhere)
    fill(row, doc, on)
    screen(row, on, by=by, at=at)
    record("licence.applied", row, by=by, at=at, type=row.type, asked=meant, holder=row.holder, goods=_goods(asked))
    return row


@transaction.atomic
def resubmit(number: int, asked: Application, *, by: Actor, at: datetime) -> Licence:
    """Answer what the authority asked, with the whole application anew; its type and its holder stay.

    Raises NotNow, NotYours, Licence.DoesNotExist, and Refused as ``apply``.
    """
    insist_able(by, "file", machine="licence", verb="resubmit")
    row = visible(by).select_for_update().get(pk=number)
    state = LICENCE.after(row.state, "resubmit", by=by)
    own, on = Enterprise.objects.get(pk=by.enterprise), day_of(at)
    asked.type, asked.holder = row.type, row.holder
    doc = _judged(asked, own, on, at)
    row.state, row.words, row.turn = state, "", row.turn + 1
    row.lines.all().delete()
    fill(row, doc, row.applied_on)
    lift_many([str(row)], REASON, "changed", by=SYSTEM, at=at)
    screen(row, on, by=by, at=at)
    record("licence.resubmitted", row, by=by, at=at, goods=_goods(asked))
    return row


def _judged(asked: Application, own: Enterprise, on: date, at: datetime) -> rules.Applying:
    asked.type = types.asked_for(asked.type, on)
    code = asked.holder.strip() or own.code
    holder = own if code in (own.uscc, own.customs_registration) else find(code)
    known = holder is not None and holder.standing == "registered"
    doc = judging(asked, on, holder.code if holder else code, own.code)
    doc.known = known
    if holder is not None and holder.pk != own.pk and settings.MANDATES == "required":
        doc.mandated = mandate(own.pk, holder.pk, at=at) is not None
    doc.barred = why_barred(doc.holder, on)
    insist(rules.TYPE, doc)
    insist(rules.APPLYING, doc)
    return doc


def judging(asked: Application, on: date, holder: str, agent: str) -> rules.Applying:
    """Return an application with what the law of a day says of its type; the usual form is put in where it has none."""
    of = types.type_of(asked.type, on)
    if of is not None and of.dual_use and not asked.form:
        asked.form = types.SINGLE
    asked.ports = [one.strip() for one in asked.ports if one.strip()]
    asked.end_users = [one.strip()[:100] for one in asked.end_users if one.strip()]
    forms = types.forms(of, on) if of else ("",)
    modes = types.modes(of.kind, asked.form, on) if of else ()
    return rules.Applying(asked, on, of, holder, agent, forms=forms, modes=modes)


def fill(row: Licence, doc: rules.Applying, on: date) -> None:
    """Write what an application says into its record, with its lines; raises nothing that was not judged before."""
    asked = doc.asked
    assert doc.of is not None
    row.type, row.form, row.mode, row.ports = asked.type, asked.form, asked.mode, asked.ports
    row.batch_id, row.end_use = asked.batch_id.strip()[:40], asked.end_use.strip()[:200]
    row.end_users, row.end_user_keys = asked.end_users, keys_of(asked.end_users)
    row.paperless = types.is_paperless(doc.of.kind, on)
    row.save()
    LicenceLine.objects.bulk_create(_line(row, place, line) for place, line in enumerate(asked.lines, 1))


def _line(row: Licence, place_: int, line: LineAsked) -> LicenceLine:
    return LicenceLine(
        licence=row, place=place_, gcode=line.gcode, name=line.name.strip()[:250], country=country_of(line.country)[:3],
        quantity=line.quantity, unit=line.unit, value=line.value, currency=line.currency.strip()[:3],
        control_code=line.control_code.strip()[:30], bulk=line.bulk,
    )  # fmt: skip


def screen(row: Licence, on: date, *, by: Actor, at: datetime) -> None:
    """Hold a licence, or the application for one, that names an end user who is watched."""
    if found := watched(row.end_user_keys, on):
        note = ", ".join(found)
        place(str(row), REASON, owner=OFFICER, stops=["use"], note=note, by=by, at=at)


def _goods(asked: Application) -> list[dict[str, object]]:
    return [{"gcode": one.gcode, "quantity": one.quantity, "unit": one.unit} for one in asked.lines]
