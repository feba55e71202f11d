"""The pages of what begins and changes a declaration: templates, what customs propose, suspicions."""

from __future__ import annotations

import re

import pytest
from tests.declarations import made
from tests.desk.test_declarations import body, browser, typed

from tongguan.declarations import queries
from tongguan.declarations.models import Declaration
from tongguan.holds.queries import standing

pytestmark = pytest.mark.usefixtures("trade_port")


def test_a_template_is_kept_begun_from_and_deleted():
    wang, row = browser("wang"), made.draft()
    assert "There is no template yet" in body(wang.get("/declarations/templates"))
    unnamed = wang.post(f"/declarations/{row.pk}/template", {"name": " "}, follow=True)
    assert "Give the template a name" in body(unnamed)
    kept = body(wang.post(f"/declarations/{row.pk}/template", {"name": "机器进口"}, follow=True))
    number = re.search(r"/declarations/new\?template=(\d+)", kept)[1]
    assert "机器进口" in kept
    begun = body(wang.get(f"/declarations/new?template={number}"))
    assert 'id="item-1-GName" name="item-1-GName" value="机器"' in begun and 'data-focus="BillNo"' in begun
    assert 'name="BillNo" value=""' in begun and made.TRADER in begun
    assert Declaration.objects.count() == 1, "nothing is kept before it is saved"
    other = browser("other")
    assert other.get(f"/declarations/new?template={number}").status_code == 404
    assert other.post(f"/declarations/templates/{number}/drop").status_code == 404
    assert wang.get("/declarations/new?template=x").status_code == 404
    assert browser("officer").get("/declarations/templates").status_code == 403
    assert "机器进口" not in body(wang.post(f"/declarations/templates/{number}/drop", follow=True)).partition("<h1>")[2]


def test_customs_propose_an_amendment_and_the_broker_confirms_it():
    row = made.submitted()
    officer, wang = browser("officer"), browser("wang", "zh")
    path = f"/declarations/{row.pk}"
    assert f"{path}/propose" in body(officer.get(f"{path}/decide"))
    form = typed(
        queries.document(row),
        do="ask",
        reason="发票金额不符",
        **{"item-1-DeclTotal": "110000", "item-1-DeclPrice": "11000"},
    )
    unsaid = officer.post(f"{path}/propose", form | {"reason": ""})
    assert unsaid.status_code == 409 and "Say in a few words why" in body(unsaid)
    done = officer.post(f"{path}/propose", form, follow=True)
    assert done.redirect_chain[-1][0] == f"{path}/decide" and "2026-03-23" in body(done) and "110000" in body(done)
    assert browser("auditor").get(f"{path}/propose").status_code == 403
    assert wang.get(f"{path}/propose").status_code == 403
    seen = body(wang.get(path))
    assert "海关要求修改" in seen and "发票金额不符" in seen and "110000" in seen and "2026-03-23" in seen
    principal = body(browser("li", "zh").get(path))
    assert "海关要求修改" in principal and f"{path}/confirm" not in principal
    after = body(wang.post(f"{path}/confirm", follow=True))
    row.refresh_from_db()
    assert (
        row.version == 2
        and "已确认，修改生效" in after
        and "海关要求修改" not in after.partition("<h1>")[2].partition("</section>")[0]
    )


def test_what_is_declined_waits_for_the_officer():
    row = made.submitted()
    officer, wang, path = browser("officer"), browser("wang"), f"/declarations/{row.pk}"
    asked = officer.post(f"{path}/decide/propose_withdrawal", {"reason": "重复申报"}, follow=True)
    assert "asked to confirm its withdrawal" in body(asked)
    wang.post(f"{path}/decline", {"answer": "并非重复"})
    assert row.number in body(officer.get("/declarations/work?of=unconfirmed"))
    seen = body(officer.get(f"{path}/decide"))
    assert "declined by the party" in seen and "并非重复" in seen
    officer.post(f"{path}/decide/recall", follow=True)
    assert "confirmation" not in {one.reason for one in standing(str(row))}
    assert row.number not in body(officer.get("/declarations/work?of=unconfirmed"))


def test_a_suspicion_is_placed_and_ended_on_the_page():
    row = made.submitted()
    officer, path = browser("officer"), f"/declarations/{row.pk}"
    assert officer.post(f"{path}/decide/suspect", {"reason": ""}).status_code == 409
    held = body(officer.post(f"{path}/decide/suspect", {"reason": "线索"}, follow=True))
    assert "held for a suspicion" in held and f"{path}/propose" not in held
    assert "not possible while" in body(browser("wang").post(
        f"{path}/withdraw", {"grounds": "clerical", "evidence-proof": "1", "reason": "x"}
    ))  # fmt: skip
    officer.post(f"{path}/decide/unsuspect")
    assert "suspicion" not in {one.reason for one in standing(str(row))}
