"""Access in two stages: each row of the decision table, the lists, one order for two districts, and too early a sale."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.conftest import _bank, at_sea, bond, port, window  # noqa: F401
from tests.declarations.made import AT, OFFICER, broker, events, moment, refused, submitted
from tests.declarations.stepping import entered, lodged, summary

from tongguan.declarations import actions as declarations
from tongguan.holds.queries import standing
from tongguan.inspections.access import actions
from tongguan.inspections.access.queries import of, open_orders, stands
from tongguan.kernel.law import law
from tongguan.kernel.states import NotNow, NotYours
from tongguan.ledgers.queries import check_all

SEEDS = "0601100000"


def ordered(row, *, port=False, destination=False, at=AT):  # noqa: F811
    return actions.issue(row.pk, port=port, destination=destination, by=OFFICER, at=at)


@pytest.fixture
def row(at_sea, bond):  # noqa: F811
    """A summary of 1 March whose ship declared entry on the 2nd, not selected yet."""
    made_ = lodged(number=bond.number)
    entered(at_sea, moment("2026-03-02", 8))
    return made.again(made_)


def told(row) -> tuple[bool, bool, tuple[str, ...], tuple[str, ...]]:
    found = stands(made.again(row))
    return found.lift_off, found.use, found.lift_off_reasons, found.use_reasons


@pytest.mark.measure("M3-5.1")
def test_no_check_is_due(row):
    """The step-1 acceptance waits for the decision of stage one; without a check goods leave and may be used."""
    assert told(row) == (False, False, ("selection",), ("selection",))
    declarations.select(row.pk, "pass", by=OFFICER, at=AT)
    assert told(row) == (True, True, (), ())
    assert made.again(row).state == "lifted"


def test_a_port_check_keeps_them_until_it_is_done(row):
    ordered(row, port=True)
    assert told(row) == (False, False, ("inspection",), ("inspection",))
    actions.conclude(row.pk, "port", True, by=OFFICER, at=AT)
    assert told(row) == (True, True, (), ()) and made.again(row).state == "lifted"
    assert (of(row).conclusion, events(row).count("access.concluded")) == ("passed", 1)


def test_a_port_check_may_be_moved_to_a_listed_place(row):
    place = law("inspections.transfer_places", on=date(2026, 3, 2)).value[0]
    assert refused(actions.ask, row.pk, place="NOWHERE", by=broker(), at=AT) == [("ACCESS_PLACE", "place")]
    actions.ask(row.pk, place=place, by=broker(), at=AT)
    ordered(row, port=True)
    assert refused(actions.move, row.pk, "NOWHERE", by=OFFICER, at=AT) == [("ACCESS_PLACE", "place")]
    actions.move(row.pk, by=OFFICER, at=AT)
    assert told(row) == (True, False, (), ("transfer",)) and made.again(row).state == "lifted"
    actions.conclude(row.pk, "port", True, by=OFFICER, at=AT)
    assert told(row) == (True, True, (), ())


def test_what_was_not_asked_is_not_granted(row):
    ordered(row, port=True)
    assert refused(actions.move, row.pk, by=OFFICER, at=AT) == [("ACCESS_NOT_ASKED", "place")]
    found = refused(actions.sample, row.pk, "S-1", by=OFFICER, at=AT)
    assert found == [
        ("ACCESS_NOT_ASKED", "conditional"),
        ("ACCESS_NOT_LISTED", "item/1/CodeTS"),
        ("ACCESS_STORAGE", "storage"),
    ]
    with pytest.raises(NotNow):
        actions.ask(row.pk, conditional=True, storage="库", by=broker(), at=AT)


def test_a_destination_check_blocks_the_use_and_not_the_leaving(row):
    ordered(row, destination=True)
    assert told(row) == (True, False, (), ("destination",)) and made.again(row).state == "lifted"
    actions.conclude(row.pk, "destination", True, by=OFFICER, at=AT)
    assert told(row) == (True, True, (), ())


def test_both_checks_at_two_places(row):
    ordered(row, port=True, destination=True)
    assert told(row)[:2] == (False, False)
    actions.conclude(row.pk, "port", True, by=OFFICER, at=AT)
    assert told(row) == (True, False, (), ("destination",)) and of(row).conclusion == ""
    actions.conclude(row.pk, "destination", False, note="标签不符", by=OFFICER, at=AT)
    assert told(row) == (True, False, (), ("failed_check",)) and of(row).conclusion == "failed"


@pytest.fixture
def fresh(at_sea, bond, monkeypatch):  # noqa: F811
    """As ``row``, of goods on the list of combined checks, with Beijing as the destination."""
    made.use_tariff(monkeypatch, made.tariff("0203110000"))
    goods = made.changed(summary().items[0], CodeTS="0203110000", GName="冻肉")
    made_ = lodged(summary(items=[goods], PurpOrgCode="0101"), number=bond.number)
    entered(at_sea, moment("2026-03-02", 8))
    return made.again(made_)


@pytest.mark.measure("M3-12.2")
def test_both_checks_are_done_at_the_port_across_two_districts(fresh):
    actions.ask(fresh.pk, combined=True, by=broker(), at=AT)
    access = ordered(fresh, port=True, destination=True)
    assert (access.combined, access.shared, access.port_customs, access.destination_customs) == (
        True,
        True,
        "0202",
        "0101",
    )
    actions.conclude(fresh.pk, "port", True, office="0202", by=OFFICER, at=AT)
    assert told(fresh) == (False, False, ("destination",), ("destination",)), "the second is not done yet"
    assert refused(actions.conclude, fresh.pk, "destination", True, office="2200", by=OFFICER, at=AT) == [
        ("ACCESS_OFFICE", "office")
    ]
    actions.conclude(fresh.pk, "destination", True, office="0202", by=OFFICER, at=AT)
    assert told(fresh) == (True, True, (), ())
    assert of(fresh).conclusion == "passed" and events(fresh).count("access.concluded") == 1


def test_goods_of_no_list_are_not_checked_together(row):
    assert refused(actions.ask, row.pk, combined=True, by=broker(), at=AT) == [("ACCESS_NOT_LISTED", "item/1/CodeTS")]


@pytest.fixture
def seeds(at_sea, bond, monkeypatch):  # noqa: F811
    """As ``row``, of bulbs for planting."""
    made.use_tariff(monkeypatch, made.tariff(SEEDS))
    goods = made.changed(summary().items[0], CodeTS=SEEDS, GName="种球")
    made_ = lodged(summary(items=[goods], PurpOrgCode="0101"), number=bond.number)
    entered(at_sea, moment("2026-03-02", 8))
    return made.again(made_)


@pytest.mark.measure("M3-12.1")
def test_seeds_leave_while_the_laboratory_has_a_sample(seeds):
    assert refused(actions.ask, seeds.pk, conditional=True, by=broker(), at=AT) == [
        ("ACCESS_STORAGE_UNNAMED", "storage")
    ]
    actions.ask(seeds.pk, conditional=True, storage="自有隔离苗圃", by=broker(), at=AT)
    ordered(seeds, port=True, destination=True)
    assert refused(actions.sample, seeds.pk, "S-1", by=OFFICER, at=AT) == [("ACCESS_STORAGE", "storage")]
    actions.assess(seeds.pk, by=OFFICER, at=AT)
    actions.sample(seeds.pk, "S-1", by=OFFICER, at=AT)
    assert told(seeds)[:3] == (True, False, ()) and set(told(seeds)[3]) == {"laboratory", "destination"}
    assert made.again(seeds).state == "lifted"
    actions.laboratory(seeds.pk, True, by=OFFICER, at=AT)
    actions.conclude(seeds.pk, "destination", True, by=OFFICER, at=AT)
    assert told(seeds) == (True, True, (), ())


def test_seeds_that_fail_are_not_used(seeds):
    actions.ask(seeds.pk, conditional=True, storage="自有隔离苗圃", by=broker(), at=AT)
    ordered(seeds, port=True)
    actions.assess(seeds.pk, by=OFFICER, at=AT)
    actions.sample(seeds.pk, "S-1", by=OFFICER, at=AT)
    assert refused(actions.laboratory, seeds.pk, False, by=OFFICER, at=AT) == [("ACCESS_WORDS", "note")]
    actions.laboratory(seeds.pk, False, note="检出有害生物", by=OFFICER, at=AT)
    assert told(seeds)[1] is False and "failed_check" in told(seeds)[3]


def test_a_dishonest_firm_has_no_conditional_lift_off(seeds, monkeypatch):
    actions.ask(seeds.pk, conditional=True, storage="库", by=broker(), at=AT)
    ordered(seeds, port=True)
    actions.assess(seeds.pk, by=OFFICER, at=AT)
    monkeypatch.setattr("tongguan.inspections.access.actions.concluding.barred", lambda *_: True)
    assert refused(actions.sample, seeds.pk, "S-1", by=OFFICER, at=AT) == [("ACCESS_DISHONEST", "conditional")]


def test_districts_that_do_not_share_check_apart(window):  # noqa: F811
    """Before 1 December 2020 one conclusion of two districts was not to be had."""
    from tongguan.inspections.access.deciding import DUE
    from tongguan.inspections.access.models import Access
    from tongguan.inspections.access.rules import Asked, NotShared
    from tongguan.kernel.rules import check

    assert law("inspections.shared_districts", on=date(2020, 11, 30)).value == ()
    assert law("inspections.shared_districts", on=date(2020, 12, 1)).value == ("01", "02")
    apart = Access(
        port=DUE, destination=DUE, combined=True, port_customs="0202", destination_customs="0101", shared=False
    )
    assert [(one.code, one.pointer) for one in check([NotShared()], Asked(apart))] == [("ACCESS_DISTRICTS", "combined")]


def test_goods_that_are_sold_too_early_are_reported(row):
    ordered(row, destination=True)
    with pytest.raises(NotYours):
        actions.report_use(row.pk, "sold", "超市上架", by=broker(), at=AT)
    actions.report_use(row.pk, "sold", "超市上架", by=OFFICER, at=AT)
    assert of(row).violated_at == AT and events(row).count("access.violated") == 1
    actions.conclude(row.pk, "destination", True, by=OFFICER, at=AT)
    assert refused(actions.report_use, row.pk, "sold", "超市上架", by=OFFICER, at=AT) == [("ACCESS_ALLOWED", "")]


def test_bad_orders_are_refused(row):
    assert refused(actions.issue, row.pk, port=False, destination=False, by=OFFICER, at=AT) == [
        ("ACCESS_NOTHING_DUE", "checks")
    ]
    ordered(row, port=True)
    assert refused(actions.conclude, row.pk, "destination", True, by=OFFICER, at=AT) == [("ACCESS_NOT_DUE", "check")]
    assert refused(actions.conclude, row.pk, "port", False, by=OFFICER, at=AT) == [("ACCESS_WORDS", "note")]
    with pytest.raises(NotYours):
        actions.conclude(row.pk, "port", True, by=broker(), at=AT)
    assert len(open_orders(to=OFFICER)) == 1 and open_orders(to=broker()) == []


def test_a_declaration_in_one_step_leaves_when_it_is_released(port):  # noqa: F811
    row = submitted()
    ordered(row, destination=True)
    assert told(row) == (False, False, ("unreleased",), ("destination",))
    made.pay(row)
    declarations.settle(row.pk, at=AT)
    assert made.again(row).state == "released" and told(row) == (True, False, (), ("destination",))
    assert [one.reason for one in standing(str(row))] == ["destination"]
    assert list(check_all()) == []
