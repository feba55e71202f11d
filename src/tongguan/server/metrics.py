"""What Prometheus reads (监控指标): counters and histograms of all web processes of a machine, and what the database says.

Each process counts in a file of its own (the several-process mode of the Prometheus client: ``PROMETHEUS_MULTIPROC_DIR``),
and whichever is asked adds the files up, those of processes that have gone included. So no figure is lost or counted
twice however many processes there are. What is the same for all processes (jobs, holds, the database) is asked of the
database when somebody asks us: see ``metrics_database``.

No label holds anything of a person or an enterprise: labels are kinds, states, codes and patterns of addresses, each of
a closed list.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from prometheus_client import Counter, Histogram

from tongguan.kernel.timing import stages

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STAGES = (
    "body", "read", "signature", "structure", "rules", "match", "allowance", "tax", "draw", "receipts", "journal", "commit",
)  # fmt: skip
"""The stages of an intake, in their order; ``body`` is reading the request, before the intake itself."""

REQUEST_SECONDS = Histogram(
    "tongguan_request_seconds",
    "Seconds from request to response",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STAGE_SECONDS = Histogram(
    "tongguan_intake_stage_seconds",
    "Seconds of each stage of taking in one message",
    ["stage"],
    buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5),
)
MESSAGES = Counter("tongguan_messages", "Messages taken in, by kind and what became of them", ["kind", "outcome"])
NODES = Counter("tongguan_nodes", "Records in messages, by kind and the status they were answered", ["kind", "status"])
RECEIPTS_READ = Counter("tongguan_receipts_read", "Receipts that clients fetched", ["way"])
SHED = Counter("tongguan_requests_shed", "Requests refused because the window was behind", ["lane", "why"])
LIMITED = Counter("tongguan_requests_limited", "Requests refused because somebody asked too often", ["whose"])
WAIT_SECONDS = Histogram(
    "tongguan_intake_wait_seconds",
    "Seconds a filing waited for a place",
    ["lane"],
    buckets=(0.001, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10),
)
SLOW = Counter("tongguan_slow_queries", "Statements to the database that took longer than the setting")


@cache
def _requests(method: str, route: str, status: int) -> Any:
    # Looking the child up by its labels costs as much as counting does; methods are many only when somebody plays.
    return REQUEST_SECONDS.labels(method, route, str(status))


def requested(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request; a method that HTTP does not know counts as *other*, so that nobody can invent labels."""
    _requests(method if method in METHODS else "other", route, status).observe(seconds)


_STAGE = {name: STAGE_SECONDS.labels(name) for name in (*STAGES, "other")}


@cache
def _counted(counter: Counter, *labels: str) -> Any:
    return counter.labels(*labels)


def taken_in(spent: dict[str, float], outcome: Any) -> None:
    """Count a message and its records, and how long its stages took; ``outcome`` is None when nothing was kept."""
    for name, seconds in spent.items():
        _STAGE.get(name, _STAGE["other"]).observe(seconds)
    if outcome is None:
        _counted(MESSAGES, "", "failed").inc()
        return
    kind = outcome.kind if outcome.problem is None else ""  # what could not be read may name any kind it likes
    became = "unreadable" if outcome.problem is not None else "refused" if not outcome.accepted else "taken"
    _counted(MESSAGES, kind, became).inc()
    by_status: dict[str, int] = {}
    for node in outcome.nodes if outcome.problem is None else ():
        status = "refused" if node.status.startswith("-") else node.status
        by_status[status] = by_status.get(status, 0) + 1
    for status, number in by_status.items():
        _counted(NODES, kind, status).inc(number)


stages.heard.append(taken_in)
