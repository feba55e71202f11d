"""Thirty-two declarations at once under one letter: one draws on it, the others are refused, and nobody waits in a circle."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from tests.revenue import relieved

from tongguan.kernel.rules import Refused
from tongguan.ledgers.queries import check_all
from tongguan.revenue.models import RelievedGoods


@pytest.mark.django_db(transaction=True)
def test_one_of_many_draws_on_a_letter(monkeypatch):
    relieved.use_tariff(monkeypatch)
    relieved.firms()
    relieved.listed()
    row = relieved.letter()
    told: list[str] = []

    def draw(number: int) -> None:
        try:
            relieved.draw(row, relieved.drawn("3"), reference=f"declaration/{number}")
            told.append("drawn")
        except Refused as refused:
            told.extend(one.code for one in refused.findings)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(32)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(told) == ["RELIEF_SPENT"] * 31 + ["drawn"]
    assert relieved.left(row) == 7 and relieved.again(row).uses == 1 and RelievedGoods.objects.count() == 1
    assert list(check_all()) == []
