"""`tongguan account` decides applications, helps people, and drives the simulated register."""

from __future__ import annotations

import pytest
from tests.declarations.made import AT, OPERATOR
from tests.parties.test_joining import BOSS, CODE, NAME, asked

from tongguan.parties.actions import admit
from tongguan.parties.models import Application, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connected(settings):
    settings.BUSINESS_REGISTER = "tongguan.exchange.business_register.SimulatedRegister"


def test_an_officer_is_posted_to_an_office(tongguan, db):
    he = admit("he", "何静", "correct horse battery", [("officer", None)], by=OPERATOR, at=AT)
    assert tongguan("account", "post", "he", "0202").status == 0 and he.memberships.get().office == "0202"
    assert tongguan("account", "post", "he", "-").status == 0 and he.memberships.get().office == ""
    wrong = tongguan("account", "post", "he", "Tianjin")
    assert wrong.status == 1 and "Traceback" not in wrong.err
    assert tongguan("account", "post", "nobody", "0202").status == 1


def test_the_register_is_driven(tongguan):
    assert tongguan("account", "businesses", "--json").json == []
    assert tongguan("account", "list", CODE, "--name", NAME, "--representative", BOSS).status == 0
    assert tongguan("account", "silence").status == 0
    row = asked()
    assert row.state == "waiting" and "0 applications" in tongguan("account", "ask").err
    assert tongguan("account", "answer").status == 0
    assert "1 applications" in tongguan("account", "ask").err
    assert tongguan("account", "--json").json[0]["state"] == "approved"
    assert tongguan("account", "strike", CODE).status == 0
    assert [one["standing"] for one in tongguan("account", "businesses", "--json").json] == ["struck_off"]
    assert NAME in tongguan("account", "businesses").out


def test_applications_are_decided(tongguan):
    first, second = asked("li"), asked("wang", code="91110105MA00DH8B5N")
    assert tongguan("account", "approve", str(first.pk)).status == 0
    assert tongguan("account", "refuse", str(second.pk)).status == 1
    assert tongguan("account", "refuse", str(second.pk), "--reason", "not theirs").status == 0
    assert list(Application.objects.order_by("pk").values_list("state", flat=True)) == ["approved", "refused"]
    assert "wang" in tongguan("account").out
    again = tongguan("account", "approve", str(first.pk))
    assert again.status == 1 and "Traceback" not in again.err


def test_people_are_helped(tongguan):
    asked()
    assert tongguan("account", "reset", "li").status == 0
    assert tongguan("account", "disable", "li").status == 0
    assert not Person.objects.get().is_active


@pytest.mark.parametrize(
    "words",
    [("burn",), ("approve",), ("approve", "99"), ("approve", "x"), ("list", CODE), ("strike", CODE), ("reset", "who"),
     ("list", "12", "--name", "a", "--representative", "b")],
)  # fmt: skip
def test_wrong_use_says_what_is_wrong(tongguan, words):
    ran = tongguan("account", *words)
    assert ran.status in (1, 2) and ran.out == "" and "Traceback" not in ran.err and ran.err


def test_it_tells_in_both_languages(tongguan):
    assert "没有申请" in tongguan("account", "--lang", "zh").err
    assert "no applications" in tongguan("account").err
