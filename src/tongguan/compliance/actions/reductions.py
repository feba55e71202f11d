"""A reduction of the fee for late declaration is asked for and decided (滞报金减免); granted, the declaration owes what is left."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.declarations import actions as declarations
from tongguan.declarations.models import Declaration
from tongguan.declarations.queries import visible as declared
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.actions.work import decide_held
from tongguan.parties.functions import insist_able

from ..models import FeeReduction
from ..queries import visible
from ..rules import reductions as rules
from ..states import FIRM, REDUCTION
from ..times import answered_by, day_of


@transaction.atomic
def ask_reduction(declaration: int, grounds: str, words: str, *, by: Actor, at: datetime) -> FeeReduction:
    """Ask customs to reduce the fee for late declaration of a declaration, or not to charge it; who declared asks.

    Raises NotYours, Declaration.DoesNotExist, Refused (FEE_NONE, FEE_GROUNDS, FEE_WORDS, FEE_OPEN), Uncountable.
    """
    if by.role not in FIRM or by.enterprise is None:
        raise NotYours(machine=REDUCTION.name, verb="ask", role=by.role, roles=sorted(FIRM))
    insist_able(by, "file", machine=REDUCTION.name, verb="ask")
    of = declared(by).select_for_update(of=("self",)).get(pk=declaration)
    on = day_of(at)
    is_open = FeeReduction.objects.filter(declaration=of, state="asked").exists()
    insist(rules.ASKING, rules.Reduction(grounds, words, of.late_fee, _known(of), is_open, _is_over(of)))
    made = FeeReduction.objects.create(
        declaration=of, enterprise_id=by.enterprise, grounds=grounds, words=words.strip(), fee=of.late_fee, asked_at=at,
        asked_by=by.name[:100], decide_by=answered_by("fee", on),
    )  # fmt: skip
    record("fee_reduction.asked", made, by=by, at=at, declaration=str(of), grounds=grounds, fee=of.late_fee)
    return made


def _known(of: Declaration) -> dict:
    """Return the grounds of the law of the day a declaration was accepted; the fee is of that day's law, too."""
    assert of.accepted_at is not None or not of.late_fee
    return law("compliance.fee_reductions", on=day_of(of.accepted_at)).value if of.accepted_at is not None else {}


def _is_over(of: Declaration) -> bool:
    return of.state in ("closed", "withdrawn", "deleted")


@transaction.atomic
def grant_reduction(number: int, left: Decimal, words: str = "", *, by: Actor, at: datetime) -> FeeReduction:
    """Grant a reduction: ``left`` is what is left of the fee, in yuan. The bill follows; what was paid is noted as overpaid.

    Raises NotNow (also while the bank is paying the bill), NotYours, FeeReduction.DoesNotExist, Refused (FEE_NONE, FEE_LEFT),
    NeedsSecond for what is reduced by more than one officer may.
    """
    row, of = _locked(number)
    row.state = REDUCTION.after(row.state, "grant", by=by)
    decide_held(row, by=by, at=at)
    insist(rules.GRANTING, rules.Reduction(row.grounds, row.words, of.late_fee, _known(of), False, _is_over(of), left))
    if of.late_fee - left > law("compliance.fee_reduction_alone", on=day_of(at)).value:
        given = {"number": str(number), "left": format(left, "f"), "words": words.strip()}
        insist_second("fee_reduction.grant", row, given, by=by, at=at)
    row.fee, row.left = of.late_fee, left
    declarations.reduce_fee(of.pk, left, reason=row.grounds, by=by, at=at)
    _answered(row, words, by, at)
    record("fee_reduction.granted", row, by=by, at=at, declaration=str(of), fee=row.fee, left=left)
    return row


@transaction.atomic
def refuse_reduction(number: int, words: str, *, by: Actor, at: datetime) -> FeeReduction:
    """Refuse a reduction, and say why. Raises NotNow, NotYours, FeeReduction.DoesNotExist, Refused (FEE_WORDS)."""
    row, of = _locked(number)
    row.state = REDUCTION.after(row.state, "refuse", by=by)
    decide_held(row, by=by, at=at)
    insist(rules.ANSWERING, rules.Reduction(row.grounds, words, of.late_fee, {}))
    _answered(row, words, by, at)
    record("fee_reduction.refused", row, by=by, at=at, declaration=str(of), words=row.answer)
    return row


@transaction.atomic
def take_back_reduction(number: int, *, by: Actor, at: datetime) -> FeeReduction:
    """Take one's own application back. Raises NotNow, NotYours, FeeReduction.DoesNotExist."""
    insist_able(by, "file", machine=REDUCTION.name, verb="take_back")
    row = visible(FeeReduction, by).select_for_update(of=("self",)).get(pk=number)
    row.state = REDUCTION.after(row.state, "take_back", by=by)
    row.save(update_fields=["state"])
    record("fee_reduction.taken_back", row, by=by, at=at)
    return row


def _locked(number: int) -> tuple[FeeReduction, Declaration]:
    """Return an application and its declaration, the declaration locked first."""
    key = FeeReduction.objects.values_list("declaration", flat=True).get(pk=number)
    of = Declaration.objects.select_for_update(of=("self",)).get(pk=key)
    return FeeReduction.objects.select_for_update(of=("self",)).get(pk=number), of


def _answered(row: FeeReduction, words: str, by: Actor, at: datetime) -> None:
    row.answer, row.decided_at, row.decided_by = words.strip()[:500], at, by.name[:100]
    row.save()
