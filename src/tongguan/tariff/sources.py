"""Reading tariff files of ours (``law/tariff/*.yaml``, or a folder like it) into dated lines and rates.

``schedules.yaml`` holds what the others share, and says at its top how rates and listings are written. Percentages
become shares ("13%" is 0.13). A file that makes no sense is refused as a whole, by name and line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tongguan.kernel.codes import codes
from tongguan.kernel.law import ROOT, Malformed, checked_reference
from tongguan.kernel.packaged import read as read_yaml

from . import formulas
from .entries import (
    AGREEMENT,
    ANY_ORIGIN,
    KINDS,
    REMEDIES,
    SPECIAL,
    WITHOUT_SCOPE,
    LineEntry,
    RateEntry,
    Source,
    scoped,
)  # fmt: skip
from .listings import Listing

__all__ = ["FOLDER", "HOUSE", "KINDS", "LineEntry", "RateEntry", "Source", "read"]

FOLDER = ROOT / "tariff"
HOUSE = "law/tariff"  # the name of our own files among the sources

_SHARED = "schedules"
_SCOPED = {"agreements": AGREEMENT, SPECIAL: SPECIAL, **{kind: kind for kind in REMEDIES}}
_LINE = {"code", "zh", "en", "units", "letters", "since", "until", "listed", *WITHOUT_SCOPE, *_SCOPED}
_UNKNOWN = "unknown"
_LONGEST_SCOPE = 100
_LAYOUT = b"2"  # of what is kept of a file: another layout, and the same files are loaded anew


def share(written: object) -> str:
    """Return a percentage as a share in text: "13%" is "0.13"; raises ValueError for anything else."""
    if not isinstance(written, str) or not written.endswith("%"):
        raise ValueError(f"a rate is written as 13%, not {written!r}")
    return str(Decimal(written[:-1]) / 100)


def _case(written: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(written)
    if "rate" in kept:
        kept["rate"] = share(kept["rate"])
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
        self.listings: dict[str, list] = content.get("listings") or {}

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
    rates: list[RateEntry] = []
    for kind in WITHOUT_SCOPE:
        written = row.get(kind, shared.defaults.get(kind, None if kind in KINDS else _UNKNOWN))
        if written is None:
            raise ValueError(f"{kind} is missing")
        if written != _UNKNOWN:
            rates += _rates(kind, shared.rows(written, since, reference), reference, shared)
    for key, kind in _SCOPED.items():
        for scope, written in (row.get(key) or {}).items():
            named = scoped(kind, _scope(kind, scope))
            rates += _rates(named, shared.rows(written, since, reference), reference, shared)
    return LineEntry(
        code=code,
        zh=row["zh"],
        en=row["en"],
        unit1=units[0],
        unit2=units[1] if len(units) > 1 else "",
        letters=row.get("letters", ""),
        since=since,
        until=row.get("until", group.get("until")),
        listings=_listings(row.get("listed", True), group.get("listed_since"), shared),
        rates=tuple(rates),
    )


def _scope(kind: str, written: object) -> str:
    """Return what a rate is for: an agreement or a preference by its name, else an origin, or a producer there."""
    if not isinstance(written, str) or not written or len(written) > _LONGEST_SCOPE:
        raise ValueError(f"{written!r} is no name of an agreement, nor an origin")
    country = written.partition("/")[0]
    if kind in REMEDIES and country != ANY_ORIGIN and country not in codes("countries"):
        raise ValueError(f"{country!r} is no country of the code list")
    return written


def _listings(written: object, since: date | None, shared: _Shared) -> tuple[Listing, ...]:
    """Return when and how the positive list holds a line: from the day of its group, never, or as written out."""
    if written is False or (written is True and since is None):
        return ()
    if written is True:
        return (Listing(since, reference=shared.listing),)
    if isinstance(written, str) and written in shared.listings:
        written = shared.listings[written]
    if not isinstance(written, list) or not written:
        raise ValueError(
            f"listed is false, the name of a listing, or rows with since, until, note, conditions; not {written!r}"
        )
    found = []
    for row in written:
        named = shared.reference(row["reference"]) if "reference" in row else shared.listing
        found.append(Listing.read({**row, "reference": named}))
    days = sorted(found, key=lambda one: one.since)
    for one, following in zip(days, days[1:], strict=False):
        if one.until is None or one.until >= following.since:
            raise ValueError(f"the listings from {one.since} and from {following.since} overlap")
    return tuple(days)


def _file(path: Path, shared: _Shared) -> Iterator[LineEntry]:
    content = read_yaml(path)
    for group in content.get("groups") or ():
        for row in group["lines"]:
            try:
                yield _line(row, group, shared)
            except (ValueError, KeyError, TypeError, InvalidOperation) as error:
                raise Malformed(path, f"{row.get('code') if isinstance(row, dict) else row}: {error}") from error


def references(folder: Path | str = FOLDER) -> dict[str, dict[str, str]]:
    """Return the instruments that the files of a folder share, by name; raises Malformed."""
    path = Path(folder) / f"{_SHARED}.yaml"
    return {name: checked_reference(one, path) for name, one in read_yaml(path)["references"].items()}


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256(_LAYOUT)
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
    return Source(HOUSE if folder == FOLDER else folder.name, _digest(paths), ordered)
