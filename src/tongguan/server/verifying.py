"""Whether backups are what they were (核验备份): each file, each segment of changes, and that none is missing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tongguan.parties import vault_ledger
from tongguan.server import archive
from tongguan.server.archive import BackupRefused, Base, Folder
from tongguan.server.postgres import Cluster

_COMMIT = re.compile(r"tx:\s+(\d+),.*desc: COMMIT (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) UTC")

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Reach:
    """How far a base copy can be brought: the segments after it, its last moment, the last transaction known.

    ``gap`` is the first segment that is missing, or is not what it was; None when all is well.
    """

    segments: list[str]
    moment: datetime | None
    transaction: int
    gap: str | None


@dataclass(frozen=True)
class Checked:
    """What was found of one backup: up to when it can be restored, by how many segments, or what is wrong with it."""

    name: str
    until: datetime | None = None
    segments: int = 0
    wrong: BackupRefused | vault_ledger.LedgerDamaged | None = None


def verify(tools: Cluster, folder: Folder, told: Told = lambda step, done, size: None) -> list[Checked]:
    """Check every backup of a folder, all the changes since, and the ledger of what was forgotten.

    Raises BackupRefused for what is no folder of backups.
    """
    folder.owner()
    own(tools, folder)
    found: list[Checked] = []
    known: dict[str, bool] = {}
    for path in sorted(folder.bases.iterdir()):
        if path.suffix:
            continue
        try:
            base = archive.read_base(path)
            check_base(folder, base, told)
            far = reach(tools, folder, base, told, known)
            if far.gap:
                raise BackupRefused("gap", segment=far.gap, last=archive.shown(far.moment))
            found.append(Checked(base.name, far.moment, len(far.segments)))
        except BackupRefused as wrong:
            found.append(Checked(path.name, wrong=wrong))
    try:
        vault_ledger.read(folder.forgotten)
    except vault_ledger.LedgerDamaged as wrong:
        found.append(Checked(folder.forgotten.name, wrong=wrong))
    return found


def own(tools: Cluster, folder: Folder) -> None:
    """Give backups that were brought from elsewhere to the account that is to read them."""
    if tools.account is None:
        return
    tools.open_way(folder.path)
    for top in (folder.bases, folder.wal):
        for path in (top, *top.rglob("*")):
            if path.stat().st_uid not in (tools.account.pw_uid, os.geteuid() if path.parent == folder.bases else -1):
                tools.give(path)


def check_base(folder: Folder, base: Base, told: Told = lambda step, done, size: None) -> None:
    """Compare each file of a base copy with what was written; raises BackupRefused for the first that differs.

    The wheel's own ``pg_verifybackup`` does not run, and it would not check the log of changes by sums of ours.
    """
    data, done = folder.data(base), 0
    manifest = data / "backup_manifest"
    if not manifest.exists() or archive.sha256(manifest) != base.manifest:
        raise BackupRefused("damaged", name=base.name, what="backup_manifest")
    named = {"backup_manifest"}
    for one in json.loads(manifest.read_text(encoding="utf-8"))["Files"]:
        path = data / (name := one.get("Path") or bytes.fromhex(one["Encoded-Path"]).decode())
        told("check", done, base.bytes)
        if not path.is_file() or path.stat().st_size != one["Size"] or archive.sha256(path) != one["Checksum"]:
            raise BackupRefused("damaged", name=base.name, what=name)
        named.add(name)
        done += one["Size"]
    for path in data.rglob("*"):
        if path.is_file() and (name := path.relative_to(data).as_posix()) not in named:
            raise BackupRefused("damaged", name=base.name, what=name)


def reach(
    tools: Cluster,
    folder: Folder,
    base: Base,
    told: Told = lambda step, done, size: None,
    known: dict[str, bool] | None = None,
) -> Reach:
    """Check each segment since a base copy, and say how far they go; ``known`` are those that were checked before."""
    there, whole, known = folder.run(base.start_wal), [], {} if known is None else known
    gap = folder.gap(base.start_wal)
    for place, name in enumerate(there):
        told("changes", place, len(there))
        if name not in known:
            known[name] = folder.is_whole(name)
        if not known[name]:
            gap = name
            break
        whole.append(name)
    for name in reversed(whole):
        commits = _COMMIT.findall(tools.call("pg_waldump", "--rmgr=Transaction", folder.wal / name).stdout)
        if commits:
            moments = [datetime.fromisoformat(moment).replace(tzinfo=UTC) for _, moment in commits]
            return Reach(whole, max(moments), max(int(number) for number, _ in commits), gap)
    return Reach(whole, base.since if base.end_wal in whole else None, 0, gap)
