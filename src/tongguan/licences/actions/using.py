"""Drawing on licences: reserved when a declaration is accepted, written off at its release, given back when withdrawn.

The accounts are locked first, all at once, then the licences in the order of their numbers: nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef

from tongguan.holds.queries import stopping
from tongguan.journal.actions import Entry, record_many
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import ZERO, Batch, Locked
from tongguan.ledgers.lines import entries_root
from tongguan.parties.roles import SYSTEM

from ..models import Licence, LicenceLine, LicenceUse
from ..rules import using as rules
from ..states import COUNTED, LICENCE, USE
from ..types import tolerance
from ..uses import FINEST, Drawing, Match, Use, counted, country_of, matched
from .applying import day_of
from .reporting import GIVEN_BACK, WRITTEN_OFF, note_reports

_OPEN = ("reserved", "written_off")
_TOLD = {"confirm": WRITTEN_OFF, "give_back": GIVEN_BACK}


@transaction.atomic
def reserve(
    uses: Iterable[Use], *, holder: str, customs: str, reference: str, on: date, by: Actor, at: datetime
) -> None:
    """Reserve what a declaration draws on licences, all of it or nothing; the same again changes nothing.

    ``holder`` is the code of the consignee or consignor, ``on`` the day of acceptance. Raises NotConfigured, and Refused
    with a finding for each use that cannot be (LICENCE_UNKNOWN ... LICENCE_HELD, LICENCE_REFERENCE_USED).
    """
    matches = matched(uses, on)
    if not matches:
        return
    accounts = lock(m.line.account.name for m in matches if m.line is not None and m.line.account is not None)
    rows = _locked({m.licence.pk for m in matches if m.licence is not None})
    for match in matches:
        match.licence = rows[match.licence.pk] if match.licence else None
        if match.line is not None:
            match.line.licence = rows[match.line.licence_id]
    if _is_there(matches, reference):
        return
    doc = _drawing(matches, accounts, holder, customs, on)
    insist(rules.USING, doc)
    _write(doc, accounts, _turn(reference), reference, by, at)


@transaction.atomic
def confirm(reference: str, *, by: Actor, at: datetime, actual: Mapping[str, Decimal] | None = None) -> None:
    """Write off what a declaration reserved, when its goods are released; what is written off already stays so.

    ``actual`` says by the pointer of a use how much was found, in the unit it was declared in: what is less comes back,
    what is more is drawn too, within the tolerance. Raises Refused (LICENCE_USE_QUANTITY, LICENCE_QUANTITY_SHORT).
    """
    _settle(reference, ("reserved",), "confirm", by, at, actual or {})


@transaction.atomic
def give_back(reference: str, *, by: Actor, at: datetime) -> None:
    """Give back what a declaration drew, reserved or written off, when it is withdrawn or amended; nothing is left of it."""
    _settle(reference, _OPEN, "give_back", by, at, {})


def _locked(licences: Iterable[int]) -> dict[int, Licence]:
    rows = Licence.objects.filter(pk__in=set(licences)).order_by("pk").select_for_update()
    return {row.pk: row for row in rows}


def _is_there(matches: Sequence[Match], reference: str) -> bool:
    """Return whether the declaration draws exactly this already; raises Refused when it draws something else."""
    rows = list(LicenceUse.objects.filter(reference=reference, state__in=_OPEN).order_by("id"))
    if not rows:
        return False
    kept = [(row.line_id, row.declared, row.unit, row.pointer) for row in rows]
    asked = [(m.line.pk if m.line else 0, m.use.quantity, m.use.unit, m.use.pointer) for m in matches]
    if sorted(kept) != sorted(asked):
        insist(rules.AGAIN, reference)
    return True


def _turn(reference: str) -> str:
    """Return under which reference the ledger books what a declaration draws now: one for each of its turns."""
    turns = LicenceUse.objects.filter(reference=reference).values("entry").distinct().count()
    return f"{reference}#{turns + 1}"


def _drawing(matches: list[Match], accounts: dict[str, Locked], holder: str, customs: str, on: date) -> Drawing:
    doc = Drawing(matches, holder, customs, on)
    for match in matches:
        line = match.line
        if line is None or line.account is None:
            continue
        left = accounts[line.account.name].balance
        doc.balances[line.pk], doc.floors[line.pk] = left, _floor(line, left, on)
    doc.held = {subject for subject, _ in stopping([str(row) for row in doc.licences().values()], "use")}
    return doc


def _floor(line: LicenceLine, left: Decimal, on: date) -> Decimal:
    """Return how far a last batch may take what is left of a line; nothing once it is below zero already."""
    if left <= 0:
        return ZERO
    return ZERO - (left * tolerance(line.licence.type, line.gcode, line.bulk, on)).quantize(FINEST, ROUND_DOWN)


def _write(doc: Drawing, accounts: dict[str, Locked], entry: str, reference: str, by: Actor, at: datetime) -> None:
    plan, lines = Batch(accounts), {m.line.pk: m.line for m in doc.matches if m.line is not None}
    for line, quantity in doc.drawn().items():
        plan.reserve(lines[line].account.name, quantity, reference=entry, floor=doc.floors[line])
    plan.write(by, at)
    LicenceUse.objects.bulk_create(
        LicenceUse(
            line=m.line, reference=reference, entry=entry, pointer=m.use.pointer[:60], quantity=m.counted,
            declared=m.use.quantity, unit=m.use.unit, gcode=m.use.gcode, country=country_of(m.use.country)[:3],
            customs=doc.customs, end_user=m.use.end_user[:100], reserved_at=at,
        )
        for m in doc.matches
    )  # fmt: skip
    for row in doc.licences().values():
        row.uses += 1
    drawn = [(lines[line], quantity) for line, quantity in doc.drawn().items()]
    _told("licence.reserved", list(doc.licences().values()), drawn, plan, reference, by, at)


def _settle(
    reference: str, states: tuple[str, ...], verb: str, by: Actor, at: datetime, actual: Mapping[str, Decimal]
) -> None:  # fmt: skip
    """Write off or give back what stands under a reference, and note what became of its licences."""
    open_uses = LicenceUse.objects.filter(reference=reference, state__in=states)
    known = LicenceLine.objects.select_related("account", "licence")
    lines = known.filter(Exists(open_uses.filter(line=OuterRef("pk"))))
    names = {line.pk: line.account.name for line in lines if line.account is not None}
    if not names:
        return
    accounts = lock(names.values())
    rows = _locked({line.licence_id for line in lines})
    uses = list(
        open_uses.select_related("line__licence").order_by("id")
    )  # again: another may have settled them meanwhile
    if not uses:
        return
    plan = Batch(accounts, references={use.entry for use in uses})
    for (line, entry, state), quantity in _sums(uses).items():
        if verb == "confirm":
            plan.confirm(names[line], reference=entry)
        elif state == "reserved":
            plan.release(names[line], reference=entry)
        else:
            plan.credit(names[line], quantity, reference=entry)
    if any(use.pointer in actual for use in uses):
        _correct(uses, actual, plan, names, day_of(at))
    plan.write(by, at)
    note_reports([use for use in uses if verb == "confirm" or use.state == "written_off"], _TOLD[verb], at=at)
    target = USE.after(uses[0].state, verb, by=SYSTEM)
    LicenceUse.objects.filter(pk__in=[use.pk for use in uses]).update(state=target, settled_at=at)
    if verb == "give_back":
        for licence, _ in {(use.line.licence_id, use.entry) for use in uses}:
            rows[licence].uses -= 1
    what = "licence.written_off" if verb == "confirm" else "licence.given_back"
    _told(what, list(rows.values()), [(use.line, use.quantity) for use in uses], plan, reference, by, at)


def _correct(
    uses: list[LicenceUse], actual: Mapping[str, Decimal], plan: Batch, names: Mapping[int, str], on: date
) -> None:
    """Let what is written off be what was found: the difference comes back, or is drawn as a last batch may be."""
    doc = Drawing([_found(use, actual) for use in uses], uses[0].line.licence.holder, "", on)
    insist(rules.FOUND, doc)
    before: dict[int, Decimal] = {}
    for use in uses:
        before[use.line_id] = before.get(use.line_id, ZERO) + use.quantity
    for match in doc.matches:
        assert match.line is not None
        left = plan.balances[names[match.line.pk]] + before[match.line.pk]
        doc.balances[match.line.pk], doc.floors[match.line.pk] = left, _floor(match.line, left, on)
    insist(rules.LEFT, doc)
    entry = f"{uses[0].entry}/actual"
    for line, quantity in doc.drawn().items():
        if quantity > before[line]:
            plan.debit(names[line], quantity - before[line], reference=entry, floor=doc.floors[line])
        elif quantity < before[line]:
            plan.credit(names[line], before[line] - quantity, reference=entry)
    for use, match in zip(uses, doc.matches, strict=True):
        use.quantity = match.counted or ZERO
    LicenceUse.objects.bulk_update(uses, ["quantity"])


def _found(use: LicenceUse, actual: Mapping[str, Decimal]) -> Match:
    """Return a use as it was found; one of which nothing was said is as it was declared."""
    asked = Use(
        use.line.licence.type, use.line.licence.number or "", str(use.line.place), actual.get(use.pointer, use.declared),
        use.unit, use.gcode, use.country, use.pointer,
    )  # fmt: skip
    return Match(asked, use.line.licence, use.line, counted(asked, use.line.unit))


def _sums(uses: Iterable[LicenceUse]) -> dict[tuple[int, str, str], Decimal]:
    sums: dict[tuple[int, str, str], Decimal] = {}
    for use in uses:
        key = (use.line_id, use.entry, use.state)
        sums[key] = sums.get(key, ZERO) + use.quantity
    return sums


def _told(
    what: str,
    rows: list[Licence],
    drawn: list[tuple[LicenceLine, Decimal]],
    plan: Batch,
    reference: str,
    by: Actor,
    at: datetime,
) -> None:
    """Save the licences as they stand now, and record what happened to each."""
    _counted(rows)
    entries = []
    for row in rows:
        told = [
            {"line": line.place, "quantity": quantity, "unit": line.unit}
            for line, quantity in drawn
            if line.licence_id == row.pk
        ]
        details = {"declaration": reference, "drawn": told, "state": row.state, "root": entries_root(plan.lines)}
        entries.append(Entry(what, str(row), by, at, details))
    record_many(entries)


def _counted(rows: list[Licence]) -> None:
    """Give licences the state that follows from what is used of them: a last batch closes one, once it is written off."""
    lines = LicenceLine.objects.filter(licence__in=[row.pk for row in rows])
    left = set(lines.filter(account__balance__gt=0).values_list("licence", flat=True))
    reserved = set(lines.filter(uses__state="reserved").values_list("licence", flat=True))
    for row in rows:
        if row.state in COUNTED:
            spent = row.pk not in left or (row.most_uses is not None and row.uses >= row.most_uses)
            verb = "restore" if not row.uses else "use_up" if spent and row.pk not in reserved else "use"
            row.state = LICENCE.after(row.state, verb, by=SYSTEM)
    Licence.objects.bulk_update(rows, ["state", "uses"])
