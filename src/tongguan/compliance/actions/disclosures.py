"""Customs decide on a disclosure; what was underpaid is billed with its surcharge, and the payment settles it (主动披露的处理)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import check, insist
from tongguan.kernel.states import Actor
from tongguan.parties.actions.work import decide_held
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.late import payment_due
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills
from tongguan.revenue.payments.order import SURCHARGE
from tongguan.revenue.recovery import RECOVERING, Underpaid, breach_surcharge

from .. import facts, judging, regimes
from ..models import Disclosure
from ..rules import filing as rules
from ..states import DISCLOSURE
from ..times import day_of
from .disclosing import case_of, write_judgement
from .errors import leave_out_disclosed

ZERO = Decimal("0.00")


@transaction.atomic
def accept(
    number: int, *, penalty: str = "none", fine: Decimal = ZERO, waives: bool = False, words: str = "", by: Actor,
    at: datetime,
) -> Disclosure:  # fmt: skip
    """Take a disclosure as one: judged by the law of its day, its tax billed, its surcharge with it unless it is waived.

    A breach that does not go unpunished may be warned or fined. Raises NotNow, NotYours, Disclosure.DoesNotExist, and
    Refused (DISC_EXCLUDED, DISC_PENALTY, DISC_WAIVER).
    """
    row = _locked(number)
    row.state = DISCLOSURE.after(row.state, "accept", by=by)
    decide_held(row, by=by, at=at)
    found = _judged(row)
    decision = rules.Decision(found, (), penalty, fine, waives, words)
    insist(rules.ACCEPTING, decision, row.asks_waiver)
    row.penalty, row.fine, row.waived, row.counted = penalty, fine, waives, _counts(row, penalty, fine, found)
    _answered(row, words, by, at)
    _bill(row, at=at)
    row.save()
    record(
        "disclosure.accepted", row, by=by, at=at, outcome=row.outcome, version=row.version, penalty=penalty, fine=fine,
        waived=waives, underpaid=row.underpaid, surcharge=row.surcharge, counted=row.counted,
    )  # fmt: skip
    assert row.disclosed_on is not None
    facts.keep(
        row.enterprise, facts.DISCLOSURE, reference=str(row), on=row.disclosed_on, amount=row.underpaid,
        counted=row.counted, by=SYSTEM, at=at,
    )  # fmt: skip
    if row.declaration is not None:
        leave_out_disclosed(row.declaration, at=at)
    if bills.state(str(row)) == "none":
        _settle(row, at=at)
    return row


def _locked(number: int) -> Disclosure:
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related("enterprise", "declaration")
    return rows.get(pk=number)


def _judged(row: Disclosure, against: Collection[str] = ()) -> judging.Judgement:
    assert row.disclosed_on is not None
    found = judging.judged(case_of(row, row.disclosed_on, against))
    write_judgement(row, found)
    return found


def _counts(row: Disclosure, penalty: str, fine: Decimal, found: judging.Judgement) -> bool:
    """Return whether a disclosed breach counts in the grade: by the fine, as the version of its day has it."""
    assert row.disclosed_on is not None
    if penalty == "none":
        return False
    least = regimes.regime(row.disclosed_on).provision(regimes.CREDIT_FINE).value
    return bool(not least or (penalty == "fine" and fine >= least))


def _bill(row: Disclosure, *, at: datetime) -> None:
    """Bill what was underpaid while it can be recovered, and the surcharge from its payment to the day of disclosure."""
    owed = row.amounts
    if not owed or row.paid_on is None or row.disclosed_on is None:
        return
    of = Underpaid(sum(owed.values(), ZERO), row.paid_on, row.disclosed_on)
    if check(RECOVERING, of):
        return  # it is not recovered any more; the finding is shown
    row.surcharge = ZERO if row.waived else breach_surcharge(of).due
    if row.surcharge:
        owed[SURCHARGE] = row.surcharge
    payments.bill(
        str(row), payer=row.enterprise.code, kinds=owed, due=payment_due(day_of(at)), by=SYSTEM, at=at
    )  # fmt: skip


def _answered(row: Disclosure, words: str, by: Actor, at: datetime) -> None:
    row.answer, row.decided_at, row.decided_by = words.strip()[:500], at, by.name[:100]


@transaction.atomic
def refuse(number: int, words: str, *, against: Collection[str] = (), by: Actor, at: datetime) -> Disclosure:
    """Refuse a disclosure, and say why: customs had the lead, had served notice, it is untrue, or what stands in words.

    Raises NotNow, NotYours, Disclosure.DoesNotExist, Refused (DISC_AGAINST, DISC_ANSWER).
    """
    row = _locked(number)
    row.state = DISCLOSURE.after(row.state, "refuse", by=by)
    decide_held(row, by=by, at=at)
    found = _judged(row, against)
    insist(rules.REFUSING, rules.Decision(found, against, words=words))
    row.against = sorted(set(against))
    _answered(row, words, by, at)
    row.save()
    record("disclosure.refused", row, by=by, at=at, against=row.against, words=row.answer)
    return row


@transaction.atomic
def settle(number: int, *, at: datetime) -> Disclosure | None:
    """Note that what was disclosed is paid; None where there is nothing of it to settle."""
    row = Disclosure.objects.select_for_update(of=("self",)).filter(pk=number, state="accepted").first()
    if row is not None and bills.state(str(row)) == "paid":
        _settle(row, at=at)
    return row


def _settle(row: Disclosure, *, at: datetime) -> None:
    row.state = DISCLOSURE.after(row.state, "settle", by=SYSTEM)
    row.save(update_fields=["state"])
    record("disclosure.settled", row, by=SYSTEM, at=at)
