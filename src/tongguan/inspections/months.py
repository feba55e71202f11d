"""What a month of declarations comes to for each firm: how many it had, and how often trusted firms were inspected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from tongguan.credit.actions import tell_inspections, tell_volume
from tongguan.credit.conduct import errors_of
from tongguan.credit.models import InspectionMonth
from tongguan.credit.queries import standings
from tongguan.declarations.models import Declaration
from tongguan.kernel.calendar import add_months

AT_ONCE = 1000
_CHECKED = """
    SELECT p.uscc, count(*), count(c.subject) FROM declarations_declaration d
      JOIN parties_enterprise p ON p.id = coalesce(d.trader_id, d.agent_id)
      LEFT JOIN inspections_check c ON c.subject = 'declaration/' || d.id
     WHERE d.accepted_at >= %s AND d.accepted_at < %s AND p.uscc IS NOT NULL GROUP BY p.uscc ORDER BY p.uscc
"""


def _moments(month: date) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    first = month.replace(day=1)
    return datetime.combine(first, time(), zone), datetime.combine(add_months(first, 1), time(), zone)


@transaction.atomic
def tell_month(month: date, *, at: datetime) -> InspectionMonth:
    """Tell credit what a month came to: documents and errors of each firm and role, and the rates of inspection.

    Documents are those accepted in the month, errors those noted in it that count. Again tells it anew.
    """
    since, until = _moments(month)
    accepted = Declaration.objects.filter(accepted_at__gte=since, accepted_at__lt=until)
    last = until.date() - timedelta(days=1)
    for role, of in (("trader", "trader__uscc"), ("broker", "agent__uscc")):
        errors = dict(errors_of(month).filter(role=role).values_list("uscc").annotate(all=Count("pk")))
        rows = accepted.exclude(agent=F("trader")) if role == "broker" else accepted
        counted = dict(rows.exclude(**{of: None}).values_list(of).annotate(all=Count("pk")))
        for uscc in sorted({*counted, *errors}):
            tell_volume(uscc, month, role, counted.get(uscc, 0), errors=errors.get(uscc, 0))
    totals: Counter[str] = Counter()
    for documents, checks, trusted in _checked(month, last):
        prefix = "trusted_" if trusted else ""
        totals[f"{prefix}documents"] += documents
        totals[f"{prefix}checks"] += checks
    names = ("documents", "checks", "trusted_documents", "trusted_checks")
    return tell_inspections(month, **{name: totals[name] for name in names}, at=at)


def _checked(month: date, last: date) -> Iterator[tuple[int, int, bool]]:
    """Yield the documents and checks of each firm of a month, and whether it is inspected less for its trust."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECKED, _moments(month))
        rows = cursor.fetchall()
    for start in range(0, len(rows), AT_ONCE):
        page = rows[start : start + AT_ONCE]
        theirs = standings([uscc for uscc, _, _ in page], last)
        for uscc, documents, checks in page:
            yield documents, checks, "INSP20" in theirs[uscc].benefits
