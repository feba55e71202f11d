"""Placing and lifting holds, alone and in races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from tongguan.holds.actions import NoHold, lift, lift_many, lift_of, place, place_many
from tongguan.holds.models import Hold
from tongguan.holds.queries import standing, stopped
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotNow, NotYours

OFFICER = Actor("wu", "officer")
TRADER = Actor("li", "trader", enterprise=1)
SYSTEM = Actor("tongguan", "system")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
CHECK = {"owner": "officer", "stops": ["release", "withdraw"], "by": SYSTEM, "at": AT}


@pytest.mark.django_db
def test_a_hold_stops_what_it_names_until_it_is_lifted():
    hold = place("parcel/1", "inspection", promised=AT.replace(day=22), **CHECK)
    assert [h.id for h in stopped("parcel/1", "release")] == [hold.id]
    assert stopped("parcel/1", "amend") == []
    assert stopped("parcel/2", "release") == []
    lift(hold.id, "passed", by=OFFICER, at=AT)
    assert stopped("parcel/1", "release") == []
    hold.refresh_from_db()
    assert (hold.state, hold.lifted_by, hold.outcome, hold.promised) == ("lifted", "wu", "passed", AT.replace(day=22))


@pytest.mark.django_db
def test_placing_again_changes_nothing_while_it_stands_and_holds_again_afterwards():
    first = place("parcel/1", "inspection", note="first", **CHECK)
    assert place("parcel/1", "inspection", note="second", **CHECK).id == first.id
    other = place("parcel/1", "selection", **CHECK)
    lift_of("parcel/1", "inspection", "passed", by=OFFICER, at=AT)
    again = place("parcel/1", "inspection", **CHECK)
    assert len({first.id, other.id, again.id}) == 3
    assert [h.reason for h in standing("parcel/1")] == ["selection", "inspection"]
    assert Event.objects.filter(what="hold.placed").count() == 3


@pytest.mark.django_db
def test_only_the_owner_or_the_program_lifts_and_only_once():
    hold = place("parcel/1", "inspection", **CHECK)
    with pytest.raises(NotYours) as refused:
        lift(hold.id, "passed", by=TRADER, at=AT)
    assert "解除管制" in refused.value.text("zh")
    lift(hold.id, "passed", by=SYSTEM, at=AT)
    with pytest.raises(NotNow, match="A hold that is lifted cannot lift"):
        lift(hold.id, "passed", by=OFFICER, at=AT)
    with pytest.raises(NoHold) as nothing:
        lift_of("parcel/1", "inspection", "passed", by=OFFICER, at=AT)
    assert nothing.value.text("en") == "NO_HOLD: No hold for inspection stands on parcel/1."
    assert nothing.value.text("zh") == "NO_HOLD: parcel/1没有因“查验”而实施的管制。"
    with pytest.raises(ValueError, match="outcome"):
        lift(place("parcel/2", "inspection", **CHECK).id, "", by=OFFICER, at=AT)


@pytest.mark.django_db
def test_many_are_placed_and_lifted_with_an_event_each():
    subjects = [f"parcel/{n}" for n in range(50)]
    place("parcel/7", "selection", **CHECK)
    placed = place_many(subjects * 2, "selection", **CHECK)
    assert len(placed) == 49 and "parcel/7" not in placed
    assert len(standing(subjects)) == 50
    lifted = lift_many([*subjects[:10], "parcel/none"], "selection", "not drawn", by=SYSTEM, at=AT)
    assert lifted == sorted(subjects[:10])
    assert len(standing(subjects)) == 40
    assert Event.objects.filter(what="hold.placed").count() == 50
    event = Event.objects.filter(what="hold.lifted", subject="parcel/3").get()
    assert event.details == {"reason": "selection", "outcome": "not drawn"}
    with pytest.raises(NotYours):
        lift_many(subjects, "selection", "mine", by=TRADER, at=AT)


@pytest.mark.django_db
def test_many_cost_the_same_few_statements(django_assert_num_queries):
    with django_assert_num_queries(2):  # insert, copy of the events
        place_many([f"parcel/{n}" for n in range(200)], "selection", **CHECK)
    with django_assert_num_queries(1):
        assert len(standing(f"parcel/{n}" for n in range(200))) == 200


@pytest.mark.django_db
def test_a_reason_without_a_text_and_an_unknown_act_are_refused():
    with pytest.raises(KeyError, match="hold.reason.whim"):
        place("parcel/1", "whim", **CHECK)
    for stops in (["fly"], []):
        with pytest.raises(IntegrityError), transaction.atomic():
            place("parcel/1", "inspection", **{**CHECK, "stops": stops})
    assert not Hold.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_place_one_hold_and_one_of_eight_lifts_it():
    def racing(count, one):
        def closing(n):
            try:
                return one(n)
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(closing, range(count)))

    ids = racing(16, lambda n: place("parcel/1", "inspection", **CHECK).id)
    assert len(set(ids)) == 1 == len(standing("parcel/1"))

    def lifts(n: int) -> bool:
        try:
            lift(ids[0], "passed", by=OFFICER, at=AT)
        except NotNow:
            return False
        return True

    assert sum(racing(8, lifts)) == 1
    assert Event.objects.filter(what="hold.lifted").count() == 1
    assert standing("parcel/1") == []
