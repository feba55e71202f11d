"""``tongguan exchange-rates``: the rates of a month with their sources; published ones are read in from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, now, today


def run(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="[FILE]", help="exchange_rates.path", show_default=False)] = "",
    month: Annotated[
        str, typer.Option("--month", metavar="2026-04", help="exchange_rates.month", show_default=False)
    ] = "",
    title: Annotated[str, typer.Option("--title", help="exchange_rates.title", show_default=False)] = "",
    href: Annotated[str, typer.Option("--href", help="exchange_rates.href", show_default=False)] = "",
    standing: Annotated[str, typer.Option("--standing", help="exchange_rates.standing")] = "unverified",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        if path:
            _read_in(screen, path, title, href, standing)
            return 0
        return _show(screen, _month(month), as_json)


def _month(written: str) -> date:
    try:
        return date.fromisoformat(f"{written}-01") if written else today().replace(day=1)
    except ValueError:
        raise Failed("exchange_rates_month", 2, month=written) from None


def _read_in(screen: Screen, path: str, title: str, href: str, standing: str) -> None:
    from tongguan.kernel.states import Actor
    from tongguan.revenue.exchange.actions import publish
    from tongguan.revenue.exchange.reading import read

    try:
        written = Path(path).read_text(encoding="utf-8")
        rows = read(written)
    except (OSError, UnicodeDecodeError) as error:
        raise Failed("exchange_rates_file", 2, path=path, reason=str(error)) from None
    except ValueError as missing:
        raise Failed("exchange_rates_columns", 2, columns=str(missing)) from None
    made = publish(rows, title=title, href=href, standing=standing, by=Actor("command line", "operator"), at=now())
    screen.note("exchange_rates.added", count=len(made), known=len(rows) - len(made))


def _show(screen: Screen, month: date, as_json: bool) -> int:
    from tongguan.kernel.calendar import add_months
    from tongguan.kernel.codes import codes
    from tongguan.revenue.exchange.queries import serving

    found, names = serving(add_months(month, 1) - date.resolution), codes("currencies")
    rows = sorted(found.rates.values(), key=lambda row: row.currency)
    if as_json:
        rates = [
            {"currency": row.currency, "yuan": row.yuan, "per": row.per, "kind": row.kind, "day": row.day.isoformat(),
             **row.reference}
            for row in rows
        ]  # fmt: skip
        screen.json({"month": f"{month:%Y-%m}", "rate_day": found.rate_day.isoformat(), "rates": rates})
    else:
        screen.say("exchange_rates.day", month=f"{month:%Y-%m}", day=found.rate_day)
        for row in rows:
            name = one.text(screen.lang) if (one := names.get(row.currency)) else ""
            screen.line(f"{row.currency}  {row.per:>4}  {row.yuan.normalize():f}  {name}  {row.title} ({row.standing})")
        if not rows:
            screen.note("exchange_rates.none")
    return 0 if rows else 1
