"""Modes of levying a line: by half, as its nature says, against security, the other half; and what to do instead of others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.declarations import made
from tests.declarations.made import AT, OFFICER, codes
from tests.declarations.test_worked import cif, yuan
from tests.revenue import relieved

from tongguan.declarations import actions, queries
from tongguan.declarations.actions.money import call_ended
from tongguan.formats.dec import documents
from tongguan.kernel.rules import Refused
from tongguan.revenue.guarantees import actions as guarantees
from tongguan.revenue.guarantees import queries as secured
from tongguan.revenue.models import DutyBill, Secured
from tongguan.revenue.payments import actions as payments

D = Decimal
SECOND = "COSU600102"


@pytest.fixture
def letter(window, monkeypatch):
    """A letter of relief for ten machines, that bear 5 % duty, 15 % consumption tax and 13 % VAT."""
    relieved.use_tariff(monkeypatch, made.tariff(mfn=made.share("5"), consumption=made.share("15")))
    made.use_tariff(monkeypatch, made.tariff(mfn=made.share("5"), consumption=made.share("15")))
    made.ship(made.BILL, SECOND)
    relieved.listed()
    return relieved.letter()


def of(mode: str, **head):
    line = yuan("200000")
    return made.changed(cif(made.changed(line, DutyMode=mode, ContrItem=1)), **head)


def under(letter, mode: str, **head):
    return of(mode, **{"ManualNo": letter.number, "CutMode": "401"} | head)


def wrong(document, **how) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        made.submitted(document, **how)
    return codes(refused.value)


def owed(row) -> dict[str, Decimal]:
    sheet = queries.sheet_of(row)
    assert queries.recomputed(row).sheet == sheet
    return sheet.totals()


class TestLetters:
    def test_half_of_duty_and_vat_and_all_of_the_consumption_tax(self, letter):
        row = made.submitted(under(letter, "2"))
        assert owed(row) == {"duty": D("5000.00"), "consumption": D("36176.47"), "vat": D("15676.47")}
        assert relieved.left(letter) == 0
        shown = queries.sheet_of(row).lines[0]
        assert (shown.share, shown.measure) == (D("0.5"), f"relief:{letter.number}")

    def test_as_its_nature_says_it_is_the_letters(self, letter):
        assert made.submitted(under(letter, "5")).tax == 0 and relieved.left(letter) == 0

    def test_as_the_nature_of_goods_levied_as_usual(self, letter):
        assert owed(made.submitted(of("5", CutMode="101")))["duty"] == D("10000.00") and relieved.left(letter) == 10

    def test_another_nature_than_the_letters_is_refused(self, letter):
        assert ("RELIEF_NATURE", "CutMode") in wrong(under(letter, "5", CutMode="422"))

    def test_DEC_LEVY_NATURE(self, letter):
        assert ("DEC_LEVY_NATURE", "CutMode") in wrong(under(letter, "5", CutMode="601"))

    @pytest.mark.parametrize("mode", ["2", "5"])
    def test_without_a_letter_nothing_is_relieved(self, letter, mode):
        assert wrong(of(mode, CutMode="401")) == [("RELIEF_UNKNOWN", "ManualNo")]


class TestOtherHalf:
    @pytest.fixture
    def first(self, letter):
        row = made.submitted(under(letter, "2"))
        made.passed(row)
        made.pay(row)
        row = made.again(row)
        return row if row.state == "released" else actions.release(row.pk, by=OFFICER, at=AT)

    def after(self, first, **line):
        goods = made.changed(yuan("200000"), DutyMode="8", **line)
        text = documents.ROWS["text"](RelId=first.number)
        return made.changed(cif(goods), BillNo=SECOND, text=text)

    def test_the_other_half_is_levied_and_no_consumption_tax_again(self, first):
        row = made.submitted(self.after(first))
        found = {kind: amount for kind, amount in owed(row).items() if amount}
        assert found == {"duty": D("5000.00"), "vat": D("15676.47")}
        assert "折半补税" in queries.sheet_of(row).lines[0].measure_text("zh")

    def test_DEC_LEVY_FIRST_HALF(self, first):
        more = self.after(first, GQty=D(11), DeclPrice=D("18181.8182"))
        assert wrong(more) == [("DEC_LEVY_FIRST_HALF", "item/1/DutyMode")]
        other = made.changed(self.after(first), text=documents.ROWS["text"](RelId="020220261000000099"))
        assert wrong(other) == [("DEC_LEVY_FIRST_HALF", "item/1/DutyMode")]
        assert wrong(made.changed(other, text=None)) == [("DEC_LEVY_FIRST_HALF", "item/1/DutyMode")]


class TestSecurity:
    SCOPES = ["time_limit", "elements"]

    def released(self, kind: str, mode: str):
        of_papers = {"guarantor": "", "document": ""} if kind == "deposit" else {}
        bond = made.guarantee("100000", kind, scopes=self.SCOPES, **of_papers)
        row = made.submitted(of(mode), settlement="guarantee", guarantee=bond.number)
        made.passed(row)
        return made.again(row), bond

    @pytest.mark.parametrize("kind, mode", [("deposit", "6"), ("bank_letter", "7")])
    def test_released_and_billed_when_the_tax_is_settled(self, port, kind, mode):
        row, bond = self.released(kind, mode)
        assert (row.state, row.tax, Secured.objects.get().scope) == ("released", D("44080.00"), "elements")
        assert not DutyBill.objects.exists()
        later = made.moment("2026-05-11")
        made.amended(row, of("1"), at=later)
        bill = DutyBill.objects.get()
        assert (bill.total, bill.due_on) == (D("44080.00"), date(2026, 5, 26))
        made.pay(row, later)
        assert Secured.objects.get().state == "restored"

    def test_when_the_deposit_ends_it_is_turned_into_tax(self, port):
        row, bond = self.released("deposit", "6")
        over = made.moment("2026-07-01")
        guarantees.expire_due(over.date(), at=over)
        assert call_ended(over.date(), at=over) == 1 and call_ended(over.date(), at=over) == 0
        payments.lapse_due(over.date(), at=over)
        bill = DutyBill.objects.get()
        assert (bill.state, bill.due_on) == ("overdue", date(2026, 6, 30))
        assert secured.claim_days({str(row): bill.due_on}) == {str(row): date(2026, 7, 7)}
        paid = payments.claim(bill.number, by=OFFICER, at=over)
        assert (paid.state, Secured.objects.get().state) == ("paid", "claimed")

    def test_DEC_LEVY_UNSECURED(self, port):
        assert wrong(of("6")) == [("DEC_LEVY_UNSECURED", "guarantee")]
        letter = made.guarantee("100000", scopes=self.SCOPES)
        how = {"settlement": "guarantee", "guarantee": letter.number}
        assert wrong(of("6"), **how) == [("DEC_LEVY_UNSECURED", "guarantee")]
        assert ("DEC_LEVY_UNSECURED", "Type") in wrong(of("7", Type="CL 0  "), **how)

    def test_a_guarantee_for_another_use(self, port):
        bond = made.guarantee("100000", "deposit", guarantor="", document="")
        how = {"settlement": "guarantee", "guarantee": bond.number}
        assert wrong(of("6"), **how) == [("GUARANTEE_SCOPE", "guarantee")]


@pytest.mark.parametrize("mode, says", [("4", "批准文件"), ("9", "申请退还")])
def test_DEC_DUTY_MODE_says_what_to_do_instead(port, mode, says):
    with pytest.raises(Refused) as refused:
        made.submitted(of(mode))
    [found] = refused.value.findings
    assert (found.code, found.pointer) == ("DEC_DUTY_MODE", "item/1/DutyMode")
    assert says in found.text("zh") and "declare 1" in found.text("en")


def test_goods_that_leave_are_levied_by_the_rules(window):
    leaving = made.document(made.item(DutyMode="3"), IEFlag="E", TrafMode="4", FeeMark=None, FeeRate=None, FeeCurr=None)
    assert ("DEC_DUTY_MODE", "item/1/DutyMode") in wrong(leaving)
