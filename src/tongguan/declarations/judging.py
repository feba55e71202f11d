"""What a declaration is judged against is gathered here, in a handful of queries, and its findings are told.

The same for a form that is being filled in and for one that is submitted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tongguan.cargo.queries import Key, bills
from tongguan.cargo.queries import Known as Bill
from tongguan.formats.dec import SUMMARY, checking, family, step
from tongguan.journal.statements import joined, read
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, check
from tongguan.licences.needed import needed
from tongguan.licences.types import names_end_users
from tongguan.licences.uses import Use
from tongguan.parties.mandates import without_mandate
from tongguan.parties.queries import find_many
from tongguan.revenue.guarantees.queries import kinds_of
from tongguan.revenue.payments.queries import is_suspended
from tongguan.tariff.queries import book
from tongguan.zones.queries import known

from . import levying, relieving, rules, used
from .days import day_of
from .models import IMPORT
from .reading import COLLECTED, figures
from .rules.context import Asked, Context
from .rules.goods import written_off
from .rules.manifest import CARRIED
from .rules.parties import PAIRS, mandates_refuse
from .worth import worth

MESSAGE = "DecMessage"
"""The kind of message that mandates name."""

_ZERO = Decimal(0)


def key_of(of: Any) -> Key | None:
    """Return the bill a declaration rests on, as manifests name it; None where it rests on none."""
    if of.TrafMode not in CARRIED or not of.BillNo:
        return None
    return Key(of.IEFlag or IMPORT, of.TrafMode, of.BillNo)


class Posed(NamedTuple):
    """A declaration that is to be judged: what it says, how it is filed, and its id where it is kept already."""

    of: Any
    asked: Asked
    own: int | None = None
    is_amendment: bool = False


def context(of: Any, asked: Asked, *, at: datetime, own: int | None = None, is_amendment: bool = False) -> Context:
    """Return what a declaration is judged against at a moment; ``own`` is its id, where it is kept already.

    Raises NotConfigured where no tariff was loaded.
    """
    return contexts([Posed(of, asked, own, is_amendment)], at=at)[0]


def contexts(posed: Sequence[Posed], *, at: datetime) -> list[Context]:
    """Return what each of some declarations is judged against, in the queries that one would take; raises as ``context``.

    What they declare of one bill is not counted against each other.
    """
    day = day_of(at)
    tariff, in_force = book(day), law.on(day)
    firms = find_many(written for one in posed for pair in PAIRS for name in pair if (written := getattr(one.of, name)))
    keys = [key_of(one.of) for one in posed]
    there = bills([key for key in keys if key is not None])
    declared = _declared(there.values(), [one.own for one in posed if one.own is not None])
    lacking = _lacking(posed, at)
    books = known({one.of.ManualNo for one in posed if one.of.ManualNo}, [])
    kinds = kinds_of({one.asked.guarantee for one in posed if levying.on_security(one.of)})
    found = []
    for one, key in zip(posed, keys, strict=True):
        of, bill = one.of, there.get(key) if key is not None else None
        codes = {item.CodeTS for item in of.items if item.CodeTS and len(item.CodeTS) == 10}
        found.append(Context(
            day, in_force, tariff, one.asked, firms, bill, declared=declared.get(key.tidy(), 0) if key and bill else 0,
            needs=needed(
                codes, direction=of.IEFlag or IMPORT, mode=of.TradeMode or "", value=worth(of, day), book=tariff, on=day
            ),
            lacking=lacking, books=books, is_amendment=one.is_amendment,
            is_suspended=family(of) in COLLECTED and is_suspended(of.TradeCoScc or ""),
            reference=f"declaration/{one.own}" if one.own is not None else "",
            secured_by=kinds.get(one.asked.guarantee, ""), halved=_halved(of), at=at,
        ))  # fmt: skip
    return found


def _halved(of: Any) -> Mapping[levying.Goods, Decimal]:
    if not any(one.DutyMode == levying.OTHER_HALF for one in of.items):
        return {}
    return levying.halved(levying.related(of), of.TradeCoScc or "")


def _declared(bills: Collection[Bill], but: Collection[int]) -> dict[Key, int]:
    """Return how many packages of each bill are declared, by others than these declarations; one query."""
    if not bills:
        return {}
    sums = read(_DECLARED, joined({bill.number for bill in bills}), joined(map(str, but)))
    return {Key(*key): pieces or 0 for *key, pieces in sums}


_DECLARED = (
    "SELECT direction, transport_mode, bill_no, sum(pieces) FROM declarations_declaration"
    " WHERE bill_no = ANY (string_to_array(%s, chr(31))) AND bill_no <> ''"
    " AND id <> ALL (string_to_array(%s, chr(31))::bigint[])"
    " AND state NOT IN ('draft', 'rejected', 'deleted', 'withdrawn') GROUP BY 1, 2, 3"
)


def _lacking(posed: Sequence[Posed], at: datetime) -> Collection[tuple[str, str]]:
    """Return the pairs of agent and principal among these declarations without a mandate; one query."""
    from django.conf import settings

    pairs = {(one.of.AgentCodeScc, one.of.TradeCoScc) for one in posed if one.of.AgentCodeScc and one.of.TradeCoScc}
    others = {pair for pair in pairs if pair[0] != pair[1]}
    return without_mandate(others, kind=MESSAGE, at=at) if others and settings.MANDATES != "off" else ()


def findings(of: Any, ctx: Context) -> list[Finding]:
    """Return everything that is wrong with a declaration that would be submitted."""
    found = rules.judged(of, ctx)
    if step(of) != SUMMARY and not any(one.code == checking.WrongNumber.code for one in found):
        found += relieving.findings(of, ctx) + used.findings(of, ctx)
    if mandates_refuse():
        return [replace(one, level="refuse") if one.code == "DEC_NO_MANDATE" else one for one in found]
    return found


def saving(of: Any) -> list[Finding]:
    """Return what keeps a draft from being saved."""
    return check(rules.SAVING_SUMMARY if step(of) == SUMMARY else rules.SAVING, of, None)


def uses(of: Any) -> list[Use]:
    """Return what a declaration draws on licences, as its lines say (许可证核销); for a line that is not there, nothing."""
    return list(_uses(of))


def _end_user(of: Any, letter: str) -> tuple[str, str]:
    """Return the end user of goods under a licence that names such, and the field that says it.

    The message has no field of its own for him: of an import he is the consumer (消费使用单位), of an export the overseas
    consignee (境外收货人). That is our reading.
    """
    if not names_end_users(letter):
        return "", ""
    field = "OwnerName" if of.IEFlag == IMPORT else "OverseasConsigneeEname"
    return (getattr(of, field) or "").strip(), field


def _uses(of: Any) -> Iterable[Use]:
    for place, row in enumerate(of.licences, 1):
        if row.GoodsNo is None or not 1 <= row.GoodsNo <= len(of.items):
            continue  # the rules refuse it
        item = of.items[row.GoodsNo - 1]
        # The field of the origin holds the country of destination of an export.
        yield Use(
            row.LicTypeCode or "", row.LicenceNo or "", row.LicWrtofDetailNo or "", written_off(row) or _ZERO,
            row.LicWrtofQtyUnit or "", item.CodeTS or "", figures("countries", item.OriginCountry), f"licence/{place}",
            *_end_user(of, row.LicTypeCode or ""),
        )  # fmt: skip


__all__ = ["MESSAGE", "Posed", "context", "contexts", "findings", "key_of", "saving", "uses"]
