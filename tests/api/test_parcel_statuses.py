"""Subscribers poll copies of receipts with their own; platforms read what became of their parcels."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.api.conftest import AT, make_parcel, xml
from tests.ecommerce.subscribing import file_for, named

from tongguan.ecommerce import samples
from tongguan.ecommerce.subscriptions.actions.telling import Change, tell, tell_of_receipts

XML = "application/xml"
PATH = "/api/v1/parcel-statuses"
SINCE = f"{AT:%Y%m%d%H%M%S}"


@pytest.fixture
def cleared(racing_window, parcel):
    """A parcel whose inventory the broker filed, naming the platform and a stranger as subscribers."""
    for noun in ("order", "payment", "waybill"):
        assert racing_window.broker.post("/api/v1/messages", xml(noun, parcel), XML).status_code == 200
    outcome, _ = file_for("inventory", parcel.inventory, subscribes=named(racing_window.platform.dxp_id, "DXPOTHER"))
    assert outcome.nodes[0].status == "800"
    return parcel


def test_the_platform_polls_what_the_broker_filed(racing_window, cleared):
    platform = racing_window.platform
    polled = platform.get("/ceb622msg", {"dxpid": platform.dxp_id, "qryid": SINCE}).json()
    assert [row["returnstatus"] for row in polled] == ["2", "120", "399", "800"]
    assert {row["trans_dxpid"] for row in polled} == {platform.dxp_id}
    assert platform.get("/ceb312msg", {"dxpid": platform.dxp_id, "qryid": SINCE}).json() == []
    assert racing_window.payer.get("/ceb622msg", {"dxpid": platform.dxp_id, "qryid": SINCE}).json() == []


def test_the_platform_reads_them_on_by_their_cursor(racing_window, cleared):
    seen, after = [], ""
    while rows := (page := racing_window.platform.get("/api/v1/receipts", {"after": after, "limit": 3}).json())[
        "receipts"
    ]:
        seen += [row["status"] for row in rows]
        after = page["next"]
    assert seen == ["2", "120", "399", "800"]


def test_the_platform_fetches_them_in_an_envelope(racing_window, cleared):
    platform = racing_window.platform
    response = platform.get("/dxp", {"dxpid": platform.dxp_id})
    assert response.status_code == 200 and b"CEB622Message" in response.content


def test_the_broker_gets_each_once(racing_window, cleared):
    rows = racing_window.broker.get("/api/v1/receipts").json()["receipts"]
    assert len(rows) == 7 == len({row["guid"] for row in rows})


def test_a_platform_reads_the_statuses_of_its_parcels(racing_window, cleared):
    assert racing_window.platform.get(PATH).json() == {"statuses": [], "next": ""}
    tell_of_receipts()
    page = racing_window.platform.get(PATH).json()
    [told] = page["statuses"]
    assert {name: told[name] for name in ("ebpCode", "orderNo", "source", "status", "text", "at")} == {
        "ebpCode": samples.PLATFORM.code, "orderNo": cleared.order.orderNo, "source": "inventory", "status": "800",
        "text": {"zh": "放行", "en": "Released"}, "at": "2026-05-01T09:00:00+08:00",
    }  # fmt: skip
    assert page["next"] == told["cursor"]
    assert racing_window.platform.get(PATH, {"after": page["next"]}).json() == {"statuses": [], "next": page["next"]}


def test_others_read_nothing(racing_window, cleared):
    tell_of_receipts()
    for caller in (racing_window.broker, racing_window.payer, racing_window.carrier, racing_window.operator):
        assert caller.get(PATH).json()["statuses"] == []
    assert racing_window.nobody.get(PATH).status_code == 401


def test_statuses_are_read_page_by_page(racing_window):
    parcels = [make_parcel(f"S{n}") for n in range(5)]
    for noun in samples.KINDS:
        racing_window.broker.post("/api/v1/messages", xml(noun, *parcels), XML)
    tell_of_receipts()
    seen, after = [], ""
    while rows := (page := racing_window.platform.get(PATH, {"after": after, "limit": 2}).json())["statuses"]:
        seen += [row["orderNo"] for row in rows]
        after = page["next"]
    assert seen == [f"S{n}" for n in range(5)]


def test_statuses_of_waybills_and_sites_have_their_words(racing_window, cleared):
    order, code = cleared.order.orderNo, samples.PLATFORM.code
    tell_all = [("waybill", "S"), ("waybill", "-S"), ("site", "arrived"), ("inventory", "-621001"), ("waybill", "Z")]
    with transaction.atomic():
        tell(Change(code, code, order, source, status, AT) for source, status in tell_all)
    words = [row["text"]["en"] for row in racing_window.platform.get(PATH).json()["statuses"]]
    assert words == [
        "delivered and signed for",
        "taken back: delivered and signed for",
        "arrived and declared",
        "Refused",
        "Z",
    ]


@pytest.mark.parametrize(
    "query, name", [({"after": "x"}, "after"), ({"limit": "0"}, "limit"), ({"limit": "501"}, "limit")]
)
def test_wrong_parameters_are_problems(window, query, name):
    response = window.platform.get(PATH, query)
    assert response.status_code == 400 and response.json()["errors"][0]["pointer"] == name
