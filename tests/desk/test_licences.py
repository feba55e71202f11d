"""The pages of licences: who sees and does what, in both languages; bad input; what goods need before they are filed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_pages import MOST_QUERIES, whole
from tests.ecommerce.filing import AT, OPERATOR
from tests.licences.given import HOLDER, OFFICER, SYSTEM, dual_use, firms, received, trader

from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.licences.actions import apply, confirm, reserve, watch
from tongguan.licences.applications import Application, LineAsked
from tongguan.licences.models import Licence, WatchEntry
from tongguan.licences.queries import Use
from tongguan.parties.actions import admit
from tongguan.parties.queries import find

SEES = {"holder": 200, "officer": 200, "operator": 200, "auditor": 200, "broker": 404, "platform": 403, "carrier": 403}
WRITTEN = {
    "type": "7", "mode": "MULTI", "form": "", "holder": "", "ports": "0202，0100", "gcode": ["1201.90.1900", ""],
    "name": ["黄大豆", ""], "country": ["美国", ""], "quantity": ["10,000", ""], "unit": ["吨", ""], "value": ["", ""],
    "currency": ["", ""], "control_code": ["", ""], "bulk": ["1"], "end_users": "", "end_use": "",
}  # fmt: skip


def draw(quantity: str, reference: str) -> None:
    from decimal import Decimal

    one = Use("7", "7-1", "1", Decimal(quantity), "070", "1201901900", "USA", "licences/1")
    reserve([one], holder=HOLDER, customs="0202", reference=reference, on=date(2026, 3, 2), by=SYSTEM, at=AT)


@pytest.fixture
def licence(window) -> Licence:
    firms()
    admit("colleague", "同事某", "correct horse battery", [("officer", None)], by=OPERATOR, at=AT)
    admit("holder", "许某", "correct horse battery", [("trader", find(HOLDER))], by=OPERATOR, at=AT)
    row = received("7-1", first="2026-01-05")
    draw("6000", "020220261000000001")
    confirm("020220261000000001", by=SYSTEM, at=AT)
    draw("12.5", "020220261000000002")
    return row


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", SEES)
def test_each_page_is_seen_by_those_who_may(window, licence, who, lang):
    client = window.person(who, lang)
    for path in ("/licences", f"/licences/{licence.pk}"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        wanted = 200 if path == "/licences" and SEES[who] == 404 else SEES[who]
        assert response.status_code == wanted, path
        assert len(asked) <= MOST_QUERIES
        if wanted == 200:
            whole(response, lang)
    assert window.person("").get("/licences").status_code == 302
    assert client.get("/licences/999999").status_code == (403 if SEES[who] == 403 else 404)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_what_is_left_and_every_use(window, licence, lang):
    page = window.person("holder", lang).get(f"/licences/{licence.pk}").content.decode()
    for said in ("3,987.5", "020220261000000001", "020220261000000002", "2026-07-04", "2 / 6", "60 %"):
        assert said in page, said
    assert ("已核扣" if lang == "zh" else "written off") in page


def test_the_list_is_filtered_and_exported(window, licence):
    holder = window.person("holder", "en")
    for query, there in (
        ("", True), ("?stage=in_force", True), ("?stage=deciding", False), ("?type=7", True), ("?type=1", False),
        ("?q=7-1", True), (f"?q={HOLDER}", True), ("?q=x", False), ("?stage=x", True), ("?before=1", False),
    ):  # fmt: skip
        page = holder.get(f"/licences{query}").content.decode()
        assert (f'href="/licences/{licence.pk}"' in page) == there, query
    assert b"7-1" in b"".join(holder.get("/licences?as=csv"))


def test_a_firm_applies_is_asked_for_more_and_gets_its_licence(window, licence):
    holder, officer = window.person("holder", "en"), window.person("officer", "en")
    whole(holder.get("/licences/apply"), "en")
    done = holder.post("/licences/apply", WRITTEN)
    assert done.status_code == 302, done.content.decode()
    row = Licence.objects.latest("pk")
    [line] = row.lines.all()
    assert (row.holder, row.ports, line.gcode, line.country, line.quantity, line.unit, line.bulk) == (
        HOLDER, ["0202", "0100"], "1201901900", "USA", 10000, "070", True,
    )  # fmt: skip
    path = f"/licences/{row.pk}"
    assert holder.post(f"{path}/approve").status_code == 403 and holder.get(f"{path}/again").status_code == 404
    assert officer.post(f"{path}/ask", {"words": ""}).status_code == 409
    assert officer.post(f"{path}/ask", {"words": "请补充合同"}).status_code == 302
    page = holder.get(path).content.decode()
    assert "请补充合同" in page and f"{path}/again" in page
    again = holder.get(f"{path}/again").content.decode()
    assert 'value="1201901900"' in again and "请补充合同" in again and 'id="type"' not in again
    assert holder.post(f"{path}/again", WRITTEN | {"quantity": ["9000", ""]}).status_code == 302
    whole(officer.get(path), "en")
    assert officer.post(f"{path}/approve").status_code == 302
    today = timezone.localdate()
    late = officer.post(f"{path}/issue", {"valid_from": today.isoformat(), "valid_to": "2099-01-01"})
    assert late.status_code == 409 and "2099-01-01" in late.content.decode()
    issued = {"number": "26-AH-7", "valid_from": today.isoformat(), "valid_to": ""}
    assert officer.post(f"{path}/issue", issued).status_code == 302
    row.refresh_from_db()
    assert (row.number, row.state, row.issued_on) == ("26-AH-7", "issued", today)
    proposal = officer.post(f"{path}/revoke", {"words": "虚假材料"}).url
    row.refresh_from_db()
    assert row.state == "issued" and proposal in officer.get(path).content.decode()
    assert officer.post(f"{proposal}/confirm").status_code == 409
    assert window.person("colleague").post(f"{proposal}/confirm").status_code == 302
    row.refresh_from_db()
    assert row.state == "revoked"
    assert officer.post(f"{path}/nothing").status_code == 404


def test_what_is_wrong_stands_beside_its_field(window, licence):
    wrong = WRITTEN | {"quantity": ["x", "5"], "gcode": ["12", "1003900000"], "unit": ["吨", "zzz"], "ports": "02"}
    answer = window.person("holder", "en").post("/licences/apply", wrong)
    page = answer.content.decode()
    assert answer.status_code == 409
    for name in ("quantity-1", "gcode-1", "unit-2", "ports", "name-2"):
        assert f'href="#{name}"' in page, name
    assert 'value="zzz"' in page and Licence.objects.count() == 1
    whole(answer, "en")


def test_a_line_more_keeps_what_was_written(window, licence):
    page = window.person("holder").post("/licences/apply", WRITTEN | {"more": "1"}).content.decode()
    assert 'value="10,000"' in page and 'id="gcode-2"' in page and 'id="gcode-3"' not in page
    assert Licence.objects.count() == 1


@pytest.mark.measure("M3-1.1")
def test_waste_is_no_longer_on_offer(window, licence):
    page = window.person("holder").get("/licences/apply").content.decode()
    assert 'value="P"' not in page and "固体废物进口许可证" in page and "已停止受理" in page
    answer = window.person("holder", "en").post("/licences/apply", WRITTEN | {"type": "P", "mode": "ONE_BATCH"})
    assert answer.status_code == 409 and "was abolished" in answer.content.decode()


@pytest.mark.parametrize("written", ["\0", "1e999", "NaN", "九", "-1", "1" * 300])
def test_bad_input_is_answered(window, licence, written):
    broken = {name: [written] if isinstance(value, list) else written for name, value in WRITTEN.items()}
    assert window.person("holder").post("/licences/apply", broken).status_code == 409
    assert window.person("holder").post("/licences/apply", {}).status_code == 409
    officer = window.person("officer")
    row = apply(
        Application("7", [LineAsked("120190", "豆", licence.lines.get().quantity, "070")], "MULTI"), by=trader(), at=AT
    )
    for verb in ("issue", "refuse", "revoke", "clear"):
        given = dict.fromkeys(("words", "number", "valid_from", "valid_to"), written)
        assert officer.post(f"/licences/{row.pk}/{verb}", given).status_code in (302, 409)


def test_an_officer_watches_and_clears(window, licence):
    officer, auditor = window.person("officer", "en"), window.person("auditor", "en")
    row = dual_use(users=("Acme GmbH",))
    added = {"kind": "end_user", "name": "ACME GmbH", "reason": "关注"}
    assert auditor.post("/licences/watched", added).status_code == 409
    assert officer.post("/licences/watched", added).status_code == 302
    assert officer.post("/licences/watched", added).status_code == 409
    assert officer.post("/licences/watched", {"kind": "barred", "name": "x", "reason": "y"}).status_code == 409
    for who in (officer, auditor):
        response = who.get("/licences/watched")
        assert "ACME GmbH" in response.content.decode()
        whole(response, "en")
    assert window.person("holder").get("/licences/watched").status_code == 403
    held = window.person("holder", "en").get(f"/licences/{row.pk}").content.decode()
    assert "dual-use screening" in held and "Acme" in held and "ACME" not in held
    assert officer.post(f"/licences/{row.pk}/clear", {"words": "同名"}).status_code == 302
    assert officer.post(f"/licences/{row.pk}/clear", {"words": "同名"}).status_code == 409
    entry = WatchEntry.objects.get()
    assert officer.post(f"/licences/watched/{entry.pk}/remove").status_code == 302
    assert officer.post(f"/licences/watched/{entry.pk}/remove").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_goods_need_is_told_to_everybody(window, licence, lang):
    window.person("").get("/before-filing?codes=2709000000")  # who comes first reads the tariff
    for query in (
        "",
        "?codes=2709000000,7404000090,1201901900,9999999999&mode=0110",
        "?codes=x&direction=E&mode=&on=x",
    ):
        for who in ("", "holder"):
            client = window.person(who, lang)
            with CaptureQueriesContext(connection) as asked:
                response = client.get(f"/before-filing{query}")
            assert response.status_code == 200 and len(asked) <= MOST_QUERIES
            whole(response, lang)
    page = window.person("holder", lang).get("/before-filing?codes=2709000000&mode=0110").content.decode()
    assert "/licences/apply?type=7&amp;gcode=2709000000" in page
    form = window.person("holder", lang).get("/licences/apply?type=7&gcode=2709000000").content.decode()
    assert 'value="2709000000"' in form and '<option value="7" selected>' in form


def test_many_licences_cost_no_more_queries(window, licence):
    for number in range(60):
        received(f"N{number}")
    officer = window.person("officer")
    with CaptureQueriesContext(connection) as asked:
        page = officer.get("/licences").content.decode()
    assert len(asked) <= MOST_QUERIES and page.count('class="number" href="/licences/') == 50
    assert "before=" in page


def test_watching_is_not_for_firms(window, licence):
    from tongguan.kernel.states import NotYours

    with pytest.raises(NotYours):
        watch("end_user", "x", "y", since=AT.date(), by=Actor("li", "trader", find(HOLDER).pk), at=AT)
    assert OFFICER.role == "officer"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_application_is_with_the_issuing_body_and_nobody_else_decides_it(window, licence, settings, lang):
    from tongguan.exchange.issuing_body import actions as body
    from tongguan.exchange.models import BodyCase

    settings.ISSUING_BODY = "tongguan.exchange.issuing_body.SimulatedBody"
    client = window.person("holder", lang)
    for mode, key in (("lost", "desk.licences.not_passed"), ("review", "desk.licences.with_body")):
        body.let_body(mode, by=OPERATOR, at=AT)
        response = client.post("/licences/apply", WRITTEN, follow=True)
        assert text(key, lang) in response.content.decode()
        whole(response, lang)
    row = Licence.objects.latest("pk")
    assert (row.state, row.elsewhere, BodyCase.objects.get().state) == ("applied", True, "received")
    officer = window.person("officer", lang)
    assert text("desk.licences.decide", lang) + "</h2>" not in officer.get(f"/licences/{row.pk}").content.decode()
    refused = officer.post(f"/licences/{row.pk}/approve")
    assert refused.status_code == 409
    told = {"zh": "该证件由发证机关审批", "en": "The issuing body decides this one"}
    assert told[lang] in refused.content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_written_off_says_whether_the_body_has_entered_it(window, licence, lang):
    from tongguan.licences.models import LicenceReport, LicenceUse

    use = LicenceUse.objects.filter(state="written_off").get()
    for kind, state in (("written_off", "entered"), ("given_back", "refused")):
        LicenceReport.objects.create(use=use, kind=kind, state=state, made_at=AT, words="不符")
    client = window.person("holder", lang)
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(f"/licences/{licence.pk}").content.decode()
    assert text("licence_report.written_off.entered", lang) in shown and "不符" in shown
    assert len(asked) <= MOST_QUERIES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_end_user_of_dual_use_goods_is_looked_up_for_everybody(window, licence, lang):
    watch("end_user", "Watched Ltd", "测试", since=AT.date(), by=OFFICER, at=AT)
    asked = "/before-filing?codes=2922150000&direction=E&end_user="
    response = window.person("", lang).get(asked + "WATCHED+ltd")
    whole(response, lang)
    assert text("licence.needed.held", lang) in response.content.decode()
    assert text("desk.filing.what.held", lang) in response.content.decode()
    shown = window.person("", lang).get(asked + "Acme&end_use=cement").content.decode()
    assert text("licence.needed.screened", lang) in shown and "HELD" not in shown
