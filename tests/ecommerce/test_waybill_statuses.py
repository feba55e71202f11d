"""What carriers report of their waybills (513): kept, answered by 514, shown with the parcel, told to its platform."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.arriving import acting, report, said, status
from tests.ecommerce.filing import AT, OFFICER, file, file_all, happened

from tongguan.ecommerce import queries, samples
from tongguan.ecommerce.models import ParcelStatus, Waybill, WaybillStatus
from tongguan.formats import ceb

pytestmark = pytest.mark.usefixtures("window", "nobody_drawn")
LATER = AT + timedelta(days=1)


@pytest.fixture
def cleared(parcel) -> samples.Parcel:
    file_all(parcel)
    return parcel


def carrier():
    return acting(samples.CARRIER)


def reported(*documents, **more):
    return report(*documents, sender=carrier(), firm=samples.CARRIER, **more)


def statuses(outcome) -> list[str]:
    return [node.status for node in outcome.nodes]


def test_a_status_is_kept_and_closed(cleared):
    outcome = reported(status(cleared.waybill, "R"), status(cleared.waybill, "S"))
    assert statuses(outcome) == ["399", "399"]
    rows = WaybillStatus.objects.order_by("id")
    assert [(row.status, row.verb, row.happened_at) for row in rows] == [("R", "reported", AT), ("S", "reported", AT)]
    assert {row.waybill for row in rows} == {Waybill.objects.get()}
    answer = ceb.read(outcome.receipt)
    assert (answer.kind, [n.document.returnStatus for n in answer.nodes]) == ("CEB514Message", ["399", "399"])
    assert [n.document.logisticsStatus for n in answer.nodes] == ["R", "S"]
    assert happened().count("waybill.status_reported") == 2


def test_a_status_is_never_changed_in_its_row(cleared):
    reported(status(cleared.waybill))
    with pytest.raises(DatabaseError), transaction.atomic():
        WaybillStatus.objects.update(status="R")
    with pytest.raises(DatabaseError), transaction.atomic():
        WaybillStatus.objects.all().delete()


def test_a_change_and_a_deletion_are_reports_of_their_own(cleared):
    reported(status(cleared.waybill))
    moved = f"{LATER:%Y%m%d%H%M%S}"
    assert statuses(reported(status(cleared.waybill, at=LATER, appType="2", logisticsTime=moved))) == ["399"]
    assert statuses(reported(status(cleared.waybill, at=LATER, appType="3"))) == ["399"]
    assert statuses(reported(status(cleared.waybill, at=LATER))) == ["399"]
    assert list(WaybillStatus.objects.order_by("id").values_list("verb", flat=True)) == [
        "reported", "changed", "deleted", "reported",
    ]  # fmt: skip


def test_saved_is_not_reported(cleared):
    assert statuses(reported(status(cleared.waybill, appStatus="1"))) == ["1"]
    assert not WaybillStatus.objects.exists()
    assert statuses(reported(status(cleared.waybill))) == ["399"]


def test_it_is_shown_in_the_course_of_the_parcel(cleared):
    reported(status(cleared.waybill, "R"), status(cleared.waybill, "S", at=LATER))
    found = queries.parcel(cleared.order.orderNo, to=OFFICER)
    assert [(m.source, m.what, m.verb, m.at) for m in found.milestones] == [
        ("waybill", "R", "reported", AT), ("waybill", "S", "reported", LATER),
    ]  # fmt: skip


def test_the_platform_is_told(cleared):
    reported(status(cleared.waybill, "S"))
    reported(status(cleared.waybill, "S", at=LATER, appType="3"))
    told = ParcelStatus.objects.filter(source="waybill").order_by("id")
    assert [(one.order_no, one.status, one.at) for one in told] == [
        (cleared.order.orderNo, "S", AT), (cleared.order.orderNo, "-S", LATER),
    ]  # fmt: skip


def test_a_status_may_come_before_the_parcel_is_declared(parcel):
    file("waybill", parcel.waybill)
    assert statuses(reported(status(parcel.waybill, "R"))) == ["399"]
    assert not ParcelStatus.objects.exists()


def test_who_filed_the_waybill_may_report_it(cleared):
    """The tests' waybills are transmitted by the broker for the carrier."""
    outcome = report(status(cleared.waybill), sender=acting(samples.BROKER), firm=samples.BROKER)
    assert statuses(outcome) == ["399"]


@pytest.mark.parametrize("number", ["known", "UNKNOWN"])
def test_others_are_refused_and_learn_nothing(cleared, number):
    named = cleared.waybill if number == "known" else number
    outcome = report(status(named), sender=acting(samples.PLATFORM), firm=samples.PLATFORM)
    assert said(outcome) == [("-505014", "NOT_YOURS", "logisticsCode")]
    assert statuses(outcome) == ["-505014"] and not WaybillStatus.objects.exists()


def test_an_unknown_waybill(window):
    assert said(reported(status("NONE"))) == [("-505014", "WAYBILL", "logisticsNo")]


def test_a_saved_or_deleted_waybill_is_unknown(parcel):
    file("waybill", parcel.changed("waybill", appStatus="1").waybill)
    assert said(reported(status(parcel.waybill))) == [("-505014", "WAYBILL", "logisticsNo")]


def test_repeated(cleared):
    reported(status(cleared.waybill))
    assert said(reported(status(cleared.waybill, at=LATER))) == [("-505012", "", "logisticsStatus")]


def test_repeated_within_one_message(cleared):
    assert statuses(reported(status(cleared.waybill), status(cleared.waybill))) == ["399", "-505012"]
    assert WaybillStatus.objects.count() == 1


@pytest.mark.parametrize("app_type", ["2", "3"])
def test_what_was_not_reported_cannot_be_changed(cleared, app_type):
    reported(status(cleared.waybill, "R"))
    assert said(reported(status(cleared.waybill, "S", appType=app_type))) == [("-505014", "NOT_REPORTED", "appType")]


def test_an_older_report_is_not_taken(cleared):
    reported(status(cleared.waybill, at=LATER))
    outcome = reported(status(cleared.waybill, at=AT, appType="2"))
    assert said(outcome) == [("-505016", "", "appTime")]
    assert f"{AT:%Y%m%d%H%M%S}" in outcome.nodes[0].info


@pytest.mark.parametrize(
    "code, alias, changed, pointer",
    [
        ("-505011", "APP_TYPE", {"appType": "4"}, "appType"),
        ("-505011", "APP_STATUS", {"appStatus": "9"}, "appStatus"),
        ("-505011", "TIME", {"appTime": "20260231000000"}, "appTime"),
        ("-505011", "TIME", {"logisticsTime": "2026050109000x"}, "logisticsTime"),
        ("-505011", "LONG_AGO", {"logisticsTime": "00010101000000"}, "logisticsTime"),
        ("-505011", "STATUS", {"logisticsStatus": "X"}, "logisticsStatus"),
        ("-505011", "PARTY_CODE", {"logisticsCode": "12"}, "logisticsCode"),
    ],
)
def test_a_bad_report_has_its_code(cleared, code, alias, changed, pointer):
    outcome = report(status(cleared.waybill, **changed))
    assert (code, alias, pointer) in said(outcome)
    assert statuses(outcome) == [code] and not WaybillStatus.objects.exists()
    for lang in ("zh", "en"):
        assert all(f.text(lang) for f in outcome.nodes[0].findings)


def test_a_status_ahead_of_its_report_is_only_noted(cleared):
    outcome = reported(status(cleared.waybill, logisticsTime=f"{LATER:%Y%m%d%H%M%S}"))
    assert statuses(outcome) == ["399"]
    assert [(f.code, f.alias, f.level) for f in outcome.nodes[0].findings] == [("-505011", "AHEAD", "warn")]


def test_a_bad_node_does_not_stop_the_others(cleared):
    assert statuses(reported(status("NONE"), status(cleared.waybill))) == ["-505014", "399"]


def test_a_hundred_reports_ask_as_little_as_one():
    parcels = list(samples.parcels(100, seed=3, at=AT))
    file_all(*parcels)
    asked = []
    for few in (parcels[:1], parcels[1:2], parcels[2:]):
        with CaptureQueriesContext(connection) as queries_made:
            assert set(statuses(reported(*(status(p.waybill) for p in few)))) == {"399"}
        asked.append(len(queries_made))
    assert asked[1] == asked[2]
    assert ParcelStatus.objects.filter(source="waybill").count() == 100
