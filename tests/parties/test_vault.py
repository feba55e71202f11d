"""Sealing, matching and forgetting personal data."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import OperationalError, connection, transaction

from tongguan.journal.models import Event
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.seals import Unsealable
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import tasks, vault
from tongguan.parties.models import MonthKey

OPERATOR = Actor("wang", "operator")
DAY = date(2026, 10, 31)
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ID = b"11010519491231002X"


@pytest.mark.django_db
def test_what_is_sealed_opens_and_tells_nothing():
    blob = vault.seal(ID, on=DAY)
    assert ID not in blob and vault.unseal(blob) == ID
    assert vault.seal(ID, on=DAY) != blob
    assert vault.unseal(memoryview(blob)) == ID
    key = MonthKey.objects.get()
    assert (key.month, bytes(key.wrapped) in blob) == (date(2026, 10, 1), False)


@pytest.mark.django_db
def test_a_seal_that_was_moved_to_another_month_or_torn_does_not_open():
    october, november = vault.seal(ID, on=DAY), vault.seal(ID, on=date(2026, 11, 1))
    for blob in (november[:3] + october[3:], october[:-1], b"\x02" + october[1:], b"", b"\x01"):
        with pytest.raises(Unsealable):
            vault.unseal(blob)


@pytest.mark.django_db
def test_a_batch_asks_for_its_key_once(django_assert_num_queries):
    vault.seal(b"", on=DAY)
    with django_assert_num_queries(1):
        seal = vault.sealer(on=DAY)
        blobs = [seal(ID) for _ in range(100)]
    assert {vault.unseal(blob) for blob in blobs} == {ID}


@pytest.mark.django_db(transaction=True)
def test_a_key_is_kept_once_it_is_committed(django_assert_num_queries):
    blob = vault.seal(ID, on=DAY)
    with django_assert_num_queries(0):
        assert vault.unseal(blob) == ID
        vault.seal(ID, on=date(2026, 10, 1))
    vault.clear_cache()
    with django_assert_num_queries(1):
        assert vault.unseal(blob) == ID


@pytest.mark.django_db(transaction=True)
def test_a_key_made_in_a_transaction_that_failed_seals_nothing_more():
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = vault.seal(ID, on=DAY)
        raise RuntimeError
    blob = vault.seal(ID, on=DAY)
    vault.clear_cache()
    assert vault.unseal(blob) == ID
    with pytest.raises(Unsealable):
        vault.unseal(lost)


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_month_is_lost_and_the_others_are_not():
    october, september = vault.seal(ID, on=DAY), vault.seal(ID, on=date(2026, 9, 1))
    vault.forget(DAY, by=OPERATOR, at=AT)
    vault.forget(DAY, by=OPERATOR, at=AT)
    with pytest.raises(vault.Forgotten) as gone:
        vault.unseal(october)
    assert gone.value.text("zh") == "FORGOTTEN: 2026-10的个人信息已按规定销毁，无法查看。"
    with pytest.raises(vault.Forgotten):
        vault.seal(ID, on=DAY)
    assert vault.unseal(september) == ID
    assert MonthKey.objects.get(month=date(2026, 10, 1)).wrapped is None
    event = Event.objects.get()
    assert (event.what, event.subject, event.by) == ("personal_data.forgotten", "month/2026-10", "wang")


@pytest.mark.django_db
def test_a_month_nobody_sealed_in_can_be_closed():
    vault.forget(date(2026, 8, 1), by=OPERATOR, at=AT)
    with pytest.raises(vault.Forgotten):
        vault.seal(ID, on=date(2026, 8, 9))
    assert Event.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("month", "at", "over"),
    [
        (date(2026, 11, 1), AT, False),
        (date(2026, 12, 1), AT, False),
        (date(2026, 10, 1), datetime(2026, 10, 31, 15, 59, tzinfo=UTC), False),
        (date(2026, 10, 1), datetime(2026, 10, 31, 16, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_is_forgotten_after_its_last_minute_in_shanghai(month, at, over):
    if over:
        vault.forget(month, by=OPERATOR, at=at)
    else:
        with pytest.raises(vault.MonthNotOver):
            vault.forget(month, by=OPERATOR, at=at)
    assert MonthKey.objects.exists() == over


@pytest.mark.django_db
def test_only_the_operator_forgets():
    with pytest.raises(NotYours, match="Destroying personal data is for the window operator, not the customs officer"):
        vault.forget(DAY, by=Actor("wu", "officer"), at=AT)


@pytest.mark.django_db
def test_personal_data_are_due_after_the_months_the_law_names():
    for month in (date(2023, 9, 1), date(2023, 10, 31), date(2023, 11, 1)):
        vault.seal(ID, on=month)
    vault.forget(date(2023, 9, 1), by=OPERATOR, at=AT)
    assert vault.due_to_be_forgotten(date(2026, 10, 31)) == []
    assert vault.due_to_be_forgotten(date(2026, 11, 1)) == [date(2023, 10, 1)]
    with pytest.raises(NotConfigured):
        vault.due_to_be_forgotten(date(2018, 12, 31))


def test_a_fingerprint_finds_the_same_value_however_it_is_written():
    assert vault.match("name", "阿里•买买提") == vault.match("name", "阿里·买买提 ")
    assert vault.match("id", "11010519491231002x") == vault.match("id", "11010519491231002X")
    assert len(vault.match("id", "11010519491231002X")) == 16
    assert vault.match("id", "13800138000") != vault.match("phone", "13800138000")
    with pytest.raises(KeyError):
        vault.match("shoe size", "43")


def test_a_fingerprint_needs_the_key(settings):
    before = vault.match("id", "11010519491231002X")
    settings.MATCHING_KEY = bytes(32)
    assert vault.match("id", "11010519491231002X") != before


@pytest.mark.django_db
def test_a_month_opens_under_its_own_master_key_only(settings):
    blob = vault.seal(ID, on=DAY)
    settings.MASTER_KEY = bytes(32)
    with pytest.raises(Unsealable):
        vault.unseal(blob)


@pytest.mark.django_db(transaction=True)
def test_twelve_threads_make_one_key_of_a_new_month():
    ready = threading.Barrier(12)

    def one(n: int) -> bytes:
        try:
            ready.wait(10)
            with transaction.atomic():
                return vault.seal(b"%d" % n, on=DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        blobs = list(pool.map(one, range(12)))
    vault.clear_cache()
    assert MonthKey.objects.count() == 1
    assert [vault.unseal(blob) for blob in blobs] == [b"%d" % n for n in range(12)]


def month_keys() -> list[str]:
    return [f"{month:%Y-%m}" for month in MonthKey.objects.order_by("month").values_list("month", flat=True)]


@pytest.mark.django_db
def test_the_key_of_the_next_month_is_made_in_the_last_days():
    for at, there in (
        (datetime(2026, 11, 20, 9, tzinfo=UTC), ["2026-11"]),
        (datetime(2026, 11, 27, 15, 59, tzinfo=UTC), ["2026-11"]),
        (datetime(2026, 11, 27, 16, tzinfo=UTC), ["2026-11", "2026-12"]),  # the 28th in Shanghai
        (datetime(2026, 11, 30, 16, tzinfo=UTC), ["2026-11", "2026-12"]),
        (datetime(2026, 12, 31, 9, tzinfo=UTC), ["2026-11", "2026-12", "2027-01"]),
    ):
        for _ in range(2):
            vault.make_ahead(at=at)
        assert month_keys() == there
    assert ("parties.make_month_keys", "") in tasks.app.periodic_registry.periodic_tasks


def _waits_for_another(day: date) -> bool:
    """Say whether who seals in a month waits for another who seals in it and has not committed."""

    def impatient() -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
                vault.clear_cache()
                vault.seal(ID, on=day)
        except OperationalError:
            return True
        finally:
            connection.close()
        return False

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        vault.seal(ID, on=day)
        return pool.submit(impatient).result()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_who_files_first_in_a_month():
    assert _waits_for_another(date(2026, 11, 3))
    vault.make_ahead(at=datetime(2026, 11, 29, 9, tzinfo=UTC))
    vault.clear_cache()
    assert not _waits_for_another(date(2026, 12, 1))
