"""What became of the parcels of a simulated day, known by how its order numbers begin; and the what-if questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tongguan.ecommerce.intake.batch import among
from tongguan.ecommerce.models import Inventory, Order, Return

from .models import Replay

_STEP = 2000
PAGE = 50


def replays(*, before: int | None = None, limit: int = PAGE) -> list[Replay]:
    """Return what-if questions without their parcels, newest first, from below a number."""
    rows = Replay.objects.defer("rows").order_by("-pk")
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def asked(number: int) -> Replay | None:
    """Return a what-if question with its answer, or None when there is none."""
    return Replay.objects.filter(pk=number).first()


def exists(prefix: str) -> bool:
    """Say whether parcels of this day were filed before."""
    return Order.objects.filter(order_no__startswith=prefix).exists()


def under_check(prefix: str) -> list[tuple[str, str]]:
    """Return order number and inventory number of every parcel under check, in the order of their numbers."""
    found = Inventory.objects.filter(state="check", order_no__startswith=prefix)
    return sorted(found.values_list("order_no", "invt_no"))


def returns(prefix: str, state: str) -> list[str]:
    """Return the pre-entry numbers of the returns in a state."""
    found = Return.objects.filter(state=state, inventory__order_no__startswith=prefix)
    return list(found.order_by("id").values_list("pre_no", flat=True))


def numbers(orders: Collection[str], state: str) -> dict[str, str]:
    """Return the number of each inventory that is in a state, or its pre-entry number while it has none, by its order."""
    found = among(Inventory.objects.filter(state=state), "order_no", orders)
    return {order: number or pre_no for order, number, pre_no in found.values_list("order_no", "invt_no", "pre_no")}


def ends(prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the order number of each parcel that has an inventory, and how it ended: its state, and why it was refused."""
    rows = Inventory.objects.filter(order_no__startswith=prefix).values_list("order_no", "state", "findings")
    for order_no, state, findings in rows.iterator(chunk_size=_STEP):
        yield order_no, _end(state, findings) if state == "refused" else state


def _end(state: str, findings: list[dict]) -> str:
    # An officer's reason comes last and stands for itself; else the first that refuses.
    grave = [one for one in findings if one["level"] == "refuse"]
    why = grave[-1] if grave and grave[-1]["code"] == "OFFICER-REFUSED" else (grave or [{"code": "", "alias": ""}])[0]
    return f"{state} {why['code']} {why['alias']}".strip()
