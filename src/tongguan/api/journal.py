"""The journal for programs (日志与存证): events, proofs, signed heads; and where witnesses send what they signed.

The authority and the operator read every event; a firm gets the proofs of its own parcels; heads are for everybody.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Meta
from ninja import Query, Router

from tongguan.ecommerce.proofs import of_parcel
from tongguan.ecommerce.queries import SEES_ALL
from tongguan.journal import actions, proofs, proving, queries, tree
from tongguan.journal.models import Checkpoint, Event, LogKey
from tongguan.kernel.states import Actor, NotYours

from . import bodies, views
from .problems import Problem
from .shapes import Shape
from .v1 import described, plain, who, wrong

router = Router()
SHANGHAI = ZoneInfo("Asia/Shanghai")
_MOST = 2**63 - 1
_BEFORE = Query(None, ge=1, le=_MOST)
_NUMBER = Annotated[str, Meta(description="412, or 412.3 for a part: what a proof is asked for by")]
_NOTE = {"text/plain": {"schema": {"type": "string", "description": "a C2SP checkpoint with cosignatures"}}}


class JournalPart(Shape):
    """What an act on many did to one of them."""

    number: _NUMBER
    what: str
    subject: str
    by: str
    role: str
    details: dict[str, Any]


class JournalEvent(Shape):
    """Something that happened. ``leaf`` is its hash in hexadecimal; how many ``parts`` it has."""

    number: _NUMBER
    what: str
    subject: str
    by: str
    role: str
    at: datetime
    details: dict[str, Any]
    leaf: str
    parts: int


class JournalEvents(Shape):
    """Events, the newest first; ``next`` goes into ``before`` for the next page."""

    events: list[JournalEvent]
    next: int | None


class JournalEventWithParts(Shape):
    """An event with all of its parts."""

    event: JournalEvent
    parts: list[JournalPart]


class Provable(Shape):
    """Where the journal tells of a document."""

    number: _NUMBER
    subject: str
    what: str
    at: datetime


class Provables(Shape):
    """Everything the journal tells of a parcel, the oldest first."""

    events: list[Provable]


class Proof(Shape):
    """A proof; keep the bytes as they are: `tongguan verify` refuses a file that was written otherwise."""

    format: str
    event: dict[str, Any]
    index: int
    leaf: str
    part: dict[str, Any] | None
    path: list[str]
    checkpoint: str
    keys: list[str]


class SignedHead(Shape):
    """A signed head; ``note`` is the C2SP checkpoint with the signatures of log and witnesses."""

    size: int
    root: Annotated[str, Meta(description="hexadecimal")]
    at: datetime
    note: str
    witnesses: list[str]


class SignedHeads(Shape):
    """Signed heads, the largest first; ``next`` goes into ``before`` for the next page."""

    checkpoints: list[SignedHead]
    next: int | None


class WitnessKey(Shape):
    """A witness; one that has ended vouches for nothing new."""

    name: str
    key: str
    ended: bool


class LogKeys(Shape):
    """Whose signatures stand under the heads, as C2SP verifier keys."""

    key: str
    past: Annotated[list[str], Meta(description="keys of the logs that this one goes on from, the oldest first")]
    witnesses: list[WitnessKey]


class Growth(Shape):
    """The proof (RFC 9162, 2.1.4) that the first ``second`` events begin with the first ``first``, in hexadecimal."""

    first: int
    second: int
    path: list[str]


class Cosigned(Shape):
    """Which head was signed, and by whom."""

    size: int
    witnesses: list[str]


@router.get("/journal/events", **described("list_events", "journal", JournalEvents, fails=(400, 403)))
def list_events(
    request: HttpRequest, subject: str = "", what: str = "", day: date | None = None, before: int | None = _BEFORE
) -> JournalEvents:
    _authority(request)
    since = datetime.combine(day, time(), SHANGHAI) if day else None
    if day is not None and day == date.max:
        raise wrong("day", "other", why="9999-12-31")
    found = queries.numbered(
        subject=plain("subject", subject, 200) if subject else "", what=plain("what", what) if what else "",
        since=since, until=since and since + timedelta(days=1), before=before, limit=queries.PAGE + 1,
    )  # fmt: skip
    page = found[: queries.PAGE]
    return JournalEvents(events=[_event(one) for one in page], next=page[-1].seq if len(found) > len(page) else None)


@router.get(
    "/journal/events/{number}", **described("one_event", "journal", JournalEventWithParts, fails=(400, 403, 404))
)
def one_event(request: HttpRequest, number: int) -> JournalEventWithParts:
    _authority(request)
    event = queries.numbered_as(number)
    if event is None:
        raise Problem("NOT_FOUND")
    parts = [
        JournalPart(
            number=f"{event.seq}.{one.place + 1}", what=one.what, subject=one.subject, by=one.by, role=one.role,
            details=one.details,
        )
        for one in queries.parts_of(event)
    ]  # fmt: skip
    return JournalEventWithParts(event=_event(event), parts=parts)


@router.get("/proofs", **described("list_proofs", "journal", Provables, fails=(400, 404)))
def list_proofs(request: HttpRequest, order_no: str, ebp_code: str = "") -> Provables:
    found = _of_parcel(request, order_no, ebp_code)
    events = [
        Provable(number=one.telling.number, subject=one.subject, what=one.telling.what, at=views.there(one.telling.at))
        for one in found
    ]
    return Provables(events=events)


@router.get("/proofs/{number}", **described("one_proof", "journal", Proof, fails=(400, 403, 404, 409)))
def one_proof(
    request: HttpRequest, number: str, order_no: str = "", ebp_code: str = "", form: str = "json"
) -> HttpResponse:
    if form not in ("json", "text"):
        raise wrong("form", "other", why="json, text")
    if order_no:
        telling = next((t for _, t in _of_parcel(request, order_no, ebp_code) if t.number == number), None)
    else:
        _authority(request)
        telling = queries.numbered_telling(number)
    if telling is None:
        raise Problem("NOT_FOUND")
    made = proving.prove(telling.event, telling.place)
    if form == "text":
        return HttpResponse(proofs.as_text(made), content_type="text/plain; charset=utf-8")
    return HttpResponse(proofs.as_json(made), content_type="application/json")


@router.get("/journal/key", **described("log_keys", "journal", LogKeys, fails=(404,), public=True))
def log_keys(request: HttpRequest) -> LogKeys:
    if not LogKey.objects.exists():  # the first start makes it
        raise Problem("NOT_FOUND")
    known = [WitnessKey(name=w.name, key=w.key, ended=w.ended_at is not None) for w in queries.witnesses()]
    past = [str(one) for one in proving.past_keys()]
    return LogKeys(key=str(proving.log_key()), past=past, witnesses=known)


@router.get("/journal/checkpoints", **described("list_checkpoints", "journal", SignedHeads, fails=(400,), public=True))
def list_checkpoints(request: HttpRequest, before: int | None = _BEFORE) -> SignedHeads:
    found = queries.checkpoints(before=before, limit=queries.PAGE + 1)
    page = found[: queries.PAGE]
    return SignedHeads(checkpoints=[_head(one) for one in page], next=page[-1].size if len(found) > len(page) else None)


@router.get("/journal/consistency", **described("consistency", "journal", Growth, fails=(400,), public=True))
def consistency(
    request: HttpRequest, first: int = Query(..., ge=0, le=_MOST), second: int = Query(..., ge=1, le=_MOST)
) -> Growth:
    if not first <= second <= tree.size():
        raise wrong("second", "other", why=f"{first}–{tree.size()}")
    return Growth(first=first, second=second, path=[one.hex() for one in tree.consistency(first, second)])


@router.post(
    "/journal/cosignatures",
    **described("cosign", "journal", Cosigned, fails=(400, 409, 413), public=True, body=_NOTE),
)
def cosign(request: HttpRequest) -> Cosigned:
    try:
        content = bodies.body(request)
    except bodies.TooLarge:
        raise bodies.too_large() from None
    head, names = actions.take_cosignatures(content, at=timezone.now())
    return Cosigned(size=head.size, witnesses=names)


def _authority(request: HttpRequest) -> None:
    actor = who(request).known
    if actor.role not in SEES_ALL:
        raise NotYours(machine="journal", verb="read", role=actor.role, roles=sorted(SEES_ALL))


def _of_parcel(request: HttpRequest, order_no: str, ebp_code: str) -> list:
    actor: Actor = who(request).known
    code = plain("ebp_code", ebp_code) if ebp_code else ""
    found = of_parcel(plain("order_no", order_no, 100), to=actor, ebp_code=code)
    if found is None:
        raise Problem("NOT_FOUND")
    return found


def _event(row: Event) -> JournalEvent:
    return JournalEvent(
        number=str(row.seq), what=row.what, subject=row.subject, by=row.by, role=row.role, at=views.there(row.at),
        details=row.details, leaf=bytes(row.leaf).hex(), parts=len(row.parts or ()),
    )  # fmt: skip


def _head(row: Checkpoint) -> SignedHead:
    return SignedHead(
        size=row.size, root=bytes(row.root).hex(), at=views.there(row.at), note=proving.noted(row),
        witnesses=[one.witness.name for one in row.cosignatures.all()],
    )  # fmt: skip
