"""Tally: what was counted against the manifest, what differs is held, and one count wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cargo.carrying import AT, OFFICER, D, bill, by_air, by_sea, moment, prepare
from tests.cargo.test_manifests import refusals

from tongguan.cargo import queries, rules
from tongguan.cargo.actions import arrive, declare_entry, finish, receive, settle, tally, unload
from tongguan.cargo.models import Bill, Conveyance, Tally
from tongguan.holds.models import Hold
from tongguan.holds.queries import stopped
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused, check
from tongguan.kernel.states import Actor, NotNow, NotYours

NUMBER = "COSU600101"


def unloaded(firms, filed=None, *, until="finish"):
    carrier, site = firms
    row = receive(filed or by_sea(), by=carrier, at=AT)
    steps = [("declare_entry", declare_entry, carrier, 8), ("arrive", arrive, carrier, 9), ("unload", unload, site, 10)]
    for name, act, who, hour in [*steps, ("finish", finish, site, 12)]:
        row = act(row.pk, moment(2, hour), by=who, at=moment(2, hour))
        if name == until:
            break
    return row


@pytest.fixture
def firms(db):
    return prepare()


def counted(row, firms, number=NUMBER, *, pieces=10, gross="1000", at=None, **more) -> Tally:
    return tally(row.pk, number, pieces=pieces, gross=D(gross), by=firms[1], at=at or moment(2, 13), **more)


def reasons(number=NUMBER) -> list[str]:
    row = Bill.objects.get(number=number)
    return sorted(one.reason for one in stopped(str(row), "release"))


def test_a_ship_goes_through_its_life(firms):
    row = unloaded(firms)
    assert (row.state, row.site_id) == ("unloaded", firms[1].enterprise)
    assert counted(row, firms).differences == []
    assert counted(row, firms, "COSU600102", gross=D(1030)).differences == []  # 3 % are let be
    row.refresh_from_db()
    assert (row.state, Hold.objects.count()) == ("tallied", 0)
    happened = list(Event.objects.filter(subject=str(row)).order_by("id").values_list("what", flat=True))
    assert happened == [f"conveyance.{one}" for one in (
        "manifested", "entered", "arrived", "unloading", "unloaded", "tallied",
    )]  # fmt: skip


@pytest.mark.parametrize(
    "changed, differences",
    [
        ({"pieces": 9}, ["short"]),
        ({"pieces": 11}, ["over"]),
        ({"gross": D("1030.0001")}, ["weight"]),
        ({"gross": D("969.9999")}, ["weight"]),
        ({"damaged": 1}, ["damaged"]),
        ({"pieces": 0, "gross": D(0)}, ["short", "weight"]),
    ],
)
def test_what_differs_is_held_until_it_is_settled(firms, changed, differences):
    """Ten pieces were manifested and nine counted: short, and the goods wait (story S4)."""
    row = unloaded(firms)
    found = counted(row, firms, **changed)
    assert (found.differences, reasons()) == (differences, sorted(f"tally_{one}" for one in differences))
    held = Bill.objects.get(number=NUMBER)
    assert (held.state, queries.bill("I", "2", NUMBER).subject) == ("differing", str(held))
    with pytest.raises(NotYours):
        settle(held.pk, "mine", by=firms[1], at=moment(3))
    assert settle(held.pk, "short-shipped, note of the agent", by=OFFICER, at=moment(3)).state == "settled"
    assert reasons() == []
    with pytest.raises(NotNow):
        counted(row, firms)


def test_a_count_that_agrees_lets_the_goods_go(firms):
    row = unloaded(firms)
    counted(row, firms, pieces=9)
    assert refusals(lambda: counted(row, firms)) == [("RECOUNT_NOTE", "note")]
    counted(row, firms, pieces=9, damaged=1, note="found torn")
    assert reasons() == ["tally_damaged", "tally_short"]
    assert refusals(lambda: counted(row, firms, note="late", at=moment(3, 12, 1))) == [("RECOUNT_LATE", "moment")]
    counted(row, firms, note="the tenth stood aside", at=moment(3, 12))
    assert (reasons(), Bill.objects.get(number=NUMBER).state, Tally.objects.count()) == ([], "agreed", 3)


@pytest.mark.parametrize("hour, minute, late", [(18, 0, False), (18, 1, True)])
def test_the_clock_of_the_tally(firms, hour, minute, late):
    row = unloaded(firms)
    assert counted(row, firms, at=moment(2, hour, minute)).late is late


def test_a_late_count_is_warned_of():
    held = Bill(pieces=10, gross=D(1000))
    for due, codes in ((moment(2), []), (moment(1), ["TALLY_LATE"]), (None, [])):
        case = rules.Counting(held, 10, D(1000), 0, moment(2), due)
        assert [one.code for one in check(rules.TALLYING, case)] == codes


@pytest.mark.parametrize(
    "code, pointer, changed",
    [
        ("TALLY_PIECES", "pieces", {"pieces": -1}),
        ("TALLY_DAMAGED", "damaged", {"damaged": 11}),
        ("TALLY_DAMAGED", "damaged", {"damaged": -1}),
        ("TALLY_WEIGHT", "gross", {"gross": D(0)}),
        ("TALLY_WEIGHT", "gross", {"gross": D("Infinity")}),
    ],
)
def test_what_a_count_must_be(firms, code, pointer, changed):
    row = unloaded(firms)
    assert (code, pointer) in refusals(lambda: counted(row, firms, **changed))
    assert not Tally.objects.exists()


def test_steps_come_in_their_order(firms):
    carrier, site = firms
    row = receive(by_sea(), by=carrier, at=AT)
    with pytest.raises(NotNow):
        arrive(row.pk, moment(2), by=carrier, at=moment(2))
    declare_entry(row.pk, moment(2), by=carrier, at=moment(2))
    assert refusals(lambda: arrive(row.pk, moment(1), by=carrier, at=moment(2))) == [("REPORT_ORDER", "moment")]
    assert refusals(lambda: arrive(row.pk, moment(3), by=carrier, at=moment(2))) == [("REPORT_AHEAD", "moment")]
    arrive(row.pk, moment(2, 10), by=carrier, at=moment(2, 11))
    with pytest.raises(NotYours):
        unload(row.pk, moment(2, 11), by=carrier, at=moment(2, 11))
    unload(row.pk, moment(2, 11), by=site, at=moment(2, 11))
    counted(row, firms)  # bills are counted while goods still come off
    with pytest.raises(Conveyance.DoesNotExist):
        finish(row.pk, moment(2, 12), by=Actor("other", "site", carrier.enterprise), at=moment(2, 12))


def test_a_flight_all_of_whose_bills_were_counted_early_is_tallied_when_it_is_unloaded(firms):
    row = unloaded(firms, by_air(bill("999-12345675")), until="unload")
    counted(row, firms, "99912345675")
    assert finish(row.pk, moment(2, 14), by=firms[1], at=moment(2, 14)).state == "tallied"


def test_counts_are_never_changed(firms):
    row = unloaded(firms)
    counted(row, firms)
    for change in (lambda: Tally.objects.update(pieces=1), lambda: Tally.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_of_many_counts_at_once_one_stands():
    firms = prepare()
    row = unloaded(firms, by_sea(*[bill(f"B{place}") for place in range(2)]))

    def one(place):
        try:
            return counted(row, firms, f"B{place % 2}", pieces=9)
        except (Refused, NotNow) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(8)))
    assert [type(each) for each in found].count(Tally) == Tally.objects.count() == 2
    assert (Hold.objects.count(), Conveyance.objects.get().state) == (2, "tallied")
