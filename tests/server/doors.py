"""Everything a person's data can come in by: right and wrong, readable and not, to the window and to the sandbox."""

from __future__ import annotations

import base64
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.formats import dxp
from tongguan.kernel.states import Actor

QUINN = samples.Buyer("欧阳囡囡囡", "120116198702217774", "13977665544", "天津市滨海新区无此一路7766号9栋901室")
"""Somebody who is in no other test."""
RUTH = samples.Buyer("尉迟翩翩翩", "110101198702217778", "13922334455", "北京市顺义区无此二路5588号3栋402室")
"""Somebody whose inventory was withdrawn, so that nothing need be kept of her."""
XML, JSON = "application/xml", "application/json"
TRANSFER = {"copCode": samples.BROKER.code, "copName": samples.BROKER.name, "dxpMode": "DXP", "dxpId": "DXPTG0TG0061R"}
PERSONAL = ("buyerName", "buyerIdNumber", "buyerTelephone", "payerName", "payerIdNumber", "telephone", "consignee",
            "consigneeTelephone", "consigneeAddress", "buyerRegNo")  # fmt: skip
CUSTOMS = "DXPEDCCEB0000002"


def words(*people: samples.Buyer) -> set[str]:
    """Return what is said of people: each word is found nowhere else."""
    return {word for who in people for word in (who.name, who.number, who.telephone, who.address)}


def bought(number: str, at: datetime, who: samples.Buyer = QUINN) -> samples.Parcel:
    """Return a parcel of somebody."""
    return samples.parcel(number, who, [(samples.GOODS[0], 1)], at=at, chance=random.Random(number))


def message(noun: str, document: Any) -> bytes:
    return samples.message(noun, [document], sender=samples.BROKER, seed=len(noun))


def knocks(at: datetime) -> Iterator[tuple[str, bytes, str]]:
    """Yield requests that hold his data: address, body, type."""
    whole = bought("QN0001", at)
    for noun, kind in samples.KINDS.items():
        document = getattr(whole, noun)
        yield "/cebcmsg", message(noun, document), XML
        yield f"/api/v1/messages/{kind}", records(document), JSON
        for fault in faulty(noun, at):
            yield "/cebcmsg", fault, XML
            yield "/sandbox/cebcmsg", fault, XML
            yield "/dxp", enveloped(fault, kind, f"Q{random.Random(fault).getrandbits(60)}"), XML
            yield "/cebcmsg", boxed(fault), JSON
        for odd in ({"nothing": QUINN.number}, {QUINN.number: "1"}, {"orderNo": [QUINN.name]}):
            yield f"/api/v1/messages/{kind}", json.dumps([odd], ensure_ascii=False).encode(), JSON
            yield f"/api/v1/sandbox/messages/{kind}", json.dumps([odd]).encode(), JSON
    yield "/api/v1/numbers", json.dumps({"numbers": [QUINN.number]}).encode(), JSON
    yield "/api/v1/advice", json.dumps({"question": f"{QUINN.name} {QUINN.number}"}).encode(), JSON


def faulty(noun: str, at: datetime) -> Iterator[bytes]:
    """Yield messages of a kind with something wrong where it is about him."""
    right = message(noun, getattr(bought("QN0002", at), noun))
    for name in PERSONAL:
        for wrong in (f"{QUINN.number}{QUINN.name}" * 12, f"{QUINN.number[:-1]}?{QUINN.telephone}{QUINN.name}"):
            said = re.sub(rf"({name})>[^<]+<", rf"\1>{wrong}<", right.decode())
            if said != right.decode():
                yield said.encode()
    yield right[: len(right) * 2 // 3]
    yield re.sub(rb"(<[a-z:]*guid>)", rf"<note2>{QUINN.number}</note2>\1".encode(), right, count=1)
    yield right.replace(b"guid=", f'note="{QUINN.name}" guid='.encode(), 1)
    yield right.decode().replace("UTF-8", "GBK").encode("gbk", "replace")


def records(document: Any) -> bytes:
    return json.dumps({"documents": [msgspec.to_builtins(document)], "baseTransfer": TRANSFER}, default=str).encode()


def boxed(data: bytes) -> bytes:
    return json.dumps({"Message": {"MessageBody": {"data": base64.b64encode(data).decode()}}}).encode()


def enveloped(data: bytes, kind: str, number: str) -> bytes:
    heading = dxp.Heading(
        CopMsgId=number,
        SenderId=TRANSFER["dxpId"],
        ReceiverIds=[CUSTOMS],
        CreatTime="2026-05-01T09:00:00",
        MsgType=kind,
    )
    return dxp.write(heading, data)


def knock(token: str) -> None:
    """Send all of it to the program as it is set up here, and withdraw what Ruth bought; prints each kind of answer."""
    from django.conf import settings
    from django.test import Client
    from tests.ecommerce.asking import ask, withdrawal

    settings.OPEN_INTAKE = True
    at, said = datetime.now(SHANGHAI), Counter()
    for address, body, kind in knocks(at):
        shown = {"authorization": f"Bearer {token}"} if "sandbox" in address else {}
        answer = Client().post(address, body, kind, headers={"host": "localhost", **shown})
        said[address.split("/")[-1], answer.status_code] += 1
    hers = bought("RU0001", at, RUTH)
    receive(message("inventory", hers.inventory), sender=Actor("tests", "operator"), at=at)
    ask(withdrawal(hers, at=at), at=at)
    print(sorted(said.items()))
