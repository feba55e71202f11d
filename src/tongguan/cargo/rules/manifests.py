"""What a manifest must say before it is received, and before it is changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tongguan.kernel.codes import codes
from tongguan.kernel.numbers import imo, iso6346, mawb, uscc
from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import Enterprise

from ..manifest import BillFiled, ManifestFiled, bill_number
from ..states import AIR, SEA

_FLIGHT = re.compile(r"(?![0-9]{2})[A-Z0-9]{2}[0-9]{1,4}[A-Z]?")
_VOYAGE = re.compile(r"[0-9A-Z/.]{1,20}")
_SEA_BILL, _HOUSE = re.compile(r"[0-9A-Z./]{1,32}"), re.compile(r"[0-9A-Z./]{1,31}")
_LARGEST, _DECIMALS = Decimal(10) ** 10, 4  # of a weight in kilograms


@dataclass(slots=True)
class Filing:
    """A manifest with what it is judged by: who carries and unloads, which bills are in use, what the law asks."""

    manifest: ManifestFiled
    carrier: Enterprise | None
    site: Enterprise | None
    is_filed: bool
    used: set[str]
    due: datetime
    at: datetime


@dataclass(slots=True)
class Amending:
    """A change of a manifest: bills that are added or said anew, numbers of bills that are taken off, and why."""

    manifest: ManifestFiled
    removed: list[str]
    reason: str
    known: set[str]
    declared: set[str]
    used: set[str]
    held: set[str] = field(default_factory=set)
    others: list[BillFiled] = field(default_factory=list)


class ManifestDirection(Rule):
    """Say whether the conveyance brings goods in (I) or takes them out (E), not {found}."""

    code = "MANIFEST_DIRECTION"

    def broken_by(self, doc: Filing, ctx):
        if doc.manifest.direction not in ("I", "E"):
            yield Break("direction", found=doc.manifest.direction)


class ManifestMode(Rule):
    """Manifests are taken of ships (2) and aircraft (5), not of the mode of transport {found}."""

    code = "MANIFEST_MODE"

    def broken_by(self, doc: Filing, ctx):
        if doc.manifest.transport_mode not in (SEA, AIR):
            yield Break("transportMode", found=doc.manifest.transport_mode)


class ManifestShip(Rule):
    """{found} is no IMO number of a ship: seven digits, of which the last checks the others."""

    code = "MANIFEST_SHIP"

    def broken_by(self, doc: Filing, ctx):
        if doc.manifest.transport_mode == SEA and not imo.is_valid(doc.manifest.vehicle):
            yield Break("vehicle", found=doc.manifest.vehicle)


class ManifestFlight(Rule):
    """{found} is no number of a flight: two characters of the airline and one to four digits."""

    code = "MANIFEST_FLIGHT"

    def broken_by(self, doc: Filing, ctx):
        if doc.manifest.transport_mode == AIR and not _FLIGHT.fullmatch(doc.manifest.vehicle):
            yield Break("vehicle", found=doc.manifest.vehicle)


class ManifestVoyage(Rule):
    """Name the voyage of the ship, or the day of the flight as YYYYMMDD; {found} is neither."""

    code = "MANIFEST_VOYAGE"

    def broken_by(self, doc: Filing, ctx):
        filed = doc.manifest
        fits = _is_day(filed.voyage) if filed.transport_mode == AIR else bool(_VOYAGE.fullmatch(filed.voyage))
        if not fits:
            yield Break("voyage", found=filed.voyage)


def _is_day(written: str) -> bool:
    try:
        return len(written) == 8 and written.isascii() and bool(datetime.strptime(written, "%Y%m%d"))
    except ValueError:
        return False


class ManifestOffice(Rule):
    """{found} is no customs office."""

    code = "MANIFEST_OFFICE"

    def broken_by(self, doc: Filing, ctx):
        offices, code = codes("customs_districts"), doc.manifest.customs_code
        if not (len(code) == 4 and code.isdecimal()) or (offices.complete and code not in offices):
            yield Break("customsCode", found=code)


class ManifestCarrier(Rule):
    """{found} is not registered as a carrier; a manifest is filed by or for a carrier that is."""

    code = "MANIFEST_CARRIER"

    def broken_by(self, doc: Filing, ctx):
        firm = doc.carrier
        if firm is None or firm.standing != "registered" or "carrier" not in firm.kinds:
            yield Break("carrierCode", found=doc.manifest.carrier_code)


class ManifestSite(Rule):
    """{found} is not registered as operator of a supervised site."""

    code = "MANIFEST_SITE"

    def broken_by(self, doc: Filing, ctx):
        named, firm = doc.manifest.site_code, doc.site
        if named and (firm is None or firm.standing != "registered" or "site" not in firm.kinds):
            yield Break("siteCode", found=named)


class ManifestTimes(Rule):
    """The conveyance cannot be expected at {expected}, before it sets out at {departs}."""

    code = "MANIFEST_TIMES"

    def broken_by(self, doc: Filing, ctx):
        filed = doc.manifest
        if filed.expected_at <= filed.departs_at:
            yield Break("expectedAt", expected=filed.expected_at, departs=filed.departs_at)


class ManifestExists(Rule):
    """The manifest of {vehicle} {voyage} was received already; change it instead."""

    code = "MANIFEST_EXISTS"

    def broken_by(self, doc: Filing, ctx):
        if doc.is_filed:
            yield Break("voyage", vehicle=doc.manifest.vehicle, voyage=doc.manifest.voyage)


class ManifestLate(Rule):
    """The main data were due by {due} and came at {at}; the manifest is marked late."""

    code = "MANIFEST_LATE"
    level = "warn"

    def broken_by(self, doc: Filing, ctx):
        if doc.at > doc.due:
            yield Break("expectedAt", due=doc.due, at=doc.at)


class ManifestEmpty(Rule):
    """A manifest lists at least one bill."""

    code = "MANIFEST_EMPTY"

    def broken_by(self, doc: Filing, ctx):
        if not doc.manifest.bills:
            yield Break("bills")


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


class AmendReason(Rule):
    """Say why the manifest is changed."""

    code = "AMEND_REASON"

    def broken_by(self, doc: Amending, ctx):
        if not doc.reason.strip():
            yield Break("reason")


class AmendNothing(Rule):
    """Name a bill to add, to change or to take off."""

    code = "AMEND_NOTHING"

    def broken_by(self, doc: Amending, ctx):
        if not doc.manifest.bills and not doc.removed:
            yield Break("bills")


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


_BILLS = [
    BillNumber(), BillTwice(), BillUsed(), BillPieces(), BillWeight(), BillConsignee(), BillContainer(),
    BillContainerTwice(), HousesDiffer(),
]  # fmt: skip
FILING = [
    ManifestDirection(), ManifestMode(), ManifestShip(), ManifestFlight(), ManifestVoyage(), ManifestOffice(),
    ManifestCarrier(), ManifestSite(), ManifestTimes(), ManifestExists(), ManifestEmpty(), *_BILLS, ManifestLate(),
]  # fmt: skip
AMENDING = [AmendReason(), AmendNothing(), BillNotHere(), BillDeclared(), BillHeld(), *_BILLS]
