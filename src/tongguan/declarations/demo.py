"""What the demo shows of declarations: one of every fate, by ship and by air, of a firm whose broker declares for it.

Nothing here is real; it is done by the same actions as everybody's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from tongguan.cargo import actions as cargo
from tongguan.cargo.manifest import BillFiled, ContainerFiled, ManifestFiled
from tongguan.formats import dec
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find
from tongguan.revenue.models import Guarantee
from tongguan.revenue.payments import actions as payments
from tongguan.revenue.payments import queries as bills
from tongguan.revenue.payments.queries import is_suspended

from . import actions
from .actions import save
from .demo_cargo import FORGOTTEN, FREE, unload
from .demo_reliefs import show_claims, show_letters
from .models import Declaration

OFFICER = Actor("officer", "officer")
PORT, AIRPORT, SHIP, FLIGHT, MASTER = "0202", "0129", "9074729", "CA982", "99912345675"
SEA, AIR = "2", "5"
PUMP, WINE, ROBOT, OIL = "8414100090", "2204210000", "8479501900", "1509200000"
BOXES = ("CSQU3054383",)
_GROSS = 1200
_LONG = 120  # days after which nobody has declared


def show_declarations(trader: str, agent: str, carrier: str, at: datetime, site: str = "") -> None:
    """Make declarations of a firm by its broker, as they stand at a moment; twice changes nothing.

    ``site`` unloads the ship, where it is named.

    One is secured by a guarantee of the firm, where it may collect by the month; what is paid is paid by the bank that is
    simulated, and stays unpaid where there is none.
    """
    firms = [find(code) for code in (trader, agent, carrier)]
    if Declaration.objects.exists() or not all(firms):
        return
    importer, broker, line = firms
    assert importer is not None and broker is not None and line is not None
    may = not is_suspended(importer.uscc or "")
    letter = (
        may and Guarantee.objects.filter(holder=importer, state="active", scopes__contains=["consolidated"]).first()
    )
    Demo(importer, broker, line, letter.number if letter else "", at, find(site) if site else None).show()


class Demo:
    """The firms of the demo, and what they did in the days before ``at``."""

    def __init__(
        self,
        importer: Enterprise,
        broker: Enterprise,
        line: Enterprise,
        guarantee: str,
        at: datetime,
        site: Enterprise | None = None,
    ):
        self.site = site
        self.importer, self.broker, self.guarantee, self.at = importer, broker, guarantee, at
        self.declarant = Actor("broker", "broker", broker.pk, "李建国")
        self.payer = Actor("warehouse", "trader", importer.pk, "孙伟")
        self.carrier = Actor("carrier", "carrier", line.pk, "赵磊")

    def show(self) -> None:
        """File the manifests, and declare."""
        self._ship()
        self._flight()
        self._released(1, WINE, "750毫升装干红葡萄酒")
        inspected = self._paid_and_inspected(2)
        waiting = self._waiting(3)
        self._to_be_paid(4)
        self._amended(5)
        self._withdrawn(6)
        self._rejected(7)
        save(self._document(8, self._item(ROBOT, "多功能工业机器人", "2", "310000")), by=self.declarant, at=self.at)
        self._by_air()
        self._in_advance()
        actions.keep_template(self._waits.pk, "真空泵（海运进口）", by=self.declarant, at=self.at)
        show_letters(self.importer.code, self.payer, self.at)
        show_claims([inspected, waiting], self.declarant, self.payer, self.at)

    def _ago(self, **time: float) -> datetime:
        return self.at - timedelta(**time)

    def _ship(self) -> None:
        """A ship that came four days ago, and one that comes in two days."""
        numbers = [self._bill(n) for n in (*range(1, 9), *FREE)]
        entered = self._ago(days=4)
        came = self._manifest(SEA, SHIP, f"{entered:%m%d}E", PORT, numbers, self._ago(days=12), entered, "TIANJIN DEMO")
        self._came(came, entered)
        if self.site is not None:
            unload(came, self.site, self._bill, gross=_GROSS, at=self.at)
        long_ago = self._ago(days=_LONG)
        forgotten = [self._bill(n) for n in FORGOTTEN]
        left = self._manifest(
            SEA, SHIP, f"{long_ago:%m%d}E", PORT, forgotten, self._ago(days=_LONG + 8), long_ago, "TIANJIN DEMO"
        )
        self._came(left, long_ago)
        expected = self.at + timedelta(days=2)
        self._manifest(
            SEA, SHIP, f"{expected:%m%d}E", PORT, [self._bill(9)], self._ago(days=3), expected, "TIANJIN DEMO"
        )

    def _flight(self) -> None:
        entered = self._ago(hours=30)
        number = self._manifest(AIR, FLIGHT, f"{entered:%Y%m%d}", AIRPORT, [MASTER], self._ago(hours=42), entered, "")
        self._came(number, entered)

    def _manifest(
        self,
        mode: str,
        vehicle: str,
        voyage: str,
        office: str,
        numbers: list[str],
        left: datetime,
        due: datetime,
        name: str,
    ) -> int:
        boxes = [ContainerFiled(number=one, seal="TJ0001") for one in BOXES] if mode == SEA else []
        of = [
            BillFiled(
                master=one, pieces=10, gross=Decimal(_GROSS), goods="GENERAL CARGO", consignee_code=self.importer.code,
                containers=boxes,
            )
            for one in numbers
        ]  # fmt: skip
        filed = ManifestFiled(
            direction="I", transport_mode=mode, vehicle=vehicle, voyage=voyage, customs_code=office, departs_at=left,
            expected_at=due, bills=of, name=name,
        )  # fmt: skip
        return cargo.receive(filed, by=self.carrier, at=left - timedelta(days=1)).pk

    def _came(self, number: int, entered: datetime) -> None:
        cargo.declare_entry(number, entered, by=self.carrier, at=entered)
        landed = entered + timedelta(hours=2)
        cargo.arrive(number, landed, by=self.carrier, at=landed)

    @staticmethod
    def _bill(n: int) -> str:
        return f"TGLU26{n:06d}"

    @staticmethod
    def _item(gcode: str, name: str, quantity: str, total: str, **more: Any) -> Any:
        told: dict[str, Any] = {
            "CodeTS": gcode, "GName": name, "GQty": Decimal(quantity), "GUnit": "001", "FirstQty": Decimal(quantity),
            "FirstUnit": "001", "SecondQty": Decimal(_GROSS - 100), "SecondUnit": "035",
            "DeclPrice": Decimal(total) / Decimal(quantity), "DeclTotal": Decimal(total), "TradeCurr": "USD",
            "OriginCountry": "DEU", "DestinationCountry": "CHN", "DutyMode": "1", "DistrictCode": "11113",
        }  # fmt: skip
        return dec.Item(**told | more)

    def _document(self, n: int, *items: Any, **more: Any) -> Any:
        firm, agent = self.importer, self.broker
        told: dict[str, Any] = {
            "IEFlag": "I", "CustomMaster": PORT, "IEPort": PORT, "BillNo": self._bill(n), "TrafMode": SEA,
            "TrafName": "TIANJIN DEMO", "TradeMode": "0110", "CutMode": "101", "TransMode": "3", "FeeMark": "3",
            "FeeRate": Decimal(1800), "FeeCurr": "USD", "PackNo": 10, "GrossWet": Decimal(_GROSS),
            "NetWt": Decimal(_GROSS - 100), "WrapType": "22", "TradeCountry": "DEU", "TradeAreaCode": "DEU",
            "DistinatePort": "DEU000", "DespPortCode": "DEU000", "EntyPortCode": "120001", "GoodsPlace": "天津港堆场",
            "TradeCoScc": firm.uscc, "TradeCode": firm.customs_registration, "TradeName": firm.name_zh, "OwnerCodeScc": firm.uscc,
            "OwnerName": firm.name_zh, "AgentCodeScc": agent.uscc, "AgentCode": agent.customs_registration,
            "AgentName": agent.name_zh, "ContrNo": f"DEMO-{n:03d}", "PromiseItmes": "00000", "Type": "  0   ",
            "items": list(items) or [self._item(PUMP, "真空泵", "10", "52000")],
        }  # fmt: skip
        return dec.Declaration(**told | more)

    def _submitted(self, of: Any, at: datetime, **how: Any) -> Declaration:
        row = save(of, by=self.declarant, at=at, **how)
        return actions.submit(row.pk, by=self.declarant, at=at)

    def _pay(self, row: Declaration, at: datetime) -> None:
        if not settings.BANK:
            return
        for one in bills.bills_of(str(row)):
            payments.pay(one.number, by=self.payer, at=at)
        actions.settle(row.pk, at=at)

    def _released(self, n: int, gcode: str, name: str) -> None:
        """On the firm's guarantee where it has one, else paid."""
        goods = self._item(gcode, name, "900", "8100", GUnit="095", FirstUnit="095", OriginCountry="FRA")
        secured = {"settlement": "guarantee", "guarantee": self.guarantee} if self.guarantee else {}
        of = self._document(n, goods, Type="CL0   " if secured else "  0   ")
        row = self._submitted(of, self._ago(days=3), **secured)
        self._pay(row, self._ago(days=3, hours=-1))
        actions.select(row.pk, "pass", by=OFFICER, at=self._ago(days=3, hours=-2))

    def _paid_and_inspected(self, n: int) -> Declaration:
        row = self._submitted(self._document(n), self._ago(days=2))
        self._pay(row, self._ago(days=2, hours=-1))
        actions.select(row.pk, "inspect", by=OFFICER, at=self._ago(days=2, hours=-2))
        return row

    def _waiting(self, n: int) -> Declaration:
        oil = self._item(
            OIL, "特级初榨橄榄油", "1100", "6600", GUnit="035", FirstUnit="035", SecondQty=None, SecondUnit=None
        )
        row = self._submitted(self._document(n, oil), self._ago(hours=5))
        self._pay(row, self._ago(hours=4))
        return row

    def _to_be_paid(self, n: int) -> None:
        row = self._waits = self._submitted(self._document(n), self._ago(days=1))
        actions.select(row.pk, "pass", by=OFFICER, at=self._ago(hours=20))

    def _amended(self, n: int) -> None:
        before, after = (self._item(PUMP, "真空泵", "10", total) for total in ("48000", "48500"))
        row = self._submitted(self._document(n, before), self._ago(days=1))
        actions.ask(
            row.pk, "amend", grounds="clerical", evidence=["proof: DEMO-005"], reason="发票金额录入错误",
            of=self._document(n, after), by=self.declarant, at=self._ago(hours=6),
        )  # fmt: skip

    def _withdrawn(self, n: int) -> None:
        row = self._submitted(self._document(n), self._ago(days=2))
        asked = actions.ask(
            row.pk, "withdraw", grounds="clerical", evidence=["proof: DEMO-006"], reason="申报单位录入错误", by=self.declarant,
            at=self._ago(days=1, hours=20),
        )  # fmt: skip
        actions.grant(asked.pk, answer="同意撤单。", by=OFFICER, at=self._ago(days=1, hours=18))

    def _rejected(self, n: int) -> None:
        """The net weight is above the gross weight, and the price does not make up the total."""
        of = self._document(n, self._item(PUMP, "真空泵", "10", "52000", DeclPrice=Decimal(520)), NetWt=Decimal(12000))
        try:
            self._submitted(of, self._ago(hours=2))
        except Refused:
            return

    def _by_air(self) -> None:
        of = self._document(
            10, self._item(ROBOT, "多功能工业机器人", "4", "96000"), BillNo=MASTER, TrafMode=AIR, TrafName=FLIGHT,
            CustomMaster=AIRPORT, IEPort=AIRPORT, EntyPortCode="110001", GoodsPlace="天竺国际货站", FeeRate=Decimal(2400),
        )  # fmt: skip
        row = self._submitted(of, self._ago(hours=20))
        self._pay(row, self._ago(hours=18))
        actions.select(row.pk, "pass", by=OFFICER, at=self._ago(hours=17))

    def _in_advance(self) -> None:
        row = self._submitted(self._document(9), self._ago(hours=8), mode="advance")
        actions.select(row.pk, "pass", by=OFFICER, at=self._ago(hours=7))
