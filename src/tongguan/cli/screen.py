"""What a command writes: tables and lines for people, JSON for programs, one clear line when something is wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tongguan.kernel.texts import text

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN_WIDTH = 200  # columns where the output is not a terminal: a file has room, and grep wants whole lines


class Failed(Exception):
    """A command cannot do what was asked.

    ``status`` is the exit status: 1 the answer is no, 2 the command was used wrongly or a file cannot be read.
    """

    def __init__(self, key: str, status: int = 1, **values: object):
        self.key, self.status, self.values = key, status, values
        super().__init__(key, values)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else PLAIN_WIDTH)


@dataclass
class Screen:
    """The output of one command, in one language."""

    lang: str
    debug: bool = False
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def t(self, key: str, **values: object) -> str:
        """Return the text of a key, without the prefix ``cli.``, in the language of this screen."""
        return text(f"cli.{key}", self.lang, **values)

    def say(self, key: str, **values: object) -> None:
        """Write a line for a person."""
        self.out.print(escape(self.t(key, **values)), soft_wrap=True)

    def note(self, key: str, **values: object) -> None:
        """Write a line beside the output proper: progress, warnings."""
        self.err.print(escape(self.t(key, **values)), soft_wrap=True)

    def line(self, words: str = "", style: str = "") -> None:
        """Write a line as it stands."""
        self.out.print(escape(words), style=style or None, soft_wrap=True)

    def json(self, value: object) -> None:
        """Write a value for a program."""
        print(json.dumps(value, ensure_ascii=False, indent=2, default=str))

    def table(self, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """Write rows under the titles whose keys are given."""
        plain = not self.out.is_terminal
        table = Table(box=None, pad_edge=False, header_style="" if plain else "bold")
        for key in columns:
            table.add_column(self.t(f"column.{key}"), overflow="fold")
        for row in rows:
            table.add_row(*[escape("" if cell is None else str(cell)) for cell in row])
        self.out.print(table)

    @contextmanager
    def progress(self, total: int) -> Iterator:
        """Show a bar on a terminal; yields a function that is called with the name of each thing begun."""
        if not self.err.is_terminal or total < 2:
            yield lambda name: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self.err, transient=True) as progress:
            bar = progress.add_task("", total=total)

            def begun(name: str) -> None:
                progress.update(bar, description=escape(name[-40:]), advance=1)

            yield begun

    @contextmanager
    def steps(self, key: str) -> Iterator:
        """Show a bar on a terminal; yields a function that is called with how much is done, of how much."""
        if not self.err.is_terminal:
            yield lambda done, total: None
            return
        from rich.progress import Progress

        with Progress(console=self.err, transient=True) as progress:
            bar = progress.add_task(escape(self.t(key)), total=None)
            yield lambda done, total: progress.update(bar, completed=done, total=total)


def today() -> date:
    """Return the day it is in Shanghai: the command line is where time comes in."""
    return now().date()


def now() -> datetime:
    """Return the moment it is, in Shanghai."""
    return datetime.now(SHANGHAI)


def day(written: str | None) -> date:
    """Return the day written as 2026-05-01, or today; raises Failed."""
    if not written:
        return today()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Failed("bad_day", 2, written=written) from None
