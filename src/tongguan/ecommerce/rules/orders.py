"""What an order (311) must satisfy. -301008: 参数校验不通过; -301002: 订单商品信息内有重复商品序号."""

from __future__ import annotations

from tongguan.kernel.rules import Break, Rule, RuleSet

from . import fields


class OrderCheck(Rule, abstract=True):
    """An order breaks a check."""

    code = family = "-301008"


class OrderType(OrderCheck):
    """The order type is {found}; an import order is I."""

    alias = "ORDER_TYPE"
    looks_at = ("orderType",)

    def broken_by(self, doc, ctx):
        if doc.orderType != "I":
            yield Break("orderType", found=doc.orderType)


class OrderPaid(OrderCheck):
    """The amount paid is {found}, but goods {goods} + freight {freight} + tax {tax} - discount {discount} = {wanted}."""

    alias = "ORDER_SUM"

    def broken_by(self, doc, ctx):
        wanted = doc.goodsValue + doc.freight + doc.taxTotal - doc.discount
        if doc.acturalPaid != wanted:
            yield Break(
                "acturalPaid", found=doc.acturalPaid, goods=doc.goodsValue, freight=doc.freight, tax=doc.taxTotal,
                discount=doc.discount, wanted=wanted,
            )  # fmt: skip


class OrderGoods(OrderCheck):
    """The goods are declared at {found}, but the items add up to {wanted}."""

    alias = "ORDER_GOODS"
    level = "warn"  # the specification does not say that they must be equal

    def broken_by(self, doc, ctx):
        wanted = sum(item.totalPrice for item in doc.items)
        if abs(doc.goodsValue - wanted) > ctx.tolerance:
            yield Break("goodsValue", found=doc.goodsValue, wanted=wanted)


class OrderRepeatedItem(fields.RepeatedItem):
    code = "-301002"


class OrderCurrency(fields.Currency, OrderCheck): ...


class OrderIdType(fields.PersonIdType, OrderCheck): ...


class OrderPersonId(fields.PersonId, OrderCheck): ...


class OrderPlatformCode(fields.PlatformCode, OrderCheck): ...


class OrderPartyCode(fields.PartyCode, OrderCheck):
    fields = ("ebcCode", "payCode")


class OrderTime(fields.Time, OrderCheck): ...


class OrderAppType(fields.AppType, OrderCheck): ...


class OrderAppStatus(fields.AppStatus, OrderCheck): ...


class OrderItemNumbers(fields.ItemNumbers, OrderCheck): ...


class OrderItemTotal(fields.ItemTotal, OrderCheck): ...


class OrderPositive(fields.Positive, OrderCheck): ...


class OrderNotNegative(fields.NotNegative, OrderCheck):
    fields = ("goodsValue", "freight", "discount", "taxTotal", "acturalPaid")


class OrderKnownCode(fields.KnownCode, OrderCheck):
    item_fields = (("unit", "units"), ("country", "countries"))


ORDER = RuleSet(
    [
        OrderAppType(), OrderAppStatus(), OrderTime(), OrderType(), OrderPlatformCode(), OrderPartyCode(), OrderPaid(),
        OrderGoods(), OrderCurrency(), OrderIdType(), OrderPersonId(), OrderRepeatedItem(), OrderItemNumbers(),
        OrderItemTotal(), OrderPositive(), OrderNotNegative(), OrderKnownCode(),
    ]
)  # fmt: skip
