"""What tests of credit share: firms, days, who acts, and how facts and grades are made."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tongguan.credit import actions
from tongguan.credit.models import Fact, Grade
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.parties.queries import find

D = Decimal
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRM, OTHER = "91110105MA01ABCD5F", "9111010570000001X6"
OFFICER, OPERATOR, SYSTEM = Actor("officer", "officer"), Actor("window", "operator"), Actor("tongguan", "system")


def at(day: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=SHANGHAI)


def on(day: str) -> date:
    return date.fromisoformat(day)


def trader(code: str = FIRM) -> Actor:
    firm = find(code) or register(
        code, None, name_zh="京粮进出口有限公司", name_en="", kinds=["trader"], by=OPERATOR, at=at("2020-01-02")
    )
    return Actor("li", "trader", firm.pk)


def graded(grade: str, since: str, uscc: str = FIRM, basis: str = "certified", **more) -> Grade:
    return actions.set_grade(
        uscc, grade, since=on(since), basis=basis, words="测试", by=SYSTEM, at=at(more.pop("at", since)), **more
    )


def noted(kind: str, day: str, reference: str = "F1", amount: str | None = None, uscc: str = FIRM, **more) -> Fact:
    when = more.pop("at", day)
    return actions.record(
        uscc,
        kind,
        reference=reference,
        on=on(day),
        amount=D(amount) if amount else None,
        by=SYSTEM,
        at=at(when),
        **more,
    )


def refused(call, *args, **named) -> list[str]:
    with pytest.raises(Refused) as raised:
        call(*args, **named)
    return [finding.code for finding in raised.value.findings]
