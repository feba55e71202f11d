"""Pages that anybody may read: whole in both languages, few queries, small, and true."""

from __future__ import annotations

import logging
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.reading import read
from tests.desk.test_pages import whole

from tongguan.desk import navigation
from tongguan.desk.public import figures, services
from tongguan.kernel.texts import known_keys

CALCULATED = "/calculator?mode=9610&on=2026-05-01&code=9503006000&price=1000&qty=1"
TRADED = "/calculator/trade?on=2026-05-01&terms=3&currency=502&rate=7.1&freight=5000&code=9503006000&price=100000&origin=Japan"
PAGES = {
    "first": "/",
    "tariff": "/tariff",
    "found": "/tariff?q=%E9%85%92",
    "found none": "/tariff?q=zeppelin",
    "too short": "/tariff?q=c",
    "a wrong day": "/tariff?q=22&on=yesterday",
    "a code": "/tariff/2208300000",
    "a code on a day": "/tariff/2208300000?on=2020-05-01",
    "a code that is not there": "/tariff/2208300000?on=1999-05-01",
    "rice": "/tariff/1006302090?on=2026-05-01",
    "calculator": "/calculator",
    "calculated": CALCULATED,
    "refused": "/calculator?mode=9610&on=2026-05-01&code=9503006000&price=6800&qty=2",
    "wrong": "/calculator?mode=9610&on=2026-05-01&code=1&price=x&qty=&freight=-1",
    "many lines": "/calculator?mode=9610&on=2026-05-01" + "&code=9503006000&price=10" * 20,
    "trade": "/calculator/trade",
    "traded": TRADED,
    "traded wrongly": "/calculator/trade?code=1&price=x&origin=Atlantis&freight=-1&terms=9",
    "advisor": "/advisor",
    "advised": "/advisor?filing=2026-05-16&entered=2026-05-04&terms=3&currency=142&code=9503006000&price=100000&customs=0202",
    "advised wrongly": "/advisor?code=1&price=x&filing=soon&firm=X&customs=9&mode=0000",
    "numbers": "/check-number",
    "services": "/services",
    "open data": "/open-data",
    "elements": "/open-data/elements",
    "elements found": "/open-data/elements?q=%E6%AF%9B%E9%87%8D&document=DecMessage",
    "elements none": "/open-data/elements?q=zeppelin&document=none",
    "an element": "/open-data/elements/unified_code_of_trader",
}
MOST_QUERIES, MOST_BYTES = 13, 150_000

pytestmark = pytest.mark.usefixtures("tariff_loaded", "db")


@pytest.fixture(autouse=True)
def _counted_anew():
    figures.clear()


def reader(lang: str = "en") -> Client:
    return Client(headers={"accept-language": lang})


def page(path: str, lang: str = "en") -> str:
    response = reader(lang).get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_everybody_reads_them_in_both_languages(name, lang):
    with CaptureQueriesContext(connection) as asked:
        response = reader(lang).get(PAGES[name])
    assert response.status_code == 200
    # Links to instruments may be plain; nothing is loaded from there.
    response.content = response.content.replace(b'<a href="http://', b'<a href="https://')
    whole(response, lang)
    assert len(asked) <= MOST_QUERIES and len(response.content) < MOST_BYTES, (len(asked), len(response.content))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_tells_of_today(window, lang):
    from datetime import timedelta

    from django.utils import timezone

    from tongguan.ecommerce.models import Inventory

    now = timezone.now()
    Inventory.objects.update(filed_at=now)
    Inventory.objects.filter(state="released").update(released_at=now + timedelta(minutes=3))
    found = figures.live()
    assert (found.today.declared, found.today.released, found.minutes) == (4, 1, "3")
    with CaptureQueriesContext(connection) as asked:
        assert figures.live() is found
    assert len(asked) == 0
    html = page("/", lang)
    assert "<strong>4</strong>" in html and "/tariff" in html and "/open-data" in html and "/api/docs" in html


def test_of_what_is_asked_twice_the_last_counts(window):
    page = window.person("", "en").get("/tariff?q=nothing&q=2204")
    assert page.status_code == 200 and 'value="2204"' in page.content.decode()


def test_who_is_not_signed_in_finds_every_public_page_from_each_of_them():
    for path in PAGES.values():
        html = page(path)
        for place in (*navigation.PUBLIC, "status"):
            assert f'href="{navigation.reverse(place)}"' in html, (path, place)


def test_a_whole_code_leads_to_its_page_and_the_beginning_of_one_to_the_search():
    client = reader()
    assert client.get("/tariff?q=2208.3000.00").url == "/tariff/2208300000"
    assert client.get("/tariff?q=2208300000&on=2020-05-01").url == "/tariff/2208300000?on=2020-05-01"
    assert client.get("/tariff/2208").url == "/tariff?q=2208"
    assert client.get("/tariff/2208.3000.00").url == "/tariff/2208300000"
    assert client.get("/tariff/9999999999").status_code == 404


def test_a_code_tells_its_rates_and_what_is_not_known():
    html = page("/tariff/2208300000?on=2026-05-01")
    assert "Whisky" in html and "5%" in html and "税委会公告2026年第1号" in html and "applies" in html
    assert "20% and 1 yuan per kilogram" in html and "180%" in html
    assert "inspection and quarantine on import" in html and "not known for this day" in html  # the export duty
    assert "rates under trade agreements" in html and "What became of its rates" in html
    before = page("/tariff/2208300000?on=2026-01-31")
    assert "10%" in before.partition("What became of its rates")[0]
    rice = page("/tariff/1006302090?on=2026-05-01")
    assert "A person may buy 20 kg a year of heading 1006" in rice


def test_lists_are_paged():
    first = page("/tariff?q=%E5%85%B6%E4%BB%96")
    rows = re.findall(r'class="number" href="/tariff/(\d{10})', first)
    assert len(rows) == 25 and 'rel="next"' in first and 'rel="prev"' not in first
    second = page("/tariff?q=%E5%85%B6%E4%BB%96&page=2")
    others = re.findall(r'class="number" href="/tariff/(\d{10})', second)
    assert not set(rows) & set(others) and 'rel="prev"' in second
    assert page("/tariff?q=%E5%85%B6%E4%BB%96&page=99999") and page("/tariff?q=%E5%85%B6%E4%BB%96&page=x")


def test_the_calculator_shows_the_sheet_of_the_law():
    html = page(CALCULATED)
    assert "<strong>91.00</strong>" in html and "9.1%" in html and "财关税〔2018〕49号" in html
    assert "1,000.00 of 5,000.00 yuan: within the limit" in html
    one = page(
        "/calculator?mode=9610&on=2026-05-01&code=3304100091&price=6800&qty=1&qty1=0.1&unit1=kilogram&used=10000"
    )
    assert "2,692.00" in one and "9,200.00 left afterwards" in one and "one article that cannot be divided" in one


def test_the_calculator_of_general_trade_tells_value_duty_and_sheet():
    html = page(TRADED)
    assert "747,736.50" in html and "2,236.50" in html and "Insurance, not known: 0.3%" in html
    assert "most-favoured-nation" in html and "Order" not in html.partition("<form")[0].partition("VAT")[0]
    unknown = page(TRADED.replace("Japan", ""))
    assert "general rate" in unknown and "unknown origin" in unknown


def test_the_calculator_tells_the_duty_of_goods_that_leave():
    html = page("/calculator/trade?on=2026-05-01&direction=E&terms=3&code=9503006000&price=100000")
    assert "No export duty is known" in html and "100,000.00" in html
    wrong = page("/calculator/trade?on=2026-05-01&direction=X&terms=3&code=9503006000&price=100000")
    assert "is no direction" in wrong


def test_what_is_wrong_with_goods_of_trade_stands_at_its_field():
    html = page("/calculator/trade?on=2026-05-01&code=9503006000&price=ten&origin=Atlantis&terms=3")
    fields = {one["id"]: one for one in read(html).controls if "id" in one}
    assert fields["price-1"]["aria-invalid"] == fields["origin-1"]["aria-invalid"] == "true"
    missing = page("/calculator/trade?on=2026-05-01&code=9503006000&price=10&origin=116&terms=3")
    assert 'href="#freight"' in missing and "does not hold the freight" in missing
    unproven = page("/calculator/trade?on=2026-05-01&code=9503006000&price=10&origin=116&claim=RCEP")
    assert 'href="#proof-1"' in unproven
    assert "The tariff has no commodity code" in page(
        "/calculator/trade?on=2026-05-01&code=9999999999&price=10&origin=116"
    )


def test_what_is_wrong_stands_at_its_field():
    html = page("/calculator?mode=9610&on=2026-05-01&code=9503006000&price=10&code=9503006000&price=ten&freight=-1")
    fields = {one["id"]: one for one in read(html).controls if "id" in one}
    assert fields["price-2"]["aria-invalid"] == fields["freight"]["aria-invalid"] == "true"
    assert "aria-invalid" not in fields["price-1"] and fields["price-2"]["value"] == "ten"
    assert 'id="price-2-says"' in html and 'href="#price-2"' in html
    refused = page("/calculator?mode=9610&on=2026-05-01&code=9503006000&price=1500&used=24800")
    assert 'href="#used"' in refused and "there is room for 1200" in refused


def test_a_form_grows_by_a_line_without_script():
    html = page("/calculator?code=9503006000&price=10&more=1")
    assert 'id="code-2"' in html and 'id="result"' not in html
    assert 'value="9503006000"' in page("/calculator?code=9503006000")


def test_units_may_be_named_in_either_language():
    for unit in ("035", "千克", "Kilogram"):
        assert "98.00" in page(f"/calculator?mode=9610&on=2026-05-01&code=3304990029&price=425&qty1=0.02&unit1={unit}")
    assert "98.00" in page("/calculator?mode=9610&on=2026-05-01&code=3304990029&price=425&qty1=0.02")  # the legal unit


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_number_is_judged_and_not_told_again(lang, caplog, capfd):
    client, number = reader(lang), "110105194912310021"
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as asked:
        response = client.post("/check-number", {"number": number})
    html = response.content.decode()
    whole(response, lang)
    assert number not in html and "no-store" in response["Cache-Control"]
    assert number not in caplog.text + "".join(capfd.readouterr()) + "".join(one["sql"] for one in asked)
    good = client.post("/check-number", {"number": "91110105MA01ABCD5F", "kind": "uscc"})
    assert "91110105MA01ABCD5F" in good.content.decode()
    wrong = client.post("/check-number", {"number": "CSQU3054384"}).content.decode()
    assert ("character 11 would be 3" if lang == "en" else "第11位应为3") in wrong
    assert client.post("/check-number", {"number": "12"}).status_code == 200
    assert (
        client.get("/check-number?number=" + number).content.decode().count(number) == 2
    )  # the switches of language and colours


def test_the_catalogue_has_every_place_and_every_group_of_operations():
    from tongguan.api.v1 import TAGS

    rows = {one.name: one for _, group in services.catalogue("en") for one in group}
    places = {place for area in navigation.AREAS.values() for place in area} | set(navigation.PUBLIC) | {"status"}
    assert set(rows) == places
    assert {tag for tags, _ in services.ELSEWHERE.values() for tag in tags} == set(TAGS)
    assert set(services.operations("en")) == set(TAGS)
    commands = {key.removeprefix("cli.help.") for key in known_keys() if key.startswith("cli.help.")}
    assert {name for _, names in services.ELSEWHERE.values() for name in names} <= commands
    assert rows["taxes"].needs == "" and "declarant" in rows["file"].needs and "customs officer" in rows["checks"].roles


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_open_data_can_be_taken_away(lang):
    import csv
    import io

    client = reader(lang)

    def rows(path: str) -> list[list[str]]:
        said = b"".join(client.get(path).streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(said)))

    tariff = rows("/open-data/tariff.csv?on=2026-05-01")
    whisky = next(row for row in tariff if row[0] == "2208300000")
    assert len({len(row) for row in tariff}) == 1 and whisky[9] == "5%" and whisky[-1] == ""
    law = rows("/open-data/law.csv")
    limits = [row for row in law if row[0] == "ecommerce.single_limit"]
    assert len(limits) >= 2 and limits[-1][3:5] == ["2019-01-01", "5000"] and all(len(row) == 9 for row in law)
    assert sum(row[0] == "007" for row in rows("/open-data/codes/units.csv")) == 1
    assert client.get("/open-data/codes/none.csv").status_code == 404
    assert (
        client.get("/open-data/tariff.xml").status_code == client.get("/open-data/tariff.csv?on=x").status_code == 404
    )


def test_the_tariff_as_json_is_whole_and_names_its_instruments():
    import json

    found = json.loads(b"".join(reader().get("/open-data/tariff.json?on=2026-05-01").streaming_content))
    whisky = next(one for one in found["lines"] if one["code"] == "2208300000")
    assert found["on"] == "2026-05-01" and whisky["rates"]["provisional"]["rate"] == {"rate": "0.05"}
    instrument = found["instruments"][whisky["rates"]["provisional"]["instrument"]]
    assert "2026年第1号" in instrument["title"] and instrument["standing"] == "read" and "export" not in whisky["rates"]


@pytest.mark.measure("M2-I-1.1")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_data_elements_are_looked_up_and_taken_away(lang):
    import csv
    import io
    import zipfile

    from tongguan.elements import catalogue

    listed = page("/open-data/elements", lang)
    assert 'href="/open-data/elements/gross_weight"' in listed and 'href="/open-data/codes/units.csv"' in listed
    weight = page("/open-data/elements/gross_weight", lang)
    for path in ("DecHead/GrossWet", "Inventory/InventoryHead/grossWeight", "TotalGrossMassMeasure", "bills/gross"):
        assert path in weight
    found = page("/open-data/elements?q=EntyPortCode", lang)
    assert "/open-data/elements/dec.head.EntyPortCode" in found and "gross_weight" not in found
    assert reader(lang).get("/open-data/elements/none").status_code == 404
    client = reader(lang)
    rows = list(
        csv.reader(io.StringIO(b"".join(client.get("/open-data/elements.csv").streaming_content).decode("utf-8-sig")))
    )
    places = sum(len(one.places) for one in catalogue().values())
    assert len(rows) == places + 1 and {len(row) for row in rows} == {13}
    sheet = zipfile.ZipFile(io.BytesIO(client.get("/open-data/elements.xlsx").content)).read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == places + 1
    assert client.get("/open-data/elements.pdf").status_code == 404
