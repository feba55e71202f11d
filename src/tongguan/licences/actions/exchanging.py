"""What passes between the window and the body that issues licences (与发证机关联网): applications, answers, deliveries.

The body is asked outside every transaction, and what it says is written in one of its own. An answer that cannot stand
by the law or by what is kept changes nothing: it is noted at the licence, and asked for again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from tongguan.journal.actions import record
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotNow
from tongguan.kernel.texts import LANGUAGES

from ..applications import Application, LineAsked
from ..models import BodyPlace, Licence
from ..ports import APPROVED, ISSUED, REFUSED, SUPPLEMENT, Answer, Delivered, Filed, heard, issuing_body, log
from ..rules import deciding as rules
from ..states import AWAITED, IN_FORCE, LICENCE
from .deciding import put_in_force
from .receiving import receive

BODY = Actor("issuing body", "system")
"""In whose name its answers are written down."""
_VERBS = {SUPPLEMENT: ("ask", "supplement_asked"), REFUSED: ("refuse", "refused"), APPROVED: ("approve", "approved")}


def number_of(row: Licence) -> str:
    """Return the number under which an application is passed on."""
    return f"L{row.pk:012d}"


def pass_on(number: int, *, at: datetime) -> Licence:
    """Tell the body of an application, or ask what became of it, and return it as it then stands.

    One that the body has never heard of is passed on again under its number. Nothing happens where no body is connected,
    where the application is not the body's to decide, or where nothing is awaited.
    """
    row, body = Licence.objects.get(pk=number), issuing_body()
    if body is None or not row.elsewhere or row.state not in AWAITED:
        return row
    told = heard(number_of(row), lambda: body.ask(number_of(row), at=at)) if row.passed_at else None
    if told is None or told.turn != row.turn:
        told = heard(number_of(row), lambda: body.file(_filed(row), at=at))
    Licence.objects.filter(pk=number).update(asked_at=at)
    return settle(number, told, at=at) if told is not None else row


def pass_on_due(*, at: datetime, limit: int = 50) -> int:
    """Pass on, or ask about, the applications that were asked about longest ago; return how many are decided now."""
    if issuing_body() is None:
        return 0
    rows = Licence.objects.filter(elsewhere=True, state__in=AWAITED).order_by(F("asked_at").asc(nulls_first=True), "pk")
    return sum(pass_on(key, at=at).state not in AWAITED for key in list(rows.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def settle(number: int, told: Answer, *, at: datetime) -> Licence:
    """Write down what the body says of an application; what was said before, or of an earlier turn, changes nothing."""
    row = Licence.objects.select_for_update().get(pk=number)
    if row.state not in AWAITED or told.turn != row.turn:
        return row
    before, row.passed_at = row.state, row.passed_at or at
    row.save(update_fields=["passed_at"])
    try:
        with transaction.atomic():
            _settle(row, told, at)
    except (Refused, NotConfigured, NotNow) as why:
        # The row in hand was changed, the database was not.
        log.warning("an answer of the issuing body cannot stand", licence=number, said=told.state, why=str(why))
        row = Licence.objects.get(pk=number)
        row.words = " ".join(why.text(lang) for lang in LANGUAGES)[: rules.MOST_WORDS]
        row.save(update_fields=["words"])
        return row
    if row.state != before:
        row.decided_at, row.decided_by = at, BODY.name
        row.save()
    return row


def _settle(row: Licence, told: Answer, at: datetime) -> None:
    if told.state == ISSUED and told.issued is not None:
        if row.state == "applied":
            _move(row, "approve", "approved", "", at)
        row.state = LICENCE.after(row.state, "issue", by=BODY)
        put_in_force(row, told.issued, is_held=False, by=BODY, at=at)  # a hold of screening stays, and stops every use
        record("licence.issued", row, by=BODY, at=at, number=row.number, first=row.valid_from, last=row.valid_to)
    elif told.state in _VERBS and not (told.state == APPROVED and row.state == "approved"):
        _move(row, *_VERBS[told.state], told.words, at)


def _move(row: Licence, verb: str, what: str, words: str, at: datetime) -> None:
    row.state, row.words = LICENCE.after(row.state, verb, by=BODY), words.strip()[: rules.MOST_WORDS]
    record(f"licence.{what}", row, by=BODY, at=at, words=row.words)


def take_delivered(*, at: datetime) -> int:
    """Take in what the body issued or revoked since the last time, in its order; return how many entries.

    One that cannot be taken is noted and passed over, so that it holds up no other; it stays unknown here.
    """
    body = issuing_body()
    if body is None:
        return 0
    after = BodyPlace.objects.filter(pk=1).values_list("place", flat=True).first() or 0
    entries = heard("deliveries", lambda: body.delivered(after, at=at)) or []
    return sum(_take(one, at) for one in entries)


@transaction.atomic
def _take(one: Delivered, at: datetime) -> bool:
    place, _ = BodyPlace.objects.select_for_update().get_or_create(pk=1)
    if one.place <= place.place:  # another has taken it meanwhile
        return False
    try:
        with transaction.atomic():
            _revoked(one, at) if one.revoked else _received(one, at)
    except (Refused, NotConfigured) as why:
        log.warning("a delivery of the issuing body cannot be taken", place=one.place, number=one.number, why=str(why))
        record(
            "licence.delivery_not_taken", f"delivery/{one.place}", by=BODY, at=at, number=one.number,
            codes=sorted({one.code for one in why.findings}) if isinstance(why, Refused) else [why.code],
        )  # fmt: skip
    place.place = one.place
    place.save()
    return True


def _received(one: Delivered, at: datetime) -> None:
    if one.asked is not None and one.issued is not None:
        row = receive(one.asked, one.issued, by=BODY, at=at)
        Licence.objects.filter(pk=row.pk).update(elsewhere=True)


def _revoked(one: Delivered, at: datetime) -> None:
    """Revoke a licence of that number; one that is not in force stays as it is."""
    found = Licence.objects.filter(type=one.type, number=one.number, state__in=IN_FORCE)
    for row in found.select_for_update():
        _move(row, "revoke", "revoked", one.revoked, at)
        row.decided_at, row.decided_by = at, BODY.name
        row.save()


def _filed(row: Licence) -> Filed:
    lines = [
        LineAsked(
            one.gcode, one.name, one.quantity, one.unit, one.country, one.value, one.currency, one.control_code, one.bulk
        )
        for one in row.lines.order_by("place")
    ]  # fmt: skip
    asked = Application(
        row.type, lines, row.mode, row.form, row.holder, row.ports, row.batch_id, row.end_users, row.end_use
    )
    return Filed(number_of(row), row.turn, asked, row.applied_on)
