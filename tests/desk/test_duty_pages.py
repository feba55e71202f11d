"""The pages of bills, months and arrears: who sees and pays what, in both languages; and the page of exchange rates."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_guarantee_pages import person
from tests.desk.test_pages import MOST_QUERIES, whole
from tests.revenue.firms import OPERATOR, SYSTEM, D

from tongguan.ecommerce import samples
from tongguan.revenue.exchange.queries import day_for
from tongguan.revenue.models import DutyBill, MonthBill, PublishedRate
from tongguan.revenue.payments import actions
from tongguan.revenue.payments.months.actions import collect, turn

TODAY = timezone.localdate()
PAYER = samples.PLATFORM.code
FORM = {"title": "Invented", "standing": "design", "href": ""}


@pytest.fixture(autouse=True)
def _bank(settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def billed(reference: str = "D1", days: int = 5) -> DutyBill:
    kinds = {"late_fee": D(1495), "duty": D("59818.92"), "vat": D("104982.20")}
    due = TODAY + timedelta(days=days)
    return actions.bill(reference, payer=PAYER, kinds=kinds, due=due, by=SYSTEM, at=timezone.now())


def month() -> MonthBill:
    before = TODAY.replace(day=1) - timedelta(days=40)
    at = datetime.combine(before, datetime.min.time(), timezone.get_current_timezone())
    collect("D8", PAYER, "G1", {"duty": D(100000)}, on=before, by=SYSTEM, at=at)
    turn(TODAY, at=timezone.now())
    actions.lapse_due(TODAY, at=timezone.now())
    return MonthBill.objects.get()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("who", "wanted"), [("platform", 200), ("officer", 200), ("auditor", 200), ("carrier", 404)])
def test_each_page_is_seen_by_those_who_may(people, who, wanted, lang):
    bill, of = billed(), month()
    client = person(who, lang)
    lists = ("/duty-bills", "/duty-bills/months", "/duty-bills/arrears")
    for path in (*lists, f"/duty-bills/{bill.number}", f"/duty-bills/months/{of.number}"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        assert response.status_code == (200 if path in lists else wanted), path
        assert len(asked) <= MOST_QUERIES, path
        if response.status_code == 200:
            whole(response, lang)
    assert person("").get("/duty-bills").status_code == 302


class TestPaying:
    def test_a_payer_confirms_the_sum_he_saw(self, people):
        bill = billed()
        platform, own = person("platform", "en"), f"/duty-bills/{bill.number}/pay"
        page = platform.get(own).content.decode()
        assert "166,296.12" in page and "Late-declaration fee" in page
        assert platform.post(own, {"amount": "1.00"}).status_code == 409
        assert person("officer").post(own).status_code == 403
        assert platform.post(own, {"amount": "166296.12"}).status_code == 302
        assert DutyBill.objects.get().state == "paid" and platform.get(own).status_code == 409
        assert platform.post(own).status_code == 409

    def test_a_late_month_is_paid_with_its_surcharge_and_agreed_to(self, people):
        of = month()
        platform, officer = person("platform", "en"), person("officer", "en")
        page = platform.get(f"/duty-bills/months/{of.number}").content.decode()
        assert "overdue" in page and "D8" in page and "Surcharge" in page
        assert "suspended" in platform.get("/duty-bills/months").content.decode()
        assert of.number in officer.get("/duty-bills/arrears").content.decode()
        assert officer.post(f"/duty-bills/{of.number}/claim").status_code == 302
        assert platform.post(f"/duty-bills/{of.number}/pay").status_code == 302
        of.refresh_from_db()
        assert of.state == "paid" and of.surcharge > 0
        assert platform.post(f"/duty-bills/{of.number}/agree").status_code == 409
        assert officer.post(f"/duty-bills/{of.number}/agree").status_code == 302
        assert officer.post(f"/duty-bills/{of.number}/agree").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rates_of_a_month_are_public_and_the_authority_keeps_them(people, lang):
    day = day_for(TODAY)
    nobody, operator = person("", lang), person("operator", lang)
    written = FORM | {"rates": f"day,currency,yuan,per\n{day},USD,7.1,1\n{day},JPY,4.65,100"}
    assert nobody.post("/exchange-rates", written).status_code == 302 and not PublishedRate.objects.exists()
    assert person("platform", lang).post("/exchange-rates", written).status_code == 403
    assert operator.post("/exchange-rates", FORM | {"rates": "day\nx"}).status_code == 409
    assert operator.post("/exchange-rates", written | {"title": ""}).status_code == 409
    assert operator.post("/exchange-rates", written).status_code == 302
    page = nobody.get("/exchange-rates")
    whole(page, lang)
    assert "7.1" in page.content.decode() and day.isoformat() in page.content.decode()
    whole(operator.get("/exchange-rates"), lang)
    for path in ("?month=2026-13", "?month=1990-01", "?month=2999-01", "?month=2026-02"):
        whole(nobody.get(f"/exchange-rates{path}"), lang)
    number = PublishedRate.objects.get(currency="502").pk
    assert operator.post(f"/exchange-rates/{number}/withdraw").status_code == 302
    assert operator.post(f"/exchange-rates/{number}/withdraw").status_code == 404
    assert OPERATOR.role == "operator"
