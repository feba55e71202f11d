"""What chance has drawn: the hold, the officer's three answers, and the day without a key."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all, told

from tongguan.ecommerce.actions import draw_for_held, pass_check, refuse, suspend
from tongguan.ecommerce.intake import judge as judge_module
from tongguan.ecommerce.intake.limiting.allowance import allowance_account
from tongguan.ecommerce.models import Inventory, Order
from tongguan.holds.actions import lift_of, place
from tongguan.holds.queries import standing
from tongguan.inspections.draws import ensure_keys, reveal
from tongguan.inspections.models import Check
from tongguan.inspections.queries import published
from tongguan.inspections.verification import verify
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.ledgers.models import Account
from tongguan.parties.actions import admit
from tongguan.parties.actions.seconding import alone_or_propose, confirm_act

LATER = AT + timedelta(hours=2)


@pytest.fixture
def drawn(window, everybody_drawn, parcel) -> Inventory:
    """A parcel that was drawn for a check."""
    outcome = file_all(parcel)
    assert [node.status for node in outcome.nodes] == ["500"]
    return Inventory.objects.get()


def answers(row: Inventory) -> list[str]:
    return [one.status for one in told(subject=str(row))]


def used(row: Inventory) -> Decimal:
    return -Account.objects.get(name=allowance_account(row.buyer_match, 2026)).balance


def test_a_drawn_parcel_is_held_with_owner_reason_and_promise(drawn):
    assert (drawn.state, drawn.released_at) == ("check", None)
    [hold] = standing(drawn.version_subject)
    assert (hold.reason, hold.owner, hold.promised) == ("inspection", "officer", AT + timedelta(hours=24))
    assert "release" in hold.stops


def test_pass(drawn):
    row = pass_check(drawn.invt_no, by=OFFICER, at=LATER)
    assert (row.state, row.released_at) == ("released", LATER)
    assert answers(row) == ["2", "120", "500", "399", "800"]
    assert standing(row.version_subject) == []


def test_suspend_then_pass(drawn):
    suspend(drawn.invt_no, by=OFFICER, at=LATER, reason="等待成分说明")
    assert standing(drawn.version_subject)
    with pytest.raises(Refused, match="SECOND_NEEDED"):
        pass_check(drawn.invt_no, by=OFFICER, at=LATER)
    assert standing(drawn.version_subject) and Check.objects.get().state == "suspended"
    first, second = (Actor(name, "officer") for name in ("first", "second"))
    for one in (first, second):
        admit(one.name, one.name, "x", [("officer", None)], by=OPERATOR, at=AT)
    row = alone_or_propose(
        lambda: pass_check(drawn.invt_no, by=first, at=LATER), "成分说明已到", "/", by=first, at=LATER
    )
    confirm_act(row.pk, by=second, at=LATER + timedelta(hours=1))
    assert answers(drawn) == ["2", "120", "500", "600", "399", "800"]
    assert "等待成分说明" in told("600")[0].info


def test_refuse_gives_the_allowance_back_and_frees_the_documents(drawn, parcel):
    assert used(drawn) == drawn.customs_value
    row = refuse(drawn.invt_no, by=OFFICER, at=LATER, reason="实货与申报不符")
    assert (row.state, row.status, used(row)) == ("refused", "100", 0)
    assert Order.objects.get().state == "filed"
    assert row.items.count() == 0
    mended = parcel.changed("inventory", appType="2")
    assert [n.status for n in file("inventory", mended.inventory, at=LATER).nodes] == ["500"]
    again = Inventory.objects.get()
    assert again.version == 2 and used(again) == again.customs_value
    assert pass_check(again.invt_no, by=OFFICER, at=LATER).state == "released"


@pytest.mark.parametrize("act", [suspend, refuse])
def test_a_reason_must_be_given(act, drawn):
    with pytest.raises(Refused, match="REASON_MISSING"):
        act(drawn.invt_no, by=OFFICER, at=LATER, reason="  ")
    assert Inventory.objects.get().state == "check"


def test_only_an_officer_decides_and_only_once(drawn):
    with pytest.raises(NotYours):
        pass_check(drawn.invt_no, by=OPERATOR, at=LATER)
    pass_check(drawn.invt_no, by=OFFICER, at=LATER)
    for act in (pass_check, suspend, refuse):
        with pytest.raises(NotNow):
            act(drawn.invt_no, by=OFFICER, at=LATER, reason="again")


def test_STILL_HELD(drawn):
    """A hold for another reason stops the release, and leaves the check as it was."""
    place(drawn.version_subject, "documents", owner="officer", stops=["release"], by=OFFICER, at=AT)
    with pytest.raises(Refused, match="STILL_HELD"):
        pass_check(drawn.invt_no, by=OFFICER, at=LATER)
    assert Check.objects.get().state == "drawn"
    lift_of(drawn.version_subject, "documents", "settled", by=OFFICER, at=LATER)
    assert pass_check(drawn.invt_no, by=OFFICER, at=LATER).state == "released"


def test_what_another_authority_holds_is_not_released_by_chance(window, nobody_drawn, parcel, monkeypatch):
    """A hold placed in the moment of acceptance stops the release; when it is lifted the parcel goes on by itself."""
    placed = judge_module.draw

    def held_first(batch, accepted):
        for c in accepted:
            place(c.row.version_subject, "documents", owner="officer", stops=["release"], by=OFFICER, at=AT)
        placed(batch, accepted)

    monkeypatch.setattr(judge_module, "draw", held_first)
    assert [n.status for n in file_all(parcel).nodes] == ["120"]
    row = Inventory.objects.get()
    assert draw_for_held(at=LATER) == 0
    lift_of(row.version_subject, "documents", "settled", by=OFFICER, at=LATER)
    assert draw_for_held(at=LATER) == 1
    row.refresh_from_db()
    assert row.state == "released"


def test_without_the_days_key_nothing_passes_and_everything_goes_on_when_it_is_there(window, nobody_drawn, parcel):
    tomorrow = AT + timedelta(days=5)
    assert [n.status for n in file_all(parcel, at=tomorrow).nodes] == ["120"]
    row = Inventory.objects.get()
    assert row.state == "selection"
    assert [hold.reason for hold in standing(row.version_subject)] == ["selection"]
    assert draw_for_held(at=tomorrow) == 0
    ensure_keys(tomorrow.date(), by=OPERATOR, at=tomorrow)
    assert draw_for_held(at=tomorrow) == 1
    row.refresh_from_db()
    assert (row.state, answers(row)) == ("released", ["2", "120", "399", "800"])
    assert standing(row.version_subject) == []
    assert draw_for_held(at=tomorrow) == 0


@pytest.mark.measure("M2-I-4.1")
def test_the_draw_can_be_repeated_by_anybody_once_its_key_is_public(drawn):
    check = Check.objects.get()
    reveal(AT.date(), by=OPERATOR, at=AT + timedelta(days=1))
    record = published(AT.date(), [drawn.version_subject], share=check.share)
    assert verify(record).holds
