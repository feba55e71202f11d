"""The register and what the conference follows as tables (导出), for a spreadsheet: CSV as every list, and XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http.response import HttpResponseBase

from tongguan.desk.spreadsheets import as_file
from tongguan.desk.templatetags.desk import SHANGHAI
from tongguan.governance.coverage import ClauseStanding
from tongguan.governance.models import Measure
from tongguan.governance.register import register
from tongguan.kernel.texts import text

from .shown import mark, means_of, names
from .titles import named, title_of

REGISTER = (
    "measure", "document", "clause", "measure_title", "kind", "domain", "departments", "measure_state", "lacking",
    "pages", "operations", "commands", "rules", "parameters", "tests", "tests_failed", "tests_run",
)  # fmt: skip
TRACKER = (
    "measure", "measure_title", "lead", "units", "state", "due", "overdue", "started", "done", "files", "reason",
)  # fmt: skip
"""The headings of both; the text of each stands under ``desk.column``."""


def register_rows(found: list[ClauseStanding], lang: str) -> Iterator[list[Any]]:
    """Yield a line a unit of the register."""
    for one in found:
        for unit in one.units:
            latest = max((trial.at for trial in unit.trials if trial.at), default=None)
            yield [
                unit.unit.id, one.document.title[lang], one.clause.number, unit.unit.title[lang], unit.unit.kind,
                register().domains[one.clause.domain][lang],
                names(one.clause.departments, register().departments, lang), mark(unit.state, lang).text,
                unit.means.lacking[lang] if unit.means.lacking else "", *means_of(unit.means), len(unit.trials),
                sum(trial.outcome == "failed" for trial in unit.trials),
                latest and f"{latest.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            ]  # fmt: skip


def tracker_rows(found: Iterable[Measure], on: date, lang: str) -> Iterator[list[Any]]:
    """Yield a line a measure that is followed, as ``queries.followed`` gives them; late is said of a day."""
    for row in found:
        late = row.due is not None and row.done_on is None and row.due < on
        yield [
            row.seed, title_of(row.seed)[lang], named(row.lead, lang),
            names([one for one in row.units if one in register().departments], register().departments, lang),
            text(f"measure.state.{row.state}", lang), row.due, text("desk.conference.late", lang) if late else "", row.started_on,
            row.done_on, row.files, row.reason,
        ]  # fmt: skip


def headed(headings: Iterable[str], lang: str) -> list[str]:
    """Return what the columns are called."""
    return [text(f"desk.column.{heading}", lang) for heading in headings]


def response(form: str, name: str, headings: tuple[str, ...], rows: Iterable[list[Any]], lang: str) -> HttpResponseBase:
    """Return a table as a file of a form, csv or xlsx."""
    return as_file(form, name, headed(headings, lang), rows)
