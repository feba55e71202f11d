"""What customs propose to change: the party confirms it within its days, or an officer decides again; and suspicions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.declarations import made

from tongguan.declarations import actions, queries
from tongguan.holds.queries import standing
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours

D, AT = Decimal, made.AT
CHANGED = made.document(made.item(DeclPrice=D(11000), DeclTotal=D(110000)))


def reasons(row) -> set[str]:
    return {one.reason for one in standing(str(row))}


def proposed(row, kind: str = "amend", of=CHANGED, at=AT):
    return actions.propose(row.pk, kind, reason="发票金额不符", of=of, by=made.OFFICER, at=at)


@pytest.mark.measure("M0-12.2")
def test_what_customs_propose_changes_nothing_before_the_party_confirms(port):
    row = made.submitted()
    asked = proposed(row)
    assert (asked.state, asked.by_customs, asked.required) == ("proposed", True, False)
    assert asked.confirm_by.isoformat() == "2026-03-23"  # the fifth day, the 21st, is a Saturday
    assert made.again(row).version == 1 and "confirmation" in reasons(row)
    before = row.tax
    actions.confirm(asked.pk, by=made.broker(), at=AT + timedelta(days=1))
    row = made.again(row)
    assert row.version == 2 and row.tax > before and "confirmation" not in reasons(row)
    assert queries.document(row).items[0].DeclTotal == D(110000)
    assert made.events(row)[-4:-1] == ["declaration.confirmed", "declaration.amended", "declaration.assessed"]
    assert row.versions.get(version=2).role == "officer"


def test_only_its_declarant_confirms_and_only_customs_propose(port):
    row = made.submitted()
    with pytest.raises(NotYours):
        actions.propose(row.pk, "amend", reason="x", of=CHANGED, by=made.broker(), at=AT)
    asked = proposed(row)
    with pytest.raises(NotYours):
        actions.confirm(asked.pk, by=made.OFFICER, at=AT)
    with pytest.raises(type(row).DoesNotExist):
        actions.confirm(asked.pk, by=made.trader(), at=AT)


def test_what_is_not_confirmed_in_time_escalates_and_the_goods_wait(port):
    row = made.submitted()
    asked = proposed(row)
    made.pay(row)
    actions.settle(row.pk, at=AT)
    made.passed(row)
    assert made.again(row).state == "accepted", "the proposal keeps the goods"
    assert actions.lapse(at=made.moment("2026-03-23", 23)) == 0
    late = made.moment("2026-03-24", 1)
    assert actions.lapse(at=late) == 1 and actions.lapse(at=late) == 0
    assert made.again(asked).state == "lapsed" and "confirmation" in reasons(row)
    actions.recall(asked.pk, by=made.OFFICER, at=late)
    assert made.again(asked).state == "cancelled" and made.again(row).state == "released"


def test_late_is_better_than_never(port):
    row = made.submitted()
    asked = proposed(row)
    actions.lapse(at=made.moment("2026-03-25"))
    actions.confirm(asked.pk, by=made.broker(), at=made.moment("2026-03-25"))
    assert made.again(row).version == 2


def test_a_declined_proposal_goes_back_to_the_officer_who_may_propose_again(port):
    row = made.submitted()
    asked = proposed(row)
    assert made.refused(actions.decline, asked.pk, answer=" ", by=made.broker(), at=AT) == [("DEC_REASON", "reason")]
    actions.decline(asked.pk, answer="发票金额无误", by=made.broker(), at=AT)
    assert made.again(asked).state == "declined" and "confirmation" in reasons(row)
    with pytest.raises(NotNow):
        actions.confirm(asked.pk, by=made.broker(), at=AT)
    again = proposed(row, of=made.document(made.item(GName="机器零件")))
    assert made.again(asked).state == "cancelled" and again.state == "proposed" and "confirmation" in reasons(row)


def test_customs_propose_a_withdrawal_and_a_new_clock_runs_from_it(port):
    row = made.submitted()
    asked = proposed(row, "withdraw", None)
    actions.confirm(asked.pk, by=made.broker(), at=AT)
    row = made.again(row)
    assert (row.state, row.clock_from) == ("withdrawn", AT.date())
    assert made.again(asked).required and not reasons(row) & {"confirmation", "selection"}
    assert all(not balance for name, balance in made.balances().items() if name.startswith("guarantee"))


def test_a_proposal_says_why_changes_something_and_is_right(port):
    row = made.submitted()

    def propose(of, reason="x"):
        return made.refused(actions.propose, row.pk, "amend", reason=reason, of=of, by=made.OFFICER, at=AT)

    assert propose(CHANGED, " ") == [("DEC_REASON", "reason")]
    same = queries.document(row)
    assert ("DEC_UNCHANGED", "") in propose(same)
    assert ("DEC_FIXED", "CustomMaster") in propose(made.changed(CHANGED, CustomMaster="0101"))
    assert [code for code, _ in propose(made.changed(CHANGED, NetWt=D(2000)))] == ["DEC_NET_OVER_GROSS"]
    proposed(row)
    assert ("DEC_REQUEST_OPEN", "") in propose(CHANGED)
    assert made.refused(made.ask, row, of=CHANGED) == [("DEC_REQUEST_OPEN", "")]


def test_a_party_does_not_ask_on_the_grounds_of_customs(port):
    row = made.submitted()
    assert ("DEC_GROUNDS", "grounds") in made.refused(made.ask, row, of=CHANGED, grounds="customs")


@pytest.mark.measure("M0-12.2")
@pytest.mark.parametrize("how", ["inspection", "suspicion"])
def test_nothing_is_changed_while_an_inspection_or_a_suspicion_is_open(window, how):
    made.ship(made.BILL, "COSU600102")
    row, earlier = made.submitted(), made.submitted(made.document(BillNo="COSU600102"))
    pending = [made.ask(earlier, of=made.changed(CHANGED, BillNo="COSU600102")), proposed(row)]
    for one in (row, earlier):
        if how == "inspection":
            actions.select(one.pk, "inspect", by=made.OFFICER, at=AT)
        else:
            actions.suspect(one.pk, reason="线索移交", by=made.OFFICER, at=AT)
    held = [("DEC_CHANGE_HELD", "")]
    assert made.refused(actions.grant, pending[0].pk, by=made.OFFICER, at=AT) == held
    assert made.refused(actions.confirm, pending[1].pk, by=made.broker(), at=AT) == held
    actions.cancel(pending[0].pk, by=made.broker(), at=AT)
    actions.recall(pending[1].pk, by=made.OFFICER, at=AT)
    assert made.refused(made.ask, earlier, of=made.changed(CHANGED, BillNo="COSU600102")) == held
    assert made.refused(made.ask, earlier, "withdraw") == held
    assert made.refused(actions.propose, row.pk, "amend", reason="x", of=CHANGED, by=made.OFFICER, at=AT) == held
    if how == "inspection":
        actions.select(row.pk, "clear", by=made.OFFICER, at=AT)
    else:
        actions.unsuspect(row.pk, by=made.OFFICER, at=AT)
    assert proposed(row).state == "proposed"


def test_a_suspicion_keeps_the_goods_until_it_ends(port):
    row = made.submitted()
    with pytest.raises(NotYours):
        actions.suspect(row.pk, reason="x", by=made.broker(), at=AT)
    assert made.refused(actions.suspect, row.pk, reason="", by=made.OFFICER, at=AT) == [("DEC_REASON", "reason")]
    with pytest.raises(Refused):
        actions.unsuspect(row.pk, by=made.OFFICER, at=AT)
    actions.suspect(row.pk, reason="线索", by=made.OFFICER, at=AT)
    made.pay(row)
    made.passed(row)
    actions.settle(row.pk, at=AT)
    assert made.again(row).state == "accepted"
    actions.unsuspect(row.pk, by=made.OFFICER, at=AT)
    assert made.again(row).state == "released"
