"""The figures of the database as Prometheus reads them: asked when it asks, the same from every process and machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from tongguan.server.figures import Figures, backup_age, figures

FRESH = 5.0  # seconds for which an answer is given again: several watchers cost no more than one

_kept: tuple[float, Figures] | None = None
_turn = Lock()


def recent() -> Figures:
    """Return the figures, at most five seconds old."""
    global _kept
    with _turn:
        if _kept is None or time.monotonic() - _kept[0] > FRESH:
            _kept = (time.monotonic(), figures(at=datetime.now(UTC)))
        return _kept[1]


def forget() -> None:
    """Let the next question be asked of the database."""
    global _kept
    _kept = None


# Group, key in it, name of the metric, what it is, whether it only grows.
SINGLE = (
    ("workers", "alive", "tongguan_workers", "Work processes that sent a heartbeat in the last 90 seconds", False),
    ("connections", "used", "tongguan_database_connections", "Connections to the database server in use", False),
    ("connections", "most", "tongguan_database_connections_most", "Connections the database server allows", False),
    ("connections", "oldest_transaction", "tongguan_oldest_transaction_seconds", "Age of the oldest transaction", False),
    ("database", "size", "tongguan_database_bytes", "Size of the database", False),
    ("database", "committed", "tongguan_database_commits", "Transactions committed", True),
    ("database", "rolled_back", "tongguan_database_rollbacks", "Transactions rolled back", True),
    ("database", "deadlocks", "tongguan_database_deadlocks", "Deadlocks that PostgreSQL ended", True),
    ("wal", "written", "tongguan_wal_bytes", "Bytes of write-ahead log written", True),
    ("wal", "held_back", "tongguan_wal_held_back_bytes", "Write-ahead log kept for the slowest replica", False),
    ("wal", "failed", "tongguan_wal_archive_failures", "Files of the write-ahead log that could not be archived", True),
    ("wal", "archive_age", "tongguan_wal_archive_age_seconds", "Time since a file was archived last", False),
    ("checkpoints", "timed", "tongguan_checkpoints_timed", "Checkpoints begun because it was time", True),
    ("checkpoints", "requested", "tongguan_checkpoints_requested", "Checkpoints begun because too much was written", True),
    ("checkpoints", "write_seconds", "tongguan_checkpoint_write_seconds", "Time spent writing in checkpoints", True),
    ("checkpoints", "sync_seconds", "tongguan_checkpoint_sync_seconds", "Time spent waiting for the disk in checkpoints", True),
    ("journal", "unnumbered", "tongguan_journal_unnumbered", "Events of the journal that have no number yet", False),
    ("journal", "oldest", "tongguan_journal_unnumbered_age_seconds", "Age of the oldest event without a number", False),
    ("journal", "numbered", "tongguan_journal_events", "Events of the journal that are numbered", True),
    ("journal", "head_age", "tongguan_journal_head_age_seconds", "Age of the newest signed head while events wait for one", False),
    ("certificates", "valid", "tongguan_certificates_valid", "Registered certificates that are valid", False),
    ("certificates", "ending", "tongguan_certificates_ending", "Valid certificates that end within 30 days", False),
)  # fmt: skip

# Group of rows, its labels, the columns that are told, each by its own metric.
SEVERAL = (
    ("jobs", ("queue", "state"), (
        ("number", "tongguan_jobs", "Jobs that are due, by queue and state"),
        ("oldest", "tongguan_jobs_oldest_seconds", "Age of the oldest of these jobs"),
    )),
    ("holds", ("reason", "owner"), (
        ("number", "tongguan_holds", "Holds that stand, by reason and the authority that decides"),
        ("oldest", "tongguan_holds_oldest_seconds", "Age of the oldest of these holds"),
    )),
)  # fmt: skip

SAMPLED = (
    ("ledger_balance", "tongguan_ledger_balance", "Sum of the balances of all ledger accounts"),
    ("ledger_entries", "tongguan_ledger_entries", "Sum of all ledger entries: must equal the balances"),
    ("ledger_difference", "tongguan_ledger_difference", "Accounts whose balance is not the sum of their entries"),
)
"""Control totals, counted every ten minutes by the work process: see ``tongguan.desk.tasks``."""


class DatabaseCollector:
    """What is asked of the database for one answer."""

    def collect(self) -> Iterable[Metric]:
        """Yield the figures as metrics; a group that could not be asked is left out and counted as unknown."""
        found, at = recent(), datetime.now(UTC)
        yield _gauge("tongguan_figures_unknown", "Groups of figures the database did not give", len(found.unknown))
        for group, key, name, words, grows in SINGLE:
            value = getattr(found, group).get(key)
            if value is not None:
                yield (CounterMetricFamily if grows else GaugeMetricFamily)(name, words, value=float(value))
        for group, labels, columns in SEVERAL:
            for column, name, words in columns:
                family = GaugeMetricFamily(name, words, labels=labels)
                for row in getattr(found, group):
                    family.add_metric([row[label] for label in labels], float(row[column]))
                yield family
        age = backup_age(at=at)
        if age is not None:
            yield _gauge("tongguan_backup_age_seconds", "Age of the last good backup", age)
        if found.unknown:
            return
        from tongguan.desk.operator.samples import latest, totals

        sample = latest()
        if sample is not None:
            yield _gauge("tongguan_sample_age_seconds", "Age of the newest sample the work process took",
                         (at - sample.at).total_seconds())  # fmt: skip
        counted: dict[str, Any] = totals()
        for key, name, words in SAMPLED:
            if key in counted:
                yield _gauge(name, words, float(counted[key]))


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def exposition() -> tuple[bytes, str]:
    """Return the metrics as text and their content type: those counted in all processes, and the database's."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    ours = CollectorRegistry()
    ours.register(DatabaseCollector())
    return generate_latest(registry) + generate_latest(ours), CONTENT_TYPE_LATEST


def names() -> list[str]:
    """Return the name of every metric there can be, as Prometheus knows it."""
    from tongguan.server import metrics

    counted = [one for one in vars(metrics).values() if isinstance(one, metrics.Histogram | metrics.Counter)]
    ours = []
    for one in counted:
        name = one._name
        is_histogram = isinstance(one, metrics.Histogram)
        ours += [f"{name}_{part}" for part in ("bucket", "sum", "count")] if is_histogram else [f"{name}_total"]
    single = [f"{name}_total" if grows else name for _, _, name, _, grows in SINGLE]
    several = [name for _, _, columns in SEVERAL for _, name, _ in columns]
    others = ["tongguan_figures_unknown", "tongguan_backup_age_seconds", "tongguan_sample_age_seconds"]
    return sorted([*ours, *single, *several, *others, *(name for _, name, _ in SAMPLED)])
