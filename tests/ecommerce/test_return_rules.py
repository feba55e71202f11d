"""Each rule of returns (625): broken by one change, at the field it is about, and by nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.ecommerce.asking import ask, bought, inventory_of, refund, statuses
from tests.ecommerce.filing import AT, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import TaxBill
from tongguan.ecommerce.returns import rules
from tongguan.kernel.rules import check, template_fields

D = Decimal


@pytest.fixture
def released(window, nobody_drawn) -> samples.Parcel:
    """A parcel of four things at 250, released on 1 May 2026."""
    parcel = bought("RET1", "250.00", 4)
    file_all(parcel)
    return parcel


BROKEN = [
    ("-625001", "APP_TYPE", {"appType": "9"}, "appType"),
    ("-625001", "APP_STATUS", {"appStatus": "3"}, "appStatus"),
    ("-625001", "TIME", {"appTime": "20260231000000"}, "appTime"),
    ("-625001", "PLATFORM_CODE", {"ebpCode": "91110113MA0TG00189"}, "ebpCode"),
    ("-625001", "PARTY_CODE", {"logisticsCode": "91"}, "logisticsCode"),
    ("-625001", "ID_TYPE", {"buyerIdType": "2"}, "buyerIdType"),
    ("-625001", "ID_INVALID", {"buyerIdNumber": "1"}, "buyerIdNumber"),
    ("-625001", "REASON", {"reason": "  "}, "reason"),
    ("-625008", "RETURN", {"preNo": "B20260501000000001"}, "preNo"),
]
BROKEN_ITEMS = [
    ("-625001", "ITEM_REPEATED", lambda item: [item, item], "item/2/gnum"),
    ("-625001", "POSITIVE", lambda item: [_with(item, qty=D(0))], "item/1/qty"),
    ("-625012", "", lambda item: [_with(item, unit="000")], "item/1/unit"),
]
AGAINST_THE_INVENTORY = [
    ("-625001", "INVENTORY_DIFFERS", {"orderNo": "OTHER"}, "orderNo"),
    ("-625001", "INVENTORY_DIFFERS", {"ebcCode": "1105930001"}, "ebcCode"),
    ("-625001", "INVENTORY_DIFFERS", {"buyerIdNumber": "110101199001011237"}, "buyerIdNumber"),
]


def _with(item, **changed):
    return type(item)(**{name: getattr(item, name) for name in item.__struct_fields__} | changed)


def mine(findings) -> list[tuple[str, str, str]]:
    assert all(f.text(lang) and "…" not in f.text(lang) for f in findings for lang in ("zh", "en"))
    return [(f.code, f.alias, f.pointer) for f in findings]


@pytest.mark.parametrize("code, alias, change, pointer", BROKEN, ids=[f"{c}/{a}" for c, a, *_ in BROKEN])
def test_rule(code, alias, change, pointer, ctx):
    document = refund(bought("X"), number="010120260000000009", **change)
    assert mine(check(rules.RETURN, document, ctx)) == [(code, alias, pointer)]


@pytest.mark.parametrize("code, alias, change, pointer", BROKEN_ITEMS, ids=[f"{c}/{a}" for c, a, *_ in BROKEN_ITEMS])
def test_rule_of_items(code, alias, change, pointer, ctx):
    document = refund(bought("X"), number="010120260000000009")
    broken = _with(document, items=change(document.items[0]))
    assert mine(check(rules.RETURN, broken, ctx)) == [(code, alias, pointer)]


def test_ReturnKnownCode(ctx, monkeypatch):
    monkeypatch.setattr(ctx, "knows", lambda table, code: code != "9999")
    document = refund(bought("X"), number="010120260000000009", customsCode="9999")
    assert mine(check(rules.RETURN, document, ctx)) == [("-625001", "CODE", "customsCode")]


@pytest.mark.parametrize(
    "code, alias, change, pointer", AGAINST_THE_INVENTORY, ids=[p for *_, p in AGAINST_THE_INVENTORY]
)
def test_what_it_says_of_the_inventory_must_be_so(code, alias, change, pointer, released):
    outcome = ask(refund(released, **change))
    assert mine(outcome.nodes[0].findings)[-1] == (code, alias, pointer)


@pytest.mark.parametrize(
    "code, alias, change, pointer, level",
    [
        ("-625209", "", {"gnum": 2}, "item/1/gcode", "refuse"),
        ("-625209", "", {"gcode": "3304990029"}, "item/1/gcode", "refuse"),
        ("-625010", "UNIT", {"unit": "007"}, "item/1/unit", "refuse"),
        ("-625010", "NAME", {"gname": "别的"}, "item/1/gname", "warn"),
    ],
    ids=["gnum", "gcode", "unit", "gname"],
)
def test_its_items_must_be_the_inventorys(code, alias, change, pointer, level, released):
    document = refund(released)
    outcome = ask(_with(document, items=[_with(document.items[0], **change)]))
    [finding] = [f for f in outcome.nodes[0].findings if f.code == code]
    assert mine([finding]) == [(code, alias, pointer)] and finding.level == level
    assert statuses(outcome) == [code if level == "refuse" else "120"]


def test_TaxIsCollected(released, ctx):
    """Nothing comes off a bill that is in a payment order; the days of asking are over before it can be."""
    row = inventory_of(released)
    bill = TaxBill(inventory=row, state="collected")
    case = rules.ReturnCase(refund(released), row, AT.date(), bytes(row.buyer_match), bill=bill)
    case.lines = {item.gnum: item for item in released.inventory.items}
    assert mine(check(rules.RETURN_CASE, case, ctx)) == [("-625004", "TAX_COLLECTED", "invtNo")]


@pytest.mark.parametrize(
    "rule", [*rules.RETURN, *rules.STANDING, *rules.RETURN_CASE, *rules.ARRIVAL, *rules.ACCEPTANCE],
    ids=lambda r: f"{r.code}/{r.alias}",
)  # fmt: skip
def test_both_texts_name_the_same_values(rule):
    fields = template_fields(rule)
    assert fields["zh"] == fields["en"], fields
