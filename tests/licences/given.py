"""What the tests of licences share: firms, days, licences of every kind, and declarations that draw on them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.ledgers.queries import balance
from tongguan.licences.actions import apply, approve, issue, receive, reserve
from tongguan.licences.applications import Application, Issued, LineAsked
from tongguan.licences.models import Licence, left_account
from tongguan.licences.queries import Use
from tongguan.parties.actions import register

D = Decimal
SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
DAY = AT.date()
OFFICER, OPERATOR, SYSTEM = Actor("officer", "officer"), Actor("window", "operator"), Actor("tongguan", "system")
HOLDER, OTHER = "91110105MA01ABCD5F", "9111010570000001X6"
SOY, TONNE, KILOGRAM, PIECE = "1201901900", "070", "035", "007"


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=10, tzinfo=SHANGHAI)


def firms() -> None:
    for code, name in ((HOLDER, "京粮进出口有限公司"), (OTHER, "津门报关有限公司")):
        register(code, None, name_zh=name, name_en="", kinds=["trader", "broker"], by=OPERATOR, at=AT)


def trader(code: str = HOLDER, role: str = "trader") -> Actor:
    from tongguan.parties.queries import find

    return Actor("li", role, find(code).pk)


def goods(quantity="10000", *, gcode=SOY, unit=TONNE, country="USA", bulk=True, **more) -> LineAsked:
    return LineAsked(gcode, "黄大豆", D(quantity), unit, country, bulk=bulk, **more)


def asked(type="7", *lines, mode="MULTI", holder=HOLDER, **more) -> Application:
    return Application(type, list(lines) or [goods()], mode=mode, holder=holder, **more)


def received(number="7-1", type="7", *lines, first="2026-01-05", last=None, issued=None, **more) -> Licence:
    how = Issued(
        number, date.fromisoformat(issued or first), date.fromisoformat(first), last and date.fromisoformat(last)
    )
    return receive(asked(type, *lines, **more), how, by=OPERATOR, at=AT)


def dual_use(number="3-1", *, form="pilot", users=("Acme GmbH",), first="2026-02-01", last=None, **more) -> Licence:
    line = goods("100", gcode="8543709990", unit=PIECE, country="DEU", bulk=False, control_code="3A001")
    return received(
        number, more.pop("type", "3"), line, first=first, last=last, form=form, end_users=list(users), end_use="测试",
        mode="ONE_BATCH" if form == "single" else "MULTI", **more,
    )  # fmt: skip


def use(quantity="6000", number="7-1", type="7", *, unit=TONNE, gcode=SOY, country="USA", detail="1", place=1, user=""):
    return Use(type, number, detail, D(quantity), unit, gcode, country, f"licences/{place}", user)


def draw(*uses, reference="D1", holder=HOLDER, customs="0202", on=DAY, when=AT) -> None:
    reserve(list(uses) or [use()], holder=holder, customs=customs, reference=reference, on=on, by=SYSTEM, at=when)


def codes(refused: Refused) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in refused.findings]


def left(row: Licence, place: int = 1) -> Decimal:
    return balance(left_account(row.pk, place))


def state(row: Licence) -> str:
    row.refresh_from_db()
    return row.state


def through(type="7", *, day="2026-01-05", first=None, number="", **more) -> Licence:
    """Apply for a licence, approve and issue it."""
    row = apply(asked(type, **more), by=trader(), at=at(day))
    approve(row.pk, by=OFFICER, at=at(day))
    start = date.fromisoformat(first or day)
    return issue(row.pk, Issued(number, date.fromisoformat(day), start), by=OFFICER, at=at(day))
