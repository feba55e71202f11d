"""Thirty-two at once against one guarantee: it never passes its floor, and nobody waits in a circle."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.ecommerce.test_races import at_once
from tests.revenue.firms import AT, IMPORTER, SYSTEM, D, accepted, debit, left

from tongguan.kernel.rules import Refused
from tongguan.ledgers.actions import lock
from tongguan.revenue.guarantees import actions
from tongguan.revenue.guarantees.queries import account
from tongguan.revenue.models import Secured

pytestmark = pytest.mark.django_db(transaction=True)


def tried(call, *args, **named) -> str:
    try:
        call(*args, **named)
    except Refused as why:
        return why.findings[0].code
    return "done"


def test_thirty_two_debits_and_room_for_ten():
    of = accepted("1000")
    found = at_once(lambda n: tried(debit, of, "100", f"D{n}"), range(32), threads=32)
    assert sorted(found) == ["GUARANTEE_SHORT"] * 22 + ["done"] * 10
    assert left(of) == 0


def test_debits_restores_and_adjustments_of_two_guarantees_at_once():
    one, two = accepted("500"), accepted("500", document="BH-2")

    def release(n: int) -> str:
        mine = (one, two)[n % 2]
        with transaction.atomic():
            lock([account(two.number), account(one.number)])  # a release that locks all it touches, first
            done = tried(debit, mine, "40", f"D{n}")
        if n % 3 == 0:
            tried(actions.adjust, f"D{n}", D(60), by=SYSTEM, at=AT)
        if n % 4 == 0:
            tried(actions.resecure, f"D{n}", (two, one)[n % 2].number, by=SYSTEM, at=AT)
        if n % 5 == 0:
            actions.restore(f"D{n}", by=SYSTEM, at=AT)
        return done

    found = at_once(release, range(32), threads=32)
    assert set(found) <= {"done", "GUARANTEE_SHORT"} and found.count("done") >= 20
    assert left(one) >= 0 and left(two) >= 0


def test_the_same_debit_by_sixteen_at_once_is_one():
    of = accepted("1000")
    at_once(lambda _: tried(debit, of, "100", "D1", holder=IMPORTER), range(16), threads=16)
    assert left(of) == D(900) and Secured.objects.count() == 1
