"""What a manifest must say before it is received, and before it is changed."""

from __future__ import annotations

import re
from datetime import datetime

from tongguan.kernel.codes import codes
from tongguan.kernel.numbers import imo
from tongguan.kernel.rules import Break, Rule

from ..states import AIR, SEA
from .bills import BILLS, TOUCHED
from .filed import Amending, Filing

_FLIGHT = re.compile(r"(?![0-9]{2})[A-Z0-9]{2}[0-9]{1,4}[A-Z]?")
_VOYAGE = re.compile(r"[0-9A-Z/.]{1,20}")


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


FILING = [
    ManifestDirection(), ManifestMode(), ManifestShip(), ManifestFlight(), ManifestVoyage(), ManifestOffice(),
    ManifestCarrier(), ManifestSite(), ManifestTimes(), ManifestExists(), ManifestEmpty(), *BILLS, ManifestLate(),
]  # fmt: skip
AMENDING = [AmendReason(), AmendNothing(), *TOUCHED, *BILLS]
