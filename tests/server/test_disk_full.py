"""A disk that is really full: filings are put off, nothing is half done, and there is no need of a restart afterwards.

The portal lives on a small tmpfs of its own, which only root may mount; elsewhere the test is left out.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server import faults
from tests.server.faults import filing
from tests.server.test_up import until
from tests.soak.running import Open

MIB = 2**20
SIZE = 448  # MiB; a fresh database with its log takes about 150
SLACK = 3  # MiB that are left when the disk is "full"; filing uses them up
TRIES = 20


def mounted(folder: Path) -> bool:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "tongguan-test", str(folder)])
    return done.returncode == 0


@pytest.fixture
def disk() -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk of its own size")
    folder = Path(tempfile.mkdtemp(prefix="tg-full-"))
    folder.chmod(0o755)
    if not mounted(folder):
        folder.rmdir()
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        yield folder
    finally:
        until(lambda: subprocess.run(["umount", str(folder)], capture_output=True).returncode == 0, 20)
        folder.rmdir()


@pytest.fixture
def portal(disk: Path, tmp_path: Path) -> Iterator[Open]:
    # What the web server's own machine code says is not ours to catch: its log is elsewhere.
    with faults.started(disk / "home", logs=tmp_path) as made:
        yield made


def fill(disk: Path) -> Path:
    """Fill the disk but for a little; returns the file that does."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        for _ in range(TRIES):  # the server takes room too, while this file does
            try:
                os.posix_fallocate(file.fileno(), 0, max(int((free(disk) - SLACK) * MIB), MIB))
                break
            except OSError:
                file.truncate(0)
        else:
            raise AssertionError(f"{free(disk):.1f} MiB are free, and cannot be taken")
    return ballast


def free(disk: Path) -> float:
    """Return how much is free, in MiB."""
    room = os.statvfs(disk)
    return room.f_bavail * room.f_frsize / MIB


def test_a_full_disk_puts_filings_off_and_they_go_on_when_there_is_room(disk: Path, portal: Open):
    web = portal.child("web")
    with filing(portal, 8) as load:
        ballast = fill(disk)
        until(lambda: load.put_off["503"] > 5 or load.failures, 60, f"it never got full: {free(disk):.1f} MiB are free")
        time.sleep(3)  # whatever the server does about it: it may end itself, and not come up for want of room
        ballast.unlink()
        until(portal.ready, 60, "the portal does not come back")
    assert set(load.put_off) <= {"503"}, load.put_off
    assert portal.process.poll() is None
    assert portal.child("web") == web
    counts = faults.verify(portal, load)
    assert counts["of them accepted"] > 0
