"""`tongguan bank` drives the simulated bank and shows what it did."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tongguan.ecommerce.ports import BankSilent, Instruction
from tongguan.exchange.bank import SimulatedBank

AT = datetime(2026, 6, 3, tzinfo=UTC)


def pay(number: str, payer: str = "P1"):
    return SimulatedBank().pay(Instruction(number, payer, Decimal("91.00"), date(2026, 6, 15), 1), at=AT)


def test_it_pays_until_it_is_told_otherwise(tongguan, db):
    assert tongguan("bank", "--json").json == {"modes": [], "orders": []}
    assert tongguan("bank").status == 0
    assert pay("J1").state == "paid"
    assert tongguan("bank", "refuse", "--reason", "no_agreement").status == 0
    assert (pay("J2").state, pay("J2").reason) == ("refused", "no_agreement")
    assert pay("J1").repeated
    assert tongguan("bank", "late", "--payer", "P2").status == 0
    with pytest.raises(BankSilent):
        pay("J3", "P2")
    shown = tongguan("bank", "--json").json
    assert [(row["payer"], row["mode"], row["reason"]) for row in shown["modes"]] == [
        ("*", "refuse", "no_agreement"),
        ("P2", "late", ""),
    ]
    states = {row["number"]: (row["state"], row["told"]) for row in shown["orders"]}
    assert states == {"J1": ("paid", 2), "J2": ("refused", 2), "J3": ("paid", 1)}
    assert "J3" in tongguan("bank").out


@pytest.mark.parametrize("words", [("rob",), ("refuse", "--reason", "whim")])
def test_wrong_use_says_what_is_wrong(tongguan, db, words):
    ran = tongguan("bank", *words)
    assert (ran.status, ran.out) == (2, "") and "Traceback" not in ran.err
