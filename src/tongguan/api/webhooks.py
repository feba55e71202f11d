"""Webhooks (推送): addresses of the caller's enterprise that are told of receipts, what was sent there and what came back.

Looking needs the scope *see*; whatever changes something needs *programs*, as a secret is handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.exchange.models.webhooks import STATES, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tongguan.exchange.webhooks import actions, queries
from tongguan.kernel.texts import LANGUAGES, text

from . import bodies, views
from .jsons import decoded
from .problems import Problem, both
from .shapes import Shape, Text
from .v1 import JSON, REF, described, who, wrong

router = Router()
_MOST = 2**63 - 1
_NUMBER = Path(description="the number of the webhook / 推送地址编号", ge=1, le=_MOST)
_DELIVERY = Path(description="the number of the delivery in the log / 推送记录编号", ge=1, le=_MOST)
_STATE = Query("", description="waiting, delivered or failed; empty: all / 状态，空为全部")
_BODY = {JSON: {"schema": {"$ref": REF.format(name="WebhookWanted")}}}


class Webhook(Shape):
    """An address that is told of receipts; ``state`` is on, failing, person, failures or gone, of which three are off."""

    number: int
    url: str
    description: str
    kinds: Annotated[list[str], Meta(description="kinds of receipts; empty: all")]
    statuses: Annotated[list[str], Meta(description="statuses, or refused; empty: all")]
    state: str
    made: datetime
    succeeded: Annotated[datetime | None, Meta(description="when something was delivered last")]
    failing_since: datetime | None
    off_since: datetime | None
    old_secret_until: Annotated[datetime | None, Meta(description="until when the secret before signs too")]


class Webhooks(Shape):
    """Every address of the enterprise, oldest first."""

    webhooks: list[Webhook]


class WebhookWanted(Shape):
    """An address that is to be told of receipts, and of which."""

    url: Annotated[str, Meta(max_length=2000)]
    description: Annotated[str, Meta(max_length=2000)] = ""
    kinds: Annotated[list[str], Meta(max_length=100)] = []
    statuses: Annotated[list[str], Meta(max_length=1000)] = []


class GivenWebhook(Shape):
    """An address with its secret, given this once."""

    webhook: Webhook
    secret: Annotated[str, Meta(description="whsec_ and base64")]


class WebhookAttempted(Shape):
    """One attempt to deliver; ``problem`` is empty when it succeeded."""

    at: datetime
    milliseconds: int
    status: Annotated[int | None, Meta(description="of the answer; null: none came")]
    problem: str
    message: Text | None
    answer: Annotated[str, Meta(description="the beginning of what was answered")]


class WebhookSent(Shape):
    """Something that is told to an address; ``state`` is waiting, delivered or failed."""

    number: int
    webhook: int
    id: Annotated[str, Meta(description="webhook-id")]
    type: str
    about: Annotated[str, Meta(description="the number of the document")]
    state: str
    made: datetime
    due: Annotated[datetime | None, Meta(description="when it is sent next; null: not any more")]
    done: datetime | None
    attempts: int
    last: WebhookAttempted | None


class WebhookLog(Shape):
    """A page of what was sent, the latest first; ``next`` is the parameter *before* of the page that follows."""

    deliveries: list[WebhookSent]
    next: int | None


class WebhookDelivered(Shape):
    """One delivery: the body as it is sent, and each attempt, the latest first."""

    delivery: WebhookSent
    body: str
    attempts: list[WebhookAttempted]


class WebhookRemoved(Shape):
    """The number of an address that is no more."""

    removed: int


_wanted = msgspec.json.Decoder(WebhookWanted)


@router.get("/webhooks", **described("list_webhooks", "webhooks", Webhooks))
def list_webhooks(request: HttpRequest) -> Webhooks:
    return Webhooks(webhooks=[_shown(row) for row in queries.endpoints(to=who(request).known)])


@router.post(
    "/webhooks", **described("add_webhook", "webhooks", GivenWebhook, fails=(400, 403, 409, 413, 415), body=_BODY)
)
def add_webhook(request: HttpRequest) -> GivenWebhook:
    actor = who(request).known
    actions.insist_manager(actor, "add")
    asked = _asked(request)
    return _given(actions.add(asked.url, asked.description, asked.kinds, asked.statuses, by=actor, at=timezone.now()))


@router.get("/webhooks/{number}", **described("one_webhook", "webhooks", Webhook, fails=(400, 404)))
def one_webhook(request: HttpRequest, number: int = _NUMBER) -> Webhook:
    return _shown(_found(request, number))


@router.put(
    "/webhooks/{number}",
    **described("change_webhook", "webhooks", Webhook, fails=(400, 403, 404, 409, 413, 415), body=_BODY),
)
def change_webhook(request: HttpRequest, number: int = _NUMBER) -> Webhook:
    row, actor, asked = _mine(request, number, "change"), who(request).known, _asked(request)
    told = (asked.url, asked.description, asked.kinds, asked.statuses)
    return _shown(actions.change(row.pk, *told, by=actor, at=timezone.now()))


@router.api_operation(
    ["DELETE"], "/webhooks/{number}", **described("remove_webhook", "webhooks", WebhookRemoved, fails=(400, 403, 404))
)
def remove_webhook(request: HttpRequest, number: int = _NUMBER) -> WebhookRemoved:
    actions.remove(_mine(request, number, "remove").pk, by=who(request).known, at=timezone.now())
    return WebhookRemoved(removed=number)


@router.post(
    "/webhooks/{number}/rotate", **described("rotate_webhook", "webhooks", GivenWebhook, fails=(400, 403, 404))
)
def rotate_webhook(request: HttpRequest, number: int = _NUMBER) -> GivenWebhook:
    row = _mine(request, number, "rotate")
    return _given(actions.rotate(row.pk, by=who(request).known, at=timezone.now()))


@router.post("/webhooks/{number}/on", **described("switch_webhook_on", "webhooks", Webhook, fails=(400, 403, 404)))
def switch_webhook_on(request: HttpRequest, number: int = _NUMBER) -> Webhook:
    return _switched(request, number, actions.switch_on, "switch_on")


@router.post("/webhooks/{number}/off", **described("switch_webhook_off", "webhooks", Webhook, fails=(400, 403, 404)))
def switch_webhook_off(request: HttpRequest, number: int = _NUMBER) -> Webhook:
    return _switched(request, number, actions.switch_off, "switch_off")


@router.post(
    "/webhooks/{number}/test", **described("test_webhook", "webhooks", WebhookSent, fails=(400, 403, 404, 409))
)
def test_webhook(request: HttpRequest, number: int = _NUMBER) -> WebhookSent:
    row = _mine(request, number, "test")
    return _sent(actions.test(row.pk, by=who(request).known, at=timezone.now()), 0, None)


@router.get(
    "/webhooks/{number}/deliveries", **described("list_webhook_deliveries", "webhooks", WebhookLog, fails=(400, 404))
)
def list_webhook_deliveries(
    request: HttpRequest,
    number: int = _NUMBER,
    state: str = _STATE,
    before: int | None = Query(None, ge=1, le=_MOST),
) -> WebhookLog:
    if state and state not in STATES:
        raise wrong("state", "other", why=" / ".join(STATES))
    row = _found(request, number)
    found = queries.deliveries(row.pk, state=state, before=before, limit=queries.PAGE + 1)
    more = found[queries.PAGE - 1].row.pk if len(found) > queries.PAGE else None
    return WebhookLog(
        deliveries=[_sent(one.row, one.attempts, one.last) for one in found[: queries.PAGE]], next=more
    )  # fmt: skip


@router.get(
    "/webhook-deliveries/{number}", **described("one_webhook_delivery", "webhooks", WebhookDelivered, fails=(400, 404))
)
def one_webhook_delivery(request: HttpRequest, number: int = _DELIVERY) -> WebhookDelivered:
    found = queries.delivery(number, to=who(request).known)
    if found is None:
        raise Problem("NOT_FOUND")
    row, tried = found
    shown = [_attempt(one) for one in tried]
    return WebhookDelivered(
        delivery=_sent(row, len(tried), tried[0] if tried else None), body=row.body, attempts=shown
    )  # fmt: skip


@router.post(
    "/webhook-deliveries/{number}/again",
    **described("send_webhook_again", "webhooks", WebhookSent, fails=(400, 403, 404, 409)),
)
def send_webhook_again(request: HttpRequest, number: int = _DELIVERY) -> WebhookSent:
    actor = who(request).known
    actions.insist_manager(actor, "again")
    found = queries.delivery(number, to=actor)
    if found is None:
        raise Problem("NOT_FOUND")
    row, tried = found
    sent = actions.again(row.pk, by=actor, at=timezone.now())
    return _sent(sent, len(tried), tried[0] if tried else None)


def _asked(request: HttpRequest) -> WebhookWanted:
    try:
        wanted = decoded(bodies.body(request), _wanted)
    except bodies.TooLarge:
        raise bodies.too_large() from None
    except msgspec.ValidationError:
        raise Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.webhook")) from None
    if any("\0" in one for one in (wanted.url, wanted.description, *wanted.kinds, *wanted.statuses)):
        raise Problem("WRONG_SHAPE", pointer="JSON", wanted=both("api.shape.webhook"))
    return wanted


def _found(request: HttpRequest, number: int) -> WebhookEndpoint:
    row = queries.endpoint(number, to=who(request).known)
    if row is None:
        raise Problem("NOT_FOUND")
    return row


def _mine(request: HttpRequest, number: int, verb: str) -> WebhookEndpoint:
    """Return an address for who may change it; others are told that they may not, whether it is there or not."""
    actions.insist_manager(who(request).known, verb)
    return _found(request, number)


def _switched(request: HttpRequest, number: int, switch: Callable[..., WebhookEndpoint], verb: str) -> Webhook:
    return _shown(switch(_mine(request, number, verb).pk, by=who(request).known, at=timezone.now()))


def _given(given: actions.Given) -> GivenWebhook:
    return GivenWebhook(webhook=_shown(given.endpoint), secret=given.secret)


def _there(at: datetime | None) -> Any:
    return at and views.there(at)


def _shown(row: WebhookEndpoint) -> Webhook:
    return Webhook(
        number=row.pk, url=row.url, description=row.description, kinds=row.kinds, statuses=row.statuses,
        state=row.state(), made=views.there(row.made_at), succeeded=_there(row.succeeded_at),
        failing_since=_there(row.failing_since), off_since=_there(row.off_at),
        old_secret_until=_there(row.old_secret_until(timezone.now())),
    )  # fmt: skip


def _sent(row: WebhookDelivery, attempts: int, last: WebhookAttempt | None) -> WebhookSent:
    return WebhookSent(
        number=row.pk, webhook=row.endpoint_id, id=row.number, type=row.what, about=row.about, state=row.state,
        made=views.there(row.made_at), due=None if row.done_at else views.there(row.due_at), done=_there(row.done_at),
        attempts=attempts, last=last and _attempt(last),
    )  # fmt: skip


def _attempt(one: WebhookAttempt) -> WebhookAttempted:
    said = {lang: text(f"webhooks.problem.{one.problem}", lang) for lang in LANGUAGES} if one.problem else None
    return WebhookAttempted(
        at=views.there(one.at), milliseconds=one.took, status=one.status, problem=one.problem,
        message=said and Text(**said), answer=one.answer,
    )  # fmt: skip
