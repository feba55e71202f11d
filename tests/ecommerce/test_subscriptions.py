"""Who gets copies of receipts: those a document names, those its filer allowed, and nobody else."""

from __future__ import annotations

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.arriving import acting
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file, file_all
from tests.ecommerce.subscribing import address, connect, file_for, named, revoke_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import AllowedSubscriber, ParcelStatus, Subscription
from tongguan.ecommerce.subscriptions import queries
from tongguan.ecommerce.subscriptions.actions.subscribing import allow, end, subscribe
from tongguan.ecommerce.subscriptions.actions.telling import forget, tell_of_receipts
from tongguan.journal.models import Event
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotYours
from tongguan.parties.actions import register
from tongguan.parties.models import Enterprise

pytestmark = pytest.mark.usefixtures("racing_window", "nobody_drawn")
SHOP = samples._firm("310115", "MA0TG0099", "3122960099", "沪外跨境电商有限公司", "Elsewhere E-commerce", "platform")
LATER = AT + timedelta(hours=1)


@pytest.fixture
def firms():
    register(SHOP.code, SHOP.customs_registration, name_zh=SHOP.name, kinds=[SHOP.kind], by=OPERATOR, at=AT)
    connect(samples.PLATFORM, samples.CARRIER, samples.PAYER, samples.BROKER, SHOP)


def cleared(parcel: samples.Parcel, *subscribes) -> tuple:
    for noun in ("order", "payment", "waybill"):
        file(noun, getattr(parcel, noun))
    return file_for("inventory", parcel.inventory, subscribes=subscribes)


def read(firm: samples.Firm, **more) -> list[tuple[str, str]]:
    return [(row.kind[3:6], row.status) for row in queries.receipts(to=acting(firm), **more)]


def subscribers() -> list[tuple[str, list[int] | None]]:
    return list(Subscription.objects.order_by("dxp_id").values_list("dxp_id", "positions"))


INVENTORY = [("622", "2"), ("622", "120"), ("622", "399"), ("622", "800")]


@pytest.mark.parametrize("firm", [samples.PLATFORM, samples.CARRIER], ids=lambda f: f.kind)
def test_whom_the_document_names_gets_its_receipts(firms, parcel, firm):
    outcome, _ = cleared(parcel, *named(address(firm)))
    assert outcome.nodes[0].status == "800" and subscribers() == [(address(firm), [1])]
    assert read(firm) == INVENTORY
    assert {row.dxp_id for row in queries.receipts(to=acting(firm))} == {address(firm)}


def test_nobody_gets_anything_unasked(firms, parcel):
    cleared(parcel)
    assert read(samples.PLATFORM) == read(samples.CARRIER) == read(SHOP) == []
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("firm", [SHOP, samples.PAYER], ids=lambda f: f.kind)
def test_whom_nobody_named_or_allowed_gets_nothing(firms, parcel, firm):
    _, events = cleared(parcel, *named(address(firm), "DXPNOBODY"))
    assert read(firm) == [] and subscribers() == []
    assert events == [("message.subscribed", {"subscribers": [], "not_allowed": sorted([address(firm), "DXPNOBODY"])})]


def test_whom_the_filer_allowed_gets_them(firms, parcel):
    allow(address(SHOP), by=acting(samples.BROKER), at=AT)
    cleared(parcel, *named(address(SHOP)))
    assert subscribers() == [(address(SHOP), None)] and read(SHOP) == INVENTORY


def test_what_another_firm_allowed_does_not_count(firms, parcel):
    allow(address(SHOP), by=acting(samples.PLATFORM), at=AT)
    cleared(parcel, *named(address(SHOP)))
    assert read(SHOP) == []


def test_an_end_ends_it_for_earlier_messages_too(firms, parcel):
    row = allow(address(SHOP), by=acting(samples.BROKER), at=AT)
    cleared(parcel, *named(address(SHOP), address(samples.PLATFORM)))
    with pytest.raises(AllowedSubscriber.DoesNotExist):
        end(row.pk, by=acting(samples.PLATFORM), at=LATER)
    end(row.pk, by=acting(samples.BROKER), at=LATER)
    assert read(SHOP) == [] and read(samples.PLATFORM) == INVENTORY
    assert [e.what for e in Event.objects.filter(what__startswith="subscriber.").order_by("id")] == [
        "subscriber.allowed", "subscriber.ended",
    ]  # fmt: skip


def test_a_revoked_client_is_no_subscriber(firms, parcel):
    revoke_all()
    cleared(parcel, *named(address(samples.PLATFORM)))
    assert subscribers() == []


@pytest.mark.parametrize(
    "status, wanted", [("ALL", 4), ("RET", 4), ("ret", 4), ("DATA", 0), ("", 0), ("EVERYTHING", 0)]
)
def test_receipts_are_what_can_be_subscribed(firms, parcel, status, wanted):
    cleared(parcel, *named(address(samples.PLATFORM), status=status))
    assert len(read(samples.PLATFORM)) == wanted


def test_of_a_message_only_the_nodes_that_name_him(firms):
    mine, others = samples.parcels(2, seed=6, at=AT)
    others = others.changed("inventory", ebpCode=SHOP.code, ebpName=SHOP.name, ebcCode=SHOP.code, ebcName=SHOP.name)
    file_for("inventory", mine.inventory, others.inventory, subscribes=named(address(samples.PLATFORM), address(SHOP)))
    assert subscribers() == sorted([(address(samples.PLATFORM), [1]), (address(SHOP), [2])])
    for firm, order in ((samples.PLATFORM, mine), (SHOP, others)):
        [row] = queries.receipts(to=acting(firm))
        assert row.keys["copNo"] == order.inventory.copNo


def test_a_refusal_is_told_too(firms, parcel):
    bad = parcel.changed("inventory", currency="142", packNo=2)
    outcome, _ = file_for("inventory", bad.inventory, subscribes=named(address(samples.PLATFORM)))
    assert read(samples.PLATFORM) == [("622", outcome.nodes[0].status)] and outcome.nodes[0].refused


def test_what_becomes_of_it_later_is_told_in_its_place(firms, parcel):
    """The inventory waits for its order; the copies come in the order of time, between his own."""
    for noun in ("payment", "waybill"):
        file(noun, getattr(parcel, noun))
    file_for("inventory", parcel.inventory, subscribes=named(address(samples.PLATFORM)))
    first = queries.receipts(to=acting(samples.PLATFORM))
    assert [row.status for row in first] == ["2"]
    file("order", parcel.order, sender=acting(samples.BROKER))
    assert read(samples.PLATFORM, after=first[-1].place) == INVENTORY[1:]
    rows = queries.receipts(to=acting(samples.PLATFORM), limit=2)
    rest = queries.receipts(to=acting(samples.PLATFORM), after=rows[-1].place)
    assert [(r.kind[3:6], r.status) for r in (*rows, *rest)] == INVENTORY


def test_who_files_and_subscribes_himself_gets_each_once(firms, parcel):
    for noun in ("order", "payment", "waybill"):
        file(noun, getattr(parcel, noun))
    file_for("inventory", parcel.inventory, subscribes=named(address(samples.BROKER)))
    kinds = [kind for kind, _ in read(samples.BROKER)]
    assert kinds.count("622") == 4


def test_kind_address_and_moment_narrow_copies_as_they_narrow_ones_own(firms, parcel):
    cleared(parcel, *named(address(samples.PLATFORM)))
    assert read(samples.PLATFORM, kind="CEB312Message") == []
    assert read(samples.PLATFORM, kind="CEB622Message", dxp_id=address(samples.PLATFORM)) == INVENTORY
    assert read(samples.PLATFORM, dxp_id="DXPOTHER") == []
    assert read(samples.PLATFORM, since=AT + timedelta(seconds=1)) == []


def test_the_authority_sees_the_copies_of_an_address(firms, parcel):
    cleared(parcel, *named(address(samples.PLATFORM)))
    rows = queries.receipts(to=OFFICER, dxp_id=address(samples.PLATFORM))
    assert [(row.kind[3:6], row.status) for row in rows] == INVENTORY


def test_an_order_too_names_subscribers(firms, parcel):
    file_for("order", parcel.order, subscribes=named(address(samples.PLATFORM)))
    assert read(samples.PLATFORM) == [("312", "120")]


def test_without_subscribers_nothing_is_asked(firms, parcel):
    with CaptureQueriesContext(connection) as made:
        subscribe(SimpleNamespace(), SimpleNamespace(subscribes=[]))
    assert len(made) == 0


def test_subscribed_twice_is_once(firms, parcel):
    for noun in ("order", "payment", "waybill"):
        file(noun, getattr(parcel, noun))
    platform = named(address(samples.PLATFORM))
    file_for("inventory", parcel.inventory, subscribes=[*platform, *platform])
    assert Subscription.objects.count() == 1


def test_allowing_needs_an_address_of_one_other_firm(firms):
    broker = acting(samples.BROKER)
    for dxp_id, code in (("DXPNOBODY", "NO_SUCH_ADDRESS"), (address(samples.BROKER), "OWN_ADDRESS")):
        with pytest.raises(Refused, match=code):
            allow(dxp_id, by=broker, at=AT)
    connect(samples.PLATFORM, samples.CARRIER, dxp_id="DXPSHARED")
    with pytest.raises(Refused, match="ADDRESS_SHARED"):
        allow("DXPSHARED", by=broker, at=AT)
    with pytest.raises(NotYours):
        allow(address(SHOP), by=OFFICER, at=AT)
    assert allow(address(SHOP), by=broker, at=AT) == allow(address(SHOP), by=broker, at=AT)
    assert [row.dxp_id for row in queries.allowed(to=broker)] == [address(SHOP)]
    assert queries.allowed(to=acting(samples.PLATFORM)) == [] == queries.allowed(to=OFFICER)


def test_statuses_of_parcels_reach_platform_and_merchant_once_each(firms):
    merchant = {"ebcCode": SHOP.code, "ebcName": SHOP.name}
    [plain] = samples.parcels(1, seed=8, at=AT)
    shop = [plain.changed("inventory", **merchant, assureCode=SHOP.code).changed("order", **merchant)]
    own = list(samples.parcels(2, seed=9, at=AT))
    file_all(*shop, *own)
    while tell_of_receipts(limit=5):
        pass
    assert tell_of_receipts() == 0
    platform = queries.statuses(to=acting(samples.PLATFORM))
    last = {row.order_no: row.status for row in platform}
    assert last == {p.order.orderNo: "800" for p in (*shop, *own)}
    [*_, told] = queries.statuses(to=acting(SHOP))
    assert (told.order_no, told.status, told.source, told.at) == (shop[0].order.orderNo, "800", "inventory", AT)
    assert {row.order_no for row in queries.statuses(to=acting(SHOP))} == {shop[0].order.orderNo}
    assert queries.statuses(to=acting(samples.BROKER)) == [] == queries.statuses(to=OFFICER)


def test_a_firm_we_do_not_know_is_told_nothing(parcel):
    file_all(parcel.changed("inventory", ebcCode="1234567890", ebcName="x").changed("order", ebcCode="1234567890"))
    tell_of_receipts()
    assert set(ParcelStatus.objects.values_list("enterprise", flat=True)) <= {
        Enterprise.objects.get(uscc=samples.PLATFORM.code).pk
    }


def test_statuses_are_read_by_one_query_and_a_place(firms):
    file_all(*samples.parcels(30, seed=2, at=AT))
    tell_of_receipts()
    with CaptureQueriesContext(connection) as made:
        first = queries.statuses(to=acting(samples.PLATFORM), limit=20)
    assert len(made) == 2  # one to find the firm, for the test
    rest = queries.statuses(to=acting(samples.PLATFORM), after=(first[-1].tx, first[-1].pk), limit=100)
    assert len({row.pk for row in (*first, *rest)}) == 30


def test_what_is_old_is_forgotten(firms, parcel):
    cleared(parcel, *named(address(samples.PLATFORM)))
    tell_of_receipts()
    assert forget(at=AT + timedelta(days=90)) == 0
    assert forget(at=AT + timedelta(days=91)) == 1
    assert Subscription.objects.count() == 1
    assert forget(at=AT + timedelta(days=181)) == 1 and not Subscription.objects.exists()


def test_nothing_personal_is_in_what_is_told(firms):
    who = samples.buyer(random.Random(3))
    parcel = samples.parcel("T9", who, [(samples.GOODS[2], 1)], at=AT, chance=random.Random(3))
    file_all(parcel)
    tell_of_receipts()
    told = str(list(ParcelStatus.objects.values()))
    assert not any(one in told for one in (who.name, who.number, who.telephone, who.address))
