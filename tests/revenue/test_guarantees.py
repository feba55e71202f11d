"""Guarantees: filed, accepted, debited to their floor and no further, given back, adjusted, claimed, secured anew."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.revenue.firms import (
    AT,
    DAY,
    IMPORTER,
    OFFICER,
    OTHER,
    SYSTEM,
    TERMS,
    D,
    accepted,
    debit,
    filed,
    firm,
    graded,
    left,
    refused,
    trader,
)  # fmt: skip
from tests.seconded import shown_by_two

from tongguan.journal.models import Event
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.revenue.guarantees import actions, queries
from tongguan.revenue.models import Guarantee, Secured

pytestmark = pytest.mark.django_db


def again(row):
    row.refresh_from_db()
    return row


class TestFiling:
    def test_customs_have_five_working_days(self):
        row = filed()
        assert (row.state, row.decide_by) == ("filed", date(2026, 3, 9)) and left(row) == 0
        assert queries.to_decide() == [row]
        row = actions.accept(row.number, by=OFFICER, at=AT)
        assert (row.state, left(row)) == ("active", D("5000000")) and queries.to_decide() == []
        assert [one.what for one in Event.objects.filter(what__startswith="guarantee.").order_by("id")] == [
            "guarantee.drafted", "guarantee.filed", "guarantee.accepted",
        ]  # fmt: skip

    def test_what_is_refused_says_why_and_secures_nothing(self):
        row = actions.refuse(filed().number, reason="印章不清", by=OFFICER, at=AT)
        assert (row.state, row.remark) == ("refused", "印章不清")
        assert refused(debit, row, "1.00", "D1") == ["GUARANTEE_NOT_ACTIVE"]
        with pytest.raises(NotNow):
            actions.accept(row.number, by=OFFICER, at=AT)

    def test_GUARANTEE_KIND(self):
        assert refused(filed, kind="promise") == ["GUARANTEE_KIND"]

    @pytest.mark.parametrize(("kind", "scopes"), [("letter", []), ("letter", ["all"]), ("policy", ["elements"])])
    def test_GUARANTEE_USES(self, kind, scopes):
        assert refused(filed, kind=kind, scopes=scopes) == ["GUARANTEE_USES"]

    @pytest.mark.parametrize("total", ["0", "-1", "1.005", "NaN", "99999999999999"])
    def test_GUARANTEE_AMOUNT(self, total):
        assert refused(filed, total) == ["GUARANTEE_AMOUNT"]

    @pytest.mark.parametrize("last", [date(2025, 12, 31), date(2026, 3, 1)])
    def test_GUARANTEE_DAYS(self, last):
        assert refused(filed, valid_to=last) == ["GUARANTEE_DAYS"]

    def test_GUARANTEE_LETTER(self):
        assert refused(filed, guarantor=" ", document="") == ["GUARANTEE_LETTER"] * 2
        assert filed(kind="exemption", guarantor="", document="").state == "filed"

    def test_GUARANTEE_LONG(self):
        row = filed(valid_to=date(2026, 7, 2))
        assert refused(actions.accept, row.number, by=OFFICER, at=AT) == ["GUARANTEE_LONG"]
        assert actions.accept(row.number, extended=True, by=OFFICER, at=AT).state == "active"

    def test_a_large_one_is_accepted_by_two(self):
        most = law("revenue.guarantee_alone", on=DAY).value
        assert accepted(str(most), document="BH-8").state == "active"
        row = filed(str(most + D("0.01")), valid_to=date(2026, 7, 2))
        accept = partial(actions.accept, row.number, extended=True, words="额度相符", at=AT)
        shown_by_two(accept, lambda: Guarantee.objects.get(pk=row.pk).state, AT)
        assert left(row) == most + D("0.01")

    def test_who_may(self):
        row = filed()
        with pytest.raises(NotYours):
            actions.accept(row.number, by=trader(), at=AT)
        with pytest.raises(Guarantee.DoesNotExist):
            actions.take_back(row.number, by=trader(OTHER), at=AT)
        viewer = Actor("wu", "trader", firm().pk, abilities=frozenset({"see"}))
        with pytest.raises(NotYours):
            actions.draft("deposit", D(1), **TERMS, by=viewer, at=AT)
        assert actions.take_back(row.number, by=trader(), at=AT).state == "refused"


class TestSecuring:
    @pytest.mark.measure("M0-12.4", "M0-15.1", "M0-15.2")
    def test_the_handbooks_guarantee(self):
        """5,000,000: two debits fit, the third is refused; paying the first gives 2,700,000."""
        of = accepted()
        debit(of, "1200000", "D1")
        assert left(of) == D("3800000")
        debit(of, "2300000", "D2", scope="time_limit")
        assert left(of) == D("1500000")
        assert refused(debit, of, "1600000", "D3") == ["GUARANTEE_SHORT"]
        assert left(of) == D("1500000")
        actions.restore("D1", by=SYSTEM, at=AT)
        assert left(of) == D("2700000")

    def test_GUARANTEE_EXPIRED(self):
        """With quota left, the day after the last is too late, before and after the timer has been there."""
        of = accepted()
        assert debit(of, "1", "D1", on=of.valid_to).state == "open"
        late = of.valid_to + timedelta(days=1)
        assert refused(debit, of, "1", "D2", on=late) == ["GUARANTEE_EXPIRED"]
        assert actions.expire_due(of.valid_to, at=AT) == 0
        assert actions.expire_due(late, at=AT) == 1 and again(of).state == "expired"
        assert refused(debit, of, "1", "D2", on=late) == ["GUARANTEE_EXPIRED"]
        assert [one.reference for one in queries.to_claim(late)] == ["D1"]

    def test_GUARANTEE_UNKNOWN(self):
        of = accepted()
        of.number = "G2026999999999"
        assert refused(debit, of, "1", "D1") == ["GUARANTEE_UNKNOWN"]

    def test_GUARANTEE_NOT_ACTIVE(self):
        assert refused(debit, filed(), "1", "D1") == ["GUARANTEE_NOT_ACTIVE"]
        of = accepted()
        actions.suspend(of.number, reason="欠税", by=OFFICER, at=AT)
        assert refused(debit, of, "1", "D1") == ["GUARANTEE_NOT_ACTIVE"]
        actions.resume(of.number, by=OFFICER, at=AT)
        assert refused(debit, of, "1", "D1", on=of.valid_from - timedelta(days=1)) == ["GUARANTEE_NOT_ACTIVE"]

    def test_GUARANTEE_NOT_HOLDERS(self):
        assert refused(debit, accepted(), "1", "D1", holder=OTHER) == ["GUARANTEE_NOT_HOLDERS"]

    def test_GUARANTEE_SCOPE(self):
        assert refused(debit, accepted(), "1", "D1", scope="elements") == ["GUARANTEE_SCOPE"]

    def test_GUARANTEE_OTHER(self):
        one, two = accepted(), accepted(document="BH-2")
        debit(one, "10", "D1")
        assert refused(debit, two, "10", "D1") == ["GUARANTEE_OTHER"]
        assert refused(debit, one, "11", "D1") == ["GUARANTEE_OTHER"]

    def test_the_same_again_changes_nothing(self):
        of = accepted()
        first = debit(of, "10", "D1")
        assert debit(of, "10", "D1").pk == first.pk and left(of) == D("4999990")
        actions.restore("D1", by=SYSTEM, at=AT)
        actions.restore("D1", by=SYSTEM, at=AT)
        assert left(of) == D("5000000") and actions.restore("D9", by=SYSTEM, at=AT) is None
        assert debit(of, "12", "D1").turn == 2 and left(of) == D("4999988")

    def test_all_used_up_and_not_any_more(self):
        of = accepted("100")
        debit(of, "100", "D1")
        assert again(of).state == "exhausted" and refused(debit, of, "0.01", "D2") == ["GUARANTEE_SHORT"]
        actions.restore("D1", by=SYSTEM, at=AT)
        assert again(of).state == "active"

    def test_an_adjustment_is_all_or_nothing(self):
        of = accepted("100")
        debit(of, "40", "D1"), debit(of, "50", "D2")
        assert actions.adjust("D1", D(50), by=SYSTEM, at=AT).amount == 50 and left(of) == 0
        assert refused(actions.adjust, "D1", D("50.01"), by=SYSTEM, at=AT) == ["GUARANTEE_SHORT"]
        assert Secured.objects.get(reference="D1").amount == 50 and left(of) == 0
        assert actions.adjust("D1", D(40), by=SYSTEM, at=AT).state == "open" and left(of) == D(10)

    def test_GUARANTEE_ENTRY(self):
        assert refused(actions.adjust, "D1", D(1), by=SYSTEM, at=AT) == ["GUARANTEE_ENTRY"]
        assert refused(actions.claim, "D1", by=OFFICER, at=AT) == ["GUARANTEE_ENTRY"]

    def test_a_demand_lies_in_six_months_and_in_the_letter(self):
        of = accepted()
        debit(of, "30", "D1")
        row = actions.claim("D1", by=OFFICER, at=AT)
        assert (row.state, row.demand_until) == ("demanded", of.valid_to) and left(of) == D("4999970")
        assert actions.claim("D1", by=OFFICER, at=AT).pk == row.pk
        actions.restore("D1", by=SYSTEM, at=AT)
        assert left(of) == D("5000000")

    def test_a_deposit_is_turned_into_tax(self):
        of = accepted("100", "deposit", guarantor="", document="")
        debit(of, "30", "D1")
        assert actions.claim("D1", by=OFFICER, at=AT).state == "claimed"
        assert left(of) == D(70) and again(of).total == D(70)
        debit(of, "70", "D2"), actions.claim("D2", by=OFFICER, at=AT)
        assert again(of).state == "claimed" and left(of) == 0

    @pytest.mark.measure("M3-7.1")
    def test_GUARANTEE_GRADE(self):
        of = accepted()
        policy = accepted("100000", "policy", document="BX-1", scopes=["time_limit"])
        offer = {"kind": "exemption", "guarantor": "", "document": ""}
        assert refused(actions.draft, total=D("1"), **TERMS | offer, by=trader(), at=AT) == ["GUARANTEE_GRADE"]
        graded("dishonest", since=date(2026, 3, 1), basis="smuggling")
        assert refused(filed) == ["GUARANTEE_GRADE"]
        assert refused(filed, "1", "policy", scopes=["time_limit"]) == ["GUARANTEE_GRADE"]
        assert filed("1", scopes=["time_limit"]).state == "filed"
        assert refused(debit, of, "30", "D1") == ["GUARANTEE_GRADE"]
        assert refused(debit, policy, "30", "D2", scope="time_limit") == ["GUARANTEE_GRADE"]
        assert debit(of, "30", "D3", scope="time_limit").state == "open"

    def test_GUARANTEE_IN_USE(self):
        of = accepted()
        debit(of, "30", "D1")
        assert refused(actions.release, of.number, by=OFFICER, at=AT) == ["GUARANTEE_IN_USE"]
        actions.restore("D1", by=SYSTEM, at=AT)
        assert actions.release(of.number, by=OFFICER, at=AT).state == "released"


@pytest.mark.measure("M3-7.1")
def test_an_exemption_ends_with_the_grade_and_its_entries_are_secured_anew():
    """The grade is lost on 2026-05-10: nothing new, and tax of 800,000 to be secured by 05-22."""
    of = accepted("2000000", "exemption", guarantor="", document="")
    debit(of, "800000", "D1")
    [ended] = actions.end_exemption(IMPORTER, on=date(2026, 5, 10), reason="降级", by=OFFICER, at=AT)
    assert (ended.state, ended.resecure_by) == ("expired", date(2026, 5, 22))
    assert refused(debit, of, "1", "D2", on=date(2026, 5, 10)) == ["GUARANTEE_EXPIRED"]
    assert [one.reference for one in queries.to_secure_anew(to=OFFICER)] == ["D1"]
    short, letter = accepted("700000", document="BH-2"), accepted("900000", document="BH-3")
    assert refused(actions.resecure, "D1", short.number, by=SYSTEM, at=AT) == ["GUARANTEE_SHORT"]
    assert left(of) == D("1200000")
    actions.resecure("D1", letter.number, by=SYSTEM, at=AT)
    assert (left(of), left(letter), queries.to_secure_anew(to=OFFICER)) == (D("2000000"), D("100000"), [])
    with pytest.raises(NotYours):
        actions.end_exemption(IMPORTER, on=DAY, reason="", by=trader(), at=AT)


@given(st.lists(st.tuples(st.sampled_from("drca"), st.integers(0, 4), st.integers(0, 60)), max_size=14))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_never_passes_its_floor(steps):
    Secured.objects.all().delete()
    of = accepted("100")
    for verb, which, amount in steps:
        reference = f"{of.number}/{which}"
        try:
            if verb == "d":
                debit(of, str(amount), reference)
            elif verb == "r":
                actions.restore(reference, by=SYSTEM, at=AT)
            elif verb == "a":
                actions.adjust(reference, D(amount), by=SYSTEM, at=AT)
            else:
                actions.claim(reference, by=OFFICER, at=AT)
        except (Refused, NotNow):
            pass
        assert left(of) >= 0


@pytest.mark.django_db
class TestClocks:
    """Order 272 arts 67-69: five working days to decide, to release and to convert, six months to ask a guarantor."""

    def test_customs_release_within_five_working_days_of_being_asked(self):
        of = accepted()
        back = actions.ask_back(of.number, by=trader(), at=AT)
        assert (back.state, back.release_by) == ("suspended", date(2026, 3, 9))
        assert refused(debit, of, "1", "D1") == ["GUARANTEE_NOT_ACTIVE"]
        assert [one.number for one in queries.to_release()] == [of.number]
        assert actions.release(of.number, by=OFFICER, at=AT).state == "released" and queries.to_release() == []

    def test_what_is_in_use_is_not_asked_back_and_what_is_resumed_is_not_released(self):
        of = accepted()
        debit(of, "30", "D1")
        assert refused(actions.ask_back, of.number, by=trader(), at=AT) == ["GUARANTEE_IN_USE"]
        actions.restore("D1", by=SYSTEM, at=AT)
        actions.ask_back(of.number, by=trader(), at=AT)
        assert actions.resume(of.number, by=OFFICER, at=AT).release_by is None and queries.to_release() == []
        with pytest.raises(NotYours):
            actions.ask_back(of.number, by=OFFICER, at=AT)

    def test_after_expiry_it_is_released_within_five_working_days_of_the_payment(self):
        """It expires on 2026-06-30 and still secures; paid on Friday 07-03, released by 07-10."""
        of = accepted()
        debit(of, "30", "D1")
        over = AT + (date(2026, 7, 1) - DAY)
        assert actions.expire_due(date(2026, 7, 1), at=over) == 1
        assert again(of).release_by is None and [one.reference for one in queries.to_claim(date(2026, 7, 1))] == ["D1"]
        actions.restore("D1", by=SYSTEM, at=AT + (date(2026, 7, 3) - DAY))
        assert again(of).release_by == date(2026, 7, 10) and queries.to_release()[0].pk == of.pk

    def test_what_expires_unused_is_released_within_five_working_days(self):
        of = accepted()
        actions.expire_due(date(2026, 7, 1), at=AT + (date(2026, 7, 1) - DAY))
        assert again(of).release_by == date(2026, 7, 8)

    def test_a_deposit_is_converted_in_five_working_days_and_a_guarantor_asked_inside_his_letter(self):
        letter, deposit = accepted(), accepted("50", "deposit", guarantor="", document="")
        debit(letter, "30", "D1")
        debit(deposit, "30", "D2")
        days = queries.claim_days({"D1": date(2026, 3, 17), "D2": date(2026, 3, 17), "D3": date(2026, 3, 17)})
        assert days == {"D1": date(2026, 6, 30), "D2": date(2026, 3, 24)}
