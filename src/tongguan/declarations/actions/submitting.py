"""A draft is submitted: accepted with all that follows, or rejected with everything that is wrong with it (申报)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tongguan.journal.statements import change
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor

from ..days import TWO_STEP
from ..models import Declaration, DeclarationVersion
from ..sealing import opened
from .accepting import Case, decide, reject
from .beginning import count
from .keeping import insist_filer, insist_own, locked, version_of

_DECIDED = (
    "number", "direction", "state", "group", "trader", "agent_name", "trader_name", "customs", "trade_mode",
    "transport_mode", "bill_no", "lines", "goods", "pieces", "gross", "changed_at", "accepted_at", "entered_on", "rate_day",
    "exchange_day", "value", "tax", "late_fee", "findings",
)  # fmt: skip
_ASSESSED = ("sheet", "steps", "fee")


def submit(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Submit a draft: it is accepted with all that follows, or rejected with everything that is wrong with it.

    Raises Refused (the declaration is then *rejected*, and keeps the findings), NotNow, NotYours, Forgotten,
    Declaration.DoesNotExist.
    """
    if Declaration.objects.filter(pk=number, mode=TWO_STEP).exists():
        return _summarised(number, by=by, at=at)
    with transaction.atomic():
        [case] = submit_many([number], by=by, at=at)
        if not case.refused:
            count(case.row, case.of)
    if case.refused:
        raise Refused(case.found)
    return case.row


def _summarised(number: int, *, by: Actor, at: datetime) -> Declaration:
    """Lodge the summary of a declaration in two steps."""
    from ..two_steps.actions.summaries import lodged

    try:
        with transaction.atomic():
            return lodged(number, by=by, at=at)
    except Refused as refused:
        with transaction.atomic():
            row = locked(number, by=by)
            case = Case(row, version_of(row), None, list(refused.findings))
            reject([case], by=by, at=at)
            _change([case])
        raise


@transaction.atomic
def submit_many(numbers: Iterable[int], *, by: Actor, at: datetime) -> list[Case]:
    """Submit drafts in one step, in the order of their ids, and say what became of each; what is wrong with one holds up no other.

    Raises NotNow, NotYours, Forgotten and Declaration.DoesNotExist for any of them: nothing has changed then.
    """
    insist_filer(by)
    wanted = sorted(set(numbers))
    versions = DeclarationVersion.objects.filter(declaration__in=wanted, version=F("declaration__version"))
    # The row of the declaration is locked; its document is written only by who has locked that.
    versions = versions.select_related("declaration").select_for_update(of=("declaration",)).order_by("declaration")
    cases = [Case(one.declaration, one, opened(one.sealed)) for one in versions]
    if len(cases) < len(wanted):
        raise Declaration.DoesNotExist
    insist_own([case.row for case in cases], by=by)
    decide(cases, _change, by=by, at=at)
    return cases


def _change(cases: Iterable[Case]) -> None:
    for case in cases:
        change(case.row, _DECIDED)
        if not case.refused:
            change(case.version, _ASSESSED)
