"""What tests of guarantees and payments share: a day, an importer, its guarantees, and who acts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tongguan.credit import queries as credit
from tongguan.credit.actions import set_grade
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.ledgers.queries import check_all
from tongguan.parties.actions import register
from tongguan.parties.models import Enterprise
from tongguan.revenue.guarantees import actions
from tongguan.revenue.models import Guarantee, Secured

D = Decimal
IMPORTER, OTHER = "91110105MA01ABCD5F", "91110105MA00DH8B5N"
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
DAY = AT.date()
OPERATOR, OFFICER, SYSTEM = Actor("window", "operator"), Actor("officer", "officer"), Actor("tongguan", "system")
TERMS = {
    "scopes": ["consolidated", "time_limit"], "valid_from": date(2026, 1, 1), "valid_to": date(2026, 6, 30),
    "guarantor": "某银行", "document": "BH-1",
}  # fmt: skip


def firm(code: str = IMPORTER) -> Enterprise:
    return register(code, name_zh="某进出口有限公司", name_en="Some Importer", kinds=["trader"], by=OPERATOR, at=AT)


def trader(code: str = IMPORTER) -> Actor:
    return Actor("li", "trader", firm(code).pk)


def filed(total: str = "5000000", kind: str = "bank_letter", code: str = IMPORTER, **terms) -> Guarantee:
    by = trader(code)
    if kind == "exemption":
        graded("advanced", code)
    row = actions.draft(kind, D(total), **TERMS | terms, by=by, at=AT)
    return actions.file(row.number, by=by, at=AT)


def graded(grade: str, code: str = IMPORTER, since: date = date(2026, 1, 1), basis: str = "certified") -> None:
    """Give a firm a grade, unless it has it already."""
    if credit.grade(code, since) != grade:
        set_grade(code, grade, since=since, basis=basis, words="测试", by=SYSTEM, at=AT)


def accepted(total: str = "5000000", kind: str = "bank_letter", code: str = IMPORTER, **terms) -> Guarantee:
    return actions.accept(filed(total, kind, code, **terms).number, by=OFFICER, at=AT)


def debit(of: Guarantee, amount: str, reference: str, **how) -> Secured:
    given = {"holder": IMPORTER, "scope": "consolidated", "on": DAY, "by": SYSTEM, "at": AT} | how
    return actions.debit(of.number, D(amount), reference=reference, **given)


def left(of: Guarantee) -> Decimal:
    """Return what is left of a guarantee, the sums of its ledger and its open entries looked at too."""
    found = Guarantee.objects.select_related("account").get(pk=of.pk)
    held = Secured.objects.filter(guarantee=found, state__in=("open", "demanded"))
    assert list(check_all()) == []
    assert sum(held.values_list("amount", flat=True), D(0)) == found.used and 0 <= found.used <= found.total
    return found.left


def refused(call, *args, **named) -> list[str]:
    with pytest.raises(Refused) as raised:
        call(*args, **named)
    return [finding.code for finding in raised.value.findings]
