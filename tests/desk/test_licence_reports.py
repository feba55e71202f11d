"""What the issuing body refuses waits for an officer: he has it told again, or says how it was settled."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_pages import assert_asks_little, whole
from tests.ecommerce.filing import AT, OPERATOR
from tests.licences.given import HOLDER, SYSTEM, asked, codes, draw, firms, use

from tongguan.exchange.issuing_body import actions as body
from tongguan.exchange.models import BodyEntry
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.licences.actions import confirm, report_due, settle_report, take_delivered
from tongguan.licences.applications import Issued
from tongguan.licences.models import LicenceReport
from tongguan.needs.queues import queues
from tongguan.parties.actions import admit
from tongguan.parties.queries import find

DECLARATION = "020220261000000001"


@pytest.fixture
def refused(window, settings) -> LicenceReport:
    settings.ISSUING_BODY = "tongguan.exchange.issuing_body.SimulatedBody"
    firms()
    admit("holder", "许某", "correct horse battery", [("trader", find(HOLDER))], by=OPERATOR, at=AT)
    today = AT.date()
    body.deliver(asked(), Issued("26-D-1", today, today), by=OPERATOR, at=AT)
    take_delivered(at=AT)
    draw(use(number="26-D-1"), reference=DECLARATION, on=today, when=AT)
    confirm(DECLARATION, by=SYSTEM, at=AT)
    body.let_body("refuse", words="编号有误", by=OPERATOR, at=AT)
    assert report_due(at=AT) == 1
    row = LicenceReport.objects.get()
    assert (row.state, row.words) == ("refused", "编号有误")
    return row


def waiting() -> int:
    [queue] = [one for one in queues(to=Actor("x", "officer"), at=timezone.now()) if one.kind == "licence_reports"]
    assert queue.href == "/licences/reports?stage=refused"
    return queue.number


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refused_report_waits_and_is_told_again(window, refused, lang):
    officer = window.person("officer", lang)
    assert waiting() == 1
    path = f"/licences/reports/{refused.pk}"
    for page in ("/licences/reports?stage=refused", path):
        with CaptureQueriesContext(connection) as told:
            answer = officer.get(page)
        assert_asks_little(page, [one["sql"] for one in told])
        whole(answer, lang)
        assert "26-D-1" in answer.content.decode() and "编号有误" in answer.content.decode()
    assert path in officer.get("/licences/reports?stage=refused").content.decode()
    assert officer.post(f"{path}/retry", {"note": "已更\0正"}).status_code == 302
    refused.refresh_from_db()
    assert (refused.state, refused.note, refused.noted_by) == ("waiting", "已更正", "officer")
    assert waiting() == 0 and path not in officer.get("/licences/reports?stage=refused").content.decode()
    body.let_body("review", by=OPERATOR, at=AT)
    assert report_due(at=AT) == 1 and BodyEntry.objects.count() == 1
    refused.refresh_from_db()
    assert refused.state == "entered"
    assert officer.post(f"{path}/retry").status_code == 409  # what is entered is not told again


def test_what_was_settled_otherwise_needs_a_note(window, refused):
    officer, path = window.person("officer"), f"/licences/reports/{refused.pk}/settle"
    page = officer.post(path, {"note": " "})
    assert page.status_code == 409 and "应说明如何" in page.content.decode()
    assert officer.post(path, {"note": "长" * 501}).status_code == 409
    for note, code in ((" ", "LICENCE_NOTE"), ("长" * 501, "LICENCE_NOTE_LONG")):
        with pytest.raises(Refused) as why:
            settle_report(refused.pk, note, by=Actor("officer", "officer"), at=AT)
        assert codes(why.value) == [(code, "note")]
    assert officer.post(path, {"note": "已电话核实"}).status_code == 302
    refused.refresh_from_db()
    assert (refused.state, refused.note) == ("settled", "已电话核实") and waiting() == 0
    assert "已电话核实" in officer.get(f"/licences/{refused.use.line.licence_id}").content.decode()
    assert report_due(at=AT) == 0


def test_others_look_at_most(window, refused):
    path = f"/licences/reports/{refused.pk}"
    for who, seen, changes in (("auditor", 200, 403), ("operator", 200, 403), ("holder", 403, 403)):
        client = window.person(who)
        assert client.get("/licences/reports").status_code == client.get(path).status_code == seen
        assert client.post(f"{path}/retry").status_code == changes
        assert "/retry" not in client.get(path).content.decode()
    officer = window.person("officer")
    assert officer.post(f"{path}/delete").status_code == officer.get("/licences/reports/99").status_code == 404
