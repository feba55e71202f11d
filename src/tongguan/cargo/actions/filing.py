"""A manifest is received with all its bills at once, changed before the conveyance arrives, or called off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from tongguan.holds.queries import stopping
from tongguan.journal.actions import record
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import DayLaw
from tongguan.kernel.rules import Finding, Refused, insist
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find_many
from tongguan.parties.roles import only

from ..clocks import SHANGHAI, law_at, main_data_due
from ..manifest import BillFiled, ManifestFiled, bill_number, compact
from ..models import Bill, Container, Conveyance
from ..rules import AMENDING, FILING, Amending, Filing
from ..states import CONVEYANCE, FILERS
from .owning import able, locked

_TOLD = ("pieces", "gross", "goods", "consignee_code", "consignee_name")


@transaction.atomic
def receive(filed: ManifestFiled, *, by: Actor, at: datetime) -> Conveyance:
    """Receive the main data of a manifest with its bills, all or nothing (舱单主要数据).

    Raises NotYours, NotConfigured, and Refused by the rules ``FILING``, with a pointer into what was filed.
    """
    only(by, *FILERS, verb="file_manifest")
    able(by, "amend")
    filed = msgspec.convert(msgspec.to_builtins(filed, builtin_types=(datetime,)), ManifestFiled)  # ours to tidy
    filed.tidy()
    day_law = law_at(at)
    case = _case(filed, day_law, by, at)
    insist(FILING, case, {"bill_reuse_months": day_law("cargo.bill_reuse_months")})
    assert case.carrier is not None
    row = Conveyance(
        direction=filed.direction, transport_mode=filed.transport_mode, vehicle=filed.vehicle, voyage=filed.voyage,
        name=filed.name, customs_code=filed.customs_code, carrier=case.carrier, site=case.site,
        departs_at=filed.departs_at, expected_at=filed.expected_at, received_at=at, late=at > case.due,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
            _add(row, filed.bills)
    except IntegrityError:  # another manifest came at the same moment
        raise Refused([Finding("MANIFEST_EXISTS", "voyage", values=_named(filed))]) from None
    record(
        "conveyance.manifested", row, by=by, at=at, direction=row.direction, mode=row.transport_mode,
        vehicle=row.vehicle, voyage=row.voyage, office=row.customs_code, bills=len(filed.bills), late=row.late,
    )  # fmt: skip
    return row


def _named(filed: ManifestFiled) -> dict[str, str]:
    return {"vehicle": filed.vehicle, "voyage": filed.voyage}


def _case(filed: ManifestFiled, day_law: DayLaw, by: Actor, at: datetime) -> Filing:
    firms = find_many([filed.carrier_code, filed.site_code])
    own = Enterprise.objects.filter(pk=by.enterprise).first() if by.enterprise else None
    carrier = firms.get(filed.carrier_code) if filed.carrier_code else own
    if own is not None and carrier is not None and carrier.pk != own.pk:
        carrier = None  # a carrier files its own manifests only
    among = Conveyance.objects.exclude(state="cancelled").filter(
        direction=filed.direction, transport_mode=filed.transport_mode, customs_code=filed.customs_code, **_named(filed)
    )
    return Filing(
        manifest=filed, carrier=carrier, site=firms.get(filed.site_code), is_filed=among.exists(),
        used=_used(filed, _numbers(filed), day_law, at), due=main_data_due(filed, day_law), at=at,
    )  # fmt: skip


def _numbers(filed: ManifestFiled) -> list[str]:
    return [bill_number(filed.transport_mode, one.master, one.house) for one in filed.bills]


def _used(filed: ManifestFiled, numbers: Collection[str], day_law: DayLaw, at: datetime, but: int = 0) -> set[str]:
    """Return which of the numbers are in use by another manifest that is not old enough yet."""
    today: date = at.astimezone(SHANGHAI).date()
    since = add_months(today, -day_law("cargo.bill_reuse_months"))
    found = Bill.objects.filter(
        direction=filed.direction, transport_mode=filed.transport_mode, number__in=numbers, current=True,
        conveyance__received_at__date__gt=since,
    )  # fmt: skip
    return set(found.exclude(conveyance=but).values_list("number", flat=True))


def _add(row: Conveyance, bills: Collection[BillFiled]) -> None:
    """Write bills with their containers; numbers whose time is over are current no more."""
    numbers = [bill_number(row.transport_mode, one.master, one.house) for one in bills]
    found = {"direction": row.direction, "transport_mode": row.transport_mode}
    Bill.objects.filter(**found, number__in=numbers, current=True).update(current=False)
    written = Bill.objects.bulk_create(
        Bill(conveyance=row, **found, number=number, **_columns(one))
        for number, one in zip(numbers, bills, strict=True)
    )
    _pack(written, bills)


def _pack(written: Collection[Bill], bills: Collection[BillFiled]) -> None:
    Container.objects.bulk_create(
        Container(bill=bill, number=one.number, seal=one.seal)
        for bill, told in zip(written, bills, strict=True)
        for one in told.containers
    )


def _columns(one: BillFiled) -> dict[str, Any]:
    return {"master": one.master, "house": one.house} | {name: getattr(one, name) for name in _TOLD}


@transaction.atomic
def amend(
    number: int, bills: Collection[BillFiled], *, removed: Collection[str] = (), reason: str, by: Actor, at: datetime
) -> Conveyance:
    """Change a manifest before its conveyance arrives (舱单变更): bills are added or said anew, others taken off.

    Raises NotNow, NotYours, Conveyance.DoesNotExist, and Refused by the rules ``AMENDING``.
    """
    row = locked(number, by=by)
    able(by, "amend")
    row.state = CONVEYANCE.after(row.state, "amend", by=by)
    day_law, filed = law_at(at), _as_filed(row, bills)
    removed = [compact(row.transport_mode, one) for one in removed]
    here = {one.number: one for one in row.bills.select_for_update().order_by("number")}
    named = _numbers(filed)
    case = Amending(
        manifest=filed, removed=removed, reason=reason, known=set(here),
        declared={one.number for one in here.values() if one.declared_by}, held=_held(here),
        used=_used(filed, named, day_law, at, but=row.pk),
        others=[_said(one) for one in here.values() if one.number not in {*named, *removed}],
    )  # fmt: skip
    insist(AMENDING, case, {"bill_reuse_months": day_law("cargo.bill_reuse_months")})
    old = {number: _plain(_said(here[number])) for number in (*named, *removed) if number in here}
    Bill.objects.filter(pk__in=[here[number].pk for number in removed]).delete()
    _say(row, filed, here)
    new = dict(zip(named, map(_plain, filed.bills), strict=True))
    changes = {one: {"was": old.get(one), "is": new.get(one)} for one in sorted({*old, *new})}
    record("conveyance.amended", row, by=by, at=at, reason=reason.strip(), changes=changes)
    return row


def _say(row: Conveyance, filed: ManifestFiled, here: dict[str, Bill]) -> None:
    """Write what a change says: a bill that is here stays the same record."""
    said = dict(zip(_numbers(filed), filed.bills, strict=True))
    for number in sorted(said.keys() & here.keys()):
        for name, value in _columns(said[number]).items():
            setattr(here[number], name, value)
        here[number].save()
        here[number].containers.all().delete()
        _pack([here[number]], [said[number]])
    try:
        with transaction.atomic():
            _add(row, [said[number] for number in sorted(said.keys() - here.keys())])
    except IntegrityError:  # another manifest took a number at the same moment
        raise Refused([Finding("MANIFEST_EXISTS", "voyage", values=_named(filed))]) from None


def _held(here: dict[str, Bill]) -> set[str]:
    stopped = {subject for subject, _ in stopping(map(str, here.values()), "amend")}
    return {number for number, one in here.items() if str(one) in stopped}


def _as_filed(row: Conveyance, bills: Collection[BillFiled]) -> ManifestFiled:
    filed = ManifestFiled(
        direction=row.direction, transport_mode=row.transport_mode, vehicle=row.vehicle, voyage=row.voyage,
        customs_code=row.customs_code, departs_at=row.departs_at, expected_at=row.expected_at,
        bills=[msgspec.convert(msgspec.to_builtins(one), BillFiled) for one in bills],
    )  # fmt: skip
    filed.tidy()
    return filed


def _said(of: Bill) -> BillFiled:
    return BillFiled(master=of.master, house=of.house, **{name: getattr(of, name) for name in _TOLD})


def _plain(one: BillFiled) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _TOLD} | {"containers": [each.number for each in one.containers]}


@transaction.atomic
def cancel(number: int, *, reason: str, by: Actor, at: datetime) -> Conveyance:
    """Call a manifest off before arrival, none of whose bills is declared.

    Raises NotNow, NotYours, Conveyance.DoesNotExist, and Refused (AMEND_REASON, BILL_DECLARED).
    """
    row = locked(number, by=by)
    able(by, "cancel")
    row.state = CONVEYANCE.after(row.state, "cancel", by=by)
    bills = list(row.bills.select_for_update().order_by("number"))
    here = {one.number: one for one in bills}
    declared = {one.number for one in bills if one.declared_by}
    insist(AMENDING, Amending(_as_filed(row, []), list(here), reason, set(here), declared, set(), held=_held(here)), {})
    row.bills.update(current=False)
    row.save(update_fields=["state"])
    record("conveyance.cancelled", row, by=by, at=at, reason=reason.strip())
    return row
