"""The pages of reliefs: who sees and does what, in both languages; bad input; the lists of the authority."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_pages import MOST_QUERIES, whole
from tests.revenue import relieved
from tests.revenue.relieved import OFFICER, OPERATOR, SYSTEM, TRADER, goods

from tongguan.parties.actions import admit
from tongguan.parties.queries import find
from tongguan.revenue.models import ListEntry, ReliefLetter
from tongguan.revenue.reliefs import actions

SEES = {"holder": 200, "officer": 200, "operator": 200, "auditor": 200, "broker": 404, "platform": 403, "carrier": 403}
D = Decimal


@pytest.fixture
def letter(window, monkeypatch) -> ReliefLetter:
    relieved.use_tariff(monkeypatch)
    relieved.firms()
    at = timezone.now() - timedelta(days=500)
    admit("colleague", "同事某", "correct horse battery", [("officer", None)], by=OPERATOR, at=at)
    admit("holder", "许某", "correct horse battery", [("trader", find(TRADER))], by=OPERATOR, at=at)
    relieved.listed(since="2021-01-01")
    row = relieved.letter(goods(), at=at)
    relieved.draw(row, relieved.drawn("4"), at=at)
    actions.confirm("declaration/1", {1: D(1200000)}, by=SYSTEM, at=at)
    return relieved.again(row)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", SEES)
def test_each_page_is_seen_by_those_who_may(window, letter, who, lang):
    client = window.person(who, lang)
    for path in ("/reliefs", f"/reliefs/{letter.pk}"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        wanted = 200 if path == "/reliefs" and SEES[who] == 404 else SEES[who]
        assert response.status_code == wanted, path
        assert len(asked) <= MOST_QUERIES
        if wanted == 200:
            whole(response, lang)
    assert window.person("").get("/reliefs").status_code == 302
    assert client.get("/reliefs/999999").status_code == (403 if SEES[who] == 403 else 404)
    lists = client.get("/reliefs/lists")
    assert lists.status_code == (200 if who in ("officer", "operator", "auditor") else 403)
    if lists.status_code == 200:
        whole(lists, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_what_is_left_and_the_clock(window, letter, lang):
    page = window.person("holder", lang).get(f"/reliefs/{letter.pk}").content.decode()
    for said in (letter.number, ">6<", "1,200,000.00", "progress"):
        assert said in page, said
    assert ("逾期未交使用状况报告" if lang == "zh" else "has not reported the use") in page
    assert ("监管中" if lang == "zh" else "under supervision") in page


def test_the_list_is_filtered_and_exported_and_a_year_reported(window, letter):
    holder = window.person("holder", "en")
    for query, there in (
        ("", True), ("?stage=supervised", True), ("?stage=deciding", False), (f"?q={letter.number}", True), ("?q=x", False),
        (f"?q={TRADER}", True), ("?stage=x", True), ("?before=1", False),
    ):  # fmt: skip
        page = holder.get(f"/reliefs{query}").content.decode()
        assert (f'href="/reliefs/{letter.pk}"' in page) == there, query
    assert letter.number.encode() in b"".join(holder.get("/reliefs?as=csv"))
    year = timezone.localdate().year - 1
    assert holder.post("/reliefs/report", {"year": "1999", "words": "在用"}).status_code == 409
    assert holder.post("/reliefs/report", {"year": "?", "words": ""}).status_code == 409
    assert holder.post("/reliefs/report", {"year": year, "words": "在用"}).status_code == 302
    assert window.person("officer", "en").post("/reliefs/report", {"year": year}).status_code == 403


WRITTEN = {
    "scheme": "science", "project": "某项目", "office": "0202", "holder": "", "gcode": [relieved.GCODE, ""],
    "name": ["仪器", ""], "goods": ["instrument", "instrument"], "purpose": ["research", "research"], "quantity": ["2", ""],
    "unit": ["台", ""], "value": ["", ""], "currency": ["", ""], "years": ["other", "other"], "since_parent": ["", ""],
}  # fmt: skip


def test_a_firm_applies_and_customs_decide(window, letter):
    holder, officer = window.person("holder", "en"), window.person("officer", "en")
    whole(holder.get("/reliefs/apply"), "en")
    bad = holder.post("/reliefs/apply", WRITTEN | {"office": "1", "gcode": ["84", ""]})
    assert (
        bad.status_code == 409
        and 'href="#office"' in bad.content.decode()
        and 'href="#gcode-1"' in bad.content.decode()
    )
    more = holder.post("/reliefs/apply", WRITTEN | {"more": "1"})
    assert more.status_code == 200 and 'id="gcode-2"' in more.content.decode()
    done = holder.post("/reliefs/apply", WRITTEN)
    assert done.status_code == 302, done.content.decode()
    row = ReliefLetter.objects.latest("pk")
    assert row.state == "applied" and officer.get("/reliefs/apply").status_code == 403
    assert holder.post(f"/reliefs/{row.pk}/confirm").status_code == 403
    whole(officer.get(f"/reliefs/{row.pk}"), "en")
    assert officer.post(f"/reliefs/{row.pk}/refuse", {"words": ""}).status_code == 409
    assert officer.post(f"/reliefs/{row.pk}/ask", {"words": "请补充用途说明"}).status_code == 302
    whole(asked_page := holder.get(f"/reliefs/{row.pk}"), "en")
    asked = asked_page.content.decode()
    assert "请补充用途说明" in asked and "/answer" in asked and "/confirm" not in asked
    assert officer.post(f"/reliefs/{row.pk}/confirm").status_code == 409
    assert holder.post(f"/reliefs/{row.pk}/answer", {"words": ""}).status_code == 409
    assert holder.post(f"/reliefs/{row.pk}/answer", {"words": "见附件1"}).status_code == 302
    assert "见附件1" in officer.get(f"/reliefs/{row.pk}").content.decode()
    assert (
        officer.post(f"/reliefs/{row.pk}/confirm").status_code == 409
    )  # nobody knows its value: by two, with a reason
    proposal = officer.post(f"/reliefs/{row.pk}/confirm", {"words": "用途属实"}).url
    assert relieved.again(row).state == "applied"
    assert officer.post(f"{proposal}/confirm").status_code == 409
    assert window.person("colleague").post(f"{proposal}/confirm").status_code == 302
    assert officer.post(f"/reliefs/{row.pk}/confirm").status_code == 409
    assert relieved.again(row).state == "confirmed"
    assert holder.post(f"/reliefs/{row.pk}/other").status_code == 404
    holder.post("/reliefs/apply", WRITTEN)
    last = ReliefLetter.objects.latest("pk")
    assert holder.post(f"/reliefs/{last.pk}/take_back").status_code == 302
    assert relieved.again(last).state == "taken_back"


def test_customs_bill_an_early_disposal(window, letter):
    officer, holder = window.person("officer", "zh"), window.person("holder", "zh")
    [one] = [row for line in letter.lines.all() for row in line.drawn.all()]
    assert holder.post(f"/reliefs/goods/{one.pk}/dispose", {"reason": "转让"}).status_code == 403
    assert officer.post("/reliefs/goods/999/dispose", {"reason": "转让"}).status_code == 404
    assert officer.post(f"/reliefs/goods/{one.pk}/dispose", {"reason": ""}).status_code == 409
    assert officer.post(f"/reliefs/goods/{one.pk}/dispose", {"reason": "转让"}).status_code == 302
    assert relieved.again(letter).state == "disposed" and 0 < relieved.again(one).base < D(1200000)
    whole(officer.get(f"/reliefs/{letter.pk}"), "zh")


def test_the_lists_are_kept_by_customs(window, letter):
    officer, auditor = window.person("officer", "en"), window.person("auditor", "en")
    told = {
        "list": "reman_products",
        "key": "8414",
        "name": "压缩机",
        "since": "2026-01-01",
        "until": "",
        "source": "某清单",
    }
    assert auditor.post("/reliefs/lists", told).status_code == 403
    assert officer.post("/reliefs/lists", told | {"key": "x"}).status_code == 409
    assert officer.post("/reliefs/lists", told).status_code == 302
    row = ListEntry.objects.latest("pk")
    assert "8414" in officer.get("/reliefs/lists?list=reman_products&q=8414").content.decode()
    assert auditor.post(f"/reliefs/lists/{row.pk}/end").status_code == 403
    assert officer.post("/reliefs/lists/999999/end").status_code == 404
    assert officer.post(f"/reliefs/lists/{row.pk}/end").status_code == 302
    assert relieved.again(row).until == timezone.localdate()
    assert OFFICER.role == "officer"
