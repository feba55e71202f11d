"""The second step: what it may not contradict, when it may come, what lateness costs, and what becomes of a summary else."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import OFFICER, D, again, ask, broker, changed, events, item, moment, refused
from tests.declarations.stepping import (
    DAY,
    entered,
    judged,
    lifted,
    lodged,
    summary,
    whole,
)
from tests.ecommerce.test_races import at_once

from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration
from tongguan.declarations.two_steps import queries as steps
from tongguan.declarations.two_steps.actions import defaults
from tongguan.formats import dec
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.ledgers.queries import check_all
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.models import Secured

IN_TIME = moment("2026-03-16", 15)


def completed(row, of=None, at=IN_TIME):
    return actions.complete(row.pk, of or whole(), by=broker(), at=at)


@pytest.mark.parametrize("field, value", [
    ("TradeCoScc", made.AGENT), ("BillNo", "COSU600102"), ("TradeMode", "0300"), ("IEFlag", "E"), ("CustomMaster", "0201"),
])  # fmt: skip
def test_what_the_summary_said_is_not_contradicted(at_sea, bond, field, value):
    row = lifted(at_sea, bond)
    found = refused(completed, row, whole(**{field: value}))
    assert ("DEC_STEP_CONTRADICTS", field) in found
    row = again(row)
    assert (row.state, row.version) == ("lifted", 1), "the summary stands"
    assert ("DEC_STEP_CONTRADICTS", field) in [(one["code"], one["pointer"]) for one in steps.of(row).findings]
    assert again(bond).left == D("5000000") - D("164801.12")


def test_everything_else_may_be_corrected(at_sea, bond):
    """Goods, quantity, price, weight: the guarantee follows what is owed then."""
    row = lifted(at_sea, bond)
    goods = item(GQty=D(20), DeclTotal=D(200000), GName="另一种机器")
    row = completed(row, whole(items=[goods], GrossWet=D(990), NetWt=D(890)))
    assert row.tax > D("164801.12") and Secured.objects.get(reference=str(row)).amount == row.tax
    assert [one.version for one in queries.versions(row)] == [1, 2]
    assert queries.document(row, 1).items[0].CodeTS == made.GCODE[:6] and dec.step(queries.document(row)) == "6"


def test_a_guarantee_that_is_short_leaves_the_summary_as_it_was(at_sea, window):
    small = made.guarantee("170000")
    row = lifted(at_sea, small)
    found = refused(completed, row, whole(items=[item(GQty=D(20), DeclTotal=D(200000))]))
    assert found == [("GUARANTEE_SHORT", "guarantee")]
    assert (again(row).state, again(small).left) == ("lifted", D("170000") - D("164801.12"))
    assert list(check_all()) == []


def test_it_comes_after_the_goods_may_leave_and_once(at_sea, bond):
    row = lodged(number=bond.number)
    with pytest.raises(NotNow):
        completed(row)
    actions.select(row.pk, "pass", by=OFFICER, at=DAY)
    entered(at_sea, moment("2026-03-02", 8))
    completed(row)
    with pytest.raises(NotNow):
        completed(row)


def test_it_is_written_bit_by_bit_and_lodged_from_there(at_sea, bond):
    row = lifted(at_sea, bond)
    assert steps.completion(row).Type == "CL6   " and steps.completion(row).GoodsPlace is None
    assert ("DEC_REQUIRED_TO_SAVE", "TradeAreaCode") in refused(
        actions.save_complete, row.pk, steps.completion(row), by=broker(), at=IN_TIME
    )
    actions.save_complete(row.pk, whole(GoodsPlace=None), by=broker(), at=IN_TIME)
    assert (again(row).state, again(row).version) == ("lifted", 1)
    assert refused(completed_as_saved, row) == [("DEC_REQUIRED_TO_DECLARE", "GoodsPlace")]
    actions.save_complete(row.pk, whole(), by=broker(), at=IN_TIME)
    assert completed_as_saved(row).version == 2
    assert steps.of(row).sealed is None


def completed_as_saved(row):
    return actions.complete(row.pk, by=broker(), at=IN_TIME)


def test_before_that_it_is_turned_into_one_step(at_sea, bond):
    """The days are those of any declaration in advance; nothing is late, and nothing counts."""
    row = lodged(number=bond.number)
    row = actions.make_whole(row.pk, whole(), by=broker(), at=moment("2026-03-01", 15))
    assert (row.state, row.mode, row.late_fee, row.version) == ("accepted", "advance", 0, 2)
    assert dec.step(queries.document(row)) == "0" and steps.of(row).whole_at is not None


def test_goods_that_left_are_not_turned_into_one_step(at_sea, bond):
    row = lifted(at_sea, bond)
    with pytest.raises(NotNow):
        actions.make_whole(row.pk, whole(), by=broker(), at=IN_TIME)


def test_a_draft_goes_over_and_back(at_sea, bond):
    row = made.draft(made.document(), settlement="guarantee", guarantee=bond.number, at=DAY)
    row = actions.turn(row.pk, by=broker(), at=DAY)
    assert (row.mode, queries.document(row).Type) == ("two_step", "  5   ")
    row = actions.turn(row.pk, by=broker(), at=DAY)
    assert (row.mode, queries.document(row).Type) == ("ordinary", "  0   ")


def test_a_summary_is_withdrawn_before_its_goods_leave_and_not_after(at_sea, bond):
    row = lodged(number=bond.number)
    actions.grant(ask(row, "withdraw", at=DAY).pk, by=OFFICER, at=DAY)
    assert (again(row).state, again(bond).left) == ("withdrawn", D("5000000"))
    later = lifted(at_sea, bond)
    with pytest.raises(NotNow):
        ask(later, "withdraw", at=IN_TIME)


def test_a_summary_is_amended_with_its_estimate(at_sea, bond):
    row = lodged(number=bond.number)
    goods = changed(summary().items[0], DeclTotal=D(200000))
    actions.grant(ask(row, of=summary(items=[goods], Type="CL5   "), at=DAY).pk, by=OFFICER, at=DAY)
    row, step = again(row), steps.of(row)
    assert (row.state, row.version) == ("summary", 2) and step.estimate > D("300000")
    assert again(bond).left == D("5000000") - step.estimate


def test_an_open_request_waits_for_its_answer(at_sea, bond):
    row = lifted(at_sea, bond)
    ask(row, of=changed(queries.document(row), GrossWet=D(999)), at=moment("2026-03-03"))
    assert refused(completed, row) == [("DEC_STEP_REQUEST_OPEN", "")]


def proposed(row, kind="amend", of=None, at=DAY):
    return actions.propose(row.pk, kind, reason="发票金额不符", of=of, by=OFFICER, at=at)


def test_customs_propose_to_amend_a_summary_and_its_goods_wait(at_sea, bond):
    row = lodged(number=bond.number)
    goods = changed(summary().items[0], DeclTotal=D(200000))
    asked = proposed(row, of=summary(items=[goods], Type="CL5   "))
    actions.select(row.pk, "pass", by=OFFICER, at=DAY)
    entered(at_sea, moment("2026-03-02", 8))
    assert again(row).state == "summary", "the proposal keeps the goods in the port"
    actions.confirm(asked.pk, by=broker(), at=moment("2026-03-02", 9))
    row, step = again(row), steps.of(row)
    assert (row.state, row.version) == ("lifted", 2) and step.estimate > D("300000")
    assert again(bond).left == D("5000000") - step.estimate and list(check_all()) == []


def test_a_proposal_is_answered_before_the_complete_declaration(at_sea, bond):
    row = lifted(at_sea, bond)
    asked = proposed(row, of=changed(queries.document(row), GrossWet=D(999)), at=moment("2026-03-03"))
    assert refused(completed, row) == [("DEC_STEP_REQUEST_OPEN", "")]
    actions.decline(asked.pk, answer="发票无误", by=broker(), at=moment("2026-03-04"))
    assert completed(row).version == 2
    actions.recall(asked.pk, by=OFFICER, at=IN_TIME)
    assert again(asked).state == "cancelled"


def test_customs_propose_to_withdraw_a_summary_whose_goods_are_there_and_no_other(at_sea, bond):
    row = lodged(number=bond.number)
    actions.confirm(proposed(row, "withdraw").pk, by=broker(), at=DAY)
    assert (again(row).state, again(bond).left) == ("withdrawn", D("5000000"))
    with pytest.raises(NotNow):
        proposed(lifted(at_sea, bond), "withdraw", at=IN_TIME)


def test_lateness_is_noted_by_the_timer_and_excused_by_customs(at_sea, bond):
    row = lifted(at_sea, bond)
    assert defaults.note_all_late(date(2026, 3, 16), at=IN_TIME) == 0
    assert defaults.note_all_late(date(2026, 3, 17), at=moment("2026-03-17")) == 1
    assert defaults.note_all_late(date(2026, 3, 18), at=moment("2026-03-18")) == 0
    assert steps.defaults([row.trader_id], date(2026, 3, 18)) == {row.trader_id: 1}
    with pytest.raises(NotYours):
        actions.excuse(row.pk, "系统故障", by=broker(), at=moment("2026-03-18"))
    assert refused(actions.excuse, row.pk, " ", by=OFFICER, at=moment("2026-03-18")) == [("DEC_STEP_EXCUSE", "reason")]
    actions.excuse(row.pk, "系统故障", by=OFFICER, at=moment("2026-03-18"))
    assert steps.defaults([row.trader_id], date(2026, 3, 18)) == {row.trader_id: 0}
    assert events(row).count("declaration.two_step_late") == 1


def test_who_is_late_too_often_declares_in_one_step(at_sea, bond, monkeypatch):
    monkeypatch.setattr(steps, "defaults", lambda firms, on: dict.fromkeys(firms, 3))
    assert ("DEC_STEP_DEFAULTS", "TradeCoScc") in judged(number=bond.number)


def test_a_dishonest_firm_declares_in_one_step(at_sea, bond):
    """S10: a regular firm still may; a dishonest one may not."""
    from tongguan.credit.actions.grading import set_grade

    lodged(number=bond.number)
    made.ship("COSU600103", entry=None, arrived=None, vehicle="9321483", expected_at=moment("2026-03-02", 14))
    set_grade(made.TRADER, "dishonest", since=date(2026, 2, 1), basis="crime", words="走私犯罪", by=SYSTEM, at=DAY)
    assert ("DEC_STEP_BARRED", "TradeCoScc") in judged(summary(BillNo="COSU600103"), number=bond.number)


@pytest.mark.measure("M3-3.1")
@pytest.mark.parametrize("more, kind", [({"WrapType": "00"}, "WrapType"), ({"DeclTrnRel": "1"}, "DeclTrnRel")])
def test_bulk_and_transit_goods_since_the_announcement(window, more, kind):
    """京津联合公告第8号, 2021-02-04: before, general goods only."""
    made.parities("2020-12-16", "2021-01-20")
    of = made.guarantee("5000000")
    at = moment("2021-01-20")
    made.ship(entry=None, arrived=None, expected_at=moment("2021-02-10", 14))
    assert ("DEC_STEP_SCOPE", kind) in judged(summary(**more), at=at, number=of.number)
    found = judged(summary(**more), at=moment("2021-02-04"), number=of.number)
    assert "DEC_STEP_SCOPE" not in [code for code, _ in found]


def test_a_message_of_each_step_is_taken_in(at_sea, bond):
    """Type 5 is a draft in two steps; type 6 goes to the summary whose number it names."""
    from tongguan.declarations.two_steps.queries import typed

    data = dec.write(typed(summary(), "5"))
    row = actions.import_draft(data, guarantee=bond.number, by=broker(), at=DAY)
    assert (row.mode, row.settlement) == ("two_step", "guarantee")
    row = actions.submit(row.pk, by=broker(), at=DAY)
    actions.select(row.pk, "pass", by=OFFICER, at=DAY)
    entered(at_sea, moment("2026-03-02", 8))
    of = changed(whole(), Type="CL6   ", EntryId=row.number, items=[item(GNo=1)], **KEYED)
    same = actions.import_draft(dec.write(of), by=broker(), at=IN_TIME)
    assert same.pk == row.pk and steps.of(row).sealed is not None
    assert completed_as_saved(row).version == 2
    lost = changed(of, EntryId="020220261000009999")
    assert refused(actions.import_draft, dec.write(lost), by=broker(), at=IN_TIME) == [
        ("DEC_STEP_NO_SUMMARY", "EntryId")
    ]


KEYED = {"CopCode": "123456789", "CopName": "某公司", "InputerName": "王", "TypistNo": "1", "DeclareName": "王"}


@pytest.mark.parametrize("step", [
    "cargo.actions.match", "revenue.guarantees.actions.debit", "holds.actions.place_many",
])  # fmt: skip
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_of_the_summary_leaves_all_or_nothing(at_sea, bond, monkeypatch, step, after):
    _crashes(monkeypatch, step, after, lambda: lodged(number=bond.number), "draft")
    assert again(bond).left == D("5000000")


@pytest.mark.parametrize("step", ["revenue.guarantees.actions.adjust", "revenue.payments.months.actions.collect"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_of_the_complete_declaration_leaves_all_or_nothing(at_sea, bond, monkeypatch, step, after):
    row = lifted(at_sea, bond)
    made.enter(at_sea, None, "2026-03-02")
    _crashes(
        monkeypatch, step, after, lambda: completed(row, whole(items=[item(GQty=D(11), DeclTotal=D(110000))])), "lifted"
    )
    assert again(bond).left == D("5000000") - D("164801.12")


def _crashes(monkeypatch, step, after, call, state):
    module, _, name = step.rpartition(".")
    real = getattr(__import__(f"tongguan.{module}", fromlist=[name]), name)

    def crash(*args, **named):
        if after:
            real(*args, **named)
        raise RuntimeError

    monkeypatch.setattr(f"tongguan.{step}", crash)
    with pytest.raises(RuntimeError):
        call()
    assert [(one.state, one.version) for one in Declaration.objects.all()] == [(state, 1)]
    assert list(check_all()) == []


@pytest.mark.django_db(transaction=True)
def test_two_completions_at_once_are_one(transactional_db, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24")
    ship = made.ship(entry=None, arrived=None, expected_at=moment("2026-03-02", 14))
    bond = made.guarantee("5000000")
    row = lifted(ship, bond)
    who = broker()

    def tried(_):
        try:
            actions.complete(row.pk, whole(), by=who, at=IN_TIME)
        except (NotNow, Refused) as why:
            return why.code
        return "done"

    assert sorted(at_once(tried, range(6), threads=6)) == ["NOT_NOW"] * 5 + ["done"]
    assert again(row).version == 2 and again(bond).left == D("5000000") - again(row).tax
    assert list(check_all()) == []


def test_a_summary_is_not_submitted_among_many(at_sea, bond):
    row = actions.save(summary(), mode="two_step", settlement="guarantee", guarantee=bond.number, by=broker(), at=DAY)
    with pytest.raises(NotNow):
        actions.submit_many([row.pk], by=broker(), at=DAY)
