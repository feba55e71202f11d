"""What a payment voucher (411) must satisfy. -401009: 参数校验不通过."""

from __future__ import annotations

from tongguan.kernel.rules import Rule, RuleSet

from . import fields


class PaymentCheck(Rule, abstract=True):
    """A payment voucher breaks a check."""

    code = family = "-401009"


class PaymentCurrency(fields.Currency, PaymentCheck): ...


class PaymentIdType(fields.PersonIdType, PaymentCheck):
    field = "payerIdType"


class PaymentPersonId(fields.PersonId, PaymentCheck):
    field = "payerIdNumber"


class PaymentPlatformCode(fields.PlatformCode, PaymentCheck): ...


class PaymentPartyCode(fields.PartyCode, PaymentCheck):
    fields = ("payCode",)


class PaymentTime(fields.Time, PaymentCheck):
    fields = ("appTime", "payTime")


class PaymentAppType(fields.AppType, PaymentCheck): ...


class PaymentAppStatus(fields.AppStatus, PaymentCheck): ...


class PaymentPositive(fields.Positive, PaymentCheck):
    fields = ("amountPaid",)


PAYMENT = RuleSet(
    [
        PaymentAppType(), PaymentAppStatus(), PaymentTime(), PaymentPlatformCode(), PaymentPartyCode(), PaymentCurrency(),
        PaymentIdType(), PaymentPersonId(), PaymentPositive(),
    ]
)  # fmt: skip
