"""What many documents have alike is judged once, and judged as if each had been judged alone."""

from __future__ import annotations

import random
from copy import copy
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.ecommerce.filing import AT

from tongguan.ecommerce import rules, samples
from tongguan.kernel.rules import RuleSet, check

KINDS = {"order": rules.ORDER, "payment": rules.PAYMENT, "waybill": rules.WAYBILL, "inventory": rules.INVENTORY}
STRANGE = {str: ["", "XXX", "9999999999", "1210", "142", "2104100000"], Decimal: [Decimal(-1), Decimal(0), Decimal(3)]}
STRANGE[int] = [0, 7]


class Watched:
    """A document, or an item of one, that notes which of its fields are looked at."""

    def __init__(self, doc: Any, seen: set[str], prefix: str = ""):
        self._doc, self._seen, self._prefix = doc, seen, prefix

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._doc, name)
        if name == "items":
            return [Watched(item, self._seen, "item.") for item in value]
        self._seen.add(self._prefix + name)
        return value


def documents(noun: str, chance: random.Random) -> list[Any]:
    """Documents as they are filed, and the same with a field or two that make no sense."""
    good = [getattr(parcel, noun) for parcel in samples.parcels(6, seed=chance.randrange(999), at=AT, prefix="RS")]
    return good + [spoilt(doc, chance) for doc in good for _ in range(6)]


def spoilt(doc: Any, chance: random.Random) -> Any:
    if getattr(doc, "items", None) and chance.random() < 0.5:
        place = chance.randrange(len(doc.items))
        items = [spoilt(item, chance) if at == place else item for at, item in enumerate(doc.items)]
        return msgspec.structs.replace(doc, items=items)
    name = chance.choice([name for name in doc.__struct_fields__ if type(getattr(doc, name)) in STRANGE])
    return msgspec.structs.replace(doc, **{name: chance.choice(STRANGE[type(getattr(doc, name))])})


@pytest.mark.parametrize("noun", KINDS)
def test_one_judged_with_others_is_judged_as_if_it_were_alone(noun, ctx):
    chance = random.Random(11)
    refused = 0
    for _ in range(12):
        for doc in documents(noun, chance):
            alone = check(KINDS[noun], doc, ctx)
            assert KINDS[noun].check(doc, ctx) == alone
            refused += bool(alone)
    assert refused > 100 and ctx.passed


@pytest.mark.parametrize("noun", KINDS)
def test_a_rule_looks_at_nothing_but_what_it_names(noun, ctx):
    named = [rule for rule in KINDS[noun] if rule.looks_at]
    assert named
    for doc in documents(noun, random.Random(5)):
        for rule in named:
            seen: set[str] = set()
            check([rule], Watched(doc, seen), ctx)
            assert seen <= set(rule.looks_at), type(rule).__name__


def test_what_was_passed_is_forgotten_before_it_fills_the_memory(ctx, monkeypatch):
    monkeypatch.setattr(RuleSet, "_KEPT", 2)
    ctx.passed.clear()
    for doc in documents("waybill", random.Random(1)):
        rules.WAYBILL.check(doc, ctx)
    assert ctx.passed and all(1 <= len(passed) <= 4 for passed in ctx.passed.values())


def test_another_law_asks_again(ctx):
    """What was passed belongs to the law, the lists and the tariff that it was asked by."""
    several = [parcel.inventory for parcel in samples.parcels(9, seed=1, at=AT, prefix="RS")]
    doc = next(doc for doc in several if not rules.INVENTORY.check(doc, ctx))
    other = copy(ctx)
    other.currency, other.passed = "840", {}
    assert {finding.alias for finding in rules.INVENTORY.check(doc, other)} == {"CURRENCY"}
