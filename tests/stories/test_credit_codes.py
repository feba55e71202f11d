"""S18: the grade of an enterprise reads by the codes of each law, under the same entry of its history."""

from __future__ import annotations

from datetime import date

import pytest
from tests.credit.given import FIRM, graded

from tongguan.credit import queries
from tongguan.credit.models import Grade

LAST, FIRST = date(2026, 3, 31), date(2026, 4, 1)


@pytest.mark.django_db
def test_other_registered_is_regular_from_the_first_of_april_under_the_same_number():
    row = graded("other", "2023-06-01", basis="asked")
    before, after = queries.standing(FIRM, LAST), queries.standing(FIRM, FIRST)
    assert (before.grade, after.grade) == ("other", "regular")
    assert before.history == after.history == row.pk
    assert [one.pk for one in queries.history(FIRM)] == [row.pk] and Grade.objects.count() == 1
