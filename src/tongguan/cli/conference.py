"""``tongguan conference``: what the joint conference follows, what is overdue, its issues and the minutes of its meetings."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, today
from tongguan.kernel.texts import text

LISTS = ("measures", "overdue", "issues", "minutes")


def run(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="conference.what", show_default=False)] = "measures",
    state: Annotated[str, typer.Option("--state", metavar="STATE", help="conference.state")] = "",
    body: Annotated[str, typer.Option("--body", metavar="CODE", help="conference.body")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="conference.csv")] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="conference.xlsx")] = None,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    _insist(what, state, body, table=as_csv or xlsx is not None)
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        if as_csv or xlsx is not None:
            _export(screen, state, body, xlsx)
        else:
            _SHOW[what](screen, state, body, as_json)
    return 0


def _insist(what: str, state: str, body: str, *, table: bool) -> None:
    """Raise Failed for a list or a filter that is not there."""
    from tongguan.governance.register import register
    from tongguan.governance.states import ISSUE, MEASURE

    states = {"measures": MEASURE.states, "issues": ISSUE.states}.get(what, ())
    allowed = ((what, LISTS), (state, ["", *states]), (body, ["", *register().departments]))
    for given, known in allowed:
        if given not in known:
            raise Failed("no_such_filter", 2, given=given, known=", ".join(one for one in known if one) or "–")
    if table and what != "measures":
        raise Failed("conference_table", 2)


def to_file(screen: Screen, name: str, headings: list[str], rows: Any, xlsx: Path | None) -> None:
    """Write a table as CSV to the output, or as a workbook to a file; raises Failed where it cannot be written."""
    from tongguan.desk.spreadsheets import cell
    from tongguan.kernel.workbook import workbook

    if xlsx is None:
        writer = csv.writer(sys.stdout)
        writer.writerow(headings)
        writer.writerows([cell(value) for value in row] for row in rows)
        return
    try:
        xlsx.write_bytes(workbook(name, headings, rows))
    except OSError as error:
        raise Failed("not_written", 2, path=xlsx, reason=error.strerror or error) from error
    screen.note("conference.written", path=xlsx)


def _export(screen: Screen, state: str, body: str, xlsx: Path | None) -> None:
    from tongguan.desk.measures import tables
    from tongguan.governance import queries

    rows = tables.tracker_rows(queries.followed(state=state, body=body), today(), screen.lang)
    to_file(screen, "conference", tables.headed(tables.TRACKER, screen.lang), rows, xlsx)


def _measures(screen: Screen, state: str, body: str, as_json: bool) -> None:
    from tongguan.governance import queries

    found, on = queries.followed(state=state, body=body), today()
    if as_json:
        screen.json([_plain(row, on) for row in found])
        return
    _table(screen, found, on)
    late = sum(_late(row.due, row.done_on, on) for row in found)
    screen.line()
    screen.say("conference.counted", count=len(found), late=late)


def _table(screen: Screen, found: list[Any], on: date) -> None:
    from tongguan.desk.measures.titles import named, title_of

    lang = screen.lang
    rows = (
        (
            row.seed, title_of(row.seed)[lang], named(row.lead, lang), text(f"measure.state.{row.state}", lang),
            row.due or "–", screen.t("conference.late") if _late(row.due, row.done_on, on) else "", row.files,
        )
        for row in found
    )  # fmt: skip
    columns = ("measure", "title", "lead", "state", "due", "overdue", "evidence")
    screen.table([f"conference.{name}" for name in columns], rows)


def _late(due: date | None, done: date | None, on: date) -> bool:
    return due is not None and done is None and due < on


def _plain(row: Any, on: date) -> dict[str, Any]:
    return {
        "id": row.seed, "lead": row.lead, "units": row.units, "state": row.state, "due": row.due,
        "overdue": _late(row.due, row.done_on, on), "started_on": row.started_on, "done_on": row.done_on,
        "evidence": row.files, "reason": row.reason,
    }  # fmt: skip


def _overdue(screen: Screen, state: str, body: str, as_json: bool) -> None:
    """Write what is late: measures, issues without an owner, decisions without follow-up; those of a body when asked."""
    from tongguan.governance import queries

    on = today()
    late = queries.overdue(on)
    measures = [row for row in late.measures if not body or body in (row.lead, *row.units)]
    issues = [row for row in (*late.unowned, *late.unfollowed) if not body or body in (row.owner, row.body)]
    if as_json:
        screen.json({"measures": [_plain(row, on) for row in measures], "issues": [_said(row, on) for row in issues]})
        return
    if not measures and not issues:
        screen.say("conference.nothing_late")
    if measures:
        _table(screen, measures, on)
    if issues:
        screen.line()
        _issue_table(screen, issues, on)


def _issues(screen: Screen, state: str, body: str, as_json: bool) -> None:
    from tongguan.governance import queries
    from tongguan.server.prepare import OPERATOR

    found: list[Any] = []
    while page := queries.issues(to=OPERATOR, state=state, before=found[-1].pk if found else None):
        found += page
    on = today()
    found = [row for row in found if not body or body in (row.owner, row.body)]
    if as_json:
        screen.json([_said(row, on) for row in found])
    elif found:
        _issue_table(screen, found, on)
    else:
        screen.say("conference.no_issues")


def _issue_table(screen: Screen, found: list[Any], on: date) -> None:
    from tongguan.desk.measures.titles import named

    lang = screen.lang
    rows = (
        (
            row.pk, row.title, row.enterprise.name(lang) if row.enterprise else named(row.body, lang),
            named(row.owner, lang), text(f"issue.state.{row.state}", lang), _by(row) or "–",
            screen.t("conference.late") if _is_late(row, on) else "",
        )
        for row in found
    )  # fmt: skip
    columns = ("number", "issue", "raised_by", "owner", "state", "due", "overdue")
    screen.table([f"conference.{name}" for name in columns], rows)


def _by(row: Any) -> date | None:
    """Return the day by which something must be done about an issue: its owner named, or the follow-up reported."""
    return {"raised": row.owner_by, "decided": row.follow_up_by}.get(row.state)


def _is_late(row: Any, on: date) -> bool:
    by = _by(row)
    return by is not None and by < on


def _said(row: Any, on: date) -> dict[str, Any]:
    return {
        "number": row.pk, "title": row.title, "says": row.says, "body": row.body,
        "enterprise": row.enterprise and row.enterprise.uscc, "measure": row.measure and row.measure.seed,
        "state": row.state, "owner": row.owner, "by": _by(row), "overdue": _is_late(row, on),
        "decision": row.decision, "decided_on": row.decided_on, "follow_up": row.follow_up,
    }  # fmt: skip


def _minutes(screen: Screen, state: str, body: str, as_json: bool) -> None:
    from tongguan.governance import queries

    found = [(row, queries.decided_at(row)) for row in queries.meetings()]
    if as_json:
        screen.json(
            [
                {"number": row.pk, "held_on": row.held_on, "title": row.title, "minutes": row.minutes,
                 "issues": [one.pk for one in decided]}
                for row, decided in found
            ]
        )  # fmt: skip
        return
    if not found:
        screen.say("conference.no_minutes")
    for row, decided in found:
        screen.line(f"{row.held_on}  {row.title}", "bold")
        screen.line(row.minutes)
        for one in decided:
            screen.line(f"  {one.title}: {one.decision}")
        screen.line()


_SHOW: dict[str, Callable[[Screen, str, str, bool], None]] = {
    "measures": _measures, "overdue": _overdue, "issues": _issues, "minutes": _minutes,
}  # fmt: skip
