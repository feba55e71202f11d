"""The database of a run: a cluster of its own in a folder, prepared as ``tongguan up`` prepares one."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tongguan.server.postgres import Cluster

SHANGHAI = ZoneInfo("Asia/Shanghai")
SETTINGS = (
    "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_compression", "shared_buffers",
    "max_wal_size", "checkpoint_timeout", "max_connections", "autovacuum_naptime", "random_page_cost", "jit",
)  # fmt: skip
_ENVIRONMENT = {"TONGGUAN_DEMO": "yes", "TONGGUAN_SIGNATURES": "required", "TONGGUAN_SLOW_MS": "60000"}
_MARK = "bench.txt"
_SECURE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class NotOurs(ValueError):
    """The folder that is to be kept holds something that no bench has put there."""


class NotDurable(RuntimeError):
    """The database would not keep what it has committed, so its rate would mean nothing."""


@contextmanager
def house(keep: str = "") -> Iterator[Cluster]:
    """Start the database, with Django loaded on it; its folder is kept where ``keep`` names one, else thrown away.

    A kept one whose tables are not those of today's program is made anew. Raises NotOurs, NotDurable.
    """
    folder = _kept(Path(keep).resolve()) if keep else Path(tempfile.mkdtemp(prefix="tongguan-bench-", dir="/tmp"))
    folder.chmod(0o711)
    os.environ |= {"TONGGUAN_HOME": str(folder), **_ENVIRONMENT}
    cluster = Cluster(folder)
    os.environ["DATABASE_URL"] = cluster.url
    try:
        with cluster.running():
            from django.db import connection

            from tongguan.server.prepare import set_up

            set_up()
            if _SECURE.items() - settings().items():
                raise NotDurable(f"{settings()}")
            try:
                yield cluster
            finally:
                connection.close()
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _kept(folder: Path) -> Path:
    """Return the folder, emptied when it is of a program with other tables; raises NotOurs for anybody else's."""
    mark, tables = folder / _MARK, _tables()
    if folder.exists() and any(folder.iterdir()):
        if not mark.exists():
            raise NotOurs(f"{folder} is not empty and was not made by the bench")
        if mark.read_text() != tables:
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(tables)
    return folder


def _tables() -> str:
    """Return what tells the tables of this program from those of another: the digest of its migrations."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def ask(statement: str, *values: Any) -> list[tuple]:
    """Return what a statement gives, outside any transaction."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def settings() -> dict[str, str]:
    """Return the settings of PostgreSQL that decide what a commit costs, as people write them."""
    return dict(ask("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", list(SETTINGS)))


def inventories() -> int:
    """Return how many inventories there are."""
    from tongguan.ecommerce.models import Inventory

    return Inventory.objects.count()


def furnish(at: datetime) -> list[bytes]:
    """Bring the tables, the law and the firms to where messages are taken; returns the cards of the sender as PEM."""
    from tongguan.ecommerce import samples
    from tongguan.parties.actions import register
    from tongguan.parties.certificates import make_trial
    from tongguan.parties.queries import find
    from tongguan.server.prepare import OPERATOR, prepare

    prepare(at=at)
    for firm in samples.FIRMS:
        register(
            firm.code, firm.customs_registration, name_zh=firm.name, name_en=firm.name_en, kinds=[firm.kind],
            by=OPERATOR, at=at,
        )  # fmt: skip
    broker = find(samples.BROKER.code)
    made = [make_trial(broker, algorithm=algorithm, by=OPERATOR, at=at) for algorithm in ("sm2-sm3", "rsa-sha1")]
    return [card.pem() for card in made]


def sender() -> Any:
    """Return who files all messages of a run: the broker, by a machine."""
    from tongguan.ecommerce.samples import BROKER
    from tongguan.kernel.states import Actor
    from tongguan.parties.queries import find

    firm = find(BROKER.code)
    assert firm is not None  # furnish has registered it
    return Actor("client/bench", "broker", firm.pk, firm.name_zh)


def token(name: str, at: datetime) -> str:
    """Make a machine of the broker and return the token by which it files."""
    from tongguan.ecommerce.samples import BROKER
    from tongguan.parties.actions import issue
    from tongguan.parties.queries import find
    from tongguan.server.prepare import OPERATOR

    return issue(f"bench {name}", find(BROKER.code), role="broker", by=OPERATOR, at=at)[1]
