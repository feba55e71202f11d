"""A declaration is begun from what is known already (一次录入、多处使用): every field says where it came from.

Known are a template, an earlier declaration of the same firm, the bill of the manifest, and licences; what comes later in
this order goes before what came earlier. Quantities, weights and prices of an earlier declaration are of its consignment
and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from tongguan.cargo.queries import Key, Known, bills, visible_bill
from tongguan.cargo.states import AIR, SEA
from tongguan.formats import dec
from tongguan.formats.dec.checking import parts, under
from tongguan.formats.dec.contract import ALONE, BLOCKS, LISTS
from tongguan.formats.dec.documents import ROWS
from tongguan.kernel.rules import Break, Finding, Rule
from tongguan.kernel.states import Actor
from tongguan.licences.queries import visible as licences_of
from tongguan.parties.mandates import mandate
from tongguan.parties.queries import find
from tongguan.parties.vault import Forgotten

from . import queries
from .days import TWO_STEP
from .filling import KEYED
from .models import EXPORT, IMPORT, Declaration, DeclarationOrigin
from .once import OF_ONE, once
from .sealing import opened

GIVEN = frozenset({"EntryId", "SeqNo", "PreEntryId", "GNo", *KEYED})
"""Fields that follow from who keys in, or that we number: nobody types them, so none of them counts."""
MOST, LONGEST = 5, 18
"""How many licences a declaration is begun from; how many digits a number of ours has."""
Values = dict[str, Any]


class UnknownSource(Rule):
    """There is nothing called {number} here that you may see; give its number as it stands on its page."""

    code = "DEC_SOURCE"

    def broken_by(self, doc, ctx):
        yield Break(doc[0], number=doc[1])


class Sources(NamedTuple):
    """What a declaration shall be begun from, as somebody names it; empty where from nothing of the kind."""

    template: str = ""
    earlier: str = ""
    bill: str = ""
    licences: tuple[str, ...] = ()


@dataclass(slots=True)
class Begun:
    """A declaration as it is begun: its values by pointer, the source of each, the sources, and what was not found.

    A source is its kind (template, earlier, bill, licence, plan) and its number; ``given`` names it by its place among them.
    """

    values: Values = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    sources: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[Finding] = field(default_factory=list)

    def take(self, kind: str, number: str, values: Values) -> None:
        """Take values from a source, in the place of what others said."""
        self.sources.append((kind, number))
        self.values |= values
        self.given |= dict.fromkeys(values, len(self.sources) - 1)

    def lacks(self, kind: str, number: str) -> None:
        """Note that a source was not found."""
        self.wrong += [
            Finding(UnknownSource.code, one.pointer, values=one.values)
            for one in UnknownSource().broken_by((kind, number), None)
        ]

    @property
    def document(self) -> Any:
        """The declaration that the values make."""
        return built(self.values)


def begun(asked: Sources, *, to: Actor, at: datetime) -> Begun:
    """Return a declaration begun from what somebody names, as far as it is there and he may see it at that moment."""
    made = Begun()
    if asked.template:
        _template(made, asked.template, to)
    if asked.earlier:
        _earlier(made, asked.earlier, to)
    if asked.bill:
        _bill(made, asked.bill, to, at)
    for number in asked.licences[:MOST]:
        _licence(made, number, to)
    return made


def whole(kind: str, number: str, of: Any) -> Begun:
    """Return a declaration that was begun from one thing, which says everything that it says."""
    made = Begun()
    made.take(kind, number, flat(of))
    return made


def _template(made: Begun, number: str, to: Actor) -> None:
    row = queries.template(int(number), to=to) if number.isdecimal() and len(number) <= LONGEST else None
    if row is None:
        made.lacks("template", number)
        return
    try:
        made.take("template", row.name, flat(queries.template_document(row)))
    except Forgotten:
        made.lacks("template", row.name)


def _earlier(made: Begun, number: str, to: Actor) -> None:
    row = queries.declaration(number, to=to)
    if row is None or row.agent_id != to.enterprise or row.mode == TWO_STEP:
        made.lacks("earlier", number)
        return
    try:
        of = queries.document(row)
    except Forgotten:
        of = None
    if of is None:
        made.lacks("earlier", number)
        return
    said = flat(once(of)).items()
    kept = {pointer: value for pointer, value in said if pointer.rpartition("/")[2] not in OF_ONE}
    made.take("earlier", row.number or row.pre_no, kept)


def _bill(made: Begun, number: str, to: Actor, at: datetime) -> None:
    keys = [Key(way, mode, number) for way in (IMPORT, EXPORT) for mode in (SEA, AIR)]
    found = next(((key, one) for key in keys if (one := _seen(key, to, at)) is not None), None)
    if found is None:
        made.lacks("bill", number)
        return
    key, bill = found
    boxes = {f"container/{place}/ContainerId": one for place, one in enumerate(bill.containers, 1)}
    made.take("bill", bill.number, told(bill, key) | boxes)


def _seen(key: Key, to: Actor, at: datetime) -> Known | None:
    """Return a bill that somebody may see, or that is consigned to a firm whose mandate he holds (委托)."""
    if (found := visible_bill(key, to=to)) is not None or to.enterprise is None or to.role != "broker":
        return found
    found = bills([key]).get(Key(*key))
    principal = find(found.consignee_code) if found is not None and found.consignee_code else None
    return found if principal is not None and mandate(to.enterprise, principal.pk, at=at) is not None else None


def told(bill: Known, key: Key) -> Values:
    """Return what a manifest tells of the head of a declaration that rests on one of its bills."""
    said = {
        "IEFlag": key.direction, "BillNo": bill.number, "TrafMode": key.transport_mode,
        "TrafName": f"{bill.name or bill.vehicle}/{bill.voyage}"[: BLOCKS["head"].fields["TrafName"].most],
        "GrossWet": bill.gross.normalize(), "PackNo": bill.pieces, "TradeCoScc": bill.consignee_code,
        "TradeName": bill.consignee_name, "CustomMaster": bill.customs_code, "IEPort": bill.customs_code,
        "IEDate": f"{bill.entry_declared:%Y%m%d}" if bill.entry_declared else "",
    }  # fmt: skip
    return {name: value for name, value in said.items() if value not in ("", None)}


def _licence(made: Begun, number: str, to: Actor) -> None:
    row = (
        licences_of(to).filter(number=number, issued_on__isnull=False).prefetch_related("lines").order_by("-pk").first()
    )
    if row is None:
        made.lacks("licence", number)
        return
    values: Values = {}
    for line in sorted(row.lines.all(), key=lambda one: one.place):
        place = _place(made.values | values, line.gcode)
        here = f"item/{place}/"
        if here + "CodeTS" not in made.values:
            goods = {"CodeTS": line.gcode, "GName": line.name, "GUnit": line.unit}
            values |= {here + name: value for name, value in goods.items()}
        named = {"GoodsNo": place, "LicTypeCode": row.type, "LicenceNo": number,
                 "LicWrtofDetailNo": str(line.place), "LicWrtofQtyUnit": line.unit}  # fmt: skip
        at = f"licence/{_count(made.values | values, 'licence') + 1}/"
        values |= {at + name: value for name, value in named.items()}
    made.take("licence", number, values)


def _place(values: Values, gcode: str) -> int:
    """Return the line of goods that a line of a licence is for; the next one where none has its code."""
    most = _count(values, "item")
    same = (n for n in range(1, most + 1) if str(values.get(f"item/{n}/CodeTS", "")).startswith(gcode))
    return next(same, most + 1)


def _count(values: Values, block: str) -> int:
    return max((int(one.split("/")[1]) for one in values if one.startswith(f"{block}/")), default=0)


def flat(of: Any) -> Values:
    """Return every value of a declaration by its pointer; what is empty, or nobody types, is left out."""
    return dict(_flat(of))


def _flat(of: Any) -> Iterator[tuple[str, Any]]:
    for block, row, prefix in parts(of):
        for name in block.fields:
            value = getattr(row, name)
            if value not in (None, "") and name not in GIVEN:
                yield under(prefix, name), value


def built(values: Values) -> Any:
    """Return the declaration that values by pointer make."""
    head: Values = {}
    rows: dict[str, dict[int, Values]] = {name: {} for name in LISTS}
    alone: dict[str, Values] = {}
    for pointer, value in values.items():
        block, _, rest = pointer.partition("/")
        if not rest:
            head[block] = value
        elif block in ALONE:
            alone.setdefault(block, {})[rest] = value
        else:
            place, _, name = rest.partition("/")
            rows[block].setdefault(int(place), {})[name] = value
    listed = {LISTS[name]: [ROWS[name](**found[n]) for n in sorted(found)] for name, found in rows.items()}
    return dec.Declaration(**head, **listed, **{name: ROWS[name](**found) for name, found in alone.items()})


def reused(of: Any, made: Any, given: dict[str, int]) -> tuple[int, int]:
    """Return how many fields of a declaration are filled in, of those that people type, and how many say what was known.

    >>> reused(dec.Declaration(BillNo="A", PackNo=3), dec.Declaration(BillNo="A", PackNo=2), {"BillNo": 0, "PackNo": 0})
    (2, 1)
    """
    now, then = flat(of), flat(made)
    return len(now), sum(now.get(pointer) == then.get(pointer) for pointer in given if pointer in now)


def origin_of(row: Declaration) -> Begun | None:
    """Return what a declaration was begun from; None where nothing was noted, or the key of its month was destroyed."""
    found = DeclarationOrigin.objects.filter(declaration=row).first()
    if found is None:
        return None
    try:
        values = flat(opened(found.sealed))
    except Forgotten:
        return None
    return Begun(values, found.given, [(kind, number) for kind, number in found.sources])
