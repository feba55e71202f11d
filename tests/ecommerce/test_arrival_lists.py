"""Lists of arrivals (711) that are wrong, repeated or very long, and lists that come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.arriving import acting, arrival, register_site, report, said, written
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.arrivals.actions import close_tally
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.models import ArrivalList, BillTally, TalliedParcel
from tongguan.formats import ceb
from tongguan.kernel.states import NotNow

LATER = AT + timedelta(hours=3)
THREE = ("W1", "W2", "W3")


@pytest.fixture
def site(window):
    return register_site()


@pytest.fixture
def racing_site(racing_window, nobody_drawn):
    return register_site()


def listed(*waybills: str, at=AT, **changed):
    return report(arrival(waybills or THREE, at=at, **changed), sender=acting(samples.SITE), at=at)


def lines(*rows: tuple[int, str]) -> list:
    return [ceb.DeliveryItem(gnum=gnum, logisticsNo=number) for gnum, number in rows]


@pytest.mark.parametrize(
    "code, alias, changed, pointer",
    [
        ("-800001", "APP_TYPE", {"appType": "4"}, "appType"),
        ("-800001", "APP_STATUS", {"appStatus": "3"}, "appStatus"),
        ("-800001", "TIME", {"appTime": "20261301000000"}, "appTime"),
        ("-800001", "PARTY_CODE", {"logisticsCode": "NOFIRM"}, "logisticsCode"),
        ("-800001", "CODE", {"trafMode": "?"}, "trafMode"),
        ("-800001", "IE_FLAG", {"ieFlag": "E"}, "ieFlag"),
        ("-800001", "ITEM_REPEATED", {"items": lines((1, "W1"), (1, "W2"))}, "item/2/gnum"),
        ("-800001", "WAYBILL_TWICE", {"items": lines((1, "W1"), (2, "W2"), (3, "W1"))}, "item/3/logisticsNo"),
        ("-800001", "NOT_FILED", {"appType": "2"}, "copNo"),
        ("-800001", "NOT_FILED", {"appType": "3"}, "copNo"),
    ],
)
@pytest.mark.usefixtures("site")
def test_a_bad_list_has_its_code(code, alias, changed, pointer):
    outcome = listed(**changed)
    assert (code, alias, pointer) in said(outcome)
    assert outcome.nodes[0].status == code and not ArrivalList.objects.exists()
    assert all(f.text(lang) for f in outcome.nodes[0].findings for lang in ("zh", "en"))
    answer = ceb.read(outcome.receipt)
    assert (answer.kind, answer.nodes[0].document.returnStatus) == ("CEB712Message", code)


@pytest.mark.parametrize(
    "code, alias, changed",
    [
        ("-800001", "ITEM_NUMBERS", {"items": lines((1, "W1"), (5, "W2"))}),
        ("-800001", "NUMBER_GIVEN", {"rkdNo": "010120260501000001"}),
    ],
)
@pytest.mark.usefixtures("site")
def test_what_is_only_noted(code, alias, changed):
    outcome = listed(**changed)
    assert [(f.code, f.alias, f.level) for f in outcome.nodes[0].findings] == [(code, alias, "warn")]
    assert outcome.nodes[0].status == "120"


@pytest.mark.usefixtures("site")
def test_a_list_without_parcels():
    data = written(arrival(["W1"]))
    start, end = data.index(b"<ceb:DeliveryList>"), data.index(b"</ceb:DeliveryList>") + len(b"</ceb:DeliveryList>")
    outcome = receive(data[:start] + data[end:], sender=acting(samples.SITE), at=AT)
    assert said(outcome)[0] == ("-800000", "", "item") and outcome.nodes[0].status == "-800000"


@pytest.mark.usefixtures("site")
def test_a_list_without_a_number_of_its_own_is_known_by_its_guid():
    outcome = listed(copNo=None)
    assert outcome.nodes[0].status == "120" and ArrivalList.objects.get().number == arrival(THREE, copNo=None).guid
    refused = listed(copNo=None)
    assert said(refused) == [("-800003", "", "copNo")]
    assert ceb.read(refused.receipt).kind == "CEB712Message"


@pytest.mark.usefixtures("site")
def test_a_repeated_list():
    listed()
    assert said(listed("W9")) == [("-800003", "", "copNo")]


@pytest.mark.usefixtures("site")
def test_an_older_list():
    listed(at=LATER)
    assert said(listed(at=AT, appType="2")) == [("-800005", "", "appTime")]


@pytest.mark.usefixtures("site")
def test_another_bill():
    listed()
    assert said(listed(appType="2", billNo="999-00000000")) == [("-800001", "BILL", "billNo")]


@pytest.mark.usefixtures("site")
def test_a_parcel_arrives_once():
    listed("W1", "W2")
    first = ArrivalList.objects.get().rkd_no
    outcome = listed("W3", "W2", copNo="L2", billNo="999-00000000")
    assert said(outcome) == [("-800001", "ARRIVED_BEFORE", "item/2/logisticsNo")]
    assert first in outcome.nodes[0].info


@pytest.mark.usefixtures("window")
def test_a_firm_that_runs_no_site():
    assert said(report(arrival(THREE), sender=OPERATOR)) == [("-10101", "", "operatorCode")]
    broker = report(
        arrival(THREE, operatorCode=samples.BROKER.code), sender=acting(samples.BROKER), firm=samples.BROKER
    )  # fmt: skip
    assert said(broker) == [("-10101", "", "operatorCode")]


@pytest.mark.usefixtures("site")
def test_the_site_of_another():
    """A transmitter cannot list what arrives at a site that is not his own, nor learn what is there."""
    listed()
    outcome = report(arrival(THREE), sender=acting(samples.BROKER), firm=samples.BROKER)
    assert said(outcome) == [("-800001", "NOT_YOURS", "operatorCode")]


@pytest.mark.usefixtures("site")
def test_of_thousands_of_faults_a_hundred_are_kept():
    outcome = listed(items=lines(*((n, "SAME") for n in range(1, 3001))))
    assert outcome.nodes[0].status == "-800001" and len(outcome.nodes[0].findings) == 100


@pytest.mark.usefixtures("site", "nobody_drawn")
def test_five_thousand_parcels_ask_as_often_as_three():
    parcels = list(samples.parcels(3, seed=5, at=AT))
    file_all(*parcels)
    numbers = [p.waybill.logisticsNo for p in parcels]
    sender, asked = acting(samples.SITE), []
    for number, waybills in (
        ("S0", ["A"]),
        ("S1", numbers[:1]),
        ("S2", [*numbers[1:], *(f"X{n}" for n in range(5000))]),
    ):
        data = written(arrival(waybills, copNo=number))
        with CaptureQueriesContext(connection) as made:
            assert receive(data, sender=sender, at=AT).nodes[0].status == "120"
        asked.append(len(made))
    assert asked[1] == asked[2] <= 45
    tally = BillTally.objects.get()
    assert (tally.arrived, tally.surplus, tally.awaited) == (3, 5001, 0)


def at_once(work, things, threads: int = 8) -> list:
    def one(thing):
        try:
            return work(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, things))


@pytest.mark.usefixtures("racing_site")
def test_eight_lists_of_one_bill_at_once_are_one_tally():
    sender = acting(samples.SITE)
    messages = [written(arrival([f"W{n}a", f"W{n}b"], copNo=f"L{n}")) for n in range(8)]
    answered = at_once(lambda data: receive(data, sender=sender, at=AT).nodes[0].status, messages)
    assert answered == ["120"] * 8
    tally = BillTally.objects.get()
    assert (tally.surplus, tally.lists.count(), TalliedParcel.objects.count()) == (16, 8, 16)


@pytest.mark.usefixtures("racing_site")
def test_one_parcel_in_eight_lists_arrives_once():
    sender = acting(samples.SITE)
    messages = [written(arrival(["SAME"], copNo=f"L{n}", billNo=f"999-{n % 2}")) for n in range(8)]
    answered = at_once(lambda data: receive(data, sender=sender, at=AT).nodes[0].status, messages)
    assert sorted(answered) == ["-800001"] * 7 + ["120"] and TalliedParcel.objects.count() == 1


@pytest.mark.usefixtures("racing_site")
def test_one_list_filed_by_eight_stands_once():
    sender, data = acting(samples.SITE), written(arrival(THREE))
    answered = at_once(lambda _: receive(data, sender=sender, at=AT).nodes[0].status, range(8))
    assert sorted(answered) == ["-800003"] * 7 + ["120"]


@pytest.mark.usefixtures("racing_site")
def test_a_tally_closed_while_lists_come_counts_each_or_refuses_it():
    sender = acting(samples.SITE)
    receive(written(arrival(["W0"], copNo="L0")), sender=sender, at=AT)
    tally = BillTally.objects.get()
    messages = [written(arrival([f"W{n}"], copNo=f"L{n}")) for n in range(1, 8)]

    def act(thing):
        if thing is None:
            try:
                return close_tally(tally.pk, by=OFFICER, at=AT).state
            except NotNow:
                return "late"
        return receive(thing, sender=sender, at=AT).nodes[0].status

    answered = at_once(act, [*messages[:3], None, *messages[3:], None])
    tally.refresh_from_db()
    assert sorted(answered, reverse=True)[:2] == ["late", "closed"]
    assert tally.surplus == 1 + answered.count("120") == TalliedParcel.objects.count()
