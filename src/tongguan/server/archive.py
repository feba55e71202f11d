"""The folder of backups (备份文件夹): base copies, the log of changes since, and what was forgotten meanwhile.

``base/<moment>/data`` is a copy of the cluster as PostgreSQL makes it, ``backup.json`` beside it says what it is. ``wal``
holds the log of changes, a segment of 16 MiB a file, each with its SHA-256. A base copy that is being made is called
``.making`` and becomes a backup by its last step, a rename. Nothing here needs Django or a running server.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tongguan.kernel.texts import text

SEGMENT = 16 * 1024 * 1024
_A_LOG = 0x1_0000_0000 // SEGMENT
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NOTE = "tongguan-backup.json"
FORM = 1


class BackupRefused(Exception):
    """Something cannot be backed up, is no backup, or cannot be restored; ``key`` says which, under ``backup.``."""

    def __init__(self, key: str, **values: object):
        self.key, self.values = key, values
        super().__init__(key, values)

    def text(self, lang: str) -> str:
        """Return it in a language."""
        return text(f"backup.{self.key}", lang, **self.values)


@dataclass(frozen=True)
class Base:
    """What is noted of a base copy: by which one knows it is whole, and what it can be restored with.

    ``end`` is the first moment it can be restored to; ``start_wal`` and ``end_wal`` are the segments it was made in.
    ``secrets`` are fingerprints of the keys without which it cannot be read; ``manifest`` is the SHA-256 of the list of
    its files, each with its own.
    """

    name: str
    start: str
    end: str
    start_wal: str
    end_wal: str
    bytes: int
    files: int
    manifest: str
    last_event: int
    secrets: dict[str, str]

    @property
    def since(self) -> datetime:
        """The first moment it can be restored to."""
        return datetime.fromisoformat(self.end)


class Folder:
    """A folder of backups of one cluster."""

    def __init__(self, path: Path):
        self.path = path.resolve()
        self.bases, self.wal, self.forgotten = self.path / "base", self.path / "wal", self.path / "forgotten"

    def owner(self) -> str:
        """Return whose backups these are; raises BackupRefused for what is no folder of backups."""
        try:
            note = json.loads((self.path / _NOTE).read_text(encoding="utf-8"))
            owner, form = str(note["owner"]), note["form"]
        except (OSError, ValueError, KeyError, TypeError):
            raise BackupRefused("no_folder", folder=self.path) from None
        if form != FORM or not self.bases.is_dir() or not self.wal.is_dir():
            raise BackupRefused("no_folder", folder=self.path)
        return owner

    def found(self, owner: str) -> None:
        """Make an empty or new folder one of backups; raises BackupRefused for one with anything else in it."""
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        if {path.name for path in self.path.iterdir()} - {"base", "wal", "lock"}:
            raise BackupRefused("not_empty", folder=self.path)
        for one in (self.bases, self.wal):
            one.mkdir(mode=0o711, exist_ok=True)
        write_whole(self.path / _NOTE, json.dumps({"form": FORM, "owner": owner}) + "\n")

    @contextmanager
    def alone(self) -> Iterator[int]:
        """Hold the folder for one who writes; raises BackupRefused while another does. Yields the lock's number.

        Who is started with that number open holds the folder too, until it has gone.
        """
        with open(self.path / "lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupRefused("busy", folder=self.path) from None
            yield lock.fileno()

    def backups(self) -> list[Base]:
        """Return the base copies that were finished, oldest first; raises BackupRefused for a damaged note."""
        return [read_base(path) for path in sorted(self.bases.iterdir()) if not path.suffix]

    def base(self, name: str) -> Base:
        """Return a base copy by its name; raises BackupRefused."""
        found = {one.name: one for one in self.backups()}
        if name not in found:
            raise BackupRefused("no_such", name=name, folder=self.path)
        return found[name]

    def data(self, base: Base) -> Path:
        """Return the folder of a base copy's files."""
        return self.bases / base.name / "data"

    def sweep(self) -> None:
        """Remove what was begun or half removed; who holds the folder calls this."""
        for path in self.bases.iterdir():
            if path.suffix in (".making", ".leaving"):
                shutil.rmtree(path)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest ``keep`` base copies, and the changes older than they; returns the names."""
        standing = self.backups()
        leaving, kept = standing[:-keep], standing[-keep:]
        for one in leaving:
            path = self.bases / one.name
            shutil.rmtree(path.rename(path.with_suffix(".leaving")))
        for path in list(self.wal.iterdir()):  # with their sums, and the labels of base copies
            if kept and _SEGMENT.match(path.name) and path.name[:24] < kept[0].start_wal:
                path.unlink()
        return [one.name for one in leaving]

    def segments(self) -> list[str]:
        """Return the names of the segments there are, in order."""
        return sorted(path.name for path in self.wal.iterdir() if _SEGMENT.fullmatch(path.name))

    def run(self, first: str) -> list[str]:
        """Return the segments from ``first`` on as far as none is missing."""
        there = set(self.segments())
        found, name = [], first
        while name in there:
            found.append(name)
            name = after(name)
        return found

    def gap(self, first: str) -> str | None:
        """Return the first segment that is missing though it, or a later one, ought to be there."""
        found = self.run(first)
        if not found:
            return first
        lacking = after(found[-1])
        return lacking if any(name > lacking for name in self.segments()) else None

    def is_whole(self, name: str) -> bool:
        """Say whether a segment, or a file of a line's history, is what PostgreSQL handed over."""
        try:
            [stated, *_] = (self.wal / f"{name}.sum").read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return False
        return stated == sha256(self.wal / name)

    def command(self) -> str:
        """Return the line by which PostgreSQL hands a segment over: copied, on the disk, then named.

        The sum is taken from the original. A segment that is there already must be the same. Holes save what a
        segment that was ended early does not use.
        """
        wal, seg = shlex.quote(str(self.wal)).replace("%", "%%"), "%f"
        return (
            f'cd {wal} && if test -e {seg}; then cmp -s "$OLDPWD/%p" {seg}; else '
            f'cp --sparse=always "$OLDPWD/%p" {seg}.making && sha256sum < "$OLDPWD/%p" > {seg}.sum && '
            f"sync {seg}.making {seg}.sum && mv {seg}.making {seg} && sync .; fi"
        )


def read_base(path: Path) -> Base:
    """Return what is noted of a base copy; raises BackupRefused when the note is damaged."""
    try:
        body, _, stated = (path / "backup.json").read_text(encoding="utf-8").rpartition("\n# ")
        if hashlib.sha256(body.encode()).hexdigest() != stated.strip():
            raise ValueError("another sum")
        noted = json.loads(body)
        base = Base(**{one.name: noted[one.name] for one in fields(Base)})
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupRefused("note_damaged", name=path.name) from None
    if base.name != path.name:
        raise BackupRefused("note_damaged", name=path.name)
    return base


def note_base(path: Path, base: Base) -> None:
    """Write what is to be known of a base copy, with its own sum in the last line."""
    body = json.dumps(asdict(base), indent=1)
    write_whole(path / "backup.json", f"{body}\n# {hashlib.sha256(body.encode()).hexdigest()}\n")


def after(segment: str) -> str:
    """Return the name of the segment that follows.

    >>> after("0000000100000000000000FF")
    '000000010000000100000000'
    """
    number = int(segment[8:16], 16) * _A_LOG + int(segment[16:], 16) + 1
    return f"{segment[:8]}{number // _A_LOG:08X}{number % _A_LOG:08X}"


def shown(moment: datetime | None) -> str:
    """Return a moment as a person reads it, in Shanghai's time."""
    return moment.astimezone(_SHANGHAI).isoformat(sep=" ", timespec="milliseconds") if moment else "–"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file; raises OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, words: str) -> None:
    """Write a file that is there whole or not at all, also after a power cut."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
