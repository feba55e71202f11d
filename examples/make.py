"""Writes the example messages beside this file. Every firm and person in them is invented.

Run it after the message tables change: ``.venv/bin/python examples/make.py``; a test checks that the files are current.
"""

from __future__ import annotations

import os
import random
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

if __name__ == "__main__":  # the samples know the program's tables, so it is loaded first, away from any real home
    import django

    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TONGGUAN_HOME": home, "DJANGO_SETTINGS_MODULE": "tongguan.settings"}
        django.setup()

from tongguan.ecommerce import samples
from tongguan.ecommerce.bonded_samples import bonded
from tongguan.ecommerce.samples import Buyer, Goods, Parcel

HERE = Path(__file__).parent
AT = datetime(2026, 11, 20, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def _number(body: str) -> str:
    from tongguan.kernel.numbers import resident_id

    return body + resident_id.check_digit(body)


LIN = Buyer("林小满", _number("11010519900307102"), "13800001001", "北京市朝阳区安定路1号院3号楼502室")
MA = Buyer("马思远", _number("12011619850612301"), "13800001002", "天津市滨海新区新港二号路88号1201室")
GULI = Buyer("阿依古丽·买买提", _number("11010819921125204"), "13800001003", "北京市海淀区中关村大街27号1106室")
BAI = Buyer("白露", _number("11010119780908432"), "13800001004", "北京市东城区东直门内大街9号2单元301室")

MILK, CREAM, SHIRT = samples.GOODS[0], samples.GOODS[2], samples.GOODS[8]
RICH_CREAM = Goods("3304990029", "修护面霜", "20克/瓶", "425.00", "142", "0.02", "035", "011", "133")
BAG = Goods("4202210090", "牛皮手提包", "25*30厘米", "6800.00", "007", "0.9", "035", "007", "307")
CHARGER = samples.GOODS[11]
FISH_OIL, BRUSH, CHOCOLATE = samples.GOODS[4], samples.GOODS[5], samples.GOODS[7]
SOY = Goods("1201901100", "大豆", "种用", "60.00", "136", "5", "035", "", "502")


def _parcel(number: str, who: Buyer, *bought: tuple[Goods, int], freight: str = "0") -> Parcel:
    return samples.parcel(number, who, bought, at=AT, chance=random.Random(number), freight=Decimal(freight))


def good() -> list[Parcel]:
    """Parcels that clear, or are refused for what they are, not for how they are written."""
    return [
        _parcel("EX2026112001", LIN, (MILK, 2), (SHIRT, 1), freight="20"),
        _parcel("EX2026112002", GULI, (RICH_CREAM, 1)),
        _parcel("EX2026112003", MA, (BAG, 1)),
        _parcel("EX2026112004", MA, (CHARGER, 1), (CREAM, 1), freight="12.5"),
        # The payment is a fen short.
        (p := _parcel("EX2026112005", LIN, (CREAM, 1))).changed(
            "payment", amountPaid=p.payment.amountPaid - Decimal("0.01")
        ),
        # Two bags over the single limit: only one article may pass it.
        _parcel("EX2026112006", BAI, (BAG, 2)),
        # The waybill goes to somebody else.
        _parcel("EX2026112007", BAI, (MILK, 1)).changed("waybill", consignee="黄立秋"),
    ]


def bad() -> list[Parcel]:
    """Inventories with one mistake each, and one without."""
    start = "EX20261120"
    return [
        _parcel(f"{start}11", LIN, (MILK, 1)).changed("inventory", buyerIdNumber="110105199003071020"),
        _parcel(f"{start}12", LIN, (MILK, 1)).changed("inventory", item_1_totalPrice=Decimal("200")),
        _parcel(f"{start}13", LIN, (MILK, 1)).changed("inventory", item_1_gcode="1901101099"),
        _parcel(f"{start}14", LIN, (CREAM, 1)).changed("inventory", item_1_unit1="007", item_1_qty2=None),
        _parcel(f"{start}15", LIN, (SOY, 1)),
        _parcel(f"{start}16", LIN, (MILK, 1)).changed(
            "inventory", tradeMode="0110", packNo=2, assureCode="91110105MA01ABCD5F"
        ),
        _parcel(f"{start}17", LIN, (MILK, 1)),
    ]


def from_stock() -> list[Parcel]:
    """Parcels from bonded stock: two clear, the others ask for what the book does not have."""
    start = "EX20261120"
    return [
        bonded(_parcel(f"{start}21", LIN, (CREAM, 1))),
        bonded(_parcel(f"{start}22", GULI, (BRUSH, 1), (CHOCOLATE, 3))),
        bonded(_parcel(f"{start}23", MA, (FISH_OIL, 4))),
        bonded(_parcel(f"{start}24", BAI, (CREAM, 1))).changed("inventory", item_1_itemRecordNo="TZ-0099"),
        bonded(_parcel(f"{start}25", BAI, (CREAM, 1))).changed("inventory", areaCode=samples.BROKER.code),
    ]


def from_stock_wrongly() -> list[Parcel]:
    """Bonded inventories with one mistake each."""
    start = "EX20261120"
    return [
        bonded(_parcel(f"{start}31", LIN, (CREAM, 1)), emsNo=None),
        bonded(_parcel(f"{start}32", LIN, (CREAM, 1))).changed("inventory", item_1_itemRecordNo=None),
        bonded(_parcel(f"{start}33", LIN, (CREAM, 1)), billNo="999-12345675"),
        bonded(_parcel(f"{start}34", LIN, (CREAM, 1)), country="133"),
        bonded(_parcel(f"{start}35", LIN, (BRUSH, 1)), mode="1239"),
    ]


def files() -> dict[str, bytes]:
    """Return every example by its name."""
    parcels, wrong, stock = good(), bad(), from_stock()
    made = {
        f"0{place}-{noun}.xml": samples.message(noun, [getattr(p, noun) for p in parcels], seed=1)
        for place, noun in enumerate(samples.KINDS, 1)
    }
    made["05-inventory-waits.xml"] = samples.message(
        "inventory", [_parcel("EX2026112008", GULI, (SHIRT, 2)).inventory], seed=2
    )
    made["06-order-for-05.xml"] = samples.message("order", [_parcel("EX2026112008", GULI, (SHIRT, 2)).order], seed=2)
    for place, noun in enumerate(samples.KINDS, 7):
        documents = [getattr(p, noun) for p in stock]
        made[f"{place:02d}-bonded-{noun}.xml"] = samples.message(noun, documents, seed=5)
    made["11-inventory-mistakes.xml"] = samples.message("inventory", [p.inventory for p in wrong], seed=3)
    made["12-order-again.xml"] = samples.message("order", [parcels[0].order], seed=4)
    made["13-bonded-mistakes.xml"] = samples.message("inventory", [p.inventory for p in from_stock_wrongly()], seed=6)
    made["21-not-well-formed.xml"] = made["12-order-again.xml"][:-30]
    made["22-entity.xml"] = made["12-order-again.xml"].replace(
        b"?>\n", b'?>\n<!DOCTYPE ceb [<!ENTITY name SYSTEM "file:///etc/hostname">]>\n', 1
    )
    made["23-wrong-encoding.xml"] = made["12-order-again.xml"].decode().encode("gb18030")
    made["24-unknown-message.xml"] = made["12-order-again.xml"].replace(b"CEB311Message", b"CEB999Message")
    return made


if __name__ == "__main__":
    for name, data in files().items():
        (HERE / name).write_bytes(data)
        print(f"{name}  {len(data):,} bytes")
