"""What the tests of the sandbox share: a prepared window, who sends, and parcels whose numbers end as one likes."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT
from tests.sandbox.sending import Trial

from tongguan.ecommerce import samples
from tongguan.ecommerce.context import Context
from tongguan.kernel.states import Actor
from tongguan.parties import vault
from tongguan.parties.queries import find
from tongguan.sandbox import actions


@pytest.fixture
def window(tariff_loaded, db) -> None:
    """A window with its firms, its tariff and the key of its month."""
    prepare()
    vault.seal(b"", on=AT.date())


@pytest.fixture
def broker(window) -> Actor:
    """The broker's program."""
    return Actor("broker system", "broker", find(samples.BROKER.code).pk)


@pytest.fixture
def trial(broker) -> Trial:
    """The broker with a trial certificate of RSA, which is the quickest."""
    issued = actions.issue(find(samples.BROKER.code), algorithm="rsa-sha1", by=broker, at=AT)
    return Trial(broker, issued)


@pytest.fixture
def ctx_of_day(window) -> Context:
    """Law, codes and tariff of the day of the tests."""
    return Context(AT.date())


def parcel(order_no: str) -> samples.Parcel:
    """Return a parcel of two items whose documents agree and whose numbers all end as the order's."""
    chance = random.Random(order_no)
    bought = [(samples.GOODS[0], 1), (samples.GOODS[2], 2)]
    made = samples.parcel(order_no, samples.buyer(chance), bought, at=AT, chance=chance, freight=Decimal(20))
    return made.changed("inventory", copNo=order_no[-20:])
