"""Copying what the demonstration has of general trade: each copy under numbers of its own, with what belongs to it."""

from __future__ import annotations

from tests.declarations import made

from tongguan.bench.copying import copy_trade
from tongguan.declarations.models import Declaration, DeclarationVersion
from tongguan.revenue.models import DutyBill, Guarantee


def test_each_copy_has_what_belongs_to_it(db, monkeypatch, settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship()
    row = made.passed(made.submitted())
    first, kept = DutyBill.objects.get(), made.guarantee()
    assert copy_trade(5) == 5
    assert Declaration.objects.values("number").distinct().count() == 5
    assert DeclarationVersion.objects.filter(declaration__number=None).count() == 0
    for one in Declaration.objects.exclude(pk=row.pk):
        [version] = one.versions.all()
        assert bytes(version.sealed) == bytes(row.versions.get().sealed)
        assert DutyBill.objects.get(reference=str(one)).total == first.total
    copies = Guarantee.objects.exclude(pk=kept.pk).select_related("account")
    assert {one.account.name for one in copies} == {f"{kept.account.name}#{n}" for n in range(1, 5)}
    assert copy_trade(3) == 5, "there are enough"
    another = made.draft()
    assert another.pk > max(Declaration.objects.exclude(pk=another.pk).values_list("pk", flat=True))
