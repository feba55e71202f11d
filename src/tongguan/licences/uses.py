"""What a declaration draws on licences, found and counted in the units of their lines (许可证件核扣)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from tongguan.kernel.codes import codes
from tongguan.ledgers.batch import ZERO
from tongguan.tariff.measures import quantity_in

from .models import Licence, LicenceLine
from .types import meant_by

FINEST = Decimal("0.00001")
"""The last decimal of a quantity of the ledger."""


class Use(NamedTuple):
    """What one line of a declaration draws on a licence.

    ``type`` is the letter in the list of documents, ``detail`` the line of the licence (empty where it has only one that
    fits), ``quantity`` is in ``unit`` (a code of the list of units). ``pointer`` is the address that findings begin with.
    ``end_user`` is the one of dual-use goods, ``user_pointer`` the address of the field that names him.
    """

    type: str
    number: str
    detail: str
    quantity: Decimal
    unit: str
    gcode: str
    country: str
    pointer: str
    end_user: str = ""
    user_pointer: str = ""


@dataclass(slots=True)
class Match:
    """A use with the line it draws on, where one was found, and the quantity in its unit, where it can be counted.

    ``licence`` is there when the number is known, even where no line of it fits.
    """

    use: Use
    licence: Licence | None = None
    line: LicenceLine | None = None
    counted: Decimal | None = None

    @property
    def usable(self) -> bool:
        """Whether there is something to judge: a line, and a quantity in its unit."""
        return self.line is not None and self.counted is not None


@dataclass(slots=True)
class Drawing:
    """All that a declaration draws at once, with what is known of the licences while they are locked.

    ``balances`` says what is left of each line (by its id), ``floors`` how far a last batch may take it.
    """

    matches: list[Match]
    holder: str
    customs: str
    on: date
    balances: dict[int, Decimal] = field(default_factory=dict)
    floors: dict[int, Decimal] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)

    @property
    def own(self) -> list[Match]:
        """The uses whose licence is the holder's, or nobody's: of others' licences nothing more is told."""
        return [m for m in self.matches if m.licence is None or m.licence.holder == self.holder]

    def licences(self) -> dict[int, Licence]:
        """Return the licences that lines were found of, by their id."""
        return {m.line.licence_id: m.line.licence for m in self.matches if m.line is not None}

    def drawn(self) -> dict[int, Decimal]:
        """Return how much is drawn of each line, by its id."""
        sums: dict[int, Decimal] = {}
        for match in self.own:
            if match.usable:
                sums[match.line.pk] = sums.get(match.line.pk, ZERO) + match.counted  # type: ignore[union-attr, operator]
        return sums

    def first_of(self, line: int) -> Match:
        """Return the first use that draws on a line."""
        return next(m for m in self.matches if m.line is not None and m.line.pk == line)


def matched(uses: Iterable[Use], on: date) -> list[Match]:
    """Return each use with the licence and the line it means. One query for all."""
    uses = list(uses)
    numbers = {use.number for use in uses}
    rows = LicenceLine.objects.filter(licence__number__in=numbers).select_related("licence", "account")
    known: dict[str, list[LicenceLine]] = {}
    for row in rows.order_by("licence", "place"):
        known.setdefault(row.licence.number or "", []).append(row)
    return [_match(use, known, on) for use in uses]


def _match(use: Use, known: Mapping[str, list[LicenceLine]], on: date) -> Match:
    meant = meant_by(use.type, on)
    lines = [line for line in known.get(use.number, ()) if line.licence.type in meant]
    if not lines:
        return Match(use)
    detail = use.detail.strip().lstrip("0")
    fitting = [one for one in lines if str(one.place) == detail] if detail else _fitting(lines, use)
    line = fitting[0] if fitting else None
    return Match(use, lines[0].licence, line, counted(use, line.unit) if line else None)


def _fitting(lines: list[LicenceLine], use: Use) -> list[LicenceLine]:
    """Return the line of a use that names none: the only one, or the only one of its goods; else nothing."""
    if len(lines) == 1:
        return lines
    found = [one for one in lines if is_of(one, use.gcode)]
    return found if len(found) == 1 else []


def is_of(line: LicenceLine, gcode: str) -> bool:
    """Return whether goods of a code are those of a line, which may name the first digits only."""
    return gcode.startswith(line.gcode)


def counted(use: Use, unit: str) -> Decimal | None:
    """Return a quantity in another unit, rounded up to five decimals; None where none is a fixed multiple of the other.

    >>> use = Use("7", "N", "1", Decimal(1500), "035", "1201901100", "", "licences/1")
    >>> str(counted(use, "070")), counted(use, "007")
    ('1.50000', None)
    """
    if use.unit == unit:
        found: Decimal | None = use.quantity
    else:
        found = quantity_in(unit, [(use.unit, use.quantity)])
    return None if found is None or not is_quantity(use.quantity) else found.quantize(FINEST, ROUND_UP)


def is_quantity(found: Decimal) -> bool:
    """Return whether a quantity is more than zero, to five decimals, and not longer than a ledger keeps."""
    return found.is_finite() and found > 0 and found.adjusted() < _LONGEST and round(found, _DECIMALS) == found


_DECIMALS, _LONGEST = 5, 13  # decimals of a quantity of the ledger, digits before the point


def country_of(code: str) -> str:
    """Return a country as licences have it: the ISO code of three letters where one is known, else what was given.

    >>> country_of("502"), country_of("usa"), country_of("")
    ('USA', 'USA', '')
    """
    known = codes("countries").get(code)
    return known.extra.get("iso", code) if known else code.upper()


def is_port(ports: Iterable[str], customs: str) -> bool:
    """Return whether a licence names an office, or the whole district it belongs to (its code ends in 00); none is all.

    >>> is_port([], "0101"), is_port(["0101"], "0102"), is_port(["0100"], "0102"), is_port(["0200"], "0102")
    (True, False, True, False)
    """
    ports = list(ports)
    return not ports or customs in ports or f"{customs[:2]}00" in ports
