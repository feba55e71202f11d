"""How numbers are written in the form of a declaration, and what follows from them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.desk.test_declarations import body, browser, typed

from tongguan.declarations import queries
from tongguan.declarations.models import Declaration

D = Decimal


@pytest.fixture
def port(trade_port):
    """A port with a ship, a broker, and his client."""


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1,250.50", D("1250.50")),
        ("1，250，000", D(1250000)),
        ("12,50", None),
        ("1,5", None),
        ("1_5", None),
        (",5", None),
    ],
)
def test_commas_set_off_thousands_and_nothing_else(port, written, kept):
    answer = browser("wang").post("/declarations/new", typed(do="save", FeeRate=written))
    if kept is None:
        assert answer.status_code == 409 and not Declaration.objects.exists()
        assert re.search(r'id="FeeRate-says"><span class="late">', body(answer))
    else:
        assert queries.document(Declaration.objects.get()).FeeRate == kept


def test_a_total_that_follows_is_rounded_half_up(port):
    sent = typed(do="save", **{"item-1-GQty": "0.5", "item-1-DeclPrice": "0.25", "item-1-DeclTotal": ""})
    browser("wang").post("/declarations/new", sent)
    assert queries.document(Declaration.objects.get()).items[0].DeclTotal == D("0.13")
