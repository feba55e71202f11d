"""Drawing on letters of relief: reserved when a declaration is accepted, written off at its release, given back.

The accounts are locked first, all at once, then the letter: nobody waits in a circle. From release customs supervise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.ledgers.lines import entries_root
from tongguan.parties.roles import SYSTEM

from ...models import ReliefLetter, RelievedGoods
from ...numbering import SHANGHAI
from ..drawing import Drawing, Drawn, Match
from ..queries import accounts, accounts_of, drawing
from ..rules import using as rules
from ..states import GOODS, LETTER
from ..terms import supervised_to

_OPEN = ("reserved", "under_supervision")


@transaction.atomic
def reserve(
    number: str, drawn: Iterable[Drawn], *, holder: str, customs: str, reference: str, on: date, by: Actor, at: datetime
) -> None:
    """Reserve what a declaration draws on a letter, all of it or nothing; the same again changes nothing.

    ``holder`` is the code of the consignee, ``on`` the day of acceptance. Raises NotConfigured, and Refused with a finding
    for each line that cannot be (RELIEF_UNKNOWN ... RELIEF_QUANTITY_SHORT).
    """
    drawn = list(drawn)
    if not drawn:
        return
    locked = lock(accounts(number))
    ReliefLetter.objects.select_for_update().filter(number=number).first()
    doc = drawing(number, drawn, holder=holder, customs=customs, on=on, reference=reference)
    if _is_there(doc, reference):
        return
    insist(rules.USING, doc)
    assert doc.letter is not None
    entry = _turn(reference)
    plan = Batch(locked)
    names = {m.line.pk: m.line.account.name for m in doc.matches}  # type: ignore[union-attr]
    for line, quantity in doc.sums().items():
        plan.reserve(names[line], quantity, reference=entry)
    plan.write(by, at)
    RelievedGoods.objects.bulk_create(_goods(one, reference, entry, at) for one in doc.matches)
    _move(doc.letter, "use", 1)
    record(
        "relief.reserved", doc.letter, by=by, at=at, declaration=reference, root=entries_root(plan.lines),
        drawn=_told((m.line.place, m.counted) for m in doc.matches),  # type: ignore[union-attr]
    )  # fmt: skip


@transaction.atomic
def confirm(reference: str, values: Mapping[int, Decimal], *, by: Actor, at: datetime) -> None:
    """Write off what a declaration reserved, when its goods are released: supervision begins (海关监管年限起算).

    ``values`` are the customs values of the lines of the declaration, in yuan. What is written off already stays so, at the
    value that stands now.
    """
    locked, row, rows = _held(reference)
    if row is None:
        return
    on, fresh = at.astimezone(SHANGHAI).date(), [one for one in rows if one.state == "reserved"]
    plan = Batch(locked, references={one.entry for one in fresh})
    for name, entry in sorted({(one.line.account.name, one.entry) for one in fresh}):
        plan.confirm(name, reference=entry)
    plan.write(by, at)
    for one in rows:
        one.value = values.get(one.item, one.value)
        if one.state == "reserved":
            one.state = GOODS.after(one.state, "supervise", by=SYSTEM)
            one.released_on = one.released_on or on
            one.supervised_to = supervised_to(one.line.years, one.released_on)
    RelievedGoods.objects.bulk_update(rows, ["state", "value", "released_on", "supervised_to"])
    if fresh:
        _move(row, "supervise", 0)
        record(
            "relief.supervised", row, by=by, at=at, declaration=reference, root=entries_root(plan.lines),
            until=max(one.supervised_to for one in fresh if one.supervised_to),
        )  # fmt: skip


@transaction.atomic
def give_back(reference: str, *, by: Actor, at: datetime) -> None:
    """Give back what a declaration drew, when it is withdrawn or amended.

    Raises Refused (RELIEF_DISPOSED_ALREADY) once goods of it are no longer under supervision.
    """
    locked, row, rows = _held(reference)
    over = RelievedGoods.objects.filter(reference=reference, state__in=("released_from_supervision", "disposed"))
    if (gone := over.select_related("line__letter").first()) is not None:
        insist(rules.DISPOSED, (reference, gone.line.letter.number or ""))
    if row is None:
        return
    plan = Batch(locked, references={one.entry for one in rows})
    for (name, entry, state), quantity in _sums(rows).items():
        if state == "reserved":
            plan.release(name, reference=entry)
        else:
            plan.credit(name, quantity, reference=entry)
    plan.write(by, at)
    for one in rows:
        one.state = GOODS.after(one.state, "give_back", by=SYSTEM)
    RelievedGoods.objects.bulk_update(rows, ["state"])
    _move(row, "give_back", -1)
    record("relief.given_back", row, by=by, at=at, declaration=reference, root=entries_root(plan.lines))


def _held(reference: str) -> tuple[dict, ReliefLetter | None, list[RelievedGoods]]:
    """Return the accounts a declaration draws on, its letter and its goods, all locked; no letter where it draws on none."""
    names = accounts_of(reference)
    if not names:
        return {}, None, []
    locked = lock(names)
    rows = RelievedGoods.objects.filter(reference=reference, state__in=_OPEN).select_related("line__account")
    found = list(rows.order_by("id"))
    row = ReliefLetter.objects.select_for_update().filter(lines__in=[one.line_id for one in found]).first()
    return locked, row, found


def _is_there(doc: Drawing, reference: str) -> bool:
    """Return whether the declaration draws exactly this already."""
    rows = RelievedGoods.objects.filter(reference=reference, state__in=_OPEN)
    kept = sorted(rows.values_list("line", "item", "quantity"))
    return bool(kept) and kept == sorted((m.line.pk if m.line else 0, m.drawn.item, m.counted) for m in doc.matches)


def _turn(reference: str) -> str:
    turns = RelievedGoods.objects.filter(reference=reference).values("entry").distinct().count()
    return f"{reference}#{turns + 1}"


def _goods(one: Match, reference: str, entry: str, at: datetime) -> RelievedGoods:
    stated = [[unit, str(quantity)] for unit, quantity in one.drawn.stated]
    return RelievedGoods(
        line=one.line, reference=reference, entry=entry, item=one.drawn.item, gcode=one.drawn.gcode,
        origin=one.drawn.origin[:3], quantity=one.counted, stated=stated, reserved_at=at,
    )  # fmt: skip


def _sums(rows: Sequence[RelievedGoods]) -> dict[tuple[str, str, str], Decimal]:
    sums: dict[tuple[str, str, str], Decimal] = {}
    for one in rows:
        key = (one.line.account.name, one.entry, one.state)
        sums[key] = sums.get(key, Decimal(0)) + one.quantity
    return sums


def _move(row: ReliefLetter, verb: str, more: int) -> None:
    row.state, row.uses = LETTER.after(row.state, verb, by=SYSTEM), row.uses + more
    row.save(update_fields=["state", "uses"])


def _told(drawn: Iterable[tuple[int, Decimal | None]]) -> list[dict[str, object]]:
    return [{"line": place, "quantity": quantity} for place, quantity in drawn]
