"""Officers of two districts that share an order act on it, each where he is; one of a third district acts on neither check."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.declarations import made
from tests.declarations.conftest import _bank, at_sea, bond, port, window  # noqa: F401
from tests.declarations.made import AT, OFFICER, broker, events, moment, refused
from tests.declarations.stepping import entered, lodged, summary

from tongguan.declarations import actions as declarations
from tongguan.declarations.offices import decides, offices
from tongguan.inspections.access import actions
from tongguan.inspections.access.queries import concerns, of, open_orders, stands
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotYours
from tongguan.parties.actions import admit, post
from tongguan.parties.queries import actor_of

TIANJIN, BEIJING, SHANGHAI = (replace(OFFICER, office=one) for one in ("0202", "0101", "2200"))
NOT_HERE = [("ACCESS_OFFICE", "office")]


def lodge(at_sea, bond, monkeypatch, destination="0101", gcode="0203110000"):  # noqa: F811
    made.use_tariff(monkeypatch, made.tariff(gcode))
    goods = made.changed(summary().items[0], CodeTS=gcode, GName="货物")
    row = lodged(summary(items=[goods], PurpOrgCode=destination), number=bond.number)
    entered(at_sea, moment("2026-03-02", 8))
    return made.again(row)


@pytest.fixture
def row(at_sea, bond, monkeypatch):  # noqa: F811
    """Goods that come by Tianjin and go to Beijing."""
    return lodge(at_sea, bond, monkeypatch)


@pytest.mark.measure("M3-12.2")
def test_two_districts_act_on_one_order_and_come_to_one_conclusion(row):
    access = actions.issue(row.pk, port=True, destination=True, by=TIANJIN, at=AT)
    assert access.shared and [one.pk for one in open_orders(to=TIANJIN)] == [one.pk for one in open_orders(to=BEIJING)]
    actions.conclude(row.pk, "port", True, by=TIANJIN, at=AT)
    actions.conclude(row.pk, "destination", True, by=BEIJING, at=AT)
    assert (of(row).conclusion, events(row).count("access.concluded"), stands(made.again(row)).use) == (
        "passed",
        1,
        True,
    )
    said = [one.details["office"] for one in Event.objects.filter(what="access.checked").order_by("id")]
    assert said == ["0202", "0101"], "the journal says which office did which check"


@pytest.mark.measure("M3-12.2")
def test_both_checks_at_the_port_are_done_by_the_port_customs(row):
    actions.ask(row.pk, combined=True, by=broker(), at=AT)
    actions.issue(row.pk, port=True, destination=True, by=TIANJIN, at=AT)
    actions.conclude(row.pk, "port", True, by=TIANJIN, at=AT)
    actions.conclude(row.pk, "destination", True, by=TIANJIN, at=AT)
    assert of(row).conclusion == "passed"


def test_a_third_district_acts_on_no_order_of_theirs(row):
    assert refused(actions.issue, row.pk, port=True, destination=True, by=SHANGHAI, at=AT) == NOT_HERE
    assert of(row) is None or of(row).issued_at is None
    actions.issue(row.pk, port=True, destination=True, by=BEIJING, at=AT)
    for check in ("port", "destination"):
        assert refused(actions.conclude, row.pk, check, True, by=SHANGHAI, at=AT) == NOT_HERE
        assert refused(actions.conclude, row.pk, check, True, office="0202", by=SHANGHAI, at=AT) == NOT_HERE, (
            "as himself"
        )
    assert ("ACCESS_OFFICE", "office") in refused(actions.move, row.pk, by=SHANGHAI, at=AT)
    assert ("ACCESS_OFFICE", "office") in refused(actions.sample, row.pk, "S-1", by=SHANGHAI, at=AT)
    assert open_orders(to=SHANGHAI) == [] and len(open_orders(to=OFFICER)) == 1
    assert [concerns(of(row), one) for one in (TIANJIN, BEIJING, SHANGHAI, OFFICER)] == [True, True, False, True]
    assert of(row).port == of(row).destination == "due"


def test_before_the_districts_shared_only_the_port_decided(row):
    assert offices(row, at=moment("2020-11-30")) == ("0202",)
    assert offices(row, at=moment("2020-12-01")) == ("0202", "0101")


@pytest.mark.measure("M3-12.2")
def test_another_district_decides_and_releases_nothing(row):
    elsewhere = [("DEC_DISTRICT", "office")]
    for decision in ("pass", "inspect", "clear"):
        assert refused(declarations.select, row.pk, decision, by=SHANGHAI, at=AT) == elsewhere
    assert refused(declarations.release, row.pk, by=SHANGHAI, at=AT) == elsewhere
    declarations.select(row.pk, "pass", by=BEIJING, at=AT)
    assert refused(declarations.release, row.pk, by=SHANGHAI, at=AT) == elsewhere
    assert [decides(made.again(row), by=one, at=AT) for one in (TIANJIN, BEIJING, SHANGHAI, OFFICER)] == [
        True, True, False, True,
    ]  # fmt: skip


def test_the_destination_decides_only_where_its_district_shares(at_sea, bond, monkeypatch):  # noqa: F811
    row = lodge(at_sea, bond, monkeypatch, destination="2200")
    assert refused(declarations.select, row.pk, "pass", by=SHANGHAI, at=AT) == [("DEC_DISTRICT", "office")]
    assert refused(actions.issue, row.pk, port=False, destination=True, by=SHANGHAI, at=AT) == [
        ("DEC_DISTRICT", "office")
    ]
    assert of(row) is None or of(row).issued_at is None, "nothing of it was kept"
    assert refused(declarations.select, row.pk, "pass", by=BEIJING, at=AT) == [("DEC_DISTRICT", "office")]
    declarations.select(row.pk, "pass", by=TIANJIN, at=AT)


def test_districts_that_share_nothing_do_their_own_check_only(at_sea, bond, monkeypatch):  # noqa: F811
    row = lodge(at_sea, bond, monkeypatch, destination="2200")
    actions.issue(row.pk, port=True, destination=True, by=TIANJIN, at=AT)
    assert not of(row).shared
    assert refused(actions.conclude, row.pk, "destination", True, by=TIANJIN, at=AT) == NOT_HERE
    assert refused(actions.conclude, row.pk, "port", True, by=SHANGHAI, at=AT) == NOT_HERE
    assert refused(actions.conclude, row.pk, "port", True, by=BEIJING, at=AT) == NOT_HERE
    actions.conclude(row.pk, "port", True, by=TIANJIN, at=AT)
    actions.conclude(row.pk, "destination", True, by=SHANGHAI, at=AT)
    assert of(row).conclusion == "passed"


def test_storage_and_laboratory_are_of_the_districts_of_the_order(at_sea, bond, monkeypatch):  # noqa: F811
    row = lodge(at_sea, bond, monkeypatch, gcode="0601100000")
    actions.ask(row.pk, conditional=True, storage="隔离苗圃", by=broker(), at=AT)
    assert refused(actions.assess, row.pk, by=SHANGHAI, at=AT) == NOT_HERE
    actions.assess(row.pk, by=BEIJING, at=AT)
    actions.issue(row.pk, port=True, destination=False, by=TIANJIN, at=AT)
    actions.sample(row.pk, "S-1", by=TIANJIN, at=AT)
    assert refused(actions.laboratory, row.pk, True, by=SHANGHAI, at=AT) == NOT_HERE
    actions.laboratory(row.pk, True, by=BEIJING, at=AT)
    assert of(row).conclusion == "passed"


@pytest.mark.django_db
def test_an_officer_is_posted_by_the_operator(window):  # noqa: F811
    he = admit("he", "何静", "correct horse battery", [("officer", None)], by=made.OPERATOR, at=AT)
    assert actor_of(he).office == ""
    post(he, "0202", by=made.OPERATOR, at=AT)
    post(he, "0202", by=made.OPERATOR, at=AT)
    assert actor_of(he).office == "0202" and Event.objects.filter(what="person.posted").count() == 1
    with pytest.raises(NotYours):
        post(he, "0101", by=OFFICER, at=AT)
    with pytest.raises(Refused) as wrong:
        post(he, "21", by=made.OPERATOR, at=AT)
    assert [one.code for one in wrong.value.findings] == ["OFFICE_CODE"]
    other = admit("op", "窗口", "correct horse battery", [("operator", None)], by=made.OPERATOR, at=AT)
    with pytest.raises(Refused) as wrong:
        post(other, "0202", by=made.OPERATOR, at=AT)
    assert [one.code for one in wrong.value.findings] == ["NOT_AN_OFFICER"]
