"""What the sandbox answers with (应答结构), beside the shapes that it shares with the window."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from ..shapes import Finding, Shape, Text


class Exchange(Shape):
    """A request and its answer, without their bytes. Tokens are not kept."""

    number: int
    at: datetime
    by: str
    form: Annotated[str, Meta(description="xml, json, records, dxp or poll")]
    address: str
    headers: dict[str, str]
    kind: str
    guid: str
    dxp_id: str
    size: Annotated[int, Meta(description="bytes")]
    digest: Annotated[str, Meta(description="SHA-256 of the request")]
    status: Annotated[int, Meta(description="of HTTP")]
    microseconds: int
    refused: int
    problem: Text | None
    version: Annotated[str, Meta(description="of the program")]
    law_day: date


class Exchanges(Shape):
    """A page of exchanges, the latest first; ``next`` is the parameter *before* of the page that follows."""

    exchanges: list[Exchange]
    next: int | None


class TrialNode(Shape):
    """A document of an exchange; ``magic`` is the magic value that decided, empty where none did."""

    position: int
    number: str
    status: Annotated[str, Meta(description="the first answer; empty when there was silence")]
    magic: str
    findings: list[Finding]


class TrialReceipt(Shape):
    """A receipt of an exchange, and the moment from which it is seen."""

    kind: str
    position: int
    guid: str
    status: str
    info: str
    keys: dict[str, str]
    seen_from: datetime


class WholeExchange(Shape):
    """One exchange with everything that is kept of it; in the texts personal values are masked."""

    exchange: Exchange
    nodes: list[TrialNode]
    receipts: list[TrialReceipt]
    request: Annotated[str | None, Meta(description="masked; null when the month's key was destroyed")]
    answer: Annotated[str | None, Meta(description="masked; null when the month's key was destroyed")]


class MagicValue(Shape):
    """The end of a number, the status or code it leads to, and what it forces."""

    value: str
    code: str
    text: Text


class MagicValues(Shape):
    """The magic values of a message, and the elements that may end in one; the first goes before the second."""

    kind: str
    receipt: str
    elements: list[str]
    values: list[MagicValue]


class Magic(Shape):
    """Every magic value."""

    messages: list[MagicValues]


class TrialCertificate(Shape):
    """A certificate for trials."""

    serial: str
    algorithm: Annotated[str, Meta(description="sm2-sm3 or rsa-sha1")]
    since: datetime
    until: datetime
    certificate: Annotated[str, Meta(description="PEM")]


class IssuedCertificate(TrialCertificate):
    """A certificate for trials with its key, which is shown now and never again."""

    key: Annotated[str, Meta(description="PEM, PKCS #8, not encrypted")]


class TrialCertificates(Shape):
    """The certificates of an enterprise that are still good, newest first."""

    certificates: list[TrialCertificate]
