"""What was forgotten, written down outside the database (销毁台账), so that no backup brings it back.

A file of lines, one for each month whose key was destroyed, each with a sum of its own: it names no person and holds no
key. It is kept beside the secrets and beside the backups; several copies are put together by their union, for what is
in any of them was forgotten. Whoever starts on a database destroys again what is in here (``vault.forget_again``).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

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


def read(path: Path) -> list[Line]:
    """Return the lines of a ledger, none where there is no file; raises LedgerDamaged.

    A last line without its end was being written when the power went: nothing was destroyed by it yet.
    """
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return []
    found = []
    for number, line in enumerate(written.split(b"\n")[:-1], 1):
        try:
            body, _, stated = line.decode().rpartition(" ")
            told = json.loads(body)
            if stated != _sum(body):
                raise ValueError("another sum")
            found.append(
                Line(date.fromisoformat(f"{told['month']}-01"), datetime.fromisoformat(told["at"]), told["by"])
            )
        except (ValueError, KeyError, TypeError):
            raise LedgerDamaged(path, number) from None
    return found


def merged(paths: Iterable[Path]) -> list[Line]:
    """Return what any of some ledgers tells, each month once, the earliest line of it; raises LedgerDamaged."""
    found: dict[date, Line] = {}
    for line in sorted(line for path in paths for line in read(path)):
        found.setdefault(line.month, line)
    return list(found.values())


def add(path: Path, line: Line) -> None:
    """Add a line, on the disk when this returns. What a torn line left is cut off first."""
    with open(path, "a+b") as file:
        file.seek(0)
        whole = file.read().rfind(b"\n") + 1
        file.truncate(whole)
        file.write(line.written().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def write(path: Path, lines: Iterable[Line]) -> None:
    """Write a whole ledger in place of the one there."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(draft, "wb") as file:
        file.write("".join(f"{line.written()}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _sum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_SUM]
