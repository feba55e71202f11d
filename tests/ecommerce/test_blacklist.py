"""The blacklist of buyers: who is put on it, for how long, and what becomes of his parcels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ecommerce.filing import AT, OFFICER, OPERATOR, file_all, happened
from tests.ecommerce.test_patterns import batch, bought, candidates, person, with_dossier

from tongguan.ecommerce.blacklist import queries
from tongguan.ecommerce.blacklist.actions import put_on_list, take_off_list
from tongguan.ecommerce.models import Inventory, ListedBuyer
from tongguan.ecommerce.patterns.suspicion import suspicion
from tongguan.inspections.models import Check
from tongguan.journal.models import Event
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import NotNow, NotYours

LAST = AT.date() + timedelta(days=30)
MOST = law("ecommerce.blacklist_days", on=AT.date()).value


def put(
    number: str = "", *, reason: str = "多次代购转卖", last_day: date | None = LAST, by=OFFICER, at=AT
) -> ListedBuyer:
    return put_on_list(number or person(1).number, reason=reason, last_day=last_day, by=by, at=at)


def refused(**asked) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        put(**asked)
    number = asked.get("number") or person(1).number
    for one in raised.value.findings:
        assert all(
            one.text(lang) and "…" not in one.text(lang) and (len(number) < 9 or number not in one.text(lang))
            for lang in ("zh", "en")
        )
    return [(one.code, one.pointer) for one in raised.value.findings]


@pytest.mark.usefixtures("window", "nobody_drawn")
class TestList:
    def test_a_listed_buyer_is_checked_and_others_are_released(self):
        row = put()
        file_all(bought("MINE", person(1)), bought("ELSE", person(2)))
        states = dict(Inventory.objects.values_list("order_no", "state"))
        assert states == {"MINE": "check", "ELSE": "released"}
        assert [one.order_no for one in queries.parcels_of(row)] == ["MINE"]
        assert Check.objects.get().share == 1

    def test_no_identity_number_is_kept(self):
        number, row = person(1).number, put()
        kept = str(ListedBuyer.objects.values().get()) + str(list(Event.objects.values("subject", "details")))
        assert number not in kept and row.masked == f"{number[:3]}***********{number[-4:]}"
        assert bytes(row.digest).hex() not in str(list(Event.objects.values("details")))

    def test_an_entry_is_in_force_from_its_first_to_its_last_day(self):
        put()
        file_all(bought("MINE", person(1)))
        [mine] = [with_dossier(c) for c in candidates("MINE")]
        asked = lambda days: suspicion(batch(AT + timedelta(days=days)), [mine])  # noqa: E731
        assert asked(0) and asked(30)
        assert not asked(31) and not asked(-1)

    def test_one_statement_a_message_as_before(self):
        put()
        file_all(bought("MINE", person(1)), bought("ELSE", person(2)))
        both, now = [with_dossier(c) for c in candidates("ELSE", "MINE")], batch()
        with CaptureQueriesContext(connection) as asked:
            assert suspicion(now, both) == {both[1].subject}
        assert len(asked) == 1

    def test_who_is_taken_off_is_like_any_other(self):
        row = take_off_list(put().pk, reason="查错了人", by=OFFICER, at=AT)
        assert (row.state, row.removed_by, row.removed_because) == ("removed", "officer", "查错了人")
        assert happened(row) == ["buyer.listed", "buyer.unlisted"]
        file_all(bought("MINE", person(1)))
        assert Inventory.objects.get().state == "released"
        assert put().pk != row.pk
        with pytest.raises(NotNow):
            take_off_list(row.pk, reason="again", by=OFFICER, at=AT)
        with pytest.raises(ListedBuyer.DoesNotExist):
            take_off_list(0, reason="again", by=OFFICER, at=AT)

    @pytest.mark.parametrize("number", ["1", "110105194912310021", "１" * 18, "x" * 40])
    def test_LISTED_NUMBER(self, number):
        assert refused(number=number) == [("LISTED_NUMBER", "buyerIdNumber")]

    def test_LISTED_REASON(self):
        assert refused(reason="  ") == [("LISTED_REASON", "reason")]
        with pytest.raises(Refused) as raised:
            take_off_list(put().pk, reason=" ", by=OFFICER, at=AT)
        assert [one.code for one in raised.value.findings] == ["LISTED_REASON"]

    @pytest.mark.parametrize("last_day", [None, AT.date() - timedelta(days=1), AT.date() + timedelta(days=MOST + 1)])
    def test_LISTED_DAYS(self, last_day):
        assert refused(last_day=last_day) == [("LISTED_DAYS", "lastDay")]

    def test_a_day_and_the_longest_time(self):
        assert put(last_day=AT.date()).last_day == AT.date()
        assert put(person(2).number, last_day=AT.date() + timedelta(days=MOST)).state == "standing"

    def test_LISTED_ALREADY(self):
        first = put(last_day=AT.date())
        assert refused() == [("LISTED_ALREADY", "buyerIdNumber")]
        assert put(at=AT + timedelta(days=1)).pk != first.pk  # the first one is over

    def test_only_officers(self):
        with pytest.raises(NotYours):
            put(by=OPERATOR)
        row = put()
        with pytest.raises(NotYours):
            take_off_list(row.pk, reason="x", by=OPERATOR, at=AT)


@pytest.mark.usefixtures("racing_window")
def test_of_two_officers_at_once_one_lists_a_buyer():
    def one(_: int) -> str:
        try:
            return put().state
        except Refused as refused:
            return refused.findings[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == ["LISTED_ALREADY", "standing"]
    assert ListedBuyer.objects.count() == 1
