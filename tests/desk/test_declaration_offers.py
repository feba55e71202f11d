"""The editor offers licences of the consignee that fit a line, and guarantees that suit; to those who may know of them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.declarations import made
from tests.desk.test_declarations import body, browser, typed
from tests.desk.test_pages import assert_asks_little, whole
from tests.licences.given import goods, received

from tongguan.holds.actions import place
from tongguan.licences.models import Licence
from tongguan.licences.screening import REASON
from tongguan.parties.models import Mandate
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM

HOUR = timedelta(hours=1)


@pytest.fixture
def port(trade_port):
    """A port, with licences of the client: one that fits, and others that do not."""
    line = {"gcode": made.GCODE, "unit": "007", "country": "JPN", "bulk": False}
    for number, more in (
        ("07-AA-26", {}), ("ended", {"first": "2025-06-05", "last": "2025-12-04"}), ("elsewhere", {"ports": ["5300"]}),
        ("spent", {}), ("held", {}),
    ):  # fmt: skip
        received(number, "7", goods("50", **line), holder=made.TRADER, **more)
    received("other-goods", "7", goods("50"), holder=made.TRADER)
    received("other-country", "7", goods("50", **line | {"country": "USA"}), holder=made.TRADER)
    received("not-his", "7", goods("50", **line), holder=made.AGENT)
    spent = Licence.objects.get(number="spent")
    Licence.objects.filter(pk=spent.pk).update(most_uses=2, uses=2)
    place(str(Licence.objects.get(number="held")), REASON, owner="officer", stops=["use"], by=SYSTEM, at=made.AT)


def offered(page: str, of: str) -> list[str]:
    [inside] = re.findall(rf'<datalist id="list-{of}"[^>]*>(.*?)</datalist>', page, re.S)
    return re.findall(r'value="([^"]+)"', inside)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_licences_that_fit_stand_beside_the_field_and_are_taken_by_a_button(port, lang):
    li = browser("li", lang)
    written = typed(**{"do": "add-licence"})
    with CaptureQueriesContext(connection) as asked:
        answer = li.post("/declarations/new", written)
    page = body(answer)
    whole(answer, lang)
    assert offered(page, "licence-1-LicenceNo") == ["07-AA-26"]
    assert made.GCODE in page and {"zh": "余 50", "en": "50"}[lang] in page and "2026-01-05" in page
    assert_asks_little("/declarations/new", [one["sql"] for one in asked])
    [button] = re.findall(r'value="(take-licence-\d+)"', page)
    taken = body(li.post("/declarations/new", typed(do=button)))
    for name, value in (("LicenceNo", "07-AA-26"), ("LicTypeCode", "7"), ("GoodsNo", "1"), ("LicWrtofDetailNo", "1"),
                        ("LicWrtofQty", "10"), ("LicWrtofQtyUnit", "007")):  # fmt: skip
        assert re.search(rf'name="licence-1-{name}" value="{value}"', taken), name
    assert "licence-1-" not in body(li.post("/declarations/new", typed(do="take-licence-999999999")))
    live = body(li.post("/declarations/check", typed(**{"licence-1-GoodsNo": "1"})))
    assert offered(live, "licence-1-LicenceNo") == ["07-AA-26"] and "hx-swap-oob" in live


def test_an_agent_is_offered_those_of_a_principal_who_lets_it_file(port):
    given, wang = typed(do="add-licence"), browser("wang")
    assert "07-AA-26" not in body(wang.post("/declarations/new", given))
    Mandate.objects.create(
        agent=find(made.AGENT), principal=find(made.TRADER), abilities=["file"], since=date(2026, 1, 1),
        until=date(2026, 12, 31), state="granted", asked=made.AT - HOUR, decided=made.AT - HOUR,
    )  # fmt: skip
    assert offered(body(wang.post("/declarations/new", given)), "licence-1-LicenceNo") == ["07-AA-26"]
    assert "07-AA-26" not in body(browser("other").post("/declarations/new", given))


def test_guarantees_that_suit_are_offered(port):
    suits = made.guarantee("5000000")
    li = browser("li")
    assert offered(body(li.post("/declarations/new", typed(do="add-item"))), "guarantees") == [suits.number]
    assert offered(body(browser("other").post("/declarations/new", typed(do="add-item"))), "guarantees") == []
