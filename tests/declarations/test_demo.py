"""The demo shows a declaration of every fate, and shows it once."""

from __future__ import annotations

from datetime import timedelta

from tests.declarations import made

from tongguan.declarations.demo import show_declarations
from tongguan.declarations.models import Declaration
from tongguan.ledgers.queries import check_all
from tongguan.tariff import actions as tariff

AT = made.moment("2026-04-20", 17)


def test_every_fate_is_shown_once(db):
    made.prepare()
    made.parities("2026-03-18")
    tariff.load(by=made.OPERATOR, at=AT)
    for later in (0, 1):
        show_declarations(made.TRADER, made.AGENT, made.CARRIER, AT + timedelta(days=later))
    states = list(Declaration.objects.order_by("pk").values_list("state", flat=True))
    assert len(states) == 10 and set(states) == {"released", "accepted", "due", "withdrawn", "rejected", "draft"}
    assert list(check_all()) == []
