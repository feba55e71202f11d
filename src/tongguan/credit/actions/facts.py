"""Facts are noted, cease, are contested by the firm and decided by customs; and a firm's conduct is judged by them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties.roles import SYSTEM

from .. import queries
from ..conduct import conducts, errors_of
from ..models import CreditFile, Fact, Volume
from ..rules.grading import TELLING, Telling
from ..standing import is_dishonest
from ..states import COUNTING, FACT
from ..triggers import found
from .files import day_of, insist_customs, insist_own, locked, said

AT_ONCE = 200
_ARREARS = ("tax_arrears", "fine_arrears")


@transaction.atomic
def record(
    uscc: str, kind: str, *, reference: str, on: date, amount: Decimal | None = None, counted: bool = True,
    intentional: bool = True, role: str = "trader", words: str = "", by: Actor, at: datetime,
) -> Fact:  # fmt: skip
    """Note a fact behind a firm's grade, once a kind and reference; the same again changes nothing and returns it.

    ``on`` is the day of the decision, or from which on something is unpaid; ``amount`` is in yuan. Raises NotYours, Refused
    (CREDIT_FIRM, CREDIT_FACT_KIND, _REFERENCE, _AMOUNT, _DAY, _OTHER).
    """
    insist_customs(by, machine="credit", verb="record")
    before = Fact.objects.filter(kind=kind, reference=reference).first()
    told = Telling(uscc, kind, reference, on, day_of(at), amount, role, before.uscc if before else "")
    insist(TELLING, told)
    of = locked(uscc, at)
    row, is_new = Fact.objects.get_or_create(
        kind=kind, reference=reference,
        defaults={
            "uscc": uscc, "on": on, "amount": amount, "counted": counted, "intentional": intentional, "role": role,
            "words": words[:500], "recorded_at": at, "recorded_by": by.name[:100],
        },
    )  # fmt: skip
    if is_new:
        journal.record("credit.fact_recorded", of, by=by, at=at, kind=kind, reference=reference, on=on, counted=counted)
        _recount(row)
        judge(of, day_of(at), at=at)
    return row


@transaction.atomic
def settle(kind: str, reference: str, *, on: date, by: Actor, at: datetime) -> Fact | None:
    """Note that what a fact tells of has ceased, as when arrears were paid; None when there is no such fact."""
    insist_customs(by, machine="credit", verb="settle")
    uscc = Fact.objects.filter(kind=kind, reference=reference).values_list("uscc", flat=True).first()
    if uscc is None:
        return None
    of = locked(uscc, at)
    row = Fact.objects.get(kind=kind, reference=reference)
    if row.until is None:
        row.until = max(on, row.on)
        row.save(update_fields=["until"])
        journal.record("credit.fact_ceased", of, by=by, at=at, kind=kind, reference=reference, on=row.until)
        _recount(row)
        judge(of, day_of(at), at=at)
    return row


@transaction.atomic
def contest(number: int, words: str, *, by: Actor, at: datetime) -> Fact:
    """Contest a fact of one's own firm, saying why (异议). Raises Fact.DoesNotExist, NotNow, NotYours, Refused (CREDIT_WORDS)."""
    of, row = _locked(number, at)
    insist_own(row.uscc, by=by, machine="credit_fact", verb="contest")
    row.state = FACT.after(row.state, "contest", by=by)
    row.contest, row.contested_at, row.contested_by = said(words), at, by.name[:100]
    row.save()
    journal.record("credit.fact_contested", of, by=by, at=at, kind=row.kind, reference=row.reference)
    return row


@transaction.atomic
def uphold(number: int, words: str, *, by: Actor, at: datetime) -> Fact:
    """Let a contested fact stand, saying why. Raises Fact.DoesNotExist, NotNow, NotYours, Refused (CREDIT_WORDS)."""
    return _decided(number, "uphold", words, by, at)


@transaction.atomic
def strike(number: int, words: str, *, by: Actor, at: datetime) -> Fact:
    """Strike a fact out, saying why; it counts no more. Raises as ``uphold``."""
    return _decided(number, "strike", words, by, at)


def _decided(number: int, verb: str, words: str, by: Actor, at: datetime) -> Fact:
    of, row = _locked(number, at)
    row.state = FACT.after(row.state, verb, by=by)
    row.decision, row.decided_at, row.decided_by = said(words), at, by.name[:100]
    row.save()
    journal.record("credit.fact_decided", of, by=by, at=at, kind=row.kind, reference=row.reference, state=row.state)
    _recount(row)
    judge(of, day_of(at), at=at)
    return row


def _locked(number: int, at: datetime) -> tuple[CreditFile, Fact]:
    uscc = Fact.objects.values_list("uscc", flat=True).get(pk=number)
    return locked(uscc, at), Fact.objects.get(pk=number)


@transaction.atomic
def tell_volume(uscc: str, month: date, role: str, documents: int, *, errors: int = 0) -> Volume:
    """Keep how many documents a firm had in a month, and how many with errors; what was told before is written over."""
    counted = {"documents": documents, "errors": errors}
    return Volume.objects.update_or_create(uscc=uscc, month=month.replace(day=1), role=role, defaults=counted)[0]


def _recount(row: Fact) -> None:
    """Count the errors of a month anew that was told already, for one was noted late, or counts no more."""
    if row.kind == "error":
        theirs = {"uscc": row.uscc, "role": row.role}
        told = Volume.objects.filter(**theirs, month=row.on.replace(day=1))
        told.update(errors=errors_of(row.on).filter(**theirs).count())


def judge(of: CreditFile, on: date, *, at: datetime) -> None:
    """Look whether a firm's facts make it dishonest, and keep by which rules until customs decide; the file is locked."""
    try:
        findings = found(conducts([of.uscc], on)[of.uscc])
        already = is_dishonest(queries.grade(of.uscc, on))
    except NotConfigured:  # a day before the law; customs judge it by hand
        return
    codes = [] if already else list(dict.fromkeys(one.code for one in findings))
    if codes == of.triggers:
        return
    is_new = bool(set(codes) - set(of.triggers))
    of.triggers, of.triggered_on = codes, (of.triggered_on or on) if codes else None
    of.save(update_fields=["triggers", "triggered_on"])
    if is_new:
        journal.record("credit.trigger_met", of, by=SYSTEM, at=at, uscc=of.uscc, rules=codes)


@transaction.atomic
def judge_due(on: date, *, at: datetime, after: str = "", limit: int = AT_ONCE) -> str:
    """Judge the firms with arrears anew, for time alone makes these weigh; returns the last code, "" after the last page."""
    unpaid = Fact.objects.filter(kind__in=_ARREARS, until=None, counted=True, state__in=COUNTING, uscc__gt=after)
    codes = list(unpaid.order_by("uscc").values_list("uscc", flat=True).distinct()[:limit])
    for uscc in codes:
        judge(locked(uscc, at), on, at=at)
    return codes[-1] if len(codes) == limit else ""
