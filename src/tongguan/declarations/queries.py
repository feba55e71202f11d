"""Asking of declarations: lists that come in pages, one declaration with all that belongs to it, and what it would owe.

A firm sees what it declares and what is declared for it; customs and the auditor see all. A draft is its agent's alone.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import IsNull

from tongguan.holds.models import Hold
from tongguan.holds.queries import standing
from tongguan.kernel.rules import Finding
from tongguan.kernel.states import GROUPS, Actor
from tongguan.parties.models import Enterprise
from tongguan.revenue.legal.queries import granted
from tongguan.revenue.sheet import Sheet

from . import judging
from .assessing import Assessed, assessed
from .days import TWO_STEP
from .filling import filled
from .models import Declaration, DeclarationBatch, DeclarationRequest, DeclarationTemplate, DeclarationVersion
from .rules.context import Asked
from .sealing import opened
from .states import FILERS
from .two_steps.queries import SUMMARY, typed

PAGE = 50
SEES_ALL = frozenset({"officer", "operator", "auditor"})
DRAFTS = ("draft", "rejected", "deleted")
_PRE = re.compile(r"[IE](\d{4})(\d{13})")


def visible(to: Actor) -> QuerySet[Declaration]:
    """Return the declarations that somebody may see."""
    rows = Declaration.objects.exclude(state="deleted")
    if to.role in SEES_ALL:
        return rows.exclude(state__in=DRAFTS)
    if to.enterprise is None or to.role not in FILERS:
        return rows.none()
    return rows.filter(Q(agent=to.enterprise) | (Q(trader=to.enterprise) & ~Q(state__in=DRAFTS)))


def declared_by(to: Actor) -> Exists | None:
    """Return the condition of the bills of lading on which declarations of an agent rest; None for who is none."""
    if to.enterprise is None or to.role != "broker":
        return None
    subject = Concat(Value("declaration/"), Cast("pk", CharField()))
    place = Func(OuterRef("declared_by"), subject, function="array_position", output_field=IntegerField())
    own = Declaration.objects.filter(agent=to.enterprise, bill_no=OuterRef("number")).exclude(bill_no="")
    return Exists(own.filter(IsNull(place, False)))


def declarations(
    *, to: Actor, group: str = "", number: str = "", customs: str = "", before: int | None = None, limit: int = PAGE
) -> list[Declaration]:
    """Return declarations, the newest first: of a group, an office, or with a number of theirs (their bill's, too).

    ``before`` is the last id of the page before. A page is found by an index, whatever there is.
    """
    if number:
        rows = [row for row in _numbered(number.strip(), to) if before is None or row.pk < before]
        return [row for row in rows if group in ("", row.group) and customs in ("", row.customs)][:limit]
    if to.role in SEES_ALL:
        return _page(Declaration.objects.exclude(state__in=DRAFTS), group, customs, before, limit)
    if to.enterprise is None or to.role not in FILERS:
        return []
    own = _page(Declaration.objects.filter(agent=to.enterprise), group, customs, before, limit)
    others = Declaration.objects.filter(trader=to.enterprise).exclude(agent=to.enterprise).exclude(state__in=DRAFTS)
    found = {row.pk: row for row in [*own, *_page(others, group, customs, before, limit)] if row.state != "deleted"}
    return [found[key] for key in sorted(found, reverse=True)][:limit]


def _page(rows: QuerySet[Declaration], group: str, customs: str, before: int | None, limit: int) -> list[Declaration]:
    """Return a page of rows; each group is asked by itself, so that an index gives it in order."""
    if customs:
        rows = rows.filter(customs=customs)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.exclude(state="deleted").order_by("-pk")
    if group:
        return list(rows.filter(group=group)[:limit])
    first, *others = (rows.filter(group=one).values_list("pk", flat=True)[:limit] for one in GROUPS)
    wanted = list(first.union(*others, all=True).order_by("-id")[:limit])
    return list(Declaration.objects.filter(pk__in=wanted).order_by("-pk"))


def _numbered(number: str, to: Actor) -> list[Declaration]:
    """Return the declarations a number names, the newest first: their own, the pre-entry number, or that of a bill."""
    if "\0" in number:
        return []
    named = Q(number=number) | Q(bill_no=number)
    if found := _PRE.fullmatch(number):
        named |= Q(pk=int(found[2]))
    rows = visible(to).filter(named).order_by("-pk")[: PAGE * 2]
    return [row for row in rows if number in (row.number, row.bill_no, row.pre_no)]


def declaration(number: int | str, *, to: Actor) -> Declaration | None:
    """Return a declaration by its id or one of its own numbers, or None when there is none that one may see."""
    if isinstance(number, int):
        return visible(to).select_related("trader", "agent").filter(pk=number).first()
    return next((row for row in _numbered(number, to) if number in (row.number, row.pre_no)), None)


def present(number: int, *, to: Actor) -> DeclarationVersion | None:
    """Return the present version of a declaration, with the declaration; None where there is none that one may see."""
    rows = DeclarationVersion.objects.filter(declaration__in=visible(to).filter(pk=number))
    rows = rows.filter(version=F("declaration__version"))
    return rows.select_related("declaration__trader", "declaration__agent", "declaration__two_step").first()


def document(row: Declaration, version: int | None = None) -> Any | None:
    """Return what a declaration says, as it stands or in an earlier version; None where there is no such version.

    Raises Forgotten.
    """
    found = DeclarationVersion.objects.filter(declaration=row, version=version or row.version).first()
    return opened(found.sealed) if found is not None else None


def versions(row: Declaration) -> list[DeclarationVersion]:
    """Return every version of a declaration, the first first."""
    return list(row.versions.order_by("version"))


def sheet_of(row: Declaration, version: int | None = None) -> Sheet | None:
    """Return the tax sheet of a declaration; None before it was accepted. Raises ValueError when its sums do not hold."""
    found = row.versions.filter(version=version or row.version).values_list("sheet", flat=True).first()
    return Sheet.from_dict(found) if found else None


def recomputed(row: Declaration, version: int | None = None) -> Assessed:
    """Work out again what a declaration owes, from its document, its days and what was granted; raises Refused, Forgotten."""
    assert row.days is not None
    return assessed(document(row, version), row.days, granted(str(row), version or row.version))


def holds_on(row: Declaration) -> list[Hold]:
    """Return what stands in the way of a declaration."""
    return standing(str(row))


def requests(row: Declaration) -> list[DeclarationRequest]:
    """Return the requests to amend or withdraw a declaration, the newest first."""
    return list(row.requests.order_by("-pk"))


def batches(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[DeclarationBatch]:
    """Return what a firm has filed together, the newest first; ``before`` is the last id of the page before."""
    if to.role not in FILERS or to.enterprise is None:
        return []
    rows = DeclarationBatch.objects.filter(agent=to.enterprise)
    return list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[:limit])


def batch(number: int | str, *, to: Actor) -> DeclarationBatch | None:
    """Return what one's own firm has filed together, by its id or its number; None where there is none."""
    if to.role not in FILERS or to.enterprise is None:
        return None
    named = Q(pk=number) if isinstance(number, int) else Q(number=number)
    return DeclarationBatch.objects.filter(named, agent=to.enterprise).first()


def templates(*, to: Actor, before: int | None = None, limit: int = PAGE) -> list[DeclarationTemplate]:
    """Return the templates of a firm, the newest first; ``before`` is the last id of the page before."""
    if to.role not in FILERS or to.enterprise is None:
        return []
    rows = DeclarationTemplate.objects.filter(agent=to.enterprise).defer("sealed")
    return list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[:limit])


def template(number: int, *, to: Actor) -> DeclarationTemplate | None:
    """Return a template of one's own firm; None where there is none."""
    if to.role not in FILERS or to.enterprise is None:
        return None
    return DeclarationTemplate.objects.filter(pk=number, agent=to.enterprise).first()


def template_document(row: DeclarationTemplate) -> Any:
    """Return what a template says; raises Forgotten."""
    return opened(row.sealed)


def counts(*, to: Actor) -> dict[str, int]:
    """Return how many declarations of a firm stand in each group that asks for something, at most a page and one of each."""
    found = {}
    for group in ("draft", "needs_you", "waiting"):
        found[group] = len(declarations(to=to, group=group, limit=PAGE + 1))
    return found


def judged(of: Any, asked: Asked, *, by: Actor, at: datetime, own: int | None = None) -> list[Finding]:
    """Return everything that would keep a document from being accepted now, with what follows from who files filled in.

    Changes nothing; for a form while it is filled in. Raises NotConfigured.
    """
    if asked.mode == TWO_STEP:
        of = typed(of, SUMMARY)
    firm = Enterprise.objects.filter(pk=by.enterprise).first()
    if firm is not None:
        of = filled(of, by=by, firm=firm)
        asked.enterprise = firm.pk
    with transaction.atomic():  # mandates are asked for in the transaction that is open
        return judging.findings(of, judging.context(of, asked, at=at, own=own))
