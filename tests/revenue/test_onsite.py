"""Supervision on the premises instead of a guarantee: nothing is given while it lasts; what is missing then falls due."""

from __future__ import annotations

from functools import partial

import pytest
from tests.revenue.firms import AT, DAY, OFFICER, D, accepted, debit, left, refused, trader
from tests.seconded import shown_by_two

from tongguan.kernel.law import law
from tongguan.kernel.states import NotNow, NotYours
from tongguan.revenue.guarantees import actions
from tongguan.revenue.guarantees.queries import to_claim
from tongguan.revenue.models import Guarantee, Secured

pytestmark = pytest.mark.django_db


def venue(total: str = "9000000") -> Guarantee:
    return accepted(total, "onsite", scopes=["exhibits"], guarantor="某美术馆", document="ZC-1")


def piece(of: Guarantee, name: str = "12", amount: str = "1200000", by=OFFICER) -> Secured:
    return actions.secure_piece(of.number, name, D(amount), by=by, at=AT)


def again(of: Guarantee) -> Guarantee:
    return Guarantee.objects.select_related("account").get(pk=of.pk)


@pytest.mark.measure("M0-26.1")
def test_nothing_is_given_while_officers_are_there_and_what_is_missing_falls_due():
    of = venue()
    piece(of)
    piece(of, "13", "800000")
    assert (again(of).demanded, again(of).used, left(of)) == (0, D("2000000"), D("7000000"))
    actions.account_for(of.number, "12", "复运出境报关单 1", by=OFFICER, at=AT)
    done = actions.end_onsite(of.number, reason="展览结束", by=OFFICER, at=AT)
    assert (done.state, done.resecure_by, again(of).demanded) == ("expired", DAY, D("800000"))
    assert Secured.objects.get(reference__endswith="/13").state == "demanded"
    actions.account_for(of.number, "13", "补税缴款书 1", by=OFFICER, at=AT)
    assert (again(of).demanded, left(of)) == (0, D("9000000"))
    assert actions.release(of.number, by=OFFICER, at=AT).state == "released" and to_claim(DAY) == []


@pytest.mark.measure("M0-26.1")
def test_when_everything_is_accounted_for_nothing_falls_due():
    of = venue()
    piece(of)
    assert actions.account_for(of.number, " 12 ", "1", by=OFFICER, at=AT) is not None
    assert actions.account_for(of.number, "12", "1", by=OFFICER, at=AT) is None
    assert actions.end_onsite(of.number, by=OFFICER, at=AT).state == "released"
    with pytest.raises(NotNow):
        actions.end_onsite(of.number, by=OFFICER, at=AT)


def test_what_is_wrong():
    of, letter = venue("1000000"), accepted()
    assert refused(piece, letter) == ["GUARANTEE_NOT_ONSITE"]
    assert refused(actions.end_onsite, letter.number, by=OFFICER, at=AT) == ["GUARANTEE_NOT_ONSITE"]
    for name, amount in ((" ", "1"), ("x" * 21, "1"), ("a/b", "1"), ("1", "0"), ("1", "1.001"), ("1", "NaN")):
        assert refused(piece, of, name, amount) == ["GUARANTEE_PIECE"]
    assert refused(piece, of, "1", "1000000.01") == ["GUARANTEE_SHORT"]
    piece(of, "1", "1")
    assert refused(actions.account_for, of.number, "1", " ", by=OFFICER, at=AT) == ["GUARANTEE_SHOWN"]
    assert refused(actions.account_for, of.number, "2", "x", by=OFFICER, at=AT) == ["GUARANTEE_PIECE"]
    assert refused(debit, of, "1", "declaration/1", scope="time_limit") == ["GUARANTEE_SCOPE"]
    with pytest.raises(NotYours):
        piece(of, by=trader())
    assert refused(accepted, "1", "onsite", scopes=["exhibits"], guarantor="", document="1") == ["GUARANTEE_LETTER"]
    assert refused(accepted, "1", "onsite", scopes=["time_limit"]) == ["GUARANTEE_USES"]


def test_more_than_one_officer_may_claim_falls_due_by_two():
    of = venue()
    piece(of, amount=str(law("revenue.guarantee_claim_alone", on=DAY).value + 1))
    end = partial(actions.end_onsite, of.number, reason="展览结束", at=AT)
    shown_by_two(end, lambda: (again(of).state, again(of).demanded), AT)
    assert again(of).state == "expired" and again(of).demanded > 0
