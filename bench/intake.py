"""How many inventories a second the window takes in, durably, on this machine: ``tongguan bench-intake`` in short."""

import argparse
import sys

from tongguan.bench.plan import Plan
from tongguan.bench.run import lines, run


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    for name, kind in (("seconds", float), ("stored", int), ("workers", int), ("most", int), ("items", int),
                       ("alone", int), ("seed", int), ("keep", str)):  # fmt: skip
        asked.add_argument(f"--{name}", type=kind, default=getattr(Plan(), name))
    result = run(Plan(**vars(asked.parse_args())), told=lambda step: print(f"... {step}", file=sys.stderr))
    print("\n".join(lines(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
