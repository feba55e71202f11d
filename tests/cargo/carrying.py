"""Manifests of tests: a ship of 2 March 2026 with two bills, a flight with a master and its houses."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tongguan.cargo.manifest import BillFiled, ContainerFiled, ManifestFiled
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.parties.queries import find

D = Decimal
SHANGHAI = ZoneInfo("Asia/Shanghai")
OPERATOR, OFFICER = Actor("window", "operator"), Actor("officer", "officer")
CARRIER, SITE, CONSIGNEE = "91110105MA01ABCD5F", "9111010570000001X6", "91110105MA00DH8B5N"


def moment(day: int, hour: int = 9, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


AT = moment(1)


def prepare() -> tuple[Actor, Actor]:
    """Register a carrier and a site, and return who acts for them."""
    register(CARRIER, "1105980001", name_zh="渤海航运", kinds=["carrier"], by=OPERATOR, at=AT)
    register(SITE, "1105980002", name_zh="天津港场站", kinds=["site"], by=OPERATOR, at=AT)
    return tuple(Actor(name, name, find(code).pk) for name, code in (("carrier", CARRIER), ("site", SITE)))


def box(number: str = "CSQU3054383", **changed: Any) -> ContainerFiled:
    return ContainerFiled(**{"number": number, "seal": "S1"} | changed)


def bill(master: str = "COSU600101", **changed: Any) -> BillFiled:
    told = {"pieces": 10, "gross": D(1000), "goods": "cherries", "consignee_code": CONSIGNEE, "containers": []}
    return BillFiled(master=master, **told | changed)


def by_sea(*bills: BillFiled, **changed: Any) -> ManifestFiled:
    told: dict[str, Any] = {
        "direction": "I", "transport_mode": "2", "vehicle": "9074729", "voyage": "012E", "customs_code": "0202",
        "departs_at": moment(20, month=2), "expected_at": moment(2, 14), "name": "TONG GUAN 1",
    }  # fmt: skip
    return ManifestFiled(bills=list(bills) or [bill(), bill("COSU600102")], **told | changed)


def by_air(*bills: BillFiled, **changed: Any) -> ManifestFiled:
    told = {
        "transport_mode": "5", "vehicle": "CA982", "voyage": "20260302", "customs_code": "0101",
        "departs_at": moment(2, 8, 30), "expected_at": moment(2, 14), "name": "",
    }  # fmt: skip
    master = bill("999-12345675")
    return by_sea(*(bills or [master, bill("999-12345675", house="H1")]), **told | changed)
