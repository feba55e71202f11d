"""What a month of declarations comes to for each firm: how many it had, and how often trusted firms were drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from tongguan.credit.actions import tell_inspections, tell_volume
from tongguan.credit.conduct import errors_of
from tongguan.credit.models import InspectionMonth
from tongguan.credit.queries import standings
from tongguan.credit.standing import DRAWS
from tongguan.declarations.models import Declaration
from tongguan.kernel.calendar import add_months

AT_ONCE = 1000
_CHECKED = """
    SELECT p.uscc, count(*), count(c.subject) FROM declarations_declaration d
      JOIN parties_enterprise p ON p.id = coalesce(d.trader_id, d.agent_id)
      LEFT JOIN inspections_check c ON c.subject = 'declaration/' || d.id
     WHERE d.accepted_at >= %s AND d.accepted_at < %s AND p.uscc IS NOT NULL GROUP BY p.uscc ORDER BY p.uscc
"""
_ORIGINS = """
    SELECT p.uscc, count(*), count(l.subject) FROM declarations_declaration d
      JOIN parties_enterprise p ON p.id = coalesce(d.trader_id, d.agent_id)
      LEFT JOIN inspections_look l ON l.subject = 'declaration/' || d.id AND l.kind = 'origin'
     WHERE d.accepted_at >= %s AND d.accepted_at < %s AND d.direction = 'I' AND p.uscc IS NOT NULL
     GROUP BY p.uscc ORDER BY p.uscc
"""
_AUDITED = """
    SELECT v.uscc, 1, count(DISTINCT l.subject) FROM credit_volume v
      LEFT JOIN inspections_look l ON l.uscc = v.uscc AND l.month = v.month AND l.kind = 'audit'
     WHERE v.month = %s AND v.documents > 0 GROUP BY v.uscc ORDER BY v.uscc
"""


def _moments(month: date) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    first = month.replace(day=1)
    return datetime.combine(first, time(), zone), datetime.combine(add_months(first, 1), time(), zone)


@transaction.atomic
def tell_month(month: date, *, at: datetime) -> InspectionMonth:
    """Tell credit what a month came to: documents and errors of each firm and role, and the rates of each draw.

    Documents are those accepted in the month, errors those noted in it that count. Again tells it anew.
    Returns the rates of inspections.
    """
    since, until = span = _moments(month)
    counting: dict[str, tuple[str, Sequence[object]]] = {
        "inspection": (_CHECKED, span), "origin": (_ORIGINS, span), "audit": (_AUDITED, [month.replace(day=1)]),
    }  # fmt: skip
    accepted = Declaration.objects.filter(accepted_at__gte=since, accepted_at__lt=until)
    last = until.date() - timedelta(days=1)
    for role, of in (("trader", "trader__uscc"), ("broker", "agent__uscc")):
        errors = dict(errors_of(month).filter(role=role).values_list("uscc").annotate(all=Count("pk")))
        rows = accepted.exclude(agent=F("trader")) if role == "broker" else accepted
        counted = dict(rows.exclude(**{of: None}).values_list(of).annotate(all=Count("pk")))
        for uscc in sorted({*counted, *errors}):
            tell_volume(uscc, month, role, counted.get(uscc, 0), errors=errors.get(uscc, 0))
    told = [_tell(kind, sql, span, month, last, at) for kind, (sql, span) in counting.items()]
    return told[0]


def _tell(kind: str, sql: str, span: Sequence[object], month: date, last: date, at: datetime) -> InspectionMonth:
    totals: Counter[str] = Counter()
    for documents, checks, trusted in _drawn(kind, sql, span, last):
        prefix = "trusted_" if trusted else ""
        totals[f"{prefix}documents"] += documents
        totals[f"{prefix}checks"] += checks
    names = ("documents", "checks", "trusted_documents", "trusted_checks")
    return tell_inspections(month, **{name: totals[name] for name in names}, kind=kind, at=at)


def _drawn(kind: str, sql: str, span: Sequence[object], last: date) -> Iterator[tuple[int, int, bool]]:
    """Yield the documents and checks of each firm of a month, and whether it is drawn less for its grade."""
    with connection.cursor() as cursor:
        cursor.execute(sql, span)
        rows = cursor.fetchall()
    for start in range(0, len(rows), AT_ONCE):
        page = rows[start : start + AT_ONCE]
        theirs = standings([uscc for uscc, _, _ in page], last)
        for uscc, documents, checks in page:
            yield documents, checks, DRAWS[kind].benefit in theirs[uscc].benefits
