"""Believable parcels, invented: for the demo, the benchmarks and the tests. Nobody here exists.

``parcels`` draws them from a seed, ``messages`` writes them as the four CEB messages a parcel is cleared from.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from tongguan.formats import ceb, signing
from tongguan.kernel.numbers import resident_id, uscc
from tongguan.parties.certificates import TrialCard

CENT = Decimal("0.01")


class Firm(NamedTuple):
    """An invented enterprise."""

    code: str
    customs_registration: str
    name: str
    name_en: str
    kind: str


def _firm(area: str, body: str, registration: str, name: str, name_en: str, kind: str) -> Firm:
    code = f"91{area}{body}"
    return Firm(code + uscc.check_digit(code), registration, name, name_en, kind)


PLATFORM = _firm(
    "110113", "MA0TG0018", "1113960018", "京津优选跨境电子商务有限公司", "Jing-Jin Select E-commerce", "platform"
)
PAYER = _firm("110108", "MA0TG002X", "1108960026", "京付通支付服务有限公司", "Jingfutong Payment", "payer")
CARRIER = _firm("110113", "MA0TG0034", "1113960034", "天竺速运供应链有限公司", "Tianzhu Express", "carrier")
BROKER = _firm("120116", "MA0TG0042", "1207980042", "津门报关服务有限公司", "Jinmen Customs Broker", "broker")
FIRMS = (PLATFORM, PAYER, CARRIER, BROKER)
SITE = _firm("110113", "MA0TG0061", "1113960061", "天竺跨境电商监管场所有限公司", "Tianzhu Supervised Site", "site")
"""Runs the supervised site; a parcel is cleared without it."""


class Goods(NamedTuple):
    """Something people buy: price in yuan, weight in kg; ``legal`` is the first legal unit, ``second`` the other."""

    gcode: str
    name: str
    model: str
    price: str
    unit: str
    weight: str
    legal: str
    second: str = ""
    country: str = "116"


GOODS = (
    Goods("1901101090", "婴幼儿配方奶粉", "3段|800克/罐", "218.00", "122", "0.8", "035", country="609"),
    Goods("9619001100", "婴儿纸尿裤", "L码|54片/包", "96.00", "125", "2.1", "035"),
    Goods("3304990029", "保湿面霜", "50克/瓶", "268.00", "142", "0.05", "035", "011", "133"),
    Goods("3306101090", "牙膏", "120克/支", "35.50", "012", "0.12", "035"),
    Goods("2106909090", "鱼油软胶囊", "1000毫克*200粒/瓶", "159.90", "142", "0.3", "035", country="601"),
    Goods("8509803000", "电动牙刷", "声波|含2支刷头", "399.00", "012", "0.45", "001", "035"),
    Goods("4202220000", "尼龙手提包", "20*30厘米", "860.00", "007", "0.6", "035", "007", "307"),
    Goods("1806320000", "黑巧克力", "85%|100克/块", "28.80", "012", "0.1", "035", country="307"),
    Goods("6109100000", "棉制T恤衫", "100%棉|L码", "129.00", "011", "0.2", "011", "035", "502"),
    Goods("0901210000", "咖啡豆", "中度烘焙|454克/袋", "118.00", "136", "0.454", "035", country="434"),
    Goods("9503002100", "毛绒玩偶", "30厘米", "88.00", "007", "0.35", "007", "035"),
    Goods("8517629400", "无线耳机", "入耳式", "799.00", "015", "0.06", "007", "035", "122"),
)

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文辉鑫宇浩然子涵"
_STREETS = (
    "朝阳区安定路",
    "海淀区中关村大街",
    "西城区复兴门内大街",
    "丰台区南三环西路",
    "顺义区天竺镇府前一街",
    "通州区新华东街",
)


@dataclass(slots=True)
class Parcel:
    """The four documents of one parcel."""

    order: Any
    payment: Any
    waybill: Any
    inventory: Any

    def changed(self, noun: str, **values: Any) -> Parcel:
        """Return a copy in which one document has other values; ``item_1_qty`` means ``qty`` of item 1."""
        doc = getattr(self, noun)
        items = list(getattr(doc, "items", ()))
        plain = {}
        for name, value in values.items():
            if name.startswith("item_"):
                _, number, field = name.split("_", 2)
                items[int(number) - 1] = msgspec.structs.replace(items[int(number) - 1], **{field: value})
            else:
                plain[name] = value
        if items and "items" not in plain:
            plain["items"] = items
        parts = {n: getattr(self, n) for n in ("order", "payment", "waybill", "inventory")}
        return Parcel(**{**parts, noun: msgspec.structs.replace(doc, **plain)})


class Buyer(NamedTuple):
    """An invented person with a valid identity number."""

    name: str
    number: str
    telephone: str
    address: str


def buyer(chance: random.Random) -> Buyer:
    """Invent a person."""
    born = f"{chance.randint(1960, 2003)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    body = f"{chance.choice(('110101', '110105', '110108', '120101', '120116'))}{born}{chance.randint(0, 999):03d}"
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))
    address = f"北京市{chance.choice(_STREETS)}{chance.randint(1, 200)}号院{chance.randint(1, 30)}号楼{chance.randint(101, 2512)}室"
    return Buyer(name, body + resident_id.check_digit(body), f"1380000{chance.randint(0, 9999):04d}", address)


def parcels(
    count: int, *, seed: int, at: datetime, prefix: str = "JJ", items: int | None = None, buyers: Sequence[Buyer] = ()
) -> Iterator[Parcel]:
    """Invent parcels; the same seed gives the same. ``items`` fixes how many each holds, ``buyers`` who buys."""
    chance = random.Random(f"{seed}/{prefix}")
    for number in range(1, count + 1):
        who = chance.choice(buyers) if buyers else buyer(chance)
        chosen = chance.sample(GOODS, items or chance.choice((1, 1, 1, 2, 3)))
        bought = [(goods, chance.choice((1, 1, 1, 2))) for goods in chosen]
        yield parcel(f"{prefix}{seed:04d}{number:07d}", who, bought, at=at, chance=chance)


def parcel(
    order_no: str,
    who: Buyer,
    bought: Sequence[tuple[Goods, int]],
    *,
    at: datetime,
    chance: random.Random,
    freight: Decimal = Decimal(0),
    tax: Decimal = Decimal(0),
    discount: Decimal = Decimal(0),
) -> Parcel:
    """Write the documents of one parcel that agree with each other."""
    total = sum((Decimal(goods.price) * qty for goods, qty in bought), Decimal(0))
    stamp, weight = f"{at:%Y%m%d%H%M%S}", sum((Decimal(g.weight) * q for g, q in bought), Decimal(0))
    paid, waybill_no = total + freight + tax - discount, f"TZ{order_no}"

    def head(**values: Any) -> dict[str, Any]:
        return {"guid": guid(chance), "appType": "1", "appTime": stamp, "appStatus": "2", "orderNo": order_no, **values}

    platform = {"ebpCode": PLATFORM.code, "ebpName": PLATFORM.name}
    merchant = {"ebcCode": PLATFORM.code, "ebcName": PLATFORM.name}
    carrier = {"logisticsCode": CARRIER.code, "logisticsName": CARRIER.name, "logisticsNo": waybill_no}
    person = {"buyerIdType": "1", "buyerIdNumber": who.number, "buyerName": who.name, "buyerTelephone": who.telephone}
    receiver = {"consignee": who.name, "consigneeTelephone": who.telephone, "consigneeAddress": who.address}
    order = ceb.Order(
        **head(orderType="I"), **platform, **merchant, **person, **receiver, goodsValue=total, freight=freight,
        discount=discount, taxTotal=tax, acturalPaid=paid, currency="142", buyerRegNo=f"U{who.number[-6:]}",
        payCode=PAYER.code, payName=PAYER.name, payTransactionId=f"P{order_no}",
        items=[
            ceb.OrderItem(
                gnum=n, itemNo=g.gcode, itemName=g.name, gmodel=g.model, unit=g.unit, qty=Decimal(q),
                price=Decimal(g.price), totalPrice=Decimal(g.price) * q, currency="142", country=g.country,
            )
            for n, (g, q) in enumerate(bought, 1)
        ],
    )  # fmt: skip
    payment = ceb.Payment(
        **head(), **platform, payCode=PAYER.code, payName=PAYER.name, payTransactionId=f"P{order_no}", payerIdType="1",
        payerIdNumber=who.number, payerName=who.name, telephone=who.telephone, amountPaid=paid, currency="142", payTime=stamp,
    )  # fmt: skip
    gross = (weight + Decimal("0.2")).quantize(Decimal("0.001"))
    waybill = ceb.Waybill(
        **head(), **carrier, **receiver, billNo="999-12345675", freight=freight, insuredFee=Decimal(0), currency="142",
        weight=gross, packNo=1, goodsInfo=bought[0][0].name,
    )  # fmt: skip
    inventory = ceb.Inventory(
        **head(), **platform, **merchant, **carrier, **person, copNo=f"C{order_no}"[:20], assureCode=PLATFORM.code,
        ieFlag="I", declTime=stamp[:8], customsCode="0101", portCode="0101", ieDate=stamp[:8],
        consigneeAddress=who.address, agentCode=BROKER.code, agentName=BROKER.name, tradeMode="9610", trafMode="5",
        trafNo="CA1234", voyageNo="CA1234", billNo="999-12345675", country="116", freight=freight,
        insuredFee=Decimal(0), currency="142", wrapType="2", packNo=1, grossWeight=gross, netWeight=weight,
        items=[_declared(n, g, q) for n, (g, q) in enumerate(bought, 1)],
    )  # fmt: skip
    return Parcel(order, payment, waybill, inventory)


def _declared(number: int, goods: Goods, qty: int) -> Any:
    weight = Decimal(goods.weight) * qty
    counted = {"035": weight}.get(goods.legal, Decimal(qty))
    second = (
        {} if not goods.second else {"unit2": goods.second, "qty2": weight if goods.second == "035" else Decimal(qty)}
    )
    return ceb.InventoryItem(
        gnum=number, itemNo=goods.gcode, itemName=goods.name, gcode=goods.gcode, gname=goods.name, gmodel=goods.model,
        barCode="无", country=goods.country, currency="142", qty=Decimal(qty), unit=goods.unit, qty1=counted,
        unit1=goods.legal, **second, price=Decimal(goods.price), totalPrice=Decimal(goods.price) * qty,
    )  # fmt: skip


KINDS = {"order": "CEB311Message", "payment": "CEB411Message", "waybill": "CEB511Message", "inventory": "CEB621Message"}


def messages(batch: Sequence[Parcel], *, sender: Firm = BROKER, seed: int = 0) -> dict[str, bytes]:
    """Write parcels (at most 100) as the four messages, in the order in which they are usually filed."""
    return {noun: message(noun, [getattr(p, noun) for p in batch], sender=sender, seed=seed) for noun in KINDS}


def message(noun: str, documents: Sequence[Any], *, sender: Firm = BROKER, seed: int = 0) -> bytes:
    """Write documents of one kind as a message."""
    transfer = ceb.BaseTransfer(
        copCode=sender.code, copName=sender.name, dxpMode="DXP", dxpId=f"DXPTG{sender.code[-9:]}"
    )
    chance = random.Random(f"{seed}/{noun}/{documents[0].guid}")
    return ceb.write(KINDS[noun], documents, guid(chance), transfer=transfer, unsigned=True)


def signed(data: bytes, card: TrialCard, algorithm: str = "") -> bytes:
    """Sign a message (加签) by a card for trials; about 5 ms a message of 100 nodes with RSA, 8 with SM2."""
    return signing.sign(data, card.key, card.certificate, algorithm=algorithm)


def guid(chance: random.Random) -> str:
    """Return a message number of chance: 36 characters, upper case."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4)).upper()
