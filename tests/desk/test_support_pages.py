"""Support sessions: an operator sees a firm's pages when its administrator lets him, and does nothing there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk.test_account import enter
from tests.desk.test_pages import whole

from tongguan.ecommerce import samples
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions.support import ask_support, decide_support, end_support_over
from tongguan.parties.models import Membership, Person, SupportLook, SupportSession

pytestmark = pytest.mark.usefixtures("people")
CODE = samples.BROKER.code
ASKED = {"of": CODE, "role": "broker", "reason": "报文看不到回执", "minutes": "30"}


def allowed(lang: str = "zh"):
    """Return the browsers of an operator who may look, and of the administrator; and the session."""
    operator, _ = enter("operator", lang=lang)
    assert operator.post("/account/support", ASKED).status_code == 302
    row = SupportSession.objects.latest("id")
    boss, _ = enter("broker", lang=lang)
    assert boss.post(f"/account/support/{row.pk}/allow").status_code == 302
    row.refresh_from_db()
    return operator, boss, row


@pytest.mark.measure("M2-I-5.2")
def test_he_sees_what_the_firm_sees_and_it_is_noted():
    operator, boss, row = allowed()
    assert row.state == "allowed" and row.until - row.decided == timedelta(minutes=30)
    assert operator.get("/").context["actor"].role == "operator"  # until he begins
    operator.post(f"/account/support/{row.pk}/look")
    page = operator.get("/messages?q=310101199001011234&state=x")
    assert page.context["actor"].role == "broker" and page.context["actor"].enterprise == row.enterprise_id
    assert "协助查看" in page.content.decode() and f"/account/support/{row.pk}/end" in page.content.decode()
    seen = list(SupportLook.objects.filter(session=row).values_list("path", "status"))
    assert seen[-1][1] == 200 and "310101" not in seen[-1][0] and "state=x" in seen[-1][0]
    listed = boss.get(f"/account/support/{row.pk}").content.decode()
    assert "GET /messages" in listed
    operator.post(f"/account/support/{row.pk}/end")
    assert operator.get("/").context["actor"].role == "operator"
    told = Event.objects.get(what="support.ended").details
    assert told["looks"] == len(seen) and len(told["digest"]) == 64


@pytest.mark.parametrize(
    "path", ["/file", "/account/programs", "/account/people", "/certificates", "/account/act-as", "/taxes/choose",
             "/account/password", "/subscribers", "/join", "/voices"]
)  # fmt: skip
def test_he_changes_nothing(path):
    operator, _, row = allowed()
    operator.post(f"/account/support/{row.pk}/look")
    assert operator.post(path, {}).status_code == 403
    assert SupportLook.objects.filter(session=row, path=f"POST {path}", status=403).exists()


@pytest.mark.parametrize("path", ["/account", "/account/second-factor", "/account/passkeys", "/account/programs"])
def test_accounts_are_not_part_of_it(path):
    operator, _, row = allowed()
    operator.post(f"/account/support/{row.pk}/look")
    response = operator.get(path)
    assert response.status_code == 403
    whole(response, "zh")


def test_the_firm_ends_it_at_once():
    operator, boss, row = allowed()
    operator.post(f"/account/support/{row.pk}/look")
    boss.post(f"/account/support/{row.pk}/end")
    assert operator.get("/").context["actor"].role == "operator"
    assert operator.post(f"/account/support/{row.pk}/look").status_code == 403


def test_it_ends_by_itself():
    operator, _, row = allowed()
    operator.post(f"/account/support/{row.pk}/look")
    SupportSession.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert operator.get("/").context["actor"].role == "operator"
    assert operator.get(f"/account/support/{row.pk}").context["mark"].tone == "draft"
    assert end_support_over(at=timezone.now()) == 1 and end_support_over(at=timezone.now()) == 0
    row.refresh_from_db()
    assert row.state == "ended" and row.ended_by == "tongguan"


def test_it_is_the_administrators_to_allow():
    operator, _ = enter("operator")
    operator.post("/account/support", ASKED)
    row = SupportSession.objects.get()
    assert operator.post(f"/account/support/{row.pk}/look").status_code == 403
    operator.post(f"/account/support/{row.pk}/allow")
    other, _ = enter("platform")
    assert other.post(f"/account/support/{row.pk}/allow").status_code == 404
    with pytest.raises(NotYours):
        decide_support(row.pk, "allow", by=Actor("platform", "platform", row.enterprise_id + 1), at=timezone.now())
    Membership.objects.filter(person__username="broker").update(functions=["declarant"])
    looks, _ = enter("broker")
    assert looks.post(f"/account/support/{row.pk}/allow").status_code == 403
    row.refresh_from_db()
    assert row.state == "asked"


def test_refused_and_withdrawn():
    operator, _ = enter("operator")
    boss, _ = enter("broker")
    for who, verb, state in ((boss, "refuse", "refused"), (operator, "withdraw", "withdrawn")):
        operator.post("/account/support", ASKED)
        row = SupportSession.objects.latest("id")
        who.post(f"/account/support/{row.pk}/{verb}")
        row.refresh_from_db()
        assert row.state == state
        assert operator.post(f"/account/support/{row.pk}/look").status_code == 403


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"of": "x"}, "of"), ({"role": "payer"}, "role"), ({"reason": " "}, "reason"), ({"minutes": "121"}, "minutes"),
     ({"minutes": "0"}, "minutes"), ({"minutes": "x"}, "minutes")],
)  # fmt: skip
def test_what_cannot_be_asked(changed, field):
    operator, _ = enter("operator", lang="en")
    response = operator.post("/account/support", ASKED | changed)
    assert response.status_code == 409 and set(response.context["said"]) == {field}
    whole(response, "en")


def test_it_is_asked_once_and_by_operators_only():
    operator, _ = enter("operator")
    operator.post("/account/support", ASKED)
    assert operator.post("/account/support", ASKED).status_code == 409
    boss, _ = enter("broker")
    assert boss.post("/account/support", ASKED).status_code == 403
    officer, _ = enter("officer")
    assert officer.get("/account/support").status_code == 403
    with pytest.raises(NotYours):
        ask_support(
            Person.objects.get(username="officer"),
            CODE,
            "broker",
            "x",
            5,
            by=Actor("officer", "officer"),
            at=timezone.now(),
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages(lang):
    operator, boss, row = allowed(lang)
    for client in (operator, boss):
        whole(client.get("/account/support"), lang)
        whole(client.get(f"/account/support/{row.pk}"), lang)
    operator.post(f"/account/support/{row.pk}/look")
    whole(operator.get("/parcels"), lang)
