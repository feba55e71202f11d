"""The command ``tongguan`` as a process that does not outlive its parent.

``python -m tongguan.server.child PARENT web`` names the parent by its number, for it may be gone before we look.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask Linux for SIGTERM when the parent is gone, however it went; leave at once when it is gone already.

    Elsewhere than on Linux this does nothing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(1)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    from tongguan.cli import run

    sys.exit(run(sys.argv[2:]))
