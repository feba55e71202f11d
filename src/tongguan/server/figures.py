"""How the program stands, in figures (运行状况): what waits, what failed, how the database does. Small and cheap to ask.

All groups are asked by one statement with a limit on its time. Where that fails each is asked alone: one that cannot be
asked is empty, and its name stands in ``unknown``. Nothing here looks at a party, a person or a document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import Error, connection, transaction

from tongguan.server.configuration import home

LONGEST = 2000  # milliseconds a group may take
SOON = 30  # days before its end from which a certificate counts as ending

log = structlog.get_logger("tongguan.figures")

Row = dict[str, Any]


@dataclass(slots=True)
class Figures:
    """The figures of a moment; ages are in seconds, sizes in bytes."""

    at: datetime
    jobs: list[Row] = field(default_factory=list)
    workers: Row = field(default_factory=dict)
    connections: Row = field(default_factory=dict)
    database: Row = field(default_factory=dict)
    wal: Row = field(default_factory=dict)
    checkpoints: Row = field(default_factory=dict)
    holds: list[Row] = field(default_factory=list)
    journal: Row = field(default_factory=dict)
    certificates: Row = field(default_factory=dict)
    failures: list[Row] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


JOBS = """
SELECT j.queue_name AS queue, j.status::text AS state, count(*) AS number,
       coalesce(extract(epoch FROM %(at)s - min(coalesce(j.scheduled_at, e.at))), 0)::float AS oldest
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT max(e.at) AS at FROM procrastinate_events e WHERE e.job_id = j.id) e ON true
WHERE j.status IN ('todo', 'doing', 'failed') AND (j.scheduled_at IS NULL OR j.scheduled_at <= %(at)s)
GROUP BY 1, 2 ORDER BY 1, 2"""

WORKERS = """
SELECT count(*) FILTER (WHERE last_heartbeat > %(at)s - interval '90 seconds') AS alive FROM procrastinate_workers"""

FAILURES = """
SELECT j.task_name AS task, max(e.at) AS at, count(DISTINCT j.id) AS number
FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'
WHERE j.status = 'failed' AND e.at > %(at)s - interval '1 day' GROUP BY 1 ORDER BY 2 DESC LIMIT 20"""

CONNECTIONS = """
SELECT count(*) FILTER (WHERE state = 'active') AS active, count(*) FILTER (WHERE state = 'idle') AS idle,
       count(*) FILTER (WHERE state LIKE 'idle in%%') AS in_transaction, count(*) AS used,
       current_setting('max_connections')::int AS most,
       coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)::float AS oldest_transaction
FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""

DATABASE = """
SELECT pg_database_size(current_database()) AS size, d.xact_commit AS committed, d.xact_rollback AS rolled_back,
       d.deadlocks, d.temp_bytes, current_setting('server_version') AS version
FROM pg_stat_database d WHERE d.datname = current_database()"""

WAL = """
SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS written, a.archived_count AS archived,
       a.failed_count AS failed, current_setting('archive_mode') <> 'off' AS archiving,
       extract(epoch FROM clock_timestamp() - a.last_archived_time)::float AS archive_age,
       coalesce((SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), r.restart_lsn)) FROM pg_replication_slots r), 0)::bigint
         AS held_back
FROM pg_stat_archiver a"""

CHECKPOINTS = """
SELECT num_timed AS timed, num_requested AS requested, write_time / 1000 AS write_seconds,
       sync_time / 1000 AS sync_seconds, buffers_written AS buffers FROM pg_stat_checkpointer"""

CHECKPOINTS_UNTIL_16 = """
SELECT checkpoints_timed AS timed, checkpoints_req AS requested, checkpoint_write_time / 1000 AS write_seconds,
       checkpoint_sync_time / 1000 AS sync_seconds, buffers_checkpoint AS buffers FROM pg_stat_bgwriter"""

HOLDS = """
SELECT reason, owner, count(*) AS number, extract(epoch FROM %(at)s - min(placed_at))::float AS oldest
FROM holds_hold WHERE lifted_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2"""

# Nothing waits for longer than since the last head, which is over all that was there; an event may tell of earlier days.
JOURNAL = """
SELECT (SELECT count(*) FROM journal_event WHERE seq IS NULL) AS unnumbered,
       coalesce(extract(epoch FROM %(at)s - (SELECT greatest(at, (SELECT at FROM journal_checkpoint ORDER BY size DESC LIMIT 1))
          FROM journal_event WHERE seq IS NULL ORDER BY id LIMIT 1)), 0)::float AS oldest,
       coalesce((SELECT max(seq) FROM journal_event), 0) AS numbered,
       (SELECT CASE WHEN size < (SELECT max(seq) FROM journal_event) THEN extract(epoch FROM %(at)s - at) ELSE 0 END
          FROM journal_checkpoint ORDER BY size DESC LIMIT 1)::float AS head_age"""

CERTIFICATES = """
SELECT count(*) FILTER (WHERE until > %(at)s) AS valid,
       count(*) FILTER (WHERE until > %(at)s AND until <= %(at)s + make_interval(days => %(soon)s)) AS ending
FROM parties_certificate WHERE revoked_at IS NULL AND NOT trial"""

GROUPS: dict[str, tuple[str, bool]] = {
    "jobs": (JOBS, True), "workers": (WORKERS, False), "failures": (FAILURES, True), "connections": (CONNECTIONS, False),
    "database": (DATABASE, False), "wal": (WAL, False), "checkpoints": (CHECKPOINTS, False), "holds": (HOLDS, True),
    "journal": (JOURNAL, False), "certificates": (CERTIFICATES, False),
}  # fmt: skip
"""The statement of each group, and whether it returns several rows."""


def figures(*, at: datetime) -> Figures:
    """Return how the program stands now. Never raises for a database that is away: then every group is unknown."""
    found, values = Figures(at), {"at": at, "soon": SOON}
    together = _asked("together", _together(), values)
    for name, (statement, many) in GROUPS.items():
        rows = together[0][name] if together else _asked(name, _of_this(statement), values)
        if rows is None:
            found.unknown.append(name)
        else:
            setattr(found, name, rows if many else rows[0] if rows else {})
    for row in found.failures if together else ():
        row["at"] = datetime.fromisoformat(row["at"])
    return found


def _together() -> str:
    """Return one statement that gives the rows of every group, as JSON."""
    parts = (
        f"(SELECT coalesce(json_agg(g), '[]') FROM ({_of_this(one)}) g) AS {name}" for name, (one, _) in GROUPS.items()
    )
    return f"SELECT {', '.join(parts)}"


def _of_this(statement: str) -> str:
    """Return a statement as this version of the server knows it."""
    return CHECKPOINTS_UNTIL_16 if statement is CHECKPOINTS and connection.pg_version < 170000 else statement


def _asked(name: str, statement: str, values: Row) -> list[Row] | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST}")
            cursor.execute(statement, values)
            columns = [column.name for column in cursor.description]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    except Error as error:
        log.warning("figures not known", group=name, error=type(error).__name__)
        return None


def backup_age(*, at: datetime) -> float | None:
    """Return the age of the last good backup in seconds; None when there is none, or nothing makes any."""
    try:
        from tongguan.server.backup import folder_of
    except ImportError:
        return None
    folder = folder_of(home())
    try:
        made = folder.backups() if folder else []
    except Exception as error:  # a folder that is away or damaged is no fault of the figures
        log.warning("backups not known", error=type(error).__name__)
        return None
    return (at - made[-1].since).total_seconds() if made else None
