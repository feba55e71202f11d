"""A guarantee is drafted, filed, accepted or refused by customs, suspended, and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from tongguan.credit import queries as credit
from tongguan.credit.standing import given
from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.parties.actions.seconding import insist_second
from tongguan.parties.functions import insist_able
from tongguan.parties.queries import codes_of
from tongguan.parties.roles import SYSTEM

from ...alone import beyond
from ...models import Guarantee
from ...numbering import SHANGHAI, numbered
from .. import rules, terms
from ..queries import account, visible
from ..states import GUARANTEE, HOLDERS


def day_of(at: datetime) -> date:
    """Return the day of a moment in Beijing."""
    return at.astimezone(SHANGHAI).date()


@transaction.atomic
def draft(
    kind: str, total: Decimal, *, scopes: Sequence[str], valid_from: date, valid_to: date, guarantor: str = "",
    document: str = "", by: Actor, at: datetime,
) -> Guarantee:  # fmt: skip
    """Note a guarantee of the actor's firm that is not filed yet.

    Raises NotYours, and Refused (GUARANTEE_KIND, _USES, _AMOUNT, _DAYS, _LETTER, _GRADE).
    """
    insist_able(by, "pay", machine="guarantee", verb="file")
    if by.role not in HOLDERS or by.enterprise is None:
        raise NotYours(machine="guarantee", verb="file", role=by.role, roles=sorted(HOLDERS))
    day = day_of(at)
    holder = "".join(codes_of(by)[:1])
    offer = rules.Offer(kind, guarantor, document, total, scopes, valid_from, valid_to, day, holder=holder)
    insist(rules.FILING, offer)
    named = numbered(Guarantee, "G", at)
    name = account(named["number"])
    row = Guarantee.objects.create(
        **named, kind=kind, holder_id=by.enterprise, guarantor=guarantor.strip(), document=document.strip(),
        account_id=lock([name])[name].id, total=total, scopes=list(scopes), valid_from=valid_from, valid_to=valid_to,
        state="draft", made_at=at,
    )  # fmt: skip
    record("guarantee.drafted", row, by=by, at=at, kind=kind, total=total)
    return row


@transaction.atomic
def file(number: str, *, by: Actor, at: datetime) -> Guarantee:
    """File a draft with customs, who have some working days to decide; raises NotNow, NotYours, DoesNotExist, Refused."""
    insist_able(by, "pay", machine="guarantee", verb="file")
    row = _locked(number, by)
    row.state = GUARANTEE.after(row.state, "file", by=by)
    insist(rules.FILING, _offer(row, at))
    row.filed_at, row.decide_by = at, terms.decide_by(day_of(at))
    row.save(update_fields=["state", "filed_at", "decide_by"])
    record("guarantee.filed", row, by=by, at=at, kind=row.kind, total=row.total, decide_by=row.decide_by)
    return row


@transaction.atomic
def accept(number: str, *, extended: bool = False, words: str = "", by: Actor, at: datetime) -> Guarantee:
    """Accept a guarantee that was filed: from now on it secures taxes. ``extended``: longer than the law's months.

    ``words`` are the officer's reason where a second one has to agree. Raises NotNow, NotYours, DoesNotExist, Refused (those
    of filing, GUARANTEE_LONG), NeedsSecond for more than one officer may accept.
    """
    row = _locked(number, by)
    row.state = GUARANTEE.after(row.state, "accept", by=by)
    insist(rules.ACCEPTING, replace(_offer(row, at), extended=extended))
    if beyond("revenue.guarantee_alone", row.total, day_of(at)):
        told = {"number": number, "amount": format(row.total, "f"), "extended": "yes" if extended else ""}
        insist_second("guarantee.accept", row, told | {"words": words.strip()}, by=by, at=at)
    name = account(number)
    plan = Batch(lock([name]))
    plan.credit(name, row.total, reference="accepted")
    row.decided_at, row.decided_by, row.remark = at, by.name, ""
    row.save(update_fields=["state", "decided_at", "decided_by", "remark"])
    plan.write(by, at)
    record("guarantee.accepted", row, by=by, at=at, total=row.total, extended=extended, until=row.valid_to)
    return row


def refuse(number: str, *, reason: str, by: Actor, at: datetime) -> Guarantee:
    """Refuse a guarantee that was filed, and say why; raises NotNow, NotYours, DoesNotExist."""
    return _moved(number, "refuse", "guarantee.refused", reason, by, at)


def take_back(number: str, *, by: Actor, at: datetime) -> Guarantee:
    """Take back what was drafted or filed and not decided; raises NotNow, NotYours, DoesNotExist."""
    insist_able(by, "pay", machine="guarantee", verb="take_back")
    return _moved(number, "take_back", "guarantee.taken_back", "", by, at)


def suspend(number: str, *, reason: str, by: Actor, at: datetime) -> Guarantee:
    """Let a guarantee secure nothing new until it is resumed; raises NotNow, NotYours, DoesNotExist."""
    return _moved(number, "suspend", "guarantee.suspended", reason, by, at)


@transaction.atomic
def resume(number: str, *, by: Actor, at: datetime) -> Guarantee:
    """Let a suspended guarantee secure again; raises NotNow, NotYours, DoesNotExist."""
    row = _moved(number, "resume", "guarantee.resumed", "", by, at)
    row.release_by = None
    row.save(update_fields=["release_by"])
    return row


@transaction.atomic
def ask_back(number: str, *, by: Actor, at: datetime) -> Guarantee:
    """Ask customs to release a guarantee that secures nothing; from now on it secures nothing new.

    They have some working days. Raises NotNow, NotYours, DoesNotExist, Refused (GUARANTEE_IN_USE).
    """
    insist_able(by, "pay", machine="guarantee", verb="ask_back")
    row = _locked(number, by)
    GUARANTEE.after(row.state, "ask_back", by=by)
    insist(rules.RELEASING, row)
    row.release_by = row.release_by or terms.release_by(day_of(at))
    row.save(update_fields=["release_by"])
    return _move(row, "ask_back", "guarantee.asked_back", "", by, at)


@transaction.atomic
def release(number: str, *, reason: str = "", by: Actor, at: datetime) -> Guarantee:
    """Release a guarantee that secures nothing (解除担保); raises NotNow, NotYours, Refused (GUARANTEE_IN_USE)."""
    row = _locked(number, by)
    GUARANTEE.after(row.state, "release", by=by)
    insist(rules.RELEASING, row)
    return _moved(number, "release", "guarantee.released", reason, by, at)


def expire_due(on: date, *, at: datetime, limit: int = 200) -> int:
    """End the guarantees whose last day is over, as the timer does; returns how many it was."""
    over = Guarantee.objects.filter(state__in=("active", "exhausted", "suspended"), valid_to__lt=on)
    numbers = list(over.order_by("valid_to").values_list("number", flat=True)[:limit])
    for number in numbers:
        with transaction.atomic():
            row = _locked(number, SYSTEM)
            if "expire" in GUARANTEE.open_to(row.state, "system"):
                if not row.used and row.kind != "exemption":
                    row.release_by = row.release_by or terms.release_by(on)
                    row.save(update_fields=["release_by"])
                _move(row, "expire", "guarantee.expired", "", SYSTEM, at)
    return len(numbers)


@transaction.atomic
def end_exemption(holder: str, *, on: date, reason: str, by: Actor, at: datetime) -> list[Guarantee]:
    """End the exemptions of a firm that has lost its grade: they secure nothing new from that day on.

    What they secure is to be secured anew within the law's working days of the day. ``holder`` is a code of the firm.
    Raises NotYours for anybody but customs and the program.
    """
    if by.role not in ("officer", "system"):
        raise NotYours(machine="guarantee", verb="expire", role=by.role, roles=["officer"])
    theirs = Guarantee.objects.filter(holder__uscc=holder, kind="exemption").order_by("number")
    lock(account(number) for number in theirs.values_list("number", flat=True))
    until = terms.resecure_by(on)
    ended = []
    for row in theirs.filter(state__in=("active", "exhausted", "suspended")):
        row.resecure_by, row.valid_to = until, max(row.valid_from, min(row.valid_to, on - timedelta(days=1)))
        row.save(update_fields=["resecure_by", "valid_to"])
        ended.append(_move(row, "expire", "guarantee.expired", reason, by, at))
    return ended


@transaction.atomic
def end_lost_exemptions(on: date, *, at: datetime, limit: int = 200) -> int:
    """End the exemptions of firms whose grade no longer gives them, from the day it was lost; returns how many ended.

    A firm that puts something right keeps its grade: what it has secured stays, though nothing new is.
    """
    of = Guarantee.objects.filter(kind="exemption", state__in=("active", "exhausted", "suspended")).order_by("pk")
    held = {row.holder.uscc for row in of.select_related("holder") if row.holder.uscc}
    grades = credit.standings(held, on)
    lost = sorted(code for code, one in grades.items() if "NOGUAR" not in given(one.grade, on))[:limit]
    return sum(
        len(end_exemption(code, on=grades[code].since or on, reason=grades[code].grade, by=SYSTEM, at=at))
        for code in lost
    )


def _offer(row: Guarantee, at: datetime) -> rules.Offer:
    return rules.Offer(
        row.kind,
        row.guarantor,
        row.document,
        row.total,
        row.scopes,
        row.valid_from,
        row.valid_to,
        day_of(at),
        holder=row.holder.uscc or "",
    )


def _locked(number: str, by: Actor) -> Guarantee:
    """Return a guarantee that the actor may see, its account locked; raises Guarantee.DoesNotExist."""
    seen = Guarantee.objects.all() if by.role == SYSTEM.role else visible(by)
    lock([account(seen.values_list("number", flat=True).get(number=number))])
    return Guarantee.objects.select_related("holder", "account").get(number=number)


@transaction.atomic
def _moved(number: str, verb: str, what: str, reason: str, by: Actor, at: datetime) -> Guarantee:
    return _move(_locked(number, by), verb, what, reason, by, at)


def _move(row: Guarantee, verb: str, what: str, reason: str, by: Actor, at: datetime) -> Guarantee:
    row.state, row.remark = GUARANTEE.after(row.state, verb, by=by), reason.strip()[:400]
    if verb in ("refuse", "suspend", "release"):
        row.decided_at, row.decided_by = at, by.name
    row.save(update_fields=["state", "remark", "decided_at", "decided_by"])
    record(what, row, by=by, at=at, reason=row.remark, used=row.used)
    return row
