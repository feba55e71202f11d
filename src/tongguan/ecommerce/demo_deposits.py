"""What the demo shows of assurers' deposits: the carrier keeps one, which secures two parcels and not the third."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find

from . import samples
from .deposits.actions import receive_guarantee
from .intake import receive
from .models import Deposit
from .trial import sign_unsigned

SEED = 20261125
PREFIX = "DEMO-SECURED"
OPERATOR, OFFICER = Actor("window", "operator"), Actor("officer", "officer")
BAG = samples.GOODS[6]


def keep_deposit(at: datetime) -> None:
    """Receive a guarantee of the carrier and file three parcels he answers for; doing it twice changes nothing."""
    if Deposit.objects.exists() or find(samples.CARRIER.code) is None:
        return
    then = at.astimezone(SHANGHAI) - timedelta(days=2)
    receive_guarantee(
        samples.CARRIER.code, Decimal("400.00"), reference="BH-2026-0203", valid_until=then.date().replace(year=2099),
        by=OFFICER, at=then,
    )  # fmt: skip
    ensure_keys(then.date(), by=OPERATOR, at=then)
    for number in range(1, 4):
        parcel = _parcel(number, then)
        for noun in samples.KINDS:
            data = samples.message(noun, [getattr(parcel, noun)])
            receive(sign_unsigned(data, by=OPERATOR, at=then), sender=OPERATOR, at=then + timedelta(hours=number))


def _parcel(number: int, at: datetime) -> samples.Parcel:
    chance = random.Random(f"{SEED}/{number}")
    made = samples.parcel(f"{PREFIX}-{number}", samples.buyer(chance), [(BAG, 2)], at=at, chance=chance)
    return made.changed("inventory", assureCode=made.inventory.logisticsCode)
