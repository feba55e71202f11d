"""What was forgotten, written down outside the database (销毁台账), so that no backup brings it back.

A file of lines, one for each month whose key was destroyed and for each person who was erased, each with a sum of its
own: it names no person, only the filings that were about him, and holds no key. It is kept beside the secrets and beside
the backups; several copies are put together by their union, for what is in any of them was forgotten. Whoever starts on a
database destroys again what is in here (``vault.forget_again``).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tongguan.kernel.texts import text

_SUM = 16


class LedgerDamaged(ValueError):
    """A line of the ledger is not what was written; what it told of may come back, so nobody goes on."""

    def __init__(self, path: Path, number: int):
        self.path, self.number = path, number
        super().__init__(f"{path}: line {number} was changed")

    def text(self, lang: str) -> str:
        """Return it in a language."""
        return text("parties.ledger_damaged", lang, file=self.path, number=self.number)


class Line(NamedTuple):
    """That the key of a month was destroyed: when, and by whom."""

    month: date
    at: datetime
    by: str

    @property
    def number(self) -> int:
        """The number of the month, as ``vault_tree`` counts them."""
        return self.month.year * 12 + self.month.month - 1

    def written(self) -> str:
        """Return the line as it stands in the file, with its sum."""
        told = {"month": f"{self.month:%Y-%m}", "at": self.at.isoformat(), "by": self.by}
        body = json.dumps(told, ensure_ascii=False)
        return f"{body} {_sum(body)}"


class Erased(NamedTuple):
    """That one person was erased from filings: the number of the case, when, by whom, and from which filings.

    ``contacts`` are those from which only how to reach him was erased; the others keep nothing of him.
    """

    case: str
    at: datetime
    by: str
    filings: tuple[int, ...]
    contacts: tuple[int, ...]

    def written(self) -> str:
        """Return the line as it stands in the file, with its sum."""
        told = {"case": self.case, "at": self.at.isoformat(), "by": self.by, "filings": self.filings,
                "contacts": self.contacts}  # fmt: skip
        body = json.dumps(told, ensure_ascii=False)
        return f"{body} {_sum(body)}"


def read(path: Path) -> list[Line]:
    """Return the months of a ledger, none where there is no file; raises LedgerDamaged."""
    return [line for line in read_all(path) if isinstance(line, Line)]


def erased(path: Path) -> list[Erased]:
    """Return the persons of a ledger, by their cases, none where there is no file; raises LedgerDamaged."""
    return [line for line in read_all(path) if isinstance(line, Erased)]


def read_all(path: Path) -> list[Line | Erased]:
    """Return the lines of a ledger, none where there is no file; raises LedgerDamaged.

    A last line without its end was being written when the power went: nothing was destroyed by it yet.
    """
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return []
    found: list[Line | Erased] = []
    for number, line in enumerate(written.split(b"\n")[:-1], 1):
        try:
            body, _, stated = line.decode().rpartition(" ")
            told = json.loads(body)
            if stated != _sum(body):
                raise ValueError("another sum")
            found.append(_line(told))
        except (ValueError, KeyError, TypeError):
            raise LedgerDamaged(path, number) from None
    return found


def _line(told: dict[str, Any]) -> Line | Erased:
    at, by = datetime.fromisoformat(told["at"]), told["by"]
    if "case" in told:
        return Erased(told["case"], at, by, tuple(told["filings"]), tuple(told["contacts"]))
    return Line(date.fromisoformat(f"{told['month']}-01"), at, by)


def merged(paths: Iterable[Path]) -> list[Line | Erased]:
    """Return what any of some ledgers tells, each month and each case once, the earliest line; raises LedgerDamaged."""
    files = list(paths)
    found: dict[date | str, Line | Erased] = {}
    for line in sorted(line for path in files for line in read(path)):
        found.setdefault(line.month, line)
    for case in sorted(case for path in files for case in erased(path)):
        found.setdefault(case.case, case)
    return list(found.values())


def add(path: Path, line: Line | Erased) -> None:
    """Add a line, on the disk when this returns. What a torn line left is cut off first."""
    with open(path, "a+b") as file:
        file.seek(0)
        whole = file.read().rfind(b"\n") + 1
        file.truncate(whole)
        file.write(line.written().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def write(path: Path, lines: Iterable[Line | Erased]) -> None:
    """Write a whole ledger in place of the one there."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(draft, "wb") as file:
        file.write("".join(f"{line.written()}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _sum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_SUM]
