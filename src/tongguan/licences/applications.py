"""What an application for a licence says, whoever fills it in; and what an authority tells of one it issued."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(slots=True)
class LineAsked:
    """Goods that are applied for; ``bulk`` says that they come in bulk (散装), ``value`` is in ``currency``."""

    gcode: str
    name: str
    quantity: Decimal
    unit: str
    country: str = ""
    value: Decimal | None = None
    currency: str = ""
    control_code: str = ""
    bulk: bool = False


@dataclass(slots=True)
class Application:
    """An application: ``type`` is a letter of the list of documents, ``holder`` empty where the applicant will hold it.

    ``mode`` is ONE_BATCH or MULTI, ``form`` that of a dual-use licence; ``ports`` are customs offices, none for all.
    """

    type: str
    lines: list[LineAsked]
    mode: str = "ONE_BATCH"
    form: str = ""
    holder: str = ""
    ports: list[str] = field(default_factory=list)
    batch_id: str = ""
    end_users: list[str] = field(default_factory=list)
    end_use: str = ""


@dataclass(slots=True)
class Issued:
    """How a licence is issued: its number (empty for one of our own), its days, and the number of its uses if told.

    ``valid_to`` is empty for the last day the law allows.
    """

    number: str
    issued_on: date
    valid_from: date
    valid_to: date | None = None
