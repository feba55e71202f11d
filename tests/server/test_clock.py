"""A clock that jumps by an hour, back or forward, between two messages: nothing is lost, doubled, passed over or undone.

Time comes in at the edge as ``at``; what follows is put in order by numbers of the database. Timers and killed workers:
``test_rescuing``.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest
from tests.ecommerce.conftest import reference as reference
from tests.ecommerce.filing import AT, OPERATOR, file
from tests.soak.known import Sent
from tests.soak.verifying import verify

from tongguan.ecommerce import queries, samples
from tongguan.journal.actions import sequence, sign_head
from tongguan.journal.checking import check_log
from tongguan.parties import clients, vault
from tongguan.server.buckets import Buckets, Limit

HOUR = timedelta(hours=1)
JUMPS = pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["back", "forward"])


@pytest.fixture
def committed(reference, transactional_db):
    """Every message commits, as receipts are read only then."""
    from tests.ecommerce.conftest import prepare
    from tests.server import jobs

    prepare()
    with jobs.no_others():
        yield


def bought(number: str) -> samples.Parcel:
    chance = random.Random(number)
    return samples.parcel(number, samples.buyer(chance), [(samples.GOODS[0], 1)], at=AT, chance=chance)


@JUMPS
@pytest.mark.usefixtures("committed")
def test_a_parcel_whose_documents_come_before_and_after_a_jump_is_cleared(jump: timedelta):
    parcel, sent = bought("SK-jump"), Sent({"SK-jump": "clears"}, ["SK-jump"])
    file("order", parcel.order, at=AT)
    assert file("inventory", parcel.inventory, at=AT).nodes[0].status == "2"
    file("payment", parcel.payment, at=AT + jump)
    file("waybill", parcel.waybill, at=AT + jump)
    sequence()
    sign_head(at=AT + jump)
    assert verify(sent) == []


@JUMPS
@pytest.mark.usefixtures("committed")
def test_who_reads_receipts_by_their_place_misses_none_and_meets_none_twice(jump: timedelta):
    before, after = bought("SK-before"), bought("SK-after")
    file("order", before.order, at=AT)
    first = queries.receipts(to=OPERATOR)
    file("order", after.order, at=AT + jump)
    then = queries.receipts(to=OPERATOR, after=first[-1].place)
    assert [one.keys["orderNo"] for one in first + then] == ["SK-before", "SK-after"]


@pytest.mark.usefixtures("committed")
def test_the_journal_goes_on_with_heads_that_seem_to_be_signed_an_hour_before():
    for number, at in enumerate((AT, AT - HOUR, AT)):
        file("order", bought(f"SK-{number}").order, at=at)
        sequence()
        assert sign_head(at=at) is not None
    checked = check_log()
    assert checked.difference is None
    assert checked.checkpoints == 3


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_limits_of_calls_go_by_a_clock_that_nobody_sets(monkeypatch: pytest.MonkeyPatch, seconds: int):
    bucket = Buckets(Limit(1, 2))
    assert [bucket.take("a").wait, bucket.take("a").wait] == [0, 0]
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + seconds)
    assert bucket.take("a").wait == 1, "a jump refills nothing, and shuts nobody out for an hour"


@pytest.mark.parametrize("seconds", [-3600, 3600])
@pytest.mark.usefixtures("db")
def test_what_a_process_remembers_of_tokens_and_keys_does_not_depend_on_the_day(
    monkeypatch: pytest.MonkeyPatch, seconds: int, django_assert_num_queries
):
    vault.match("id", "1")
    sealed = vault.seal(b"known", on=AT.date())
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + seconds)
    assert vault.unseal(sealed) == b"known"
    with django_assert_num_queries(1):
        assert clients.client_of("nobody's", at=AT) is None
