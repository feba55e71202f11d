"""Reading the authored tariff files (``law/tariff/*.yaml``) into dated lines and rates.

``schedules.yaml`` holds what the others share, and says at its top how a rate is written. Percentages become shares
("13%" is 0.13). A file that makes no sense is refused as a whole, by name and line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.kernel.law import ROOT, Malformed, checked_reference
from tongguan.kernel.packaged import read as read_yaml

from . import formulas

FOLDER = ROOT / "tariff"
KINDS = ("mfn", "general", "provisional", "vat", "consumption")

_SHARED = "schedules"
_LINE = {"code", "zh", "en", "units", "letters", "since", "until", "listed", *KINDS}


@dataclass(frozen=True, slots=True)
class RateEntry:
    """A rate of one kind from a day on; ``formula`` is None where it is known that nothing is levied."""

    kind: str
    since: date
    until: date | None
    formula: dict[str, Any] | None
    reference: dict[str, str]


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A commodity code as a file gives it, with every rate it ever had."""

    code: str
    zh: str
    en: str
    unit1: str
    unit2: str
    letters: str
    since: date
    until: date | None
    listed_since: date | None
    listed_reference: dict[str, str] | None
    rates: tuple[RateEntry, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What a folder of tariff files says; the digest tells two states of it apart."""

    name: str
    digest: str
    lines: tuple[LineEntry, ...]


def _share(written: object) -> str:
    if not isinstance(written, str) or not written.endswith("%"):
        raise ValueError(f"a rate is written as 13%, not {written!r}")
    return str(Decimal(written[:-1]) / 100)


def _case(written: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(written)
    if "rate" in kept:
        kept["rate"] = _share(kept["rate"])
    return kept


def _formula(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row.get("none") is True:
        return None
    written = {key: value for key, value in row.items() if key not in ("until", "reference")}
    kept = {"cases": [_case(c) for c in written["cases"]]} if "cases" in written else _case(written)
    # Through the reader and back, so that equal rates are kept in equal words.
    return formulas.read(kept).as_dict()


class _Shared:
    """The references, schedules and defaults that the lines of every file may name."""

    def __init__(self, path: Path):
        content = read_yaml(path)
        self._references = {k: checked_reference(r, path) for k, r in content["references"].items()}
        self._schedules: dict[str, dict] = content["schedules"]
        self.defaults: dict[str, str] = content["defaults"]
        self.listing = self.reference(content["listing_reference"])

    def reference(self, name: object) -> dict[str, str]:
        if name not in self._references:
            raise ValueError(f"there is no reference {name!r}")
        return self._references[name]

    def rows(self, written: object, since: date, reference: str) -> dict[date, dict]:
        """Return dated rows for a percentage, the name of a schedule, or rows written out."""
        if isinstance(written, dict):
            return written
        if isinstance(written, str) and written.endswith("%"):
            return {since: {"rate": written, "reference": reference}}
        if written in self._schedules:
            return self._schedules[written]
        raise ValueError(f"there is no schedule {written!r}")


def _rates(kind: str, rows: Mapping[date, Mapping], group_reference: str, shared: _Shared) -> Iterator[RateEntry]:
    days = sorted(rows)
    for place, since in enumerate(days):
        row = rows[since]
        following = days[place + 1] if place + 1 < len(days) else None
        until = row.get("until") or (following - timedelta(days=1) if following else None)
        if type(since) is not date or (until is not None and (until < since or following and until >= following)):
            raise ValueError(f"the days of {kind} from {since} do not fit")
        reference = shared.reference(row.get("reference", group_reference))
        yield RateEntry(kind, since, until, _formula(row), reference)


def _line(row: Mapping[str, Any], group: Mapping[str, Any], shared: _Shared) -> LineEntry:
    if unknown := set(row) - _LINE:
        raise ValueError(f"a line has no {', '.join(sorted(unknown))}")
    code, units = row["code"], row["units"]
    if not (isinstance(code, str) and len(code) == 10 and code.isdigit() and code.isascii()):
        raise ValueError("a commodity code has ten digits, in quotes")
    if not 1 <= len(units) <= 2 or any(unit not in codes("units") for unit in units):
        raise ValueError(f"{units!r} are no legal units")
    since, reference = row.get("since", group["since"]), group["reference"]
    listed = group.get("listed_since") if row.get("listed", True) else None
    rates: list[RateEntry] = []
    for kind in KINDS:
        written = row.get(kind, shared.defaults.get(kind))
        if written is None:
            raise ValueError(f"{kind} is missing")
        rates += _rates(kind, shared.rows(written, since, reference), reference, shared)
    return LineEntry(
        code=code,
        zh=row["zh"],
        en=row["en"],
        unit1=units[0],
        unit2=units[1] if len(units) > 1 else "",
        letters=row.get("letters", ""),
        since=since,
        until=row.get("until", group.get("until")),
        listed_since=listed,
        listed_reference=shared.listing if listed else None,
        rates=tuple(rates),
    )


def _file(path: Path, shared: _Shared) -> Iterator[LineEntry]:
    content = read_yaml(path)
    for group in content.get("groups") or ():
        for row in group["lines"]:
            try:
                yield _line(row, group, shared)
            except (ValueError, KeyError, TypeError, InvalidOperation) as error:
                raise Malformed(path, f"{row.get('code') if isinstance(row, dict) else row}: {error}") from error


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read(folder: Path | str = FOLDER) -> Source:
    """Return what the files of a folder say; raises Malformed, naming the file and the line.

    The folder has a ``schedules.yaml``; every other ``*.yaml`` holds lines.
    """
    folder = Path(folder)
    paths = sorted(folder.glob("*.yaml"))
    shared_path = folder / f"{_SHARED}.yaml"
    if shared_path not in paths:
        raise Malformed(shared_path, "the file of shared references and schedules is missing")
    try:
        shared = _Shared(shared_path)
    except (ValueError, KeyError) as error:
        raise error if isinstance(error, Malformed) else Malformed(shared_path, str(error)) from error
    lines: dict[str, LineEntry] = {}
    for path in paths:
        if path == shared_path:
            continue
        for line in _file(path, shared):
            if line.code in lines:
                raise Malformed(path, f"{line.code} stands twice")
            lines[line.code] = line
    ordered = tuple(lines[code] for code in sorted(lines))
    name = "law/tariff" if folder == FOLDER else folder.name
    return Source(name, _digest(paths), ordered)
