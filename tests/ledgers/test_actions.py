"""Single entries, and races for the same account."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from tongguan.journal.copying import NoTransaction
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import confirm, credit, debit, lock, release, reserve
from tongguan.ledgers.batch import Batch
from tongguan.ledgers.models import Account, Entry
from tongguan.ledgers.queries import balance, check_all, entries, open_reservations, room
from tongguan.ledgers.refusals import NotReserved, Overdrawn, ReferenceReused

LI = Actor("li", "officer")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
WHO = {"by": LI, "at": AT}


@pytest.mark.django_db
def test_an_allowance_is_used_and_given_back():
    """The buyer used 24,800 of the year, returns 1,000 of it, and has used 23,800."""
    debit("buyer", Decimal(24800), reference="parcels", floor=-26000, **WHO)
    credit("buyer", Decimal(1000), reference="returned", **WHO)
    assert (balance("buyer"), room("buyer", -26000)) == (-23800, 2200)
    assert room("nobody", -26000) == 26000


@pytest.mark.django_db
def test_the_same_again_returns_the_entry_that_is_there():
    first = debit("a", 5, reference="r", floor=-5, **WHO)
    again = debit("a", 5, reference="r", floor=-5, by=Actor("wu", "officer"), at=AT.replace(hour=10))
    assert (again.id, again.by, again.at) == (first.id, "li", AT)
    with pytest.raises(ReferenceReused):
        debit("a", 4, reference="r", floor=-5, **WHO)
    with pytest.raises(Overdrawn):
        debit("a", 1, reference="s", floor=-5, **WHO)
    assert balance("a") == -5


@pytest.mark.django_db
def test_a_reservation_stays_open_until_it_is_confirmed_or_released():
    credit("a", 10, reference="start", **WHO)
    for reference, amount in (("r1", 4), ("r2", 3), ("r3", 2)):
        reserve("a", amount, reference=reference, **WHO)
    confirm("a", reference="r1", **WHO)
    release("a", reference="r2", **WHO)
    assert [e.reference for e in open_reservations("a")] == ["r3"]
    assert balance("a") == 4
    with pytest.raises(NotReserved):
        release("a", reference="r1", **WHO)
    assert release("a", reference="r2", **WHO).amount == 3
    assert balance("a") == 4
    assert list(check_all()) == []


@pytest.mark.django_db
def test_the_entries_of_an_account_are_paged_from_the_newest():
    for n in range(5):
        credit("a", n, reference=f"r{n}", **WHO)
    credit("b", 1, reference="r", **WHO)
    page = entries("a", limit=3)
    assert [e.reference for e in page] == ["r4", "r3", "r2"]
    assert [e.reference for e in entries("a", before=page[-1].id)] == ["r1", "r0"]


@pytest.mark.django_db
def test_a_balance_that_differs_from_its_entries_is_found():
    credit("a", 5, reference="r", **WHO)
    Account.objects.filter(name="a").update(balance=6)
    assert list(check_all()) == [("a", Decimal(6), Decimal(5))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET note = 'x'", "UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_entries_are_append_only(change):
    credit("a", 5, reference="r", **WHO)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("ledgers_entry"))
    assert Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET name = 'b'", "UPDATE {} SET id = 0", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_an_account_neither_goes_nor_gets_another_name(change):
    credit("a", 5, reference="r", **WHO)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("ledgers_account"))
    assert balance("a") == 5


@pytest.mark.django_db(transaction=True)
def test_locking_needs_a_transaction():
    with pytest.raises(NoTransaction):
        lock(["a"])


@pytest.mark.django_db
def test_locking_takes_two_statements_for_any_number(django_assert_num_queries):
    lock(["n0", "n1"])
    with django_assert_num_queries(2):
        held = lock([f"n{n}" for n in range(100)] * 2)
    assert list(held) == sorted(f"n{n}" for n in range(100))
    assert Account.objects.count() == 100


def racing(count: int, one):
    def closing(n: int):
        try:
            return one(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(closing, range(count)))


@pytest.mark.django_db(transaction=True)
def test_thirty_two_threads_debit_one_account_that_nobody_has_opened():
    def one(n: int) -> bool:
        try:
            debit("buyer", Decimal("1000.00"), reference=f"parcel/{n}", floor=-26000, **WHO)
        except Overdrawn:
            return False
        return True

    assert sum(racing(32, one)) == 26
    assert balance("buyer") == -26000
    assert list(check_all()) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_reference_sent_by_sixteen_threads_books_once():
    booked = racing(16, lambda n: debit("buyer", 7, reference="parcel/1", floor=-100, **WHO).id)
    assert len(set(booked)) == 1
    assert balance("buyer") == -7


@pytest.mark.django_db(transaction=True)
def test_batches_over_the_same_accounts_in_any_order_do_not_wait_in_a_circle():
    names = [f"n{n}" for n in range(12)]

    def one(n: int) -> None:
        shuffled = random.Random(n)
        for turn in range(6):
            chosen = shuffled.sample(names, 7)
            with transaction.atomic():
                plan = Batch(lock(chosen))
                for name in chosen:
                    plan.debit(name, 1, reference=f"{n}/{turn}", floor=-10_000)
                plan.write(LI, AT)

    racing(12, one)
    assert sum(Account.objects.values_list("balance", flat=True)) == -12 * 6 * 7
    assert list(check_all()) == []
