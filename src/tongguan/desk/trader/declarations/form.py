"""The form of a declaration: what was written into it, the document that makes, and each field with what is wrong there.

The form holds texts as they were typed, so that nothing typed is lost, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from tongguan.formats import dec
from tongguan.formats.dec.contract import ALONE, BLOCKS, Field
from tongguan.formats.dec.documents import ROWS as STRUCTS
from tongguan.kernel.money import fen
from tongguan.kernel.rules import Finding
from tongguan.tariff.book import Book

from . import fields

_ROW = re.compile(r"([a-z]{4,13})-([1-9][0-9]{0,2})-([A-Za-z0-9]{2,30})")
_SET_OFF = re.compile(r"[+-]?\d{1,3}([,，]\d{3})+(\.\d*)?")
LONGEST = 4000
_PLACED = {"Type"}  # what stands in which place matters; blanks before it are part of it
_BEGUN = {"GNo", *fields.CARRIED}  # what a new line begins with says nothing yet
_TYPED = {"decimal", "integer"}
Row = dict[str, str]


@dataclass(slots=True)
class Form:
    """What is written: the head, the blocks that stand alone, rows by block, and how it is filed."""

    head: Row = field(default_factory=dict)
    alone: dict[str, Row] = field(default_factory=lambda: {name: {} for name in ALONE})
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in fields.ROWS})
    manner: Row = field(default_factory=lambda: {"mode": "ordinary", "settlement": "payment", "guarantee": ""})
    opened: set[int] = field(default_factory=set)

    def add(self, block: str, count: int = 1) -> None:
        """Add empty rows; a line of goods begins with what the line before says of money and places."""
        for _ in range(count):
            rows = self.rows[block]
            begun: Row = {}
            if block == "item":
                before = rows[-1] if rows else fields.DEFAULTS
                begun = {name: before[name] for name in fields.CARRIED if before.get(name)}
            rows.append(begun)

    def drop(self, block: str, place: int) -> None:
        """Take a row away; rows that name lines of goods go on naming the same ones."""
        if not 1 <= place <= len(self.rows[block]):
            return
        del self.rows[block][place - 1]
        if block == "item":
            self._renumber({place: 0} | {n: n - 1 for n in range(place + 1, len(self.rows["item"]) + 2)})

    def twice(self, place: int) -> None:
        """Put a copy of a line of goods at the end."""
        if 1 <= place <= len(self.rows["item"]):
            self.rows["item"].append(dict(self.rows["item"][place - 1]) | {"GNo": ""})

    def _renumber(self, moved: Mapping[int, int]) -> None:
        for block in ("container", "licence"):
            for row in self.rows[block]:
                numbers = [part.strip() for part in row.get("GoodsNo", "").split(",")]
                kept = [str(moved.get(int(n), int(n))) if n.isdecimal() else n for n in numbers]
                row["GoodsNo"] = ",".join(n for n in kept if n != "0")


def of_document(of: Any, manner: Mapping[str, str] | None = None) -> Form:
    """Return the form that shows a document."""
    form = Form(head=_texts(of, BLOCKS["head"].fields))
    for name in ALONE:
        if (row := getattr(of, name)) is not None:
            form.alone[name] = _texts(row, BLOCKS[name].fields)
    for block in fields.ROWS:
        form.rows[block] = [_texts(row, BLOCKS[block].fields) for row in getattr(of, fields.attribute(block))]
    form.manner |= dict(manner or {})
    return form


def _texts(of: Any, among: Iterable[str]) -> Row:
    found = {name: getattr(of, name) for name in among}
    return {name: written(value) for name, value in found.items() if value is not None}


def written(value: Any) -> str:
    """Return a value as the form shows it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    return str(value)


def empty() -> Form:
    """Return the form of a new declaration: one line."""
    form = Form(head={"IEFlag": fields.DEFAULTS["IEFlag"], "TransMode": fields.DEFAULTS["TransMode"]})
    form.add("item")
    return form


def posted(given: QueryDict) -> Form:
    """Return what was sent; fields nobody knows are left out."""
    form = Form()
    rows: dict[str, dict[int, Row]] = {name: {} for name in fields.ROWS}
    for name, value in given.items():
        kept = value.replace("\x00", "")[:LONGEST]
        kept = kept if name in _PLACED and kept.strip() else kept.strip()
        if name in BLOCKS["head"].fields:
            form.head[name] = fields.code_of(name, kept)
        elif name in form.manner:
            form.manner[name] = kept[:40]
        elif (alone := name.partition("-"))[0] in ALONE and alone[2] in BLOCKS[alone[0]].fields:
            form.alone[alone[0]][alone[2]] = kept
        elif (found := _ROW.fullmatch(name)) and found[1] in rows:
            row = rows[found[1]].setdefault(int(found[2]), {})
            if found[3] in BLOCKS[found[1]].fields:
                row[found[3]] = fields.code_of(found[3], kept)
    form.rows = {name: [found[place] for place in sorted(found)] for name, found in rows.items()}
    form.opened = {int(one) for one in given.getlist("opened") if one.isdecimal() and len(one) < 4}
    return form


def complete(form: Form, tariff: Book | None) -> None:
    """Fill in what follows: legal units of the code, the total of quantity and price, the code of each row's number."""
    for place, row in enumerate(form.rows["item"], 1):
        row["GNo"] = str(place)
        line = tariff.line(row.get("CodeTS", "")) if tariff is not None else None
        if line is not None:
            for name, unit in (("FirstUnit", line.unit1), ("SecondUnit", line.unit2)):
                if unit and not row.get(name):
                    row[name] = unit
        for quantity, unit in (("FirstQty", "FirstUnit"), ("SecondQty", "SecondUnit")):
            if row.get(unit) and row.get(unit) == row.get("GUnit") and not row.get(quantity):
                row[quantity] = row.get("GQty", "")
        if not row.get("DeclTotal"):
            counted, price = _decimal(row.get("GQty", "")), _decimal(row.get("DeclPrice", ""))
            if counted is not None and price is not None:
                row["DeclTotal"] = str(fen(counted * price))


def _decimal(written: str) -> Decimal | None:
    """Return the number somebody wrote; commas set off thousands and nothing else, so that 12,50 is not taken for 1250."""
    if "_" in written:
        return None
    try:
        found = Decimal(re.sub("[,，]", "", written) if _SET_OFF.fullmatch(written) else written)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 20 else None


def document(form: Form) -> tuple[Any, list[Finding]]:
    """Return the document a form makes, and what is no number in it; rows in which nothing is written are left out."""
    wrong: list[Finding] = []
    head = _values(form.head, BLOCKS["head"].fields, "", wrong)
    parts: dict[str, Any] = {}
    for block in fields.ROWS:
        made = []
        for row in form.rows[block]:
            if any(value for name, value in row.items() if block != "item" or name not in _BEGUN):
                prefix = f"{block}/{len(made) + 1}/"
                made.append(STRUCTS[block](**_values(row, BLOCKS[block].fields, prefix, wrong)))
        parts[fields.attribute(block)] = made
    for name in ALONE:
        values = _values(form.alone[name], BLOCKS[name].fields, f"{name}/", wrong)
        parts[name] = STRUCTS[name](**values) if values else None
    return dec.Declaration(**head, **parts), wrong


def _values(row: Row, known: Mapping[str, Field], prefix: str, wrong: list[Finding]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, written in row.items():
        if not written or name not in known:
            continue
        of = known[name]
        if of.kind not in _TYPED:
            found[name] = written.replace("-", "") if of.kind == "day" else written
            continue
        value = _decimal(written)
        if value is None or (of.kind == "integer" and value != value.to_integral_value()):
            wrong.append(_no_number(of, prefix + name, written))
        else:
            found[name] = int(value) if of.kind == "integer" else value
    return found


def _no_number(of: Field, pointer: str, written: str) -> Finding:
    return Finding("DEC_NUMBER", pointer, values={"field": of.labels, "name": of.name, "given": written[:40]})
