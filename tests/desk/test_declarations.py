"""The pages of declarations: the list, the editor without and with script, one seen whole, versions, import, and customs."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.declarations import made
from tests.desk.test_walk import Judge

from tongguan.credit.actions import set_grade
from tongguan.declarations import queries
from tongguan.declarations.models import Declaration
from tongguan.desk.officer import declarations as work
from tongguan.desk.trader.declarations import fields
from tongguan.desk.trader.declarations.form import of_document
from tongguan.formats import dec
from tongguan.holds.queries import standing
from tongguan.kernel.workbook import workbook
from tongguan.needs.queues import queues
from tongguan.parties.models import Person
from tongguan.parties.queries import find

D = Decimal
AT = made.AT


@pytest.fixture
def port(trade_port):
    """A port with a ship, a broker, his client, an officer, an auditor and somebody else, who can all sign in."""


def browser(name: str, lang: str = "en") -> Client:
    client = Client(headers={"accept-language": lang})
    client.force_login(Person.objects.get(username=name))
    return client


def body(response) -> str:
    return response.content.decode()


def typed(of=None, **changed: str) -> dict[str, str]:
    """Return a declaration as somebody types it into the form."""
    form = of_document(of or made.document())
    sent = {**form.head, **form.manner}
    for block, rows in form.rows.items():
        for place, row in enumerate(rows, 1):
            sent |= {f"{block}-{place}-{name}": value for name, value in row.items()}
    return {name: value for name, value in sent.items() if name not in fields.GIVEN} | changed


def notices(response) -> str:
    return " ".join(re.findall(r'class="notice[^>]*>([^<]*)', body(response)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_declaration_from_the_empty_form_to_its_acceptance(port, lang):
    wang = browser("wang", lang)
    empty = body(wang.get("/declarations/new"))
    assert 'name="item-1-CodeTS"' in empty and "item-2-CodeTS" not in empty
    saved = wang.post("/declarations/new", typed(do="save"), follow=True)
    row = Declaration.objects.get()
    assert saved.redirect_chain[-1][0] == f"/declarations/{row.pk}/edit" and row.state == "draft"
    assert queries.document(row).items[0].DeclTotal == D(100000)
    accepted = wang.post(f"/declarations/{row.pk}/edit", typed(do="submit"), follow=True)
    row.refresh_from_db()
    assert (row.state, row.group) == ("due", "needs_you")
    said = body(accepted)
    assert row.number in said and "COSU600101" in said and f"{row.tax:,.2f}" in said and "012E" in said
    assert len([one for one in standing(str(row)) if one.reason == "selection"]) == 1


def test_what_is_typed_comes_back_and_is_kept_as_it_was(port):
    wang, row = browser("wang"), made.draft()
    wang.post(f"/declarations/{row.pk}/edit", typed(queries.document(row), do="save"))
    row.refresh_from_db()
    assert queries.document(row) == queries.document(made.draft())
    again = typed(queries.document(row), GrossWet="a lot", **{"item-1-GQty": "ten", "do": "save"})
    page = wang.post(f"/declarations/{row.pk}/edit", again)
    assert page.status_code == 409
    assert 'value="a lot"' in body(page) and 'value="ten"' in body(page)
    assert re.search(r'id="item-1-GQty-says"><span class="late">[^<]*ten', body(page))
    assert queries.document(row).GrossWet == D(1000)


def test_rows_are_added_copied_and_taken_away_without_storing(port):
    wang = browser("wang")
    two = body(wang.post("/declarations/new", typed(do="add-item")))
    assert 'name="item-2-CodeTS"' in two and 'id="item-2-TradeCurr" name="item-2-TradeCurr" value="USD"' in two
    assert 'data-focus="item-2-CodeTS"' in two
    copied = body(wang.post("/declarations/new", typed(do="copy-item-1")))
    assert 'name="item-2-GName" value="机器"' in copied
    both = typed(made.document(made.item(GName="一"), made.item(GName="二")), **{"container-1-GoodsNo": "1,2"})
    left = body(wang.post("/declarations/new", both | {"do": "drop-item-1"}))
    assert 'value="二"' in left and 'value="一"' not in left and "item-2-CodeTS" not in left
    assert 'name="container-1-GoodsNo" value="1"' in left
    assert 'name="licence-1-LicenceNo"' in body(wang.post("/declarations/new", typed(do="add-licence")))
    assert 'name="item-1-CiqCode"' in body(wang.post("/declarations/new", typed(do="open-item-1")))
    full = typed(made.document(*[made.item()] * 50), do="add-item")
    assert "item-51-CodeTS" not in body(wang.post("/declarations/new", full))
    assert not Declaration.objects.exists()


def test_findings_come_beside_their_fields_while_one_types(port):
    wang = browser("wang", "en")
    wrong = typed(GrossWet="800", BillNo="NONE", **{"item-1-OriginCountry": "XYZ", "wrong": "NetWt"})
    live = body(wang.post("/declarations/check", wrong, headers={"hx-request": "true"}))
    assert 'id="findings"' in live and 'href="#item-1-OriginCountry"' in live and 'href="#BillNo"' in live
    assert re.search(r'id="BillNo-says" hx-swap-oob="true"><span class="late">[^<]+', live)
    assert re.search(r'id="NetWt-says" hx-swap-oob="true">', live)
    assert re.search(r'id="TradeMode-says" hx-swap-oob="true">[^<]+<', live)
    assert not Declaration.objects.exists()
    chinese = body(browser("wang", "zh").post("/declarations/check", wrong))
    assert "提运单" in chinese or "舱单" in chinese
    right = body(wang.post("/declarations/check", typed()))
    assert "Nothing is wrong" in right or 'class="warns"' in right


def test_a_rejected_declaration_shows_everything_at_its_field(port):
    wang = browser("wang")
    page = wang.post("/declarations/new", typed(BillNo="NONE", NetWt="2000", do="submit"), follow=True)
    row = Declaration.objects.get()
    assert (row.state, row.number) == ("rejected", None)
    said = body(page)
    assert "rejected for" in said and re.search(r'id="BillNo-says"><span class="late">', said)
    assert re.search(r'id="NetWt-says"><span class="late">|id="GrossWet-says"><span class="late">', said)
    assert 'aria-invalid="true"' in said
    wang.post(f"/declarations/{row.pk}/edit", typed(do="submit"))
    row.refresh_from_db()
    assert row.number


def test_the_list_by_group_by_number_and_as_a_file(port):
    draft, filed = made.draft(), made.submitted()
    wang = browser("wang")
    assert all(one in body(wang.get("/declarations")) for one in (draft.pre_no, filed.number))
    assert draft.pre_no not in body(wang.get("/declarations?group=needs_you"))
    for number in (filed.number, filed.pre_no, made.BILL):
        assert filed.number in body(wang.get(f"/declarations?number={number}"))
    assert filed.number not in body(wang.get("/declarations?number=nothing"))
    assert filed.number in b"".join(wang.get("/declarations?as=csv").streaming_content).decode()
    assert draft.pre_no not in body(browser("li").get("/declarations"))
    assert filed.number in body(browser("li").get("/declarations"))
    assert filed.number not in body(browser("other").get("/declarations"))
    for _ in range(52):
        made.draft()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = body(wang.get("/declarations?group=draft"))
    assert len(re.findall(r'href="/declarations/\d+"', page)) == 50 and 'id="on"' in page
    assert len(asked) < 20, [one["sql"][:80] for one in asked]


def test_the_search_leads_to_a_declaration_and_the_queue_of_customs_counts_it(port):
    filed = made.submitted()
    for number in (filed.number, filed.pre_no, made.BILL):
        assert browser("wang").get("/find", {"q": number}).headers["location"] == f"/declarations/{filed.pk}"
    assert browser("other").get("/find", {"q": filed.number}).status_code == 200
    queue = next(one for one in queues(to=made.OFFICER, at=AT) if one.kind == "declarations")
    assert (queue.number, queue.href) == (1, "/declarations/work")
    assert "/declarations/work" in body(browser("officer").get("/"))


def test_who_sees_what(port):
    draft, filed = made.draft(), made.submitted()
    who = ("wang", "li", "officer", "auditor", "other")
    for page in ("", "/print", "/versions"):
        for row, codes in ((filed, [200, 200, 200, 200, 404]), (draft, [200, 404, 404, 404, 404])):
            assert [browser(n).get(f"/declarations/{row.pk}{page}").status_code for n in who] == codes
    for page in ("edit", "amend", "withdraw"):
        assert browser("li").get(f"/declarations/{filed.pk}/{page}").status_code == 404
        assert browser("officer").get(f"/declarations/{filed.pk}/{page}").status_code == 403
    assert browser("officer").get("/declarations/new").status_code == 403
    assert browser("wang").get("/declarations/work").status_code == 403
    assert browser("auditor").get(f"/declarations/{filed.pk}/decide").status_code == 200
    assert browser("auditor").post(f"/declarations/{filed.pk}/decide/pass").status_code == 403
    assert browser("li").post(f"/declarations/{filed.pk}/copy").status_code == 404
    assert browser("wang").post(f"/declarations/{filed.pk}/sink").status_code == 404


def test_copy_delete_print_and_message(port):
    wang, filed = browser("wang"), made.submitted()
    wang.post(f"/declarations/{filed.pk}/copy")
    twin = Declaration.objects.get(state="draft")
    assert queries.document(twin).items == queries.document(filed).items
    assert wang.post(f"/declarations/{twin.pk}/delete", follow=True).redirect_chain[-1][0] == "/declarations"
    assert wang.get(f"/declarations/{twin.pk}").status_code == 404
    assert wang.get(f"/declarations/{filed.pk}/edit").status_code == 302
    assert "某进出口有限公司" in body(wang.get(f"/declarations/{filed.pk}/print"))
    paper = wang.get(f"/declarations/{filed.pk}/print?as=pdf")
    assert paper["Content-Type"] == "application/pdf" and b"STSong-Light" in paper.content
    message = wang.get(f"/declarations/{filed.pk}/print?as=xml").content
    assert b"DecMessage" in message
    wang.post("/declarations/import", {"message": SimpleUploadedFile("one.xml", message)})
    assert queries.document(Declaration.objects.get(state="draft")).items == queries.document(filed).items


def test_an_amendment_is_asked_for_shown_and_granted(port):
    wang, officer, filed = browser("wang"), browser("officer"), made.submitted()
    made.passed(filed)
    asking = typed(queries.document(filed), GoodsPlace="二号库", do="ask")
    refused = wang.post(f"/declarations/{filed.pk}/amend", asking)
    assert refused.status_code == 409 and "DEC_GROUNDS" in body(refused)
    told = {"grounds": "clerical", "evidence-proof": "26-1", "reason": "笔误"}
    assert wang.post(f"/declarations/{filed.pk}/amend", asking | told).status_code == 302
    queue = body(officer.get("/declarations/work?of=documents"))
    assert filed.number in queue
    page = body(officer.get(f"/declarations/{filed.pk}/decide"))
    assert "二号库" in page and "码头" in page and "26-1" in page
    assert officer.post(f"/declarations/{filed.pk}/decide/grant", {"answer": "同意"}).status_code == 302
    filed.refresh_from_db()
    assert filed.version == 2
    versions = body(wang.get(f"/declarations/{filed.pk}/versions"))
    assert "GoodsPlace" in versions and "二号库" in versions and versions.count('class="differs"') == 1
    assert wang.get(f"/declarations/{filed.pk}/versions?old=9").status_code == 404


def test_a_withdrawal_is_asked_for_and_refused(port):
    wang, officer, filed = browser("wang"), browser("officer"), made.submitted()
    assert wang.post(f"/declarations/{filed.pk}/withdraw", {"grounds": "clerical"}).status_code == 409
    told = {"grounds": "clerical", "evidence-proof": "26-1", "reason": "重复申报"}
    assert wang.post(f"/declarations/{filed.pk}/withdraw", told).status_code == 302
    assert officer.post(f"/declarations/{filed.pk}/decide/refuse", {"answer": ""}).status_code == 409
    assert officer.post(f"/declarations/{filed.pk}/decide/refuse", {"answer": "请申请修改"}).status_code == 302
    assert "请申请修改" in body(wang.get(f"/declarations/{filed.pk}"))
    wang.post(f"/declarations/{filed.pk}/withdraw", told)
    wang.post(f"/declarations/{filed.pk}/cancel")
    assert [one.state for one in queries.requests(filed)] == ["cancelled", "refused"]


def test_customs_select_inspect_and_release(port):
    officer, filed = browser("officer", "zh"), made.submitted()
    assert filed.number in body(officer.get("/declarations/work"))
    page = body(officer.get(f"/declarations/{filed.pk}/decide"))
    assert all(one in page for one in ("decide/pass", "decide/inspect", made.BILL, f"{filed.tax:,.2f}"))
    early = officer.post(f"/declarations/{filed.pk}/decide/release")
    assert early.status_code == 409 and "DEC_HELD" in body(early)
    officer.post(f"/declarations/{filed.pk}/decide/inspect")
    assert filed.number in body(officer.get("/declarations/work?of=inspection"))
    assert filed.number not in body(officer.get("/declarations/work?of=selection"))
    assert filed.number in body(officer.get("/declarations/work")), "it opens on what there is to do"
    officer.post(f"/declarations/{filed.pk}/decide/clear")
    unpaid = officer.post(f"/declarations/{filed.pk}/decide/release")
    assert unpaid.status_code == 409 and "DEC_NOT_PAID" in body(unpaid)
    made.pay(filed)
    assert officer.post(f"/declarations/{filed.pk}/decide/release").status_code == 302
    filed.refresh_from_db()
    assert filed.state == "released"
    assert officer.post(f"/declarations/{filed.pk}/decide/dance").status_code == 404


LINE = {"CodeTS": made.GCODE, "GName": "机器", "GQty": "10", "GUnit": "007", "DeclPrice": "10000", "DeclTotal": "100000",
        "TradeCurr": "USD", "FirstQty": "900", "FirstUnit": "035", "OriginCountry": "JPN", "DestinationCountry": "CHN",
        "DistrictCode": "11059", "DutyMode": "1"}  # fmt: skip


def sheet(*rows: dict[str, str], titles: list[str] | None = None) -> SimpleUploadedFile:
    names = list(LINE)
    data = workbook("lines", titles or names, [[row.get(name, "") for name in names] for row in rows])
    return SimpleUploadedFile("lines.xlsx", data)


def test_lines_come_from_a_spreadsheet(port):
    wang = browser("wang")
    page = body(wang.post("/declarations/import", {"lines": sheet(LINE, LINE | {"GName": "零件"})}))
    assert 'name="item-2-GName" value="零件"' in page and 'action="/declarations/new"' in page
    labels = [f"{fields.BLOCKS['item'].fields[name].zh}" for name in LINE]
    draft = made.draft()
    into = body(wang.post("/declarations/import", {"lines": sheet(LINE, titles=labels), "into": draft.pk}))
    assert f'action="/declarations/{draft.pk}/edit"' in into and 'value="COSU600101"' in into
    lines = io.BytesIO("\n".join([",".join(LINE), ",".join(LINE.values())]).encode("gb18030"))
    assert 'value="机器"' in body(
        wang.post("/declarations/import", {"lines": SimpleUploadedFile("a.csv", lines.read())})
    )
    for form in ("xlsx", "csv"):
        assert wang.get(f"/declarations/import?as={form}").status_code == 200


def test_five_hundred_bad_cells_are_five_hundred_pointers(port):
    bad = {"CodeTS": "84798999", "GQty": "many", "DistrictCode": "1105900", "DeclPrice": "x", "DeclTotal": "y", "GName": "机" * 256,
           "FirstQty": "z", "OriginCountry": "QQQ", "DestinationCountry": "QQQ", "DutyMode": "99"}  # fmt: skip
    page = browser("wang").post("/declarations/import", {"lines": sheet(*[LINE | bad] * 50)})
    found = re.findall(r'<code class="soft small" lang="zxx">(item/\d+/\w+)</code>', body(page))
    assert page.status_code == 422
    assert len(found) == len(set(found)) == 500
    assert 'class="number" data-label="Cell">A2<' in body(page) and ">A51<" in body(page)


@pytest.mark.parametrize(
    "data", [b"", b"PK\3\4junk", b"\xff\xfe\0", b"a,b\n1,2", b"CodeTS\n", b"CodeTS\n" + b"1\n" * 51]
)
def test_what_is_no_table_is_refused(port, data):
    answer = browser("wang").post("/declarations/import", {"lines": SimpleUploadedFile("a.csv", data)})
    assert answer.status_code == 422 and 'role="alert"' in body(answer)


def test_pages_ask_little_and_are_small(port):
    filed, draft = made.submitted(), made.draft(made.document(*[made.item()] * 5))
    found = {}
    for who, page in (
        ("wang", "/declarations"), ("wang", "/declarations/new"), ("wang", f"/declarations/{draft.pk}/edit"),
        ("wang", f"/declarations/{filed.pk}"), ("officer", f"/declarations/{filed.pk}/decide"),
        ("officer", "/declarations/work"), ("wang", f"/declarations/{filed.pk}/versions"),
    ):  # fmt: skip
        person = browser(who)
        with CaptureQueriesContext(connection) as asked:
            said = person.get(page)
        assert said.status_code == 200
        found[page] = (len(asked), len(said.content))
    assert {page: one for page, one in found.items() if one[0] > 15 or one[1] > 150_000} == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_are_whole_and_in_the_language_of_their_reader(port, lang):
    filed, draft = made.submitted(), made.draft()
    wrong = made.draft(made.document(BillNo="NONE", NetWt=D(2000)))
    browser("wang").post(f"/declarations/{wrong.pk}/edit", typed(BillNo="NONE", do="submit"))
    told = {"grounds": "clerical", "evidence-proof": "26-1", "reason": "笔误", "do": "ask"}
    browser("wang").post(f"/declarations/{filed.pk}/amend", typed(queries.document(filed), GoodsPlace="二号库") | told)
    one = f"/declarations/{filed.pk}"
    for who, pages in (
        ("wang", ["/declarations", "/declarations?number=0000", "/declarations/new", "/declarations/import", one,
                  f"/declarations/{draft.pk}/edit", f"/declarations/{wrong.pk}/edit", f"{one}/amend", f"{one}/withdraw",
                  f"{one}/print", f"{one}/versions"]),
        ("officer", ["/declarations", "/declarations/work", "/declarations/work?of=documents", f"{one}/decide"]),
    ):  # fmt: skip
        judge = Judge(who, lang)
        judge.foreign.append(made.REFERENCE["title"])
        assert all(judge(page) for page in pages), judge.wrong
        assert judge.wrong == []


@pytest.mark.measure("M0-14.2")
def test_firms_whose_grade_gives_precedence_stand_first_in_the_queue(port):
    late, other = made.submitted(), made.submitted(made.document(BillNo="COSU600102"))
    Declaration.objects.filter(pk=other.pk).update(trader=find(made.CARRIER))
    code = find(made.CARRIER).uscc
    set_grade(code, "advanced", since=AT.date(), basis="certified", words="认证", by=made.OFFICER, at=AT)
    page = body(browser("officer").get("/declarations/work"))
    assert 0 < page.index(other.number) < page.index(late.number)
    turns = [work.waiting("selection", None, 1, AT.date())]
    turns.append(work.waiting("selection", turns[0][1], 1, AT.date()))
    assert [[row.pk for _, row in rows] for rows, _ in turns] == [[other.pk], [late.pk]] and turns[1][1] is None


def packed(**messages: bytes) -> SimpleUploadedFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in messages.items():
            file.writestr(f"{name}.xml", data)
    return SimpleUploadedFile("many.zip", held.getvalue())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_packed_file_is_filed_and_what_became_of_each_is_shown(port, lang):
    broker, judge = browser("wang", lang), Judge("wang", lang)
    judge.foreign.append("Other")
    assert judge("/declarations/batches")
    sent = packed(
        a=dec.write(made.document()), b=dec.write(made.document(BillNo="NOBODY1")), c=b"<no", d=b"<Other/>",
    )  # fmt: skip
    answered = broker.post("/declarations/batches", {"file": sent, "number": "26-7"}, follow=True)
    shown = body(answered)
    assert "DEC_BILL_NOT_IN_MANIFEST" in shown and shown.count("DEC_UNREADABLE") == 2 and "020220261" in shown
    listed = body(broker.get("/declarations/batches"))
    number = re.search(r"/declarations/batches/(\d+)", listed)[1]
    assert "26-7" in listed and judge("/declarations/batches") and judge(f"/declarations/batches/{number}")
    assert judge.wrong == []
    assert broker.get("/declarations/batches?as=csv").status_code == 200
    sent.seek(0)
    broker.post("/declarations/batches", {"file": sent, "number": "26-7"})
    assert Declaration.objects.count() == 2
    assert browser("other", lang).get(f"/declarations/batches/{number}").status_code == 404


@pytest.mark.parametrize("sent, said", [
    (None, "Choose a file"), (SimpleUploadedFile("x.zip", b"PK\3\4 no"), "cannot be read"),
    (SimpleUploadedFile("x.xml", b"<no"), "well-formed"), (packed(**{f"m{n}": b"<x/>" for n in range(501)}), "more than 500"),
    (packed(), "0 declarations are filed together"), (packed(a=b"x" * 34_000_000), "too large"),
])  # fmt: skip
def test_a_file_that_is_no_packed_file_is_told(port, sent, said):
    answered = browser("wang").post("/declarations/batches", {"file": sent} if sent else {})
    assert answered.status_code == 422 and said in body(answered)
    assert not Declaration.objects.exists()


def test_a_message_that_cannot_be_read_is_told(port):
    answered = browser("wang").post("/declarations/import", {"message": SimpleUploadedFile("x.xml", b"<no")})
    assert answered.status_code == 422 and "well-formed" in body(answered)
