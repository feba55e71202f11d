"""The pages of reliefs by the law itself: claiming, deciding, who sees what, bad input; and the same by programs."""

from __future__ import annotations

import pytest
from tests.declarations import made
from tests.declarations.test_worked import cif, yuan
from tests.desk.test_declarations import body, browser, port  # noqa: F401

from tongguan.declarations import actions
from tongguan.declarations.models import Declaration
from tongguan.needs.queues import queues
from tongguan.revenue.models import LegalRelief

SENT = {"line": "1", "ground": "sample", "evidence-worthless": "S-1", "words": "货样"}


@pytest.fixture
def row(port) -> Declaration:  # noqa: F811
    return made.submitted(cif(yuan("200000")))


def claimed(row) -> LegalRelief:
    answer = browser("wang").post(f"/reliefs/by-law/claim/{row.pk}", SENT)
    assert answer.status_code == 302, body(answer)
    return LegalRelief.objects.latest("pk")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_relief_is_claimed_and_granted(row, lang):
    page = body(browser("wang", lang).get(f"/declarations/{row.pk}"))
    assert f"/reliefs/by-law/claim/{row.pk}" in page
    form = body(browser("wang", lang).get(f"/reliefs/by-law/claim/{row.pk}"))
    assert "ground-damaged" in form and "evidence-survey" in form
    one = claimed(row)
    [queue] = [each for each in queues(to=made.OFFICER, at=made.AT) if each.kind == "legal_reliefs"]
    assert (queue.number, queue.href) == (1, "/reliefs/by-law?state=asked")
    assert one.number in body(browser("officer", lang).get(queue.href))
    shown = body(browser("officer", lang).get(f"/reliefs/by-law/{one.number}"))
    assert "S-1" in shown and "/grant" in shown and "share" not in shown
    done = browser("officer", lang).post(f"/reliefs/by-law/{one.number}/grant", {"answer": "同意"}, follow=True)
    assert done.status_code == 200 and "0%" in body(done)
    row.refresh_from_db()
    assert (row.tax, row.version) == (0, 2)
    assert one.number in body(browser("wang", lang).get(f"/declarations/{row.pk}")), "the sheet names the decision"
    assert browser("auditor", lang).get(f"/declarations/{row.pk}/versions").status_code == 200


def test_damaged_goods_are_granted_with_a_percentage(row):
    one = actions.claim_relief(
        row.pk, "damaged", lines=[1], evidence=["survey: 1"], words="水湿", by=made.broker(), at=made.AT
    )
    officer, path = browser("officer"), f"/reliefs/by-law/{one.number}/grant"
    wrong = officer.post(path, {"share": "many"})
    assert wrong.status_code == 409 and "degree of damage" in body(wrong) and "many" in body(wrong)
    assert officer.post(path, {"share": "60"}).status_code == 302
    one.refresh_from_db()
    assert str(one.left) == "0.6" and "60%" in body(officer.get(f"/reliefs/by-law/{one.number}"))


def test_what_is_wrong_stands_on_the_form(row):
    answer = browser("wang").post(f"/reliefs/by-law/claim/{row.pk}", {"ground": "returned", "prior": "12"})
    page = body(answer)
    assert answer.status_code == 409
    for said in ("Name the lines", "shown by evidence", "Say in a few words", "earlier declaration", "force majeure"):
        assert said in page
    assert 'value="12"' in page and 'href="#prior"' in page
    assert not LegalRelief.objects.exists()


def test_refused_and_taken_back(row):
    one = claimed(row)
    assert browser("officer").post(f"/reliefs/by-law/{one.number}/refuse", {"answer": ""}).status_code == 409
    assert browser("officer").post(f"/reliefs/by-law/{one.number}/refuse", {"answer": "无依据"}).status_code == 302
    other = claimed(row)
    assert browser("wang").post(f"/reliefs/by-law/{other.number}/cancel").status_code == 302
    assert sorted(LegalRelief.objects.values_list("state", flat=True)) == ["cancelled", "refused"]
    assert browser("wang").post(f"/reliefs/by-law/{other.number}/cancel").status_code == 409


def test_who_may_see_and_do_what(row):
    one = claimed(row)
    for who, status in (("wang", 200), ("li", 200), ("officer", 200), ("auditor", 200), ("other", 404)):
        assert browser(who).get(f"/reliefs/by-law/{one.number}").status_code == status, who
        assert browser(who).get("/reliefs/by-law").status_code == 200
    assert one.number not in body(browser("other").get("/reliefs/by-law"))
    assert browser("li").get(f"/reliefs/by-law/claim/{row.pk}").status_code == 404, "the broker declares, and claims"
    assert browser("other").get(f"/reliefs/by-law/claim/{row.pk}").status_code == 404
    assert browser("wang").post(f"/reliefs/by-law/{one.number}/grant").status_code == 403
    assert browser("officer").post(f"/reliefs/by-law/{one.number}/anything").status_code == 404
    assert browser("officer").get("/reliefs/by-law/L0").status_code == 404
