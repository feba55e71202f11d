"""Many at once, and a crash in between: never below the floor, no deadlock, all or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from tests.licences.given import AT, SYSTEM, codes, draw, firms, goods, left, received, state, use

from tongguan.kernel.rules import Refused
from tongguan.ledgers.actions import lock
from tongguan.ledgers.queries import check_all
from tongguan.licences.actions import confirm, give_back
from tongguan.licences.models import LicenceUse
from tongguan.licences.queries import accounts


def at_once(number: int, act) -> list:
    def one(which: int):
        try:
            return act(which)
        except Refused as refused:
            return codes(refused)[0][0]
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.fixture
def soy(transactional_db):
    firms()
    return received("1-1", "1", goods("1000"), goods("1000", gcode="1003900000"), last="2026-12-31", mode="MULTI")


def test_32_at_once_never_pass_the_floor(soy):
    soy.most_uses = None
    soy.save()
    found = at_once(32, lambda n: draw(use("100", "1-1", "1"), reference=f"D{n}"))
    assert found.count(None) == 10 and found.count("LICENCE_QUANTITY_SHORT") == 22
    assert left(soy) == 0 and list(check_all()) == []
    at_once(10, lambda n: confirm([f"D{i}" for i, one in enumerate(found) if one is None][n], by=SYSTEM, at=AT))
    assert state(soy) == "partly_used"  # the other line has all its goods


def test_32_at_once_never_pass_the_uses(soy):
    """Their order of lines differs, and half of them lock the accounts first, as a declaration does."""
    both = [use("1", "1-1", "1", detail=""), use("1", "1-1", "1", detail="", gcode="1003900000", place=2)]

    def declared(number: int) -> None:
        uses = both if number % 2 else both[::-1]
        with transaction.atomic():
            if number % 3:
                lock(accounts(uses))
            draw(*uses, reference=f"D{number}")
            if number % 4 == 0:
                confirm(f"D{number}", by=SYSTEM, at=AT)

    found = at_once(32, declared)
    assert found.count(None) == 12 and found.count("LICENCE_USES_SPENT") + found.count("LICENCE_NOT_IN_FORCE") == 20
    soy.refresh_from_db()
    assert (soy.uses, left(soy, 1), left(soy, 2)) == (12, 988, 988)
    done = [f"D{number}" for number, one in enumerate(found) if one is None]
    at_once(24, lambda n: (give_back if n % 2 else confirm)(done[n // 2], by=SYSTEM, at=AT))
    assert (state(soy), left(soy, 1), left(soy, 2), soy.uses) == ("issued", 1000, 1000, 0)
    assert list(check_all()) == []


class Crash(Exception):
    """The program dies here."""


@pytest.mark.parametrize("after", ["reserve", "confirm", "give_back"])
def test_a_crash_in_between_leaves_all_or_nothing(soy, after):
    steps = {
        "reserve": lambda: draw(use("100", "1-1", "1"), reference="D1"),
        "confirm": lambda: confirm("D1", by=SYSTEM, at=AT),
        "give_back": lambda: give_back("D1", by=SYSTEM, at=AT),
    }
    for step in steps:
        before = (left(soy), state(soy), soy.uses, list(LicenceUse.objects.values_list("state", "quantity")))
        if step == after:
            with pytest.raises(Crash), transaction.atomic():
                steps[step]()
                raise Crash
            now = (left(soy), state(soy), soy.uses, list(LicenceUse.objects.values_list("state", "quantity")))
            assert now == before and list(check_all()) == []
            return
        steps[step]()
