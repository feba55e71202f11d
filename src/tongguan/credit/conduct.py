"""What is known of the conduct of firms: their facts that count, and how many documents and errors they had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum

from tongguan.kernel.calendar import add_months

from .models import Fact, Grade, Volume
from .states import COUNTING
from .triggers import Conduct, Noted


def errors_of(month: date) -> QuerySet[Fact]:
    """Return the errors of a month that count: not struck out, and not ceased by a review or a disclosure."""
    first = month.replace(day=1)
    noted = Fact.objects.filter(kind="error", counted=True, until=None, state__in=COUNTING)
    return noted.filter(on__gte=first, on__lt=add_months(first, 1))


def conducts(usccs: Iterable[str], on: date) -> dict[str, Conduct]:
    """Return what is known of the conduct of firms on a day, of days after their last repair. Two queries."""
    wanted = list(usccs)
    repaired = Grade.objects.filter(uscc=OuterRef("uscc"), basis="repaired", since__lte=on, since__gte=OuterRef("on"))
    noted: dict[str, list[Noted]] = defaultdict(list)
    counting = Fact.objects.filter(~Exists(repaired), uscc__in=wanted, counted=True, state__in=COUNTING, on__lte=on)
    for one in counting:
        noted[one.uscc].append(Noted(one.kind, one.on, one.amount or Decimal(0), one.intentional, one.role, one.until))
    documents: dict[str, dict[tuple[str, int], int]] = defaultdict(dict)
    rows = Volume.objects.filter(uscc__in=wanted).values("uscc", "role", "month__year").annotate(all=Sum("documents"))
    for row in rows:
        documents[row["uscc"]][row["role"], row["month__year"]] = row["all"]
    return {code: Conduct(on, noted[code], documents[code]) for code in wanted}
