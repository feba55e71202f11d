"""Claiming a relief by the law itself, taking it back, granting and refusing it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

from ..models import LegalRelief
from ..numbering import numbered
from . import rules
from .grounds import grounds
from .states import CLAIM


@transaction.atomic
def claim(
    asked: rules.Claim, *, reference: str, declared: str, holder: str, agent: str, office: str, on: date, by: Actor,
    at: datetime,
) -> LegalRelief:  # fmt: skip
    """Claim a relief of lines of a declaration that was accepted on a day; ``asked`` knows the lines and what takes them.

    Raises Refused (LEGAL_GROUND ... LEGAL_CLAIMS_OVER).
    """
    asked.of, asked.day = grounds(on).get(asked.ground), on
    insist(rules.CLAIMING, asked)
    assert asked.of is not None
    row = LegalRelief.objects.create(
        **numbered(LegalRelief, "L", at), reference=reference, declared=declared, holder=holder, agent=agent,
        office=office, ground=asked.ground, evidence=[one.strip()[:100] for one in asked.evidence if one.strip()],
        lines=[{"item": one, "gcode": asked.gcodes[one]} for one in asked.lines], words=asked.words.strip(),
        prior=asked.prior if asked.of.prior else "", prior_on=asked.prior_on if asked.of.prior else None,
        cause=asked.cause if asked.of.causes else "", claims_until=asked.claims_until if asked.of.claims else None,
        law_day=on, asked_at=at, asked_by=by.name[:100],
    )  # fmt: skip
    record("legal_relief.asked", row, by=by, at=at, reference=reference, ground=row.ground, lines=row.places)
    return row


def grant(row: LegalRelief, asked: rules.Claim, *, version: int, answer: str, by: Actor, at: datetime) -> LegalRelief:
    """Grant a claim that is locked, from a version of its declaration on; the caller works the taxes out again.

    Raises NotNow, NotYours, Refused (LEGAL_RELEASED, _LINE_TAKEN, _SHARE, _EXTENSION).
    """
    row.state = CLAIM.after(row.state, "grant", by=by)
    asked.of, asked.day = grounds(row.law_day).get(row.ground), row.law_day
    insist(rules.GRANTING, asked)
    assert asked.of is not None
    row.share = asked.share if asked.of.is_reduced else Decimal(0)
    row.extended, row.version = asked.extended and asked.of.extended is not None, version
    _decided(row, answer, by=by, at=at)
    record(
        "legal_relief.granted", row, by=by, at=at, reference=row.reference, ground=row.ground, lines=row.places,
        share=row.share, extended=row.extended,
    )  # fmt: skip
    return row


@transaction.atomic
def refuse(number: str, *, answer: str, by: Actor, at: datetime) -> LegalRelief:
    """Refuse a claim, and say why. Raises NotNow, NotYours, LegalRelief.DoesNotExist, Refused (LEGAL_WORDS)."""
    row = LegalRelief.objects.select_for_update().get(number=number)
    row.state = CLAIM.after(row.state, "refuse", by=by)
    insist(rules.REFUSING, rules.Claim(row.ground, row.places, row.evidence, answer))
    _decided(row, answer, by=by, at=at)
    record("legal_relief.refused", row, by=by, at=at, reference=row.reference, answer=row.answer)
    return row


@transaction.atomic
def cancel(number: str, *, by: Actor, at: datetime) -> LegalRelief:
    """Take a claim back before it is decided. Raises NotNow, NotYours, LegalRelief.DoesNotExist."""
    from .queries import visible

    row = visible(by).select_for_update().get(number=number)
    row.state = CLAIM.after(row.state, "cancel", by=by)
    row.save(update_fields=["state"])
    record("legal_relief.cancelled", row, by=by, at=at, reference=row.reference)
    return row


def _decided(row: LegalRelief, answer: str, *, by: Actor, at: datetime) -> None:
    row.answer, row.decided_at, row.decided_by = answer.strip()[:500], at, by.name[:100]
    row.save()
