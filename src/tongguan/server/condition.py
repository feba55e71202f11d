"""Whether the program is well (运行是否正常): the figures held against thresholds, the same on the status page, on the
command line and in the alert rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongguan.kernel.texts import text
from tongguan.server.figures import Figures


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure and the value above which it is late, and above which it is bad.

    ``expression`` is the same figure in PromQL. ``pending`` is how long, in minutes, it must last before an alert.
    ``stops``: while it is bad the window does not work for those who use it, and the public page says so.
    Texts stand under ``status.matter.<name>``.
    """

    name: str
    expression: str
    unit: str
    late: float
    bad: float
    pending: int = 5
    stops: bool = False

    def text(self, lang: str) -> str:
        """Return what the figure is called."""
        return text(f"status.matter.{self.name}", lang)


THRESHOLDS = (
    Threshold("figures_unknown", "tongguan_figures_unknown", "", 0, 3, 2, stops=True),
    Threshold("jobs_waiting", 'sum(tongguan_jobs{state="todo"})', "", 500, 5000),
    Threshold("oldest_job", 'max(tongguan_jobs_oldest_seconds{state="todo"})', "s", 180, 900, stops=True),
    Threshold("no_worker", "1 - clamp_max(tongguan_workers, 1)", "", 0, 0, 3, stops=True),
    Threshold("jobs_failed", 'sum(tongguan_jobs{state="failed"})', "", 0, 100),
    Threshold(
        "connections",
        "tongguan_database_connections / tongguan_database_connections_most",
        "share",
        0.7,
        0.9,
        stops=True,
    ),
    Threshold("oldest_transaction", "tongguan_oldest_transaction_seconds", "s", 60, 600),
    Threshold("archive_age", "tongguan_wal_archive_age_seconds", "s", 900, 3600),
    Threshold("held_back", "tongguan_wal_held_back_bytes", "bytes", 2e9, 2e10),
    Threshold("unnumbered_age", "tongguan_journal_unnumbered_age_seconds", "s", 180, 900),
    Threshold("head_age", "tongguan_journal_head_age_seconds", "s", 3600, 21600),
    Threshold("certificates_ending", "tongguan_certificates_ending", "", 0, 50, 60),
    Threshold("backup_age", "tongguan_backup_age_seconds", "s", 93600, 180000, 30),
    Threshold("sample_age", "tongguan_sample_age_seconds", "s", 180, 900),
    Threshold("ledger_difference", "tongguan_ledger_difference", "", 0, 0, 1, stops=True),
)
"""Design values, to be fitted to a place's own hardware and promises. A figure *above* the value is late, or bad; where
both are the same it is bad at once."""

RATES = (
    ("requests_failing", 'sum(rate(tongguan_request_seconds_count{status=~"5..",status!="503"}[5m])) '
     "/ sum(rate(tongguan_request_seconds_count[5m]))", 0.001, 0.01, 5),
    ("requests_shed", "sum(rate(tongguan_requests_shed_total[5m]))", 0, 10, 5),
    ("intake_slow", "histogram_quantile(0.99, sum by (le) (rate(tongguan_request_seconds_bucket"
     '{route="cebcmsg",method="POST"}[5m])))', 1, 5, 10),
)  # fmt: skip
"""Alerts on figures that only a watcher with a memory can have: name, expression, late, bad, minutes."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A figure held against its threshold: ``level`` is done (well), waiting (late) or needs_you (bad)."""

    threshold: Threshold
    value: float
    level: str


@dataclass(frozen=True, slots=True)
class Condition:
    """How the program stands: every figure that could be had, the worst first."""

    at: datetime
    matters: list[Matter]

    @property
    def level(self) -> str:
        """The level of the worst matter: done, waiting or needs_you."""
        return self.matters[0].level if self.matters else "done"

    @property
    def well(self) -> bool:
        """Whether nothing is bad; what is only late does not make it unwell."""
        return self.level != "needs_you"

    @property
    def works(self) -> bool:
        """Whether the window works for those who use it: nothing that stops it is bad."""
        return not any(one.level == "needs_you" and one.threshold.stops for one in self.matters)


_GRAVITY = {"needs_you": 0, "waiting": 1, "done": 2}


def level(threshold: Threshold, value: float) -> str:
    """Return how a figure stands.

    >>> [level(THRESHOLDS[2], seconds) for seconds in (180, 181, 901)]
    ['done', 'waiting', 'needs_you']
    """
    return "needs_you" if value > threshold.bad else "waiting" if value > threshold.late else "done"


def condition(
    found: Figures, *, backup: float | None = None, sampled: float | None = None, difference: float | None = None
) -> Condition:
    """Return the condition by the figures; ages of the last backup and sample are in seconds, None where not known."""
    values = _values(found) | {"backup_age": backup, "sample_age": sampled, "ledger_difference": difference}
    matters = [
        Matter(one, value, level(one, value)) for one in THRESHOLDS if (value := values.get(one.name)) is not None
    ]
    return Condition(found.at, sorted(matters, key=lambda matter: _GRAVITY[matter.level]))


def _values(found: Figures) -> dict[str, float | None]:
    jobs, used, most = found.jobs, found.connections.get("used"), found.connections.get("most")
    known = "jobs" not in found.unknown
    due = [row for row in jobs if row["state"] == "todo"]
    return {
        "figures_unknown": len(found.unknown),
        "jobs_waiting": sum(row["number"] for row in due) if known else None,
        "oldest_job": max((row["oldest"] for row in due), default=0) if known else None,
        "no_worker": None if "alive" not in found.workers else 1 - min(1, found.workers["alive"]),
        "jobs_failed": sum(row["number"] for row in jobs if row["state"] == "failed") if known else None,
        "connections": used / most if used is not None and most else None,
        "oldest_transaction": found.connections.get("oldest_transaction"),
        "archive_age": found.wal.get("archive_age") if found.wal.get("archiving") else None,
        "held_back": found.wal.get("held_back"),
        "unnumbered_age": found.journal.get("oldest"),
        "head_age": found.journal.get("head_age"),
        "certificates_ending": found.certificates.get("ending"),
    }


def alert_rules() -> str:
    """Return the alert rules for Prometheus, one for late and one for bad of each threshold, with both languages."""
    rows = [(one.name, one.expression, one.late, one.bad, one.pending) for one in THRESHOLDS]
    written = [
        "# Alert rules for Prometheus, made from server/condition.py by `tongguan status --alerts`.",
        "groups:",
        "- name: tongguan",
        "  rules:",
    ]
    for name, expression, late, bad, minutes in [*rows, *RATES]:
        levels: Iterable[tuple[str, float]] = (
            [("critical", bad)] if late == bad else [("warning", late), ("critical", bad)]
        )
        for severity, limit in levels:
            written += _rule(name, expression, limit, minutes, severity)
    return "\n".join(written) + "\n"


def _rule(name: str, expression: str, limit: float, minutes: int, severity: str) -> list[str]:
    title = "".join(word.capitalize() for word in name.split("_"))
    return [
        f"  - alert: Tongguan{title}",
        f"    expr: '{expression} > {limit:g}'",
        f"    for: {minutes}m",
        f"    labels: {{severity: {severity}}}",
        "    annotations:",
        f'      summary: "{text(f"status.matter.{name}", "en")} · {text(f"status.matter.{name}", "zh")}"',
        f'      description: "Now {{{{ $value | humanize }}}}, more than {limit:g}; see docs/operate/status.md#thresholds."',
    ]
