"""Applying for a firm: what the register says, who decides, and who is the first administrator."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from tongguan.exchange.business_register.actions import let_register, list_business, strike_off
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.parties import actions
from tongguan.parties.actions import admit, apply, meet, register
from tongguan.parties.functions import EVERY
from tongguan.parties.models import Application, Enterprise, Membership, Person
from tongguan.parties.queries import administrators, capacities
from tongguan.parties.rules.joining import JoiningCase, Newcomer

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
OPERATOR = Actor("window", "operator")
WHO = {"by": OPERATOR, "at": AT}
CODE, NAME, BOSS = "91110105MA01ABCD5F", "京西商城有限公司", "欧阳娜·买买提"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def connected(settings):
    settings.BUSINESS_REGISTER = "tongguan.exchange.business_register.SimulatedRegister"


@pytest.fixture
def listed(db):
    list_business(CODE, NAME, BOSS, **WHO)


def asked(username: str = "li", *, at=AT, **changed) -> Application:
    person = changed.pop("person", None)
    given = {"code": CODE, "name": NAME, "role": "platform", "representative": BOSS} | changed
    newcomer = None if person else Newcomer(username, "李宝")
    return apply(JoiningCase(**given, person=person), newcomer, PASSWORD, at=at)


def refused(call, *arguments, **named) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as problem:
        call(*arguments, **named)
    assert all(problem.value.text(lang) and "{" not in problem.value.text(lang) for lang in ("zh", "en"))
    return [(found.code, found.pointer) for found in problem.value.findings]


@pytest.mark.measure("M2-I-5.2")
def test_the_first_of_a_firm_becomes_its_administrator(listed):
    row = asked(code="91110105 ma01abcd5f", representative="欧阳娜•买买提")
    firm = Enterprise.objects.get()
    assert (row.state, row.enterprise, row.differs) == ("approved", firm, [])
    assert (firm.uscc, firm.standing, firm.name_zh, firm.kinds) == (CODE, "registered", NAME, ["platform"])
    [held] = capacities(row.person)
    assert (held.firm, held.actor.role, held.functions) == (firm, "platform", tuple(sorted(EVERY)))
    assert row.person.check_password(PASSWORD)
    told = [event.what for event in Event.objects.order_by("id")][1:]
    assert told == [
        "person.came",
        "application.made",
        "enterprise.met",
        "enterprise.registered",
        "application.approved",
    ]
    assert BOSS.encode() not in bytes(row.representative)


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({"name": "京东商城"}, ["name"]),
        ({"representative": "李宝"}, ["representative"]),
        ({"name": "甲", "representative": "乙"}, ["name", "representative"]),
        ({"code": "91110105MA00DH8B5N"}, ["unknown"]),
    ],
)
def test_where_the_register_disagrees_the_operator_decides(listed, changed, differs):
    row = asked(**changed)
    assert (row.state, row.differs) == ("review", differs)
    assert not Enterprise.objects.exists() and capacities(row.person) == []
    with pytest.raises(NotYours):
        actions.approve_application(row.pk, by=Actor("zhou", "officer"), at=AT)
    done = actions.approve_application(row.pk, **WHO)
    assert done.state == "approved" and administrators(done.enterprise.pk) == [row.person]
    with pytest.raises(NotNow):
        actions.approve_application(row.pk, **WHO)


def test_a_firm_that_was_struck_off(listed):
    strike_off(CODE, **WHO)
    row = asked()
    assert (row.state, row.differs) == ("review", ["struck_off"])
    assert refused(actions.refuse_application, row.pk, " ", **WHO) == [("APPLICATION_REASON_MISSING", "reason")]
    done = actions.refuse_application(row.pk, "已注销", **WHO)
    assert (done.state, done.reason, done.decided_by) == ("refused", "已注销", "window")
    assert asked(person=row.person).state == "review"  # he may ask again


def test_what_the_window_knows_is_not_shown_to_whoever_comes_first(listed):
    meet(CODE, NAME, at=AT)
    row = asked()
    assert (row.state, row.differs) == ("review", ["known"])


def test_while_the_register_is_silent_the_application_waits(listed, settings):
    let_register(False, **WHO)
    row = asked()
    assert row.state == "waiting" and not Membership.objects.exists()
    assert actions.ask_register_again(at=AT) == 0
    settings.BUSINESS_REGISTER = ""
    assert actions.ask_register_again(at=AT) == 0
    settings.BUSINESS_REGISTER = "tongguan.exchange.business_register.SimulatedRegister"
    let_register(True, **WHO)
    assert actions.ask_register_again(at=AT) == 1
    row.refresh_from_db()
    assert row.state == "approved"


def test_an_adapter_that_breaks_is_silent(listed, monkeypatch):
    from tongguan.exchange.business_register import SimulatedRegister

    def broken(*_arguments, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr(SimulatedRegister, "ask", broken)
    assert asked().state == "waiting"


def test_the_operator_may_decide_what_waits(db, settings):
    settings.BUSINESS_REGISTER = ""
    row = asked()
    assert actions.approve_application(row.pk, **WHO).state == "approved"


def test_a_firm_that_has_an_administrator_decides_itself(listed):
    first = asked()
    second = asked("wang", name="anything", representative="anybody")
    assert (second.state, second.enterprise) == ("claimed", first.enterprise)
    elsewhere = register("91110105MA00DH8B5N", name_zh="乙", kinds=["broker"], **WHO)
    admit("xu", "徐", "x", [("broker", elsewhere)], **WHO)
    admit("chen", "陈", "x", [("platform", first.enterprise)], functions=["declarant"], **WHO)
    for stranger in (Actor("xu", "broker", elsewhere.pk), Actor("chen", "platform", first.enterprise.pk)):
        with pytest.raises(NotYours):
            actions.approve_application(second.pk, by=stranger, at=AT)
    boss = Actor("li", "platform", first.enterprise.pk)
    done = actions.approve_application(second.pk, ["finance", "king"], by=boss, at=AT)
    assert (done.state, capacities(second.person)[0].functions) == ("approved", ("finance",))
    assert Enterprise.objects.get(uscc=CODE).name_zh == NAME


def test_everything_that_is_wrong_is_said_at_once(db):
    admit("taken", "某", "x", [("officer", None)], **WHO)
    wrong = {"code": "123", "name": " ", "role": "officer", "representative": "", "registration": "12"}
    found = refused(apply, JoiningCase(**wrong), Newcomer("TAKEN", ""), "short", at=AT)
    assert found == [
        ("JOINING_NEEDED", "name"), ("JOINING_NEEDED", "representative"), ("USCC_WRONG", "code"),
        ("CUSTOMS_REGISTRATION_WRONG", "registration"), ("JOINING_ROLE", "role"), ("USERNAME_FORM", "username"),
        ("USERNAME_TAKEN", "username"), ("OWN_NAME_MISSING", "person"), ("PASSWORD_SHORT", "password"),
    ]  # fmt: skip
    assert Person.objects.count() == 1 and not Application.objects.exists()
    good = JoiningCase(CODE, NAME, "platform", BOSS)
    assert refused(apply, JoiningCase("1", NAME, "platform", BOSS), Newcomer("li", "李"), PASSWORD, at=AT)
    assert not Person.objects.filter(username="li").exists()  # nothing is half done
    assert refused(apply, good, Newcomer("li", "李"), f"{CODE}1", at=AT) == [("PASSWORD_NAMES_YOU", "password")]


def test_somebody_does_not_ask_twice(listed):
    row = asked()
    assert refused(asked, person=row.person) == [("MEMBER_ALREADY", "code")]
    open_one = asked(person=row.person, code="91110105MA00DH8B5N")
    assert open_one.state == "review"
    assert refused(asked, person=row.person, code="91110105MA00DH8B5N") == [("APPLICATION_OPEN", "code")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_first_at_once_one_is_first():
    list_business(CODE, NAME, BOSS, **WHO)
    start, states = threading.Barrier(4), []

    def come(number: int) -> None:
        try:
            start.wait()
            states.append(asked(f"person{number}").state)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(states) == ["approved", "claimed", "claimed", "claimed"]
    assert len(administrators(Enterprise.objects.get().pk)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_one_name_at_once_one_has_it():
    start, found = threading.Barrier(4), []

    def come() -> None:
        try:
            start.wait()
            asked("li", code="91110105MA00DH8B5N")
            found.append("in")
        except Refused as problem:
            found.append(problem.findings[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=come) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["USERNAME_TAKEN", "USERNAME_TAKEN", "USERNAME_TAKEN", "in"]
    assert Application.objects.count() == Person.objects.count() == 1
