"""Invitations, changing functions, handing over, and ending roles."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from tests.parties.test_joining import PASSWORD, refused

from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import actions
from tongguan.parties.actions import admit, register
from tongguan.parties.models import Invitation, Membership, Person
from tongguan.parties.queries import administrators, capacities
from tongguan.parties.rules.joining import Newcomer

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
OPERATOR = Actor("window", "operator")
WHO = {"by": OPERATOR, "at": AT}
DAY = timedelta(days=1)


@pytest.fixture
def firm(db):
    firm = register("91110105MA01ABCD5F", name_zh="京西商城", kinds=["platform"], **WHO)
    admit("li", "李", "x", [("platform", firm)], **WHO)
    admit("wang", "王", "x", [("platform", firm)], functions=["declarant"], **WHO)
    return firm


@pytest.fixture
def boss(firm) -> dict:
    return {"by": Actor("li", "platform", firm.pk), "at": AT}


def held(username: str) -> Membership:
    return Membership.objects.get(person__username=username)


def test_an_invitation_brings_one_person_in(firm, boss):
    row, secret = actions.invite(firm, "platform", ["finance"], note="张会计", **boss)
    assert (row.until, row.state(AT)) == (AT + 7 * DAY, "open") and secret.encode() not in bytes(row.digest)
    made = actions.accept_invitation(secret, Newcomer("zhang", "张"), PASSWORD, at=AT + DAY)
    assert (made.enterprise, made.role, made.functions) == (firm, "platform", ["finance"])
    row.refresh_from_db()
    assert (row.used_by, row.state(AT + DAY)) == (made.person, "used")
    late = Newcomer("late", "迟")
    assert refused(actions.accept_invitation, secret, late, PASSWORD, at=AT + DAY) == [
        ("INVITATION_OVER", "invitation")
    ]
    assert not Person.objects.filter(username="late").exists()
    assert secret not in str([event.details for event in Event.objects.all()])


def test_an_invitation_runs_out_and_is_taken_back(firm, boss):
    _, secret = actions.invite(firm, "platform", ["finance"], note="张", **boss)
    wang = Person.objects.get(username="wang")
    assert refused(actions.accept_invitation, secret, wang, at=AT + 7 * DAY) == [("INVITATION_OVER", "invitation")]
    row, secret = actions.invite(firm, "platform", ["finance"], note="张", **boss)
    actions.withdraw_invitation(row.pk, **boss)
    assert refused(actions.accept_invitation, secret, wang, at=AT) == [("INVITATION_OVER", "invitation")]
    with pytest.raises(Invitation.DoesNotExist):
        actions.accept_invitation("guess", wang, at=AT)


def test_who_is_in_already_keeps_what_he_has(firm, boss):
    _, secret = actions.invite(firm, "platform", ["finance"], note="王", **boss)
    wang = Person.objects.get(username="wang")
    assert actions.accept_invitation(secret, wang, at=AT).functions == ["declarant", "finance"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"note": " "}, "note"), ({"role": "officer"}, "role"), ({"functions": []}, "functions"),
        ({"functions": ["king"]}, "functions"),
    ],
)  # fmt: skip
def test_an_invitation_is_complete(firm, boss, given, wrong):
    asked = {"role": "platform", "functions": ["viewer"], "note": "某"} | given
    assert refused(actions.invite, firm, **asked, **boss) == [("INVITATION_INCOMPLETE", wrong)]


def test_who_may_invite(firm, boss):
    other = register("91110105MA00DH8B5N", name_zh="乙", kinds=["broker"], **WHO)
    for by in (Actor("wang", "platform", firm.pk), Actor("wu", "officer"), Actor("li", "platform", other.pk)):
        with pytest.raises(NotYours):
            actions.invite(firm, "platform", ["viewer"], note="某", by=by, at=AT)
    with pytest.raises(NotYours):
        actions.invite(None, "officer", note="某", **boss)
    with pytest.raises(NotYours):
        actions.invite(other, "broker", ["viewer"], note="某", **boss)
    _, secret = actions.invite(None, "officer", ["viewer"], note="某关员", **WHO)
    made = actions.accept_invitation(secret, Newcomer("zhou", "周"), PASSWORD, at=AT)
    assert (made.role, made.enterprise, made.functions) == ("officer", None, [])


@pytest.mark.django_db(transaction=True)
def test_an_invitation_used_twice_at_once_lets_one_in():
    firm = register("91110105MA01ABCD5F", name_zh="京西商城", kinds=["platform"], **WHO)
    _, secret = actions.invite(firm, "platform", ["administrator"], note="某", **WHO)
    start, found = threading.Barrier(4), []

    def come(number: int) -> None:
        try:
            start.wait()
            actions.accept_invitation(secret, Newcomer(f"person{number}", "某"), PASSWORD, at=AT)
            found.append("in")
        except Refused as problem:
            found.append(problem.findings[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["INVITATION_OVER"] * 3 + ["in"] and Person.objects.count() == 1


def test_functions_are_changed_by_the_administrator(firm, boss):
    actions.change_functions(held("wang").pk, ["finance", "viewer", "king"], **boss)
    assert held("wang").functions == ["finance", "viewer"]
    assert refused(actions.change_functions, held("wang").pk, [], **boss) == [("FUNCTION_NEEDED", "functions")]
    with pytest.raises(NotYours):
        actions.change_functions(held("wang").pk, ["administrator"], by=Actor("wang", "platform", firm.pk), at=AT)


def test_a_firm_keeps_an_administrator(firm, boss):
    last = [("LAST_ADMINISTRATOR", "functions")]
    assert refused(actions.change_functions, held("li").pk, ["viewer"], **boss) == last
    assert refused(actions.end_membership, held("li").pk, **boss) == last
    actions.hand_over(held("wang").pk, **boss)
    assert [one.username for one in administrators(firm.pk)] == ["wang"]
    assert held("li").functions == ["declarant", "finance"]
    actions.end_membership(held("li").pk, by=Actor("wang", "platform", firm.pk), at=AT)
    assert capacities(Person.objects.get(username="li")) == []


def test_who_is_ended_is_signed_out(firm, boss):
    from tests.parties.test_entering import session_of

    wang = Person.objects.get(username="wang")
    session = session_of(wang)
    actions.end_membership(held("wang").pk, **boss)
    session.refresh_from_db()
    assert (session.key, session.why) == ("", "disabled")
    _, secret = actions.invite(firm, "platform", ["viewer"], note="王", **boss)
    assert actions.accept_invitation(secret, wang, at=AT).ended is None  # he may come again


def test_the_operator_disables_somebody_everywhere(firm, boss):
    wang = Person.objects.get(username="wang")
    with pytest.raises(NotYours):
        actions.disable_person(wang, **boss)
    actions.disable_person(wang, **WHO)
    actions.disable_person(wang, **WHO)
    wang.refresh_from_db()
    assert not wang.is_active and Event.objects.filter(what="person.disabled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_at_once():
    firm = register("91110105MA01ABCD5F", name_zh="京西商城", kinds=["platform"], **WHO)
    for name in ("li", "wang"):
        admit(name, name, "x", [("platform", firm)], **WHO)
    start, found = threading.Barrier(2), []

    def end(own: str, other: str) -> None:
        try:
            start.wait()
            actions.end_membership(held(other).pk, by=Actor(own, "platform", firm.pk), at=AT)
            found.append("ended")
        except (NotYours, Refused) as problem:
            found.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=pair) for pair in (("li", "wang"), ("wang", "li"))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["NotYours", "ended"] and len(administrators(firm.pk)) == 1
