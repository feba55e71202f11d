"""The pages of cargo: a manifest filed by page and by file, reported on, counted; a consignment; goods that nobody declared."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.declarations import made
from tests.desk.conftest import PASSWORD
from tests.desk.test_declarations import body, browser
from tests.formats.test_cargo_xml import HOUSE, carried, flown, leg, master

from tongguan.cargo.models import Bill, Conveyance
from tongguan.declarations import actions
from tongguan.declarations.models import Declaration
from tongguan.declarations.undeclared import last_sellable, undeclared, waiting
from tongguan.desk.carrier.form import unread
from tongguan.ecommerce import samples
from tongguan.parties.actions import admit, register
from tongguan.parties.queries import find

D = Decimal


@pytest.fixture
def quay(trade_port):
    """The port with a site and its people."""
    site = register(samples.SITE.code, "1113960061", name_zh="天津港场站", kinds=["site"], by=made.OPERATOR, at=made.AT)
    admit("site", "场站某", PASSWORD, [("site", site)], by=made.OPERATOR, at=made.AT)
    return site


def typed(*bills: dict[str, str], **changed: str) -> dict[str, str]:
    head = {
        "direction": "I", "transport_mode": "2", "vehicle": "9074729", "voyage": "099E", "customs_code": "0202",
        "departs_at": "2026-03-10T08:00", "expected_at": "2026-03-18T09:00", "site_code": samples.SITE.code, "do": "file",
    }  # fmt: skip
    rows = bills or ({"master": "COSU700101", "pieces": "10", "gross": "1000", "containers": "CSQU3054383/S1"},)
    sent = {f"bills-{n}-{name}": value for n, row in enumerate(rows, 1) for name, value in row.items()}
    return head | {"count": str(len(rows))} | sent | changed


@pytest.mark.measure("M0-12.2")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_manifest_is_filed_on_the_page(quay, lang):
    carrier = browser("carrier", lang)
    assert 'name="bills-3-master"' in body(carrier.get("/manifests/new"))
    filed = carrier.post("/manifests/new", typed(), follow=True)
    row = Conveyance.objects.get(voyage="099E")
    assert filed.redirect_chain[-1][0] == f"/manifests/{row.pk}" and row.site == quay
    said = body(filed)
    assert "COSU700101" in said and "CSQU3054383" in said and "099E" in said
    assert "099E" in body(carrier.get("/manifests")) and "099E" in body(carrier.get("/manifests?q=COSU700101"))
    assert "099E" not in body(
        carrier.get("/manifests?q=COSU600101").content and carrier.get("/manifests?state=arrived")
    )
    assert browser("wang").get("/manifests").status_code == 404
    assert browser("site").get(f"/manifests/{row.pk}").status_code == 200


def test_what_is_wrong_stands_beside_its_field(quay):
    carrier = browser("carrier")
    wrong = typed({"master": "COSU700101", "pieces": "ten", "gross": "1000"}, departs_at="soon")
    page = carrier.post("/manifests/new", wrong)
    said = body(page)
    assert page.status_code == 409 and 'value="ten"' in said
    for one in ("bills-1-pieces", "departs_at"):
        assert re.search(rf'id="{one}-says"><span class="late">[^<]+', said), one
    assert [one.code for one in unread([("vehicle", "x")])] == ["MANIFEST_VALUE"]
    broken = typed({"master": "COSU700101", "pieces": "0", "gross": "1000", "containers": "CSQU3054384"}, vehicle="1")
    said = body(carrier.post("/manifests/new", broken))
    for one in ("bills-1-pieces", "bills-1-containers", "vehicle"):
        assert re.search(rf'id="{one}-says"><span class="late">[^<]+', said), one
    assert not Conveyance.objects.filter(voyage="099E").exists()
    more = body(carrier.post("/manifests/new", typed(do="rows")))
    assert 'name="bills-4-master"' in more and 'value="COSU700101"' in more


def test_bills_come_from_spreadsheets_and_waybills(quay):
    carrier = browser("carrier")

    def read(name: str, data: bytes, **changed: str):
        return carrier.post(
            "/manifests/new", typed({}, do="read", **changed) | {"files": SimpleUploadedFile(name, data)}
        )

    table = "总提运单号,件数,毛重（千克）,货物描述\nCOSU700101,5,100,苹果\nCOSU700102,6,120,\n".encode()
    assert 'value="苹果"' in body(read("a.csv", table)) and 'value="COSU700102"' in body(read("a.csv", table))
    waybill = body(read("w.xml", master(legs=leg(1, "CA982", "2026-03-18T01:00:00"))))
    assert 'value="999-12345675"' in waybill and 'value="CA982"' in waybill and 'value="20260318"' in waybill
    flight = body(read("f.xml", flown(carried("999-12345686"), departs="2026-03-18T01:00:00")))
    assert 'value="999-12345686"' in flight and 'value="CA982"' in flight and 'value="20260318"' in flight
    both = carrier.post("/manifests/new", typed({}, do="read") | {
        "files": [SimpleUploadedFile("w.xml", master()), SimpleUploadedFile("h.xml", HOUSE)]
    })  # fmt: skip
    assert 'value="H2"' in body(both) and 'name="bills-3-master"' in body(both)
    for name, data in (("x.csv", b"a,b\n1,2\n"), ("x.xml", b"<x/>"), ("x.csv", "总提运单号,件数\n".encode())):
        page = read(name, data)
        assert page.status_code == 422 and 'role="alert"' in body(page), data
    empty_table = browser("carrier", "zh").get("/manifests/new?as=csv")
    assert "总提运单号" in b"".join(empty_table).decode("utf-8-sig")
    assert not Bill.objects.filter(number="COSU700101").exists()


def test_a_manifest_is_changed_and_called_off(quay):
    carrier = browser("carrier")
    carrier.post("/manifests/new", typed())
    row = Conveyance.objects.get(voyage="099E")
    bill, path = row.bills.get(), f"/manifests/{row.pk}"
    new = {"bills-1-master": "COSU700102", "bills-1-pieces": "4", "bills-1-gross": "40", "count": "1"}
    unsaid = carrier.post(f"{path}/change", new | {"reason": ""})
    assert unsaid.status_code == 409
    carrier.post(f"{path}/change", new | {"reason": "漏报"})
    assert row.bills.count() == 2
    shown = body(carrier.get(f"{path}/change?bill={bill.pk}"))
    assert 'value="COSU700101"' in shown and 'value="CSQU3054383/S1"' in shown
    carrier.post(f"{path}/change?bill={bill.pk}", {"do": "remove", "count": "1", "reason": "退载"})
    assert [one.number for one in row.bills.all()] == ["COSU700102"]
    assert carrier.get(f"{path}/change?bill=x").status_code == 404
    assert browser("site").get(f"{path}/change").status_code == 403
    carrier.post(f"{path}/cancel", {"reason": "停航"})
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert carrier.get(f"{path}/change").status_code == 302


def test_a_ship_is_reported_unloaded_and_counted(quay, monkeypatch):
    carrier, site, officer = browser("carrier"), browser("site"), browser("officer")
    carrier.post("/manifests/new", typed())
    row = Conveyance.objects.get(voyage="099E")
    bill, path = row.bills.get(), f"/manifests/{row.pk}"
    monkeypatch.setattr("django.utils.timezone.now", lambda: made.moment("2026-03-18", 20))
    carrier, site, officer = browser("carrier"), browser("site"), browser("officer")
    assert "Say the day" in body(carrier.post(f"{path}/declare_entry", {"moment": ""}))
    ahead = carrier.post(f"{path}/declare_entry", {"moment": "2026-03-19T09:00"})
    assert ahead.status_code == 409 and "has not happened" in body(ahead)
    assert "Unloading begun" not in body(site.get(path))
    for who, verb, hour in (
        (carrier, "declare_entry", 9),
        (carrier, "arrive", 10),
        (site, "unload", 11),
        (site, "finish", 15),
    ):
        assert f"{path}/{verb}" in body(who.get(path)), verb
        who.post(f"{path}/{verb}", {"moment": f"2026-03-18T{hour:02}:00"})
    row.refresh_from_db()
    assert row.state == "unloaded"
    place = f"/consignments/{bill.pk}"
    assert f"{place}/tally" in body(site.get(place)) and f"{place}/tally" not in body(carrier.get(place))
    assert "is no number" in body(site.post(f"{place}/tally", {"pieces": "nine", "gross": "1000"}))
    said = body(site.post(f"{place}/tally", {"pieces": "9", "gross": "900", "damaged": "0"}, follow=True))
    assert "fewer packages than in the manifest" in said and "Count again" in said
    assert "COSU700101" in body(officer.get("/consignments?of=differing"))
    settled = body(officer.post(f"{place}/settle", {"note": "短卸属实"}, follow=True))
    assert "difference settled" in settled and "COSU700101" not in body(officer.get("/consignments?of=differing"))
    assert browser("auditor").post(f"{place}/settle", {"note": "x"}).status_code == 409


@pytest.mark.measure("M0-12.4")
def test_a_consignment_joins_what_belongs_to_it(trade_port):
    row = made.passed(made.submitted())
    bill = Bill.objects.get(number=made.BILL)
    path = f"/consignments/{bill.pk}"
    broker = body(browser("wang").get(path))
    for said in (row.number, "机器", f"{row.tax:,.2f}", "012E", "Declaration accepted", "to be paid"):
        assert said in broker, said
    assert f"/declarations/{row.pk}/decide" in body(browser("officer").get(path))
    consignee = browser("li")
    assert row.number in body(consignee.get(path)) and made.BILL in body(consignee.get("/consignments"))
    assert made.BILL in body(browser("wang").get("/consignments")), (
        "who declared on it finds it, though another gets it"
    )
    assert made.BILL not in body(browser("other").get("/consignments"))
    carrier = body(browser("carrier").get(path))
    assert row.number not in carrier and "机器" not in carrier and "It is declared" in carrier
    other = Bill.objects.get(number="COSU600102")
    assert browser("wang").get(f"/consignments/{other.pk}").status_code == 404
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser("officer").get(path)
    assert len(asked) < 30


def test_what_nobody_declared_is_listed_and_may_be_sold_in_time(trade_port, monkeypatch):
    made.submitted()
    officer, consignee, path = browser("officer"), browser("li"), "/consignments?of=undeclared"
    listed = body(officer.get(path))
    assert "COSU600102" in listed and made.BILL not in listed.partition("<table")[2]
    assert "2026-03-16" in listed and "2026-06-02" in listed and "customs may sell" not in listed.partition("<table")[2]
    assert "COSU600102" not in body(officer.get("/consignments?of=sellable")).partition("<h1>")[2]
    warned = body(consignee.get(f"/consignments/{Bill.objects.get(number='COSU600102').pk}"))
    assert "Nobody has declared these goods" in warned and "2026-06-02" in warned and "CUSTOMS_MAY_SELL" not in warned
    monkeypatch.setattr("django.utils.timezone.now", lambda: made.moment("2026-06-02"))
    assert "COSU600102" in body(browser("officer").get("/consignments?of=sellable"))
    for who in (browser("li"), browser("carrier")):
        bill = Bill.objects.get(number="COSU600102")
        assert "CUSTOMS_MAY_SELL" in body(who.get(f"/consignments/{bill.pk}"))


def test_a_master_is_declared_by_its_houses(window):
    from tests.cargo.carrying import bill, by_air

    from tongguan.cargo import actions as cargo
    from tongguan.kernel.states import Actor

    carrier = Actor("carrier", "carrier", find(made.CARRIER).pk)
    whole = bill("999-12345675", consignee_code="")
    house = bill("999-12345675", house="H1", consignee_code="")
    ship = cargo.receive(by_air(whole, house), by=carrier, at=made.moment("2026-03-01", 8))
    made.enter(ship.pk, "2026-03-02", None)
    found = undeclared(to=made.OFFICER, on=made.moment("2026-06-01").date())
    assert [one.bill.house for one in found] == ["H1"] and not found[0].may_sell
    sold = undeclared(to=made.OFFICER, on=made.moment("2026-06-02").date(), only_sellable=True)
    assert [one.findings[0].code for one in sold] == ["CUSTOMS_MAY_SELL"]
    assert (
        waiting(Bill.objects.select_related("conveyance").get(house="H1"), on=made.AT.date()).limit.isoformat()
        == "2026-03-16"
    )


@pytest.fixture
def window(db):
    made.prepare()


def test_the_last_day_that_can_be_sold_agrees_with_the_day_of_sale():
    from datetime import date, timedelta

    from tongguan.revenue.late import sale_day

    for n in range(0, 400, 7):
        on = date(2026, 1, 1) + timedelta(days=n)
        last = last_sellable(on)
        assert sale_day(last) <= on < sale_day(last + timedelta(days=1))


def test_a_draft_does_not_declare_a_bill(trade_port):
    made.draft()
    assert Declaration.objects.count() == 1
    assert actions and made.BILL in body(browser("officer").get("/consignments?of=undeclared"))
