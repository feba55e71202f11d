"""The pages of risk findings: who may see them and decide, in both languages, and people only for a purpose."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import MOST_QUERIES, SIGN_IN, WINDOW_ONLY, whole
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import AT, file, file_all
from tests.ecommerce.test_patterns import SHOP, neighbours, person

from tongguan.ecommerce.models import RiskFinding
from tongguan.ecommerce.patterns.actions import dismiss, look_for_patterns
from tongguan.holds.models import Hold
from tongguan.kernel.states import Actor
from tongguan.parties.models import PersonalAccess

PEOPLE = [*WINDOW_ONLY]


@pytest.fixture
def finding(window, monkeypatch) -> RiskFinding:
    drawn_share(monkeypatch, "0")
    parcels = neighbours(4, telephone=SHOP)
    file_all(*parcels[:3])
    for noun in ("order", "inventory"):
        file(noun, getattr(parcels[3], noun))
    [found] = look_for_patterns(at=AT)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", PEOPLE)
def test_each_page_is_seen_by_those_who_may(window, finding, who, lang):
    client = window.person(who, lang)
    for path in ("/risks", "/risks?state=open", "/risks?state=dismissed", f"/risks/{finding.pk}"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
        assert got == WINDOW_ONLY[who], path
        assert len(asked) <= MOST_QUERIES
        if got == 200:
            whole(response, lang)
            assert SHOP not in response.content.decode() and person(0).name not in response.content.decode()


def test_the_list_shows_what_was_counted(window, finding):
    page = window.person("officer", "en").get("/risks").content.decode()
    assert "One telephone" in page and "2026-04-02 to 2026-05-01" in page and ">4<" in page and ">3<" in page
    page = window.person("officer", "en").get(f"/risks/{finding.pk}").content.decode()
    assert "4 people gave one telephone number for delivery; up to 3 are usual." in page
    assert "not raised again for 90 days" in page and "N0003" in page


def test_a_zero_byte_in_what_an_officer_writes_is_left_out(window, finding):
    client = window.person("officer")
    assert client.post(f"/risks/{finding.pk}/people", {"purpose": "核\0查"}).status_code == 200
    assert PersonalAccess.objects.get().purpose == "核查"
    assert client.post(f"/risks/{finding.pk}/dismiss", {"reason": "邻\0居"}).status_code == 302


def test_an_officer_dismisses_with_a_reason_and_the_parcels_go_on(window, finding):
    client = window.person("officer")
    refused = client.post(f"/risks/{finding.pk}/dismiss", {"reason": " "})
    assert refused.status_code == 409 and "查实或排除风险线索须填写理由" in refused.content.decode()
    assert Hold.objects.filter(reason="resale", lifted_at=None).count() == 1
    done = client.post(f"/risks/{finding.pk}/dismiss", {"reason": "公司前台代收"}, follow=True)
    assert "已排除" in done.content.decode() and "公司前台代收" in done.content.decode()
    assert not Hold.objects.filter(reason="resale", lifted_at=None).exists()
    again = client.post(f"/risks/{finding.pk}/confirm", {"reason": "转卖"})
    assert again.status_code == 409


def test_an_officer_confirms(window, finding):
    window.person("officer", "en").post(f"/risks/{finding.pk}/confirm", {"reason": "resold in a shop"})
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by, finding.reason) == ("confirmed", "officer", "resold in a shop")


@pytest.mark.parametrize("who", [one for one in PEOPLE if one != "officer"])
def test_nobody_else_decides_or_looks(window, finding, who):
    client = window.person(who)
    for act in ("dismiss", "confirm", "people"):
        response = client.post(f"/risks/{finding.pk}/{act}", {"reason": "x", "purpose": "x"})
        got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
        assert got == (403 if who else SIGN_IN)
    finding.refresh_from_db()
    assert finding.state == "open" and not PersonalAccess.objects.exists()


def test_people_are_shown_for_a_purpose_and_the_look_is_noted(window, finding):
    client = window.person("officer")
    without = client.post(f"/risks/{finding.pk}/people", {"purpose": " "}, follow=True)
    assert SHOP not in without.content.decode() and not PersonalAccess.objects.exists()
    shown = client.post(f"/risks/{finding.pk}/people", {"purpose": "核实代购"})
    page = shown.content.decode()
    assert SHOP in page and person(0).name in page and person(3).number in page and "核实代购" in page
    assert "no-store" in shown["Cache-Control"]
    look = PersonalAccess.objects.get()
    assert (look.subject, look.by, look.purpose) == (str(finding), "officer", "核实代购")
    assert "buyerIdNumber" in look.fields


def test_what_is_not_there_is_not_found(window, finding):
    client = window.person("officer")
    assert client.get("/risks/999999").status_code == 404
    assert client.post(f"/risks/{finding.pk}/burn", {"reason": "x"}).status_code == 404
    assert client.get(f"/risks/{finding.pk}/dismiss").status_code == 405
    assert client.get("/risks?state=odd&before=x").status_code == 200


def test_the_list_is_turned_by_pages(window, monkeypatch):
    at = {"found_at": AT, "seen_at": AT, "first_day": AT.date(), "last_day": AT.date()}
    RiskFinding.objects.bulk_create(
        RiskFinding(pattern="telephone", digest=bytes([n]) * 16, most=3, count=4, parcels=0, **at) for n in range(60)
    )
    client = window.person("officer", "en")
    first = client.get("/risks").content.decode()
    last = RiskFinding.objects.order_by("-pk")[49].pk
    assert first.count("One telephone") == 50 and f"before={last}" in first
    assert client.get(f"/risks?before={last}").content.decode().count("One telephone") == 10


def test_a_finding_without_inventories_says_so(window):
    file("order", *(parcel.order for parcel in neighbours(4, telephone=SHOP)))
    [found] = look_for_patterns(at=AT)
    dismiss(found.pk, by=Actor("officer", "officer"), at=AT, reason="x")
    page = window.person("officer", "en").get(f"/risks/{found.pk}").content.decode()
    assert "No inventory was filed for these purchases yet." in page and "textarea" not in page
