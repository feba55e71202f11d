"""The command ``tongguan`` as a process that does not outlive its parent: ``python -m tongguan.server.child web``."""

from __future__ import annotations

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent is gone, however it went; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


if __name__ == "__main__":
    die_with_parent()
    from tongguan.cli import run

    sys.exit(run(sys.argv[1:]))
