"""The demo shows a declaration of every fate, and shows it once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.declarations import made

from tongguan.declarations.demo import show_declarations
from tongguan.declarations.models import Declaration
from tongguan.declarations.two_steps.demo import show_two_steps
from tongguan.ledgers.queries import check_all
from tongguan.revenue.models import LegalRelief, Refund, ReliefLetter
from tongguan.tariff import actions as tariff

AT = made.moment("2026-04-20", 17)


@pytest.mark.parametrize("banked", [True, False])
def test_every_fate_is_shown_once(db, settings, banked):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank" if banked else ""
    made.prepare()
    made.parities("2026-03-18")
    tariff.load(by=made.OPERATOR, at=AT)
    for later in (0, 1):
        show_declarations(made.TRADER, made.AGENT, made.CARRIER, AT + timedelta(days=later))
    states = list(Declaration.objects.order_by("pk").values_list("state", flat=True))
    assert len(states) == 10 and set(states) >= {"due", "withdrawn", "rejected", "draft"}
    assert not banked or set(states) == {"released", "accepted", "due", "withdrawn", "rejected", "draft"}
    assert list(check_all()) == []
    assert sorted(ReliefLetter.objects.values_list("state", flat=True)) == ["applied", "confirmed"]
    assert sorted(LegalRelief.objects.values_list("state", flat=True)) == ["asked", "granted"]
    assert [one.state for one in Refund.objects.all()] == (["asked"] if banked else [])


def test_two_steps_are_shown_once(db, settings):
    """One waits for its selection, one may leave the port area, one is complete; the last bill is for whoever tries the pages."""
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    tariff.load(by=made.OPERATOR, at=AT)
    made.guarantee("5000000")
    for later in (0, 1):
        show_two_steps(made.TRADER, made.AGENT, made.CARRIER, AT + timedelta(days=later))
    states = list(Declaration.objects.order_by("pk").values_list("state", flat=True))
    assert states[:2] == ["summary", "lifted"] and states[2] in ("due", "accepted", "released")
    assert list(check_all()) == []
