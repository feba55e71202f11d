"""What the sandbox says of a signature beyond what the window says."""

from __future__ import annotations

from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text


class Tolerated(Rule):
    """The signature is taken, but a strict reader would refuse it: {what}."""

    code = "SANDBOX-TOLERATED"
    level = "warn"

    def broken_by(self, doc, ctx):
        """Yield one break where the signature (``doc``) was taken leniently."""
        if doc.tolerated:
            words = {
                lang: "; ".join(text(f"sandbox.tolerated.{one}", lang) for one in doc.tolerated) for lang in LANGUAGES
            }
            yield Break("Signature", what=words)


SIGNATURE = [Tolerated()]
