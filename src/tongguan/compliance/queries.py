"""Asking of errors, disclosures and reductions: lists that come in pages, and how often a firm errs.

A firm sees what it declared, what was declared for it, and what it filed; customs and the auditor see all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Model, Q, QuerySet

from tongguan.declarations.models import Declaration
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise

from .cases import Earlier
from .counting import Rate
from .models import Disclosure, ErrorRecord, FeeReduction
from .states import FIRM, SEES_ALL, STAGES

PAGE = 50
_OWN = {
    ErrorRecord: ("agent", "trader"),
    Disclosure: ("enterprise", "agent"),
    FeeReduction: ("enterprise", "declaration__trader"),
}
_LISTED = {ErrorRecord: "errors", Disclosure: "disclosures", FeeReduction: "reductions"}
_BESIDE = {
    ErrorRecord: ("agent", "trader", "declaration"),
    Disclosure: ("enterprise", "agent", "declaration"),
    FeeReduction: ("enterprise", "declaration"),
}


def visible(of: type[Model], to: Actor) -> QuerySet[Any]:
    """Return the rows of a table that somebody may see; a draft is its firm's alone."""
    rows = of._default_manager.all()
    if to.role in SEES_ALL:
        return rows.exclude(state="draft")
    if to.enterprise is None or to.role not in FIRM:
        return rows.none()
    mine = Q()
    for name in _OWN[of]:
        mine |= Q(**{name: to.enterprise})
    return rows.filter(mine)


def listed(
    of: type[Model], *, to: Actor, stage: str = "", q: str = "", before: int | None = None, limit: int = PAGE
) -> list[Any]:
    """Return rows one may see, the newest first: of a stage, or by the number of a declaration. One query."""
    rows = visible(of, to).select_related(*_BESIDE[of]).order_by("-pk")
    if stage in STAGES[_LISTED[of]]:
        rows = rows.filter(state__in=STAGES[_LISTED[of]][stage])
    if q:
        rows = rows.filter(declaration__number=q)
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def one(of: type[Model], number: int, *, to: Actor) -> Any | None:
    """Return a row by its number, or None when there is none that one may see."""
    return visible(of, to).select_related(*_BESIDE[of]).filter(pk=number).first()


def rate(firm: int, since: date, until: date) -> Rate:
    """Return how often a firm erred in declarations it made, from one day to another, both counted. Two queries."""
    [found] = rates([firm], since, until).values()
    return found


def rates(firms: Collection[int], since: date, until: date) -> dict[int, Rate]:
    """Return the rate of each of these firms as a declarant, by the id of the firm. Two queries, however many they are."""
    errors = ErrorRecord.objects.filter(agent__in=firms, counted=True, recorded_on__gte=since, recorded_on__lte=until)
    accepted = Declaration.objects.filter(
        agent__in=firms, accepted_at__date__gte=since, accepted_at__date__lte=until, number__isnull=False
    )
    wrong = dict(errors.values_list("agent").annotate(n=Count("pk")))
    all_ = dict(accepted.values_list("agent").annotate(n=Count("pk")))
    return {firm: Rate(wrong.get(firm, 0), all_.get(firm, 0)) for firm in firms}


def kinds(to: Actor, since: date, until: date) -> dict[str, tuple[int, int]]:
    """Return how many errors one may see count, and how many do not, by kind; one query."""
    rows = visible(ErrorRecord, to).filter(recorded_on__gte=since, recorded_on__lte=until)
    found: dict[str, tuple[int, int]] = {}
    for kind, counted, count in rows.values_list("kind", "counted").annotate(n=Count("pk")):
        yes, no = found.get(kind, (0, 0))
        found[kind] = (yes + count, no) if counted else (yes, no + count)
    return found


def errors_of(declaration: Declaration) -> list[ErrorRecord]:
    """Return the errors recorded of a declaration, the newest first."""
    return list(ErrorRecord.objects.filter(declaration=declaration).order_by("-pk"))


def earlier(firm: Enterprise, *, but: int | None = None) -> tuple[Earlier, ...]:
    """Return the disclosures of a firm that customs took as such, for the rules that ask whether one is repeated."""
    rows = Disclosure.objects.filter(enterprise=firm, state__in=("accepted", "settled")).exclude(pk=but)
    return tuple(
        Earlier(row.disclosed_on, row.nature, row.clause, row.royalty, frozenset(row.goods))
        for row in rows.order_by("disclosed_on")
        if row.disclosed_on is not None
    )


def waiting(of: type[Model], limit: int = PAGE) -> Sequence[Any]:
    """Return what waits for customs, the one that is due first at the head. One query."""
    states = {"errors": ("asked",), "disclosures": ("filed",), "reductions": ("asked",)}[_LISTED[of]]
    rows = of._default_manager.filter(state__in=states).select_related(*_BESIDE[of])
    return list(rows.order_by("decide_by", "pk")[:limit])
