"""What happened to a parcel, and when (包裹大事记): what the journal tells of it, and what was reported of it on its way."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tongguan.journal.queries import told_of

from .models import NODES_OF_A_MESSAGE
from .queries import Parcel

JOURNAL = "journal"


class Happening(NamedTuple):
    """Something that happened. ``source`` is *journal*, *waybill* or *site*.

    ``what`` is a kind of event of the journal, a code of waybill_statuses, or what the tally found; ``verb`` whether the
    carrier *reported*, *changed* or *deleted* it. ``number`` is that of the event, None until it is numbered.
    """

    at: datetime
    source: str
    what: str
    verb: str = ""
    subject: str = ""
    number: str | None = None


def chronicle(of: Parcel) -> list[Happening]:
    """Return what happened to a parcel, oldest first; one query beside those that found it.

    The journal is asked for the messages that brought about what now stands, and for acts on one document alone.
    """
    rows = [row for row in (of.inventory, of.order, *of.payments, of.waybill) if row is not None]
    subjects = {str(row) for row in rows}
    if of.inventory is not None:
        subjects.add(of.inventory.version_subject)
    messages = {f"message/{number // NODES_OF_A_MESSAGE}" for row in rows for number in (row.pk, row.filing_id)}
    told = [Happening(one.at, JOURNAL, one.what, "", subject, one.number or None)
            for subject, one in told_of(subjects, messages)]  # fmt: skip
    way = [Happening(one.at, one.source, one.what, one.verb) for one in of.milestones]
    return sorted([*told, *way], key=lambda one: one.at)
