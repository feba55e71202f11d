"""Sending to the sandbox in tests: signed where it has to be, judged and kept."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.ecommerce.filing import AT

from tongguan.ecommerce import samples
from tongguan.formats import ceb, signing
from tongguan.kernel.states import Actor
from tongguan.sandbox import actions, answering
from tongguan.sandbox.actions import Issued, Sent, Served
from tongguan.sandbox.judging import Judged, judge
from tongguan.sandbox.models import Exchange

KINDS = samples.KINDS


def written(kind: str, *documents: Any, firm: samples.Firm = samples.BROKER) -> bytes:
    """Return documents as a message of a firm's, not signed."""
    transfer = ceb.BaseTransfer(copCode=firm.code, copName=firm.name, dxpMode="DXP", dxpId=f"DXPTG{firm.code[-9:]}")
    guid = samples.guid(random.Random(documents[0].guid))
    return ceb.write(kind, documents, guid, transfer=transfer, unsigned=True)


@dataclass
class Trial:
    """Somebody with a trial certificate."""

    by: Actor
    issued: Issued

    def signed(self, data: bytes) -> bytes:
        """Return a message with this certificate's signature."""
        return signing.sign(data, signing.load_key(self.issued.key), bytes(self.issued.certificate.certificate))

    def judge(self, data: bytes, at: datetime = AT) -> Judged:
        """Judge a message as it is."""
        return judge(data, sender=self.by, at=at)

    def send(self, kind: str, *documents: Any, at: datetime = AT) -> list[answering.Told]:
        """Sign, judge and answer documents; keeps nothing."""
        return answering.told(self.judge(self.signed(written(kind, *documents)), at))


def keep(judged: Judged, data: bytes, form: str = "xml", status: int = 200, answer: bytes = b"OK") -> Exchange:
    """Keep an exchange as the machine endpoints do."""
    sent = Sent(judged.sender, form, "/sandbox/cebcmsg", {"Content-Type": "application/xml"}, data)
    served = Served(status, "text/plain", answer, 1500)
    number = actions.new_number()
    return actions.keep(number, sent, served, judged=judged, receipts=answering.told(judged), at=judged.at)


def statuses(told: list[answering.Told]) -> list[str]:
    """Return the statuses of receipts, in their order."""
    return [one.status for one in told]


def document(kind: str, number: str) -> Any:
    """Return a document of any message that nothing is wrong with, its numbers ending as the one given."""
    from tests.sandbox.conftest import parcel

    made = parcel(number)
    vouchers = {message: noun for noun, message in KINDS.items()}
    if kind in vouchers:
        return getattr(made, vouchers[kind])
    stamp, inventory = f"{AT:%Y%m%d%H%M%S}", made.inventory
    head = {"guid": inventory.guid, "appType": "1", "appTime": stamp, "appStatus": "2"}
    carrier = {"logisticsCode": samples.CARRIER.code, "logisticsName": samples.CARRIER.name}
    if kind == "CEB513Message":
        return ceb.WaybillStatus(**head, **carrier, logisticsNo=number, logisticsStatus="S", logisticsTime=stamp)
    if kind == "CEB711Message":
        return ceb.Delivery(
            **head, **carrier, customsCode="0101", copNo=number[-20:], operatorCode=samples.CARRIER.code,
            operatorName=samples.CARRIER.name, ieFlag="I", trafMode="5", trafNo="CA1", voyageNo="CA1", billNo="999-1",
            items=[ceb.DeliveryItem(gnum=1, logisticsNo="TZ1")],
        )  # fmt: skip
    names = ("orderNo", "ebpCode", "ebpName", "ebcCode", "ebcName", "buyerIdType", "buyerIdNumber", "buyerName",
             "buyerTelephone", "agentCode", "agentName", "customsCode")  # fmt: skip
    shared = {name: getattr(inventory, name) for name in names} | carrier | head
    shared |= {
        "logisticsNo": inventory.logisticsNo,
        "copNo": number[-20:],
        "invtNo": "01012026I000000001",
        "reason": "退",
    }
    if kind == "CEB623Message":
        return ceb.Withdrawal(**shared)
    item = inventory.items[0]
    line = ceb.RefundItem(gnum=1, gcode=item.gcode, gname=item.gname, qty=item.qty, unit=item.unit)
    return ceb.Refund(**shared, items=[line])
