"""A pytest plugin: tests run against a real PostgreSQL of their own, in a folder that is thrown away.

It is loaded by name (``-p tongguan.server.testbed``) because pytest-django reads the settings before any conftest.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from tongguan.server.postgres import Cluster

os.environ["TONGGUAN_LOG"] = "plain"
os.environ["TONGGUAN_DEMO"] = os.environ["TONGGUAN_OPEN_INTAKE"] = "no"


def sweep(root: Path, older_than: float = 120) -> None:
    """Stop the servers and remove the folders that killed test runs have left behind; ages are in seconds."""
    for folder in root.glob("tongguan-test-*"):
        with suppress(OSError):
            lock = folder / "postgres" / "users.lock"
            if folder.stat().st_uid != os.geteuid() or time.time() - lock.stat().st_mtime < older_than:
                continue
            with open(lock) as users:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                Cluster(folder / "postgres", durable=False).stop("immediate")
                shutil.rmtree(folder, ignore_errors=True)


sweep(Path(tempfile.gettempdir()))
_stack = ExitStack()
atexit.register(_stack.close)
# Outside the checkout, under a short path: the server's system user must be able to reach it.
_folder = Path(tempfile.mkdtemp(prefix="tongguan-test-"))
_folder.chmod(0o711)
_stack.callback(shutil.rmtree, _folder, ignore_errors=True)
os.environ["TONGGUAN_HOME"] = str(_folder)
os.environ["DATABASE_URL"] = _stack.enter_context(Cluster(_folder / "postgres", durable=False).running())
