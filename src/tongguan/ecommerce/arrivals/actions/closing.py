"""Closing a tally (理货完毕): what has not arrived is short (短卸), and the site is told; an officer may open it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.parties.functions import insist_able

from ...context import Context
from ...intake import answers
from ...intake.batch import Batch
from ...models import ArrivalList, BillTally, TalliedParcel
from ...states import SITE, TALLY
from ..intake.answering import say
from .reckoning import count, reckon


def close(batch: Batch, tally: BillTally, *, by: Actor) -> dict[int, answers.Reply]:
    """Close a tally that is locked and reckoned, and answer each of its lists (399); returns the answers by list.

    Raises NotNow, NotYours.
    """
    tally.state = TALLY.after(tally.state, "close", by=by)
    TalliedParcel.objects.filter(tally=tally, found="awaited").update(found="short")
    count(tally, at=batch.at)
    tally.closed_at, tally.closed_by = batch.at, by.name[:100]
    tally.save(update_fields=["state", "closed_at", "closed_by"])
    counts = {"arrived": tally.arrived, "surplus": tally.surplus, "short": tally.awaited}
    lists = list(ArrivalList.objects.filter(tally=tally, state="filed").order_by("id"))
    said = {row.pk: say(batch, row, "399", **counts) for row in lists}
    ArrivalList.objects.filter(pk__in=list(said)).update(status="399")
    batch.event("tally.closed", str(tally), by, bill=tally.bill_no, **counts)
    return said


@transaction.atomic
def close_tally(number: int, *, by: Actor, at: datetime) -> BillTally:
    """Close a tally: its site says that no more of the bill comes.

    Raises NotNow, NotYours, BillTally.DoesNotExist, also for that of another site.
    """
    tally = _locked(number, by)
    TALLY.after(tally.state, "close", by=by)
    reckon(tally, at=at)
    batch = Batch(None, by, at, Context(at.astimezone(answers.SHANGHAI).date()))
    close(batch, tally, by=by)
    batch.write()
    return tally


@transaction.atomic
def reopen_tally(number: int, *, by: Actor, at: datetime) -> BillTally:
    """Open a closed tally again, so that a list can be corrected or another one filed.

    Raises NotNow, NotYours, BillTally.DoesNotExist.
    """
    tally = _locked(number, by)
    tally.state = TALLY.after(tally.state, "reopen", by=by)
    TalliedParcel.objects.filter(tally=tally, found="short").update(found="awaited")
    tally.closed_at, tally.closed_by = None, ""
    tally.save(update_fields=["state", "closed_at", "closed_by"])
    reckon(tally, at=at)
    record("tally.reopened", str(tally), by=by, at=at, bill=tally.bill_no)
    return tally


def _locked(number: int, by: Actor) -> BillTally:
    insist_able(by, "file", machine="tally", verb="close")
    rows = BillTally.objects.select_for_update()
    return rows.get(pk=number, enterprise_id=by.enterprise) if by.role == SITE else rows.get(pk=number)
