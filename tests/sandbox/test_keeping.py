"""What is kept of exchanges, for whom, and for how long."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.utils.crypto import get_random_string
from tests.ecommerce.filing import AT, OFFICER, OPERATOR
from tests.sandbox.conftest import parcel
from tests.sandbox.sending import KINDS, keep, written

from tongguan.ecommerce import samples
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding
from tongguan.kernel.states import Actor
from tongguan.parties.models import MonthKey
from tongguan.parties.queries import find
from tongguan.parties.vault import Forgotten, clear_cache
from tongguan.sandbox import actions, bundles, masking, queries, tasks
from tongguan.sandbox.actions import Sent, Served
from tongguan.sandbox.judging import judge
from tongguan.sandbox.models import Exchange, Receipt

ORDER = KINDS["order"]


def sent(broker, order_no: str = "K1", **changes) -> Exchange:
    data = written(ORDER, parcel(order_no).changed("order", **changes).order)
    return keep(judge(data, sender=broker, at=AT), data)


def test_an_exchange_is_kept_with_its_receipts(broker):
    row = Exchange.objects.get(pk=sent(broker).pk)
    assert (row.kind, row.form, row.enterprise_id, row.refused, row.problem) == (
        ORDER,
        "xml",
        broker.enterprise,
        0,
        None,
    )
    assert (row.law_day, row.microseconds, row.nodes[0]["number"]) == (AT.date(), 1500, "K1")
    assert [(one.status, one.at) for one in queries.receipts_of(row)] == [("2", AT), ("120", AT)]
    assert row.version and queries.opened(row).answer == b"OK"


def test_bytes_are_sealed(broker):
    row, order = Exchange.objects.get(pk=sent(broker).pk), parcel("K1").order
    assert order.buyerName.encode() in queries.opened(row).request
    for secret in (order.buyerName, order.buyerIdNumber, order.consigneeAddress):
        assert secret.encode() not in bytes(row.request) and secret not in json.dumps(row.nodes, ensure_ascii=False)


def test_headers_that_may_hold_a_token_are_not_kept(broker):
    given = {
        "authorization": "Bearer secret",
        "Cookie": "c",
        "X-Api-Key": "k",
        "user-agent": "shop/1",
        "Content-Type": "x" * 999,
    }
    made = Sent(broker, "xml", "/sandbox/cebcmsg", given, b"")
    row = actions.keep(actions.new_number(), made, Served(200, "text/plain", b"", 1), at=AT)
    assert row.headers == {"User-Agent": "shop/1", "Content-Type": "x" * 200}


def test_a_finding_names_no_personal_value():
    found = Finding("CEB-NUMBER", "item/1/buyerName", "refuse", {"given": "李小宝", "name": "buyerName"})
    assert masking.masked_finding(found).values == {"given": "***", "name": "buyerName"}
    other = Finding("CEB-NUMBER", "item/1/qty", "refuse", {"given": "3x"})
    assert masking.masked_finding(other) is other


def test_each_sees_his_own(broker):
    row = sent(broker)
    platform = Actor("p", "platform", find(samples.PLATFORM.code).pk)
    colleague = Actor("c", "broker", broker.enterprise)
    assert queries.exchange(row.pk, to=colleague) == row
    for other in (platform, OPERATOR, OFFICER, Actor("a", "auditor")):
        assert queries.exchange(row.pk, to=other) is None
        assert queries.exchanges(to=other) == queries.receipts(to=other, at=AT).rows == []
    data = written(ORDER, parcel("K2").order)
    own = keep(judge(data, sender=OPERATOR, at=AT), data)
    assert queries.exchange(own.pk, to=OPERATOR) == own and queries.exchange(own.pk, to=broker) is None


def test_filters(broker):
    good, bad = sent(broker), sent(broker, "K2", orderType="E")
    unread = keep(judge(b"<x", sender=broker, at=AT), b"<x", form="json")
    assert queries.exchanges(to=broker) == [unread, bad, good]
    assert queries.exchanges(to=broker, refused=True) == [unread, bad]
    assert queries.exchanges(to=broker, kind=ORDER, before=bad.pk) == [good]
    assert queries.exchanges(to=broker, form="json") == [unread]


def test_a_forgotten_month_cannot_be_opened(broker):
    row = sent(broker)
    MonthKey.objects.update(wrapped=None, destroyed_at=AT)
    clear_cache()
    with pytest.raises(Forgotten):
        bundles.bundle(Exchange.objects.get(pk=row.pk), at=AT)


def test_old_exchanges_go(broker):
    sent(broker)
    days = law("sandbox.keep_days", on=AT.date()).value
    assert actions.expire(at=AT + timedelta(days=days)) == 0
    tasks.expire_exchanges(int((AT + timedelta(days=days, seconds=1)).timestamp()))
    assert not Exchange.objects.exists() and not Receipt.objects.exists()


def test_an_enterprise_keeps_so_many(broker, monkeypatch):
    rows = [sent(broker, f"K{n}") for n in range(4)]
    data = written(ORDER, parcel("K9").order)
    operators = keep(judge(data, sender=OPERATOR, at=AT), data)
    real = law.__class__.__call__

    def few(self, name, *, on):
        found = real(self, name, on=on)
        return found.__class__(name, found.since, 2, found.reference) if name == "sandbox.keep_most" else found

    monkeypatch.setattr(law.__class__, "__call__", few)
    assert actions.expire(at=AT) == 2
    assert list(Exchange.objects.order_by("id")) == [*rows[2:], operators]


def opened(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_a_bundle_holds_everything_but_secrets(broker):
    order = parcel("K1").order
    row = Exchange.objects.get(pk=sent(broker, orderType="E").pk)
    files = opened(bundles.bundle(row, at=AT))
    assert set(files) == {"exchange.json", "findings.json", "receipts.json", "request.xml", "answer.txt"}
    told = json.loads(files["exchange.json"])
    assert (told["kind"], told["lawDay"], told["program"]) == (ORDER, "2026-05-01", row.version)
    [node] = json.loads(files["findings.json"])
    finding = node["findings"][0]
    assert finding["pointer"] == "orderType" and set(finding["message"]) == {"zh", "en"}
    assert [one["status"] for one in json.loads(files["receipts.json"])] == ["-301008"]
    everything = "".join(files.values())
    for secret in (
        order.buyerName,
        order.buyerIdNumber,
        order.buyerTelephone,
        order.consigneeAddress,
        order.buyerRegNo,
    ):
        assert secret not in everything
    assert f"{order.buyerName[0]}**" in files["request.xml"] and "<ceb:orderNo>K1</ceb:orderNo>" in files["request.xml"]


@pytest.mark.parametrize(
    "data",
    [
        "<ceb:Order><buyerName>李小宝</buyerName><buyerIdNumber>11010519491231002X</Order>",
        "<a>李小宝 11010519491231002X</a>", "<李小宝 a='11010519491231002X'/>", '{"x": "李小宝 11010519491231002X"',
        '{"buyerName": "李小宝", "data": "11010519491231002X"}', "李小宝11010519491231002X",
        '[{"pointer": "item/1/buyerName", "message": {"zh": "李小宝", "en": "11010519491231002X"}}]',
        "<ceb:CEB311Message xmlns:ceb='http://www.chinaport.gov.cn/ceb'><o>李小宝</o>11010519491231002X</ceb:CEB311Message>",
        "<MessageReturn><oriBizMessage>李小宝 11010519491231002X</oriBizMessage></MessageReturn>",
    ],
)  # fmt: skip
def test_nothing_personal_is_shown_of_what_cannot_be_read(data):
    hidden = masking.masked(data.encode()).decode()
    assert "李小宝" not in hidden and "11010519491231002X" not in hidden and "19491231" not in hidden


def test_lines_lead_to_findings():
    data = written(KINDS["inventory"], parcel("L1").inventory, parcel("L2").inventory)
    found = {(line.node, line.pointer): line.text for line in masking.lines(data)}
    assert found[1, "orderNo"] == "L1" and found[2, "orderNo"] == "L2"
    assert (
        found[2, "item/2/gcode"] == samples.GOODS[2].gcode and found[0, "BaseTransfer/copCode"] == samples.BROKER.code
    )
    assert found[1, "buyerName"].endswith("**")
    assert masking.lines(b"<a") == []


def test_lines_of_a_message_without_a_head():
    text = "<ceb:CEB513Message xmlns:ceb='http://www.chinaport.gov.cn/ceb'><ceb:LogisticsStatus><ceb:logisticsNo>1</ceb:logisticsNo></ceb:LogisticsStatus></ceb:CEB513Message>"
    assert [(line.node, line.pointer, line.text) for line in masking.lines(text.encode())][-1] == (
        1,
        "logisticsNo",
        "1",
    )


def test_random_bytes_are_masked_without_an_error():
    for n in range(40):
        masking.masked(get_random_string(n, "<>/=\"'a{}[]:,\\\0é李").encode())
