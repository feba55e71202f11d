"""Two codes, one enterprise; people and the roles they act in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.contrib.auth import authenticate as sign_in
from django.db import IntegrityError, connection, transaction

from tongguan.journal.models import Event
from tongguan.kernel.numbers import NumberError
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions import admit, meet, register
from tongguan.parties.codes import TwoEnterprises
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import actor_of, enterprises, find, find_many, memberships

OPERATOR = Actor("wang", "operator")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
WHO = {"by": OPERATOR, "at": AT}
ONE, OTHER, THIRD = "91110105MA01ABCD5F", "9111010570000001X6", "91110105MA00DH8B5N"
REGISTRATION = "1105930001"

pytestmark = pytest.mark.django_db


@pytest.mark.measure("M2-I-5.2")
def test_either_code_finds_the_enterprise():
    made = register(ONE, REGISTRATION, name_zh="京西商城", kinds=["platform", "trader"], **WHO)
    assert made.standing == "registered"
    for code in (ONE, REGISTRATION, "91110105 ma01abcd5f", " 1105930001 "):
        assert find(code) == made
    assert find(ONE, REGISTRATION) == find("", ONE) == made
    assert find(OTHER) is find("") is find("nonsense") is None


def test_registering_the_same_again_is_no_event():
    known = {"name_zh": "京西商城", "kinds": ["trader", "platform"]}
    for _ in range(2):
        made = register(ONE, REGISTRATION, **known, **WHO)
        assert Event.objects.filter(what="enterprise.registered").count() == 1
    assert register(ONE, **known, **WHO) == made and Event.objects.count() == 1
    register(ONE, name_zh="京西商城", kinds=["payer"], **WHO)
    assert Event.objects.count() == 2 and find(ONE).kinds == ["payer", "platform", "trader"]


def test_both_codes_of_a_document_must_name_one_enterprise():
    register(ONE, REGISTRATION, name_zh="甲", **WHO)
    register(OTHER, name_zh="乙", **WHO)
    for codes in ((OTHER, REGISTRATION), (ONE, "1105930002"), (ONE, OTHER), (REGISTRATION, THIRD)):
        with pytest.raises(TwoEnterprises):
            find(*codes)
    assert (
        find(OTHER, "1105930002").name_zh == "乙"
    )  # its registration is not known to us, so nothing speaks against it
    with pytest.raises(TwoEnterprises) as refused:
        find(OTHER, REGISTRATION)
    assert refused.value.text("zh") == f"TWO_ENTERPRISES: 代码{OTHER}、{REGISTRATION}不属于同一企业。"


def test_many_codes_are_found_in_one_query(django_assert_num_queries):
    one = register(ONE, REGISTRATION, name_zh="甲", **WHO)
    other = meet("1105930009", "乙", at=AT)
    with django_assert_num_queries(1):
        found = find_many([ONE, REGISTRATION, "1105930009", THIRD, "", "nonsense"])
    assert found == {ONE: one, REGISTRATION: one, "1105930009": other}
    with django_assert_num_queries(0):
        assert find_many(["nonsense", ""]) == {}


def test_a_sender_seen_for_the_first_time_is_met_once_and_not_verified():
    first = meet(ONE, " 新来的 ", at=AT)
    assert (first.standing, first.name_zh, first.created) == ("unverified", "新来的", AT)
    assert meet(ONE, "Another name", at=AT) == first
    assert Enterprise.objects.get().name_zh == "新来的"
    assert Event.objects.filter(what="enterprise.met").count() == 1
    for wrong in ("91110105MA01ABCD5G", "12345", ""):
        with pytest.raises(NumberError):
            meet(wrong, "x", at=AT)


def test_an_enterprise_that_was_met_becomes_registered():
    met = meet(ONE, "甲", at=AT)
    made = register(ONE, REGISTRATION, name_zh="甲公司", name_en="Jia", kinds=["carrier"], **WHO)
    assert (made.id, made.standing, made.name("en"), made.name("zh")) == (met.id, "registered", "Jia", "甲公司")
    again = register(ONE, name_zh="甲公司", kinds=["broker"], **WHO)
    assert (again.customs_registration, again.kinds) == (REGISTRATION, ["broker", "carrier"])


@pytest.mark.measure("M2-I-5.2")
def test_registering_never_joins_two_enterprises_or_replaces_a_code():
    meet(ONE, "甲", at=AT)
    meet(REGISTRATION, "乙", at=AT)
    with pytest.raises(TwoEnterprises):
        register(ONE, REGISTRATION, name_zh="甲", **WHO)
    register(OTHER, "1105930002", name_zh="丙", **WHO)
    for code, registration in ((OTHER, "1105930003"), (THIRD, "1105930002")):
        with pytest.raises(TwoEnterprises):
            register(code, registration, name_zh="丙", **WHO)
    with pytest.raises(NotYours, match="Registering an enterprise is for the window operator, customs officer"):
        register(THIRD, name_zh="丁", by=Actor("li", "trader"), at=AT)


def test_enterprises_are_paged_and_found_by_the_start_of_a_code():
    made = [register(code, name_zh=code, **WHO) for code in (ONE, OTHER, THIRD)]
    assert enterprises(limit=2) == made[:2]
    assert enterprises(after=made[1].id) == made[2:]
    assert enterprises("91110105ma0") == [made[0], made[2]]


def test_a_person_signs_in_and_acts_in_a_role():
    enterprise = register(ONE, name_zh="甲", **WHO)
    person = admit("li", "李小宝", "a long enough one", [("trader", enterprise), ("broker", enterprise)], **WHO)
    assert sign_in(username="li", password="a long enough one") == person
    assert sign_in(username="li", password="another") is None
    trader, broker = memberships(person)
    assert actor_of(person) == Actor("li", "trader", enterprise.id, "李小宝")
    assert actor_of(person, broker.id).role == "broker"
    officer = admit("wu", "吴", "a long enough one", [("officer", None)], **WHO)
    assert actor_of(officer) == Actor("wu", "officer", None, "吴")
    assert actor_of(officer, trader.id) is None
    assert actor_of(admit("xu", "徐", "a long enough one", [], **WHO)) is None
    person.is_active = False
    assert actor_of(person) is None
    assert "a long enough one" not in str(list(Event.objects.values()))


def test_a_role_goes_with_what_the_person_acts_for():
    enterprise = register(ONE, name_zh="甲", **WHO)
    wrong = [[("trader", None)], [("officer", enterprise)], [("king", None)], [("officer", None), ("officer", None)]]
    for roles in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            admit("li", "李", "a long enough one", roles, **WHO)
    with pytest.raises(NotYours):
        admit("li", "李", "a long enough one", [("officer", None)], by=Actor("wu", "officer"), at=AT)


@pytest.mark.django_db(transaction=True)
def test_twelve_messages_of_one_new_sender_meet_one_enterprise():
    def one(n: int) -> int:
        try:
            return meet(ONE, f"name {n}", at=AT).id
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        assert len(set(pool.map(one, range(12)))) == 1
    assert Event.objects.count() == 1
