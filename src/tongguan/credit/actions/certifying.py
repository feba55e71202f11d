"""A firm assesses itself and applies; customs accept, look on the spot, and certify, refuse or have something put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from tongguan.journal import actions as journal
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotNow
from tongguan.parties.roles import SYSTEM

from .. import aeo, queries
from ..models import AeoReview, Candidate, CreditFile
from ..rules import certifying as rules
from ..standing import ADVANCED, ungraded
from ..states import AEO, AEO_OPEN, CANDIDATE, CANDIDATE_OPEN
from .files import day_of, insist_customs, insist_own, locked, said
from .grading import regrade

AT_ONCE = 200
_YEAR = 12  # months


@transaction.atomic
def begin_assessment(uscc: str, *, by: Actor, at: datetime) -> AeoReview:
    """Begin a firm's own assessment. Raises NotYours, NotConfigured, Refused (AEO_GRADE, AEO_AGAIN, AEO_OPEN)."""
    insist_own(uscc, by=by, machine="aeo_review", verb="begin")
    of = locked(uscc, at)
    insist(rules.BEGINNING, beginning(uscc, day_of(at)))
    row = AeoReview.objects.create(uscc=uscc, begun_at=at, begun_by=by.name[:100])
    journal.record("credit.aeo_begun", of, by=by, at=at, number=row.pk)
    return row


def beginning(uscc: str, on: date) -> rules.Beginning:
    """Return how a firm stands that would begin a review on a day, to be judged by the rules."""
    rows = AeoReview.objects.filter(uscc=uscc)
    refused = rows.filter(state="refused", again_on__isnull=False).order_by("-pk").first()
    is_open = rows.filter(state__in=AEO_OPEN).exists()
    return rules.Beginning(queries.grade(uscc, on), on, refused.again_on if refused else None, is_open)


@transaction.atomic
def assess(number: int, scores: Mapping[str, int | None], *, words: str = "", by: Actor, at: datetime) -> AeoReview:
    """Keep the points a firm gives itself. Raises AeoReview.DoesNotExist, NotNow, NotYours, Refused (AEO_ITEMS)."""
    of, row = _locked(number, at)
    insist_own(row.uscc, by=by, machine="aeo_review", verb="assess")
    if row.state != "assessing":
        raise NotNow(machine="aeo_review", state=row.state, verb="assess", open=AEO.open_to(row.state))
    insist(rules.SCORING, rules.Scoring(scores, day_of(at)))
    row.own, row.words = dict(scores), words.strip()[:500]
    row.save(update_fields=["own", "words"])
    journal.record("credit.aeo_assessed", of, by=by, at=at, number=row.pk, total=aeo.outcome(row.own, day_of(at)).total)
    return row


@transaction.atomic
def apply_aeo(number: int, *, by: Actor, at: datetime) -> AeoReview:
    """Apply with one's own assessment. Raises AeoReview.DoesNotExist, NotNow, NotYours, Refused (AEO_COMPLETE)."""
    of, row = _own(number, "apply", by, at)
    insist(rules.APPLYING, rules.Scoring(row.own, day_of(at)))
    row.applied_at = at
    _saved(of, row, "credit.aeo_applied", by, at)
    for one in Candidate.objects.filter(uscc=row.uscc, state__in=("found", "mentored")):
        one.state, one.moved_at = CANDIDATE.after(one.state, "apply", by=SYSTEM), at
        one.save(update_fields=["state", "moved_at"])
    return row


@transaction.atomic
def withdraw_aeo(number: int, *, by: Actor, at: datetime) -> AeoReview:
    """Withdraw an assessment or an application. Raises AeoReview.DoesNotExist, NotNow, NotYours."""
    of, row = _own(number, "withdraw", by, at)
    return _saved(of, row, "credit.aeo_withdrawn", by, at)


@transaction.atomic
def accept_aeo(number: int, *, by: Actor, at: datetime) -> AeoReview:
    """Accept an application: the days for the decision run from today. Raises AeoReview.DoesNotExist, NotNow, NotYours."""
    of, row = _moved(number, "accept", by, at)
    _run(row, day_of(at))
    return _saved(of, row, "credit.aeo_accepted", by, at, decide_by=row.decide_by)


def _run(row: AeoReview, on: date) -> None:
    row.accepted_on = on
    row.decide_by = on + timedelta(days=law("credit.aeo_decide_days", on=on).value["days"])


@transaction.atomic
def visit_aeo(number: int, *, by: Actor, at: datetime) -> AeoReview:
    """Begin the review on the spot. Raises AeoReview.DoesNotExist, NotNow, NotYours."""
    of, row = _moved(number, "visit", by, at)
    return _saved(of, row, "credit.aeo_visited", by, at)


@transaction.atomic
def extend_aeo(number: int, words: str, *, by: Actor, at: datetime) -> AeoReview:
    """Extend the time for the decision once, by the law's days. Raises NotYours, Refused (AEO_EXTENDED, CREDIT_WORDS)."""
    insist_customs(by, machine="aeo_review", verb="extend")
    of, row = _locked(number, at)
    insist(rules.EXTENDING, row)
    assert row.decide_by is not None and row.accepted_on is not None
    row.decide_by += timedelta(days=law("credit.aeo_decide_days", on=row.accepted_on).value["extension"])
    row.extended, row.decision = True, said(words)
    return _saved(of, row, "credit.aeo_extended", by, at, decide_by=row.decide_by)


@transaction.atomic
def find_aeo(number: int, scores: Mapping[str, int | None], *, bonus: int = 0, by: Actor, at: datetime) -> AeoReview:
    """Keep the points that customs give on the spot. Raises NotNow, NotYours, Refused (AEO_ITEMS, AEO_BONUS)."""
    insist_customs(by, machine="aeo_review", verb="assess")
    of, row = _locked(number, at)
    if row.state not in ("onsite", "rectifying"):
        raise NotNow(machine="aeo_review", state=row.state, verb="assess", open=AEO.open_to(row.state))
    insist(rules.SCORING, rules.Scoring(scores, day_of(at), bonus))
    row.found, row.bonus, row.total = dict(scores), bonus, aeo.outcome(scores, day_of(at), bonus).total
    row.save(update_fields=["found", "bonus", "total"])
    journal.record("credit.aeo_found", of, by=by, at=at, number=row.pk, total=row.total)
    return row


@transaction.atomic
def rectify_aeo(number: int, words: str, *, by: Actor, at: datetime) -> AeoReview:
    """Have something put right within the law's days before it is decided. Raises NotNow, NotYours, Refused (CREDIT_WORDS)."""
    of, row = _moved(number, "rectify", by, at)
    day = day_of(at)
    row.decision, row.rectify_by = said(words), day + timedelta(days=law("credit.aeo_rectify_days", on=day).value)
    return _saved(of, row, "credit.aeo_rectifying", by, at, until=row.rectify_by)


@transaction.atomic
def certify(number: int, words: str, *, by: Actor, at: datetime) -> AeoReview:
    """Certify a firm by the points that were found: it is advanced from today, and reviewed anew after the law's years.

    Raises AeoReview.DoesNotExist, NotNow, NotYours, Refused (AEO_COMPLETE, AEO_FAILED, CREDIT_WORDS).
    """
    of, row = _moved(number, "certify", by, at)
    day = day_of(at)
    insist(rules.PASSING, rules.Scoring(row.found, day, row.bonus))
    row.decision, row.decided_at, row.decided_by = said(words), at, by.name[:100]
    row.total = aeo.outcome(row.found, day, row.bonus).total
    row.renew_on = add_months(day, _YEAR * law("credit.aeo_years", on=day).value)
    _saved(of, row, "credit.aeo_certified", by, at, total=row.total, renew_on=row.renew_on)
    if queries.grade(row.uscc, day) != ADVANCED:
        regrade(of, ADVANCED, day, "certified", row.decision, reference=str(row), by=by, at=at)
    for one in Candidate.objects.filter(uscc=row.uscc, state__in=CANDIDATE_OPEN):
        one.state, one.moved_at = CANDIDATE.after(one.state, "certify", by=SYSTEM), at
        one.save(update_fields=["state", "moved_at"])
    return row


@transaction.atomic
def refuse_aeo(number: int, words: str, *, by: Actor, at: datetime) -> AeoReview:
    """Refuse to certify: the firm applies again after the law's years, and one that was certified loses its grade today.

    Raises AeoReview.DoesNotExist, NotNow, NotYours, Refused (CREDIT_WORDS).
    """
    of, row = _moved(number, "refuse", by, at)
    day = day_of(at)
    row.decision, row.decided_at, row.decided_by = said(words), at, by.name[:100]
    row.again_on = add_months(day, _YEAR * law("credit.aeo_again_years", on=day).value)
    _saved(of, row, "credit.aeo_refused", by, at, again_on=row.again_on)
    if row.renewal and queries.grade(row.uscc, day) == ADVANCED:
        regrade(of, ungraded(day), day, "other", row.decision, reference=str(row), by=by, at=at)
    return row


@transaction.atomic
def renew_due(on: date, *, at: datetime) -> int:
    """Begin the reviews anew of firms that were certified so many years ago; some at a time, returns how many."""
    due = AeoReview.objects.filter(state="certified", renew_on__lte=on).order_by("renew_on", "pk")
    rows = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
    for old in rows:
        of = locked(old.uscc, at)
        old.renew_on = None
        old.save(update_fields=["renew_on"])
        is_open = AeoReview.objects.filter(uscc=old.uscc, state__in=AEO_OPEN).exists()
        if is_open or queries.grade(old.uscc, on) != ADVANCED:
            continue
        row = AeoReview(
            uscc=old.uscc, renewal=True, state="accepted", own=old.own, begun_at=at, begun_by=SYSTEM.name, applied_at=at
        )
        _run(row, on)
        _saved(of, row, "credit.aeo_renewed", SYSTEM, at, decide_by=row.decide_by)
    return len(rows)


def _locked(number: int, at: datetime) -> tuple[CreditFile, AeoReview]:
    uscc = AeoReview.objects.values_list("uscc", flat=True).get(pk=number)
    return locked(uscc, at), AeoReview.objects.get(pk=number)


def _own(number: int, verb: str, by: Actor, at: datetime) -> tuple[CreditFile, AeoReview]:
    of, row = _locked(number, at)
    insist_own(row.uscc, by=by, machine="aeo_review", verb=verb)
    row.state = AEO.after(row.state, verb, by=by)
    return of, row


def _moved(number: int, verb: str, by: Actor, at: datetime) -> tuple[CreditFile, AeoReview]:
    of, row = _locked(number, at)
    row.state = AEO.after(row.state, verb, by=by)
    return of, row


def _saved(of: CreditFile, row: AeoReview, what: str, by: Actor, at: datetime, **details: object) -> AeoReview:
    row.save()
    journal.record(what, of, by=by, at=at, number=row.pk, **details)
    return row
