"""How a firm stands, worked out from what a page has read already: the same as asked of the database, on every day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.credit.given import FIRM, OFFICER, at, graded, on, trader

from tongguan.credit import actions, queries

pytestmark = pytest.mark.django_db


def test_it_is_the_same_on_every_day_of_a_firms_history():
    graded("advanced", "2026-04-10")
    actions.set_pilot(FIRM, "赵联络", since=on("2026-04-20"), until=on("2026-06-30"), by=OFFICER, at=at("2026-04-15"))
    asked = actions.ask_to_rectify(FIRM, "内控制度不健全，三个月内补齐", by=trader(), at=at("2026-04-20"))
    actions.grant_rectification(asked.pk, "同意", until=on("2026-08-01"), by=OFFICER, at=at("2026-05-01"))
    graded("regular", "2026-07-15", basis="asked")
    read = queries.history(FIRM), queries.rectifications(FIRM), queries.file_of(FIRM)
    days = [on("2026-04-01") + timedelta(days=n) for n in range(150)]
    standings = [queries.standing(FIRM, day) for day in days]
    assert [queries.standing_by(*read, day) for day in days] == standings
    assert len(set(standings)) > 4, "the firm stood in several ways"
    assert queries.standing_by([], [], None, days[0]) == queries.standing("", days[0])
