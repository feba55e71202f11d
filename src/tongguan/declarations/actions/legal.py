"""Reliefs by the law itself (法定减免税): claimed of lines of an accepted declaration; what is granted is worked out at once.

A relief that is granted makes a new version of the declaration, with the same document and a sheet that names the relief.
Money follows as after an amendment: a bill that is not paid is changed, what was paid too much can be claimed back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record, record_many
from tongguan.kernel.states import Actor
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.actions.work import decide_held
from tongguan.revenue.alone import beyond
from tongguan.revenue.legal import actions, queries
from tongguan.revenue.legal.rules import Claim
from tongguan.revenue.models import LegalRelief

from .. import relieving
from ..assessing import assessed
from ..days import day_of
from ..models import Declaration
from . import money
from .assessment import assessed_entry, first_fee, write_assessment
from .keeping import document, locked, move, version_of, write_version
from .releasing import stand, try_release

BY_LAW = "legal_relief"
"""The grounds that a version bears which a relief has made."""

_COMES_BACK = "returned"


@transaction.atomic
def claim_relief(
    number: int,
    ground: str,
    *,
    lines: Sequence[int],
    evidence: Sequence[str],
    words: str,
    prior: str = "",
    prior_on: date | None = None,
    cause: str = "",
    claims_until: date | None = None,
    by: Actor,
    at: datetime,
) -> LegalRelief:
    """Claim that the law itself exempts or reduces lines of a declaration; goods do not wait for the answer.

    A piece of evidence is a code of the list relief_evidence, a colon, and what names it. ``prior`` is the earlier
    declaration of the same goods, which was released on ``prior_on``. Raises NotNow, NotYours, Declaration.DoesNotExist,
    Refused (LEGAL_GROUND ... LEGAL_CLAIMS_OVER).
    """
    row = locked(number, by=by)
    move(row, "ask", by=by)
    assert row.accepted_at is not None and row.number is not None
    asked = Claim(ground, lines, evidence, words, prior.strip(), prior_on, cause, claims_until)
    _know(asked, row)
    return actions.claim(
        asked, reference=str(row), declared=row.number, holder=money.payer(row), agent=row.agent.code, office=row.customs,
        on=day_of(row.accepted_at), by=by, at=at,
    )  # fmt: skip


def _know(asked: Claim, row: Declaration, own: int | None = None) -> None:
    """Write into a claim what is known of its declaration, of other claims, and of the earlier declaration."""
    of = document(row)
    asked.direction, asked.released = row.direction, row.released_at is not None
    asked.gcodes = {place: one.CodeTS or "" for place, one in enumerate(of.items, 1)}
    taken = dict.fromkeys((one.item for one in relieving.drawn(of)), of.ManualNo or "")
    for other in queries.of_reference(str(row)):
        if other.pk != own and other.state in ("asked", "granted"):
            taken |= dict.fromkeys(other.places, other.number)
    asked.taken = taken
    before = Declaration.objects.filter(number=asked.prior).first() if asked.prior else None
    if before is not None:
        goes_back = asked.ground != _COMES_BACK or before.direction != row.direction
        asked.known_holder = before.trader_id == row.trader_id and before.released_at is not None and goes_back
        if asked.known_holder and before.released_at is not None:
            asked.known_on = day_of(before.released_at)


@transaction.atomic
def grant_relief(
    number: str, *, share: Decimal = Decimal(0), extended: bool = False, answer: str = "", by: Actor, at: datetime
) -> LegalRelief:
    """Grant a claim, and work out again what its declaration owes; money follows.

    ``share`` is what is left of the taxes of damaged goods, ``extended`` says that customs of the district have extended the
    time. Raises NotNow, NotYours, LegalRelief.DoesNotExist, NeedsSecond for more tax than one officer may relieve, and Refused:
    nothing has changed then.
    """
    reference = LegalRelief.objects.values_list("reference", flat=True).get(number=number)
    row = locked(int(reference.partition("/")[2]), by=by)
    found = LegalRelief.objects.select_for_update().get(number=number)
    decide_held(found, by=by, at=at)
    asked = Claim(
        found.ground, found.places, found.evidence, found.words, found.prior, found.prior_on, found.cause,
        found.claims_until, share=share, extended=extended,
    )  # fmt: skip
    _know(asked, row, own=found.pk)
    actions.grant(found, asked, version=row.version + 1, answer=answer, by=by, at=at)
    move(row, "amend", by=by)
    before = row.tax
    _assess_again(row, found, by=by, at=at)
    if beyond("revenue.legal_relief_alone", before - row.tax, day_of(at)):
        given = {
            "number": number, "amount": format(before - row.tax, "f"), "share": str(share), "extended": "yes" if extended else "",
            "words": answer.strip(),
        }  # fmt: skip
        insist_second("legal_relief.grant", found, given, by=by, at=at)
    return found


def _assess_again(row: Declaration, found: LegalRelief, *, by: Actor, at: datetime) -> None:
    of = document(row)
    assert row.accepted_at is not None and row.days is not None
    completed, before = row.completed_on, row.tax
    owed = assessed(of, row.days, queries.granted(str(row)))
    money.lock_accounts(row, *relieving.accounts(of))
    charged = first_fee(row)
    row.version, row.changed_at = row.version + 1, at
    write_version(row, of, by=by, at=at, grounds=BY_LAW, reason=found.number)
    write_assessment(row, version_of(row), owed, day=completed, first_fee=charged)
    money.settle(row, of, owed.kinds(), on=completed, by=by, at=at)
    if row.released_at is not None:
        money.collect_again(row, of, by=by, at=at)
    else:
        stand(row)
    row.save()
    record(
        "declaration.relieved", row, by=by, at=at, version=row.version, claim=found.number, before=before, tax=row.tax
    )
    record_many([assessed_entry(row, owed, at=at)])
    try_release(row, at=at)
