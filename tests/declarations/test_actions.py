"""What is done with declarations: drafts, who may do what, submitting, and releasing all of it or nothing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.declarations import made
from tests.declarations.made import (
    AT,
    OFFICER,
    D,
    again,
    ask,
    balances,
    broker,
    document,
    draft,
    events,
    guarantee,
    item,
    licence,
    licensed,
    moment,
    passed,
    pay,
    refused,
    submitted,
    trader,
)

from tongguan.cargo.models import Bill
from tongguan.declarations import actions, queries
from tongguan.declarations.actions import drafts
from tongguan.declarations.models import Declaration, DeclarationSerial
from tongguan.formats import dec
from tongguan.holds.models import Hold
from tongguan.holds.queries import standing
from tongguan.kernel.states import Actor, NotNow, NotYours
from tongguan.licences.models import LicenceUse
from tongguan.revenue.guarantees.actions import restore
from tongguan.revenue.models import DutyBill, MonthBill, MonthEntry


class TestDrafts:
    def test_a_draft_may_lack_what_only_submitting_needs(self, window):
        of = dec.Declaration(IEFlag="I", CustomMaster="0202", TradeAreaCode="JPN")
        row = draft(of)
        assert (row.state, row.group, row.number, row.pre_no[:5]) == ("draft", "draft", None, "I2026")
        assert queries.document(row).DeclareName == "王某"
        assert events(row) == ["declaration.saved"]

    def test_what_is_required_to_save_is_told_with_its_field(self, window):
        assert refused(draft, dec.Declaration(IEFlag="I")) == [
            ("DEC_REQUIRED_TO_SAVE", "CustomMaster"), ("DEC_REQUIRED_TO_SAVE", "TradeAreaCode"),
        ]  # fmt: skip
        assert not Declaration.objects.exists()

    def test_a_draft_is_written_anew_until_it_is_accepted(self, port):
        row = draft()
        actions.save(document(BillNo="COSU600102"), number=row.pk, by=broker(), at=AT)
        assert (again(row).bill_no, row.version, row.versions.count()) == ("COSU600102", 1, 1)
        actions.save(document(), number=row.pk, by=broker(), at=AT)
        actions.submit(row.pk, by=broker(), at=AT)
        with pytest.raises(NotNow):
            actions.save(document(), number=row.pk, by=broker(), at=AT)

    def test_DEC_DRAFTS_FULL(self, window, monkeypatch):
        first = draft()
        monkeypatch.setattr(drafts, "law", lambda name, *, on: SimpleNamespace(value=2))
        second = draft()
        assert refused(draft) == [("DEC_DRAFTS_FULL", "declaration")]
        actions.save(
            queries.document(first), number=first.pk, by=broker(), at=AT
        )  # what is kept already is changed as before
        actions.delete(second.pk, by=broker(), at=AT)
        assert draft().state == "draft"

    def test_DEC_MANNER(self, window):
        assert refused(draft, mode="sometimes") == [("DEC_MANNER", "mode")]

    def test_DEC_FOLLOWS(self, window):
        assert refused(draft, follows=99) == [("DEC_FOLLOWS", "follows")]

    def test_a_message_becomes_a_draft(self, window):
        row = actions.import_draft(dec.write(document()), by=broker(), at=AT)
        assert queries.document(row).items[0].DeclTotal == 100000
        assert refused(
            actions.import_draft,
            dec.write(document()).replace(b"<GrossWet>1000", b"<GrossWet>many"),
            by=broker(),
            at=AT,
        ) == [("DEC_NUMBER", "GrossWet")]

    def test_a_copy_is_a_draft_of_its_own(self, port):
        row = submitted()
        other = actions.copy(row.pk, by=broker(), at=AT)
        assert (other.pk != row.pk, other.state, other.follows_id) == (True, "draft", None)

    def test_a_deleted_draft_is_in_no_list(self, window):
        row = actions.delete(draft().pk, by=broker(), at=AT)
        assert row.state == "deleted" and queries.declarations(to=broker()) == []
        assert queries.declaration(row.pk, to=broker()) is None


class TestWhoMay:
    def test_another_firm_finds_nothing(self, port):
        row = draft()
        stranger = Actor("zhao", "broker", made.find(made.CARRIER).pk)
        for call in (actions.submit, actions.delete, actions.copy):
            with pytest.raises(Declaration.DoesNotExist):
                call(row.pk, by=stranger, at=AT)
        assert queries.declaration(row.pk, to=stranger) is None
        assert queries.declaration(row.pk, to=trader()) is None, "a draft is its agent's alone"
        assert queries.declarations(to=stranger) == []
        actions.submit(row.pk, by=broker(), at=AT)
        assert queries.declaration(row.pk, to=trader()) == row
        assert queries.declarations(to=trader()) == [row] and queries.declarations(to=OFFICER) == [row]

    def test_only_customs_decide(self, port):
        row = submitted()
        with pytest.raises(NotYours):
            actions.select(row.pk, "pass", by=broker(), at=AT)
        with pytest.raises(NotYours):
            actions.release(row.pk, by=broker(), at=AT)
        asked = ask(row, of=document(NoteS="x"))
        with pytest.raises(NotYours):
            actions.grant(asked.pk, by=broker(), at=AT)
        with pytest.raises(NotYours):
            actions.save(document(), by=Actor("c", "carrier", 1), at=AT)


class TestSubmitting:
    def test_what_is_rejected_has_no_number_and_knows_everything_that_is_wrong(self, port):
        row = draft(document(item(DeclTotal=D(1)), PackNo=99))
        assert refused(actions.submit, row.pk, by=broker(), at=AT) == [
            ("DEC_TOTAL", "item/1/DeclTotal"), ("DEC_OVER_MANIFEST", "PackNo"),
        ]  # fmt: skip
        again(row)
        assert (row.state, row.group, row.number) == ("rejected", "needs_you", None)
        assert [one["code"] for one in row.findings] == ["DEC_TOTAL", "DEC_OVER_MANIFEST"]
        assert events(row) == ["declaration.saved", "declaration.rejected"]
        assert not DeclarationSerial.objects.exists() and not Hold.objects.exists()
        actions.save(document(), number=row.pk, by=broker(), at=AT)
        assert actions.submit(row.pk, by=broker(), at=AT).number == "020220261000000001"

    def test_acceptance_gives_a_number_rests_on_the_bill_and_is_held_for_selection(self, port):
        row = submitted()
        assert (row.number, row.state, row.entered_on.isoformat()) == ("020220261000000001", "due", "2026-03-02")
        assert Bill.objects.get(number=made.BILL).declared_by == [str(row)]
        assert [(one.reason, one.owner) for one in standing(str(row))] == [("selection", "officer")]
        assert events(row) == [
            "declaration.saved", "declaration.accepted", "declaration.assessed", "declaration.billed", "hold.placed",
        ] or set(events(row)) >= {"declaration.accepted", "declaration.assessed", "declaration.billed"}  # fmt: skip
        assert DutyBill.objects.get().total == D("164801.12")

    def test_DEC_NOT_ASSESSED(self, port):
        goods = item(TradeCurr="EUR")
        assert refused(submitted, document(goods)) == [("DEC_NO_EXCHANGE_RATE", "item/1/TradeCurr")]
        assert refused(submitted, document(TransMode="1")) == [("DEC_NOT_ASSESSED", "FeeRate")]
        assert refused(submitted, document(FeeMark=None, FeeRate=None, FeeCurr=None)) == [
            ("DEC_NOT_ASSESSED", "FeeRate")
        ]

    def test_a_month_without_exchange_rates_refuses(self, port):
        assert refused(submitted, at=moment("2026-05-06")) == [("DEC_NO_EXCHANGE_RATE", "item/1/TradeCurr")]

    def test_exports_owe_nothing_and_have_a_number_of_their_own(self, window, monkeypatch):
        of = document(IEFlag="E", TrafMode="4", FeeMark=None, FeeRate=None, FeeCurr=None)
        row = submitted(of)
        assert (row.number, row.state, row.tax, str(row.value)) == ("020220260000000001", "accepted", 0, "710000.00")
        passed(row)
        assert again(row).state == "released"
        monkeypatch.undo()

    def test_an_export_duty_is_levied_on_the_price_without_it_and_paid_before_release(self, window, monkeypatch):
        made.use_tariff(monkeypatch, made.tariff(export=made.share("42")))
        of = document(IEFlag="E", TrafMode="4", FeeMark=None, FeeRate=None, FeeCurr=None)
        row = submitted(of)
        assert (row.state, str(row.value), str(row.tax)) == ("due", "500000.00", "210000.00")
        assert queries.recomputed(row).sheet == queries.sheet_of(row)
        assert [one.kinds for one in DutyBill.objects.all()] == [{"export_duty": "210000.00"}]
        passed(row)
        assert again(row).state == "due"
        pay(row)
        assert actions.release(row.pk, by=OFFICER, at=AT).state == "released"
        assert refused(submitted, document(IEFlag="E", TrafMode="4", TransMode="1")) == [
            ("DEC_NOT_ASSESSED", "InsurRate")
        ]

    def test_a_guarantee_that_is_short_refuses_and_nothing_is_left_of_it(self, port):
        short, before = guarantee("1000"), balances()
        assert refused(submitted, settlement="guarantee", guarantee=short.number) == [("GUARANTEE_SHORT", "guarantee")]
        assert balances() == before
        assert Bill.objects.get(number=made.BILL).declared_by == []
        assert not DeclarationSerial.objects.exists()


class TestReleasing:
    def test_paid_and_passed_is_released_by_itself(self, port):
        row = submitted()
        pay(row)
        assert again(row).state == "due", "nobody has told the declaration yet"
        passed(row)
        assert again(row).state == "released"
        assert events(row)[-1] == "declaration.released"
        assert standing(str(row)) == []

    def test_DEC_HELD_and_DEC_NOT_PAID(self, port):
        row = submitted()
        assert refused(actions.release, row.pk, by=OFFICER, at=AT) == [
            ("DEC_HELD", "release"),
            ("DEC_NOT_PAID", "release"),
        ]

    def test_DEC_NOT_ARRIVED(self, window):
        made.ship(arrived=None)
        row = submitted()
        pay(row)
        passed(row)
        assert refused(actions.release, row.pk, by=OFFICER, at=AT) == [("DEC_NOT_ARRIVED", "BillNo")]

    def test_DEC_COLLECTION_SUSPENDED(self, port):
        of, late = guarantee(), moment("2026-02-06").date()
        terms = {"settlement": "guarantee", "guarantee": of.number}
        months = {"number": "M1", "enterprise_id": trader().enterprise, "month": late.replace(month=1, day=1)}
        MonthBill.objects.create(payer=made.TRADER, state="paid", late=True, due_on=late, made_at=AT, **months)
        collected = document(Type="CL0   ")
        assert refused(submitted, collected, **terms) == [("DEC_COLLECTION_SUSPENDED", "Type")]
        assert again(of).left == of.total
        MonthBill.objects.update(agreed_at=AT)
        assert submitted(collected, **terms).state == "accepted"

    def test_taxes_that_a_policy_secures_are_due_sooner(self, port):
        """Bond insurance: within ten days of the declaration, not fifteen."""
        for kind, due in (("policy", "2026-03-26"), ("bank_letter", "2026-03-31")):
            of = guarantee("200000", kind=kind)
            row = submitted(settlement="guarantee", guarantee=of.number)
            assert DutyBill.objects.get(reference=str(row)).due_on.isoformat() == due
            asked = ask(row, "withdraw")
            actions.grant(asked.pk, by=OFFICER, at=AT)

    def test_what_is_paid_waits_for_customs_alone(self, port):
        row = submitted()
        assert (row.state, row.group) == ("due", "needs_you")
        pay(row)
        row = actions.settle(row.pk, at=AT)
        assert (again(row).state, row.group) == ("accepted", "waiting")
        passed(row)
        assert again(row).state == "released"

    def test_what_happens_elsewhere_is_heard(self, window):
        from tongguan.journal.actions import sequence

        number = made.ship(arrived=None)
        row = submitted()
        pay(row)
        passed(row)
        made.enter(number, None, "2026-03-16")
        sequence()
        assert actions.hear(at=AT) > 0
        assert again(row).state == "released"

    def test_an_inspection_stops_it_until_it_is_cleared(self, port):
        row = submitted()
        pay(row)
        actions.select(row.pk, "inspect", by=OFFICER, at=AT)
        assert [one.reason for one in standing(str(row))] == ["inspection"]
        assert refused(actions.release, row.pk, by=OFFICER, at=AT) == [("DEC_HELD", "release")]
        assert refused(ask, row, "withdraw") == [("DEC_CHANGE_HELD", "")]
        actions.select(row.pk, "clear", by=OFFICER, at=AT)
        assert again(row).state == "released"

    def test_DEC_DECISION(self, port):
        assert refused(actions.select, submitted().pk, "maybe", by=OFFICER, at=AT) == [("DEC_DECISION", "decision")]

    def test_a_month_collects_what_a_guarantee_secures(self, port):
        of = guarantee()
        row = passed(submitted(document(Type="CL0   "), settlement="guarantee", guarantee=of.number))
        assert again(row).state == "released"
        assert MonthEntry.objects.get().total == D("164801.12") == D("5000000") - again(of).left
        assert not DutyBill.objects.exists()

    def test_against_a_guarantee_goods_go_and_the_bill_is_paid_later(self, port):
        of = guarantee()
        row = passed(submitted(settlement="guarantee", guarantee=of.number))
        assert again(row).state == "released" and DutyBill.objects.get().state == "due"
        pay(row)
        assert again(of).left == D("5000000")

    def test_an_amendment_draws_on_a_licence_of_the_day_of_acceptance(self, port, monkeypatch):
        made.use_tariff(monkeypatch, made.tariff(letters="7"))
        made.licence(last=moment("2026-03-20").date())
        made.amended(submitted(licensed("900")), licensed("800"), at=moment("2026-03-25"))
        assert [(one.state, one.quantity) for one in LicenceUse.objects.order_by("pk")][-1] == ("reserved", D(800))

    def test_a_licence_is_reserved_written_off_and_read_from_the_ledger(self, port, monkeypatch):
        made.use_tariff(monkeypatch, made.tariff(letters="7"))
        licence()
        row = submitted(licensed())
        assert LicenceUse.objects.get().state == "reserved"
        pay(row)
        passed(row)
        assert LicenceUse.objects.get().state == "written_off"
        assert min(balances().values()) == D("4100")

    def test_a_closed_declaration_is_changed_no_more(self, port):
        row = submitted()
        pay(row)
        passed(row)
        assert actions.close(row.pk, by=OFFICER, at=AT).state == "closed"
        with pytest.raises(NotNow):
            ask(row, of=document(NoteS="x"))

    def test_DEC_NOT_SECURED(self, port):
        row = submitted(settlement="guarantee", guarantee=guarantee().number)
        restore(str(row), by=OFFICER, at=AT)
        passed(row)
        assert refused(actions.release, row.pk, by=OFFICER, at=AT) == [("DEC_NOT_SECURED", "guarantee")]
