"""A portal under load while parts of it are killed: nothing acknowledged is lost or doubled, nothing is half done.

``SOAK_SECONDS`` of load, ``SOAK_KILLS`` kills, ``SOAK_SEED`` to run one again; ``SOAK_KEEP=yes`` keeps its folder.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.faults import started
from tests.soak.killing import KINDS
from tests.soak.running import Open, soak, table

LONG = 600  # seconds
BESIDE = 35  # seconds that the start, the end and the other tests here take of a short run
LEAST = 12
SECONDS = float(os.environ.get("SOAK_SECONDS", LONG))
LOAD = SECONDS if SECONDS >= LONG else max(LEAST, SECONDS - BESIDE)
KILLS = int(os.environ.get("SOAK_KILLS", max(len(KINDS), round(LOAD / 6))))
SEED = int(os.environ.get("SOAK_SEED", random.SystemRandom().randrange(10_000)))


@pytest.fixture
def portal() -> Iterator[Open]:
    folder = Path(tempfile.mkdtemp(prefix="tg-soak-"))
    folder.chmod(0o755)
    with started(folder / "home") as made:
        yield made
    if os.environ.get("SOAK_KEEP"):
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


def test_kills_at_random_lose_nothing_double_nothing_and_leave_nothing_half_done(portal: Open, capsys):
    result = soak(portal, seed=SEED, seconds=LOAD, kills=KILLS)
    with capsys.disabled():
        print("\n" + table(result))
    assert not result.wrong, "\n".join(result.wrong)
    assert result.heard.retried, "nothing was interrupted"
    assert portal.process.poll() is None and portal.ready()
