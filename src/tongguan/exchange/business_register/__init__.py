"""A simulated register of businesses (模拟企业登记信息): a person lists businesses in it and strikes them off."""

from __future__ import annotations

from datetime import datetime

from tongguan.exchange.models import EVERYBODY, ListedBusiness
from tongguan.parties.ports import Entry, RegisterSilent


class SimulatedRegister:
    """Plays the register of ``parties.ports.BusinessRegister``."""

    def ask(self, uscc: str, *, at: datetime) -> Entry | None:
        """Say what is listed under a code; raises RegisterSilent when it was told to be silent."""
        known = {row.uscc: row for row in ListedBusiness.objects.filter(uscc__in=(uscc, EVERYBODY))}
        if EVERYBODY in known:
            raise RegisterSilent
        row = known.get(uscc)
        return row and Entry(row.uscc, row.name, row.representative, row.standing)
