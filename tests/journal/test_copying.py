"""Rows by COPY: decimals as the database writes them, and work that is done while it is at work."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg.types.numeric import NumericBinaryLoader

from tongguan.journal.copying import NoTransaction, _numeric, copy_rows, copying
from tongguan.ledgers.models import Account

NAMES = ("name", "balance")


@example(Decimal("-9999.99"), 2)
@example(Decimal("9999.9999"), 4)
@example(Decimal("10000.00"), 2)
@example(Decimal("0.01"), 2)
@given(st.decimals(min_value=-(10**15), max_value=10**15, places=5), st.integers(2, 9))
def test_a_decimal_is_written_as_the_driver_reads_it(value, places):
    rounded = round(value, places) if places < 5 else value
    assert NumericBinaryLoader(0).load(_numeric(places)(rounded)) == rounded


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [("1.000005", "1.00001"), ("-1.000005", "-1.00001"), ("0.000004", "0"), ("1.00000499999", "1"), ("1.0000050000", "1.00001")],
)  # fmt: skip
def test_what_has_more_decimals_is_rounded_as_the_database_does(given, kept):
    with transaction.atomic():
        copy_rows(Account, NAMES, [("rounded", Decimal(given))])
    assert Account.objects.get().balance == Decimal(kept)


@pytest.mark.django_db
def test_what_comes_back_is_what_was_copied():
    given = [Decimal(0), Decimal("-0.00001"), Decimal("123456789012345.99999"), Decimal("1E+3"), Decimal("10000")]
    with transaction.atomic():
        copy_rows(Account, NAMES, [(f"copied/{place}", value) for place, value in enumerate(given)])
    assert list(Account.objects.order_by("name").values_list("balance", flat=True)) == given


@pytest.mark.django_db
def test_the_block_runs_before_the_database_has_answered():
    done = []
    with transaction.atomic(), copying(Account, NAMES, [("one", Decimal(1))]):
        done.append("meanwhile")
    assert done and Account.objects.get().name == "one"


@pytest.mark.django_db
def test_what_the_database_refuses_is_raised_after_the_block():
    done = []
    with pytest.raises(IntegrityError), transaction.atomic():
        with copying(Account, NAMES, [("twice", Decimal(1)), ("twice", Decimal(2))]):
            done.append("meanwhile")
        done.append("never")
    assert done == ["meanwhile"] and not Account.objects.exists()
    with pytest.raises(DataError), transaction.atomic():
        copy_rows(Account, NAMES, [("much", Decimal(10) ** 19)])


@pytest.mark.django_db
def test_a_block_that_fails_leaves_a_connection_that_works():
    with pytest.raises(RuntimeError), transaction.atomic(), copying(Account, NAMES, [("one", Decimal(1))]):
        raise RuntimeError
    assert not Account.objects.exists()

    def rows():
        yield "one", Decimal(1)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        copy_rows(Account, NAMES, rows())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,) and not Account.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_copied():
    with pytest.raises(NoTransaction):
        copy_rows(Account, NAMES, [])
