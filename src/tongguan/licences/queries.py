"""Asking of licences: which there are, what is left of one, what was drawn on it, and what goods need before they are filed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from tongguan.holds.queries import stopping
from tongguan.kernel.states import Actor
from tongguan.ledgers.batch import ZERO
from tongguan.parties.models import Enterprise

from .models import Licence, LicenceLine, LicenceReport, LicenceUse, WatchEntry
from .needed import CodeNeeds, Want, needed
from .states import FIRM, IN_FORCE, REPORT_STAGES, SEES_ALL, STAGES
from .uses import Use

__all__ = [
    "PAGE", "CodeNeeds", "Left", "Use", "Want", "accounts", "accounts_of", "lefts", "licence", "licences", "needed",
    "reports", "usable", "uses_of", "visible", "watched",
]  # fmt: skip

PAGE = 50


@dataclass(frozen=True, slots=True)
class Left:
    """A line of a licence and what is left of it; all of it while it is not issued."""

    line: LicenceLine
    left: Decimal

    @property
    def used(self) -> Decimal:
        """What was drawn of the line, reserved or written off; more than all of it after a last batch."""
        return self.line.quantity - self.left


def accounts(uses: Iterable[Use]) -> list[str]:
    """Return the names of the ledger accounts that uses touch; one query."""
    numbers = {use.number for use in uses}
    rows = LicenceLine.objects.filter(licence__number__in=numbers, account__isnull=False)
    return sorted(rows.values_list("account__name", flat=True)) if numbers else []


def accounts_of(reference: str) -> list[str]:
    """Return the names of the ledger accounts that a declaration draws on now; one query."""
    rows = LicenceUse.objects.filter(reference=reference).exclude(state="given_back")
    return sorted(set(rows.values_list("line__account__name", flat=True)))


def visible(to: Actor) -> QuerySet[Licence]:
    """Return the licences somebody may see: all for the authority, else those his firm holds or applied for."""
    if to.role in SEES_ALL:
        return Licence.objects.all()
    codes = _codes(to)
    return Licence.objects.filter(Q(holder__in=codes) | Q(agent__in=codes)) if codes else Licence.objects.none()


def licences(
    *, to: Actor, stage: str = "", type: str = "", q: str = "", before: int | None = None, limit: int = PAGE
) -> list[Licence]:
    """Return licences and applications, the newest first; of a stage, a type, or a number or holder that begins so."""
    wanted = Q()
    if stage in STAGES:
        wanted &= Q(state__in=STAGES[stage])
    if type:
        wanted &= Q(type=type)
    if q:
        wanted &= Q(number=q) | Q(holder=q)
    if before is not None:
        wanted &= Q(pk__lt=before)
    if to.role in SEES_ALL:
        return list(Licence.objects.filter(wanted).order_by("-pk")[:limit])
    codes = _codes(to)
    # Each by itself, so that an index gives it in its order, whatever there is.
    parts = [Licence.objects.filter(wanted, **{by: code}) for by in ("holder", "agent") for code in codes]
    found = {row.pk: row for part in parts for row in part.order_by("-pk")[:limit]}
    return [found[key] for key in sorted(found, reverse=True)][:limit]


def licence(number: int, *, to: Actor) -> Licence | None:
    """Return a licence by our number, or None when there is none that one may see."""
    return visible(to).filter(pk=number).first()


def lefts(rows: Iterable[Licence]) -> dict[int, list[Left]]:
    """Return the lines of licences with what is left of them, by the licence; one query."""
    found: dict[int, list[Left]] = {}
    lines = LicenceLine.objects.filter(licence__in=[row.pk for row in rows]).select_related("account")
    for line in lines.order_by("licence", "place"):
        left = line.account.balance if line.account is not None else line.quantity
        found.setdefault(line.licence_id, []).append(Left(line, left or ZERO))
    return found


def usable(holder: str, *, on: date, limit: int = PAGE) -> list[Left]:
    """Return the lines a holder can draw on on a day, with something left, those first that end first; two queries."""
    in_force = Q(licence__state__in=IN_FORCE, licence__valid_from__lte=on, licence__valid_to__gte=on)
    unspent = Q(licence__most_uses=None) | Q(licence__uses__lt=F("licence__most_uses"))
    found = LicenceLine.objects.filter(in_force, unspent, licence__holder=holder, account__balance__gt=0)
    lines = list(found.select_related("licence", "account").order_by("licence__valid_to", "licence", "place")[:limit])
    held = {subject for subject, _ in stopping({str(line.licence) for line in lines}, "use")}
    return [Left(one, one.account.balance) for one in lines if one.account and str(one.licence) not in held]


def uses_of(row: Licence, before: int | None = None, limit: int = PAGE) -> list[LicenceUse]:
    """Return what declarations drew on a licence, the latest first."""
    rows = (
        LicenceUse.objects.filter(line__licence=row).select_related("line").prefetch_related("reports").order_by("-pk")
    )
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def reports(stage: str, *, to: Actor, before: int | None = None, limit: int = PAGE) -> list[LicenceReport]:
    """Return what the issuing body is told of uses, the latest first; of a stage, or all. Nothing for a firm."""
    if to.role not in SEES_ALL:
        return []
    rows = LicenceReport.objects.select_related("use__line__licence").order_by("-pk")
    if stage in REPORT_STAGES:
        rows = rows.filter(state__in=REPORT_STAGES[stage])
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def watched(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[WatchEntry]:
    """Return whom the authority watches, the latest first; nothing for anybody else."""
    if to.role not in SEES_ALL:
        return []
    rows = WatchEntry.objects.filter(removed_at=None).order_by("-pk")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def day_or_none(given: str) -> date | None:
    """Return a day that was written as 2026-11-22, or None."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _codes(to: Actor) -> tuple[str, ...]:
    """Return the codes by which licences name the firm of somebody."""
    if to.role not in FIRM or to.enterprise is None:
        return ()
    if to.codes is not None:
        return tuple(code for code in to.codes if code)
    firm = Enterprise.objects.filter(pk=to.enterprise).values_list("uscc", "customs_registration").first() or ()
    return tuple(code for code in firm if code)
