"""What the demo shows of re-sale (二次销售): neighbours who share one telephone, and somebody who never has enough coffee.

Their parcels go through the intake like all others; the timer's own action finds the patterns.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor

from . import samples
from .intake import receive
from .models import Order
from .patterns.actions import look_for_patterns
from .trial import sign_unsigned

SEED = 20261124
NAME = "DEMO-RESALE"
TELEPHONE = "13800009999"
COFFEE, MILK = samples.GOODS[9], samples.GOODS[0]


def file_patterns(*, by: Actor, at: datetime) -> None:
    """File what shows two patterns and let them be found; doing it twice changes nothing.

    One person has one more parcel of a commodity code than is usual; one more people than is usual give one telephone. The
    last of these lacks his payment, so his parcel is held; one that comes after the finding is checked with certainty.
    """
    if Order.objects.filter(order_no__startswith=NAME).exists():
        return
    most = law("ecommerce.resale_most", on=at.astimezone(SHANGHAI).date()).value
    drinker = samples.buyer(random.Random(f"{SEED}/coffee"))
    for number in range(most["goods"] + 1):
        # The parcels run over the days before, and end yesterday.
        _file([_parcel(f"C{number + 1}", drinker, COFFEE, at - timedelta(days=most["goods"] + 1 - number))], by)
    neighbours = [_neighbour(number) for number in range(most["telephone"] + 2)]
    *shown, waiting, later = [_parcel(f"T{number + 1}", who, MILK, at) for number, who in enumerate(neighbours)]
    _file(shown, by)
    _file([waiting], by, without="payment")
    look_for_patterns(at=at)
    _file([later], by)


def _neighbour(number: int) -> samples.Buyer:
    return samples.buyer(random.Random(f"{SEED}/telephone/{number}"))._replace(telephone=TELEPHONE)


def _parcel(number: str, who: samples.Buyer, goods: samples.Goods, at: datetime) -> samples.Parcel:
    chance = random.Random(f"{SEED}/{number}")
    return samples.parcel(f"{NAME}-{number}", who, [(goods, 1)], at=at.astimezone(SHANGHAI), chance=chance)


def _file(parcels: Sequence[samples.Parcel], by: Actor, *, without: str = "") -> None:
    """File parcels at the moment their documents bear."""
    at = datetime.strptime(parcels[0].order.appTime, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI)
    ensure_keys(at.date(), by=by, at=at)
    for noun in samples.KINDS:
        if noun != without:
            data = samples.message(noun, [getattr(parcel, noun) for parcel in parcels])
            receive(sign_unsigned(data, by=by, at=at), sender=by, at=at)
