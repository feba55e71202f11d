"""What must be so before goods are released: nothing holds them. Holds are asked, no other domain's state."""

from __future__ import annotations

from tongguan.holds.queries import stopped
from tongguan.kernel.rules import Break, Rule
from tongguan.kernel.texts import LANGUAGES, text


class StillHeld(Rule):
    """Something else still holds this parcel: {reasons}."""

    code = "STILL_HELD"

    def broken_by(self, doc, ctx):
        if held := stopped(doc, "release"):
            said = {lang: ", ".join(text(f"hold.reason.{hold.reason}", lang) for hold in held) for lang in LANGUAGES}
            yield Break("release", reasons=said)


RELEASE = [StillHeld()]
