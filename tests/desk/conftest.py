"""What the tests of the pages share: a window with people of every role, and parcels of every fate."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.contrib.auth.signals import user_logged_in
from django.test import Client
from django.utils import timezone
from tests.declarations import made
from tests.ecommerce.conftest import drawn_share, prepare
from tests.ecommerce.filing import AT, OPERATOR, file, file_all

from tongguan.desk.account.entering import PROVEN
from tongguan.desk.trader.declarations import editor
from tongguan.ecommerce import context, samples
from tongguan.parties.actions import admit, register
from tongguan.parties.models import Person
from tongguan.parties.queries import find

ROLES = {
    "platform": samples.PLATFORM,
    "broker": samples.BROKER,
    "payer": samples.PAYER,
    "carrier": samples.CARRIER,
    "officer": None,
    "operator": None,
    "auditor": None,
}
OTHER = samples._firm("310115", "MA0TG0099", "3122960099", "沪外跨境电商有限公司", "Elsewhere E-commerce", "platform")
PASSWORD = "correct horse battery"
PLATFORM = samples.PLATFORM.code


@pytest.fixture(autouse=True)
def _signed_in_a_moment_ago():
    """Let who is signed in by a test have shown a moment ago who he is, as who signs in on the page has."""

    def prove(request, **_):
        request.session[PROVEN] = timezone.now().timestamp()

    user_logged_in.connect(prove)
    yield
    user_logged_in.disconnect(prove)


@dataclass
class Window:
    """The parcels of the window by their fate, and its people signed in."""

    released: samples.Parcel
    refused: samples.Parcel
    waiting: samples.Parcel
    checked: samples.Parcel

    def person(self, name: str, lang: str = "zh") -> Client:
        """Return a browser in which this person is signed in; nobody for an empty name."""
        client = Client(headers={"accept-language": lang})
        if name:
            client.force_login(Person.objects.get(username=name))
        return client

    def address(self, fate: str) -> str:
        """Return the address of a parcel."""
        return f"/parcels/{PLATFORM}/{getattr(self, fate).order.orderNo}"


def bought(order_no: str, count: int = 1) -> samples.Parcel:
    chance = random.Random(order_no)
    goods = [(samples.GOODS[n], 1) for n in range(2, 2 + count)]
    return samples.parcel(order_no, samples.buyer(chance), goods, at=AT, chance=chance, freight=Decimal(20))


@pytest.fixture
def people(tariff_loaded, db):
    """A prepared window whose people can sign in; one more works for a firm that nothing concerns."""
    prepare()
    for role, firm in ROLES.items():
        admit(role, f"{role}某", PASSWORD, [(role, firm and find(firm.code))], by=OPERATOR, at=AT)
    elsewhere = register(
        OTHER.code, OTHER.customs_registration, name_zh=OTHER.name, kinds=["platform"], by=OPERATOR, at=AT
    )
    admit("elsewhere", "外人", PASSWORD, [("platform", elsewhere)], by=OPERATOR, at=AT)
    admit("nobody", "无岗", PASSWORD, [], by=OPERATOR, at=AT)


@pytest.fixture
def window(people, monkeypatch) -> Window:
    made = {}
    with pytest.MonkeyPatch.context() as draws:
        drawn_share(draws, "0")
        made["released"] = bought("P-RELEASED", 2)
        file_all(made["released"])
        made["refused"] = bought("P-REFUSED").changed("payment", amountPaid=Decimal("1.00"))
        file_all(made["refused"])
        made["waiting"] = bought("P-WAITING")
        file("inventory", made["waiting"].inventory)
        file("order", made["waiting"].order)
    with pytest.MonkeyPatch.context() as draws:
        drawn_share(draws, "1")
        made["checked"] = bought("P-CHECKED")
        file_all(made["checked"])
    context.clear_cache()  # what is decided by next is not kept from those draws
    return Window(**made)


@pytest.fixture
def trade_port(db, monkeypatch, settings):
    """A port with a ship, a broker, his client, an officer, an auditor and somebody else, who can all sign in."""
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    monkeypatch.setattr("django.utils.timezone.now", lambda: made.AT)
    monkeypatch.setattr(editor, "book", made.tariff())
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship(made.BILL, "COSU600102")
    for name, role, code in (
        ("wang", "broker", made.AGENT), ("li", "trader", made.TRADER), ("officer", "officer", ""),
        ("auditor", "auditor", ""), ("other", "broker", made.CARRIER), ("carrier", "carrier", made.CARRIER),
    ):  # fmt: skip
        admit(name, f"{name}某", PASSWORD, [(role, find(code) if code else None)], by=made.OPERATOR, at=made.AT)
