"""A node whose own numbers do not fit a receipt is kept and answered all the same: by what does fit, or by a CEB900."""

from __future__ import annotations

import re

import pytest
from tests.ecommerce.asking import bought, refund, withdrawal
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.models import Message
from tongguan.formats import ceb

NUMBER = "010120260000000009"
CASES = [
    ("order", "orderNo", "9" * 70, "CEB900Message"),
    ("order", "ebpCode", "9" * 40, "CEB900Message"),
    ("payment", "payTransactionId", "9" * 90, "CEB900Message"),
    ("waybill", "logisticsCode", "9" * 30, "CEB900Message"),
    ("inventory", "customsCode", "01011", "CEB622Message"),
    ("inventory", "customsCode", "1", "CEB622Message"),
    ("inventory", "copNo", "9" * 30, "CEB622Message"),
    ("withdrawal", "ebpCode", "9" * 40, "CEB624Message"),
    ("withdrawal", "invtNo", "9" * 40, "CEB624Message"),
    ("refund", "customsCode", "01", "CEB626Message"),
    ("refund", "agentCode", "9" * 40, "CEB626Message"),
]


def written(noun: str) -> bytes:
    parcel = bought("FIT1")
    if noun in samples.KINDS:
        return samples.message(noun, [getattr(parcel, noun)])
    document = {"withdrawal": withdrawal, "refund": refund}[noun](parcel, number=NUMBER)
    kind = {"withdrawal": "CEB623Message", "refund": "CEB625Message"}[noun]
    transfer = ceb.BaseTransfer(copCode=samples.BROKER.code, copName="x", dxpMode="DXP", dxpId="D")
    return ceb.write(kind, [document], "0" * 36, transfer=transfer, unsigned=True)


@pytest.mark.parametrize("noun, field, value, receipt", CASES, ids=[f"{n}-{f}-{len(v)}" for n, f, v, _ in CASES])
def test_unfit(noun, field, value, receipt, window):
    data = written(noun)
    tag = f"ceb:{field}>".encode()
    changed = re.sub(b"<" + tag + b"[^<]*</" + tag, b"<" + tag + value.encode() + b"</" + tag, data)
    assert changed != data
    outcome = receive(changed, sender=OPERATOR, at=AT)
    assert outcome.refused == 1 and Message.objects.get().refused == 1
    assert ceb.read(outcome.receipt).kind == receipt
