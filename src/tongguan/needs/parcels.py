"""What parcels need (包裹待办): refused and incomplete ones, checks with their promised time, returns, refused documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.db.models import BooleanField, CharField, DateTimeField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from tongguan.ecommerce import queries
from tongguan.ecommerce.models import NODES_OF_A_MESSAGE, Inventory, Order, Payment, Return, Waybill, Withdrawal
from tongguan.ecommerce.returns.deadlines import deadlines
from tongguan.ecommerce.returns.queries import visible
from tongguan.holds.models import Hold
from tongguan.kernel.states import Actor

from .matters import MOST, Need

_LATEST = 500
"""Messages of a firm that are looked at for documents refused at once."""

_COLUMNS = ("kind", "ebp_code", "order_no", "filed_at", "findings", "promised", "ordered", "paid", "carried")


def address(ebp_code: str, order_no: str) -> str:
    """Return the path of the page of a parcel."""
    return f"/parcels/{quote(ebp_code or '-')}/{quote(order_no, safe='/:@')}"


def _constant(value: str) -> Value:
    return Value(value, output_field=CharField())


def _promised() -> Subquery:
    subject = Concat(
        _constant("inventory/"), Cast(OuterRef("pk"), CharField()), _constant("/"),
        Cast(OuterRef("version"), CharField()),
    )  # fmt: skip
    held = Hold.objects.filter(subject=subject, lifted_at=None, promised__isnull=False)
    return Subquery(held.order_by("promised").values("promised")[:1], output_field=DateTimeField())


def _kind(rows: QuerySet, kind: str, **known: Any) -> QuerySet:
    plain = {"promised": Cast(Value(None), DateTimeField())}
    plain |= {name: Value(True, output_field=BooleanField()) for name in ("ordered", "paid", "carried")}
    return rows.annotate(kind=_constant(kind), **plain | known).values_list(*_COLUMNS)[: MOST + 1]


def _documents() -> dict[str, Exists]:
    of_order = {"order_no": OuterRef("order_no"), "ebp_code": OuterRef("ebp_code"), "state": "filed"}
    of_waybill = {"logistics_no": OuterRef("logistics_no"), "logistics_code": OuterRef("logistics_code")}
    return {
        "ordered": Exists(Order.objects.filter(**of_order)),
        "paid": Exists(Payment.objects.filter(**of_order)),
        "carried": Exists(Waybill.objects.filter(**of_waybill, state="filed")),
    }


def parcels(to: Actor, codes: list[str]) -> Iterator[Need]:
    """Give what the parcels of a firm need, the latest refused and the oldest incomplete; one query.

    A carrier is told of the parcels that wait for its waybills.
    """
    mine = queries.visible(Inventory, to, codes)
    waiting = mine.filter(state="waiting").order_by("id")
    if to.role == "carrier":
        known = _documents()
        here = waiting.filter(~known["carried"], logistics_code__in=codes)
        rows = _kind(here, "incomplete_parcel", **known)
    else:
        rows = _kind(mine.filter(state="refused").order_by("-id"), "refused_parcel").union(
            _kind(waiting, "incomplete_parcel", **_documents()),
            _kind(
                mine.filter(state__in=("check", "suspended")).order_by("judged_at", "id"), "checked_parcel",
                promised=_promised(),
            ),
            all=True,
        )  # fmt: skip
    for kind, ebp_code, order_no, since, findings, promised, *there in rows:
        wanted = ("order", "payment", "waybill")
        missing = tuple(noun for noun, is_there in zip(wanted, there, strict=True) if not is_there)
        if kind != "incomplete_parcel" or missing:
            yield Need(
                kind, order_no, address(ebp_code, order_no), since, moment=promised, missing=missing,
                findings=tuple(findings) if kind == "refused_parcel" else (),
            )  # fmt: skip


def requests(to: Actor, codes: list[str]) -> Iterator[Need]:
    """Give the returns and withdrawals that are only saved, and the returns whose goods must come back; two queries."""
    for row in visible(Return, to, codes).filter(state__in=("asked", "saved")).order_by("arrive_by", "id")[: MOST + 1]:
        path = f"/requests/{row.pre_no}"
        if row.state == "asked":
            yield Need("expected_return", row.pre_no, path, row.filed_at, day=row.arrive_by)
        else:
            days = deadlines(row.inventory)
            yield Need("unfiled_return", row.pre_no, path, row.filed_at, day=days and days.ask_by)
    saved = Withdrawal.objects.filter(enterprise_id=to.enterprise, state="saved").order_by("-id")
    for number, since in saved.values_list("pre_no", "filed_at")[: MOST + 1]:
        yield Need("unfiled_withdrawal", number, f"/requests/{number}", since)


_REFUSED = f"""
    SELECT m.id, f.number, m.received_at, f.findings
    FROM (SELECT id, kind, received_at, refused FROM ecommerce_message WHERE enterprise_id = %(firm)s
          ORDER BY id DESC LIMIT {_LATEST}) m
    JOIN ecommerce_filing f ON f.id >= m.id * {NODES_OF_A_MESSAGE} AND f.id < (m.id + 1) * {NODES_OF_A_MESSAGE}
    WHERE m.refused > 0 AND (f.status LIKE '-%%' OR f.status = '100') AND f.number <> ''
      AND NOT EXISTS (SELECT FROM ecommerce_filing g JOIN ecommerce_message later ON later.id = g.message_id
                      WHERE g.number = f.number AND g.id > f.id AND later.kind = m.kind)
      AND NOT EXISTS (SELECT FROM ecommerce_inventory i WHERE i.order_no = f.number AND i.filing_id = f.id)
    ORDER BY f.id DESC LIMIT {MOST + 1}
"""


def refused_documents(to: Actor) -> Iterator[Need]:
    """Give the documents that were refused at once and not filed again, of a firm's latest messages; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED, {"firm": to.enterprise})
        for message, number, since, findings in cursor.fetchall():
            found = tuple(json.loads(findings)) if isinstance(findings, str) else tuple(findings)
            yield Need("refused_document", number, f"/messages/{message}", since, findings=found)
