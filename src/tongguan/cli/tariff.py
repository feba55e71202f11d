"""``tongguan tariff``: commodity codes with their units and rates on a day; ``load`` reads the tariff files in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, day, now
from tongguan.kernel.codes import codes
from tongguan.kernel.law import NotConfigured

KINDS = ("mfn", "general", "provisional", "vat", "consumption")


def run(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="CODE|WORDS|load", help="tariff.words", show_default=False)],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="option.on", show_default=False)] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="tariff.limit")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    when = day(on)
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        if words[0] == "load":
            return _load(screen, words[1:], as_json)
        return _look_up(screen, " ".join(words), when, limit, as_json)


def _load(screen: Screen, folder: list[str], as_json: bool) -> int:
    from tongguan.server.prepare import OPERATOR
    from tongguan.tariff import actions

    loaded = actions.load(*folder[:1], by=OPERATOR, at=now())
    if as_json:
        screen.json(loaded.counts())
    elif loaded:
        screen.say("tariff.loaded", **loaded.counts())
    else:
        screen.say("tariff.unchanged", lines=loaded.lines)
    return 0


def _look_up(screen: Screen, asked: str, when: date, limit: int, as_json: bool) -> int:
    from tongguan.tariff import queries

    book = queries.book(when)
    found = [book.line(line.code) for line in queries.search(asked, screen.lang, limit)]
    lines = [line for line in found if line]
    if not lines:
        raise Failed("no_commodity", asked=asked, on=when)
    if as_json:
        screen.json([_plain(line, screen.lang) for line in lines])
    elif len(lines) == 1:
        _show(screen, lines[0], when)
    else:
        rows = ((line.code, line.zh, line.en, _units(line, screen.lang), _listed(screen, line)) for line in lines)
        screen.table(("code", "zh", "en", "units", "listed"), rows)
    return 0


def _units(line: Any, lang: str) -> str:
    units = codes("units")
    return ", ".join(f"{code} {unit.text(lang)}" if (unit := units.get(code)) else code for code in line.units)


def _listed(screen: Screen, line: Any) -> str:
    return screen.t(f"tariff.listed.{line.listed}")


def _rates(line: Any, lang: str) -> list[dict]:
    """Return each kind of rate with its words, or with None for words where nothing is known for the day."""
    rows = []
    for kind in KINDS:
        try:
            rate = line.rate(kind)
        except NotConfigured:
            rows.append({"kind": kind, "known": False})
            continue
        if rate is None:
            rows.append({"kind": kind, "known": True, "rate": None})
        else:
            row = {"kind": kind, "known": True, "rate": rate.words(lang), "since": rate.since.isoformat()}
            rows.append(row | {"reference": rate.reference})
    return rows


def _plain(line: Any, lang: str) -> dict:
    names = {"code": line.code, "zh": line.zh, "en": line.en, "units": list(line.units), "listed": line.listed}
    return names | {"rates": _rates(line, lang)}


def _show(screen: Screen, line: Any, when: date) -> None:
    screen.line(f"{line.code}  {line.zh}  {line.en}", "bold")
    screen.say("tariff.units", units=_units(line, screen.lang))
    screen.say("tariff.on_list", listed=_listed(screen, line), on=when)
    screen.line()
    cells = []
    for row in _rates(line, screen.lang):
        reference = row.get("reference") or {}
        rate = screen.t("tariff.unknown") if not row["known"] else row["rate"] or screen.t("tariff.none")
        standing = screen.t(f"standing.{reference['standing']}") if reference else ""
        title = screen.t(f"tariff.kind.{row['kind']}")
        cells.append((title, rate, row.get("since"), reference.get("title"), reference.get("href"), standing))
    screen.table(("rate_kind", "rate", "since", "reference", "found_at", "standing"), cells)
