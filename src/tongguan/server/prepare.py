"""Brings a database and a home folder to where the program can serve: tables, reference data, keys, pages' files.

Everything here may be repeated; two machines that start at once take turns by an advisory lock of PostgreSQL.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from zoneinfo import ZoneInfo

import django
import structlog
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tongguan.kernel.states import Actor
from tongguan.server.configuration import home, read
from tongguan.server.postgres import Cluster

OPERATOR = Actor("system", "operator")
SHANGHAI = ZoneInfo("Asia/Shanghai")
_TURN = 0x746F6E67  # "tong": the number of our advisory lock

log = structlog.get_logger("tongguan.prepare")


def set_up() -> None:
    """Load Django with this program's settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongguan.settings"
    django.setup()


@contextmanager
def database() -> Iterator[Cluster | None]:
    """Load Django on a database that runs: the given server, or the embedded one, which is stopped after its last user.

    Yields the embedded cluster, or None where ``DATABASE_URL`` names a server.
    """
    if read("DATABASE_URL"):
        set_up()
        yield None
        return
    cluster = Cluster(home())
    with cluster.running():
        set_up()
        try:
            yield cluster
        finally:
            connection.close()


@contextmanager
def _in_turn() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_TURN])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [_TURN])


def unapplied_migrations() -> list[str]:
    """Return the name of every migration that the database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def demonstration():
    """Return the module that makes the demonstration data, or None where it is not part of the program."""
    if find_spec("tongguan.ecommerce.demo") is None:
        return None
    from tongguan.ecommerce import demo

    return demo


def prepare(*, at: datetime, demo: bool = False, told: Callable[[str], None] = lambda step: None) -> None:
    """Apply migrations, load the tariff, make the keys of the log and of today's draws, collect the pages' files.

    ``told`` is called with the name of each step before it begins: migrate, reference, keys, pages, demo.
    """
    from tongguan.ecommerce.erasing.actions import erase_again
    from tongguan.governance import demo as conference
    from tongguan.inspections.draws import ensure_keys
    from tongguan.journal.actions import ensure_log_key
    from tongguan.parties import vault
    from tongguan.server.settling import let_receipts_be_seen
    from tongguan.simulation.demo import small_day
    from tongguan.tariff import actions as tariff

    with _in_turn():
        if unapplied_migrations():
            told("migrate")
            call_command("migrate", verbosity=0, interactive=False)
        told("reference")
        tariff.load(by=OPERATOR, at=at)
        told("keys")
        vault.rewrap()
        vault.forget_again(by=OPERATOR, at=at)
        erase_again(by=OPERATOR, at=at)
        vault.make_ahead(at=at)
        ensure_log_key(at=at)
        let_receipts_be_seen()
        ensure_keys(timezone.localdate(at, SHANGHAI), by=OPERATOR, at=at)
        if demo and (module := demonstration()):
            told("demo")
            module.prepare(by=OPERATOR, at=at)
            conference.prepare(by=OPERATOR, at=at)
            small_day(at=at)
    (home() / "uploads").mkdir(mode=0o700, parents=True, exist_ok=True)
    told("pages")
    call_command("collectstatic", verbosity=0, interactive=False)


def take_stock(*, at: datetime) -> None:
    """Number what the journal was told, and note how the program stands: nothing is late because nobody worked until now.

    A head that cannot be signed keeps nobody from work: the timer tries again, and its failure is told.
    """
    from tongguan.desk.tasks import take
    from tongguan.journal.actions import sequence_all, sign_head
    from tongguan.journal.tree import Broken
    from tongguan.kernel.seals import Unsealable

    sequence_all()
    try:
        sign_head(at=at)
    except (Broken, Unsealable) as error:
        log.error("head not signed", error=str(error))
    take(at=at.replace(second=0, microsecond=0), starting=True)
