"""Chance decides which declarations are inspected; the others go on at once, and anybody can repeat the draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.declarations import made
from tests.declarations.conftest import _bank, port, window  # noqa: F401

from tongguan.credit.actions import set_grade
from tongguan.holds.queries import standing
from tongguan.inspections import declarations
from tongguan.inspections.access.actions import conclude
from tongguan.inspections.access.queries import stands
from tongguan.inspections.draws import ensure_keys, reveal, secret, selected
from tongguan.inspections.models import Check
from tongguan.inspections.queries import checks_of, published
from tongguan.inspections.verification import verify
from tongguan.kernel.law import law

LATER = made.AT + timedelta(minutes=1)
BILLS = [f"COSU6002{n:02d}" for n in range(12)]


def reasons(row) -> set[str]:
    return {one.reason for one in standing(str(row))}


@pytest.fixture
def share(monkeypatch):
    """Let the law name a share of one's own."""

    def set_(value: str) -> None:
        monkeypatch.setattr(declarations, "law", lambda name, on: type("Value", (), {"value": Decimal(value)}))

    return set_


def test_without_a_key_nothing_passes(port):  # noqa: F811
    row = made.submitted()
    assert declarations.draw_declarations(at=LATER) == 0
    assert reasons(row) == {"selection"}


def test_what_is_not_drawn_is_released_when_it_is_paid(port, share):  # noqa: F811
    share("0")
    ensure_keys(made.AT.date(), by=made.SYSTEM, at=made.AT)
    row = made.submitted()
    assert declarations.draw_declarations(at=LATER) == 1
    assert reasons(row) == set() and not Check.objects.exists() and made.again(row).state == "due"
    made.pay(row, LATER)
    assert made.actions.release(row.pk, by=made.SYSTEM, at=LATER).state == "released"
    assert declarations.draw_declarations(at=LATER) == 0


def test_what_is_drawn_is_inspected_and_cleared(port, share):  # noqa: F811
    share("1")
    ensure_keys(made.AT.date(), by=made.SYSTEM, at=made.AT)
    of = made.guarantee()
    row = made.submitted(settlement="guarantee", guarantee=of.number)
    assert declarations.draw_declarations(at=LATER) == 1
    [check] = checks_of([str(row)]).values()
    assert reasons(row) == {"inspection"} and check.state == "drawn"
    declarations.clear(row.pk, by=made.OFFICER, at=LATER)
    check.refresh_from_db()
    assert check.state == "passed" and made.again(row).state == "released"
    assert "check.drawn" in made.events(row)


def drawn_of(grade, share, destination="0101", **more):
    """Return a declaration of a firm of a grade, secured by a guarantee and drawn."""
    share("5" if grade else "1")  # a certified firm is drawn a fifth as often
    ensure_keys(made.AT.date(), by=made.SYSTEM, at=made.AT)
    if grade:
        since = made.AT.date() - timedelta(days=30)
        set_grade(made.TRADER, grade, since=since, basis="certified", words="认证", by=made.SYSTEM, at=made.AT)
    of = made.guarantee()
    row = made.submitted(made.document(PurpOrgCode=destination, **more), settlement="guarantee", guarantee=of.number)
    assert declarations.draw_declarations(at=LATER) == 1
    return made.again(row)


BEIJING = replace(made.OFFICER, office="0101")


@pytest.mark.measure("M4-27.1")
def test_what_is_drawn_of_a_certified_firm_leaves_the_port_and_is_checked_at_its_own_place(port, share):  # noqa: F811
    row = drawn_of("advanced", share)
    assert reasons(row) == {"destination"} and row.state == "released" and not stands(row).use
    [check] = checks_of([str(row)]).values()
    assert check.state == "drawn", "it counts as a check of the month"
    conclude(row.pk, "destination", True, by=BEIJING, at=LATER)
    check.refresh_from_db()
    assert check.state == "passed" and reasons(row) == set() and stands(row).use


@pytest.mark.measure("M4-27.1")
def test_what_fails_at_the_own_place_may_not_be_used(port, share):  # noqa: F811
    row = drawn_of("advanced", share)
    conclude(row.pk, "destination", False, note="短少", by=BEIJING, at=LATER)
    assert [one.state for one in checks_of([str(row)]).values()] == ["refused"] and not stands(row).use


@pytest.mark.measure("M4-27.1")
@pytest.mark.parametrize("grade, destination", [(None, "0101"), ("advanced", "2200"), ("advanced", "0202")])
def test_others_and_other_districts_are_checked_at_the_port(port, share, grade, destination):  # noqa: F811
    assert reasons(drawn_of(grade, share, destination)) == {"inspection"}


def test_before_the_plan_no_district_checked_at_the_own_place():
    assert law("inspections.own_place_districts", on=date(2024, 7, 4)).value == ()
    assert "OWNPLACE" not in law("credit.benefits", on=date(2024, 7, 4)).value["advanced"]
    assert "OWNPLACE" in law("credit.benefits", on=date(2024, 7, 5)).value["advanced"]


def test_the_draw_can_be_repeated_by_anybody(window, share):  # noqa: F811
    made.ship(*BILLS)
    day = made.AT.date()
    share("0.5")
    ensure_keys(day, by=made.SYSTEM, at=made.AT)
    rows = [made.submitted(made.document(BillNo=one)) for one in BILLS]
    names = [str(row) for row in rows]
    expected = selected(names, day=day, share=Decimal("0.5"))
    assert declarations.draw_declarations(at=LATER) == len(BILLS)
    assert set(checks_of(names)) == expected and 0 < len(expected) < len(names)
    reveal(day, by=made.SYSTEM, at=made.AT + timedelta(days=1))
    assert verify(published(day, names, share=Decimal("0.5"))).holds


def test_what_somebody_has_decided_meanwhile_is_left_alone(port, share):  # noqa: F811
    day = made.AT.date()
    ensure_keys(day, by=made.SYSTEM, at=made.AT)
    row = made.submitted()
    made.passed(row)
    assert not declarations._decide(str(row), True, day, Decimal(1), secret(day), LATER)
    assert not Check.objects.exists()
