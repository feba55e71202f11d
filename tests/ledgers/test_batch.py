"""Many entries judged in memory and written together."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch, Room
from tongguan.ledgers.lines import entries_root
from tongguan.ledgers.models import Account, Entry
from tongguan.ledgers.queries import balance, check_all
from tongguan.ledgers.refusals import NotReserved, Overdrawn, ReferenceReused

LI = Actor("li", "officer")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)

amounts = st.decimals(0, 1000, places=2)
steps = st.lists(
    st.tuples(
        st.sampled_from(["debit", "credit", "reserve", "confirm", "release"]),
        st.sampled_from(["r1", "r2", "r3", "r4"]),
        amounts,
    ),
    max_size=30,
)


def in_memory(start: Decimal = Decimal(0)) -> Batch:
    return Batch({"a": Account(id=1, name="a", balance=start)})


def attempt(plan: Batch, verb: str, reference: str, amount: Decimal, floor: Decimal) -> None:
    more = {"floor": floor} if verb in ("debit", "reserve") else {}
    given_amount = () if verb in ("confirm", "release") else (amount,)
    with suppress(Overdrawn, ReferenceReused, NotReserved):
        getattr(plan, verb)("a", *given_amount, reference=reference, **more)


@given(steps, st.decimals(-500, 500, places=2))
def test_a_balance_is_never_lowered_below_the_floor(taken, floor):
    plan = in_memory()
    for step in taken:
        before = plan.balances["a"]
        attempt(plan, *step, floor)
        assert plan.balances["a"] >= min(floor, before)


@given(steps)
def test_the_balance_is_what_the_lines_add_up_to(taken):
    plan = in_memory(Decimal(100))
    for step in taken:
        attempt(plan, *step, Decimal(-300))
    assert plan.balances["a"] == 100 + sum(line.amount for line in plan.lines)
    assert len({line[:3] for line in plan.lines}) == len(plan.lines)


@given(amounts)
def test_reserve_and_release_is_nothing_and_reserve_and_confirm_is_a_debit(amount):
    plan = in_memory(Decimal(5))
    plan.reserve("a", amount, reference="r", floor=-1000)
    plan.release("a", reference="r")
    assert plan.balances["a"] == 5
    other = in_memory(Decimal(5))
    other.reserve("a", amount, reference="r", floor=-1000)
    other.confirm("a", reference="r")
    assert other.balances["a"] == 5 - amount


@pytest.mark.django_db(transaction=True)
@settings(max_examples=15, deadline=None)
@given(steps)
def test_what_is_written_is_what_was_judged(taken):
    """Also when the batch is cut in two, so that the second half meets the first half's references in the tables."""
    with transaction.atomic():
        expected = in_memory()
        half = len(taken) // 2
        for part in (taken[:half], taken[half:]):
            plan = Batch(lock(["a"]), references={reference for _, reference, _ in part})
            for step in part:
                attempt(plan, *step, Decimal(-800))
                attempt(expected, *step, Decimal(-800))
            plan.write(LI, AT)
        assert balance("a") == expected.balances["a"]
        assert list(check_all()) == []
        kept = Entry.objects.select_related("account")
        assert entries_root(e.line for e in kept) == entries_root(expected.lines)
        transaction.set_rollback(True)


def test_a_debit_says_how_much_room_it_leaves():
    assert in_memory(Decimal(10)).debit("a", 4, reference="r", floor=1) == Room(Decimal(6), Decimal(5))


def test_exactly_the_floor_is_allowed_and_a_fen_more_is_not():
    plan = in_memory()
    plan.debit("a", Decimal("26000.00"), reference="r1", floor=-26000)
    with pytest.raises(Overdrawn) as refused:
        plan.debit("a", Decimal("0.01"), reference="r2", floor=-26000)
    assert (refused.value.room, refused.value.asked) == (0, Decimal("0.01"))
    assert plan.balances["a"] == -26000
    assert refused.value.text("en") == "OVERDRAWN: This needs 0.01, but only 0 is left."
    assert refused.value.text("zh") == "OVERDRAWN: 额度不足：本次需使用0.01，剩余0。"


@pytest.mark.parametrize(
    ("start", "asked", "allowed"),
    [("100", "105", True), ("100", "105.00001", False), ("0.00001", "5", True), ("0", "1", False), ("-1", "1", False)],
)
def test_a_last_batch_may_go_below_the_floor_by_its_tolerance_once(start, asked, allowed):
    plan = in_memory(Decimal(start))
    if allowed:
        plan.debit("a", Decimal(asked), reference="last", down_to=-5)
        with pytest.raises(Overdrawn):
            plan.debit("a", Decimal("0.00001"), reference="after", down_to=-5)
    else:
        with pytest.raises(Overdrawn):
            plan.debit("a", Decimal(asked), reference="last", down_to=-5)


def test_the_same_reference_books_once_and_another_amount_is_refused():
    plan = in_memory(Decimal(10))
    for _ in range(3):
        plan.debit("a", 4, reference="r")
    assert (plan.balances["a"], len(plan.lines)) == (6, 1)
    # Even when the balance would no longer allow it again.
    plan.debit("a", 6, reference="rest")
    plan.debit("a", 4, reference="r")
    with pytest.raises(ReferenceReused, match="booked with 4 already"):
        plan.debit("a", 5, reference="r")
    plan.credit("a", 4, reference="r")
    assert plan.balances["a"] == 4


def test_a_reservation_is_closed_once():
    plan = in_memory(Decimal(10))
    with pytest.raises(NotReserved):
        plan.confirm("a", reference="r")
    plan.reserve("a", 4, reference="r")
    plan.confirm("a", reference="r")
    plan.confirm("a", reference="r")
    with pytest.raises(NotReserved):
        plan.release("a", reference="r")
    assert plan.balances["a"] == 6


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal("0.000001"), Decimal("NaN"), Decimal(10) ** 15])
def test_an_amount_that_a_ledger_cannot_keep_is_refused(amount):
    with pytest.raises(ValueError, match="amount|decimals"):
        in_memory().credit("a", amount, reference="r")


@pytest.mark.parametrize("amount", [0.1, "1", True])
def test_an_amount_is_a_decimal(amount):
    with pytest.raises(TypeError):
        in_memory().credit("a", amount, reference="r")


@pytest.mark.django_db
def test_a_reference_called_new_that_is_not_fails_at_the_database():
    with transaction.atomic():
        first = Batch(lock(["a"]))
        first.credit("a", 1, reference="r")
        first.write(LI, AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        second = Batch(lock(["a"]))
        second.credit("a", 1, reference="r")
        second.write(LI, AT)
    assert balance("a") == 1


@pytest.mark.django_db
def test_a_batch_is_written_once():
    plan = Batch(lock(["a", "b"]))
    plan.credit("b", 1, reference="r")
    plan.write(LI, AT)
    with pytest.raises(RuntimeError):
        plan.write(LI, AT)
    assert (balance("a"), balance("b")) == (0, 1)


@pytest.mark.django_db
def test_a_zero_entry_has_the_same_root_before_and_after_it_is_kept():
    plan = Batch(lock(["a"]))
    plan.debit("a", 0, reference="r")
    plan.write(LI, AT)
    assert entries_root(plan.lines) == entries_root([Entry.objects.get().line])


def test_every_part_of_a_line_counts_in_the_root():
    plan = in_memory()
    plan.credit("a", 1, reference="r", note="n")
    [line] = plan.lines
    changed = [line._replace(account="b"), line._replace(reference="s"), line._replace(kind="debit")]
    changed += [line._replace(amount=Decimal(2)), line._replace(note="m"), line._replace(account="a\t", note="")]
    assert len({entries_root([one]) for one in [line, *changed]}) == 7
