"""Manifests: received whole or not at all, changed before arrival, each rule broken by one change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from django.db import connection
from tests.cargo.carrying import (
    AT,
    CONSIGNEE,
    OFFICER,
    OPERATOR,
    SITE,
    D,
    bill,
    box,
    by_air,
    by_sea,
    moment,
    prepare,
)  # fmt: skip

from tongguan.cargo import queries, rules
from tongguan.cargo.actions import amend, arrive, cancel, declare_entry, deliver, match, receive, unmatch
from tongguan.cargo.models import Bill, Container, Conveyance
from tongguan.cargo.queries import Key
from tongguan.holds.actions import place
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused, check, template_fields
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.parties.models import Enterprise

MASTER = Key("I", "5", "999-12345675")


@pytest.fixture
def firms(db):
    return prepare()


def refusals(asked) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        asked()
    assert all(f.text(lang) and "…" not in f.text(lang) for f in raised.value.findings for lang in ("zh", "en"))
    return [(f.code, f.pointer) for f in raised.value.findings if f.level == "refuse"]


def test_a_manifest_is_received_with_its_bills(firms):
    carrier, _ = firms
    row = receive(by_sea(bill(containers=[box()]), bill("cosu600102", house="a")), by=carrier, at=AT)
    assert (row.state, row.carrier_id, row.late) == ("manifested", carrier.enterprise, True)  # containers: due in Feb
    assert [one.number for one in queries.bills_of(row)] == ["COSU600101", "COSU600102*A"]
    known = queries.bill("I", "2", " cosu600101 ")
    assert (known.pieces, known.gross, known.containers, known.consignee_code) == (
        10, 1000, ("CSQU3054383",), CONSIGNEE
    )  # fmt: skip
    assert (known.manifest_received, known.entry_declared, known.arrived) == (AT, None, None)
    assert queries.bill("I", "5", "COSU600101") is None
    [event] = Event.objects.filter(subject=str(row))
    assert (event.what, event.details["bills"]) == ("conveyance.manifested", 2)


def test_what_a_declaration_asks_follows_the_conveyance(firms, django_assert_num_queries):
    carrier, _ = firms
    row = receive(by_air(), by=carrier, at=AT)
    declare_entry(row.pk, moment(2, 0, 30), by=carrier, at=moment(2, 1))
    arrive(row.pk, moment(2, 14), by=carrier, at=moment(2, 15))
    keys = [MASTER, Key("I", "5", "99912345675_h1"), Key("I", "5", "99900000000"), Key("E", "2", "99912345675")]
    with django_assert_num_queries(1):
        found = queries.bills(keys)
    assert list(found) == keys[:2]
    assert {one.entry_declared for one in found.values()} == {moment(2).date()}
    assert {one.arrived for one in found.values()} == {moment(2, 14)}


@pytest.mark.parametrize(
    "departs, at, late",
    [
        (moment(2, 8, 30), moment(2, 10), False),  # 5 h 30: by 10:00
        (moment(2, 8, 30), moment(2, 10, 5), True),
        (moment(2, 10, 10), moment(2, 10, 10), False),  # 3 h 50: before take-off
        (moment(2, 10, 10), moment(2, 10, 11), True),
        (moment(2, 10), moment(2, 10), False),  # just 4 h
    ],
)
def test_the_clock_of_a_flight(firms, departs, at, late):
    row = receive(by_air(departs_at=departs), by=firms[0], at=at)
    assert row.late is late


@pytest.mark.parametrize(
    "boxes, at, late",
    [
        ([], moment(1, 14), False),
        ([], moment(1, 14, 1), True),
        ([box()], moment(1, 9), False),
        ([box()], moment(1, 9, 1), True),
    ],
)
def test_the_clock_of_a_ship(firms, boxes, at, late):
    row = receive(by_sea(bill(containers=boxes), departs_at=moment(2, 9)), by=firms[0], at=at)
    assert row.late is late


@pytest.mark.parametrize(
    "code, pointer, filed",
    [
        ("MANIFEST_DIRECTION", "direction", by_sea(direction="X")),
        ("MANIFEST_MODE", "transportMode", by_sea(transport_mode="4")),
        ("MANIFEST_SHIP", "vehicle", by_sea(vehicle="9074728")),
        ("MANIFEST_FLIGHT", "vehicle", by_air(vehicle="982")),
        ("MANIFEST_VOYAGE", "voyage", by_sea(voyage="")),
        ("MANIFEST_VOYAGE", "voyage", by_air(voyage="20260231")),
        ("MANIFEST_OFFICE", "customsCode", by_sea(customs_code="02")),
        ("MANIFEST_CARRIER", "carrierCode", by_sea(carrier_code=SITE)),
        ("MANIFEST_CARRIER", "carrierCode", by_sea(carrier_code="nobody")),
        ("MANIFEST_SITE", "siteCode", by_sea(site_code="91110105MA01ABCD5F")),
        ("MANIFEST_TIMES", "expectedAt", by_sea(departs_at=moment(2, 14))),
        ("MANIFEST_EXISTS", "voyage", by_sea(bill("NEW1"), voyage="TAKEN")),
        ("MANIFEST_EMPTY", "bills", msgspec.structs.replace(by_sea(), bills=[])),
        ("BILL_NUMBER", "bills/1/master", by_air(bill("999-12345676"))),
        ("BILL_NUMBER", "bills/1/master", by_sea(bill("A*B"))),
        ("BILL_NUMBER", "bills/1/house", by_sea(bill(house="提单"))),
        ("BILL_TWICE", "bills/2/master", by_sea(bill(), bill("cosu 600101"))),
        ("BILL_USED", "bills/2/master", by_sea(bill(), bill("USED1"))),
        ("BILL_PIECES", "bills/1/pieces", by_sea(bill(pieces=0))),
        ("BILL_WEIGHT", "bills/1/gross", by_sea(bill(gross=D(0)))),
        ("BILL_WEIGHT", "bills/1/gross", by_sea(bill(gross=D("1.00001")))),
        ("BILL_WEIGHT", "bills/1/gross", by_sea(bill(gross=D("NaN")))),
        ("BILL_CONSIGNEE", "bills/1/consigneeCode", by_sea(bill(consignee_code="91110105MA01ABCD5X"))),
        ("BILL_CONTAINER", "bills/1/containers/1/number", by_sea(bill(containers=[box("CSQU3054384")]))),
        ("BILL_CONTAINER_TWICE", "bills/1/containers/2/number", by_sea(bill(containers=[box(), box("csqu 305438 3")]))),
        ("HOUSES_DIFFER", "bills/1/pieces", by_sea(bill(), bill(house="A"), bill(house="B", pieces=1))),
    ],
)  # fmt: skip
def test_what_a_manifest_must_say(firms, code, pointer, filed):
    carrier, _ = firms
    receive(by_sea(bill("USED1"), voyage="TAKEN"), by=carrier, at=AT)
    assert refusals(lambda: receive(filed, by=carrier, at=AT)) == [(code, pointer)]
    assert (Conveyance.objects.count(), Bill.objects.count()) == (1, 1)


def test_what_comes_late_is_warned_of(firms):
    filed, firm = by_sea(), Enterprise.objects.get(pk=firms[0].enterprise)
    for due, codes in ((AT, []), (moment(28, month=2), [("MANIFEST_LATE", "expectedAt", "warn")])):
        case = rules.Filing(filed, firm, None, False, set(), due, AT)
        found = check(rules.FILING, case, {"bill_reuse_months": 24})
        assert [(one.code, one.pointer, one.level) for one in found] == codes
        assert all(one.text(lang) and "…" not in one.text(lang) for one in found for lang in ("zh", "en"))


def test_what_is_filed_stays_the_filers(firms):
    filed = by_air()
    receive(filed, by=firms[0], at=AT)
    assert filed.bills[0].master == "999-12345675"


def test_a_number_is_used_again_after_its_time(firms):
    carrier, _ = firms
    receive(by_sea(), by=carrier, at=AT)
    again = by_sea(voyage="099E", departs_at=moment(1), expected_at=moment(3))
    assert refusals(lambda: receive(again, by=carrier, at=AT.replace(year=2028, month=2))) == [
        ("BILL_USED", "bills/1/master"), ("BILL_USED", "bills/2/master"),
    ]  # fmt: skip
    receive(again, by=carrier, at=AT.replace(year=2028))
    assert queries.bill("I", "2", "COSU600101").voyage == "099E"
    assert Bill.objects.filter(number="COSU600101").count() == 2


@pytest.mark.parametrize("who", [Actor("x", "trader", 1), Actor("x", "broker", 1), OFFICER])
def test_only_carriers_file_manifests(firms, who):
    with pytest.raises(NotYours):
        receive(by_sea(), by=who, at=AT)


def test_a_person_who_only_looks_files_nothing(firms):
    viewer = Actor("viewer", "carrier", firms[0].enterprise, abilities=frozenset({"see"}))
    with pytest.raises(NotYours):
        receive(by_sea(), by=viewer, at=AT)


def test_the_window_files_for_a_carrier_and_another_carrier_sees_nothing(firms):
    row = receive(by_sea(carrier_code="91110105MA01ABCD5F"), by=OPERATOR, at=AT)
    assert row.carrier_id == firms[0].enterprise
    other = Actor("other", "carrier", firms[1].enterprise)
    assert queries.conveyance(row.pk, to=other) is None
    assert [one.pk for one in queries.conveyances(to=firms[0])] == [row.pk]
    with pytest.raises(Conveyance.DoesNotExist):
        amend(row.pk, [bill(pieces=9)], reason="typo", by=other, at=AT)


def test_a_manifest_is_changed_before_arrival(firms):
    carrier, _ = firms
    row = receive(by_sea(bill(containers=[box()]), bill("COSU600102")), by=carrier, at=AT)
    kept = Bill.objects.get(number="COSU600101").pk
    amend(row.pk, [bill(pieces=9), bill("COSU600103")], removed=["cosu600102"], reason="typo", by=carrier, at=AT)
    assert {one.number: one.pieces for one in queries.bills_of(row)} == {"COSU600101": 9, "COSU600103": 10}
    assert Bill.objects.get(number="COSU600101").pk == kept and not Container.objects.exists()
    changes = Event.objects.get(what="conveyance.amended").details["changes"]
    assert (changes["COSU600101"]["was"]["pieces"], changes["COSU600101"]["is"]["pieces"]) == (10, 9)
    assert changes["COSU600102"]["is"] is None and changes["COSU600103"]["was"] is None
    declare_entry(row.pk, moment(2), by=carrier, at=moment(2))
    amend(row.pk, [bill(pieces=8)], reason="again", by=carrier, at=moment(2))
    arrive(row.pk, moment(2, 14), by=carrier, at=moment(2, 14))
    with pytest.raises(NotNow):
        amend(row.pk, [bill(pieces=7)], reason="late", by=carrier, at=moment(2, 15))


def test_what_a_change_must_satisfy(firms):
    carrier, _ = firms
    receive(by_sea(bill("USED1"), voyage="OTHER"), by=carrier, at=AT)
    row = receive(by_sea(), by=carrier, at=AT)
    place(
        str(Bill.objects.get(number="COSU600102")), "tally_short", owner="officer", stops=["amend"], by=OFFICER, at=AT
    )

    def changed(*bills, reason="typo", removed=()):
        return refusals(lambda: amend(row.pk, bills, removed=removed, reason=reason, by=carrier, at=AT))

    assert changed(bill(), reason=" ") == [("AMEND_REASON", "reason")]
    assert changed() == [("AMEND_NOTHING", "bills")]
    assert changed(removed=["NONE"]) == [("BILL_NOT_HERE", "removed/1")]
    assert changed(bill("USED1")) == [("BILL_USED", "bills/1/master")]
    assert changed(bill("COSU600102")) == [("BILL_HELD", "bills/1/master")]
    match([Key("I", "2", "COSU600101")], reference="D1", by=OPERATOR, at=AT)
    assert changed(bill(pieces=1)) == [("BILL_DECLARED", "bills/1/master")]
    assert changed(removed=["COSU600101"]) == [("BILL_DECLARED", "removed/1")]
    assert refusals(lambda: cancel(row.pk, reason="x", by=carrier, at=AT)) == [
        ("BILL_DECLARED", "removed/1"), ("BILL_HELD", "removed/2"),
    ]  # fmt: skip
    unmatch("D1", by=OPERATOR, at=AT)
    assert amend(row.pk, [bill(pieces=1)], reason="typo", by=carrier, at=AT)


def test_a_manifest_called_off_frees_its_numbers(firms):
    carrier, _ = firms
    row = receive(by_sea(), by=carrier, at=AT)
    cancel(row.pk, reason="not sailing", by=carrier, at=AT)
    assert queries.bill("I", "2", "COSU600101") is None
    receive(by_sea(), by=carrier, at=AT)


def test_declarations_rest_on_bills(firms):
    receive(by_sea(), by=firms[0], at=AT)
    keys = [Key("I", "2", "COSU600101"), Key("I", "2", "NONE")]
    assert refusals(lambda: match(keys, reference="D1", by=OPERATOR, at=AT)) == [("BILL_UNKNOWN", "bills/2")]
    for reference in ("D1", "D1", "D2"):
        match(keys[:1], reference=reference, by=OPERATOR, at=AT)
    row = Bill.objects.get(number="COSU600101")
    assert row.declared_by == ["D1", "D2"] == queries.declared_on(row.conveyance_id)
    unmatch("D1", by=OPERATOR, at=AT)
    assert (unmatch("D1", by=OPERATOR, at=AT), queries.declared_on(row.conveyance_id)) == ([], ["D2"])
    assert Event.objects.filter(what="bill_of_lading.declared").count() == 2


def test_export_goods_come_to_the_site(firms):
    carrier, site = firms
    receive(by_sea(direction="E", departs_at=moment(5), expected_at=moment(9)), by=carrier, at=AT)
    for at in (moment(3), moment(4)):
        deliver("2", "COSU600101", at, by=site, at=at)
    assert queries.bill("E", "2", "COSU600101").arrived == moment(3)
    assert refusals(lambda: deliver("2", "COSU600102", moment(4), by=site, at=moment(3))) == [
        ("REPORT_AHEAD", "moment")
    ]
    with pytest.raises(NotYours):
        deliver("2", "COSU600102", moment(3), by=carrier, at=moment(3))
    with pytest.raises(Bill.DoesNotExist):
        deliver("2", "NONE", moment(3), by=site, at=moment(3))


def test_a_bill_is_seen_by_its_parties(firms):
    carrier, site = firms
    receive(by_sea(), by=carrier, at=AT)
    key = Key("I", "2", "COSU600101")
    theirs = Actor("trader", "trader", 7, codes=(CONSIGNEE,))
    assert all(queries.visible_bill(key, to=who) for who in (carrier, theirs, OFFICER, OPERATOR))
    assert not any(queries.visible_bill(key, to=who) for who in (site, Actor("t", "trader", 8, codes=("X",))))


@pytest.mark.parametrize("rule", [*rules.FILING, *rules.AMENDING, *rules.REPORTING, *rules.TALLYING, *rules.RECOUNTING])
def test_both_languages_name_the_same_values(rule):
    found = template_fields(rule)
    assert found["zh"] == found["en"], rule.code


@pytest.mark.django_db(transaction=True)
def test_a_manifest_sent_by_many_at_once_is_received_once():
    carrier, _ = prepare()

    def one(_):
        try:
            return receive(by_sea(), by=carrier, at=AT)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(one, range(6)))
    assert [type(each) for each in found].count(Conveyance) == 1
    assert (Conveyance.objects.count(), Bill.objects.count()) == (1, 2)
