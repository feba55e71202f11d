"""The form of an application for relief: what was written, what it means, and what is wrong with it, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest

from tongguan.desk.trader.licence_form import Field, Row, code_of, number
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import text
from tongguan.revenue.reliefs import terms
from tongguan.revenue.reliefs.applications import Application, GoodsAsked
from tongguan.revenue.reliefs.rules.applying import MOST_LINES

ABOUT = ("scheme", "project", "office", "holder")
GOODS = ("gcode", "name", "goods", "purpose", "quantity", "unit", "value", "currency", "years", "since_parent")
PURPOSES = ("research", "teaching", "experiment", "maintenance", "pilot_plant", "production")
_LONGEST = {"name": 250, "project": 200}
_USUAL = 40
_MODES = {"gcode": "numeric", "quantity": "decimal", "value": "decimal", "office": "numeric"}
_LISTS = {"unit": "units", "currency": "currencies"}
_CHOSEN = {"goods", "purpose", "years"}


@dataclass(slots=True)
class Form:
    """The whole form; ``problems`` are those that no field has."""

    about: list[Field]
    rows: list[Row]
    problems: list[str] = field(default_factory=list)

    @property
    def more(self) -> bool:
        """Whether another line of goods has room."""
        return len(self.rows) < MOST_LINES

    @property
    def faults(self) -> list[Field]:
        """The fields with something wrong, in the order of the form."""
        return [one for one in (*self.about, *(e for row in self.rows for e in row.entries)) if one.wrong]

    def point(self, findings: Iterable[Finding], lang: str) -> None:
        """Put each finding beside its field."""
        known = {one.id: one for one in (*self.about, *(e for row in self.rows for e in row.entries))}
        for one in findings:
            entry = known.get(field_of(one.pointer))
            (entry.wrong if entry else self.problems).append(one.text(lang))


def field_of(pointer: str) -> str:
    """Return the id of the field that a finding is about.

    >>> field_of("lines/2/sinceParent"), field_of("holder"), field_of("lines")
    ('since_parent-2', 'holder', 'gcode-1')
    """
    first, _, rest = pointer.partition("/")
    if first == "lines":
        place, _, name = rest.partition("/")
        name = {"sinceParent": "since_parent"}.get(name, name)
        return f"{name}-{place}" if place else "gcode-1"
    return first


def form(given: dict[str, list[str]], on: date, lang: str, more: bool = False) -> Form:
    """Return the form with what was written in it."""
    known = terms.schemes(on)
    schemes = [(name, text(f"relief.scheme.{name}", lang)) for name in known]
    classes = dict.fromkeys(kind for one in known.values() for kind in one.goods)
    options = {
        "goods": [(one, text(f"relief.goods.{one}", lang)) for one in classes],
        "purpose": [(one, text(f"relief.purpose.{one}", lang)) for one in PURPOSES],
        "years": [(one, text(f"relief.sort.{one}", lang)) for one in terms.sorts(on)[::-1]],
    }

    def about(name: str) -> Field:
        value = (given.get(name) or [""])[0]
        kind = "select" if name == "scheme" else "text"
        return Field(
            name, name, f"desk.reliefs.field.{name}", kind, value, options=schemes if kind == "select" else [],
            mode=_MODES.get(name, ""),
        )  # fmt: skip

    def entry(name: str, place: int) -> Field:
        values = given.get(name, [])
        value = values[place - 1] if place <= len(values) else ""
        return Field(
            name, f"{name}-{place}", f"desk.reliefs.field.{name}", "select" if name in _CHOSEN else "text", value,
            options=options.get(name, []), choices=_LISTS.get(name, ""), mode=_MODES.get(name, ""),
        )  # fmt: skip

    count = min(max(len(given.get("gcode", ())) + more, 1), MOST_LINES)
    rows = [Row(place, [entry(name, place) for name in GOODS]) for place in range(1, count + 1)]
    return Form([about(name) for name in ABOUT], rows)


def written_in(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was written into the form, without blanks around it and zero bytes, and without empty lines of goods."""
    given = {
        name: [one.replace("\x00", "").strip()[: _LONGEST.get(name, _USUAL)] for one in request.POST.getlist(name)]
        for name in (*ABOUT, *GOODS)
    }
    count = min(max(len(given[name]) for name in GOODS), MOST_LINES + 1)
    rows = [[given[name][at] if at < len(given[name]) else "" for name in GOODS] for at in range(count)]
    typed = [place for place, name in enumerate(GOODS) if name not in _CHOSEN]
    filled = [row for row in rows if any(row[place] for place in typed)]
    for place, name in enumerate(GOODS):
        given[name] = [row[place] for row in filled]
    return given


def application(given: dict[str, list[str]]) -> Application:
    """Return what the form means."""
    rows = zip(*(given.get(name, []) for name in GOODS), strict=True)
    lines = [_line(dict(zip(GOODS, row, strict=True))) for row in rows]
    first = {name: (given.get(name) or [""])[0] for name in ABOUT}
    return Application(first["scheme"], first["project"], first["office"], lines, first["holder"])


def _line(row: dict[str, str]) -> GoodsAsked:
    return GoodsAsked(
        row["gcode"].replace(".", ""), row["name"], number(row["quantity"]), code_of("units", row["unit"]), row["goods"],
        row["purpose"], row["years"], number(row["value"]) if row["value"] else None,
        code_of("currencies", row["currency"]), day_of(row["since_parent"]),
    )  # fmt: skip


def day_of(written: str) -> date | None:
    """Return a day that was written as 2026-11-22, or None."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def lists(lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return the values that are suggested for fields, by the list."""
    return {name: [(one.code, one.text(lang)) for one in codes(name)] for name in _LISTS.values()}
