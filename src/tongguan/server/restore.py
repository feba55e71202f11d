"""From a backup back to a database (恢复): whole, checked, and as it was at a chosen moment.

The restored cluster comes into a folder of its own and is called ``data.restoring`` until everything is done and
checked; only then it is ``data``. Killed on the way, the same call begins again. No living cluster is ever touched.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tongguan.parties import vault_ledger
from tongguan.server import archive
from tongguan.server.archive import BackupRefused, Base, Folder
from tongguan.server.backup import FORGOTTEN, MONTHS, SECRETS, asked, prints
from tongguan.server.postgres import Cluster
from tongguan.server.verifying import Reach, Told, check_base, own, reach

DRAFT = "data.restoring"
SPARE = 1_000_000  # transactions that may have been begun after the last change we know of


@dataclass(frozen=True)
class Restored:
    """What a restore came to; ``settled`` is what ``server.settling`` found and did in the restored database."""

    base: Base
    to: datetime
    settled: dict[str, Any]


def choose(folder: Folder, to: datetime | None, name: str = "") -> Base:
    """Return the base copy to begin from: the newest that was finished by then; raises BackupRefused."""
    standing = [folder.base(name)] if name else folder.backups()
    if not standing:
        raise BackupRefused("empty", folder=folder.path)
    in_time = [base for base in standing if to is None or base.since <= to]
    if not in_time:
        raise BackupRefused("too_early", to=archive.shown(to), first=archive.shown(standing[0].since))
    return in_time[-1]


def restore(
    folder: Folder,
    into: Path,
    *,
    to: datetime | None,
    secrets: Path,
    ledgers: list[Path],
    name: str = "",
    told: Told = lambda step, done, size: None,
) -> Restored:
    """Make a home with the database as it was at a moment, or as late as the changes go.

    ``secrets`` is a folder with those of the backed-up home, ``ledgers`` are the files that say what was forgotten.
    ``told`` is called with each step and how far it is. Raises BackupRefused, NotStarted; then there is no ``data``.
    """
    folder.owner()
    base = choose(folder, to, name)
    _insist_on_secrets(base, secrets)
    forgotten = vault_ledger.merged([*ledgers, folder.forgotten])
    with _alone(into):
        tools = Cluster(into, data=DRAFT)
        tools.open_way(into)
        own(tools, folder)
        check_base(folder, base, told)
        far = reach(tools, folder, base, told)
        _insist_on_reach(far, to)
        _copy(folder.data(base), tools, told)
        _bring_secrets(secrets, into, forgotten)
        moment = _recover(tools, folder, to if far.transaction else None, told)
        try:
            settled = _settle(tools, base, moment, far, told)
        finally:
            tools.stop()
        _finish(tools)
        return Restored(base, moment, settled)


def _insist_on_secrets(base: Base, secrets: Path) -> None:
    if not base.secrets.items() <= prints(secrets).items():
        raise BackupRefused("other_secrets", folder=secrets)


def _insist_on_reach(far: Reach, to: datetime | None) -> None:
    """Raise when the changes do not lead to the moment, or not to the end."""
    last = archive.shown(far.moment)
    if far.gap and (to is None or far.moment is None or to > far.moment):
        raise BackupRefused("gap", segment=far.gap, last=last)
    if to is not None and (far.moment is None or to > far.moment):
        raise BackupRefused("too_late", to=archive.shown(to), last=last)


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """Hold a new home while it is made; raises BackupRefused where there is a database already."""
    into.mkdir(mode=0o711, parents=True, exist_ok=True)
    with open(into / "start.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused("busy", folder=into) from None
        if (into / "data").exists():
            raise BackupRefused("living", folder=into / "data")
        draft = Cluster(into, data=DRAFT)
        draft.stop("immediate")  # the server of a restore that was killed
        shutil.rmtree(draft.data, ignore_errors=True)
        yield


def _copy(source: Path, tools: Cluster, told: Told) -> None:
    """Copy a base copy's files, and give them to the account of the server."""
    size = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
    done = 0

    def copied(one: str, other: str) -> None:
        nonlocal done
        shutil.copy2(one, other)
        tools.give(Path(other))
        done += Path(other).stat().st_size
        told("copy", done, size)

    shutil.copytree(source, tools.data, symlinks=True, copy_function=copied)
    for path in (tools.data, *(path for path in tools.data.rglob("*") if path.is_dir())):
        tools.give(path)
    tools.data.chmod(0o700)
    # The restored one hands nothing over before it has a folder of its own, and tells its own story.
    for name in ("archiving.conf", "server.log"):
        (tools.data / name).unlink(missing_ok=True)


def _bring_secrets(secrets: Path, into: Path, forgotten: list[vault_ledger.Line | vault_ledger.Erased]) -> None:
    own = into / "secrets"
    own.mkdir(mode=0o700, exist_ok=True)
    for name in (*SECRETS, MONTHS):
        if (secrets / name).exists() and not (own / name).exists():
            (own / name).touch(mode=0o600)
            (own / name).write_bytes((secrets / name).read_bytes())
    vault_ledger.write(into / FORGOTTEN, forgotten)


def _recover(tools: Cluster, folder: Folder, to: datetime | None, told: Told) -> datetime:
    """Let the server read the changes up to the moment, and return that of the last transaction it has read."""
    told("recover", 0, 1)
    fetch = f"cp {shlex.quote(str(folder.wal)).replace('%', '%%')}/%f %p".replace("\\", "\\\\").replace("'", "''")
    tools.more = (
        f"archive_mode = off\nhot_standby = off\nrestore_command = '{fetch}'\nrecovery_target_action = promote\n"
        + (f"recovery_target_time = '{to.isoformat()}'\n" if to else "")
    )
    signal = tools.data / "recovery.signal"
    signal.touch()
    tools.give(signal)
    try:
        tools.start()
        [moment] = asked(tools, "SELECT pg_last_xact_replay_timestamp()")
    except BaseException:
        tools.stop("immediate")
        raise
    if moment is None:  # nothing was changed between the base copy and the moment
        moment = to or datetime.now(UTC)
    return moment


def _settle(tools: Cluster, base: Base, moment: datetime, far: Reach, told: Told) -> dict[str, Any]:
    """Run ``server.settling`` in the restored database, by a process with the settings of the new home."""
    told("settle", 0, 1)
    environment = {**os.environ, "TONGGUAN_HOME": str(tools.folder), "DATABASE_URL": tools.url}
    words = [base.name, moment.isoformat(), str(far.transaction + SPARE)]
    if far.moment is not None and far.moment > moment:
        words.append("lost")  # heads of the log may have been signed of what is not here
    command = [sys.executable, "-m", "tongguan.server.settling", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BackupRefused("not_settled", reason=(done.stderr.strip().splitlines() or ["?"])[-1])
    return json.loads(done.stdout.splitlines()[-1])


def _finish(tools: Cluster) -> None:
    """Take away what was for the recovery only, and give the cluster its name: from now on it is a database."""
    archive.sync(tools.data)
    tools.data.rename(tools.folder / "data")
    archive.sync(tools.folder)
