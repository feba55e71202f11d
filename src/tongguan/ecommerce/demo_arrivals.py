"""What the demo shows of arrivals: a site where some parcels of the demo arrived, one is over, and others are awaited."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from tongguan.formats import ceb
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.parties.models import Enterprise

from . import samples
from .intake import receive
from .models import ArrivalList, Inventory
from .trial import sign_unsigned

SEED = 20261123
ARRIVED, DELIVERED = 30, 5


def register_site(*, by: Actor, at: datetime) -> Enterprise:
    """Register the operator of the demo's supervised site."""
    site = samples.SITE
    return register(
        site.code, site.customs_registration, name_zh=site.name, name_en=site.name_en, kinds=[site.kind], by=by, at=at
    )  # fmt: skip


def file_arrivals(*, by: Actor, at: datetime) -> None:
    """File what arrived of the bill of the demo's parcels; doing it twice changes nothing."""
    declared = Inventory.objects.filter(state="released", order_no__startswith="DM").order_by("id")
    numbers = list(declared.values_list("logistics_no", flat=True)[:ARRIVED])
    if not numbers or ArrivalList.objects.exists():
        return
    bill = declared.first().bill_no
    _receive("CEB513Message", [_status(number, at) for number in numbers[:DELIVERED]], samples.CARRIER, by, at)
    _receive("CEB711Message", [_arrived([*numbers, "TZ-NOT-DECLARED"], bill, at)], samples.SITE, by, at)


def _receive(kind: str, documents: list[Any], firm: samples.Firm, by: Actor, at: datetime) -> None:
    transfer = ceb.BaseTransfer(copCode=firm.code, copName=firm.name, dxpMode="DXP", dxpId=f"DXPTG{firm.code[-9:]}")
    data = ceb.write(kind, documents, samples.guid(random.Random(SEED)), transfer=transfer, unsigned=True)
    receive(sign_unsigned(data, by=by, at=at), sender=by, at=at)


def _head(name: str, at: datetime) -> dict[str, str]:
    guid = samples.guid(random.Random(f"{SEED}/{name}"))
    return {"guid": guid, "appType": "1", "appTime": f"{at:%Y%m%d%H%M%S}", "appStatus": "2"}


def _status(number: str, at: datetime) -> Any:
    carrier = {"logisticsCode": samples.CARRIER.code, "logisticsName": samples.CARRIER.name, "logisticsNo": number}
    return ceb.WaybillStatus(
        **_head(number, at), **carrier, logisticsStatus="S", logisticsTime=f"{at:%Y%m%d%H%M%S}"
    )  # fmt: skip


def _arrived(numbers: list[str], bill: str, at: datetime) -> Any:
    return ceb.Delivery(
        **_head(bill, at), customsCode="0101", copNo="DEMO-1", operatorCode=samples.SITE.code,
        operatorName=samples.SITE.name, ieFlag="I", trafMode="5", trafNo="CA1234", voyageNo="CA1234", billNo=bill,
        logisticsCode=samples.CARRIER.code, logisticsName=samples.CARRIER.name,
        items=[ceb.DeliveryItem(gnum=place, logisticsNo=number) for place, number in enumerate(numbers, 1)],
    )  # fmt: skip
