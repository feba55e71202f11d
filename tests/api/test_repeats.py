"""A request sent again under its Idempotency-Key makes nothing twice and is answered the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.api.conftest import Caller
from tests.api.test_declarations import PATH as DECLARATIONS
from tests.api.test_declarations import body, client, quay  # noqa: F401
from tests.api.test_licences import PATH, application
from tests.licences.given import AT, HOLDER, OPERATOR, firms

from tongguan.api.openapi import description
from tongguan.declarations.models import Declaration
from tongguan.exchange.models import KeyedAnswer
from tongguan.exchange.repeats import actions
from tongguan.licences.models import Licence
from tongguan.parties.actions import issue
from tongguan.parties.queries import find

HEADER = {"Idempotency-Key": "0197b3a2-5d1e-7c44"}
KEYED = {
    "/api/v1/declarations", "/api/v1/licences", "/api/v1/licences/received", "/api/v1/guarantees", "/api/v1/reliefs",
    "/api/v1/reliefs/orders", "/api/v1/manifests",
}  # fmt: skip


def test_the_same_again_gets_the_same_answer_and_makes_nothing(window):
    first = window.broker.post(PATH, application(), **HEADER)
    again = window.broker.post(PATH, application(), **HEADER)
    assert first.status_code == again.status_code == 200 and first.content == again.content
    assert "Idempotent-Replayed" not in first and again["Idempotent-Replayed"] == "true"
    assert again["Content-Type"] == "application/json" and Licence.objects.count() == 1
    quoted = window.broker.post(PATH, application(), **{"Idempotency-Key": f'"{HEADER["Idempotency-Key"]}"'})
    assert quoted.content == first.content, "the draft of the header writes keys in quotation marks"
    assert window.broker.post(PATH, application(), **{"Idempotency-Key": "another"}).status_code == 200
    assert window.broker.post(PATH, application()).status_code == 200
    assert Licence.objects.count() == 3


@pytest.mark.parametrize(("lang", "said"), [("zh", "另一请求"), ("en", "another request")])
def test_another_request_under_the_same_key_is_refused(window, lang, said):
    window.broker.post(PATH, application(), **HEADER)
    refused = window.broker.post(PATH, application(mode="ONE_BATCH"), **HEADER, **{"Accept-Language": lang})
    assert (refused.status_code, refused.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert said in refused.json()["detail"] and set(refused.json()["errors"][0]["message"]) == {"zh", "en"}
    elsewhere = window.broker.post("/api/v1/reliefs", application(), **HEADER)
    assert elsewhere.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert Licence.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "k" * 101, '""'])
def test_a_key_that_is_none_is_a_wrong_parameter(window, key):
    refused = window.broker.post(PATH, application(), **{"Idempotency-Key": key})
    assert (refused.status_code, refused.json()["code"]) == (400, "BAD_PARAMETER")
    assert refused.json()["errors"][0]["pointer"] == "Idempotency-Key" and not Licence.objects.exists()


def test_a_refusal_is_not_kept_and_another_caller_has_keys_of_his_own(window):
    assert window.broker.post(PATH, application(goods=[]), **HEADER).status_code == 409
    assert not KeyedAnswer.objects.exists()
    assert window.broker.post(PATH, application(), **HEADER).status_code == 200
    assert window.platform.post(PATH, application(), **HEADER).status_code in (200, 403)
    assert window.nobody.post(PATH, application(), **HEADER).status_code == 401
    assert KeyedAnswer.objects.filter(caller__endswith=window.broker.name).exists()


def test_the_answer_is_sealed_and_forgotten_after_its_hours(window):
    window.broker.post(PATH, application(), **HEADER)
    row = KeyedAnswer.objects.get()
    assert HOLDER.encode() not in bytes(row.sealed) and b"goods" not in bytes(row.sealed)
    now = timezone.now()
    assert actions.forget(at=now) == 0 and actions.kept_hours(now) == 24
    KeyedAnswer.objects.update(at=now - timedelta(hours=25))
    window.broker.post(PATH, application(), **HEADER)
    assert Licence.objects.count() == 2 and KeyedAnswer.objects.count() == 1
    assert actions.forget(at=now + timedelta(hours=25)) == 1 and not KeyedAnswer.objects.exists()


def test_a_draft_sent_again_after_a_lost_answer_is_one_draft(quay):  # noqa: F811
    first = quay.post(DECLARATIONS, body(), **HEADER)
    quay.post(
        f"{DECLARATIONS}/{first.json()['preNo']}/submit", b""
    )  # what became of it since does not change the answer
    assert quay.post(DECLARATIONS, body(), **HEADER).content == first.content
    assert Declaration.objects.count() == 1
    assert quay.post(DECLARATIONS, body(mode="advance"), **HEADER).status_code == 422


def test_a_body_in_xml_counts_too(quay):  # noqa: F811
    for data, status in ((b"<x/>", 422), (b"<y/>", 422)):
        assert quay.post(DECLARATIONS, data, "application/xml", **HEADER).status_code == status
    assert not KeyedAnswer.objects.exists()


def test_16_at_once_under_one_key_make_one(transactional_db):
    firms()
    caller = Caller(issue("racer", find(HOLDER), role="trader", by=OPERATOR, at=AT)[1])
    wanted = application(holder=HOLDER)

    def one(number: int):
        try:
            found = caller.post(PATH, wanted | ({"mode": "ONE_BATCH"} if number % 4 == 3 else {}), **HEADER)
            return found.status_code, found.content
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(one, range(16)))
    done = [body for status, body in found if status == 200]
    assert len(set(done)) == 1 and {status for status, _ in found} == {200, 422}
    assert Licence.objects.count() == KeyedAnswer.objects.count() == 1


def test_the_description_names_the_key_where_it_counts():
    paths = description()["paths"]
    named = {
        path
        for path, methods in paths.items()
        for one in methods.get("post", {}).get("parameters", [])
        if one["name"] == "Idempotency-Key"
        and one["in"] == "header"
        and "422" in map(str, methods["post"]["responses"])
    }
    assert named == KEYED
