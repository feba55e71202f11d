"""S10: a certified firm loses its grade; its exemption ends, what it secured is secured anew, and it is inspected as others."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from tests.declarations import made
from tests.declarations.conftest import _bank, port, window  # noqa: F401
from tests.revenue.firms import IMPORTER, OFFICER, accepted, debit, graded, left, refused

from tongguan.credit import queries as credit
from tongguan.credit.actions import set_grade
from tongguan.credit.kinds import BARS
from tongguan.inspections import declarations
from tongguan.journal.models import Event
from tongguan.kernel.law import law
from tongguan.parties.roles import SYSTEM
from tongguan.revenue.guarantees import actions, queries
from tongguan.revenue.numbering import SHANGHAI

pytestmark = pytest.mark.django_db
FALL = date(2026, 5, 10)


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI)


def fall(grade: str, on: date, basis: str = "other") -> None:
    set_grade(IMPORTER, grade, since=on, basis=basis, words="降级", by=SYSTEM, at=at(on))


@pytest.mark.measure("M3-7.1")
def test_the_exemption_ends_and_art_on_show_is_secured_within_ten_working_days():
    graded("advanced")
    of = accepted("2000000", "exemption", guarantor="", document="", scopes=["elements"])
    debit(of, "800000", "exhibit/1", scope="elements", on=date(2026, 4, 20), at=at(date(2026, 4, 20)))
    assert credit.inspection_factor(IMPORTER, FALL - timedelta(days=1)) == Decimal("0.2")
    assert actions.end_lost_exemptions(FALL - timedelta(days=1), at=at(FALL - timedelta(days=1))) == 0

    fall("regular", FALL)

    # Nothing new is secured from the moment it is lost, whenever the timer runs.
    assert refused(debit, of, "1", "exhibit/2", scope="elements", on=FALL, at=at(FALL)) == ["GUARANTEE_GRADE"]
    assert actions.end_lost_exemptions(FALL + timedelta(days=1), at=at(FALL + timedelta(days=1))) == 1
    of.refresh_from_db()
    assert (of.state, of.resecure_by) == ("expired", date(2026, 5, 22))
    [entry] = queries.to_secure_anew(to=OFFICER)
    assert (entry.reference, entry.amount) == ("exhibit/1", Decimal("800000"))
    letter = accepted("900000", document="BH-2", scopes=["elements"])
    actions.resecure("exhibit/1", letter.number, by=OFFICER, at=at(date(2026, 5, 22)))
    assert left(letter) == Decimal("100000") and queries.to_secure_anew(to=OFFICER) == []
    assert actions.end_lost_exemptions(FALL + timedelta(days=2), at=at(FALL + timedelta(days=2))) == 0

    assert credit.inspection_factor(IMPORTER, FALL) == 1
    assert not any(credit.barred(IMPORTER, what, FALL) for what in ("two_step", "consolidated", "bond_insurance"))
    told = Event.objects.filter(what="credit.grade_changed").order_by("id").last()
    assert (told.details["before"], told.details["grade"]) == ("advanced", "regular")


def test_a_dishonest_firm_is_kept_from_what_trust_gives():
    graded("advanced")
    fall("dishonest", FALL, "smuggling")
    barred = {what for what in BARS if credit.barred(IMPORTER, what, FALL)}
    assert barred == {"two_step", "consolidated", "bond_insurance", "group_supervision"}
    assert credit.inspection_factor(IMPORTER, FALL) > 1


@pytest.mark.measure("M4-27.1", "M4-31.1")
def test_the_draw_of_declarations_goes_by_the_grade_and_asks_no_district(port):  # noqa: F811
    base = law("inspections.declaration_check_share", on=FALL).value
    row = made.submitted()
    firm = row.trader.uscc or row.agent.uscc
    shares = declarations.shares_of([str(row), "declaration/0"], FALL, base)
    assert shares == {str(row): base, "declaration/0": base}
    set_grade(firm, "advanced", since=date(2026, 2, 1), basis="certified", words="认证", by=OFFICER, at=made.AT)
    assert declarations.shares_of([str(row)], FALL, base) == {str(row): base * Decimal("0.2")}
    set_grade(firm, "dishonest", since=made.AT.date(), basis="smuggling", words="走私", by=SYSTEM, at=made.AT)
    assert declarations.shares_of([str(row)], FALL, base) == {str(row): Decimal("0.80")}
