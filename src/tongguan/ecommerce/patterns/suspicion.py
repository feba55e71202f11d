"""Which parcels belong to a group that is suspected of re-sale, or to a buyer on the blacklist (黑名单).

They are checked with certainty (布控命中). A group is suspected while its finding is open, and for a time after it was
confirmed; a buyer from the first to the last day of his entry, unless it was taken off.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from tongguan.journal.statements import ask, joined

from ..intake.batch import Batch, among
from ..intake.candidates import Candidate
from ..models.documents import Order

_Key = tuple[str, bytes]


def suspicion(batch: Batch, candidates: Iterable[Candidate]) -> set[str]:
    """Return the version subjects of the inventories that belong to a suspected group or a listed buyer.

    One query by index for all of them; another for those whose documents are not at hand, as when a draw is made up for.
    """
    candidates = list(candidates)
    if not candidates:
        return set()
    keys = _keys(candidates)
    digests = {digest for several in keys.values() for _, digest in several}
    suspected: dict[_Key, set[str]] = {}
    watched = batch.at - timedelta(days=batch.ctx.law("ecommerce.resale_watch_days"))
    known = joined(digest.hex() for digest in digests)
    for pattern, digest, gcode in ask(_SUSPECTED, known, watched, batch.ctx.day):
        suspected.setdefault((pattern, digest), set()).add(gcode)
    if not suspected:
        return set()
    return {c.subject for c in candidates if _hits(c, keys[c.subject], suspected)}


_SUSPECTED = (
    "WITH digests AS MATERIALIZED"
    " (SELECT decode(written, 'hex') AS digest FROM unnest(string_to_array(%s, chr(31))) AS given (written))"
    " SELECT pattern, digest, gcode FROM ecommerce_riskfinding WHERE digest IN (SELECT digest FROM digests)"
    " AND (state = 'open' OR state = 'confirmed' AND decided_at > %s)"
    " UNION ALL SELECT 'buyer', b.digest, '' FROM ecommerce_listedbuyer b, (SELECT %s::date AS day) AS now"
    " WHERE b.digest IN (SELECT digest FROM digests)"
    " AND b.state = 'standing' AND now.day BETWEEN b.first_day AND b.last_day"
)


def _keys(candidates: list[Candidate]) -> dict[str, list[_Key]]:
    """Return by what each inventory could belong to a group. A payer is the buyer, or the parcel would not have matched."""
    apart = {(c.row.ebp_code, c.row.order_no) for c in candidates if c.dossier is None}
    orders = {}
    if apart:
        standing = Order.objects.exclude(state__in=("saved", "deleted"))
        numbers = [number for _, number in apart]
        columns = ("ebp_code", "order_no", "address_match", "telephone_match")
        for row in among(standing, "order_no", numbers).values_list(*columns, named=True):
            orders[row.ebp_code, row.order_no] = row
    keys = {}
    for c in candidates:
        order = orders.get((c.row.ebp_code, c.row.order_no)) if c.dossier is None else c.dossier.order
        buyer = bytes(c.row.buyer_match)
        several = [("goods", buyer), ("payer", buyer), ("buyer", buyer)]
        if order is not None:
            several += [("address", bytes(order.address_match)), ("telephone", bytes(order.telephone_match))]
        keys[c.subject] = several
    return keys


def _hits(c: Candidate, keys: list[_Key], suspected: dict[_Key, set[str]]) -> bool:
    for key in keys:
        codes = suspected.get(key)
        if codes and ("" in codes or any(item.gcode in codes for item in c.doc.items)):
            return True
    return False
