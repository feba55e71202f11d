"""Goods under supervision: disposed of with the tax on what is left, released when the years are over, reported each year."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.functions import insist_able
from tongguan.parties.roles import SYSTEM

from ...late import payment_due
from ...models import ReliefLetter, RelievedGoods, UseReport
from ...numbering import SHANGHAI
from ...payments import actions as payments
from ..disposal import quoted
from ..queries import codes_of, reports, visible
from ..rules import using as rules
from ..states import FIRM, GOODS, LETTER

_AT_ONCE = 200


@transaction.atomic
def dispose(number: int, *, reason: str, by: Actor, at: datetime) -> RelievedGoods:
    """Let goods be disposed of before the end of supervision: the tax on what is left of their value is billed (补税).

    The rates are those of the day the formalities are done. Raises NotNow, NotYours, RelievedGoods.DoesNotExist,
    NotConfigured, Unvalued, UnknownCommodity, Refused (RELIEF_DISPOSAL).
    """
    row, goods = _locked(number)
    on = at.astimezone(SHANGHAI).date()
    goods.state = GOODS.after(goods.state, "dispose", by=by)
    insist(rules.DISPOSING, rules.Disposing(goods.released_on, on, reason, goods.value))
    found = quoted(goods, on)
    goods.months, goods.base, goods.tax = found.months, found.base, found.sheet.total() if found.sheet else None
    goods.ended_on, goods.reason = on, reason.strip()
    goods.save()
    if found.kinds:
        payments.bill(str(goods), payer=row.holder, kinds=found.kinds, due=payment_due(on), by=by, at=at)
    record(
        "relief.disposed", row, by=by, at=at, goods=str(goods), months=goods.months, base=goods.base, tax=goods.tax,
        reason=goods.reason,
    )  # fmt: skip
    _end(row)
    return goods


def _locked(number: int) -> tuple[ReliefLetter, RelievedGoods]:
    letter = RelievedGoods.objects.values_list("line__letter", flat=True).get(pk=number)
    row = ReliefLetter.objects.select_for_update().get(pk=letter)
    return row, RelievedGoods.objects.select_for_update(of=("self",)).select_related("line__letter").get(pk=number)


def _end(row: ReliefLetter) -> None:
    """End a letter once none of its goods is under supervision; disposed where all of them were."""
    states = set(RelievedGoods.objects.filter(line__letter=row).values_list("state", flat=True)) - {"given_back"}
    if row.state == "under_supervision" and not states & {"reserved", "under_supervision"}:
        verb = "release" if "released_from_supervision" in states else "dispose"
        row.state = LETTER.after(row.state, verb, by=SYSTEM)
        row.save(update_fields=["state"])


def release_due(on: date, *, at: datetime) -> int:
    """Release the goods whose last day of supervision is before a day, and return how many these were (解除监管)."""
    over = RelievedGoods.objects.filter(state="under_supervision", supervised_to__lt=on).order_by("supervised_to", "pk")
    numbers = list(over.values_list("pk", flat=True)[:_AT_ONCE])
    for number in numbers:
        with transaction.atomic():
            row, goods = _locked(number)
            if goods.state != "under_supervision":
                continue
            goods.state, goods.ended_on = GOODS.after(goods.state, "release", by=SYSTEM), goods.supervised_to
            goods.save(update_fields=["state", "ended_on"])
            record("relief.released", row, by=SYSTEM, at=at, goods=str(goods), last=goods.supervised_to)
            _end(row)
    return len(numbers)


@transaction.atomic
def lapse_due(on: date, *, at: datetime) -> int:
    """End the letters that nobody used until their last day, and return how many these were."""
    over = ReliefLetter.objects.filter(state="confirmed", valid_to__lt=on).order_by("valid_to", "pk")
    rows = list(over.select_for_update(skip_locked=True)[:_AT_ONCE])
    for row in rows:
        row.state = LETTER.after(row.state, "lapse", by=SYSTEM)
        row.save(update_fields=["state"])
        record("relief.lapsed", row, by=SYSTEM, at=at, last=row.valid_to)
    return len(rows)


@transaction.atomic
def report(year: int, words: str, *, holder: str = "", by: Actor, at: datetime) -> UseReport:
    """Report how the relieved goods of an entity were used in a year that is over; a later report replaces the first.

    ``holder`` is a code of the entity, empty for the actor's own firm. Raises NotYours, ReliefLetter.DoesNotExist, and
    Refused (RELIEF_WORDS, RELIEF_NO_REPORT).
    """
    from ..rules.applying import SAYING

    insist_able(by, "file", machine="relief_letter", verb="report")
    if by.role not in FIRM:
        raise NotYours(machine="relief_letter", verb="report", role=by.role, roles=sorted(FIRM))
    codes = codes_of(by)
    of = holder or next((code for code in codes if visible(by).filter(holder=code).exists()), "")
    if not visible(by).filter(holder=of).exists():
        raise ReliefLetter.DoesNotExist
    owed = any(one.year == year for one in reports(of, at.astimezone(SHANGHAI).date()))
    insist(rules.REPORTING, (of, year, owed))
    insist(SAYING, words)
    row, _ = UseReport.objects.update_or_create(
        holder=of, year=year, defaults={"words": words.strip(), "filed_at": at, "filed_by": by.name[:100]}
    )
    record("relief.reported", row, by=by, at=at, holder=of, year=year)
    return row
