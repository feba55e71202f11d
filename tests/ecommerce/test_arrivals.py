"""What arrived at a site (711): stored, numbered, tallied against what is declared; closed, corrected, opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.ecommerce.arriving import BILL, acting, arrival, register_site, report, said
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all, happened
from tests.formats.ceb.conftest import SHARED

from tongguan.ecommerce import queries, samples
from tongguan.ecommerce.arrivals import queries as arrivals
from tongguan.ecommerce.arrivals.actions import close_tally, reckon_open, reopen_tally
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.models import ArrivalList, BillTally, Inventory, ParcelStatus, TalliedParcel
from tongguan.formats import ceb
from tongguan.journal.models import Event
from tongguan.kernel.states import NotNow, NotYours

pytestmark = pytest.mark.usefixtures("window", "nobody_drawn", "site")
LATER = AT + timedelta(hours=3)


@pytest.fixture
def site(reference, db):
    return register_site()


@pytest.fixture
def three() -> list[samples.Parcel]:
    """Three parcels of one master bill, all declared."""
    parcels = list(samples.parcels(3, seed=11, at=AT))
    file_all(*parcels)
    return parcels


def numbers(parcels) -> list[str]:
    return [parcel.waybill.logisticsNo for parcel in parcels]


def listed(*waybills: str, **changed):
    at = changed.pop("at", AT)
    return report(arrival(waybills, at=at, **changed), sender=acting(samples.SITE), at=at)


def counts(tally: BillTally | None = None) -> tuple[int, int, int]:
    tally = tally or BillTally.objects.get()
    tally.refresh_from_db()
    return tally.arrived, tally.surplus, tally.awaited


def found() -> dict[str, str]:
    return dict(TalliedParcel.objects.values_list("logistics_no", "found"))


def statuses(outcome) -> list[str]:
    return [node.status for node in outcome.nodes]


def test_all_of_a_bill_arrives(three):
    outcome = listed(*numbers(three))
    assert statuses(outcome) == ["120"] and counts() == (3, 0, 0)
    row = ArrivalList.objects.get()
    assert (row.state, row.lines, row.number) == ("filed", 3, "L1")
    assert row.rkd_no.startswith(f"0101{AT:%Y%m%d}") and len(row.rkd_no) == 18
    answer = ceb.read(outcome.receipt)
    assert answer.kind == "CEB712Message"
    told = answer.nodes[0].document
    assert (told.rkdNo, told.copNo, told.operatorCode, told.customsCode) == (
        row.rkd_no, "L1", samples.SITE.code, "0101",
    )  # fmt: skip
    assert "已申报到货3件，溢卸0件，未到0件" in told.returnInfo
    assert set(happened()) >= {"tally.opened", "arrival_list.filed"}


def test_what_is_over_and_what_is_short(three, parcel):
    """One with a waybill and no inventory, one with neither; one that is declared does not come."""
    file("waybill", parcel.waybill)
    listed(*numbers(three[:2]), parcel.waybill.logisticsNo, "NOBODYS")
    assert counts() == (2, 2, 1)
    assert found() == {
        **dict.fromkeys(numbers(three[:2]), "arrived"), parcel.waybill.logisticsNo: "undeclared", "NOBODYS": "unknown",
        three[2].waybill.logisticsNo: "awaited",
    }  # fmt: skip


def test_a_parcel_declared_after_it_arrived_is_found_by_the_timer(three, parcel):
    listed(*numbers(three), parcel.waybill.logisticsNo)
    assert counts() == (3, 1, 0)
    file_all(parcel)
    assert reckon_open(at=LATER) == 1 and reckon_open(at=LATER) == 0
    assert counts() == (4, 0, 0) and BillTally.objects.get().reckoned_at == LATER


def test_a_declared_parcel_is_awaited_until_it_is_withdrawn_or_another_site_has_it(three):
    listed(*numbers(three[:1]))
    assert counts() == (1, 0, 2)
    Inventory.objects.filter(order_no=three[1].order.orderNo).update(state="withdrawn")
    register_site(samples.CARRIER._replace(kind="site"))
    elsewhere = report(
        arrival(numbers(three[2:]), operatorCode=samples.CARRIER.code, operatorName=samples.CARRIER.name),
        sender=OPERATOR,
    )
    assert statuses(elsewhere) == ["120"]
    reckon_open(at=LATER)
    assert counts(BillTally.objects.get(operator_code=samples.SITE.code)) == (1, 0, 0)
    assert counts(BillTally.objects.get(operator_code=samples.CARRIER.code)) == (1, 0, 0)


def test_a_refused_inventory_declares_nothing(parcel):
    file_all(parcel.changed("payment", amountPaid=parcel.payment.amountPaid + 1))
    listed(parcel.waybill.logisticsNo)
    assert found() == {parcel.waybill.logisticsNo: "undeclared"}


def test_two_lists_of_one_bill_are_one_tally(three):
    listed(*numbers(three[:2]))
    listed(*numbers(three[2:]), copNo="L2")
    tally = BillTally.objects.get()
    assert counts(tally) == (3, 0, 0) and tally.lists.count() == 2


def test_saved_is_not_tallied_and_is_filed_afterwards(three):
    assert statuses(listed(*numbers(three), appStatus="1")) == ["1"]
    row = ArrivalList.objects.get()
    assert (row.state, row.rkd_no, row.tally) == ("saved", None, None) and not BillTally.objects.exists()
    assert statuses(listed(*numbers(three))) == ["120"]
    assert counts() == (3, 0, 0) and ArrivalList.objects.get().version == 2


def test_a_change_replaces_the_parcels_and_keeps_the_number(three):
    listed(*numbers(three[:2]))
    first = ArrivalList.objects.get().rkd_no
    assert statuses(listed(*numbers(three[1:]), appType="2", at=LATER)) == ["120"]
    assert ArrivalList.objects.get().rkd_no == first and counts() == (2, 0, 1)
    assert found()[three[0].waybill.logisticsNo] == "awaited"
    kept = TalliedParcel.objects.get(logistics_no=three[1].waybill.logisticsNo)
    assert kept.arrived_at == AT
    told = ParcelStatus.objects.filter(source="site").order_by("id").values_list("order_no", "status")
    assert sorted(told) == sorted(
        [(three[0].order.orderNo, "arrived"), (three[1].order.orderNo, "arrived"), (three[2].order.orderNo, "arrived"),
         (three[0].order.orderNo, "-arrived")]
    )  # fmt: skip


def test_a_deleted_list_leaves_everything_awaited(three):
    listed(*numbers(three))
    outcome = listed(*numbers(three), appType="3", at=LATER)
    assert statuses(outcome) == ["120"] and "删除" in outcome.nodes[0].info
    assert counts() == (0, 0, 3) and ArrivalList.objects.get().state == "deleted"
    assert statuses(listed(*numbers(three), at=LATER)) == ["120"] and counts() == (3, 0, 0)


def test_closed_by_the_site_what_did_not_come_is_short(three):
    listed(*numbers(three[:2]), "NOBODYS")
    tally = close_tally(BillTally.objects.get().pk, by=acting(samples.SITE), at=LATER)
    assert (tally.state, tally.closed_at, counts(tally)) == ("closed", LATER, (2, 1, 1))
    assert found()[three[2].waybill.logisticsNo] == "short"
    assert ArrivalList.objects.get().status == "399"
    last = queries.receipts(to=OFFICER, kind="CEB712Message", limit=10)
    assert reckon_open(at=LATER) == 0
    assert {row.status for row in last} <= {"120", "399"}
    assert Event.objects.filter(what="tally.closed").count() == 1


@pytest.mark.parametrize("note", ["理货完毕", " COMPLETE "])
def test_closed_by_the_note_of_a_list(three, note):
    outcome = listed(*numbers(three[:2]), note=note)
    assert statuses(outcome) == ["399"] and "短卸1件" in outcome.nodes[0].info
    assert BillTally.objects.get().state == "closed"


def test_a_closed_tally_takes_nothing_more_until_an_officer_opens_it(three):
    listed(*numbers(three[:1]), note="COMPLETE")
    tally = BillTally.objects.get()
    for more in (listed(*numbers(three[1:]), copNo="L2"), listed(*numbers(three), appType="2", at=LATER)):
        assert said(more) == [("-800001", "CLOSED", "billNo")]
    with pytest.raises(NotYours):
        reopen_tally(tally.pk, by=acting(samples.SITE), at=LATER)
    reopen_tally(tally.pk, by=OFFICER, at=LATER)
    assert statuses(listed(*numbers(three[1:]), copNo="L2", at=LATER)) == ["120"] and counts(tally) == (3, 0, 0)
    with pytest.raises(NotNow):
        reopen_tally(tally.pk, by=OFFICER, at=LATER)


def test_a_number_of_a_bill_used_again_after_months_is_another_bill(three):
    listed(*numbers(three), note="COMPLETE")
    much_later = AT + timedelta(days=200)
    assert statuses(listed("NEW1", copNo="L2", at=much_later)) == ["120"]
    assert BillTally.objects.count() == 2
    assert statuses(listed(*numbers(three[:1]), copNo="L3", at=much_later)) == ["120"]


def test_only_the_site_and_the_authority_close(three):
    listed(*numbers(three))
    tally = BillTally.objects.get()
    with pytest.raises(BillTally.DoesNotExist):
        close_tally(tally.pk, by=acting(samples.CARRIER, "site"), at=LATER)
    with pytest.raises(NotYours):
        close_tally(tally.pk, by=acting(samples.CARRIER), at=LATER)
    close_tally(tally.pk, by=OFFICER, at=LATER)
    with pytest.raises(NotNow):
        close_tally(tally.pk, by=acting(samples.SITE), at=LATER)


def test_the_course_of_a_parcel_tells_of_its_arrival(three):
    listed(*numbers(three))
    found = queries.parcel(three[0].order.orderNo, to=OFFICER)
    assert [(m.source, m.what, m.at) for m in found.milestones] == [("site", "arrived", AT)]


def test_a_site_sees_its_own_tallies_and_the_authority_all(three):
    listed(*numbers(three))
    mine = acting(samples.SITE)
    [tally] = arrivals.tallies(to=mine)
    assert arrivals.tallies(to=OFFICER) == [tally] == arrivals.tallies(to=mine, bill=BILL, state="open")
    for other in (acting(samples.CARRIER, "site"), acting(samples.PLATFORM), acting(samples.SITE, "carrier")):
        assert arrivals.tallies(to=other) == [] and arrivals.tally(tally.pk, to=other) is None
    page = arrivals.parcels(tally, limit=2)
    rest = arrivals.parcels(tally, after=page[-1].pk)
    assert [row.logistics_no for row in (*page, *rest)] == numbers(three)
    assert [row.declared.order_no for row in page] == [p.order.orderNo for p in three[:2]]
    assert arrivals.parcels(tally, found="awaited") == []
    assert len(list(arrivals.every_parcel(tally))) == 3


@pytest.mark.parametrize(
    "kind, wanted", [("CEB711Message", ["-800001"]), ("CEB513Message", ["-505014"] * 10)], ids=["711", "513"]
)
def test_the_published_samples_lack_nothing_but_what_they_name(kind, wanted):
    """The card of the one is nobody's here, the waybill of the other was not filed; nothing else is wrong with them."""
    path = SHARED / "samples" / "import" / f"{kind}.xml"
    if not path.exists():
        pytest.skip("the published samples are not there")
    outcome = receive(path.read_bytes(), sender=OPERATOR, at=AT)
    assert statuses(outcome) == wanted and len(said(outcome)) == 1
