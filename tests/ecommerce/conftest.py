"""What the tests of e-commerce share: a day, its law and tariff, and a parcel whose documents agree."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.core.management import call_command
from tests.conftest import ensure_tariff
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import context, samples
from tongguan.ecommerce.context import Context
from tongguan.inspections.draws import ensure_keys
from tongguan.parties.actions import register
from tongguan.tariff.book import Book


@pytest.fixture(scope="session")
def ctx() -> Context:
    return Context(AT.date(), tariff=Book.from_yaml(on=AT.date()))


@pytest.fixture
def parcel() -> samples.Parcel:
    chance = random.Random(7)
    bought = [(samples.GOODS[0], 1), (samples.GOODS[2], 2)]
    return samples.parcel("T0001", samples.buyer(chance), bought, at=AT, chance=chance, freight=Decimal(20))


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """The reference data, committed once a module: loading the tariff takes most of a second."""
    with django_db_blocker.unblock():
        prepare()
        yield
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture
def window(reference, db):
    """A window with its tariff loaded, its firms registered and the day's draw committed."""


@pytest.fixture
def racing_window(transactional_db):
    """The same, for tests whose threads commit."""
    prepare()


def prepare() -> None:
    ensure_tariff(OPERATOR, AT)
    ensure_keys(AT.date(), by=OPERATOR, at=AT)
    for firm in samples.FIRMS:
        register(firm.code, firm.customs_registration, name_zh=firm.name, kinds=[firm.kind], by=OPERATOR, at=AT)


def drawn_share(monkeypatch, share: str) -> None:
    made = Context.__init__

    def made_with_share(self, *args, **more):
        made(self, *args, **more)
        self.check_share = Decimal(share)

    monkeypatch.setattr(Context, "__init__", made_with_share)
    context.clear_cache()


@pytest.fixture
def nobody_drawn(monkeypatch):
    """Chance draws nobody: the share is none."""
    drawn_share(monkeypatch, "0")


@pytest.fixture
def everybody_drawn(monkeypatch):
    """Chance draws everybody: the share is all."""
    drawn_share(monkeypatch, "1")
