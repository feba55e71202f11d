"""Each bad input of the money has a code of its own, a field, and words in both languages: one table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.revenue.firms import AT, DAY, IMPORTER, OPERATOR, OTHER, SYSTEM, D, accepted, debit, filed, graded, trader

from tongguan.exchange.actions import let_bank
from tongguan.kernel.rules import RULES, Finding, Refused
from tongguan.revenue.payments import actions
from tongguan.revenue.payments.months.actions import collect, turn
from tongguan.revenue.payments.refusals import refusal
from tongguan.revenue.ports import REASONS

DUE = date(2026, 3, 17)


def _bill(reference: str = "D1"):
    trader()
    return actions.bill(reference, payer=IMPORTER, kinds={"duty": D(100)}, due=DUE, by=SYSTEM, at=AT)


def _pay(row, **how):
    return actions.pay(row.number, by=trader(), at=AT, **how)


def _after_expiry():
    debit(accepted(), "1", "D1", on=date(2026, 7, 1))


def _of_another():
    trader(OTHER)
    debit(accepted(), "1", "D1", holder=OTHER)


def _beyond_the_quota():
    debit(accepted("100"), "100.01", "D1")


def _not_accepted():
    debit(filed(), "1", "D1")


def _not_begun():
    debit(accepted(valid_from=DAY + timedelta(days=1)), "1", "D1")


def _for_another_use():
    debit(accepted(), "1", "D1", scope="elements")


def _another_secures_it():
    debit(accepted(), "1", "D1")
    debit(accepted(), "1", "D1")


def _of_a_dishonest_firm():
    trader()
    graded("dishonest", since=date(2026, 3, 1), basis="smuggling")
    filed()


def _by_a_firm_that_lost_its_grade():
    of = accepted("100", "exemption", guarantor="", document="")
    graded("other", since=DAY, basis="other")
    debit(of, "1", "D1")


def _twice():
    row = _bill()
    _pay(row)
    _pay(row)


def _of_another_amount():
    _pay(_bill(), believed=D(99))


def _withdrawn():
    row = _bill()
    actions.cancel("D1", by=SYSTEM, at=AT)
    _pay(row)


def _of_a_kind_that_is_none():
    trader()
    actions.bill("D1", payer=IMPORTER, kinds={"tip": D(1)}, due=DUE, by=SYSTEM, at=AT)


def _below_nothing():
    trader()
    actions.bill("D1", payer=IMPORTER, kinds={"duty": D(-1)}, due=DUE, by=SYSTEM, at=AT)


def _collected(kinds, on=DAY, reference="D1"):
    trader()
    return collect(reference, IMPORTER, "G1", kinds, on=on, by=SYSTEM, at=AT)


def _a_fee_with_the_month():
    _collected({"late_fee": D(1)})


def _while_a_month_is_in_arrears():
    row = _collected({"duty": D(1)}).bill
    turn(date(2026, 4, 1), at=AT)
    actions.lapse_due(date(2026, 4, 9), at=AT)
    assert row.pk
    _collected({"duty": D(1)}, date(2026, 4, 9), "D2")


def _bank_says(reason: str) -> Callable[[], None]:
    def said() -> None:
        let_bank("refuse", reason=reason, by=OPERATOR, at=AT)
        found = refusal(_pay(_bill()))
        assert found is not None
        raise Refused([found])

    return said


BAD: list[tuple[str, Callable[[], None], str, str]] = [
    ("debit after expiry", _after_expiry, "GUARANTEE_EXPIRED", "guarantee"),
    ("debit of another firm's guarantee", _of_another, "GUARANTEE_NOT_HOLDERS", "guarantee"),
    ("debit beyond the quota", _beyond_the_quota, "GUARANTEE_SHORT", "guarantee"),
    ("debit before customs accepted", _not_accepted, "GUARANTEE_NOT_ACTIVE", "guarantee"),
    ("debit before it begins", _not_begun, "GUARANTEE_NOT_ACTIVE", "guarantee"),
    ("debit for another use", _for_another_use, "GUARANTEE_SCOPE", "guarantee"),
    ("debit of what another secures", _another_secures_it, "GUARANTEE_OTHER", "guarantee"),
    ("guarantee of a dishonest firm", _of_a_dishonest_firm, "GUARANTEE_GRADE", "scopes"),
    ("exemption after the grade was lost", _by_a_firm_that_lost_its_grade, "GUARANTEE_GRADE", "guarantee"),
    ("payment of another amount", _of_another_amount, "BILL_DIFFERS", "amount"),
    ("payment of a bill that is paid", _twice, "BILL_PAID", "number"),
    ("payment of a bill that does not hold", _withdrawn, "BILL_VOID", "number"),
    ("a kind that is none", _of_a_kind_that_is_none, "BILL_KIND", "kinds/tip"),
    ("an amount below nothing", _below_nothing, "BILL_AMOUNT", "kinds/duty"),
    ("late-declaration fee by the month", _a_fee_with_the_month, "MONTH_LATE_FEE", "kinds/late_fee"),
    ("month of a firm in arrears", _while_a_month_is_in_arrears, "MONTH_SUSPENDED", "payer"),
    ("the bank: account not covered", _bank_says("no_funds"), "BANK_NO_FUNDS", "amount"),
    ("the bank: no agreement of three", _bank_says("no_agreement"), "BANK_NO_AGREEMENT", "payer"),
    ("the bank: another amount", _bank_says("wrong_amount"), "BANK_WRONG_AMOUNT", "amount"),
    ("the bank: bill expired", _bank_says("expired"), "BANK_BILL_EXPIRED", "due_on"),
    ("the bank: another reason", _bank_says("other"), "BANK_REFUSED", "number"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("call, code, pointer", [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_each_has_its_code_its_field_and_two_texts(settings, call, code, pointer):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    with pytest.raises(Refused) as raised:
        call()
    found: list[Finding] = raised.value.findings
    assert (found[0].code, found[0].pointer) == (code, pointer)
    words = [found[0].text(lang) for lang in ("zh", "en")]
    assert code in RULES and len(set(words)) == 2 and not {"{", "}", "…"} & set("".join(words))


def test_every_reason_of_a_bank_has_its_code():
    told = [refusal(type("Told", (), {"number": "B1", "reason": reason})()) for reason in REASONS]
    assert len({one.code for one in told if one is not None}) == len(REASONS)
