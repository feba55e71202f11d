"""Lists: columns one chooses, filters one names, files of what is filtered; nobody else is concerned by any of it."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.desk.test_pages import assert_asks_little, whole

from tongguan.desk.lists import actions
from tongguan.desk.lists.listing import FORMS
from tongguan.desk.lists.views import LISTS
from tongguan.desk.models import KeptList
from tongguan.parties.models import Person

READERS = {
    "checks": "officer",
    "requests_work": "officer",
    "journal": "officer",
    "tallies": "officer",
    "risks": "officer",
    "books": "officer",
    "disowned_purchases": "officer",
    "declarations": "officer",
    "declarations_work": "officer",
    "licences": "officer",
    "licence_reports": "officer",
    "reliefs": "officer",
    "legal_reliefs": "officer",
    "refunds": "officer",
    "deferrals": "officer",
    "guarantees": "officer",
    "duty_bills": "officer",
    "month_bills": "officer",
    "declaration_orders": "officer",
    "declaration_templates": "broker",
    "declaration_batches": "broker",
    "errors": "officer",
    "disclosures": "officer",
    "fee_reductions": "officer",
    "consignments": "officer",
    "manifests": "officer",
    "seconds": "officer",
}


def columns_of(response) -> list[str]:
    return [one.name for one in response.context["list"].columns]


def rows_of(response) -> list[list[str]]:
    data = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(data)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_list_is_whole_and_gives_its_files(window, lang):
    for name in LISTS:
        client, path = window.person(READERS.get(name, "platform"), lang), reverse(name)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        assert response.status_code == 200, name
        assert_asks_little(name, [one["sql"] for one in asked])
        whole(response, lang)
        assert response.context["list"].name == name
        for form in FORMS:
            file = client.get(f"{path}?as={form}")
            assert file.status_code == 200 and file["Content-Disposition"] == f'attachment; filename="{name}.{form}"'
            got = b"".join(file.streaming_content) if file.streaming else file.content
            assert got.startswith({"csv": "\ufeff".encode(), "xlsx": b"PK"}[form]), (name, form)


def test_columns_are_kept_for_one_person_and_can_be_given_back(window):
    client = window.person("broker")
    usual = columns_of(client.get("/parcels"))
    kept = client.post("/lists/parcels/columns", {"column": ["order_no", "status", "elsewhere"], "query": "group=done"})
    assert (kept.status_code, kept.url) == (302, "/parcels?group=done")
    assert columns_of(client.get("/parcels")) == ["order_no", "status"]
    assert columns_of(window.person("platform").get("/parcels")) == usual
    client.post("/lists/parcels/columns", {"usual": "yes", "column": ["order_no"]})
    assert columns_of(client.get("/parcels")) == usual


def test_a_filter_is_named_shared_and_deleted(window):
    client = window.person("broker")
    shown = client.get("/parcels?group=done&columns=order_no,state").context["list"]
    assert shown.here == "group=done&columns=order_no%2Cstate"
    client.post("/lists/parcels/filters", {"name": " <b>已放行 ", "query": shown.here})
    page = client.get(f"/parcels?{shown.here}")
    [(name, href, here)] = page.context["list"].saved
    assert (name, href, here) == ("<b>已放行", f"/parcels?{shown.here}", True)
    assert "&lt;b&gt;已放行" in page.content.decode() and "<b>已" not in page.content.decode()
    assert columns_of(window.person("platform").get(href)) == ["order_no", "state"], "its address is good for others"
    assert window.person("platform").get("/parcels").context["list"].saved == []
    client.post("/lists/parcels/filters", {"drop": "<b>已放行"})
    assert client.get("/parcels").context["list"].saved == []


def test_a_filter_needs_a_name_and_there_is_an_end_of_them(window, monkeypatch):
    monkeypatch.setattr(actions, "MOST_FILTERS", 1)
    client = window.person("broker", "en")
    said = [
        client.post("/lists/checks/filters", {"name": name, "query": "a=1"}, follow=False)
        for name in (" ", "one", "two", "one")
    ]
    assert {one.status_code for one in said} == {302}
    assert KeptList.objects.get(of="checks").filters == {"one": "a=1"}
    html = client.get("/parcels").content.decode()
    assert "Give the filter a name" in html and "A list keeps 1 filters at most" in html


@pytest.mark.parametrize("path", ["/lists/people/columns", "/lists/people/filters"])
def test_what_is_no_list_keeps_nothing(window, path):
    assert window.person("broker").post(path).status_code == 404
    assert not KeptList.objects.exists()


def test_keeping_leads_nowhere_else(window):
    back = window.person("broker").post("/lists/parcels/columns", {"query": "//evil.example/"})
    assert back.url.startswith("/parcels?")


def test_a_file_has_what_is_filtered_and_harmless_cells(window):
    client = window.person("broker", "en")
    head, *rows = rows_of(client.get("/parcels?group=done&as=csv"))
    assert head[0] == "Order number" and [row[0] for row in rows] == ["P-RELEASED"] and rows[0][2] == "released"
    head, *rows = rows_of(client.get("/parcels?as=csv&columns=state"))
    assert head == ["State"] and len(rows) == 4
    workbook = zipfile.ZipFile(io.BytesIO(client.get("/parcels?group=done&as=xlsx").content))
    assert "P-RELEASED" in workbook.read("xl/worksheets/sheet1.xml").decode()
    assert client.get("/parcels?as=exe").status_code == 200


def test_a_file_asks_no_more_for_more_rows(window):
    client = window.person("officer")
    with CaptureQueriesContext(connection) as asked:
        rows_of(client.get("/parcels?as=csv"))
    assert len(asked) <= 8, [one["sql"][:90] for one in asked]


def test_what_is_kept_goes_with_its_person(window):
    window.person("broker").post("/lists/parcels/columns", {"column": ["state"]})
    row = KeptList.objects.get()
    assert row.person == Person.objects.get(username="broker") and str(row) == f"kept/{row.pk}"
