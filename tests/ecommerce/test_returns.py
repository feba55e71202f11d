"""Goods come back after release (625): who may ask, until when, how much, and what it gives back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.asking import ask, bought, found, inventory_of, refund, statuses, used
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all, happened, told

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.intake.limiting.allowance import allowance_account
from tongguan.ecommerce.models import Inventory, Return, ReturnItem, TaxBill
from tongguan.ecommerce.returns import queries
from tongguan.ecommerce.returns.actions import accept_return, confirm_arrival, expire_returns, refuse_return
from tongguan.formats import ceb
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.ledgers.actions import debit
from tongguan.parties import vault
from tongguan.parties.queries import find

D = Decimal
LAST_DAY_TO_ASK, LAST_DAY_TO_ARRIVE = date(2026, 5, 31), date(2026, 6, 15)


def on(day: date):
    """Return nine in the morning of a day."""
    return AT.replace(year=day.year, month=day.month, day=day.day)


@pytest.fixture
def released(window, nobody_drawn) -> samples.Parcel:
    """A parcel of four things at 250, released on 1 May 2026."""
    parcel = bought("RET1", "250.00", 4)
    assert statuses(file_all(parcel)) == ["800"]
    return parcel


def already(parcel: samples.Parcel, value: str) -> None:
    account = allowance_account(vault.match("id", parcel.inventory.buyerIdNumber), 2026)
    debit(account, D(value), reference="earlier", floor=D(-26000), by=OPERATOR, at=AT)


def asked(*documents, at=AT) -> Return:
    """File returns that are taken in; return the last."""
    assert set(statuses(ask(*documents, at=at))) == {"120"}
    return Return.objects.latest("id")


def accepted(row: Return, at=AT, **arrival) -> Return:
    confirm_arrival(row.pre_no, by=OPERATOR, at=at, **arrival)
    return accept_return(row.pre_no, by=OFFICER, at=at)


def answers() -> list[str]:
    return [one.status for one in told(kind="CEB626Message")]


@pytest.mark.measure("M4-21.3")
def test_story_S7(window, nobody_drawn):
    """Used 24,800; 1,000 (tax 91.00) is released; 300 is over (room 200); the 1,000 come back on day 20: room 1,200; 300
    passes. All of it by messages."""
    first, second = bought("S1", "1000.00"), bought("S2", "300.00")
    already(first, "24800")
    assert statuses(file_all(first)) == ["800"]
    assert inventory_of(first).tax == D("91.00")
    assert used(first) == D("25800")
    outcome = file_all(second)
    assert statuses(outcome) == ["-621018"]
    assert [f.values["room"] for f in outcome.nodes[0].findings if f.level == "refuse"] == [D("200")]
    day20 = AT + timedelta(days=20)
    row = accepted(asked(refund(first, at=day20), at=day20), at=day20)
    assert (row.customs_value, row.tax, 26000 - used(first)) == (D("1000.00"), D("91.00"), D("1200"))
    ensure_keys(day20.date(), by=OPERATOR, at=AT)
    assert statuses(file("inventory", second.inventory, at=day20)) == ["800"]
    assert used(first) == D("25100")


def test_24800_used_and_1000_of_it_returned_leaves_23800(window, nobody_drawn):
    """The worked example of the handbook (09 §4)."""
    parcel = bought("W1", "1000.00")
    already(parcel, "23800")
    file_all(parcel)
    assert used(parcel) == D("24800")
    accepted(asked(refund(parcel)))
    assert used(parcel) == D("23800")


@pytest.mark.parametrize("day, status", [(LAST_DAY_TO_ASK, "120"), (date(2026, 6, 1), "-625004")])
def test_released_on_1_may_one_may_ask_until_31_may(day, status, released):
    outcome = ask(refund(released, at=on(day)), at=on(day))
    assert statuses(outcome) == [status]
    if status == "120":
        assert Return.objects.get().arrive_by == LAST_DAY_TO_ARRIVE
    else:
        assert found(outcome) == [("-625004", "ASK_TIME", "appTime")]
        assert "2026-05-31" in outcome.nodes[0].info


def test_released_on_1_may_goods_are_back_by_15_june_otherwise_the_tax_stands(released):
    row = asked(refund(released))
    confirm_arrival(row.pre_no, by=OPERATOR, at=on(LAST_DAY_TO_ARRIVE))
    assert Return.objects.get().state == "arrived"
    assert expire_returns(at=on(date(2026, 6, 16))) == 0  # they were back in time; only customs' word is awaited
    assert accept_return(row.pre_no, by=OFFICER, at=on(date(2026, 6, 20))).state == "accepted"


def test_what_is_not_back_in_time_expires(released):
    row = asked(refund(released))
    late = on(date(2026, 6, 16))
    with pytest.raises(Refused, match="ARRIVED_LATE"):
        confirm_arrival(row.pre_no, by=OPERATOR, at=late)
    assert expire_returns(at=on(LAST_DAY_TO_ARRIVE)) == 0
    assert expire_returns(at=late) == 1
    row.refresh_from_db()
    assert (row.state, row.status, answers()) == ("expired", "100", ["2", "120", "100"])
    assert "2026-06-15" in told("100", kind="CEB626Message")[0].info
    bill = TaxBill.objects.get()
    assert (bill.state, bill.open_returns, bill.total) == ("generated", 0, inventory_of(released).tax)
    assert used(released) == D(1000)
    assert expire_returns(at=late) == 0


def test_acceptance_gives_back_allowance_and_tax(released):
    row = accepted(asked(refund(released)))
    assert (row.state, row.status, answers()) == ("accepted", "399", ["2", "120", "399"])
    assert (row.customs_value, row.counted, row.vat) == (D("1000.00"), D(1000), D("91.00"))
    assert used(released) == 0
    bill = TaxBill.objects.get()
    assert (bill.state, bill.total, bill.open_returns) == ("void", 0, 0)
    assert happened(row) == ["return.filed", "return.arrived", "return.accepted"]


def test_in_pieces_and_to_the_fen(window, nobody_drawn):
    """Three at 33.35 with freight 0.10: the parts of value and tax that come back make up the whole exactly."""
    parcel = bought("P1", "33.35", 3, freight=D("0.10"))
    file_all(parcel)
    row = inventory_of(parcel)
    assert (row.customs_value, used(parcel)) == (D("100.15"), D("100.15"))
    parts = [accepted(asked(refund(parcel, 1, copNo=f"R{n}"))) for n in range(3)]
    assert [part.customs_value for part in parts] == [D("33.38"), D("33.39"), D("33.38")]
    assert sum(part.tax for part in parts) == row.tax
    assert used(parcel) == 0
    assert TaxBill.objects.get().state == "void"


def test_the_share_of_one_line_of_two(window, nobody_drawn, parcel):
    """What comes back of a line takes its share of the freight and its own taxes with it."""
    file_all(parcel)
    row = inventory_of(parcel)
    cream = row.items.get(gnum=2)
    items = [refund(parcel, number=row.invt_no).items[1]]
    before = used(parcel)
    back = accepted(asked(refund(parcel, items=items)))
    assert (back.customs_value, back.consumption_tax, back.vat) == (
        cream.customs_value,
        cream.consumption_tax,
        cream.vat,
    )
    assert used(parcel) == before - cream.customs_value
    bill = TaxBill.objects.get()
    assert (bill.state, bill.total) == ("generated", row.tax - back.tax)


def test_less_is_counted_than_was_asked_for(released):
    row = accepted(asked(refund(released, 3)), counted={1: D(2)})
    assert (row.customs_value, ReturnItem.objects.get().tallied) == (D("500.00"), D(2))
    assert statuses(ask(refund(released, 2, copNo="R2"))) == ["120"]
    assert found(ask(refund(released, 1, copNo="R3"))) == [("-625004", "QUANTITY", "item/1/qty")]


@pytest.mark.parametrize(
    "code, arrival",
    [
        ("COUNTED_MORE", {"counted": {1: D(5)}}),
        ("COUNTED_MORE", {"counted": {2: D(1)}}),
        ("COUNTED_MORE", {"counted": {1: D(-1)}}),
        ("NOTHING_CAME", {"counted": {1: D(0)}}),
    ],
)
def test_a_tally_that_cannot_be(code, arrival, released):
    row = asked(refund(released))
    with pytest.raises(Refused, match=code):
        confirm_arrival(row.pre_no, by=OPERATOR, at=AT, **arrival)
    assert Return.objects.get().state == "asked"


def test_NOT_ORIGINAL(released):
    row = asked(refund(released))
    confirm_arrival(row.pre_no, by=OPERATOR, at=AT, original_state=False)
    with pytest.raises(Refused, match="NOT_ORIGINAL"):
        accept_return(row.pre_no, by=OFFICER, at=AT)
    refused = refuse_return(row.pre_no, by=OFFICER, at=AT, reason="已使用")
    assert (refused.state, used(released)) == ("refused", D(1000))
    assert "已使用" in told("100", kind="CEB626Message")[0].info
    assert TaxBill.objects.get().open_returns == 0


def test_refused_with_a_reason_only(released):
    row = asked(refund(released))
    with pytest.raises(Refused, match="REASON_MISSING"):
        refuse_return(row.pre_no, by=OFFICER, at=AT, reason="")


def test_who_may(released):
    row = asked(refund(released))
    with pytest.raises(NotYours):
        confirm_arrival(row.pre_no, by=Actor("b", "broker"), at=AT)
    with pytest.raises(NotNow):
        accept_return(row.pre_no, by=OFFICER, at=AT)
    confirm_arrival(row.pre_no, by=OPERATOR, at=AT)
    with pytest.raises(NotYours):
        accept_return(row.pre_no, by=OPERATOR, at=AT)
    accept_return(row.pre_no, by=OFFICER, at=AT)
    for act in (accept_return, confirm_arrival):
        with pytest.raises(NotNow):
            act(row.pre_no, by=OFFICER, at=AT)
    assert used(released) == 0


@pytest.mark.parametrize("quantities, status", [((4,), "120"), (("4.00001",), "-625004"), ((3,), "120")])
def test_never_more_than_was_bought(quantities, status, released):
    assert statuses(ask(refund(released, *quantities))) == [status]


def test_what_others_ask_for_counts_until_it_is_settled(released):
    first = asked(refund(released, 3))
    assert found(ask(refund(released, 2, copNo="R2"))) == [("-625004", "QUANTITY", "item/1/qty")]
    assert statuses(ask(refund(released, 1, copNo="R3"), refund(released, 1, copNo="R4"))) == ["120", "-625004"]
    refuse_return(first.pre_no, by=OFFICER, at=AT, reason="不符")
    assert statuses(ask(refund(released, 3, copNo="R5"))) == ["120"]


def test_saved_is_not_asked(released):
    assert statuses(ask(refund(released, appStatus="1"))) == ["1"]
    assert (Return.objects.get().state, TaxBill.objects.get().open_returns) == ("saved", 0)
    assert statuses(ask(refund(released, 4, copNo="R2"))) == ["120"]
    assert statuses(ask(refund(released))) == ["-625004"]
    assert TaxBill.objects.get().open_returns == 1


def test_changed_and_deleted(released):
    asked(refund(released, 4))
    assert statuses(ask(refund(released, 2, appType="2"))) == ["120"]
    row = Return.objects.get()
    assert (row.version, row.items.get().qty, TaxBill.objects.get().open_returns) == (2, D(2), 1)
    assert statuses(ask(refund(released, 2, appType="3"))) == ["120"]
    row.refresh_from_db()
    assert (row.state, TaxBill.objects.get().open_returns) == ("deleted", 0)
    assert answers() == ["2", "120", "2", "120", "120"]
    assert statuses(ask(refund(released, 4))) == ["120"]


def test_what_arrived_is_changed_no_more(released):
    row = asked(refund(released))
    confirm_arrival(row.pre_no, by=OPERATOR, at=AT)
    for app_type in ("2", "3"):
        assert found(ask(refund(released, appType=app_type))) == [("-625022", "STATE", "copNo")]


def test_twice(released):
    asked(refund(released, 1))
    assert found(ask(refund(released, 1))) == [("-625022", "REPEATED", "copNo")]
    assert statuses(ask(refund(released, 1, copNo="R2"), refund(released, 1, copNo="R2")))[1] == "-625022"


def test_an_older_message_changes_nothing(released):
    asked(refund(released, 1))
    old = refund(released, 2, appType="2", appTime="20260430090000")
    assert found(ask(old)) == [("-625004", "OLD", "appTime")]


@pytest.mark.parametrize("app_type", ["2", "3"])
def test_change_or_delete_of_what_is_not_there(app_type, released):
    assert found(ask(refund(released, appType=app_type))) == [("-625016", "", "copNo")]


def test_unknown(released):
    outcome = ask(refund(released, number="010120260000000009"))
    assert found(outcome) == [("-625204", "", "invtNo")]
    assert ceb.read(outcome.receipt).nodes[0].document.returnStatus == "-625204"


def test_of_another(released):
    theirs = Actor("p", "platform", find(samples.PAYER.code).pk)
    assert found(ask(refund(released), sender=theirs, firm=samples.PAYER)) == [("-625021", "", "invtNo")]
    assert found(ask(refund(released), sender=theirs)) == [("-625021", "", "copCode")]
    assert not Return.objects.exists()


def test_not_before_release(window, everybody_drawn, parcel):
    file_all(parcel)
    assert found(ask(refund(parcel))) == [("-625004", "STATE", "invtNo")]


def test_without_items(released):
    transfer = ceb.BaseTransfer(copCode=samples.BROKER.code, copName="x", dxpMode="DXP", dxpId="D")
    guid = "0" * 36
    data = ceb.write("CEB625Message", [refund(released)], guid, unsigned=True, transfer=transfer)
    emptied = re.sub(rb"<ceb:InvtRefundList>.*</ceb:InvtRefundList>", b"", data, flags=re.S)
    assert statuses(receive(emptied, sender=OPERATOR, at=AT)) == ["-625006"]


@pytest.mark.measure("M4-21.3")
class TestOtherDistrict:
    """Goods come back elsewhere only where the law of the day lets them."""

    @pytest.fixture
    def bonded(self, released) -> samples.Parcel:
        Inventory.objects.update(trade_mode="1210")
        return released

    def test_9610_goes_back_where_it_came_from(self, released):
        outcome = ask(refund(released, customsCode="0201"))
        assert found(outcome) == [("-625004", "DISTRICT", "customsCode")]
        assert "0101" in outcome.nodes[0].info

    def test_1210_between_districts_of_the_pilot(self, bonded):
        row = asked(refund(bonded, customsCode="0201"))
        with pytest.raises(Refused, match="TRANSPORT_RECORD"):
            confirm_arrival(row.pre_no, by=OPERATOR, at=AT)
        back = accepted(row, transport="封志 A100234，运输记录 JJ-20260502")
        assert (back.state, back.customs_code, back.inventory.customs_code) == ("accepted", "0201", "0101")
        assert used(bonded) == 0
        assert ceb.read(ask(refund(bonded, copNo="R2")).receipt).nodes[0].document.customsCode == "0101"

    def test_1210_not_to_a_district_that_takes_no_part(self, bonded):
        assert found(ask(refund(bonded, customsCode="5301"))) == [("-625004", "DISTRICT", "customsCode")]

    def test_before_the_pilot_the_original_office_only(self, bonded, monkeypatch):
        """The law of the day decides: the day before the pilot's value nothing goes elsewhere."""
        from tongguan.kernel.law import law

        before, after = (law("ecommerce.return_districts", on=date(2024, 7, day)).value for day in (4, 5))
        assert before["1210"] == () and after["1210"] == ("01", "02")
        assert before["9610"] == after["9610"] == ()


def test_statements_do_not_grow_with_the_nodes(window, nobody_drawn):
    for count, seed in ((2, 31), (40, 32)):
        parcels = list(samples.parcels(count, seed=seed, at=AT))
        file_all(*parcels)
        requests = [refund(p, copNo=f"R{seed}-{n}") for n, p in enumerate(parcels)]
        with CaptureQueriesContext(connection) as asked_of_the_database:
            assert set(statuses(ask(*requests))) == {"120"}
        # A process remembers the key of a month once it is committed, which in this test nothing is.
        asked = [query for query in asked_of_the_database if "parties_monthkey" not in query["sql"]]
        assert len(asked) <= 22


def test_returns_of_a_parcel_and_of_a_firm(released):
    row = asked(refund(released, 1))
    assert queries.of_parcel(inventory_of(released)) == ([], [row])
    assert queries.returns(to=OFFICER, state="asked") == [row]
    assert queries.returns(to=Actor("p", "platform", find(samples.PLATFORM.code).pk)) == [row]
    assert queries.returns(to=Actor("p", "payer", find(samples.PAYER.code).pk)) == []
    assert queries.returns(to=Actor("x", "platform")) == []
    assert queries.opened(row).reason == "七天无理由退货"


def test_no_name_or_number_of_a_person_stands_in_clear(released):
    row = asked(refund(released, 1))
    confirm_arrival(row.pre_no, by=OPERATOR, at=AT)
    accept_return(row.pre_no, by=OFFICER, at=AT)
    said = queries.opened(row)
    with connection.cursor() as cursor:
        tables = [
            t for t in connection.introspection.table_names() if t.startswith(("ecommerce_", "journal_", "ledgers_"))
        ]
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows = "\n".join(line for (line,) in cursor.fetchall())
            for value in (said.buyerIdNumber, said.buyerName, said.buyerTelephone, said.reason):
                assert value not in rows and value.encode().hex() not in rows, (table, value)
