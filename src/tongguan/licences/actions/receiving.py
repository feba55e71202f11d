"""Taking in licences that another authority issued (许可证件联网数据)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.numbers import uscc
from tongguan.kernel.rules import Refused, insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM

from ..applications import Application, Issued
from ..models import Licence
from ..rules import applying as rules
from ..rules import deciding
from ..states import RECEIVERS
from ..uses import country_of
from .applying import fill, judging, screen
from .deciding import put_in_force


@transaction.atomic
def receive(asked: Application, how: Issued, *, agent: str = "", by: Actor, at: datetime) -> Licence:
    """Take in a licence another authority issued; the same again changes nothing.

    The law of the day it was issued on judges it, so that one of a type closed since is taken; what the issuing body
    itself delivers is kept for firms that are not registered yet, too. Raises NotYours,
    NotConfigured, and Refused (LICENCE_TYPE ... LICENCE_CONTROL_CODE, LICENCE_NUMBER, LICENCE_EXISTS, LICENCE_DAYS,
    LICENCE_TOO_LONG).
    """
    if by.role not in RECEIVERS:
        raise NotYours(machine="licence", verb="receive", role=by.role, roles=sorted(RECEIVERS))
    holder = find(asked.holder)
    doc = judging(asked, how.issued_on, holder.code if holder else asked.holder, agent)
    is_named = holder is not None or (by.role == SYSTEM.role and uscc.is_valid(asked.holder))
    doc.known = is_named and bool(how.number.strip())
    insist(rules.TYPE, doc)
    insist(rules.APPLYING, doc)
    known = Licence.objects.filter(type=asked.type, number=how.number.strip()).select_for_update().first()
    if known is not None:
        return _same(known, doc, how)
    row = Licence(holder=doc.holder, agent=agent, state="issued", applied_on=how.issued_on, applied_at=at)
    fill(row, doc, how.issued_on)
    put_in_force(row, how, is_held=False, by=by, at=at)
    row.decided_at, row.decided_by = at, by.name[:100]
    row.save()
    screen(row, how.issued_on, by=by, at=at)
    record(
        "licence.received", row, by=by, at=at, type=row.type, number=row.number, holder=row.holder, first=row.valid_from,
        last=row.valid_to,
    )  # fmt: skip
    return row


def _same(known: Licence, doc: rules.Applying, how: Issued) -> Licence:
    asked = doc.asked
    kept = [(one.gcode, one.country, one.quantity, one.unit) for one in known.lines.order_by("place")]
    told = [(one.gcode, country_of(one.country), one.quantity, one.unit) for one in asked.lines]
    days = (known.valid_from, known.valid_to) == (how.valid_from, how.valid_to or known.valid_to)
    if kept == told and days and known.holder == doc.holder and known.mode == asked.mode:
        return known
    issuing = deciding.Issuing(known.number or "", how.issued_on, how.valid_from, how.valid_to, None, taken=True)
    insist([deciding.LicenceExists()], issuing)
    raise Refused([])  # a licence that exists is always refused
