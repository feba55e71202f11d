"""Declarations filed together: what one alone would become, each of them becomes; nothing is declared twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.declarations import made
from tests.declarations.made import (
    AT,
    BILL,
    OFFICER,
    D,
    balances,
    broker,
    codes,
    document,
    events,
    guarantee,
    item,
    licence,
    licensed,
    ship,
)

from tongguan.cargo.models import Bill
from tongguan.declarations import actions, queries
from tongguan.declarations.actions import ToFile
from tongguan.declarations.models import Declaration, DeclarationBatch
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotYours
from tongguan.revenue.models import DutyBill

BILLS = [f"COSU70{n:04d}" for n in range(40)]


@pytest.fixture
def ships(port):
    ship(*BILLS, voyage="077", vehicle="IMO9319466")
    return BILLS


def filed(*asked: ToFile, number: str = "26-001") -> DeclarationBatch:
    return actions.file_many(number, list(asked), by=broker(), at=AT)


def of_bill(number: str, **fields) -> ToFile:
    return ToFile(document(BillNo=number, **fields))


def told(row: Declaration) -> dict:
    """Return everything that a declaration is but its own numbers."""
    own = {"id", "number", "bill_no"}
    columns = {
        name: value for name, value in Declaration.objects.filter(pk=row.pk).values()[0].items() if name not in own
    }
    version = row.versions.get()
    bill = DutyBill.objects.get(reference=str(row))
    return columns | {"sheet": version.sheet, "steps": version.steps, "fee": version.fee, "says": queries.document(row).items,
                      "owes": bill.kinds, "due": bill.due_on, "holds": [(h.reason, h.promised) for h in queries.holds_on(row)],
                      "events": sorted(events(row)), "rests":
                          Bill.objects.get(number=row.bill_no).declared_by == [str(row)]}  # fmt: skip


def test_each_becomes_what_it_would_have_become_alone(ships):
    alone = actions.submit(actions.save(document(BillNo=ships[0]), by=broker(), at=AT).pk, by=broker(), at=AT)
    batch = filed(*(of_bill(one) for one in ships[1:4]))
    rows = [Declaration.objects.get(pk=one["id"]) for one in batch.answers]
    assert [one["state"] for one in batch.answers] == ["due"] * 3
    assert [told(row) for row in rows] == [told(alone)] * 3
    assert [int(row.number) - int(alone.number) for row in rows] == [1, 2, 3]
    assert rows[0].tax == Decimal("164801.12")


def test_what_is_wrong_with_one_holds_up_no_other(ships):
    batch = filed(
        of_bill(ships[0]),
        ToFile(document(item(OriginCountry=None), BillNo=ships[1])),
        ToFile(document(BillNo="NOBODY1")),  # in no manifest
        ToFile(document(BillNo=ships[2], CustomMaster=None)),  # cannot even be saved
        ToFile(document(BillNo=ships[3]), mode="someday"),
        ToFile(document(BillNo=ships[4]), settlement="guarantee", guarantee="G-NONE"),
        of_bill(ships[5]),
    )
    found = [
        (one["state"], sorted({said["code"] for said in one["findings"] if said["level"] == "refuse"}))
        for one in batch.answers
    ]
    assert found[0] == found[6] == ("due", [])
    assert found[1][0] == found[2][0] == found[5][0] == "rejected"
    assert "DEC_BILL_NOT_IN_MANIFEST" in found[2][1] and found[5][1] == ["GUARANTEE_UNKNOWN"]
    assert found[3] == ("refused", ["DEC_REQUIRED_TO_SAVE"]) and found[4] == ("refused", ["DEC_MANNER"])
    rejected = Declaration.objects.get(pk=batch.answers[5]["id"])
    assert rejected.number is None and rejected.tax is None and rejected.accepted_at is None
    assert events(rejected) == ["declaration.saved", "declaration.rejected"]
    numbers = [int(one["number"]) for one in batch.answers if one["number"]]
    assert numbers[1] == numbers[0] + 1, "one that is rejected uses no number"
    assert not DutyBill.objects.exclude(
        reference__in=[f"declaration/{batch.answers[n]['id']}" for n in (0, 6)]
    ).exists()


def test_the_second_of_one_bill_is_judged_after_the_first(ships):
    batch = filed(of_bill(BILL, PackNo=6), of_bill(ships[0]), of_bill(BILL, PackNo=5), of_bill(BILL, PackNo=4))
    assert [one["state"] for one in batch.answers] == ["due", "due", "rejected", "due"]
    assert batch.answers[2]["findings"][0]["code"] == "DEC_DUPLICATE"
    held = Bill.objects.get(number=BILL).declared_by
    assert held == [f"declaration/{batch.answers[n]['id']}" for n in (0, 3)]


def test_a_guarantee_secures_as_many_as_it_can(ships):
    number = guarantee("350000").number
    batch = filed(*(ToFile(document(BillNo=one), settlement="guarantee", guarantee=number) for one in ships[:3]))
    assert [one["state"] for one in batch.answers] == ["accepted", "accepted", "rejected"]
    assert batch.answers[2]["findings"][0]["code"] == "GUARANTEE_SHORT"
    assert balances()[f"guarantee/{number}"] == D("350000") - 2 * D("164801.12")


def test_a_licence_is_drawn_by_as_many_as_it_reaches_for(ships, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff(letters="7"))
    licence("2000")
    batch = filed(*(ToFile(made.changed(licensed(), BillNo=one)) for one in ships[:4]))
    states = [one["state"] for one in batch.answers]
    assert states[0] == "due" and "rejected" in states
    reserved = list(Event.objects.filter(what="licence.reserved"))
    assert len(reserved) == states.count("due")


def test_the_same_again_is_answered_as_it_was(ships):
    asked = [of_bill(ships[0]), of_bill("NOBODY1")]
    first = filed(*asked)
    again = filed(*asked)
    assert again.pk == first.pk and again.answers == first.answers and Declaration.objects.count() == 2
    with pytest.raises(Refused) as refused:
        filed(of_bill(ships[1]))
    assert codes(refused.value) == [("DEC_BATCH_REUSED", "number")]


@pytest.mark.parametrize("number, count, code", [("", 1, "DEC_BATCH_NUMBER"), ("x" * 41, 1, "DEC_BATCH_NUMBER"),
                                                 ("a\tb", 1, "DEC_BATCH_NUMBER"), ("1", 0, "DEC_BATCH_SIZE"),
                                                 ("1", 501, "DEC_BATCH_SIZE")])  # fmt: skip
def test_a_batch_has_a_number_and_a_size(ships, number, count, code):
    with pytest.raises(Refused) as refused:
        filed(*[of_bill(ships[0])] * count, number=number)
    assert [one for one, _ in codes(refused.value)] == [code]
    assert not DeclarationBatch.objects.exists()


def test_who_does_not_declare_files_nothing(ships):
    with pytest.raises(NotYours):
        actions.file_many("1", [of_bill(ships[0])], by=OFFICER, at=AT)


def test_many_take_the_statements_that_one_takes(ships):
    actions.file_many("warm", [of_bill(ships[0])], by=broker(), at=AT)
    counted = []
    for number, bills in (("a", ships[1:2]), ("b", ships[2:32])):
        with CaptureQueriesContext(connection) as asked:
            filed(*(of_bill(one) for one in bills), number=number)
        counted.append(len(asked))
    assert counted[1] == counted[0] <= 28


@pytest.mark.parametrize("strange", ["COSU\x00600101", "COSU600101\x1fCOSU700000", "\x1f"])
def test_characters_that_no_text_may_hold_are_refused(ships, strange):
    [answer] = filed(of_bill(strange)).answers
    assert answer["state"] in ("refused", "rejected") and answer["findings"]
    [answer] = filed(of_bill(ships[0], TradeCoScc="9111\x00"), number="2").answers
    assert answer["state"] in ("refused", "rejected") and answer["findings"]
