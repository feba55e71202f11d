"""The form of a manifest: what was written into it, the manifest that makes, and each field with what is wrong there.

Texts stay as they were typed. A box of containers holds their numbers, each with its seal after a slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from tongguan.cargo.clocks import SHANGHAI
from tongguan.cargo.manifest import BillFiled, ContainerFiled, ManifestFiled
from tongguan.cargo.models import Bill
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Break, Finding, Rule
from tongguan.kernel.texts import text

HEAD = (
    "direction", "transport_mode", "vehicle", "voyage", "name", "customs_code", "departs_at", "expected_at", "site_code",
    "carrier_code",
)  # fmt: skip
BILL = ("master", "house", "pieces", "gross", "goods", "consignee_code", "consignee_name", "containers")
OPTIONAL = {"name", "site_code", "carrier_code", "house", "goods", "consignee_code", "consignee_name", "containers"}
BROAD = {"goods", "consignee_name", "containers"}
MOST_BILLS, FRESH = 200, 3
LONGEST = {"goods": 250, "consignee_name": 100, "containers": 2000, "name": 60, "master": 32, "house": 31}
_USUAL = 20
_MOMENT = "%Y-%m-%dT%H:%M"
Row = dict[str, str]


class WrongValue(Rule):
    """{found} is neither a number nor a moment that can be read here."""

    code = "MANIFEST_VALUE"

    def broken_by(self, doc: list[tuple[str, str]], ctx):
        for pointer, found in doc:
            yield Break(pointer, found=found)


@dataclass(slots=True)
class Cell:
    """A field as it is drawn."""

    id: str
    name: str
    label: str
    value: str
    kind: str = "text"
    options: list[tuple[str, str]] = field(default_factory=list)
    listed: str = ""
    most: int = _USUAL
    optional: bool = False
    broad: bool = False
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """What is written: the head, and the bills."""

    head: Row
    bills: list[Row]
    findings: list[Finding] = field(default_factory=list)

    def filled(self) -> list[Row]:
        """Return the bills in which anything is written."""
        return [row for row in self.bills if any(row.values())]

    def entries(self, lang: str, *, for_others: bool) -> list[Cell]:
        """Return the fields of the head; who files for others names the carrier."""
        names = [name for name in HEAD if for_others or name != "carrier_code"]
        return [self._entry(name, name, self.head.get(name, ""), lang) for name in names]

    def rows(self, lang: str) -> list[tuple[int, list[Cell]]]:
        """Return the fields of each bill."""
        return [
            (place, [self._entry(f"bills-{place}-{name}", name, row.get(name, ""), lang) for name in BILL])
            for place, row in enumerate(self.bills, 1)
        ]

    def problems(self, lang: str) -> list[str]:
        """Return what is wrong with the whole."""
        known = {*HEAD, *(f"bills-{place}-{name}" for place in range(1, len(self.bills) + 1) for name in BILL)}
        return [one.text(lang) for one in self.findings if id_of(one.pointer) not in known]

    def _entry(self, one: str, name: str, value: str, lang: str) -> Cell:
        wrong = list(dict.fromkeys(each.text(lang) for each in self.findings if id_of(each.pointer) == one))
        entry = Cell(
            one, name, text(f"desk.cargo.field.{name}", lang), value, most=LONGEST.get(name, _USUAL),
            optional=name in OPTIONAL, broad=name in BROAD, wrong=wrong,
        )  # fmt: skip
        if name == "direction":
            entry.options = [(way, text(f"declarations.direction.{way}", lang)) for way in ("I", "E")]
        elif name == "transport_mode":
            entry.options = [(one.code, one.text(lang)) for one in codes("transport_modes") if one.code in ("2", "5")]
        elif name in ("departs_at", "expected_at"):
            entry.kind = "datetime-local"
        elif name == "customs_code":
            entry.listed = "customs_districts"
        return entry


_SNAKE = re.compile(r"(?<=[a-z])([A-Z])")


def id_of(pointer: str) -> str:
    """Return the id of the field that a finding is about.

    >>> id_of("transportMode"), id_of("bills/2/consigneeCode"), id_of("bills/1/containers/3/number"), id_of("bills")
    ('transport_mode', 'bills-2-consignee_code', 'bills-1-containers', 'bills')
    """
    parts = pointer.split("/")[:3]
    return "-".join(_SNAKE.sub(lambda found: f"_{found[1].lower()}", part) for part in parts)


def empty(now: datetime) -> Form:
    """Return a form with nothing but room for some bills."""
    return Form({"direction": "I", "transport_mode": "2"}, [{} for _ in range(FRESH)])


def posted(sent: QueryDict) -> Form:
    """Return what was written, without zero bytes and blanks around it."""
    head = {name: _clean(sent.get(name, ""), name) for name in HEAD}
    count = min(int(said) if (said := sent.get("count", "")).isdecimal() and len(said) < 5 else 0, MOST_BILLS)
    rows = [
        {name: _clean(sent.get(f"bills-{place}-{name}", ""), name) for name in BILL} for place in range(1, count + 1)
    ]
    return Form(head, rows)


def _clean(said: str, name: str) -> str:
    return said.replace("\0", "").strip()[: LONGEST.get(name, _USUAL)]


def manifest(form: Form) -> ManifestFiled | None:
    """Return the manifest that the form makes; None, with findings in the form, where a value cannot be read."""
    wrong: list[tuple[str, str]] = []
    rows = form.filled()
    form.bills = rows or form.bills[:1]
    moments = {name: _moment(form.head.get(name, ""), name, wrong) for name in ("departs_at", "expected_at")}
    bills = [bill(row, f"bills/{place}", wrong) for place, row in enumerate(rows, 1)]
    if wrong:
        form.findings = unread(wrong)
        return None
    said = {name: form.head.get(name, "") for name in HEAD if name not in moments}
    return ManifestFiled(**said, **moments, bills=bills)  # type: ignore[arg-type]


def unread(wrong: Iterable[tuple[str, str]]) -> list[Finding]:
    """Return findings for values that cannot be read."""
    return [
        Finding(WrongValue.code, one.pointer, values=one.values) for one in WrongValue().broken_by(list(wrong), None)
    ]


def bill(row: Row, pointer: str, wrong: list[tuple[str, str]]) -> BillFiled:
    """Return a bill as it is filed; what cannot be read is noted in ``wrong`` with its address."""
    boxes = [part.partition("/") for part in re.split(r"[\s,，;；、]+", row.get("containers", "")) if part]
    return BillFiled(
        **{name: row.get(name, "") for name in ("master", "house", "goods", "consignee_code", "consignee_name")},
        pieces=_number(row.get("pieces", ""), f"{pointer}/pieces", wrong, int),
        gross=_number(row.get("gross", ""), f"{pointer}/gross", wrong, Decimal),
        containers=[ContainerFiled(number=number[:20], seal=seal[:20]) for number, _, seal in boxes],
    )  # fmt: skip


def _number(said: str, pointer: str, wrong: list[tuple[str, str]], kind: type) -> Any:
    try:
        found = kind(said.replace(",", "").replace("，", "") or 0)
    except (ValueError, InvalidOperation):
        wrong.append((pointer, said))
        return kind(0)
    return found


def _moment(said: str, name: str, wrong: list[tuple[str, str]]) -> datetime | None:
    found = moment(said)
    if found is None:
        wrong.append((name, said))
    return found


def moment(said: str) -> datetime | None:
    """Return a moment of Beijing that was written into a field; None where it is none."""
    try:
        return datetime.strptime(said[:16].replace(" ", "T"), _MOMENT).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def written(at: datetime) -> str:
    """Return a moment as a field holds it."""
    return at.astimezone(SHANGHAI).strftime(_MOMENT)


def row_of(of: Bill) -> Row:
    """Return a bill as the form shows it."""
    boxes = " ".join(f"{one.number}/{one.seal}".rstrip("/") for one in of.containers.all())
    return {
        "master": of.master, "house": of.house, "pieces": str(of.pieces), "gross": f"{of.gross.normalize():f}",
        "goods": of.goods, "consignee_code": of.consignee_code, "consignee_name": of.consignee_name, "containers": boxes,
    }  # fmt: skip
