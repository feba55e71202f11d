"""The form of an application for a licence: what was written, what it means, and what is wrong with it, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest

from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import text
from tongguan.licences import types
from tongguan.licences.applications import Application, LineAsked
from tongguan.licences.models import Licence
from tongguan.licences.queries import Left
from tongguan.licences.rules.applying import MOST_LINES

Option = tuple[str, str]
_NOTHING = Decimal("NaN")  # what is no number: the rules refuse it
_LONGEST = {"end_users": 2000, "end_use": 200, "name": 250, "ports": 200}
_USUAL = 60
GOODS = ("gcode", "name", "country", "quantity", "unit", "value", "currency", "control_code")
POINTERS = {"endUsers": "end_users", "endUse": "end_use", "controlCode": "control_code", "lines": "gcode-1"}
"""What the findings call a field, and what the form calls it."""
FRESH_LINES = 2


@dataclass(slots=True)
class Field:
    """A field of the form; ``kind`` is text, area, select or check, ``choices`` the list that suggests values."""

    name: str
    id: str
    key: str
    kind: str = "text"
    value: str = ""
    options: list[Option] = field(default_factory=list)
    choices: str = ""
    mode: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def hint(self) -> str:
        """The key of what is said below the field."""
        return self.key.replace(".field.", ".hint.")


@dataclass(slots=True)
class Row:
    """The fields of one line of goods."""

    number: int
    entries: list[Field]


@dataclass(slots=True)
class Form:
    """The whole form; ``problems`` are those that no field has."""

    about: list[Field]
    users: list[Field]
    rows: list[Row]
    problems: list[str] = field(default_factory=list)

    @property
    def more(self) -> bool:
        """Whether another line of goods has room."""
        return len(self.rows) < MOST_LINES

    def point(self, findings: Iterable[Finding], lang: str) -> None:
        """Put each finding beside its field."""
        known = {entry.id: entry for entry in self.entries()}
        for one in findings:
            entry = known.get(field_of(one.pointer))
            (entry.wrong if entry else self.problems).append(one.text(lang))

    def entries(self) -> list[Field]:
        """Return every field."""
        return [*self.about, *self.users, *(entry for row in self.rows for entry in row.entries)]

    @property
    def faults(self) -> list[Field]:
        """The fields with something wrong, in the order of the form."""
        return [one for one in (*self.about, *(e for row in self.rows for e in row.entries), *self.users) if one.wrong]


def field_of(pointer: str) -> str:
    """Return the id of the field that a finding is about.

    >>> field_of("line/2/controlCode"), field_of("endUsers"), field_of("type")
    ('control_code-2', 'end_users', 'type')
    """
    first, _, rest = pointer.partition("/")
    if first == "line":
        place, _, name = rest.partition("/")
        return f"{POINTERS.get(name, name)}-{place}"
    return POINTERS.get(first, first)


def form(given: dict[str, list[str]], on: date, lang: str, *, fixed: bool = False, more: bool = False) -> Form:
    """Return the form with what was written in it; of an application that is sent again type and holder stay."""

    def one(name: str, kind: str = "text", **told) -> Field:
        value = (given.get(name) or [""])[0]
        return Field(name, name, f"desk.licences.field.{name}", kind, value, **told)

    about = [
        one("mode", "select", options=[(m, text(f"licence.mode.{m}", lang)) for m in (types.ONE_BATCH, types.MULTI)]),
        one("form", "select", options=[("", "–"), *((f, text(f"licence.form.{f}", lang)) for f in types.FORMS)]),
        one("ports"),
        one("batch_id"),
    ]
    if not fixed:
        about = [one("type", "select", options=type_options(on, lang)), one("holder"), *about]
    shown = max((len(given.get(name, ())) for name in GOODS), default=0)
    count = min(max(shown + more, FRESH_LINES), MOST_LINES)
    rows = [Row(number, _entries(given, number)) for number in range(1, count + 1)]
    return Form(about, [one("end_users", "area"), one("end_use")], rows)


def type_options(on: date, lang: str) -> list[Option]:
    """Return the types that are applied for on a day, imports first."""
    known = sorted(types.types(on), key=lambda one: one.direction, reverse=True)
    return [
        (one.letter, f"{one.letter} {types.name(one.letter, lang)}")
        for one in known
        if types.closed(one.letter, on) is None
    ]


def _entries(given: dict[str, list[str]], number: int) -> list[Field]:
    lists = {"unit": "units", "country": "countries", "currency": "currencies"}
    modes = {"gcode": "numeric", "quantity": "decimal", "value": "decimal"}
    entries = []
    for name in GOODS:
        values = given.get(name, [])
        value = values[number - 1] if number <= len(values) else ""
        entries.append(
            Field(
                name, f"{name}-{number}", f"desk.licences.field.{name}", value=value, choices=lists.get(name, ""),
                mode=modes.get(name, ""),
            )
        )  # fmt: skip
    bulk = str(number) if str(number) in given.get("bulk", ()) else ""
    entries.append(
        Field("bulk", f"bulk-{number}", "desk.licences.field.bulk", "check", bulk, options=[(str(number), "")])
    )
    return entries


def written_in(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was written into the form, without blanks around it and zero bytes, and without empty lines of goods."""
    names = ("type", "holder", "mode", "form", "ports", "batch_id", "end_users", "end_use", "bulk", *GOODS)
    given = {
        name: [
            value.replace("\x00", "").strip()[: _LONGEST.get(name, _USUAL)]
            for value in request.POST.getlist(name)[: MOST_LINES + 1]
        ]
        for name in names
    }
    columns = [given[name] for name in GOODS]
    count = max(map(len, columns))
    rows = [[one[place] if place < len(one) else "" for one in columns] for place in range(count)]
    filled = [place for place, row in enumerate(rows) if any(row)]
    for index, name in enumerate(GOODS):
        given[name] = [rows[place][index] for place in filled]
    given["bulk"] = [str(n) for n, place in enumerate(filled, 1) if str(place + 1) in given["bulk"]]
    return given


def application(given: dict[str, list[str]]) -> Application:
    """Return what the form means."""

    def one(name: str) -> str:
        return (given.get(name) or [""])[0]

    rows = zip(*(given.get(name, []) for name in GOODS), strict=True)
    lines = [
        _line(dict(zip(GOODS, row, strict=True)), str(place) in given.get("bulk", ()))
        for place, row in enumerate(rows, 1)
    ]
    ports = one("ports").replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
    return Application(
        one("type"), lines, one("mode"), one("form"), one("holder"), ports, one("batch_id"),
        one("end_users").splitlines(), one("end_use"),
    )  # fmt: skip


def _line(row: dict[str, str], is_bulk: bool) -> LineAsked:
    return LineAsked(
        row["gcode"].replace(".", ""), row["name"], number(row["quantity"]), code_of("units", row["unit"]),
        code_of("countries", row["country"]), number(row["value"]) if row["value"] else None,
        code_of("currencies", row["currency"]), row["control_code"], is_bulk,
    )  # fmt: skip


def number(value: str) -> Decimal:
    """Return the number that was written, or one that no rule allows."""
    try:
        return Decimal(value.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return _NOTHING


def code_of(table: str, value: str) -> str:
    """Return the code that a code or a name means; what is neither stays as it is, for the rules to refuse.

    >>> code_of("units", "吨"), code_of("units", "070"), code_of("countries", "United States"), code_of("units", "x")
    ('070', '070', '502', 'x')
    """
    known = codes(table)
    if not value or value in known:
        return value
    same = value.casefold()
    return next((one.code for one in known if same in (one.zh.casefold(), one.en.casefold())), value)


def written_before(row: Licence, lines: list[Left]) -> dict[str, list[str]]:
    """Return an application as it was written, for one who has to add to it."""
    given = {
        "mode": [row.mode], "form": [row.form], "ports": [", ".join(row.ports)], "batch_id": [row.batch_id],
        "end_users": ["\n".join(row.end_users)], "end_use": [row.end_use],
        "bulk": [str(place) for place, one in enumerate(lines, 1) if one.line.bulk],
    }  # fmt: skip
    for name in GOODS:
        given[name] = [_plain(getattr(one.line, name)) for one in lines]
    return given


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
