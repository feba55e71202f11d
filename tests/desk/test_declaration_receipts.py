"""The page of a declaration's receipts: what customs told, the messages it came by, each receipt as XML."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.declarations import made
from tests.declarations.test_messages import message
from tests.desk.test_declarations import body, browser, port  # noqa: F401 (fixture)
from tests.desk.test_walk import Judge

from tongguan.declarations.messages.actions import give_receipts, receive
from tongguan.declarations.models import Declaration
from tongguan.formats import dec
from tongguan.journal.actions import sequence


@pytest.fixture
def declared(port) -> Declaration:  # noqa: F811
    receive(message(operation="C"), by=made.broker(), at=made.AT)
    sequence()
    give_receipts()
    return Declaration.objects.get()


def test_receipts_are_shown_and_each_is_a_file(declared):
    page = f"/declarations/{declared.pk}/receipts"
    wang = browser("wang")
    with CaptureQueriesContext(connection) as asked:
        shown = body(wang.get(page))
    assert "received by customs" in shown and "taxes and fees to be paid" in shown and "LOCAL-1" in shown
    assert len(asked) <= 15
    receipt = declared.receipts.first()
    found = browser("wang").get(f"{page}?as={receipt.pk}")
    of, remarks = dec.read_receipt(found.content)
    assert (remarks, of.CUS_CIQ_NO, found["Content-Type"]) == ([], declared.pre_no, "application/xml")
    assert browser("wang").get(f"{page}?as=0").status_code == 404
    assert page in body(browser("wang").get(f"/declarations/{declared.pk}"))


def test_who_sees_what(declared):
    page = f"/declarations/{declared.pk}/receipts"
    assert [browser(n).get(page).status_code for n in ("wang", "li", "officer", "auditor", "other")] == [
        200, 200, 200, 200, 404,
    ]  # fmt: skip
    assert "LOCAL-1" not in body(browser("li").get(page)), "the client's numbers are its own"
    draft = made.draft()
    assert browser("li").get(f"/declarations/{draft.pk}/receipts").status_code == 404
    assert "within two minutes" in body(browser("wang").get(f"/declarations/{draft.pk}/receipts"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_in_the_language_of_its_reader(declared, lang):
    judge = Judge("wang", lang)
    assert judge(f"/declarations/{declared.pk}/receipts"), judge.wrong
    assert judge.wrong == []
