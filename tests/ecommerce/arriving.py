"""Statuses of waybills and arrivals at a site in tests, through the one door."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import Outcome, receive
from tongguan.formats import ceb
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find

KINDS = {ceb.WaybillStatus: "CEB513Message", ceb.Delivery: "CEB711Message"}
BILL = "999-12345675"


def register_site(of: samples.Firm = samples.SITE) -> Enterprise:
    """Register the operator of a site."""
    return register(of.code, of.customs_registration, name_zh=of.name, kinds=[of.kind], by=OPERATOR, at=AT)


def acting(firm: samples.Firm, role: str = "") -> Actor:
    """Return somebody who acts for a firm."""
    return Actor(f"{firm.kind}'s system", role or firm.kind, find(firm.code).pk)


def status(waybill: Any, code: str = "S", *, at: datetime = AT, **changed: Any) -> Any:
    """Return a report of a waybill's status: *waybill* is one, or the number of one of our carrier."""
    number = waybill if isinstance(waybill, str) else waybill.logisticsNo
    values = {
        "guid": samples.guid(random.Random(f"{number}/{code}")), "appType": "1", "appTime": f"{at:%Y%m%d%H%M%S}",
        "appStatus": "2", "logisticsCode": samples.CARRIER.code, "logisticsName": samples.CARRIER.name,
        "logisticsNo": number, "logisticsStatus": code, "logisticsTime": f"{at:%Y%m%d%H%M%S}",
    }  # fmt: skip
    return ceb.WaybillStatus(**values | changed)


def arrival(numbers: Iterable[str], *, at: datetime = AT, **changed: Any) -> Any:
    """Return a list of the waybills that arrived."""
    items = [ceb.DeliveryItem(gnum=place, logisticsNo=number) for place, number in enumerate(numbers, 1)]
    values = {
        "guid": samples.guid(random.Random(f"{changed.get('copNo', 'L1')}")), "appType": "1",
        "appTime": f"{at:%Y%m%d%H%M%S}", "appStatus": "2", "customsCode": "0101", "copNo": "L1",
        "operatorCode": samples.SITE.code, "operatorName": samples.SITE.name, "ieFlag": "I", "trafMode": "5",
        "trafNo": "CA1234", "voyageNo": "CA1234", "billNo": BILL, "logisticsCode": samples.CARRIER.code,
        "logisticsName": samples.CARRIER.name, "items": items,
    }  # fmt: skip
    return ceb.Delivery(**values | changed)


def written(*documents: Any, firm: samples.Firm = samples.SITE, subscribes: Any = ()) -> bytes:
    """Write documents of one kind as a message of a firm."""
    transfer = ceb.BaseTransfer(copCode=firm.code, copName=firm.name, dxpMode="DXP", dxpId=f"DXPTG{firm.code[-9:]}")
    kind = KINDS[type(documents[0])]
    guid = samples.guid(random.Random(f"{kind}/{documents[0].guid}"))
    return ceb.write(kind, documents, guid, transfer=transfer, subscribes=list(subscribes), unsigned=True)


def report(
    *documents: Any, at: datetime = AT, sender: Actor | None = OPERATOR, firm: samples.Firm = samples.SITE
) -> Outcome:
    """File documents of one kind as one message."""
    return receive(written(*documents, firm=firm), sender=sender, at=at)


def said(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return code, alias and pointer of what refuses the first node."""
    return [(f.code, f.alias, f.pointer) for f in outcome.nodes[0].findings if f.level == "refuse"]
