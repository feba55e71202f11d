"""What of the program does something about a measure (落实方式), as ``law/measures/built.yaml`` names it.

Pages are named by their routes, operations of the API by their ids, rules by their codes. That all of it exists is
checked by a test, for the pages and the API lie above this domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tongguan.kernel.packaged import Malformed, read

from .register import FOLDER, Both, both, insist_keys

_LISTS = ("pages", "operations", "commands", "rules", "parameters")


@dataclass(frozen=True, slots=True)
class Means:
    """What does something about a measure; ``lacking`` says in both languages what is still missing, if anything."""

    pages: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    lacking: Both | None = None

    @property
    def act(self) -> bool:
        """Whether there is something that acts: a page, an operation, a command or a rule. A parameter does nothing."""
        return bool(self.pages or self.operations or self.commands or self.rules)


NOTHING = Means()


def read_means(path: Path) -> dict[str, Means]:
    """Return the means of each measure a file names; raises Malformed."""
    return {number: _means(number, row, path) for number, row in read(path).items()}


@cache
def means() -> dict[str, Means]:
    """Return the means that travel with the program."""
    return read_means(FOLDER / "built.yaml")


def _means(number: str, row: Any, path: Path) -> Means:
    row = insist_keys(row, set(), {*_LISTS, "partly"}, number, path)
    for name in _LISTS:
        listed = row.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise Malformed(path, f"{number}: {name} is a list of names, not {listed!r}")
    lacking = both(row["partly"], f"{number}: what is missing", path) if "partly" in row else None
    named = {name: tuple(row.get(name, ())) for name in _LISTS}
    return Means(**named, lacking=lacking)
