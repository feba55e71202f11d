"""What everybody may look up (公开参数): the tariff, the values of the law, the code tables, each with its source."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tongguan.kernel import codes as code_lists
from tongguan.kernel.law import NotConfigured, Provision, law
from tongguan.kernel.texts import LANGUAGES
from tongguan.tariff import queries
from tongguan.tariff.book import KINDS, LineOn, Rate

from . import shapes, views
from .problems import Problem
from .v1 import described, wrong

router = Router()
ON = Query("", description="the day; today without it / 日期，默认当日", example="2026-05-01")
TABLES = tuple(sorted(path.stem for path in (code_lists.ROOT / "codes").glob("*.yaml")))


@router.get(
    "/tariff/{code}", **described("tariff_line", "reference", shapes.TariffLine, fails=(400, 404, 503), public=True)
)
def tariff_line(request: HttpRequest, code: str, on: str = ON) -> shapes.TariffLine:
    line = queries.book(day_named(on)).line(code)
    if line is None:
        raise Problem("NOT_FOUND")
    rates, unknown = _rates(line)
    return shapes.TariffLine(
        code=line.code, on=line.day, name=views.text(line), units=list(line.units), listed=line.listed,
        listed_since=line.listed_since, rates=rates, unknown=unknown,
    )  # fmt: skip


@router.get("/law", **described("list_law", "reference", shapes.Parameters, fails=(400,), public=True))
def list_law(request: HttpRequest, on: str = ON, name: str = "") -> shapes.Parameters:
    day = day_named(on)
    names = [one for one in law.names() if one == name or one.startswith(f"{name}.") or not name]
    return shapes.Parameters(on=day, values=[shapes.Parameter(**_parameter(one, day)) for one in names])


@router.get(
    "/law/{name}", **described("one_value", "reference", shapes.ParameterHistory, fails=(400, 404), public=True)
)
def one_value(request: HttpRequest, name: str, on: str = ON) -> shapes.ParameterHistory:
    day = day_named(on)
    if name not in law.names():
        raise Problem("NOT_FOUND")
    return shapes.ParameterHistory(
        **_parameter(name, day),
        history=[_value(one) for one in law.history(name)],
        expected=[_value(one) for one in law.expected(name)],
    )


@router.get("/codes", **described("list_tables", "reference", shapes.Tables, public=True))
def list_tables(request: HttpRequest) -> shapes.Tables:
    return shapes.Tables(tables=[shapes.Table(**_table(name)) for name in TABLES])


@router.get("/codes/{table}", **described("one_table", "reference", shapes.TableCodes, fails=(400, 404), public=True))
def one_table(request: HttpRequest, table: str, on: str = ON) -> shapes.TableCodes:
    if table not in TABLES:
        raise Problem("NOT_FOUND")
    day = day_named(on) if on else None
    listed = [one for one in code_lists.codes(table) if day is None or one.holds_on(day)]
    found = [
        shapes.Code(code=one.code, name=views.text(one), since=one.since, until=one.until, extra=one.extra)
        for one in listed
    ]
    return shapes.TableCodes(**_table(table), on=day, codes=found)


def day_named(written: str) -> date:
    """Return the day a parameter names, today in Beijing without one; raises Problem."""
    if not written:
        return timezone.localdate()
    try:
        day = date.fromisoformat(written)
        if day.isoformat() != written:  # weeks and days without a dash are ISO too
            raise ValueError(written)
        return day
    except ValueError:
        raise wrong("on", "day") from None


def _rates(line: LineOn) -> tuple[list[shapes.Rate], list[str]]:
    rates, unknown = [], []
    for kind in KINDS:
        try:
            found = line.rate(kind)
        except NotConfigured:
            unknown.append(kind)
            continue
        if found is not None:
            rates.append(_rate(found))
    return rates, unknown


def _rate(of: Rate) -> shapes.Rate:
    return shapes.Rate(
        kind=of.kind, since=of.since, reference=shapes.Reference(**of.reference),
        title=shapes.Text(*(of.title(lang) for lang in LANGUAGES)),
        words=shapes.Text(*(of.words(lang) for lang in LANGUAGES)),
    )  # fmt: skip


def _parameter(name: str, day: date) -> dict:
    """Return the members of a parameter; what has no value on the day has none in force."""
    latest = law.history(name)[-1]
    try:
        in_force = _value(law(name, on=day))
    except NotConfigured:
        in_force = None
    title = shapes.Text(latest.title["zh"], latest.title["en"])
    return {"name": name, "title": title, "unit": latest.unit, "on": day, "in_force": in_force}


def _value(of: Provision) -> shapes.Value:
    return shapes.Value(since=of.since, value=of.value, reference=shapes.Reference(**of.reference))


def _table(name: str) -> dict:
    found = code_lists.codes(name)
    return {
        "name": name,
        "title": shapes.Text(found.title["zh"], found.title["en"]),
        "complete": found.complete,
        "size": len(found),
        "reference": shapes.Reference(**found.reference),
    }
