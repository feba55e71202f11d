"""Backups of our own cluster (备份): a base copy while it serves, and from then on every change.

The first backup into a folder tells the server to hand over its log of changes there, a minute old at most
(``archive_timeout``). From a base copy and the changes since, ``server.restore`` makes the database of any moment. The
secrets are not among them: whoever has both reads everything, so they are copied by ``copy_secrets``, to another place.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from tongguan.kernel import seals
from tongguan.parties import vault_ledger, vault_tree
from tongguan.server import archive
from tongguan.server.archive import BackupRefused, Base, Folder
from tongguan.server.postgres import ARCHIVING, ROLE, Cluster

SECRETS = ("django", "master", "matching")  # never change
MONTHS, FORGOTTEN = "months", "forgotten"  # change with what is forgotten: see parties.vault_tree, parties.vault_ledger
PATIENCE = 600.0  # seconds that a segment may take to be handed over
_PROGRESS = re.compile(r"\s*(\d+)/(\d+) kB")
_LAST_EVENT = "SELECT coalesce(max(id), 0) FROM journal_event"

Told = Callable[[int, int], None]


def folder_of(home: Path) -> Folder | None:
    """Return the folder that the cluster of a home hands its changes over to, or None."""
    try:
        return Folder(Path(_note(home)["folder"]))
    except (OSError, ValueError, KeyError):
        return None


def take(
    cluster: Cluster, folder: Folder, *, at: datetime, keep: int, told: Told = lambda done, size: None
) -> tuple[Base, list[str]]:
    """Make a base copy of a running cluster, and hand its changes over to the folder from now on.

    Keeps the newest ``keep`` base copies; returns the new one and the names of those that were let go. ``told`` is called
    with how many kB are copied, of how many. Raises BackupRefused; then no copy was made.
    """
    _insist_on_own(cluster, folder)
    cluster.open_way(folder.path)
    with folder.alone() as lock:
        folder.sweep()
        _hand_over(cluster, folder)
        name = f"{at:%Y-%m-%dT%H%M%S}"
        draft = folder.bases / f"{name}.making"
        if (folder.bases / name).exists():
            raise BackupRefused("busy", folder=folder.path)
        (draft / "data").mkdir(mode=0o700, parents=True)
        cluster.give(draft / "data")
        draft.chmod(0o711)
        last_event = _last_event(cluster)
        _copy(cluster, draft / "data", lock, told)
        base = _noted(cluster, name, draft / "data", last_event)
        archive.note_base(draft, base)
        _wait_for(cluster, folder, base.end_wal)
        if base.end_wal not in folder.run(base.start_wal):
            raise BackupRefused("not_handed_over", segment=base.start_wal, folder=folder.wal, log=cluster.log)
        draft.rename(folder.bases / name)
        archive.sync(folder.bases)
        return base, folder.prune(keep)


def catch_up(cluster: Cluster, folder: Folder) -> None:
    """Have everything that is committed by now handed over; raises BackupRefused when the server cannot."""
    # A commit of our own at the end: a moment is only known to have passed by a commit after it.
    asked(cluster, "SELECT pg_current_xact_id()")
    [ended] = asked(cluster, "SELECT pg_walfile_name(pg_switch_wal())")
    _wait_for(cluster, folder, ended)


def copy_secrets(home: Path, to: Path) -> list[str]:
    """Copy the secrets of a home, and what was forgotten, to a folder apart; returns the names of the files.

    What the folder knows to be forgotten is given up here first, so that no old secret of a month is copied over. Raises
    BackupRefused for a folder with other secrets in it, and for one that holds backups: they would be together.
    """
    if any((above / "tongguan-backup.json").exists() for above in (to, *to.parents)):
        raise BackupRefused("together", folder=to)
    own = {name: home / "secrets" / name for name in (*SECRETS, MONTHS) if (home / "secrets" / name).exists()}
    if any(
        (to / name).exists() and (to / name).read_bytes() != own[name].read_bytes() for name in own if name != MONTHS
    ):
        raise BackupRefused("other_secrets_there", folder=to)
    lines = vault_ledger.merged([home / FORGOTTEN, to / FORGOTTEN])
    for line in lines if MONTHS in own else []:
        vault_tree.give_up(own[MONTHS], line.number)
    vault_ledger.write(home / FORGOTTEN, lines)
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, path in {**own, FORGOTTEN: home / FORGOTTEN}.items():
        draft = to / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_bytes(path.read_bytes())
        with open(draft, "rb") as file:
            os.fsync(file.fileno())
        draft.rename(to / name)
    archive.sync(to)
    return list(own)


def prints(folder: Path) -> dict[str, str]:
    """Return the fingerprints of the secrets in a folder, by which the right ones are known and none is told."""
    found = {name: folder / name for name in SECRETS if name != "django"}
    return {name: seals.mac("backup", path.read_bytes()).hex() for name, path in found.items() if path.exists()}


def troubles(cluster: Cluster) -> dict[str, Any]:
    """Return how handing over goes: the last segment, when, and since when it fails."""
    row = asked(
        cluster,
        "SELECT last_archived_wal, last_archived_time, last_failed_wal, last_failed_time,"
        " coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL) FROM pg_stat_archiver",
    )
    return dict(zip(("last", "at", "failed", "failed_at", "failing"), row, strict=True))


def _insist_on_own(cluster: Cluster, folder: Folder) -> None:
    """Raise unless the folder is this cluster's; a new or empty one becomes its own."""
    if (known := folder_of(cluster.folder)) is not None and known.path != folder.path:
        raise BackupRefused("another_folder", folder=known.path)
    try:
        note = _note(cluster.folder)
    except (OSError, ValueError):
        note = {"folder": str(folder.path), "owner": secrets.token_hex(16)}
    if (folder.path / "tongguan-backup.json").exists():
        if folder.owner() != note["owner"]:
            raise BackupRefused("of_another", folder=folder.path)
    else:
        folder.found(note["owner"])
        for one in (folder.bases, folder.wal):
            cluster.give(one)
    archive.write_whole(cluster.folder / "backup.json", json.dumps(note) + "\n")


def _note(home: Path) -> dict[str, str]:
    return json.loads((home / "backup.json").read_text(encoding="utf-8"))


def _hand_over(cluster: Cluster, folder: Folder) -> None:
    """Tell the server where its changes go, unless it knows."""
    command = folder.command().replace("\\", "\\\\").replace("'", "''")
    conf, path = f"archive_command = '{command}'\n", cluster.data / ARCHIVING
    mode, replication = asked(
        cluster,
        "SELECT current_setting('archive_mode'), count(*) FROM pg_hba_file_rules WHERE 'replication' = ANY (database)",
    )
    if mode != "on" or not replication:
        raise BackupRefused("start_anew")
    if not path.exists() or path.read_text(encoding="utf-8") != conf:
        archive.write_whole(path, conf)
        asked(cluster, "SELECT pg_reload_conf(), pg_stat_reset_shared('archiver')")


def _copy(cluster: Cluster, to: Path, lock: int, told: Told) -> None:
    """Copy the cluster's files while it serves; the copy ends with us, for nobody reads its progress any more."""
    process = cluster.begin(
        "pg_basebackup", "-h", cluster.socket, "-U", ROLE, "-D", to, "-X", "none", "-c", "fast", "-P",
        "--manifest-checksums=SHA256", "--label", "tongguan", stderr=subprocess.PIPE, pass_fds=(lock,),
    )  # fmt: skip
    said = ""
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if counted := _PROGRESS.match(line):
                told(int(counted[1]), int(counted[2]))
            else:
                said = line.strip() or said
    except BaseException:
        process.kill()
        raise
    if process.wait():
        shutil.rmtree(to.parent, ignore_errors=True)
        raise BackupRefused("copy_failed", reason=said)


def _noted(cluster: Cluster, name: str, data: Path, last_event: int) -> Base:
    manifest = json.loads((data / "backup_manifest").read_text(encoding="utf-8"))
    [used] = manifest["WAL-Ranges"]
    start_wal, end_wal, end = asked(
        cluster,
        "SELECT pg_walfile_name(%s), pg_walfile_name(%s::pg_lsn - 1), clock_timestamp()",
        [used["Start-LSN"], used["End-LSN"]],
    )
    started = (data / "backup_label").read_text(encoding="utf-8").partition("START TIME: ")[2].partition("\n")[0]
    files = manifest["Files"]
    return Base(
        name=name, start=started, end=end.isoformat(), start_wal=start_wal, end_wal=end_wal,
        bytes=sum(one["Size"] for one in files), files=len(files), manifest=archive.sha256(data / "backup_manifest"),
        last_event=last_event, secrets=prints(cluster.folder / "secrets"),
    )  # fmt: skip


def _last_event(cluster: Cluster) -> int:
    try:
        return asked(cluster, _LAST_EVENT)[0]
    except psycopg.errors.UndefinedTable:
        return 0


def _wait_for(cluster: Cluster, folder: Folder, segment: str) -> None:
    """Wait until a segment is in the folder; raises BackupRefused when the server fails to bring it there."""
    ends = time.monotonic() + PATIENCE
    while not (folder.wal / segment).exists():
        failing = troubles(cluster)
        if failing["failing"] and time.monotonic() > ends - PATIENCE + 20 or time.monotonic() > ends:
            raise BackupRefused("not_handed_over", segment=segment, folder=folder.wal, log=cluster.log)
        time.sleep(0.1)


def asked(cluster: Cluster, question: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
    """Return the one row of an answer; what is asked is committed by itself."""
    with psycopg.connect(cluster.url, autocommit=True) as database:
        row = database.execute(question, values).fetchone()
    assert row is not None, question
    return row
