"""``tongguan measures``: what each measure of the policy documents asks, whether it is built, by what, and which tests say so."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen
from tongguan.kernel.texts import presented

FILTERS = ("document", "domain", "department", "state")


def run(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="ID", help="measures.number", show_default=False)] = "",
    document: Annotated[str, typer.Option("--document", metavar="ID", help="measures.document")] = "",
    domain: Annotated[str, typer.Option("--domain", metavar="CODE", help="measures.domain")] = "",
    department: Annotated[str, typer.Option("--department", metavar="CODE", help="measures.department")] = "",
    state: Annotated[str, typer.Option("--state", metavar="STATE", help="measures.state")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="measures.csv")] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="measures.xlsx")] = None,
) -> int:
    from tongguan.governance.coverage import filtered, standings
    from tongguan.server.prepare import set_up

    set_up()  # where the runs of tests are noted is a setting; no database is asked
    screen: Screen = context.obj
    asked = dict(zip(FILTERS, (document, domain, department, state), strict=True))
    _insist(asked)
    found = filtered(standings(), **asked)
    if number:
        found = [one for one in found if one.clause.id == _clause(number)]
    if as_csv or xlsx is not None:
        _export(screen, found, xlsx)
    elif as_json:
        screen.json([_plain(one, unit) for one in found for unit in one.units if _wanted(unit, one, number)])
    elif number:
        for one in found:
            _show(screen, one)
    else:
        _list(screen, found)
    return 0


def _export(screen: Screen, found: list[Any], xlsx: Path | None) -> None:
    from tongguan.cli.conference import to_file
    from tongguan.desk.measures import tables

    headings, rows = tables.headed(tables.REGISTER, screen.lang), tables.register_rows(found, screen.lang)
    to_file(screen, "measures", headings, rows, xlsx)


def _insist(asked: dict[str, str]) -> None:
    """Raise Failed for a filter that names what is not there."""
    from tongguan.governance.coverage import STATES
    from tongguan.governance.register import register

    known = register()
    allowed = {
        "document": [one.id for one in known.documents],
        "domain": list(known.domains),
        "department": list(known.departments),
        "state": list(STATES),
    }
    for name, given in asked.items():
        if given and given not in allowed[name]:
            raise Failed("no_such_filter", 2, given=given, known=", ".join(allowed[name]))


def _clause(number: str) -> str:
    """Return the id of the clause that an id names, of itself or of its item; raises Failed."""
    from tongguan.governance.register import register

    found = register().clause(number)
    if found is None:
        near = difflib.get_close_matches(number, sorted(register().ids()), 3, 0.6)
        raise Failed("no_measure", id=number, near=", ".join(near) or "–")
    return found.id


def _wanted(unit: Any, one: Any, number: str) -> bool:
    return not number or number in (unit.unit.id, one.clause.id)


def _plain(one: Any, standing: Any) -> dict[str, Any]:
    unit, means = standing.unit, standing.means
    return {
        "id": unit.id,
        "built": standing.state == "built",
        "state": standing.state,
        "title": unit.title,
        "does": unit.does,
        "document": one.document.id,
        "clause": one.clause.id,
        "number": one.clause.number,
        "kind": unit.kind,
        "domain": one.clause.domain,
        "departments": list(one.clause.departments),
        "lacking": means.lacking,
        "pages": list(means.pages),
        "operations": list(means.operations),
        "commands": list(means.commands),
        "rules": list(means.rules),
        "parameters": list(means.parameters),
        "tests": [_test(trial) for trial in standing.trials],
    }


def _test(trial: Any) -> dict[str, Any]:
    at = trial.at and trial.at.isoformat()
    return {"test": trial.test, "outcome": trial.outcome, "commit": trial.commit, "changed": trial.changed, "at": at}


def _list(screen: Screen, found: list[Any]) -> None:
    from tongguan.governance.coverage import counts

    rows = (
        (unit.unit.id, screen.t(f"measures.state.{unit.state}"), unit.unit.title[screen.lang], len(unit.trials))
        for one in found
        for unit in one.units
    )
    screen.table(("id", "state", "title", "tests"), rows)
    counted = counts(found)
    screen.line()
    screen.say("measures.counted", total=sum(counted.values()), **counted)


def _show(screen: Screen, one: Any) -> None:
    """Write a clause and its measures for a person."""
    lang = screen.lang
    screen.line(f"{one.clause.id}  {one.clause.title[lang]}", "bold")
    screen.line(f"{one.document.title[lang]} · {one.clause.number}".rstrip(" ·"), "dim")
    screen.line(one.clause.says[lang])
    for standing in one.units:
        screen.line()
        screen.line(f"{standing.unit.id}  {standing.unit.title[lang]}", "bold")
        screen.line(f"  {screen.t(f'measures.state.{standing.state}')}")
        if standing.means.lacking:
            screen.say("measures.lacking", lacking=standing.means.lacking[lang])
        for name in ("pages", "operations", "commands", "rules", "parameters"):
            if listed := getattr(standing.means, name):
                screen.say(f"measures.{name}", names=presented(listed, lang))
        for trial in standing.trials:
            _show_test(screen, trial)


def _show_test(screen: Screen, trial: Any) -> None:
    on: date | str = trial.at.date() if trial.at else ""
    run = f"{trial.commit[:10]}{'+' if trial.changed else ''} {on}".strip()
    screen.line(f"  {screen.t(f'measures.test.{trial.outcome}')}  {trial.test}  {run}".rstrip())
