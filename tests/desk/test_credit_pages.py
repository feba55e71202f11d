"""The pages of credit: a firm sees its own and contests, customs decide, anybody reads what grades give and compares."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_pages import whole
from tests.ecommerce.filing import OPERATOR

from tongguan.credit import actions, aeo, queries
from tongguan.credit.models import AeoReview, Candidate, Fact, Grade, Repair
from tongguan.ecommerce import samples
from tongguan.inspections.models import Look
from tongguan.kernel.states import Actor
from tongguan.parties.actions import admit
from tongguan.parties.models import Person

OFFICER, SYSTEM = Actor("officer", "officer"), Actor("tongguan", "system")
FIRM, OTHER = samples.PLATFORM.code, samples.BROKER.code
PAGE = f"/credit/firms/{FIRM}"


def person(name: str, lang: str = "en") -> Client:
    client = Client(headers={"accept-language": lang})
    if name:
        client.force_login(Person.objects.get(username=name))
    return client


def body(answer) -> str:
    return answer.content.decode()


def noted(kind: str = "penalty", reference: str = "P1", **more) -> Fact:
    at = timezone.now()
    on = timezone.localdate() - timedelta(days=3)
    told = {"amount": 5000} | more
    from decimal import Decimal

    amount = Decimal(told.pop("amount"))
    return actions.record(FIRM, kind, reference=reference, on=on, amount=amount, by=SYSTEM, at=at, **told)


def graded(grade: str, days: int = 30, basis: str = "certified") -> None:
    since = timezone.localdate() - timedelta(days=days)
    actions.set_grade(FIRM, grade, since=since, basis=basis, words="演示", by=SYSTEM, at=timezone.now())


def test_the_page_names_the_customs_that_gave_the_grade(people):
    graded("advanced")
    assert "认定海关</dt><dd>未记录" in body(person("officer", "zh").get(PAGE))
    Grade.objects.update(customs="0101")
    assert "Beijing Capital Airport Customs" in body(person("officer", "en").get(PAGE))


def test_who_sees_what(people):
    noted()
    assert [person(who).get("/credit").status_code for who in ("platform", "broker", "carrier")] == [200, 200, 200]
    assert "/credit/candidates" in body(person("officer").get("/credit"))
    seen = {who: person(who).get(PAGE).status_code for who in ("platform", "officer", "operator", "auditor", "broker")}
    assert seen == {"platform": 200, "officer": 200, "operator": 200, "auditor": 200, "broker": 404}
    assert person("platform").get("/credit/work").status_code == 403
    assert person("platform").get("/credit/candidates").status_code == 403
    assert person("auditor").post(f"{PAGE}/grade").status_code == 403
    sent = {"grade": "advanced", "since": "tomorrow", "basis": "asked", "words": "认证"}
    wrong = person("officer").post(f"{PAGE}/grade", sent)
    assert wrong.status_code == 409 and "is not a day" in body(wrong), "CREDIT_DAY"
    assert person("officer").get("/credit/firms/91110105MA01ABCD5G").status_code == 404
    for lang in ("zh", "en"):
        for who, address in (
            ("platform", "/credit"),
            ("officer", PAGE),
            ("officer", "/credit/work"),
            ("officer", "/credit/candidates"),
        ):
            whole(person(who, lang).get(address), lang)
        for address in ("/credit-grades", "/credit-grades?on=2025-01-01", "/credit-grades/documents"):
            whole(Client(headers={"accept-language": lang}).get(address), lang)


def test_a_fact_is_contested_by_the_firm_and_decided_by_customs(people):
    row = noted()
    firm, officer = person("platform"), person("officer")
    assert "P1" in body(firm.get("/credit"))
    assert firm.post(f"{PAGE}/contest", {"number": row.pk, "words": " "}).status_code == 409
    assert person("broker").post(f"{PAGE}/contest", {"number": row.pk, "words": "不是"}).status_code == 404
    assert firm.post(f"{PAGE}/contest", {"number": "x", "words": "不是"}).status_code == 404
    assert firm.post(f"{PAGE}/sing", {"number": row.pk}).status_code == 404
    assert firm.post(f"{PAGE}/contest", {"number": row.pk, "words": "不是我公司"}).status_code == 302
    assert FIRM in body(officer.get("/credit/work?of=contested"))
    assert "不是我公司" in body(officer.get(PAGE))
    assert firm.post(f"{PAGE}/strike", {"number": row.pk, "words": "算了"}).status_code == 403
    assert officer.post(f"{PAGE}/strike", {"number": row.pk, "words": "核实属实"}).status_code == 302
    assert officer.post(f"{PAGE}/strike", {"number": row.pk, "words": "再来"}).status_code == 409
    row.refresh_from_db()
    assert row.state == "struck" and "核实属实" in body(firm.get("/credit"))


def test_benefits_say_why_not_and_rectifying_suspends_them(people):
    firm, officer = person("platform"), person("officer")
    assert "does not give it" in body(firm.get("/credit"))
    graded("advanced")
    assert "does not give it" not in body(firm.get("/credit"))
    assert firm.post(f"{PAGE}/ask_to_rectify", {"words": "补齐内控"}).status_code == 302
    [row] = queries.rectifications(FIRM)
    assert FIRM in body(officer.get("/credit/work?of=rectify"))
    assert officer.post(f"{PAGE}/grant_rectification", {"number": row.pk, "words": "同意"}).status_code == 302
    page = body(firm.get("/credit"))
    assert "Suspended while" in page and "Something is being put right" in page
    assert officer.post(f"{PAGE}/succeed_rectification", {"number": row.pk, "words": "完成"}).status_code == 302
    assert "Suspended while" not in body(firm.get("/credit"))


def test_a_dishonest_firm_is_told_when_and_is_repaired(people):
    firm, officer = person("platform"), person("officer")
    assert (
        officer.post(
            f"{PAGE}/record", {"kind": "smuggling", "reference": "Z1", "on": timezone.localdate().isoformat()}
        ).status_code
        == 302
    )
    assert FIRM in body(officer.get("/credit/work?of=judge")) and "Smuggling" in body(officer.get(PAGE))
    since = timezone.localdate() - timedelta(days=100)
    form = {"grade": "dishonest", "basis": "penalties", "since": since.isoformat(), "words": "处罚超标"}
    assert officer.post(f"{PAGE}/grade", form | {"since": "yesterday"}).status_code == 409
    assert officer.post(f"{PAGE}/grade", form | {"grade": "famous"}).status_code == 409
    proposal = officer.post(f"{PAGE}/grade", form).url  # so grave a grade is given by two
    assert officer.post(f"{proposal}/confirm").status_code == 409 and "Barred" not in body(firm.get("/credit"))
    admit("colleague", "同事某", "x", [("officer", None)], by=OPERATOR, at=timezone.now())
    assert person("colleague").post(f"{proposal}/confirm").status_code == 302
    page = body(firm.get("/credit"))
    assert "may ask 6 months later" in page and "Barred" in page
    assert (
        firm.post(f"{PAGE}/ask_repair", {"words": "已整改", "corrected": "yes", "unharmed": "yes"}).status_code == 409
    )
    queries.Grade.objects.update(since=since - timedelta(days=200))
    assert firm.post(f"{PAGE}/ask_repair", {"words": "已整改"}).status_code == 409
    assert (
        firm.post(f"{PAGE}/ask_repair", {"words": "已整改", "corrected": "yes", "unharmed": "yes"}).status_code == 302
    )
    row = Repair.objects.get()
    assert officer.post(f"{PAGE}/check_repair", {"number": row.pk}).status_code == 302
    assert officer.post(f"{PAGE}/grant_repair", {"number": row.pk, "words": "准予"}).status_code == 302
    assert queries.grade(FIRM, timezone.localdate()) == "regular"


def test_bad_facts_are_told(people):
    officer, form = person("officer"), {"kind": "penalty", "reference": "P9", "on": timezone.localdate().isoformat()}
    for wrong in ({"amount": "much"}, {"amount": ""}, {"on": "", "amount": "1"}, {"kind": "gossip", "amount": "1"}):
        answer = officer.post(f"{PAGE}/record", form | wrong)
        assert answer.status_code == 409 and "problem" in body(answer)
    assert officer.post(f"{PAGE}/record", form | {"amount": "1,000"}).status_code == 302


def test_a_review_from_assessment_to_certification(people):
    firm, officer = person("platform"), person("officer")
    assert firm.post(f"{PAGE}/begin").status_code == 302
    row = AeoReview.objects.get()
    own = f"/credit/reviews/{row.pk}"
    items = {f"item-{one.code}": "0" for one in aeo.items(timezone.localdate())}
    assert officer.get(own).status_code == 404 and person("broker").get(own).status_code == 404
    assert firm.post(f"{own}/apply").status_code == 409
    assert firm.post(f"{own}/assess", items | {"item-debt": "-7"}).status_code == 409
    assert firm.post(f"{own}/assess", items | {"item-debt": "na", "words": "自评"}).status_code == 302
    assert firm.post(f"{own}/apply").status_code == 302
    assert own in body(officer.get("/credit/work?of=review"))
    for verb in ("accept", "visit"):
        assert officer.post(f"{own}/{verb}").status_code == 302
    assert firm.post(f"{own}/find", items).status_code == 403
    assert officer.post(f"{own}/extend", {"words": "核实"}).status_code == 302
    assert officer.post(f"{own}/find", items | {"item-debt": "-2"}).status_code == 302
    assert officer.post(f"{own}/certify", {"words": "达标"}).status_code == 409
    assert officer.post(f"{own}/find", items | {"bonus": "1"}).status_code == 302
    for lang in ("zh", "en"):
        whole(person("officer", lang).get(own), lang)
        whole(person("platform", lang).get(own), lang)
    assert officer.post(f"{own}/certify", {"words": "达标"}).status_code == 302
    assert "advanced certified" in body(firm.get("/credit"))
    assert officer.post(f"{PAGE}/coordinator", {"name": "王协调", "reach": "010-1"}).status_code == 302
    assert "王协调" in body(firm.get("/credit"))


def test_candidates_have_a_mentor_and_their_gaps(people):
    last = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    for code in (FIRM, OTHER):
        for _ in range(12):
            actions.tell_volume(code, last, "trader", 2000)
    month = last
    for _ in range(11):
        month = (month - timedelta(days=1)).replace(day=1)
        actions.tell_volume(FIRM, month, "trader", 2000)
    noted(amount="60000")
    actions.find_candidates(timezone.localdate(), by=SYSTEM, at=timezone.now())
    row, officer = Candidate.objects.get(uscc=FIRM), person("officer")
    page = body(officer.get("/credit/candidates"))
    assert FIRM in page and "-2" in page
    with CaptureQueriesContext(
        connection,
    ) as counted:
        officer.get("/credit/candidates")
    assert len(counted) < 25
    assert officer.post(f"/credit/candidates/{row.pk}/mentor", {"name": ""}).status_code == 409
    assert officer.post(f"/credit/candidates/{row.pk}/mentor", {"name": "张关员", "note": "先补"}).status_code == 302
    assert "张关员" in body(officer.get("/credit/candidates?state=mentored"))
    assert officer.post("/credit/candidates/0/mentor", {"name": "张"}).status_code == 404
    assert person("auditor").post(f"/credit/candidates/{row.pk}/leave").status_code == 403
    assert officer.post(f"/credit/candidates/{row.pk}/leave").status_code == 302


def test_a_document_is_anchored_and_compared_by_anybody(people):
    firm, officer, anybody = person("platform"), person("officer"), Client(headers={"accept-language": "en"})
    document = b"<declaration/>"
    form = {"kind": "declaration", "reference": "020220261000000001"}
    assert firm.post(f"{PAGE}/anchor", form | {"document": SimpleUploadedFile("one.xml", document)}).status_code == 409
    today = timezone.localdate().isoformat()
    assert officer.post(f"{PAGE}/pilot", {"liaison": "赵联络", "since": today}).status_code == 302
    assert firm.post(f"{PAGE}/anchor", form | {"document": SimpleUploadedFile("one.xml", document)}).status_code == 302
    assert hashlib.sha256(document).hexdigest() in body(firm.get("/credit"))
    same = anybody.post("/credit-grades/documents", {"document": SimpleUploadedFile("one.xml", document)})
    assert "020220261000000001" in body(same)
    other = anybody.post("/credit-grades/documents", {"digest": "0" * 64})
    assert "No document like this" in body(other)
    assert "No document like this" in body(anybody.post("/credit-grades/documents", {}))


def test_a_firm_asks_its_coordinator_and_reads_the_answer(people):
    firm, officer = person("platform"), person("officer")
    assert firm.post(f"{PAGE}/ask_coordinator", {"words": "?"}).status_code == 409, "no coordinator yet"
    graded("advanced")
    assert officer.post(f"{PAGE}/coordinator", {"name": "王协调", "reach": "010"}).status_code == 302
    assert firm.post(f"{PAGE}/ask_coordinator", {"words": "滞报金怎么算？"}).status_code == 302
    assert FIRM in body(officer.get("/credit/work?of=question"))
    [row] = queries.questions(FIRM)
    wrong = officer.post(f"{PAGE}/answer_question", {"number": row.pk, "words": "按规定", "cites": "no.such"})
    assert wrong.status_code == 409 and "no.such is none" in body(wrong)
    sent = {"number": row.pk, "words": "按规定", "cites": "revenue.late_declaration_days, credit.benefits"}
    assert officer.post(f"{PAGE}/answer_question", sent).status_code == 302
    for lang in ("zh", "en"):
        whole(person("platform", lang).get("/credit"), lang)
    page = body(firm.get("/credit"))
    assert "按规定" in page and "What each grade gives" in page, "the values it rests on are named"
    assert firm.post(f"{PAGE}/withdraw_question", {"number": row.pk}).status_code == 409


def test_windows_are_kept_by_customs_and_read_by_anybody(people):
    officer, anybody = person("officer"), Client(headers={"accept-language": "en"})
    assert "No office has named a window" in body(anybody.get("/credit-grades"))
    sent = {"customs": "0101", "place": "3号窗口", "hours": "9:00-17:00", "reach": "010"}
    assert person("platform").post("/credit/windows/open", sent).status_code == 403
    assert officer.post("/credit/windows/open", sent | {"customs": "1"}).status_code == 409
    assert officer.post("/credit/windows/open", sent).status_code == 302
    assert "3号窗口" in body(anybody.get("/credit-grades")) and "3号窗口" in body(officer.get("/credit/work"))
    [row] = queries.windows()
    assert officer.post("/credit/windows/close", {"number": "x"}).status_code == 404
    assert officer.post("/credit/windows/close", {"number": row.pk}).status_code == 302
    assert officer.post("/credit/windows/paint", {}).status_code == 404


def test_a_look_is_seen_by_the_firm_when_it_is_concluded(people):
    at, day = timezone.now(), timezone.localdate()
    row = Look.objects.create(
        kind="audit", subject="enterprise/1/2026-01", uscc=FIRM, month=day.replace(day=1), day=day, share="0.5",
        value="0.1", drawn_at=at,
    )  # fmt: skip
    firm, officer = person("platform"), person("officer")
    assert "enterprise/1/2026-01" not in body(firm.get("/credit"))
    assert FIRM in body(officer.get("/credit/work?of=look"))
    assert officer.post(f"{PAGE}/clear_look", {"number": row.pk, "words": ""}).status_code == 409
    assert firm.post(f"{PAGE}/clear_look", {"number": row.pk, "words": "好"}).status_code == 403
    assert officer.post(f"{PAGE}/clear_look", {"number": row.pk, "words": "账册相符"}).status_code == 302
    assert "账册相符" in body(firm.get("/credit"))


def test_errors_by_month_are_shown_with_their_rate(people):
    actions.tell_volume(FIRM, timezone.localdate(), "trader", 200, errors=3)
    assert "1.50%" in body(person("platform").get("/credit"))
