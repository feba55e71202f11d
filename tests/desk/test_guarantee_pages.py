"""The pages of guarantees: who sees and changes what, in both languages, and bad input."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_pages import MOST_QUERIES, whole
from tests.revenue.firms import OFFICER, SYSTEM, D

from tongguan.credit.actions import set_grade
from tongguan.ecommerce import samples
from tongguan.kernel.states import Actor
from tongguan.parties.models import Person
from tongguan.parties.queries import find
from tongguan.revenue.guarantees import actions
from tongguan.revenue.models import Guarantee, Secured

SEES = {"platform": 200, "officer": 200, "operator": 200, "auditor": 200, "carrier": 404, "broker": 404}
TODAY = timezone.localdate()
LAST = TODAY + timedelta(days=120)
FORM = {
    "kind": "bank_letter", "total": "5,000,000", "guarantor": "某银行", "document": "BH-1", "scopes": ["time_limit"],
    "valid_from": TODAY.isoformat(), "valid_to": LAST.isoformat(), "verb": "file",
}  # fmt: skip


def person(name: str, lang: str = "zh") -> Client:
    """Return a browser in which this person is signed in; nobody for an empty name."""
    client = Client(headers={"accept-language": lang})
    if name:
        client.force_login(Person.objects.get(username=name))
    return client


def made(kind: str = "bank_letter", document: str = "BH-2") -> Guarantee:
    by, at = Actor("wang", "platform", find(samples.PLATFORM.code).pk), timezone.now()
    row = actions.draft(
        kind, D("1000"), scopes=["time_limit"], valid_from=TODAY, valid_to=LAST, guarantor="某银行", document=document,
        by=by, at=at,
    )  # fmt: skip
    return actions.file(row.number, by=by, at=at)


def debit(of: Guarantee, reference: str = "D1") -> Secured:
    return actions.debit(
        of.number, D("400.50"), reference=reference, holder=samples.PLATFORM.code, scope="time_limit", on=TODAY, by=SYSTEM,
        at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def guarantee(people) -> Guarantee:
    row = actions.accept(made().number, by=OFFICER, at=timezone.now())
    debit(row)
    return row


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", SEES)
def test_each_page_is_seen_by_those_who_may(people, guarantee, who, lang):
    client = person(who, lang)
    for path, wanted in (("/guarantees", 200), (f"/guarantees/{guarantee.number}", SEES[who])):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        assert response.status_code == wanted, path
        assert len(asked) <= MOST_QUERIES
        if wanted == 200:
            whole(response, lang)
    queue = client.get("/guarantees/work")
    assert queue.status_code == (200 if who in ("officer", "operator", "auditor") else 403)
    new = client.get("/guarantees/new")
    assert new.status_code == (200 if who in ("platform", "broker") else 403)
    if queue.status_code == 200:
        whole(queue, lang)
    if new.status_code == 200:
        whole(new, lang)
    assert person("").get("/guarantees").status_code == 302


def test_what_the_page_says(people, guarantee):
    page = person("platform", "en").get(f"/guarantees/{guarantee.number}").content.decode()
    for said in ("599.50", "400.50", "1,000.00", "BH-2", "D1", "secures", "all of them", "Guarantee accepted"):
        assert said in page, said
    assert "Suspend" not in page
    assert "Suspend" in person("officer", "en").get(f"/guarantees/{guarantee.number}").content.decode()


def test_a_firm_files_and_customs_decide(people):
    platform, officer = person("platform", "en"), person("officer", "en")
    assert platform.post("/guarantees/new", FORM).status_code == 302
    row = Guarantee.objects.get()
    assert (row.state, row.total) == ("filed", D("5000000"))
    assert row.number in officer.get("/guarantees/work").content.decode()
    own = f"/guarantees/{row.number}"
    assert platform.post(f"{own}/accept").status_code == 409
    assert officer.post(f"{own}/refuse").status_code == 409
    assert officer.post(f"{own}/nothing").status_code == 404
    assert officer.post(f"{own}/accept").status_code == 302
    row.refresh_from_db()
    assert row.state == "active" and row.left == D("5000000")
    assert officer.post(f"{own}/suspend", {"reason": "欠税"}).status_code == 302
    assert officer.post(f"{own}/resume").status_code == 302
    assert person("carrier").post(f"{own}/release").status_code in (403, 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "x"},
        {"total": "x"},
        {"scopes": []},
        {"valid_to": "soon"},
        {"valid_to": "2020-01-01"},
        {"document": ""},
    ],
    ids=str,
)
def test_bad_input_is_told_and_kept(people, wrong):
    answer = person("platform", "en").post("/guarantees/new", FORM | wrong)
    assert answer.status_code == 409 and b"problem" in answer.content and not Guarantee.objects.exists()
    whole(answer, "en")


def test_a_draft_is_seen_by_its_firm_only(people):
    person("platform").post("/guarantees/new", FORM | {"verb": "save"})
    row = Guarantee.objects.get()
    assert row.state == "draft" and person("officer").get(f"/guarantees/{row.number}").status_code == 404
    platform = person("platform")
    assert platform.post(f"/guarantees/{row.number}/file").status_code == 302
    assert platform.post(f"/guarantees/{row.number}/take_back").status_code == 302


def test_what_an_exemption_secured_is_secured_anew(people):
    set_grade(
        samples.PLATFORM.code, "advanced", since=date(TODAY.year, 1, 1), basis="certified", words="测试", by=OFFICER,
        at=timezone.now(),
    )  # fmt: skip
    of = actions.accept(made("exemption").number, by=OFFICER, at=timezone.now())
    debit(of)
    actions.end_exemption(
        samples.PLATFORM.code, on=date(TODAY.year, TODAY.month, 1), reason="降级", by=OFFICER, at=timezone.now()
    )
    other = actions.accept(made(document="BH-9").number, by=OFFICER, at=timezone.now())
    platform, own = person("platform", "en"), f"/guarantees/{of.number}/resecure"
    assert "D1" in platform.get("/guarantees").content.decode()
    assert platform.post(own, {"reference": "D2", "other": other.number}).status_code == 404
    assert platform.post(own, {"reference": "D1", "other": "G1"}).status_code == 409
    assert platform.post(own, {"reference": "D1", "other": other.number}).status_code == 302
    assert Secured.objects.get().guarantee_id == other.pk


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_officers_on_the_premises_take_pieces_and_leave(people, lang):
    by, at = Actor("wang", "platform", find(samples.PLATFORM.code).pk), timezone.now()
    row = actions.draft(
        "onsite", D("9000"), scopes=["exhibits"], valid_from=TODAY, valid_to=LAST, guarantor="某美术馆", document="ZC-1",
        by=by, at=at,
    )  # fmt: skip
    actions.file(row.number, by=by, at=at)
    actions.accept(row.number, by=OFFICER, at=at)
    officer, path = person("officer", lang), f"/guarantees/{row.number}"
    whole(officer.get(path), lang)
    assert "end_onsite" in officer.get(path).content.decode()
    assert "end_onsite" not in person("platform", lang).get(path).content.decode()
    assert officer.post(f"{path}/secure_piece", {"piece": "12", "amount": "many"}).status_code == 409
    for name, amount in (("12", "1,200"), ("13", "800")):
        assert officer.post(f"{path}/secure_piece", {"piece": name, "amount": amount}).status_code == 302
    assert officer.post(f"{path}/account_for", {"piece": "12", "document": ""}).status_code == 409
    assert officer.post(f"{path}/account_for", {"piece": "12", "document": "复运出境"}).status_code == 302
    assert person("platform", lang).post(f"{path}/end_onsite").status_code == 409
    assert officer.post(f"{path}/end_onsite").status_code == 302
    ended = officer.get(path)
    whole(ended, lang)
    row = Guarantee.objects.select_related("account").get(pk=row.pk)
    assert (row.state, row.demanded) == ("expired", D("800")) and "800.00" in ended.content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_firm_asks_for_release_and_customs_see_the_clock(people, lang):
    of = actions.accept(made().number, by=OFFICER, at=timezone.now())
    platform, officer, own = person("platform", lang), person("officer", lang), f"/guarantees/{of.number}"
    assert f"{own}/ask_back" in platform.get(own).content.decode()
    assert f"{own}/ask_back" not in officer.get(own).content.decode()
    assert platform.post(f"{own}/ask_back").status_code == 302
    Guarantee.objects.update(release_by=TODAY - timedelta(days=2))
    late = {"zh": "2天", "en": "2 days"}[lang]
    for page in (officer.get("/guarantees/work"), platform.get(own)):
        assert of.number in (shown := page.content.decode()) and late in shown
    assert officer.post(f"{own}/release").status_code == 302
    assert of.number not in officer.get("/guarantees/work").content.decode()


def test_an_expired_deposit_shows_by_when_it_is_claimed(people):
    of = actions.accept(made("deposit").number, by=OFFICER, at=timezone.now())
    debit(of)
    Guarantee.objects.update(valid_to=TODAY - timedelta(days=30), valid_from=TODAY - timedelta(days=60))
    actions.expire_due(TODAY, at=timezone.now())
    shown = person("officer", "en").get("/guarantees/work").content.decode()
    assert "To be claimed by" in shown and 'class="late"' in shown
