"""What the journal refuses."""

from __future__ import annotations

from typing import Any

from tongguan.kernel.rules import Finding, Refused


class CheckpointRefused(Refused):
    """A cosigned head, or the key of a witness, that is not taken; the code of its finding says why."""

    code = "CHECKPOINT_REFUSED"

    def __init__(self, code: str, **values: Any):
        super().__init__([Finding(code, values=values)])


class NotSealedYet(Refused):
    """The event is in the journal, but no signed head covers it yet: it is numbered and signed within two minutes."""

    code = "NOT_SEALED_YET"

    def __init__(self, subject: str):
        super().__init__([Finding(self.code, values={"subject": subject})])
