"""What a replay reads (数据读取), a day at a time: each table by one query, split into text and no further.

Values become numbers only where they are judged, and most of them are met again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.ecommerce.intake.opening import still_readable

CAP = "cbec.cap/"
"""How the accounts of capped goods begin; see ``ecommerce.intake.limiting.caps``."""


@dataclass(slots=True)
class Parcel:
    """A parcel that was judged: accepted, or refused by a limit with ``refused``, the name of the check.

    ``value`` is what counts against the limits and ``caps`` what it takes of capped goods, by heading, both in units of
    the fifth decimal; ``tax`` what was levied, in fen; ``moment`` when it was judged, in seconds. ``items`` are as they
    were stored, each line a text.
    """

    id: int
    filing: int
    moment: float
    buyer: str
    plan: str = ""
    refused: str = ""
    value: int = 0
    tax: int = 0
    version: str = ""
    caps: dict[str, int] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    drawn: bool = False
    draw_day: str = ""
    document: Any = None

    @property
    def subject(self) -> str:
        """The name under which it was drawn for and counted."""
        return f"inventory/{self.id}/{self.version}"


@dataclass(slots=True)
class Credit:
    """What a parcel gave back to an account, at a moment."""

    moment: float
    id: int
    account: str
    amount: int


@dataclass(slots=True)
class DayRead:
    """A day of parcels, in the order in which they were judged, and what was given back."""

    parcels: list[Parcel]
    credits: list[Credit]


@contextmanager
def unchanging() -> Iterator[None]:
    """See the database as it is at one moment, and write nothing."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def rows(statement: str, *values: object) -> Iterator[list[str]]:
    """Yield the rows of a statement, each as its texts; nothing is an empty text.

    All of them come as one value, for a row of its own costs more than what is in it. No text may be empty or hold a
    space, a comma, a bracket, a quotation mark or a backslash: PostgreSQL would quote it.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(one::text, E'\\n') FROM ({statement}) one", values)
        [content] = cursor.fetchone()
    for line in (content or "").splitlines():
        yield line[1:-1].split(",")


def fifth(amount: str) -> int:
    """Return an amount of five decimals in units of the fifth: ``-12.50000`` is -1250000."""
    return int(amount.replace(".", ""))


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return midnight in Beijing at the beginning and at the end of a day."""
    begins = datetime.combine(day, time(), SHANGHAI)
    return begins, begins + timedelta(days=1)


_ACCEPTED = """
    SELECT i.id, i.filing_id, extract(epoch FROM i.judged_at)::float8, encode(i.buyer_match, 'hex'), i.plan, i.version,
           c.share, i.duty + i.consumption_tax + i.vat, coalesce(c.day, (i.released_at AT TIME ZONE 'Asia/Shanghai')::date,
           (i.judged_at AT TIME ZONE 'Asia/Shanghai')::date)
    FROM ecommerce_inventory i
    LEFT JOIN inspections_check c ON c.subject = 'inventory/' || i.id || '/' || i.version
    WHERE i.judged_at >= %s AND i.judged_at < %s AND i.plan <> ''
      AND NOT (i.state = 'refused' AND i.findings @? '$[*].alias ? (@ like_regex "_LIMIT$|^PERSON_CAP$")')
    ORDER BY i.judged_at, i.id
"""
_ITEMS = """
    SELECT t.inventory_id, concat_ws('|', t.gcode, t.customs_value, t.qty1, t.duty + t.consumption_tax + t.vat)
    FROM ecommerce_inventory i JOIN ecommerce_inventoryitem t ON t.inventory_id = i.id
    WHERE i.judged_at >= %s AND i.judged_at < %s ORDER BY t.id
"""
# A refused inventory was judged when the last of its documents had come.
_REFUSED = """
    SELECT i.id, i.filing_id, extract(epoch FROM greatest(i.filed_at, o.filed_at, p.filed_at, w.filed_at))::float8,
           encode(i.buyer_match, 'hex'), f.code, f.alias, i.version
    FROM ecommerce_inventory i
    CROSS JOIN LATERAL (
        SELECT one ->> 'code' AS code, one ->> 'alias' AS alias
        FROM jsonb_array_elements(i.findings) WITH ORDINALITY AS all_of_them (one, place)
        WHERE one ->> 'level' = 'refuse' ORDER BY place LIMIT 1
    ) f
    JOIN ecommerce_order o ON o.order_no = i.order_no AND o.ebp_code = i.ebp_code AND o.state = 'filed'
    JOIN ecommerce_payment p ON p.order_no = i.order_no AND p.ebp_code = i.ebp_code AND p.state = 'filed'
    JOIN ecommerce_waybill w
      ON w.logistics_no = i.logistics_no AND w.logistics_code = i.logistics_code AND w.state = 'filed'
    WHERE i.state = 'refused' AND i.filed_at >= %s - interval '60 days' AND i.filed_at < %s
      AND (f.code, f.alias) IN (('-621005', 'SINGLE_LIMIT'), ('-621018', 'ANNUAL_LIMIT'), ('-621001', 'PERSON_CAP'))
      AND greatest(i.filed_at, o.filed_at, p.filed_at, w.filed_at) >= %s
      AND greatest(i.filed_at, o.filed_at, p.filed_at, w.filed_at) < %s
"""
_ENTRIES = """
    SELECT a.name, e.reference, e.kind, e.amount, extract(epoch FROM e.at)::float8, r.inventory_id
    FROM ledgers_entry e JOIN ledgers_account a ON a.id = e.account_id
    LEFT JOIN ecommerce_return r ON 'return/' || r.id = e.reference
    WHERE e.at >= %s AND e.at < %s AND (a.name LIKE 'cbec.allowance/%%' OR a.name LIKE 'cbec.cap/%%')
    ORDER BY e.id
"""
_OPENING = """
    SELECT a.name, a.balance - coalesce(sum(e.amount), 0)
    FROM ledgers_account a LEFT JOIN ledgers_entry e ON e.account_id = a.id AND e.at >= %s
    WHERE a.name LIKE 'cbec.allowance/%%' OR a.name LIKE 'cbec.cap/%%'
    GROUP BY a.id HAVING a.balance <> coalesce(sum(e.amount), 0)
"""


def opening(since: date) -> dict[str, int]:
    """Return what was used of each account when a day began, in units of the fifth decimal; only what was used at all."""
    return {name: -fifth(balance) for name, balance in rows(_OPENING, bounds(since)[0])}


def read_day(day: date, *, items: bool = True) -> DayRead:
    """Return the parcels that were judged on a day; ``items`` says whether their lines are needed."""
    begins, ends = bounds(day)
    found: dict[int, Parcel] = {}
    for number, filing, moment, buyer, plan, version, share, tax, drawn_on in rows(_ACCEPTED, begins, ends):
        drawn = bool(share) and not share.startswith("1")  # a certain check is no matter of chance
        one = Parcel(int(number), int(filing), float(moment), buyer, plan, version=version, drawn=drawn)
        one.tax = int(tax.replace(".", ""))
        one.draw_day = "" if share.startswith("1") else drawn_on
        found[one.id] = one
    given_back = _counted(found, begins, ends)
    for number, line in rows(_ITEMS, begins, ends) if items else ():
        if (one := found.get(int(number))) is not None:
            one.items.append(line)
    parcels = sorted([*found.values(), *_refused(day, begins, ends)], key=lambda one: (one.moment, one.id))
    return DayRead(parcels, given_back)


def _counted(found: dict[int, Parcel], begins: datetime, ends: datetime) -> list[Credit]:
    """Give each parcel what it was counted with, and return what was given back."""
    given_back = []
    for name, reference, kind, amount, moment, returned in rows(_ENTRIES, begins, ends):
        number = int(returned or reference.split("/", 2)[1])
        if kind == "credit":
            given_back.append(Credit(float(moment), number, name, fifth(amount)))
        elif (one := found.get(number)) is not None and reference == one.subject:
            if name.startswith(CAP):
                one.caps[name.split("/", 3)[2]] = -fifth(amount)
            else:
                one.value = -fifth(amount)
    return given_back


def _refused(day: date, begins: datetime, ends: datetime) -> Iterable[Parcel]:
    return [
        Parcel(int(number), int(filing), float(moment), buyer, refused=alias, version=version, draw_day=day.isoformat())
        for number, filing, moment, buyer, code, alias, version in rows(_REFUSED, begins, ends, begins, ends)
    ]


def opened(parcels: Iterable[Parcel]) -> None:
    """Open the documents of some parcels; one that was forgotten stays without.

    Outside a transaction the key of the month is asked for once, inside for every message.
    """
    wanted = [one for one in parcels if one.document is None]
    said = still_readable(one.filing for one in wanted)
    for one in wanted:
        one.document = said.get(one.filing)


_NAMES = """
    SELECT id, ebp_code, order_no, coalesce(invt_no, '') FROM ecommerce_inventory
    WHERE id = ANY (string_to_array(%s, ' ')::bigint[])
"""


def named(parcels: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Return platform, order number and inventory number of parcels."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [" ".join(map(str, parcels))])
        return {number: tuple(rest) for number, *rest in cursor.fetchall()}
