"""What must be so of each bill of a manifest that is filed or changed, and of the bills that a change touches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from tongguan.kernel.numbers import iso6346, mawb, uscc
from tongguan.kernel.rules import Break, Rule

from ..manifest import BillFiled, bill_number
from ..states import AIR
from .filed import Amending, Filing

_SEA_BILL, _HOUSE = re.compile(r"[0-9A-Z./]{1,32}"), re.compile(r"[0-9A-Z./]{1,31}")
_LARGEST, _DECIMALS = Decimal(10) ** 10, 4  # of a weight in kilograms


def _each(doc: Filing | Amending) -> Iterator[tuple[str, BillFiled, str]]:
    for place, one in enumerate(doc.manifest.bills, 1):
        yield f"bills/{place}", one, bill_number(doc.manifest.transport_mode, one.master, one.house)


class BillNumber(Rule):
    """{found} is no number of a bill: of an air waybill the last of eleven digits checks the serial."""

    code = "BILL_NUMBER"

    def broken_by(self, doc: Filing | Amending, ctx):
        for pointer, one, _ in _each(doc):
            is_air = doc.manifest.transport_mode == AIR
            if not (mawb.is_valid(one.master) if is_air else _SEA_BILL.fullmatch(one.master)):
                yield Break(f"{pointer}/master", found=one.master)
            if one.house and not _HOUSE.fullmatch(one.house):
                yield Break(f"{pointer}/house", found=one.house)


class BillTwice(Rule):
    """The bill {number} stands in the manifest twice."""

    code = "BILL_TWICE"

    def broken_by(self, doc: Filing | Amending, ctx):
        seen: set[str] = set()
        for pointer, _, number in _each(doc):
            if number in seen:
                yield Break(f"{pointer}/master", number=number)
            seen.add(number)


class BillUsed(Rule):
    """The bill {number} is in another manifest; a number is not used again within {months} months."""

    code = "BILL_USED"

    def broken_by(self, doc: Filing | Amending, ctx):
        for pointer, _, number in _each(doc):
            if number in doc.used:
                yield Break(f"{pointer}/master", number=number, months=ctx["bill_reuse_months"])


class BillPieces(Rule):
    """A bill has at least one package, not {found}."""

    code = "BILL_PIECES"

    def broken_by(self, doc: Filing | Amending, ctx):
        for pointer, one, _ in _each(doc):
            if not 0 < one.pieces < 2**31:
                yield Break(f"{pointer}/pieces", found=one.pieces)


class BillWeight(Rule):
    """A bill weighs more than nothing, in kilograms with at most four decimals, not {found}."""

    code = "BILL_WEIGHT"

    def broken_by(self, doc: Filing | Amending, ctx):
        for pointer, one, _ in _each(doc):
            if not is_weight(one.gross) or one.gross == 0:
                yield Break(f"{pointer}/gross", found=one.gross)


def is_weight(found: Decimal) -> bool:
    """Say whether a number can be a weight in kilograms."""
    return found.is_finite() and 0 <= found < _LARGEST and round(found, _DECIMALS) == found


class BillConsignee(Rule):
    """{found} is no unified social credit code; leave it out where it is not known."""

    code = "BILL_CONSIGNEE"

    def broken_by(self, doc: Filing | Amending, ctx):
        for pointer, one, _ in _each(doc):
            if one.consignee_code and not uscc.is_valid(one.consignee_code):
                yield Break(f"{pointer}/consigneeCode", found=one.consignee_code)


class BillContainer(Rule):
    """{found} is no number of a container: four letters and seven digits, of which the last checks the others."""

    code = "BILL_CONTAINER"

    def broken_by(self, doc: Filing | Amending, ctx):
        for pointer, one, _ in _each(doc):
            for place, container in enumerate(one.containers, 1):
                if not iso6346.is_valid(container.number):
                    yield Break(f"{pointer}/containers/{place}/number", found=container.number)


class BillContainerTwice(Rule):
    """The container {found} stands in the bill twice."""

    code = "BILL_CONTAINER_TWICE"

    def broken_by(self, doc: Filing | Amending, ctx):
        for pointer, one, _ in _each(doc):
            seen: set[str] = set()
            for place, container in enumerate(one.containers, 1):
                if container.number in seen:
                    yield Break(f"{pointer}/containers/{place}/number", found=container.number)
                seen.add(container.number)


class HousesDiffer(Rule):
    """The house bills of {master} have {houses} packages together, more than the {pieces} of the master bill."""

    code = "HOUSES_DIFFER"

    def broken_by(self, doc: Filing | Amending, ctx):
        bills = [*doc.manifest.bills, *getattr(doc, "others", [])]
        houses: Counter[str] = Counter()
        for one in bills:
            if one.house:
                houses[one.master] += one.pieces
        masters = {one.master: one.pieces for one in bills if not one.house}
        for pointer, one, _ in _each(doc):
            if not one.house and houses[one.master] > masters[one.master]:
                yield Break(f"{pointer}/pieces", master=one.master, houses=houses[one.master], pieces=one.pieces)


class BillDeclared(Rule):
    """The bill {number} is declared; the manifest can change it when the declaration is withdrawn."""

    code = "BILL_DECLARED"

    def broken_by(self, doc: Amending, ctx):
        for pointer, number in _touched(doc, doc.declared):
            yield Break(pointer, number=number)


class BillHeld(Rule):
    """The bill {number} is held and cannot be changed."""

    code = "BILL_HELD"

    def broken_by(self, doc: Amending, ctx):
        for pointer, number in _touched(doc, doc.held):
            yield Break(pointer, number=number)


def _touched(doc: Amending, numbers: set[str]) -> Iterator[tuple[str, str]]:
    for pointer, _, number in _each(doc):
        if number in numbers:
            yield f"{pointer}/master", number
    for place, number in enumerate(doc.removed, 1):
        if number in numbers:
            yield f"removed/{place}", number


class BillNotHere(Rule):
    """The bill {number} is not in this manifest."""

    code = "BILL_NOT_HERE"

    def broken_by(self, doc: Amending, ctx):
        for place, number in enumerate(doc.removed, 1):
            if number not in doc.known:
                yield Break(f"removed/{place}", number=number)


BILLS = [
    BillNumber(), BillTwice(), BillUsed(), BillPieces(), BillWeight(), BillConsignee(), BillContainer(),
    BillContainerTwice(), HousesDiffer(),
]  # fmt: skip
TOUCHED = [BillNotHere(), BillDeclared(), BillHeld()]
