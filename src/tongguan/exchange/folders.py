"""Two folders through which a client that knows files only is connected (文件夹收发): messages in, receipts out.

A file that came is *claimed* before it is read: it moves to ``sending`` under a number that it keeps until it is answered,
through every kill and restart. A receipt appears under its name together with the note that it was fetched. So each
message is filed once and each receipt appears once, whenever the program is ended.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

SENDING, SENT, REFUSED = "sending", "sent", "refused"
STATE = ".watch"
UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".lock", "~")
"""How names end while their files are still being written; names that begin with a dot are let be too."""

_BETWEEN = "~"
_NAME_MOST = 180  # bytes of a name kept behind its number: file systems take 255


class Busy(Exception):
    """Another program watches this folder already."""

    def __init__(self, folder: Path):
        super().__init__(str(folder))
        self.folder = folder


class OfAnother(Exception):
    """The folder of receipts was begun for another portal or another exchange number; ``known`` says for which."""

    def __init__(self, folder: Path, known: Mapping[str, str]):
        super().__init__(str(folder))
        self.folder, self.known = folder, dict(known)


class Claim(NamedTuple):
    """A file that is to be filed: its number, the name it came under, where it lies now."""

    number: str
    name: str
    path: Path


class _Seen(NamedTuple):
    """What was seen of a file: whether it is the same, how much of it there was, and when that began."""

    inode: int
    size: int
    changed: int
    since: float


def settled(folder: Path) -> None:
    """Make the names in a folder durable: what was renamed stays so when the power fails."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def written(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def alone(*folders: Path) -> Iterator[None]:
    """Hold folders for one program; raises Busy when another has one of them."""
    with contextlib.ExitStack() as held:
        for folder in folders:
            (folder / STATE).mkdir(parents=True, exist_ok=True)
            lock = held.enter_context(open(folder / STATE / "lock", "a"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(folder) from None
        yield


class Inbox:
    """The folder that messages are dropped into. ``settle`` is how many seconds a file must be left alone.

    ``places`` are the folders of those being sent, sent and refused, where they are not inside it; on the same disk.
    """

    def __init__(self, folder: Path, settle: float, places: Mapping[str, Path] | None = None):
        self.folder, self.settle = folder, settle
        self._places = {name: folder / name for name in (SENDING, SENT, REFUSED)} | dict(places or {})
        self._seen: dict[str, _Seen] = {}
        self._drafts: set[int] = set()
        for place in (folder, *self._places.values()):
            place.mkdir(parents=True, exist_ok=True)

    def complete(self, clock: float) -> list[str]:
        """Return the names of the files that are complete, the oldest first; ``clock`` is in seconds, of any beginning.

        Complete is what was renamed into place, as far as the draft was seen, or has not changed for the settle time.
        """
        seen: dict[str, _Seen] = {}
        drafts: set[int] = set()
        ready = []
        for entry in self._files():
            with contextlib.suppress(FileNotFoundError):
                found = entry.stat(follow_symlinks=False)
                if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
                    drafts.add(found.st_ino)
                    continue
                one = _Seen(found.st_ino, found.st_size, found.st_mtime_ns, clock)
                before = self._seen.get(entry.name, one)
                if before[:3] == one[:3]:
                    one = before
                seen[entry.name] = one
                if one.inode in self._drafts or clock - one.since >= self.settle:
                    ready.append((one.changed, entry.name))
        self._seen, self._drafts = seen, drafts | (self._drafts & {one.inode for one in seen.values()})
        return [name for _, name in sorted(ready)]

    def waiting(self) -> bool:
        """Say whether there are files that may become complete."""
        return bool(self._seen)

    def _files(self) -> list[os.DirEntry]:
        with os.scandir(self.folder) as entries:
            return [entry for entry in entries if entry.is_file(follow_symlinks=False)]

    def claim(self, name: str) -> Claim | None:
        """Move a file to those being sent, under a number of its own; None when it is gone."""
        claim = self._claimed(f"{uuid.uuid4().hex}{_BETWEEN}{_short(name)}")
        try:
            os.rename(self.folder / name, claim.path)
        except FileNotFoundError:
            return None
        settled(self._places[SENDING])
        settled(self.folder)
        return claim

    def begun(self) -> list[Claim]:
        """Return what was claimed and is not answered yet, the oldest first."""
        with os.scandir(self._places[SENDING]) as entries:
            found = [(entry.stat().st_mtime_ns, entry.name) for entry in entries if entry.is_file()]
        return [self._claimed(name) for _, name in sorted(found) if _BETWEEN in name]

    def _claimed(self, name: str) -> Claim:
        number, _, rest = name.partition(_BETWEEN)
        return Claim(number, rest, self._places[SENDING] / name)

    def sent(self, claim: Claim) -> Path:
        """Put a file that was taken in among those sent, under the name it came by; returns its place."""
        return self.put(claim, SENT)

    def refused(self, claim: Claim, why: bytes) -> Path:
        """Put a file that was not taken in aside, the CEB900 that says why beside it; returns the file's place."""
        kept = free(self._places[REFUSED], claim.name)
        written(kept.with_name(f"{kept.name}.CEB900.xml"), why)
        os.rename(claim.path, kept)
        settled(kept.parent)
        settled(claim.path.parent)
        return kept

    def put(self, claim: Claim, where: str) -> Path:
        """Put a file among those sent or refused, under the name it came by; returns its place."""
        kept = free(self._places[where], claim.name)
        os.rename(claim.path, kept)
        settled(kept.parent)
        settled(claim.path.parent)
        return kept


def _short(name: str) -> str:
    """Return a name that leaves room for a number before it: of a very long one its end, which has the extension."""
    return os.fsdecode(os.fsencode(name)[-_NAME_MOST:])


def free(folder: Path, name: str) -> Path:
    """Return a place that is not taken: a name that comes again gets a number."""
    path, count = folder / name, 1
    while path.exists():
        count += 1
        path = folder / f"{Path(name).stem}.{count}{Path(name).suffix}"
    return path


class Outbox:
    """The folder that receipts are written to, and the place up to which they were fetched (``after``).

    Three steps make a receipt appear once: it is written where nobody looks, the place is noted with its name, it is
    renamed. What a kill leaves after the second is renamed at the next start, what it leaves before is fetched again.
    """

    def __init__(self, folder: Path, whose: Mapping[str, str]):
        self.folder, self._state, self._whose = folder, folder / STATE, dict(whose)
        self._state.mkdir(parents=True, exist_ok=True)
        kept = self._kept()
        known = {name: kept[name] for name in whose if name in kept}
        if kept and known != self._whose:
            raise OfAnother(folder, known)
        self.after: str = kept.get("after", "")
        self._finish(kept.get("name", ""))

    def _kept(self) -> dict[str, Any]:
        try:
            return json.loads((self._state / "place.json").read_bytes())
        except FileNotFoundError:
            return {}

    def _finish(self, name: str) -> None:
        """Do what a kill has kept from being done, and forget what had not come that far."""
        if name and (self._state / name).exists():
            self._appear(name)
        for draft in self._state.iterdir():
            if draft.suffix not in ("", ".json"):
                draft.unlink()

    def put(self, name: str, data: bytes, after: str) -> Path:
        """Let a receipt appear under a name, and note the place after it; returns where it lies."""
        written(self._state / name, data)
        self._note(name, after)
        return self._appear(name)

    def _note(self, name: str, after: str) -> None:
        draft = self._state / "place.draft"
        noted = {**self._whose, "after": after, "name": name}
        written(draft, json.dumps(noted, ensure_ascii=False).encode())
        os.rename(draft, self._state / "place.json")
        settled(self._state)
        self.after = after

    def _appear(self, name: str) -> Path:
        os.rename(self._state / name, self.folder / name)
        settled(self.folder)
        return self.folder / name
