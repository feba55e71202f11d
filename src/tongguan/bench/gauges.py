"""What a run uses up, read from the system: seconds of CPU, memory, disk, checkpoints. Linux only: it reads /proc."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")


class Used(NamedTuple):
    """CPU of PostgreSQL in seconds, bytes of the database and of its log (WAL), checkpoints so far."""

    cpu: float = 0.0
    disk: int = 0
    wal: int = 0
    checkpoints: int = 0


def used(postmaster: int | None) -> Used:
    """Return what has been used up so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), pg_current_wal_lsn() - '0/0'::pg_lsn,"
            " (SELECT num_timed + num_requested FROM pg_stat_checkpointer)"
        )
        disk, wal, checkpoints = cursor.fetchone()
    return Used(cpu_of(postmaster or 0), int(disk), int(wal), int(checkpoints))


def cpu_of(parent: int) -> float:
    """Return the seconds of CPU of a process, of its children, and of those that have left."""
    # Of each its own, in user mode and in the kernel, and that of children it has waited for.
    return sum(sum(_stat(one)[11:15]) for one in (parent, *descendants(parent))) / _TICKS


def descendants(parent: int) -> list[int]:
    """Return the processes that a process has started, and those that they have, as far as they live."""
    parents = {int(path.name): (_stat(int(path.name)) or [0, 0])[1] for path in Path("/proc").glob("[0-9]*")}
    found, waiting = [], [parent]
    while waiting:
        above = waiting.pop()
        below = [one for one, its in parents.items() if its == above]
        found += below
        waiting += below
    return found


def most_memory(process: int) -> int:
    """Return the most memory a process has held at once, in bytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _stat(process: int) -> list[int]:
    """Return the numbers of /proc/PID/stat after the state; nothing when the process has left."""
    try:
        written = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return []
    return [0, *map(int, written.rpartition(")")[2].split()[1:])]
