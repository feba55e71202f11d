"""The lists the authority keeps: who may enter, and what is wrong with an entry."""

from __future__ import annotations

from datetime import date

import pytest
from tests.revenue import relieved
from tests.revenue.relieved import AT, OFFICER, TRADER, importer
from tests.revenue.test_reliefs import refused

from tongguan.kernel.states import NotYours
from tongguan.revenue.reliefs import actions, queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("list_", "key", "more", "found"),
    [
        ("other", TRADER, {}, [("LIST_NAME", "list"), ]),
        ("science", "91110105MA01ABCD5X", {}, [("LIST_KEY", "key")]),
        ("reman_products", "84A", {}, [("LIST_KEY", "key")]),
        ("reman_firms", " ", {}, [("LIST_KEY", "key")]),
        ("science", TRADER, {"until": date(2025, 12, 31)}, [("LIST_DAYS", "until")]),
        ("science", TRADER, {"source": " "}, [("LIST_SOURCE", "source")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry(list_, key, more, found):
    assert refused(relieved.listed, list_, key, **more) == found


def test_customs_enter_once_and_end():
    row = relieved.listed()
    assert refused(relieved.listed) == [("LIST_THERE", "key")]
    assert queries.entry_of("science", [TRADER], date(2026, 1, 1)) == row
    assert queries.entry_of("science", [TRADER], date(2025, 12, 31)) is None
    assert refused(actions.end_entry, row.pk, date(2025, 1, 1), by=OFFICER, at=AT) == [("LIST_DAYS", "until")]
    actions.end_entry(row.pk, date(2026, 6, 30), by=OFFICER, at=AT)
    assert queries.entry_of("science", [TRADER], date(2026, 7, 1)) is None
    assert queries.entries("science", TRADER) == [row]
    relieved.firms()
    with pytest.raises(NotYours):
        actions.enter("science", TRADER, since=date(2027, 1, 1), source="x", by=importer(), at=AT)
