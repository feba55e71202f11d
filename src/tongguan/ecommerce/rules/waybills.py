"""What a waybill (511) must satisfy. -504011: 参数校验不通过."""

from __future__ import annotations

from tongguan.kernel.rules import Break, Rule, RuleSet

from . import fields


class WaybillCheck(Rule, abstract=True):
    """A waybill breaks a check."""

    code = family = "-504011"


class WaybillPacks(WaybillCheck):
    """A waybill is for {wanted} parcel; {found} are declared."""

    alias = "PACK_NO"
    looks_at = ("packNo",)

    def broken_by(self, doc, ctx):
        if doc.packNo != ctx.parcels:
            yield Break("packNo", found=doc.packNo, wanted=ctx.parcels)


class WaybillCurrency(fields.Currency, WaybillCheck): ...


class WaybillPartyCode(fields.PartyCode, WaybillCheck):
    fields = ("logisticsCode",)


class WaybillTime(fields.Time, WaybillCheck): ...


class WaybillAppType(fields.AppType, WaybillCheck): ...


class WaybillAppStatus(fields.AppStatus, WaybillCheck): ...


class WaybillPositive(fields.Positive, WaybillCheck):
    fields = ("weight",)


class WaybillNotNegative(fields.NotNegative, WaybillCheck):
    fields = ("freight", "insuredFee")


WAYBILL = RuleSet(
    [
        WaybillAppType(), WaybillAppStatus(), WaybillTime(), WaybillPartyCode(), WaybillCurrency(), WaybillPacks(),
        WaybillPositive(), WaybillNotNegative(),
    ]
)  # fmt: skip
