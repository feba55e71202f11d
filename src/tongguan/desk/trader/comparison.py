"""Three documents and the inventory side by side (三单对碰): what each says, and where they differ.

Values are compared as the match compares them: people, numbers and addresses by their fingerprints, amounts as numbers.
A difference the match refuses is told from one it only notes. Personal values are shown with their middle hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from tongguan.desk import words
from tongguan.desk.templatetags.desk import money
from tongguan.ecommerce.queries import Parcel
from tongguan.kernel.codes import codes
from tongguan.kernel.texts import text
from tongguan.parties import masks, vault

COLUMNS = ("order", "payment", "waybill", "inventory")
PERSONAL = {"name": masks.name, "id": masks.identity, "phone": masks.phone, "address": masks.address}


class Spec(NamedTuple):
    """A row: what it is called, how it is compared, and the element of each document that holds it.

    In the documents named by ``noted`` a difference is noted and does not refuse.
    """

    key: str
    kind: str
    elements: dict[str, str]
    noted: tuple[str, ...] = ()


SPECS = (
    Spec("order_no", "plain", dict.fromkeys(COLUMNS, "orderNo")),
    Spec("paid", "money", {"order": "acturalPaid", "payment": "amountPaid"}),
    Spec("transaction", "plain", {"order": "payTransactionId", "payment": "payTransactionId"}),
    Spec("buyer", "name", {"order": "buyerName", "payment": "payerName", "inventory": "buyerName"}),
    Spec("buyer_id", "id", {"order": "buyerIdNumber", "payment": "payerIdNumber", "inventory": "buyerIdNumber"}),
    Spec("consignee", "name", {"order": "consignee", "waybill": "consignee"}),
    Spec("telephone", "phone", {"order": "consigneeTelephone", "waybill": "consigneeTelephone"}),
    Spec("address", "address", dict.fromkeys(("order", "waybill", "inventory"), "consigneeAddress"), ("inventory",)),
    Spec("merchant", "plain", {"order": "ebcCode", "inventory": "ebcCode"}),
    Spec("waybill_no", "plain", {"waybill": "logisticsNo", "inventory": "logisticsNo"}),
    Spec("bill_no", "plain", {"waybill": "billNo", "inventory": "billNo"}, ("waybill", "inventory")),
    Spec("freight", "money", {"waybill": "freight", "inventory": "freight"}, ("waybill", "inventory")),
    Spec("insurance", "money", {"waybill": "insuredFee", "inventory": "insuredFee"}, ("waybill", "inventory")),
)


@dataclass(slots=True)
class Cell:
    """What one document says: ``mark`` is empty, same, differs or noted; ``title`` is the document's."""

    text: str = ""
    mark: str = ""
    title: str = ""


@dataclass(slots=True)
class Row:
    """One thing the documents say, with the gravest mark of its cells."""

    label: str
    cells: list[Cell]

    @property
    def mark(self) -> str:
        """The gravest mark: differs, noted, same, or empty where there is nothing to compare."""
        marks = {cell.mark for cell in self.cells}
        return next((mark for mark in ("differs", "noted", "same") if mark in marks), "")


@dataclass(slots=True)
class Column:
    """One document: whether it is there, and what can be said instead when it is not, or is forgotten."""

    noun: str
    title: str
    present: bool
    state: words.Mark | None
    note: str


@dataclass(slots=True)
class Comparison:
    """The table, and how many rows differ."""

    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)

    @property
    def parts(self) -> list[list[Row]]:
        """The rows of the heads, and those of the items."""
        return [part for part in (self.rows, self.items) if part]

    @property
    def complete(self) -> bool:
        """Whether all four documents are there."""
        return all(column.present for column in self.columns)

    @property
    def compared(self) -> bool:
        """Whether anything could be compared."""
        return any(row.mark for part in self.parts for row in part)

    @property
    def forgotten(self) -> bool:
        """Whether the personal data of a document were destroyed."""
        return any(column.state is not None and not column.present for column in self.columns)

    @property
    def differing(self) -> int:
        """How many rows the match would refuse."""
        return sum(row.mark == "differs" for row in (*self.rows, *self.items))


def compare(found: Parcel, lang: str, *, clear: bool = False, partial: bool = False) -> Comparison:
    """Return the documents of a parcel side by side; personal values in clear only when ``clear``.

    ``partial`` is for readers who see their own document only: what they do not see may yet be there.
    """
    table = Comparison([_column(found, noun, lang, partial) for noun in COLUMNS])
    opened = {noun: found.documents.get(noun) for noun in COLUMNS}
    for spec in SPECS:
        row = _row(spec, opened, lang, clear)
        if any(cell.text for cell in row.cells):
            table.rows.append(row)
    table.items = _items(opened, lang)
    for row in (*table.rows, *table.items):
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.title = column.title
    return table


def _column(found: Parcel, noun: str, lang: str, partial: bool) -> Column:
    row = found.payments[0] if noun == "payment" and found.payments else getattr(found, noun, None)
    title = words.document(noun, lang)
    if row is None:
        missing = "desk.parcel.not_seen" if partial else f"desk.parcel.waiting_for.{noun}"
        return Column(noun, title, False, None, text(missing, lang))
    state = words.state(noun, row.state, lang)
    note = "" if found.documents.get(noun) is not None else text("desk.parcel.forgotten", lang)
    return Column(noun, title, not note, state, note)


def _row(spec: Spec, opened: dict[str, Any], lang: str, clear: bool) -> Row:
    cells, first = [], None
    for noun in COLUMNS:
        doc, element = opened[noun], spec.elements.get(noun, "")
        if not element or doc is None:
            cells.append(Cell())
            continue
        value = getattr(doc, element)
        cell = Cell(_shown(spec.kind, value, clear))
        if spec.key in ("freight", "insurance") and value is None:
            value = Decimal(0)
        if value not in (None, ""):
            key = _comparable(spec.kind, value)
            if first is None:
                first = key
            else:
                cell.mark = "same" if key == first else "noted" if noun in spec.noted else "differs"
        cells.append(cell)
    return Row(text(f"desk.row.{spec.key}", lang), cells)


def _shown(kind: str, value: Any, clear: bool) -> str:
    if value in (None, ""):
        return "–"
    if kind == "money":
        return money(value)
    return str(value) if clear or kind not in PERSONAL else PERSONAL[kind](value)


def _comparable(kind: str, value: Any) -> Any:
    return vault.match(kind, value) if kind in PERSONAL else value


def _items(opened: dict[str, Any], lang: str) -> list[Row]:
    """Return the items of the order beside those of the inventory, by their numbers."""
    ordered = {item.gnum: item for item in getattr(opened["order"], "items", ())}
    declared = {item.gnum: item for item in getattr(opened["inventory"], "items", ())}
    both = opened["order"] is not None and opened["inventory"] is not None
    rows = []
    for gnum in sorted(ordered | declared):
        mine, theirs = ordered.get(gnum), declared.get(gnum)
        order = Cell(_item(mine, getattr(mine, "itemName", ""), lang) if opened["order"] is not None else "")
        inventory = Cell(_item(theirs, getattr(theirs, "gname", ""), lang) if opened["inventory"] is not None else "")
        if both:
            inventory.mark = _difference(mine, theirs)
        rows.append(Row(text("desk.row.item", lang, number=gnum), [order, Cell(), Cell(), inventory]))
    return rows


def _item(item: Any, name: str, lang: str) -> str:
    if item is None:
        return "–"
    unit = codes("units").get(item.unit)
    values = {"name": name, "qty": f"{item.qty.normalize():f}", "unit": unit.text(lang) if unit else item.unit}
    return text("desk.item", lang, **values, price=money(item.price), total=money(item.totalPrice))


def _difference(mine: Any, theirs: Any) -> str:
    if mine is None or theirs is None:
        return "differs"
    if any(getattr(mine, name) != getattr(theirs, name) for name in ("qty", "unit", "price", "totalPrice")):
        return "differs"
    return "same" if _plain(mine.itemName) == _plain(theirs.gname) else "noted"


def _plain(name: str) -> bytes:
    return vault.match("name", name)


def personal_elements(opened: dict[str, Any]) -> Iterable[str]:
    """Return the personal fields that a comparison in clear shows, as the access record names them."""
    for spec in SPECS:
        if spec.kind in PERSONAL:
            for noun, element in spec.elements.items():
                if opened.get(noun) is not None:
                    yield f"{noun}/{element}"
