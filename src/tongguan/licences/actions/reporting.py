"""What is written off goes back to the body that issued the licence (核销数据反馈), each use once, until it has entered it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

from ..models import LicenceReport, LicenceUse
from ..ports import Drawn, heard, issuing_body
from ..rules.deciding import MOST_WORDS
from ..rules.reporting import NOTING, SETTLING, Noting
from ..states import REPORT
from .exchanging import BODY

MOST_SILENT = 3
"""After how many unanswered reports nothing more is told for now."""
WRITTEN_OFF, GIVEN_BACK = "written_off", "given_back"


def note_reports(uses: Iterable[LicenceUse], kind: str, *, at: datetime) -> None:
    """Note what is to be told of uses that were written off, or given back after they were; in the caller's transaction."""
    LicenceReport.objects.bulk_create(
        LicenceReport(use=use, kind=kind, made_at=at) for use in uses if use.line.licence.elsewhere
    )


def report_due(*, at: datetime, limit: int = 100) -> int:
    """Tell the body what was written off, longest untold first; return how many reports it has entered or refused now.

    What comes back is told after what was drawn. After some silence no more is told this time.
    """
    body, done, silent = issuing_body(), 0, 0
    if body is None:
        return 0
    waiting = LicenceReport.objects.filter(state="waiting").select_related("use__line__licence")
    for row in list(waiting.order_by(F("told_at").asc(nulls_first=True), "pk")[:limit]):
        if row.kind == GIVEN_BACK and row.use.reports.filter(kind=WRITTEN_OFF, state="waiting").exists():
            continue
        said = heard(str(row), partial(body.enter, _drawn(row), at=at))
        if said is not None:
            done += _told(row.pk, said.taken, said.words, at)
            continue
        LicenceReport.objects.filter(pk=row.pk, state="waiting").update(told_at=at)
        silent += 1
        if silent == MOST_SILENT:
            break
    return done


@transaction.atomic
def retry_report(number: int, note: str, *, by: Actor, at: datetime) -> LicenceReport:
    """Have the body told again, under the same key, of what it refused; it is told within a minute, a note may say why.

    Raises LicenceReport.DoesNotExist, NotNow, NotYours, Refused (LICENCE_NOTE_LONG).
    """
    insist(NOTING, Noting(note))
    return _noted(number, "retry", note, by, at)


@transaction.atomic
def settle_report(number: int, note: str, *, by: Actor, at: datetime) -> LicenceReport:
    """Close a report that the body refused and that was settled with it otherwise; the note says how.

    Raises LicenceReport.DoesNotExist, NotNow, NotYours, Refused (LICENCE_NOTE, LICENCE_NOTE_LONG).
    """
    insist(SETTLING, Noting(note))
    return _noted(number, "settle", note, by, at)


def _noted(number: int, verb: str, note: str, by: Actor, at: datetime) -> LicenceReport:
    row = LicenceReport.objects.select_for_update(of=("self",)).select_related("use__line__licence").get(pk=number)
    row.state = REPORT.after(row.state, verb, by=by)
    row.note, row.noted_by = note.strip(), by.name[:100]
    row.save()
    what = "licence.report_retried" if verb == "retry" else "licence.report_settled"
    record(what, row.use.line.licence, by=by, at=at, declaration=row.use.reference, words=row.note)
    return row


@transaction.atomic
def _told(number: int, taken: bool, words: str, at: datetime) -> bool:
    row = LicenceReport.objects.select_for_update(of=("self",)).select_related("use__line__licence").get(pk=number)
    if row.state != "waiting":
        return False
    row.state = REPORT.after(row.state, "enter" if taken else "refuse", by=BODY)
    row.words, row.told_at = words.strip()[:MOST_WORDS], at
    row.save()
    what = "licence.report_entered" if taken else "licence.report_refused"
    record(what, row.use.line.licence, by=BODY, at=at, declaration=row.use.reference, words=row.words)
    return True


def _drawn(row: LicenceReport) -> Drawn:
    use, line = row.use, row.use.line
    quantity = use.quantity if row.kind == WRITTEN_OFF else -use.quantity
    return Drawn(
        f"{use.pk}/{row.kind}", line.licence.type, line.licence.number or "", line.place, quantity, line.unit,
        use.reference, row.made_at,
    )  # fmt: skip
