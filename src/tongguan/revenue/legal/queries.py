"""Asking of reliefs by the law itself: claims one may see, those that wait, and what was granted for a declaration."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q, QuerySet

from tongguan.kernel.states import Actor

from ..models import LegalRelief
from ..reliefs.queries import codes_of
from ..trade import Relief
from .grounds import grounds
from .states import SEES_ALL

PAGE = 50


def visible(to: Actor) -> QuerySet[LegalRelief]:
    """Return the claims somebody may see: all for the authority, else those of his firm or made by it."""
    if to.role in SEES_ALL:
        return LegalRelief.objects.all()
    codes = codes_of(to)
    return LegalRelief.objects.filter(Q(holder__in=codes) | Q(agent__in=codes)) if codes else LegalRelief.objects.none()


def claims(
    *, to: Actor, state: str = "", number: str = "", before: int | None = None, limit: int = PAGE
) -> list[LegalRelief]:
    """Return claims, the newest first; of a state, or of a number of theirs or of their declaration. One query."""
    rows = visible(to).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if number:
        rows = rows.filter(Q(number=number) | Q(declared=number) | Q(holder=number))
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def claim(number: str, *, to: Actor) -> LegalRelief | None:
    """Return a claim by its number, or None when there is none that one may see."""
    return visible(to).filter(number=number).first()


def of_reference(reference: str) -> list[LegalRelief]:
    """Return the claims of a declaration, the newest first. One query."""
    return list(LegalRelief.objects.filter(reference=reference).order_by("-pk"))


def granted(reference: str, version: int | None = None) -> dict[tuple[int, str], Relief]:
    """Return what was granted for a declaration, by line and commodity code; in a version of it where one is named."""
    rows = LegalRelief.objects.filter(reference=reference, state="granted")
    if version is not None:
        rows = rows.filter(version__lte=version)
    return {(line["item"], line["gcode"]): relief(row) for row in rows for line in row.lines}


def relief(row: LegalRelief) -> Relief:
    """Return what a claim relieves of, by the law of its day."""
    share = row.share if row.share is not None else Decimal(0)
    return Relief(row.number, grounds(row.law_day)[row.ground].taxes, share, row.ground)
