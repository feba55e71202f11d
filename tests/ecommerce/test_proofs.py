"""Proofs and personal data: no event holds any in clear, and what is forgotten leaves every proof whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.desk.conftest import bought
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import OPERATOR, file, file_all
from tests.journal.signing import signed

from tongguan.ecommerce.models import Inventory
from tongguan.ecommerce.proofs import told
from tongguan.journal import proofs
from tongguan.journal.actions import sequence
from tongguan.journal.checking import check_log
from tongguan.journal.models import Event
from tongguan.journal.proving import log_key, prove
from tongguan.parties import vault

LATER = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
def parcels(tariff_loaded, db):
    prepare()
    made = [bought(f"F000{n}") for n in range(3)]
    file_all(*made[:2])
    file("inventory", made[2].inventory)
    for noun in ("order", "payment", "waybill"):
        file(noun, getattr(made[2], noun))
    sequence()
    signed()
    return made


def every_proof() -> list[bytes]:
    return [
        proofs.as_json(prove(event, place)).encode()
        for event in Event.objects.exclude(seq=None)
        for place in (None, *range(len(event.parts or ())))
    ]


@pytest.mark.measure("M3-9.1")
def test_an_inventory_is_told_of_in_the_message_that_it_waited_for(parcels):
    waited = Inventory.objects.get(order_no="F0002")
    tellings = told(str(waited))
    assert len({one.event.subject for one in tellings}) >= 2
    for one in tellings:
        proven = proofs.verify(proofs.as_json(prove(one.event, one.place)).encode(), log_key())
        assert proven.told["subject"] == str(waited)
    assert told("inventory/1") == told("x") == told("inventory/x") == told("order/" + "9" * 40) == []


def test_no_event_and_no_proof_holds_personal_data_in_clear(parcels):
    personal = set()
    for parcel in parcels:
        head = parcel.order
        personal |= {head.buyerName, head.buyerIdNumber, head.buyerTelephone, head.consigneeAddress, head.consignee}
    personal.discard(None)
    assert len(personal) >= 9
    for content in every_proof():
        assert not [one for one in personal if one in content.decode()]


def test_what_is_forgotten_leaves_every_proof_whole(parcels):
    before = every_proof()
    vault.forget(date(2026, 5, 1), by=OPERATOR, at=LATER)
    vault.clear_cache()
    for content in before:
        assert proofs.verify(content, log_key())
    assert every_proof() == before
    sequence()
    signed()
    assert check_log().difference is None
    assert Event.objects.latest("seq").what == "personal_data.forgotten"
