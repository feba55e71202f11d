"""How many inventories a second the window takes in, durably and verified: a short run of ``tongguan bench-intake``.

Options are those of the command: ``--seconds 60 --stored 1000000`` is the long run.
"""

import sys

from tongguan.cli import run

if __name__ == "__main__":
    sys.exit(run(["bench-intake", "--seconds", "15", "--lang", "en", *sys.argv[1:]]))
