"""Pages of tallies and of subscribers: who sees them, what they say, closing, opening again, allowing and ending."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.conftest import PLATFORM, bought
from tests.desk.test_pages import MOST_QUERIES, PEOPLE, assert_asks_little, whole
from tests.ecommerce.arriving import arrival, register_site, report, status
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import AT, OPERATOR, file_all
from tests.ecommerce.subscribing import address, connect

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import AllowedSubscriber, BillTally
from tongguan.parties.actions import admit, register

LANGS = ["zh", "en"]


@pytest.fixture
def tally(window, monkeypatch) -> BillTally:
    """A bill of which one parcel arrived, another did not, and one is over; its site has somebody who signs in."""
    drawn_share(monkeypatch, "0")
    site = register_site()
    admit("site", "场所某", "correct horse battery", [("site", site)], by=OPERATOR, at=AT)
    other = samples._firm("310115", "MA0TG0088", "3122960088", "外地监管场所", "Elsewhere Site", "site")
    admit(
        "other site", "外场所某", "correct horse battery",
        [("site", register(other.code, name_zh=other.name, kinds=["site"], by=OPERATOR, at=AT))], by=OPERATOR, at=AT,
    )  # fmt: skip
    parcels = [bought(f"B-{n}") for n in range(2)]
    changed = [p.changed("inventory", billNo="777-1").changed("waybill", billNo="777-1") for p in parcels]
    file_all(*changed)
    report(arrival([changed[0].waybill.logisticsNo, "=OVER"], billNo="777-1"))
    return BillTally.objects.get()


def pages(tally: BillTally) -> dict[str, str]:
    return {
        "list": "/tallies", "open ones": "/tallies?state=open", "by bill": "/tallies?q=777-1", "none": "/tallies?q=x",
        "one": f"/tallies/{tally.pk}", "over": f"/tallies/{tally.pk}?found=unknown",
        "short": f"/tallies/{tally.pk}?found=short", "end": f"/tallies/{tally.pk}?after={2**62}",
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("who", ["site", "officer", "operator", "auditor"])
def test_those_who_may_see_them_whole(window, tally, who, lang):
    client = window.person(who, lang)
    for name, path in pages(tally).items():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        assert response.status_code == 200, (name, path)
        assert_asks_little(name, [one["sql"] for one in asked])
        whole(response, lang)


@pytest.mark.parametrize("who", ["platform", "broker", "payer", "carrier", "elsewhere"])
def test_others_find_nothing(window, tally, who):
    for path in (*pages(tally).values(), f"/tallies/{tally.pk}/parcels.csv"):
        assert window.person(who).get(path).status_code == 404, path
    assert window.person(who).post(f"/tallies/{tally.pk}/close").status_code == 404


def test_another_site_sees_its_own_only(window, tally):
    other = window.person("other site")
    assert "777-1" not in other.get("/tallies").content.decode()
    assert other.get(f"/tallies/{tally.pk}").status_code == 404
    assert other.get(f"/tallies/{tally.pk}/parcels.csv").status_code == 404
    assert other.post(f"/tallies/{tally.pk}/close").status_code == 404
    assert BillTally.objects.get().state == "open"


def test_nobody_in_particular_signs_in_first(window, tally):
    assert window.person("").get("/tallies").status_code == 302
    assert window.person("nobody").get("/tallies").status_code == 403
    assert window.person("site").get(f"/tallies/{2**64}").status_code == 404


def test_it_says_what_was_found(window, tally):
    page = window.person("site", "en").get(f"/tallies/{tally.pk}").content.decode()
    for said in (
        "arrived and declared",
        "over: neither waybill nor inventory",
        "declared and not arrived yet",
        "=OVER",
    ):
        assert said in page, said
    assert f"/parcels/{PLATFORM}/" not in page
    assert f"/parcels/{PLATFORM}/B-0" in window.person("officer", "en").get(f"/tallies/{tally.pk}").content.decode()


def test_pages_of_parcels_turn(window, tally, monkeypatch):
    monkeypatch.setattr("tongguan.ecommerce.arrivals.queries.PAGE", 2)
    client = window.person("site")
    first = client.get(f"/tallies/{tally.pk}")
    assert len(first.context["parcels"]) == 2 and first.context["turning"].on
    then = client.get(first.context["turning"].on)
    assert len(then.context["parcels"]) == 1 and not then.context["turning"].on


@pytest.mark.parametrize("lang, heading", [("zh", "运单编号"), ("en", "Waybill number")])
def test_the_file_has_every_parcel_and_no_formula(window, tally, lang, heading):
    client = window.person("site", lang)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(f"/tallies/{tally.pk}/parcels.csv")
        written = b"".join(response.streaming_content).decode("utf-8-sig")
    assert len(asked) <= MOST_QUERIES
    rows = list(csv.reader(io.StringIO(written)))
    assert rows[0][1] == heading and len(rows) == 4
    assert {row[1] for row in rows[1:]} == {"TZB-0", "TZB-1", "'=OVER"}


def test_the_site_closes_and_an_officer_opens_again(window, tally):
    site, officer = window.person("site", "en"), window.person("officer", "en")
    assert "Close the tally" in site.get(f"/tallies/{tally.pk}").content.decode()
    page = site.post(f"/tallies/{tally.pk}/close", follow=True).content.decode()
    assert "The tally of the bill 777-1 is closed." in page and "short: declared and not arrived" in page
    assert "Open it again" not in page
    assert "A tally that is closed cannot" in site.post(f"/tallies/{tally.pk}/close", follow=True).content.decode()
    site.post(f"/tallies/{tally.pk}/reopen")
    assert BillTally.objects.get().state == "closed"
    officer.post(f"/tallies/{tally.pk}/reopen")
    assert BillTally.objects.get().state == "open"
    assert officer.post(f"/tallies/{tally.pk}/burn").status_code == 404


@pytest.mark.parametrize("who", [*PEOPLE, "site"])
def test_the_navigation_leads_there_for_whom_it_concerns(window, tally, who):
    page = window.person(who).get("/").content.decode()
    assert ('href="/tallies"' in page) == (who in ("site", "officer", "operator", "auditor"))


@pytest.mark.parametrize(
    "lang, arrived, signed", [("zh", "监管场所理货", "签收"), ("en", "Tally at the site", "delivered and signed for")]
)
def test_the_page_of_a_parcel_tells_its_way(window, tally, lang, arrived, signed):
    report(status("TZB-0", "S"))
    response = window.person("platform", lang).get(f"/parcels/{PLATFORM}/B-0")
    page = response.content.decode()
    course = page[page.index('<ol class="course">') :].partition("</ol>")[0]
    assert arrived in course and signed in course
    whole(response, lang)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "who, wanted", [("broker", 200), ("site", 200), ("officer", 403), ("operator", 403), ("nobody", 403)]
)
def test_who_may_allow_subscribers(window, tally, who, wanted, lang):
    response = window.person(who, lang).get("/subscribers")
    assert response.status_code == wanted
    if wanted == 200:
        whole(response, lang)


def test_a_firm_allows_and_ends(window, tally):
    connect(samples.PLATFORM, samples.CARRIER)
    broker = window.person("broker", "en")
    refused = broker.post("/subscribers", {"address": "DXPNOBODY"})
    assert refused.status_code == 409 and "DXPNOBODY" in refused.content.decode()
    page = broker.post("/subscribers", {"address": address(samples.CARRIER)}, follow=True)
    assert samples.CARRIER.name in page.content.decode()
    whole(page, "en")
    row = AllowedSubscriber.objects.get()
    assert window.person("platform").post(f"/subscribers/{row.pk}/end").status_code == 404
    assert "Ended" in broker.post(f"/subscribers/{row.pk}/end", follow=True).content.decode()
    assert not AllowedSubscriber.objects.exists()
    assert 'href="/subscribers"' in broker.get("/messages").content.decode()


@pytest.mark.parametrize("lang", LANGS)
def test_the_first_page_of_a_site_counts_its_tallies(window, tally, lang):
    page = window.person("site", lang).get("/")
    counted = {(one.tone, one.number): one.href for one in page.context["tiles"]}
    assert counted == {("waiting", 1): "/tallies?state=open", ("done", 0): "/tallies?state=closed"}
    assert 'href="/parcels' not in page.content.decode()
    assert {one.number for one in window.person("other site", lang).get("/").context["tiles"]} == {0}


def test_no_address_is_asked_for(window):
    response = window.person("broker", "en").post("/subscribers", {"address": " "})
    assert response.status_code == 409 and "Give the exchange address" in response.content.decode()
