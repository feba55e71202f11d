"""What an inventory (621) must satisfy by itself. -621001: 清单报文校验失败; -621027: 请确认表体 gnum 无重复.

-625008 and -625009 are worded for returns in the table of codes, and are the only codes the specification has for a
pre-entry number invented by the client and for a second quantity without its unit.
"""

from __future__ import annotations

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule

from . import fields
from .listing import LISTED

CHINA = "142"
DIRECT_PURCHASE = "9610"


class InventoryCheck(Rule, abstract=True):
    """An inventory breaks a check."""

    code = family = "-621001"


class ImportFlag(InventoryCheck):
    """The direction is {found}; this message declares imports (I)."""

    alias = "IE_FLAG"
    looks_at = ("ieFlag",)

    def broken_by(self, doc, ctx):
        if doc.ieFlag != "I":
            yield Break("ieFlag", found=doc.ieFlag)


class TradeMode(InventoryCheck):
    """The supervision mode {found} cannot be declared here; these can: {open}."""

    alias = "TRADE_MODE"
    looks_at = ("tradeMode",)

    def broken_by(self, doc, ctx):
        if doc.tradeMode not in ctx.trade_modes:
            yield Break("tradeMode", found=doc.tradeMode, open=list(ctx.trade_modes))


class DirectTransport(InventoryCheck):
    """Direct purchase (9610) needs the means of transport, the voyage and the bill number; this one is missing."""

    alias = "DIRECT_TRANSPORT"
    looks_at = ("tradeMode", "trafNo", "voyageNo", "billNo")

    def broken_by(self, doc, ctx):
        if doc.tradeMode == DIRECT_PURCHASE:
            for field in ("trafNo", "voyageNo", "billNo"):
                if not getattr(doc, field):
                    yield Break(field)


class DirectCountry(InventoryCheck):
    """Direct purchase (9610) starts abroad; the country of departure cannot be China (142)."""

    alias = "DIRECT_COUNTRY"
    looks_at = ("tradeMode", "country")

    def broken_by(self, doc, ctx):
        if doc.tradeMode == DIRECT_PURCHASE and doc.country == CHINA:
            yield Break("country")


class Packs(InventoryCheck):
    """An inventory is for {wanted} parcel; {found} are declared."""

    alias = "PACK_NO"
    looks_at = ("packNo",)

    def broken_by(self, doc, ctx):
        if doc.packNo != ctx.parcels:
            yield Break("packNo", found=doc.packNo, wanted=ctx.parcels)


class Weights(InventoryCheck):
    """The net weight {net} kg is more than the gross weight {gross} kg."""

    alias = "NET_OVER_GROSS"

    def broken_by(self, doc, ctx):
        if doc.netWeight > doc.grossWeight:
            yield Break("netWeight", net=doc.netWeight, gross=doc.grossWeight)


class Assurer(InventoryCheck):
    """{found} cannot guarantee the tax: only the declarant, the merchant or the carrier of this inventory can."""

    alias = "ASSURE_CODE"
    looks_at = ("assureCode", "agentCode", "ebcCode", "logisticsCode")

    def broken_by(self, doc, ctx):
        if doc.assureCode not in (doc.agentCode, doc.ebcCode, doc.logisticsCode):
            yield Break("assureCode", found=doc.assureCode)


class DeclaredDays(InventoryCheck):
    """{found} is not a day of the form YYYYMMDD."""

    alias = "DAY"
    looks_at = ("declTime", "ieDate")

    def broken_by(self, doc, ctx):
        for field in ("declTime", "ieDate"):
            if (found := getattr(doc, field)) and not fields.is_day(found):
                yield Break(field, found=found)


class PreNumber(Rule):
    """The pre-entry number is given by the port; a new inventory must come without one, not with {found}."""

    code = family = "-625008"

    def broken_by(self, doc, ctx):
        if doc.appType == "1" and doc.preNo:
            yield Break("preNo", found=doc.preNo)


class SecondQuantity(Rule):
    """The second quantity and the second unit go together: both are given, the quantity above zero, or neither."""

    code = "-625009"

    def broken_by(self, doc, ctx):
        for place, item in enumerate(doc.items, 1):
            if bool(item.unit2) != (item.qty2 is not None and item.qty2 > 0):
                yield Break(at("item", place, "qty2"))


class TariffCode(InventoryCheck):
    """{gcode} is not a commodity code of the tariff in force on {day}."""

    alias = "TARIFF_CODE"
    looks_at = ("item.gcode",)

    def broken_by(self, doc, ctx):
        for place, item in enumerate(doc.items, 1):
            if ctx.book.line(item.gcode) is None:
                yield Break(at("item", place, "gcode"), gcode=item.gcode, day=ctx.day)


class LegalUnits(InventoryCheck):
    """The legal unit of {gcode} is {wanted}, not {found}."""

    alias = "LEGAL_UNIT"
    looks_at = ("item.gcode", "item.unit1", "item.unit2")

    def broken_by(self, doc, ctx):
        for place, item in enumerate(doc.items, 1):
            line = ctx.book.line(item.gcode)
            if line is None or not line.unit1:  # a code known from a table that has no units
                continue
            if item.unit1 != line.unit1:
                yield Break(at("item", place, "unit1"), gcode=item.gcode, wanted=line.unit1, found=item.unit1)
            if (item.unit2 or "") != (line.unit2 or ""):
                yield Break(
                    at("item", place, "unit2"), gcode=item.gcode, wanted=line.unit2 or "-", found=item.unit2 or "-"
                )


class InventoryRepeatedItem(fields.RepeatedItem):
    code = "-621027"


class InventoryCurrency(fields.Currency, InventoryCheck): ...


class InventoryIdType(fields.PersonIdType, InventoryCheck): ...


class InventoryPersonId(fields.PersonId, InventoryCheck): ...


class InventoryPlatformCode(fields.PlatformCode, InventoryCheck): ...


class InventoryPartyCode(fields.PartyCode, InventoryCheck):
    fields = ("ebcCode", "agentCode", "logisticsCode")


class InventoryTime(fields.Time, InventoryCheck): ...


class InventoryAppType(fields.AppType, InventoryCheck): ...


class InventoryAppStatus(fields.AppStatus, InventoryCheck): ...


class InventoryItemNumbers(fields.ItemNumbers, InventoryCheck): ...


class InventoryItemTotal(fields.ItemTotal, InventoryCheck): ...


class InventoryPositive(fields.Positive, InventoryCheck):
    fields = ("grossWeight", "netWeight")
    item_fields = ("qty", "qty1")


class InventoryNotNegative(fields.NotNegative, InventoryCheck):
    fields = ("freight", "insuredFee")


class InventoryKnownCode(fields.KnownCode, InventoryCheck):
    fields = (
        ("customsCode", "customs_districts"), ("portCode", "customs_districts"), ("country", "countries"),
        ("trafMode", "transport_modes"), ("wrapType", "packages"),
    )  # fmt: skip
    item_fields = (
        ("country", "countries"), ("tradeCountry", "countries"), ("unit", "units"), ("unit1", "units"), ("unit2", "units"),
    )  # fmt: skip


INVENTORY = [
    InventoryAppType(), InventoryAppStatus(), InventoryTime(), ImportFlag(), TradeMode(), DirectTransport(),
    DirectCountry(), Packs(), Weights(), Assurer(), DeclaredDays(), PreNumber(), InventoryPlatformCode(),
    InventoryPartyCode(), InventoryCurrency(), InventoryIdType(), InventoryPersonId(), InventoryRepeatedItem(),
    InventoryItemNumbers(), InventoryItemTotal(), InventoryPositive(), InventoryNotNegative(), SecondQuantity(),
    InventoryKnownCode(), TariffCode(), LegalUnits(), *LISTED,
]  # fmt: skip
