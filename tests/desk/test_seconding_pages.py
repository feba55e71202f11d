"""The pages of acts that two officers do together: proposed on the page of the matter, answered in the queue."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.conftest import PASSWORD, PLATFORM
from tests.desk.test_account import enter
from tests.desk.test_pages import assert_asks_little, whole
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce.models import Inventory
from tongguan.needs.queues import queues
from tongguan.parties.actions import admit
from tongguan.parties.models import TwoPersonAct
from tongguan.parties.queries import actor_of

PASS = f"/decide/pass/{PLATFORM}/P-CHECKED"


@pytest.fixture
def suspended(window) -> Inventory:
    """A parcel whose check was suspended; there are two officers."""
    admit("colleague", "同事某", PASSWORD, [("officer", None)], by=OPERATOR, at=AT)
    told = {"reason": "核对品牌"}
    assert window.person("officer").post(f"/decide/suspend/{PLATFORM}/P-CHECKED", told).status_code == 302
    return Inventory.objects.get(order_no="P-CHECKED")


def state() -> str:
    return Inventory.objects.get(order_no="P-CHECKED").state


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_suspended_is_released_by_two(window, suspended, lang):
    officer, colleague = window.person("officer", lang), window.person("colleague", lang)
    assert "required" in officer.get(PASS).content.decode().split("<textarea")[1].split(">")[0]
    assert officer.post(PASS, {"reason": ""}).status_code == 409  # the second wants a reason to read
    answer = officer.post(PASS, {"reason": "品牌授权书已到"}, follow=True)
    row = TwoPersonAct.objects.get()
    assert answer.redirect_chain[-1][0] == f"/seconds/{row.pk}" and state() == "suspended"
    assert f"/seconds/{row.pk}/withdraw" in answer.content.decode() and "/confirm" not in answer.content.decode()
    [queue] = [one for one in queues(to=actor_of(row.proposer), at=timezone.now()) if one.kind == "seconds"]
    assert queue.number == 1
    whole(colleague.get(queue.href), lang)
    assert f"/seconds/{row.pk}" in colleague.get(queue.href).content.decode()
    page = colleague.get(f"/seconds/{row.pk}")
    whole(page, lang)
    assert "品牌授权书已到" in page.content.decode() and suspended.invt_no in page.content.decode()
    assert f"/seconds/{row.pk}" in colleague.get(window.address("checked")).content.decode()
    assert colleague.post(f"/seconds/{row.pk}/confirm", {"words": "同意"}).status_code == 302
    assert state() == "released"
    whole(colleague.get(f"/seconds/{row.pk}"), lang)
    assert colleague.post(f"/seconds/{row.pk}/confirm").status_code == 409


def test_the_same_person_in_two_sessions_is_one(window, suspended):
    (first, _), (again, _) = enter("officer"), enter("officer")
    first.post(PASS, {"reason": "品牌授权书已到"})
    row = TwoPersonAct.objects.get()
    assert again.post(f"/seconds/{row.pk}/confirm").status_code == 409 and state() == "suspended"
    assert again.post(PASS, {"reason": "再次"}).status_code == 409  # nor by doing the act again
    assert state() == "suspended"


def test_refused_and_taken_back(window, suspended):
    officer, colleague = window.person("officer"), window.person("colleague")
    officer.post(PASS, {"reason": "一"})
    row = TwoPersonAct.objects.get()
    assert colleague.post(f"/seconds/{row.pk}/refuse", {"words": ""}).status_code == 409
    assert colleague.post(f"/seconds/{row.pk}/refuse", {"words": "证\0据不足"}).status_code == 302
    officer.post(PASS, {"reason": "二"})
    row = TwoPersonAct.objects.latest("pk")
    assert colleague.post(f"/seconds/{row.pk}/withdraw").status_code == 409
    assert officer.post(f"/seconds/{row.pk}/withdraw").status_code == 302
    assert state() == "suspended"
    assert [one.state for one in TwoPersonAct.objects.order_by("pk")] == ["refused", "withdrawn"]


def test_who_sees_and_answers_what(window, suspended):
    window.person("officer").post(PASS, {"reason": "一"})
    row = TwoPersonAct.objects.get()
    for who in ("operator", "auditor"):
        assert window.person(who).get(f"/seconds/{row.pk}").status_code == 200
        assert window.person(who).post(f"/seconds/{row.pk}/confirm").status_code == 403
    for who in ("platform", "broker", "carrier"):
        assert window.person(who).get("/seconds").status_code == 403
        assert window.person(who).post(f"/seconds/{row.pk}/confirm").status_code == 403
    assert window.person("").get(f"/seconds/{row.pk}").url.startswith("/sign-in")
    officer = window.person("officer")
    assert officer.get("/seconds/987654321").status_code == 404
    assert officer.post(f"/seconds/{row.pk}/burn").status_code == 404
    assert state() == "suspended"


def test_few_queries(window, suspended):
    window.person("officer").post(PASS, {"reason": "一"})
    client = window.person("colleague")
    for path in ("/seconds", f"/seconds/{TwoPersonAct.objects.get().pk}"):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert_asks_little(path, [one["sql"] for one in asked])
