"""The database of a run: a cluster of its own in a folder, prepared as ``tongguan up`` prepares one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tongguan.server.postgres import Cluster

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHECKPOINT_SECONDS = 30
"""Shorter than in service, so that one falls into every run of a minute; another is forced half-way."""
SETTINGS = (
    "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_compression", "shared_buffers",
    "max_wal_size", "checkpoint_timeout", "max_connections", "autovacuum_naptime", "random_page_cost", "jit",
)  # fmt: skip


@contextmanager
def house(keep: str = "") -> Iterator[Cluster]:
    """Start the database, with Django loaded on it; its folder is kept where ``keep`` names one, else thrown away."""
    folder = Path(keep).resolve() if keep else Path(tempfile.mkdtemp(prefix="tongguan-bench-", dir="/tmp"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    os.environ |= {"TONGGUAN_HOME": str(folder), "TONGGUAN_DEMO": "yes", "TONGGUAN_SIGNATURES": "required"}
    cluster = Cluster(folder)
    os.environ["DATABASE_URL"] = cluster.url
    try:
        with cluster.running():
            from django.db import connection

            from tongguan.server.prepare import set_up

            set_up()
            _set(f"checkpoint_timeout = '{CHECKPOINT_SECONDS}s'")
            try:
                yield cluster
            finally:
                connection.close()
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _set(setting: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET {setting}")
        cursor.execute("SELECT pg_reload_conf()")


def settings() -> dict[str, str]:
    """Return the settings of PostgreSQL that decide what a commit costs, as people write them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(SETTINGS)])
        return dict(cursor.fetchall())


def furnish(at: datetime) -> list:
    """Bring the tables, the law and the firms to where messages are taken; returns the cards of the sender."""
    from tongguan.ecommerce import samples
    from tongguan.parties.actions import register
    from tongguan.parties.queries import find
    from tongguan.server.prepare import OPERATOR, prepare

    prepare(at=at)
    for firm in samples.FIRMS:
        register(
            firm.code, firm.customs_registration, name_zh=firm.name, name_en=firm.name_en, kinds=[firm.kind],
            by=OPERATOR, at=at,
        )  # fmt: skip
    return _cards(find(samples.BROKER.code), at)


def _cards(firm, at: datetime) -> list:
    """Return a card of SM2 and one of RSA that sign for the firm."""
    from tongguan.parties.certificates import make_trial
    from tongguan.server.prepare import OPERATOR

    return [make_trial(firm, algorithm=algorithm, by=OPERATOR, at=at) for algorithm in ("sm2-sm3", "rsa-sha1")]


def sender():
    """Return who files all messages of a run: the broker, by a machine."""
    from tongguan.ecommerce.samples import BROKER
    from tongguan.kernel.states import Actor
    from tongguan.parties.queries import find

    firm = find(BROKER.code)
    return Actor("client/bench", "broker", firm.pk, firm.name_zh)
