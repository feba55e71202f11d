"""The form of a disclosure: what was written, what it means, and what is wrong with it, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.http import HttpRequest

from tongguan.compliance.advice import unreadable
from tongguan.compliance.cases import CONDITIONS, KINDS
from tongguan.compliance.models import Disclosure
from tongguan.compliance.statements import Correction, Statement
from tongguan.desk.trader.licence_form import Field, Row, number
from tongguan.desk.trader.relief_form import day_of
from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.texts import text

TAXES = ("duty", "consumption", "vat", "antidumping", "countervailing")
ABOUT = ("kind", "nature", "breach", "words")
MONEY = (*TAXES, "due", "underpaid", "affected")
OTHERS = ("paid_on", "goods")
TICKS = ("royalty", "asks_waiver", *CONDITIONS)
CORRECTION = ("pointer", "value")
MOST_LINES = 20
_LONGEST = {"words": 2000, "goods": 250, "pointer": 40}
_USUAL = 30
_POINTERS = {"paidOn": "paid_on", "conditions": "kept", "corrections": "pointer-1", "kinds": "duty"}


@dataclass(slots=True)
class Form:
    """The whole form; ``problems`` are those that no field has."""

    about: list[Field]
    declaration: Field
    rows: list[Row]
    money: list[Field]
    ticks: list[Field]
    problems: list[str] = field(default_factory=list)

    @property
    def entries(self) -> list[Field]:
        """Every field, in the order of the form."""
        return [*self.about, self.declaration, *(e for row in self.rows for e in row.entries), *self.money, *self.ticks]

    @property
    def faults(self) -> list[Field]:
        """The fields with something wrong."""
        return [one for one in self.entries if one.wrong]

    def point(self, findings: Iterable[Finding], lang: str) -> None:
        """Put each finding beside its field."""
        known = {one.id: one for one in self.entries}
        for one in findings:
            entry = known.get(field_of(one.pointer))
            (entry.wrong if entry else self.problems).append(one.text(lang))


def field_of(pointer: str) -> str:
    """Return the id of the field that a finding is about.

    >>> field_of("corrections/2/value"), field_of("kinds/vat"), field_of("paidOn"), field_of("item/1/CodeTS")
    ('value-2', 'vat', 'paid_on', 'pointer-1')
    """
    first, *rest = pointer.split("/")
    if first == "corrections" and len(rest) == len(CORRECTION):
        return f"{rest[1]}-{rest[0]}"
    if first == "kinds" and rest and rest[0] in TAXES:
        return rest[0]
    if first == "item":
        return "pointer-1"
    return _POINTERS.get(first, first)


def written_in(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was written into the form, without blanks around it and zero bytes, and without empty corrections."""
    names = (*ABOUT, "declaration", *MONEY, *OTHERS, *TICKS, *CORRECTION)
    given = {
        name: [one.replace("\x00", "").strip()[: _LONGEST.get(name, _USUAL)] for one in request.POST.getlist(name)]
        for name in names
    }
    pairs = zip(given["pointer"], given["value"], strict=False)
    filled = [pair for pair in pairs if any(pair)][:MOST_LINES]
    given["pointer"], given["value"] = [one for one, _ in filled], [one for _, one in filled]
    return given


def form(given: dict[str, list[str]], on: date, lang: str, more: bool = False) -> Form:
    """Return the form with what was written in it."""
    options = {
        "kind": [(one, text(f"compliance.kind.{one}", lang)) for one in KINDS],
        "nature": [
            (one, text(f"compliance.nature.{one}", lang)) for one in law("compliance.disclosure_natures", on=on).value
        ],
    }

    def one(name: str, kind: str = "text", mode: str = "") -> Field:
        value = (given.get(name) or [""])[0]
        key = f"desk.disclosure.field.{name}"
        return Field(
            name, name, key, kind, value, options=options.get(name, [("1", "")] if kind == "check" else []), mode=mode
        )

    def pair(name: str, place: int) -> Field:
        values = given.get(name, [])
        value = values[place - 1] if place <= len(values) else ""
        return Field(name, f"{name}-{place}", f"desk.disclosure.field.{name}", "text", value)

    count = min(max(len(given.get("pointer", ())) + more, 1), MOST_LINES)
    return Form(
        [one("kind", "select"), one("nature", "select"), one("breach", "day"), one("words", "area")],
        one("declaration"), [Row(place, [pair(name, place) for name in CORRECTION]) for place in range(1, count + 1)],
        [*(one(name, mode="decimal") for name in MONEY), one("paid_on", "day"), one("goods")],
        [one(name, "check") for name in TICKS],
    )  # fmt: skip


def statement(given: dict[str, list[str]]) -> Statement:
    """Return what the form means; raises Refused (DISC_UNREADABLE) where the breach has no day."""
    first = {name: (given.get(name) or [""])[0] for name in given}
    breach = day_of(first["breach"])
    if breach is None:
        raise Refused(unreadable("breach", first["breach"], "day"))
    kinds = {name: number(first[name]) for name in TAXES if first.get(name)}

    def amount(name: str) -> Decimal:
        return number(first[name]) if first.get(name) else Decimal("0.00")

    pairs = zip(given.get("pointer", ()), given.get("value", ()), strict=False)
    return Statement(
        first["kind"], breach, first["words"], first["nature"], first["declaration"],
        [Correction(*one) for one in pairs], kinds, amount("due"), amount("affected"), amount("underpaid"),
        day_of(first["paid_on"]), bool(first.get("royalty")),
        [one for one in first["goods"].replace("，", ",").replace(",", " ").split() if one],
        [name for name in CONDITIONS if first.get(name)], bool(first.get("asks_waiver")),
    )  # fmt: skip


def kept_in(row: Disclosure) -> dict[str, list[str]]:
    """Return what a draft says, as it is written into the form."""
    worked_out = bool(row.corrections)
    found = {
        "kind": row.kind, "nature": row.nature, "breach": row.breach_on.isoformat(), "words": row.words,
        "declaration": row.declaration.number or "" if row.declaration else "",
        "due": "" if worked_out else f"{row.due}", "affected": f"{row.affected}" if row.affected else "",
        "underpaid": f"{row.underpaid}" if row.underpaid and not row.kinds else "",
        "paid_on": row.paid_on.isoformat() if row.paid_on else "", "goods": " ".join(row.goods),
        "royalty": "1" if row.royalty else "", "asks_waiver": "1" if row.asks_waiver else "",
        **dict.fromkeys(row.conditions, "1"),
        **({} if worked_out else dict(row.kinds)),
    }  # fmt: skip
    given = {name: [value] for name, value in found.items()}
    return given | {"pointer": [one[0] for one in row.corrections], "value": [one[1] for one in row.corrections]}
