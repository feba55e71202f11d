"""What a tariff table looks like (税则表格式): files ``law/tariff/formats/*.yaml``, or one a deployer writes.

A format names the columns, the days the table is for, the instruments its rates are cited with, and what is known of
its defects: where a share hides a rate by quantity, and where it ceases to hold within the year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tongguan.kernel.law import Malformed
from tongguan.kernel.packaged import read as read_yaml
from tongguan.tariff.entries import EXPORT, KINDS
from tongguan.tariff.sources import FOLDER, references, share

FORMATS = FOLDER / "formats"
RATES = (*KINDS, EXPORT)
_COLUMNS = {"code", "zh", "en", "unit1", "unit2", "letters", "remark", "elements", *RATES}
_KEYS = {
    "title", "file", "since", "until", "columns", "left_out", "empty", "none_when_empty", "none_when_zero",
    "references", "steps", "hidden", "ends",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hidden:
    """Codes of which a table of shares cannot say some kinds of rate; ``when`` is zero, share or any."""

    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    when: str

    def covers(self, code: str, kind: str, share: Decimal) -> bool:
        """Return whether a share the table gives is not the rate, or not all of it."""
        if kind not in self.kinds or not code.startswith(self.codes):
            return False
        return self.when == "any" or (self.when == "zero") == (share == 0)


@dataclass(frozen=True, slots=True)
class End:
    """Codes whose exemption ends within the days of the table: a kind that is not levied holds until this day."""

    codes: tuple[str, ...]
    kind: str
    until: date


@dataclass(frozen=True, slots=True)
class Format:
    """How to read a table: see the module, and the files themselves."""

    name: str
    title: Mapping[str, str]
    file: str
    since: date
    until: date | None
    columns: Mapping[str, str]
    left_out: tuple[str, ...]
    empty: frozenset[str]
    none_when_empty: frozenset[str]
    none_when_zero: frozenset[str]
    references: Mapping[str, dict[str, str]]
    steps: Mapping[str, Decimal]
    hidden: tuple[Hidden, ...]
    ends: tuple[End, ...]
    path: Path

    def fits(self, file: str, names: Iterable[str]) -> bool:
        """Return whether a file of this kind with these columns is such a table."""
        return file == self.file and set(self.columns.values()) <= set(names)

    def dated(self, since: date | None, until: date | None) -> Format:
        """Return the format for a table of other days; raises ValueError when they are out of order."""
        made = replace(self, since=since or self.since, until=until or (None if since else self.until))
        if made.until is not None and made.until < made.since:
            raise ValueError(f"a table from {made.since} cannot end on {made.until}")
        return made


def _codes(written: Iterable[object]) -> tuple[str, ...]:
    found = tuple(written)
    if not found or any(not isinstance(one, str) or not one.isdigit() for one in found):
        raise ValueError(f"codes are digits in quotes, not {found!r}")
    return found  # type: ignore[return-value]


def _read(path: Path) -> Format:
    content: dict[str, Any] = read_yaml(path)
    if strange := set(content) - _KEYS:
        raise ValueError(f"a format has no {', '.join(sorted(strange))}")
    columns = content["columns"]
    if strange := set(columns) - _COLUMNS:
        raise ValueError(f"a tariff table has no {', '.join(sorted(strange))}")
    if not {"code", "zh"} <= set(columns) or content["file"] not in ("json", "csv"):
        raise ValueError("a tariff table is json or csv, and has columns for code and zh")
    known = references(FOLDER)
    return Format(
        name=path.stem,
        title=content["title"],
        file=content["file"],
        since=content["since"],
        until=content.get("until"),
        columns=columns,
        left_out=tuple(content.get("left_out") or ()),
        empty=frozenset(content.get("empty") or ("",)),
        none_when_empty=frozenset(content.get("none_when_empty") or ()),
        none_when_zero=frozenset(content.get("none_when_zero") or ()),
        references={kind: known[content["references"][kind]] for kind in RATES if kind in columns},
        steps={kind: Decimal(share(step)) for kind, step in (content.get("steps") or {}).items()},
        hidden=tuple(
            Hidden(_codes(row["codes"]), tuple(row["kinds"]), row["when"]) for row in content.get("hidden") or ()
        ),
        ends=tuple(End(_codes(row["codes"]), row["kind"], row["until"]) for row in content.get("ends") or ()),
        path=path,
    )


def read_format(path: Path) -> Format:
    """Return the format a file describes; raises Malformed."""
    try:
        return _read(path)
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, Malformed) else Malformed(path, f"no format: {error}") from error


def known_formats() -> dict[str, Format]:
    """Return the formats that come with the program, by name."""
    return {path.stem: read_format(path) for path in sorted(FORMATS.glob("*.yaml"))}
