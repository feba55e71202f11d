"""The page of the simulated issuing body: a person lets it grant, refuse, fall silent, and answer twice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import assert_asks_little, whole
from tests.licences.given import AT, HOLDER, asked, firms, state, trader

from tongguan.exchange.models import BodyCase, BodyDelivery, BodyMode
from tongguan.kernel.texts import text
from tongguan.licences.actions import apply, pass_on, take_delivered
from tongguan.licences.actions.exchanging import number_of
from tongguan.licences.models import Licence

PATH = "/operate/issuing-body"


@pytest.fixture
def body(window, settings):
    settings.ISSUING_BODY = "tongguan.exchange.issuing_body.SimulatedBody"
    firms()
    return window.person("operator")


def filed() -> Licence:
    return pass_on(apply(asked(), by=trader(), at=AT).pk, at=AT)


def test_it_is_there_with_the_simulated_body_only_and_for_the_operator(window, settings):
    operator = window.person("operator")
    assert operator.get(PATH).status_code == operator.post(f"{PATH}/mode", {"mode": "lost"}).status_code == 404
    assert PATH not in operator.get("/operate").content.decode()
    settings.ISSUING_BODY = "tongguan.exchange.issuing_body.SimulatedBody"
    assert operator.get(PATH).status_code == 200 and PATH in operator.get("/operate").content.decode()
    for who in ("officer", "platform", "auditor"):
        client = window.person(who)
        assert client.get(PATH).status_code == client.post(f"{PATH}/mode", {"mode": "lost"}).status_code == 403
    assert not BodyMode.objects.exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_with_what_was_filed(window, body, lang):
    for _ in range(3):
        filed()
    client = window.person("operator", lang)
    with CaptureQueriesContext(connection) as told:
        page = client.get(PATH)
    assert_asks_little(PATH, [one["sql"] for one in told])
    whole(page, lang)
    html = page.content.decode()
    assert all(row.number in html for row in BodyCase.objects.all())
    assert text("desk.issuer.do.issue", lang) in html and text("desk.issuer.do.repeat", lang) not in html


def test_it_grants_and_answers_twice_and_the_window_takes_it_once(body):
    row = filed()
    number = number_of(row)
    assert body.post(f"{PATH}/repeat", {"number": number}).status_code == 409  # nothing to repeat yet
    assert body.post(f"{PATH}/issue", {"number": number}).status_code == 302
    assert pass_on(row.pk, at=AT).state == "issued"
    assert body.post(f"{PATH}/repeat", {"number": number}).status_code == 302
    assert BodyDelivery.objects.count() == 1 and take_delivered(at=AT) == 1
    assert Licence.objects.count() == 1 and state(row) == "issued"
    assert body.post(f"{PATH}/issue", {"number": number}).status_code == 409
    assert body.post(f"{PATH}/revoke", {"number": number, "words": "合同取消"}).status_code == 302
    assert take_delivered(at=AT) == 1 and state(row) == "revoked"


def test_it_refuses_asks_and_approves(body):
    for verb, after in (("refuse", "refused"), ("ask", "supplement"), ("approve", "approved")):
        row = filed()
        assert body.post(f"{PATH}/{verb}", {"number": number_of(row), "words": "缺合\0同"}).status_code == 302
        row = pass_on(row.pk, at=AT)
        assert (row.state, row.words) == (after, "缺合同")


def test_it_falls_silent_towards_one_holder(body):
    assert body.post(f"{PATH}/mode", {"mode": "lost", "holder": HOLDER}).status_code == 302
    assert filed().passed_at is None and BodyMode.objects.get().holder == HOLDER
    assert HOLDER in body.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("verb", "given", "status"),
    [("mode", {"mode": "kind"}, 409), ("issue", {"number": "none"}, 404), ("revoke", {}, 404), ("burn", {}, 404)],
)
def test_wrong_use_says_so(body, verb, given, status):
    assert body.post(f"{PATH}/{verb}", given).status_code == status
