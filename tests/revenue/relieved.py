"""What the tests of reliefs share: an importer that is listed, a tariff of one line, applications, letters and what is drawn."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tests.declarations.made import GCODE, OFFICER, OPERATOR, SYSTEM, TRADER, moment, share, tariff
from tests.declarations.made import trader as importer

from tongguan.declarations.days import SHANGHAI
from tongguan.kernel.rules import Refused
from tongguan.ledgers.queries import balance
from tongguan.parties.actions import register
from tongguan.revenue.models import ReliefLetter
from tongguan.revenue.models.reliefs import left_account
from tongguan.revenue.reliefs import actions
from tongguan.revenue.reliefs.applications import Application, Equipment, GoodsAsked, Order, OrderLine
from tongguan.revenue.reliefs.drawing import Drawn

__all__ = ["GCODE", "OFFICER", "OPERATOR", "SYSTEM", "TRADER", "importer", "moment", "share", "tariff"]

D = Decimal
AT = moment("2026-03-02")
OTHER = "91110105MA00DH8B5N"
PIECE = "007"


def use_tariff(monkeypatch, of=None) -> None:
    for module in ("actions.applying", "disposal"):
        monkeypatch.setattr(f"tongguan.revenue.reliefs.{module}.book", of or tariff())


def firms() -> None:
    for code, number, name in ((TRADER, "1105961001", "某研究所"), (OTHER, "1105981002", "某报关有限公司")):
        register(code, number, name_zh=name, kinds=["trader", "broker"], by=OPERATOR, at=moment("2020-01-01"))


def listed(scheme: str = "science", key: str = TRADER, since: str = "2026-01-01", **more):
    day = date.fromisoformat(since)
    source = more.pop("source", "某名单")
    return actions.enter(scheme, key, batch="2026-1", since=day, source=source, by=OFFICER, at=AT, **more)


def goods(quantity: str = "10", **more) -> GoodsAsked:
    told = {
        "gcode": GCODE,
        "name": "仪器",
        "quantity": D(quantity),
        "unit": PIECE,
        "value": D(90000),
        "currency": "142",
    } | more
    return GoodsAsked(**told)


def asked(*lines: GoodsAsked, **more) -> Application:
    told = {"scheme": "science", "project": "某项目", "office": "0202"} | more
    return Application(lines=list(lines) or [goods()], **told)


def applied(*lines: GoodsAsked, at: datetime = AT, **more) -> ReliefLetter:
    return actions.apply(asked(*lines, **more), by=importer(), at=at)


def letter(*lines: GoodsAsked, at: datetime = AT, **more) -> ReliefLetter:
    return actions.confirm_letter(applied(*lines, at=at, **more).pk, by=OFFICER, at=at)


def order(number: str = "PO-1", scheme: str = "circuits", **more) -> Order:
    lines = [OrderLine("M-1", D(2), PIECE, D("100000"), "502")]
    equipment = [Equipment("M-1", GCODE, "刻蚀机")]
    told = {"project": "产线", "office": "0202", "lines": lines, "equipment": equipment} | more
    return Order(number, scheme, **told)


def drawn(quantity: str = "10", place: int | None = 1, item: int = 1, gcode: str = GCODE, unit: str = PIECE) -> Drawn:
    return Drawn(place, gcode, ((unit, D(quantity)),), "116", item)


def draw(row: ReliefLetter, *what: Drawn, reference: str = "declaration/1", at: datetime = AT, **how) -> None:
    told = {"holder": TRADER, "customs": "0202", "on": at.astimezone(SHANGHAI).date(), "by": SYSTEM, "at": at} | how
    actions.reserve(row.number or "", list(what) or [drawn()], reference=reference, **told)


def released(row: ReliefLetter, value: str = "1200000", *, at: datetime = AT) -> None:
    draw(row, at=at)
    actions.confirm("declaration/1", {1: D(value)}, by=SYSTEM, at=at)


def left(row: ReliefLetter, place: int = 1) -> Decimal:
    return balance(left_account(row.pk, place))


def again(row):
    row.refresh_from_db()
    return row


def codes(refused: Refused) -> list[tuple[str, str]]:
    assert all(one.text(lang) and "…" not in one.text(lang) for one in refused.findings for lang in ("zh", "en"))
    return [(one.code, one.pointer) for one in refused.findings if one.level == "refuse"]
