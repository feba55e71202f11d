"""What the demo shows of licences: some in use, one used up, one held, applications at several stages, and whom we watch.

Nothing here is real; it is done by the same actions as everybody's.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tongguan.kernel.states import Actor
from tongguan.parties.queries import find
from tongguan.parties.roles import SYSTEM

from .actions import apply, confirm, expire, receive, reserve, settle, watch
from .actions.applying import day_of
from .applications import Application, Issued, LineAsked
from .models import Licence
from .ports import APPROVED, ISSUED, SUPPLEMENT, Answer
from .types import MULTI, ONE_BATCH
from .uses import Use

OFFICER, OPERATOR = Actor("officer", "officer"), Actor("window", "operator")
OFFICE, TONNE, KILOGRAM, SET = "0202", "070", "035", "001"
SOY, BARLEY, CRUDE, ROUTER, AMINE = "1201901900", "1003900000", "2709000000", "8517622910", "2922150000"


def show_licences(holder: str, agent: str, at: datetime) -> None:
    """Make licences of a firm and applications of its broker, as they stand at a moment; twice changes nothing."""
    firm, broker = find(holder), find(agent)
    if Licence.objects.exists() or firm is None or broker is None:
        return
    own = Actor("warehouse", "trader", firm.pk)
    other = Actor("broker", "broker", broker.pk)
    today = day_of(at)
    _in_use(holder, agent, today, at)
    _over(holder, today, at)
    _dual_use(holder, today, at)
    _applications(own, other, holder, at)


def _goods(gcode: str, name: str, quantity: int, unit: str = TONNE, country: str = "", **more) -> LineAsked:
    return LineAsked(gcode, name, Decimal(quantity), unit, country, **more)


def _received(
    type: str, number: str, holder: str, first: date, lines: list[LineAsked], at: datetime, mode: str = MULTI, **more
) -> Licence:
    last = more.pop("last", None)
    asked = Application(type, lines, mode, holder=holder, **more)
    return receive(asked, Issued(number, first, first, last), by=OPERATOR, at=at)


def _draw(number: str, type: str, reference: str, holder: str, at: datetime, *uses: Use, released: bool = True) -> None:
    reserve(uses, holder=holder, customs=OFFICE, reference=reference, on=day_of(at), by=SYSTEM, at=at)
    if released:
        confirm(reference, by=SYSTEM, at=at + timedelta(hours=20))


def _in_use(holder: str, agent: str, today: date, at: datetime) -> None:
    """Two licences in use: soya beans in bulk drawn on by two declarations, and crude oil for certain offices."""
    since, number = today - timedelta(days=60), f"{today:%y}-AH-100321"
    lines = [
        _goods(SOY, "转基因黄大豆", 10000, country="BRA", bulk=True, value=Decimal("4860000.00"), currency="USD"),
        _goods(BARLEY, "其他大麦", 2500, country="AUS", bulk=True),
    ]
    _received("7", number, holder, since, lines, at - timedelta(days=60), ports=["0200"])
    for place, (quantity, days, is_released) in enumerate(((6000, 41, True), (1250, 2, False)), 1):
        one = Use("7", number, "1", Decimal(quantity), TONNE, SOY, "BRA", "licences/1")
        reference = f"{OFFICE}{today.year}100000{place:04d}"[:18]
        _draw(number, "7", reference, holder, at - timedelta(days=days), one, released=is_released)
    _received(
        "7", f"{today:%y}-AH-100507", holder, today - timedelta(days=12),
        [_goods(CRUDE, "石油原油", 270000, country="SAU", bulk=True)], at - timedelta(days=12),
    )  # fmt: skip


def _over(holder: str, today: date, at: datetime) -> None:
    """One licence whose last batch took a little more than was left, and one whose day is over."""
    since, number = today - timedelta(days=90), f"{today:%y}-AH-099870"
    _received("7", number, holder, since, [_goods(SOY, "转基因黄大豆", 800, bulk=True)], at - timedelta(days=90))
    for place, quantity in enumerate((500_000, 312_000), 5):
        one = Use("7", number, "1", Decimal(quantity), KILOGRAM, SOY, "", "licences/1")
        reference = f"{OFFICE}{today.year}100000{place:04d}"[:18]
        _draw(number, "7", reference, holder, at - timedelta(days=80 - place), one)
    old = today - timedelta(days=200)
    lines = [_goods(BARLEY, "其他大麦", 300)]
    _received("7", f"{old:%y}-AH-077112", holder, old, lines, at - timedelta(days=200), mode=ONE_BATCH)
    expire(today, by=SYSTEM, at=at - timedelta(days=1))


def _dual_use(holder: str, today: date, at: datetime) -> None:
    """A general licence with two end users, and a single one that screening holds."""
    lines = [_goods(AMINE, "三乙醇胺", 40, country="DEU", control_code="1C350")]
    since, number = today - timedelta(days=100), f"{today:%y}-3-200018"
    _received(
        "3", number, holder, since, lines, at - timedelta(days=100), form="pilot", end_use="水泥助磨剂生产",
        end_users=["演示用户甲 Demo Cement GmbH", "演示用户乙 Demo Chemie AG"],
    )  # fmt: skip
    one = Use("3", number, "1", Decimal(7500), KILOGRAM, AMINE, "DEU", "licences/1", "演示用户甲 Demo Cement GmbH")
    _draw(number, "3", f"{OFFICE}{today.year}000000021"[:18], holder, at - timedelta(days=30), one)
    _received(
        "3", f"{today:%y}-3-200044", holder, today - timedelta(days=5), [_goods(AMINE, "三乙醇胺", 5, control_code="1C350")],
        at - timedelta(days=5), mode=ONE_BATCH, form="single", end_users=["演示关注用户 Demo Watched Ltd"], end_use="未说明",
    )  # fmt: skip
    watch(
        "end_user", "演示关注用户 Demo Watched Ltd", "演示：最终用途待核实", since=today - timedelta(days=1), by=OFFICER,
        at=at - timedelta(days=1),
    )  # fmt: skip


def _applications(own: Actor, other: Actor, holder: str, at: datetime) -> None:
    """Applications: under review, to be supplemented, approved; and one that went all its way."""
    soy = Application("7", [_goods(SOY, "转基因黄大豆", 5000, country="BRA", bulk=True)], MULTI, holder=holder)
    apply(soy, by=other, at=at - timedelta(hours=5))
    barley = Application("7", [_goods(BARLEY, "其他大麦", 1200, country="AUS", bulk=True)], ONE_BATCH)
    row = apply(barley, by=own, at=at - timedelta(days=2))
    settle(row.pk, Answer(SUPPLEMENT, 1, "演示：请补充进口合同和装运期。"), at=at - timedelta(days=1))
    router = LineAsked("8517622910", "光通讯加密路由器", Decimal(20), SET, "DEU", control_code="5A002")
    # The old name of the type: it is taken as the dual-use licence that replaced it.
    row = apply(
        Application("M", [router], end_users=["演示机房"], end_use="企业专线"), by=own, at=at - timedelta(days=6)
    )
    settle(row.pk, Answer(APPROVED, 1), at=at - timedelta(days=3))
    crude = Application("7", [_goods(CRUDE, "石油原油", 90000, bulk=True)], MULTI, ports=[OFFICE])
    row = apply(crude, by=own, at=at - timedelta(days=9))
    day = day_of(at - timedelta(days=8))
    issued = Issued(f"{day:%y}-AH-100533", day, day)
    settle(row.pk, Answer(ISSUED, 1, issued=issued), at=at - timedelta(days=8))
