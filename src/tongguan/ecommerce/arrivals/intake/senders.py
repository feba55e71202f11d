"""Whose message it is: the codes of the sender's firm."""

from __future__ import annotations

from tongguan.parties.models import Enterprise

from ...intake.batch import Batch
from ...states import OPERATOR


class Sender:
    """The sender of a message; asked for once, whatever the number of nodes."""

    def __init__(self, batch: Batch):
        self.enterprise = batch.message.enterprise_id
        self.anybodys = batch.sender.role == OPERATOR
        firm = Enterprise.objects.filter(pk=self.enterprise).first() if self.enterprise else None
        self.codes = {code for code in (firm.uscc, firm.customs_registration) if code} if firm else set()

    def is_called(self, code: str) -> bool:
        """Say whether a code is his; the window's operator acts for anybody."""
        return self.anybodys or code in self.codes

    def filed(self, enterprise: int | None) -> bool:
        """Say whether he is the enterprise that filed a document."""
        return self.anybodys or (self.enterprise is not None and self.enterprise == enterprise)
