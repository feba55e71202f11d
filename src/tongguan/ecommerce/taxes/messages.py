"""Tax bills as they are told to the assurer: the bill itself (电子税单, 816) and changes of its status (818)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tongguan.formats import ceb
from tongguan.kernel.texts import text

from ..intake import answers
from ..models import Inventory, InventoryItem, ReturnItem, TaxBill, Told

BILL, STATUS = "CEB816Message", "CEB818Message"
KINDS = (BILL, STATUS)
STATES = {"generated": "1", "collected": "2", "void": "3"}
_AMOUNTS = {"customsTax": "duty", "valueAddedTax": "vat", "consumptionTax": "consumption_tax"}


def bill(of: TaxBill, inventory: Inventory, *, reduced: bool = False) -> answers.Reply:
    """Return the 816 of a bill as it stands; ``reduced`` says that a return has taken something off it."""
    words = "reduced" if reduced else "generated"
    named = {
        **_named(of, inventory), **{name: str(getattr(of, column)) for name, column in _AMOUNTS.items()},
        "ebcCode": inventory.ebc_code, "logisticsCode": inventory.logistics_code, "agentCode": inventory.agent_code,
        "customsCode": inventory.customs_code,
    }  # fmt: skip
    info = text(f"bill.told.{words}", "zh", number=of.tax_no, total=of.total, first=of.opens_on, last=of.due_on)
    return answers.Reply(BILL, named, STATES[of.state], info, answers.new_guid())


def status(of: TaxBill, inventory: Inventory, order_number: str = "") -> answers.Reply:
    """Return the 818 that tells the state of a bill, with the number of its payment order once it has one."""
    named = _named(of, inventory) | ({"entDutyNo": order_number} if order_number else {})
    info = text(f"bill.told.{of.state}", "zh", number=of.tax_no, order=order_number)
    return answers.Reply(STATUS, named, STATES[of.state], info, answers.new_guid())


def _named(of: TaxBill, inventory: Inventory) -> dict[str, str]:
    return {"invtNo": inventory.invt_no, "taxNo": of.tax_no, "assureCode": of.assure_code}


def xml(rows: Iterable[Told]) -> bytes:
    """Return receipts of one of the two kinds as the message that machines are sent; three queries at most."""
    told = list(rows)
    kind = told[0].kind
    made = _bills(told) if kind == BILL else [_status(row) for row in told]
    return ceb.receipt(kind, made, guid=told[0].guid)


def _status(row: Told) -> Any:
    return ceb.TaxBillStatus(guid=row.guid, returnTime=ceb.return_time(row.at), status=row.status, **row.keys)


def _bills(told: list[Told]) -> list[Any]:
    """Return the bills with their items; what had come back when a bill was told is taken off them."""
    numbers = {row.guid: int(row.subject.rpartition("/")[2]) for row in told}
    items: dict[int, list[InventoryItem]] = {}
    for item in InventoryItem.objects.filter(inventory__in=set(numbers.values())).order_by("id"):
        items.setdefault(item.inventory_id, []).append(item)
    back: dict[tuple[int, int], list[ReturnItem]] = {}
    accepted = ReturnItem.objects.filter(request__inventory__in=set(numbers.values()), request__state="accepted")
    for returned in accepted.select_related("request"):
        back.setdefault((returned.request.inventory_id, returned.gnum), []).append(returned)
    return [_bill(row, items.get(numbers[row.guid], []), back) for row in told]


def _bill(row: Told, items: list[InventoryItem], back: dict[tuple[int, int], list[ReturnItem]]) -> Any:
    lines = []
    for item in items:
        gone = [one for one in back.get((item.inventory_id, item.gnum), []) if one.request.decided_at <= row.at]

        def left(column: str, item: InventoryItem = item, gone: list[ReturnItem] = gone) -> Decimal:
            return getattr(item, column) - sum((getattr(one, column) or Decimal(0) for one in gone), Decimal(0))

        lines.append(
            ceb.TaxBillItem(
                gnum=item.gnum, gcode=item.gcode, taxPrice=left("customs_value"),
                **{name: left(column) for name, column in _AMOUNTS.items()},
            )
        )  # fmt: skip
    named = {name: Decimal(value) if name in _AMOUNTS else value for name, value in row.keys.items()}
    return ceb.TaxBill(
        guid=row.guid, returnTime=ceb.return_time(row.at), status=row.status, note=row.info, items=lines, **named
    )
