"""What the API answers with (应答结构): one Struct a shape, from which the OpenAPI description is made too.

Amounts are texts with all their digits, moments carry the offset of Beijing, texts for people come in both languages.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta


class Text(msgspec.Struct, frozen=True):
    """A text in Chinese and in English."""

    zh: str
    en: str


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A shape whose members are written in camelCase, as the elements of the messages are."""


class Finding(Shape):
    """What is wrong with a record, where (official element names), and how grave: refuse or warn."""

    code: str
    alias: str
    pointer: str
    level: str
    message: Text


class NodeOutcome(Shape):
    """What became of one record: its status is that of the latest receipt, negative or 100 when it is refused."""

    position: int
    number: str
    status: str
    info: str
    findings: list[Finding]
    subject: Annotated[str, Meta(description="the record that now stands for it, empty when there is none")]


class Outcome(Shape):
    """What became of a message."""

    message: int
    kind: str
    guid: str
    accepted: int
    refused: int
    nodes: list[NodeOutcome]


class Unread(Shape):
    """Why a message could not be read at all (CEB900)."""

    status: str
    code: str
    message: Text


class Message(Shape):
    """A message that was taken in."""

    id: int
    kind: str
    guid: str
    received_at: datetime
    filed_by: str
    dxp_id: str
    size: Annotated[int, Meta(description="bytes")]
    digest: Annotated[str, Meta(description="SHA-256 of the bytes received")]
    nodes: int
    accepted: int
    refused: int
    problem: Unread | None


class Messages(Shape):
    """A page of messages, the latest first; ``next`` is the parameter *before* of the page that follows."""

    messages: list[Message]
    next: int | None


class Filing(Shape):
    """A record of a message, and the first answer to it."""

    position: int
    number: str
    app_type: str
    status: str
    findings: list[Finding]


class FiledMessage(Shape):
    """A message with its records."""

    message: Message
    filings: list[Filing]


class Hit(Shape):
    """A parcel that bears the number that was asked for, and the record that was found."""

    noun: str
    subject: str
    state: str
    ebp_code: str
    order_no: str
    href: str


class Hits(Shape):
    """What was found, the latest first."""

    parcels: list[Hit]


class Record(Shape):
    """A document of a parcel; ``document`` has the official element names, personal values masked."""

    subject: str
    state: str
    version: int
    filed_at: datetime
    document: Annotated[dict[str, Any] | None, Meta(description="null when the month's key was destroyed")]


class Declared(Record):
    """The inventory of a parcel, with what was decided."""

    status: str
    pre_no: str
    invt_no: str | None
    judged_at: datetime | None
    released_at: datetime | None
    plan: str
    customs_value: Decimal | None
    duty: Decimal | None
    consumption_tax: Decimal | None
    vat: Decimal | None
    tax: Decimal | None
    findings: list[Finding]


class Receipt(Shape):
    """A receipt; ``keys`` are the numbers it names, under the official element names."""

    cursor: str
    kind: str
    subject: str
    message: int
    position: int
    dxp_id: str
    guid: str
    status: str
    at: datetime
    info: str
    keys: dict[str, str]


class Receipts(Shape):
    """Receipts in their order; ``next`` is the parameter *after* of the next call, also when there is nothing new."""

    receipts: list[Receipt]
    next: str


class Hold(Shape):
    """What stops a parcel."""

    reason: str
    owner: str
    stops: list[str]
    placed_at: datetime
    promised: datetime | None


class Milestone(Shape):
    """Something that happened to a parcel; ``number`` is that of the event in the journal, by which it can be proven."""

    at: datetime
    source: Annotated[str, Meta(description="journal, waybill (told by the carrier) or site (found by its tally)")]
    what: Annotated[str, Meta(description="a kind of event, a status of a waybill, or what the tally found")]
    text: Text
    subject: Annotated[str, Meta(description="the document that an event of the journal is about; else empty")]
    number: Annotated[str | None, Meta(description="null until the event is numbered, within a minute")]


class Parcel(Shape):
    """A parcel with everything that is known of it."""

    ebp_code: str
    order_no: str
    inventory: Declared | None
    order: Record | None
    payments: list[Record]
    waybill: Record | None
    sheet: Annotated[dict[str, Any] | None, Meta(description="the tax sheet, line by line; null before assessment")]
    receipts: list[Receipt]
    holds: list[Hold]
    refused: list[Filing]
    milestones: Annotated[list[Milestone], Meta(description="what happened and when, the oldest first")]


class Reference(Shape):
    """The text a value comes from; standing is official, read, unverified or design."""

    title: str
    href: str
    standing: str
    note: str = ""


class Rate(Shape):
    """A rate of a commodity code on a day; null rates are known not to exist, unknown ones are left out."""

    kind: str
    title: Text
    words: Text
    since: date
    reference: Reference


class TariffLine(Shape):
    """A commodity code on a day."""

    code: str
    on: date
    name: Text
    units: list[str]
    listed: Annotated[bool, Meta(description="on the list of goods for retail import by e-commerce")]
    listed_since: date | None
    rates: list[Rate]
    unknown: Annotated[list[str], Meta(description="kinds of rates that are not known for the day")]


class Value(Shape):
    """A value of the law; ``value`` is null from the day it ceased to exist."""

    since: date
    value: Any
    reference: Reference


class Parameter(Shape):
    """A parameter of the law and the value in force on the day; null where there is none."""

    name: str
    title: Text
    unit: str
    on: date
    in_force: Value | None


class Parameters(Shape):
    """Every parameter of the law on a day."""

    on: date
    values: list[Parameter]


class ParameterHistory(Parameter):
    """A parameter with every value it has had, oldest first, and the changes known to be coming."""

    history: list[Value]
    expected: list[Value]


class Table(Shape):
    """A code table; one that is not complete is no ground for refusing a code."""

    name: str
    title: Text
    complete: bool
    size: int
    reference: Reference


class Tables(Shape):
    """The code tables."""

    tables: list[Table]


class Code(Shape):
    """A code, its names and the days it holds."""

    code: str
    name: Text
    since: date | None
    until: date | None
    extra: dict[str, Any]


class TableCodes(Table):
    """A code table with its codes."""

    on: date | None
    codes: list[Code]


class ProblemError(Shape):
    """One place that is wrong."""

    code: str
    pointer: str
    message: Text


class Problem(Shape):
    """Why a request failed (RFC 9457), in the caller's language; ``errors`` are in both."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemError]
    request: Annotated[str, Meta(description="the number of the request, as our log has it")]
    message: Annotated[int | None, Meta(description="of an unreadable message: the number it is kept under")] = None


class RiskFinding(Shape):
    """A pattern of re-sale that was found. ``count`` is more than ``most``, over both days and those between."""

    id: int
    pattern: Annotated[str, Meta(description="address, telephone, goods or payer")]
    state: Annotated[str, Meta(description="open, confirmed or dismissed")]
    says: Text
    gcode: Annotated[str, Meta(description="the commodity code, for the pattern goods")]
    count: int
    most: int
    parcels: int
    first_day: date
    last_day: date
    found_at: datetime
    seen_at: datetime
    decided_at: datetime | None
    reason: str


class RiskFindings(Shape):
    """A page of risk findings, the latest first; ``next`` is the parameter *before* of the page that follows."""

    findings: list[RiskFinding]
    next: int | None


class RiskParcel(Shape):
    """A parcel behind a risk finding."""

    subject: str
    ebp_code: str
    order_no: str
    invt_no: str | None
    state: str


class RiskFindingWithParcels(Shape):
    """A risk finding with a page of the parcels behind it, the latest first."""

    finding: RiskFinding
    parcels: list[RiskParcel]
    next: int | None
