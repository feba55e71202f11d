"""Everything an operator asks first (运行报告), gathered once for the status page and for ``tongguan status``."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.db import Error

from tongguan.server.clock import Clock, clock
from tongguan.server.condition import Condition, Matter, condition
from tongguan.server.configuration import SETTINGS, read
from tongguan.server.figures import Figures, backup_age, figures

PARTS = ("tongguan", "Django", "granian", "procrastinate", "psycopg", "lxml", "cryptography")
HIDDEN = {"DATABASE_URL", "TONGGUAN_MAIL"}  # they hold a password


@dataclass(frozen=True, slots=True)
class Report:
    """How the program stands: its condition, the figures behind it, the age of the last backup in seconds if
    known, and what the kernel tells of the clock."""

    figures: Figures
    condition: Condition
    backup: float | None
    samples: list[Any]
    clock: Clock | None

    def as_dict(self, lang: str) -> dict[str, Any]:
        """Return the report for a program."""
        found = self.figures
        return {
            "at": found.at.isoformat(timespec="seconds"),
            "well": self.condition.well,
            "level": LEVELS[self.condition.level],
            "matters": [
                {"name": one.threshold.name, "text": one.threshold.text(lang), "value": one.value,
                 "unit": one.threshold.unit, "late": one.threshold.late, "bad": one.threshold.bad, "level": LEVELS[one.level]}
                for one in self.condition.matters
            ],
            "jobs": found.jobs, "failures": found.failures, "holds": found.holds, "connections": found.connections,
            "database": found.database, "wal": found.wal, "checkpoints": found.checkpoints, "journal": found.journal,
            "certificates": found.certificates, "backup_age": self.backup, "unknown": found.unknown,
            "clock": asdict(self.clock) if self.clock else None, "versions": versions(), "settings": settings_in_force(),
        }  # fmt: skip


LEVELS = {"done": "well", "waiting": "late", "needs_you": "bad"}


def report(*, at: datetime) -> Report:
    """Return how the program stands now; without a database everything of it is unknown, and nothing is raised."""
    found, backup = figures(at=at), backup_age(at=at)
    samples, sampled, difference = _sampled(at)
    judged = condition(found, backup=backup, sampled=sampled, difference=difference)
    return Report(found, judged, backup, samples, clock())


def _sampled(at: datetime) -> tuple[list[Any], float | None, float | None]:
    from tongguan.desk.operator.samples import hour, latest, totals

    try:
        last = latest()
        age = (at - last.at).total_seconds() if last else None
        return hour(at=at), age, totals().get("ledger_difference")
    except Error:
        return [], None, None


def versions() -> dict[str, str]:
    """Return the version of the program and of what it stands on."""
    found = {"Python": platform.python_version()}
    for name in PARTS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def settings_in_force() -> dict[str, str]:
    """Return every setting with its value; of what holds a secret only whether it is set."""
    return {name: ("***" if read(name) else "") if name in HIDDEN else read(name) for name in SETTINGS}


def shown(matter: Matter | None, value: float, unit: str = "") -> str:
    """Return a value with its unit, as people read it.

    >>> shown(None, 90, "s"), shown(None, 7200, "s"), shown(None, 200000, "s"), shown(None, 0.5, "share")
    ('90 s', '2 h', '2 d', '50%')
    >>> shown(None, 2e9, "bytes"), shown(None, 3.0)
    ('1.9 GiB', '3')
    """
    unit = matter.threshold.unit if matter else unit
    if unit == "s":
        steps = ((172_800, 86_400, "d"), (7_200, 3_600, "h"), (600, 60, "min"), (0, 1, "s"))
        size, name = next((size, name) for least, size, name in steps if value >= least or not least)
        return f"{value / size:.0f} {name}"
    if unit == "bytes":
        for name in ("B", "KiB", "MiB", "GiB"):
            if value < 1024 or name == "GiB":
                return f"{value:.0f} {name}" if name == "B" else f"{value:.1f} {name}"
            value /= 1024
    return f"{value:.0%}" if unit == "share" else f"{value:g}"
