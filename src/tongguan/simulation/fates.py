"""What can become of a simulated parcel (包裹情形): what is planted in it, and how the window must answer.

The window is asked nothing beforehand: ``ends`` is what the rules say of such a parcel, so that a run shows at once when
the window answers otherwise.
"""

from __future__ import annotations

from typing import NamedTuple

PLAIN = "plain"
_PASSED = ("released", "check", "suspended", "selection", "refused OFFICER-REFUSED")


class Fate(NamedTuple):
    """How a parcel ends: its state, or *refused* with a code and the name of the check."""

    ends: tuple[str, ...]


FATES = {
    PLAIN: Fate(_PASSED),
    "bad_code": Fate(("refused -621001 TARIFF_CODE",)),
    "not_listed": Fate(("refused -621001 NOT_LISTED",)),
    "price_mismatch": Fate(("refused PAY_MISMATCH AMOUNT",)),
    "wrong_name": Fate(("refused PAY_MISMATCH PAYER",)),
    "invalid_id": Fate(("refused -621001 ID_INVALID",)),
    "missing_payment": Fate(("waiting",)),
    "late_payment": Fate(_PASSED),
    "late_order": Fate(_PASSED),
    "over_single": Fate(("refused -621005 SINGLE_LIMIT",)),
    "one_article": Fate(_PASSED),
    "over_year": Fate(("refused -621018 ANNUAL_LIMIT",)),
    "over_cap": Fate(("refused -621001 PERSON_CAP",)),
    "no_stock": Fate(("refused -621001 STOCK",)),
    "no_record": Fate(("refused -625007",)),
    "withdrawn": Fate(("withdrawn",)),
    "returned": Fate(_PASSED),
}
LIMITED = "refused -621018 ANNUAL_LIMIT"
"""How a parcel may end whose buyer bought again and again: nobody planted it."""
BONDED = {"no_stock", "no_record"}
"""What happens to parcels from bonded stock only."""
EITHER = {PLAIN, "price_mismatch", "wrong_name", "invalid_id", "missing_payment", "late_payment", "late_order",
          "withdrawn", "returned"}  # fmt: skip
"""What happens to parcels from bonded stock and to those bought abroad; everything else happens to the latter only."""
UNPAID = {"missing_payment", "withdrawn"}
"""The parcels whose payment is never filed."""
