"""One person is erased: nothing of him can be opened any more, others in the same messages stay, and tax keeps what it needs."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import zstandard
from lxml import etree
from tests.ecommerce.asking import ask, bought, inventory_of, withdrawal
from tests.ecommerce.filing import AT, OPERATOR, all_that_opens, file, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.erasing import actions
from tongguan.ecommerce.erasing.cases import cases_of
from tongguan.ecommerce.erasing.writing import let_through
from tongguan.ecommerce.intake.opening import opened
from tongguan.ecommerce.models import DisownedPurchase, Erasure, Inventory, Message, Order, Payment, TaxBill, Waybill
from tongguan.ecommerce.taxes import actions as taxes
from tongguan.journal.actions import sequence
from tongguan.journal.checking import check_log
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.queries import check_all
from tongguan.parties import masks, vault, vault_ledger
from tongguan.parties.queries import find

ANNA, BEN = (samples.buyer(random.Random(number)) for number in (31, 32))
LATER = AT + timedelta(days=400)
YEARS = AT + timedelta(days=4 * 365)


@pytest.fixture(autouse=True)
def _own_ledger(settings, tmp_path):
    settings.FORGOTTEN = tmp_path / "forgotten"
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"


def words(who: samples.Buyer) -> list[str]:
    return [who.number, who.name, who.telephone, who.address]


def prints_of(who: samples.Buyer) -> set[bytes]:
    kinds = {"id": who.number, "name": who.name, "phone": who.telephone, "address": who.address}
    return {vault.match(kind, value) for kind, value in kinds.items()}


def kept_prints() -> set[bytes]:
    found: set[bytes] = set()
    for model in (Order, Payment, Waybill, Inventory):
        names = [f.attname for f in model._meta.concrete_fields if f.attname.endswith("_match")]
        found |= {bytes(value) for row in model.objects.values_list(*names) for value in row}
    return found


def filed_together() -> tuple[samples.Parcel, samples.Parcel]:
    pair = bought("E-ANNA", who=ANNA), bought("E-BEN", who=BEN)
    file_all(*pair)
    return pair


def withdrawn() -> tuple[samples.Parcel, samples.Parcel]:
    """Anna's inventory waits for its payment and is withdrawn; Ben's parcel came in the same messages."""
    anna, ben = bought("E-ANNA", who=ANNA), bought("E-BEN", who=BEN)
    for noun in ("order", "waybill", "inventory"):
        file(noun, getattr(anna, noun), getattr(ben, noun))
    file("payment", ben.payment)
    ask(withdrawal(anna))
    for row in Order.objects.filter(order_no="E-ANNA"):
        row.stands = None
        row.save()
    return anna, ben


def paid(*, at=LATER) -> None:
    for order in taxes.collect(at=at):
        taxes.pay(order.number, by=Actor("w", "platform", find(samples.PLATFORM.code).pk), at=at)
    assert not TaxBill.objects.exclude(order__state="paid").exists()


@pytest.mark.usefixtures("window", "nobody_drawn")
class TestErasing:
    def test_of_who_withdrew_nothing_can_be_opened_and_others_stay(self):
        anna, ben = withdrawn()
        before = {row.pk: bytes(row.documents) for row in Message.objects.all()}
        assert all(word in all_that_opens() for who in (ANNA, BEN) for word in words(who))
        report = DisownedPurchase.objects.create(
            inventory=inventory_of(anna), digest=vault.match("id", ANNA.number), masked=masks.identity(ANNA.number),
            kind="not_bought", reported_at=AT,
        )  # fmt: skip
        [case] = actions.erase_person(ANNA.number, by=OPERATOR, at=AT)
        assert case.erase == "all"
        report.refresh_from_db()
        assert bytes(report.digest) not in prints_of(ANNA) and report.masked == "*"
        now = all_that_opens()
        assert [word for word in words(ANNA) if word in now] == []
        assert all(word in now for word in words(BEN))
        assert not prints_of(ANNA) & kept_prints() and prints_of(BEN) <= kept_prints()
        assert all(bytes(row.documents) != before[row.pk] for row in Message.objects.filter(nodes=2))
        row = inventory_of(anna)
        said = opened([row.filing_id])[row.filing_id]
        assert (said.buyerName, said.buyerIdNumber, said.orderNo, said.items) == (
            "*", "*", "E-ANNA", anna.inventory.items,
        )  # fmt: skip
        theirs = inventory_of(ben)
        assert opened([theirs.filing_id])[theirs.filing_id] == ben.inventory
        assert cases_of(ANNA.number, on=AT.date()) == []

    def test_the_journal_still_verifies_and_names_nobody(self):
        withdrawn()
        actions.erase_person(ANNA.number, by=OPERATOR, at=AT)
        while sequence():
            pass
        assert check_log().difference is None
        event = Event.objects.get(what="personal_data.erased")
        assert event.details["filings"] > 3 and ANNA.number not in str(event.details)
        assert ANNA.number not in actions.settings.FORGOTTEN.read_text()
        assert list(check_all()) == []

    def test_an_open_case_and_an_unpaid_tax_are_kept_whole(self):
        filed_together()
        for at in (AT, LATER):
            [case] = actions.erase_person(ANNA.number, by=OPERATOR, at=at)
            assert (case.erase, case.until) == ("nothing", None)
        assert all(word in all_that_opens() for word in words(ANNA)) and not Erasure.objects.exists()

    def test_while_tax_may_be_asked_about_name_and_number_stay_and_the_rest_goes(self):
        anna, _ = filed_together()
        paid()
        [case] = actions.erase_person(ANNA.number, by=OPERATOR, at=LATER)
        assert case.erase == "contact" and case.until.isoformat() == "2029-05-01"
        now, row = all_that_opens(), inventory_of(anna)
        assert ANNA.telephone not in now and ANNA.address not in now
        assert ANNA.number in now and row.tax == TaxBill.objects.get(pk=row.pk).total
        assert opened([row.filing_id])[row.filing_id].buyerIdNumber == ANNA.number
        [again] = actions.erase_person(ANNA.number, by=OPERATOR, at=YEARS)
        assert again.erase == "all"
        now = all_that_opens()
        assert [word for word in words(ANNA) if word in now] == [] and ANNA.name not in now
        assert inventory_of(anna).tax == row.tax

    def test_a_message_as_it_came_stays_a_message(self):
        withdrawn()
        actions.erase_person(ANNA.number, by=OPERATOR, at=AT)
        from tongguan.parties import vault

        row = Message.objects.get(kind="CEB311Message")
        came = zstandard.ZstdDecompressor().decompress(vault.unseal(bytes(row.sealed)))
        numbers = [one.text for one in etree.fromstring(came).iter() if etree.QName(one).localname == "buyerIdNumber"]
        assert numbers == ["*", BEN.number]

    def test_a_database_of_before_is_erased_again(self):
        """What came from a backup: messages and records as they were, and nothing known of the erasure."""
        withdrawn()
        rows = [list(model.objects.all()) for model in (Message, Order, Waybill, Inventory, Payment)]
        actions.erase_person(ANNA.number, by=OPERATOR, at=AT)
        let_through()
        for kept in rows:
            for row in kept:
                row.save()
        Erasure.objects.all().delete()
        assert ANNA.number in all_that_opens()
        assert actions.erase_again(by=OPERATOR, at=LATER) == 1
        now = all_that_opens()
        assert [word for word in words(ANNA) if word in now] == [] and not prints_of(ANNA) & kept_prints()
        assert actions.erase_again(by=OPERATOR, at=LATER) == 0

    def test_what_another_machine_erased_is_noted_here_too(self, settings):
        withdrawn()
        actions.erase_person(ANNA.number, by=OPERATOR, at=AT)
        [line] = vault_ledger.erased(settings.FORGOTTEN)
        settings.FORGOTTEN.unlink()
        assert actions.erase_again(by=OPERATOR, at=LATER) == 0
        assert vault_ledger.erased(settings.FORGOTTEN) == [line]

    def test_only_the_operator_erases_and_of_nobody_nothing(self):
        with pytest.raises(NotYours):
            actions.erase_person(ANNA.number, by=Actor("o", "officer"), at=AT)
        assert actions.erase_person(ANNA.number, by=OPERATOR, at=AT) == []
        assert not Erasure.objects.exists() and not actions.settings.FORGOTTEN.exists()
