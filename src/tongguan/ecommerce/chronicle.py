"""What happened to a parcel, and when (包裹大事记).

What the journal tells of its documents and of what was asked for it, and what was reported of it on its way.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tongguan.journal.queries import told_of

from .arrivals.queries import SHOP
from .models import NODES_OF_A_MESSAGE
from .queries import Parcel
from .returns.lists import Brief

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
    subjects = {str(row) for row in rows} | {one.subject for one in of.requested}
    if of.inventory is not None:
        subjects.add(of.inventory.version_subject)
    filings = {number for row in rows for number in (row.pk, row.filing_id)}
    told = _told(subjects, filings | _filings(of.requested))
    way = [Happening(one.at, one.source, one.what, one.verb) for one in of.milestones if one.source != SHOP]
    return sorted([*told, *way], key=lambda one: one.at)


def of_requests(of: Parcel) -> list[Happening]:
    """Return what became of the requests of a parcel, oldest first; one query, none when nothing was asked."""
    return _told({one.subject for one in of.requested}, _filings(of.requested)) if of.requested else []


def _filings(requested: list[Brief]) -> set[int]:
    return {number for one in requested for number in (one.id, one.filing)}


def _told(subjects: set[str], filings: set[int]) -> list[Happening]:
    """Return what the journal tells of subjects: in events of their own, and in those of the messages of filings."""
    messages = {f"message/{number // NODES_OF_A_MESSAGE}" for number in filings}
    return [
        Happening(one.at, JOURNAL, one.what, "", subject, one.number or None)
        for subject, one in told_of(subjects, messages)
    ]
