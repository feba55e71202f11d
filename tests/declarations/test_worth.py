"""Samples of little value are declared without an automatic import licence; what they are worth is worked out in yuan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.declarations import made

from tongguan.declarations import queries
from tongguan.declarations.rules.context import Asked
from tongguan.declarations.worth import worth

D, ON = Decimal, made.AT.date()


def samples(total: str, **more):
    one = made.item(GQty=D(1), DeclPrice=D(total), DeclTotal=D(total))
    return made.document(one, one, TradeMode="3010", **more)


@pytest.fixture
def port(window, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff(letters="7"))
    return made.ship()


def test_what_samples_are_worth_in_yuan(port):
    assert worth(samples("100"), ON) == D("1420.0")
    assert worth(made.document(), ON) is None, "only samples are asked"
    yuan = samples("100")
    yuan = made.changed(yuan, items=[made.item(TradeCurr="CNY", DeclTotal=D(30)), made.item(DeclTotal=None)])
    assert worth(yuan, ON) is None
    assert worth(made.changed(yuan, items=yuan.items[:1]), ON) == D(30)
    assert worth(made.changed(yuan, items=[made.item(TradeCurr="JPY")]), ON) is None


@pytest.mark.parametrize(("total", "missing"), [("352", False), ("353", True)])
def test_samples_of_little_value_need_no_licence(port, total, missing):
    """Two lines of 352 dollars are 4,998.40 yuan; the limit is 5,000."""
    found = queries.judged(samples(total), Asked(), by=made.broker(), at=made.AT)
    assert ("DEC_LICENCE_MISSING" in {one.code for one in found}) is missing
