"""What signing and verifying cost, in microseconds: a message of a hundred inventories, and one of a single inventory.

    python bench/formats_signing.py

CPU time, the best and the middle of thirty runs, as in formats_ceb.py.
"""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from formats_ceb import GUID, KIND, TRANSFER, document, measured

from tongguan.formats import ceb, signing
from tongguan.formats.signing import canonical
from tongguan.formats.signing.algorithms import digest
from tongguan.formats.signing.shape import Shape

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure the steps of verifying, then signing and verifying with each algorithm."""
    one = document(3)
    plain = {nodes: ceb.write(KIND, [one] * nodes, GUID, transfer=TRANSFER, unsigned=True) for nodes in (100, 1)}
    signers = {
        algorithm: signing.make_test_certificate(
            "310198Z555", "-", serial=1, since=SINCE, until=UNTIL, algorithm=algorithm
        )
        for algorithm in ("sm2-sm3", "rsa-sha1")
    }
    print(f"{'µs':<42}{'best':>9}{'middle':>9}")
    gc.collect()
    gc.freeze()
    key, _ = signers["sm2-sm3"]
    root, value = canonical.parsed(plain[100]), key.signed(b"x" * 700)
    text = canonical.document(root)
    signed = signing.sign(plain[100], *signers["sm2-sm3"])
    tree = canonical.parsed(signed)
    print("steps, an inventory of a hundred")
    measured("  parse", lambda: canonical.parsed(plain[100]), 100)
    measured("  canonical form", lambda: canonical.document(root), 100)
    measured("  SM3", lambda: digest("sm3", text), 100)
    measured("  SHA-1", lambda: digest("sha1", text), 100)
    measured(
        "  shape of the signature",
        lambda: Shape(tree, lenient=False).parts(Shape(tree, lenient=False).signature()),
        100,
    )
    print("steps, a message")
    measured("  SM2 verify", lambda: key.public.verifies(b"x" * 700, value), 1)
    measured("  SM2 sign", lambda: key.signed(b"x" * 700), 1)
    for algorithm, pair in signers.items():
        for nodes in (100, 1):
            done = signing.sign(plain[nodes], *pair)
            print(f"{algorithm}, {nodes} inventories, an inventory")
            measured("  read", lambda done=done: ceb.read(done), nodes)
            measured("  read and verify", lambda done=done: signing.read_and_verify(done), nodes)
            measured("  verify", lambda done=done: signing.verify(done), nodes)
            measured("  sign", lambda nodes=nodes, pair=pair: signing.sign(plain[nodes], *pair), nodes)


if __name__ == "__main__":
    main()
