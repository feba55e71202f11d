"""What a firm has to keep in force and to decide (企业事务待办): certificates, tokens, mandates, books; taxes; tallies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from tongguan.ecommerce.models import BillTally, PaymentOrder, TaxBill
from tongguan.ecommerce.states import PAYERS, SITE
from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor
from tongguan.licences.models import Licence
from tongguan.licences.states import FIRM as LICENSED
from tongguan.licences.states import IN_FORCE
from tongguan.parties.models import Application, Certificate, MachineClient, Mandate, SupportSession
from tongguan.zones.models import Book

from .matters import MOST, Need
from .trade import PATHS, trade

WARN = "needs.warn_days"
_COUNTED = 1000

_PATHS = {
    "unpaid_order": "/taxes/orders/{}",
    "ending_certificate": "/certificates/{}",
    "ending_token": "/account/programs",
    "ending_mandate": "/account/mandates",
    "asked_mandate": "/account/mandates",
    "claimed_application": "/account/applications/{}",
    "asked_support": "/account/support",
    "ending_book": "/books/{}",
    "open_tally": "/tallies/{}",
    "asked_licence": "/licences/{}",
    "ending_licence": "/licences/{}",
    **PATHS,
}
_COLUMNS = ("kind", "key", "called", "begun", "day", "moment")


def _kind(rows: QuerySet, kind: str, key: str, called: Any, begun: str, *, day: str = "", moment: str = "") -> QuerySet:
    return (
        rows.annotate(
            kind=Value(kind, output_field=CharField()),
            key=Cast(key, CharField()),
            called=Cast(called, CharField()),
            begun=Cast(begun, DateTimeField()) if begun else Cast(Value(None), DateTimeField()),
            day=Cast(day, DateField()) if day else Cast(Value(None), DateField()),
            moment=Cast(moment, DateTimeField()) if moment else Cast(Value(None), DateTimeField()),
        )
        .order_by(day or moment or "pk")
        .values_list(*_COLUMNS)[: MOST + 1]
    )


def _last_of(rows: QuerySet, *same: str) -> QuerySet:
    """Return those of which no other of the same (by these columns) ends later."""
    return rows.filter(~Exists(rows.filter(until__gt=OuterRef("until"), **{name: OuterRef(name) for name in same})))


def keeping(to: Actor, codes: list[str], *, at: datetime) -> Iterator[Need]:
    """Give what a firm has to keep in force, to pay and to decide; one query.

    What ends is told some days before (``needs.warn_days``) and as many after; what was renewed is not.
    """
    firm, day = to.enterprise, at.astimezone(SHANGHAI).date()
    warn = timedelta(days=law(WARN, on=day).value)
    ends = {"until__gte": at - warn, "until__lt": at + warn}
    ends_on = {"until__gte": day - warn, "until__lt": day + warn}
    certificates = _last_of(Certificate.objects.filter(enterprise=firm, revoked_at=None), "key_kind")
    tokens = MachineClient.objects.filter(enterprise=firm, revoked=None)
    granted = Mandate.objects.filter(Q(agent=firm) | Q(principal=firm), state="granted")
    books = Book.objects.filter(
        enterprise=firm, state="active", valid_until__gte=day - warn, valid_until__lt=day + warn
    )
    rows = [
        _kind(certificates.filter(**ends), "ending_certificate", "pk", "serial", "registered_at", moment="until"),
        _kind(tokens.filter(**ends), "ending_token", "pk", "name", "created", moment="until"),
        _kind(
            _last_of(granted, "agent", "principal").filter(**ends_on), "ending_mandate", "pk", _other(firm), "asked",
            day="until",
        ),
        _kind(
            Mandate.objects.filter(principal=firm, state="asked"), "asked_mandate", "pk",
            Coalesce("agent__name_zh", "agent__uscc"), "asked",
        ),
        _kind(Application.objects.filter(enterprise=firm, state="claimed"), "claimed_application", "pk", "pk", "asked"),
        _kind(SupportSession.objects.filter(enterprise=firm, state="asked"), "asked_support", "pk", "pk", "asked"),
        _kind(books, "ending_book", "number", "number", "", day="valid_until"),
    ]  # fmt: skip
    if to.role in PAYERS:
        unpaid = PaymentOrder.objects.filter(assure_code__in=codes, state__in=("made", "refused"))
        rows.append(_kind(unpaid, "unpaid_order", "number", "number", "made_at", day="due_on"))
    if to.role == SITE:
        tallies = BillTally.objects.filter(enterprise=firm, state="open")
        rows.append(_kind(tallies, "open_tally", "pk", "bill_no", "opened_at"))
    rows += _licences(to, codes, day - warn, day + warn) + trade(to, codes, day - warn, day + warn)
    for kind, key, called, begun, last, moment in rows[0].union(*rows[1:], all=True):
        yield Need(kind, called, _PATHS[kind].format(key), begun, day=last, moment=moment)


def _licences(to: Actor, codes: list[str], first: date, end: date) -> list[QuerySet]:
    """Return the applications for licences of which more is asked, and the licences that end between two days."""
    if to.role not in LICENSED or not codes:
        return []
    own = Licence.objects.filter(Q(holder__in=codes) | Q(agent__in=codes))
    ending = own.filter(state__in=IN_FORCE, valid_to__gte=first, valid_to__lt=end)
    return [
        _kind(own.filter(state="supplement"), "asked_licence", "pk", "pk", "decided_at"),
        _kind(ending, "ending_licence", "pk", "number", "", day="valid_to"),
    ]


def _other(firm: int | None) -> Case:
    return Case(When(agent=firm, then=F("principal__name_zh")), default=F("agent__name_zh"))


def bills(to: Actor, codes: list[str], *, day: date) -> Iterator[Need]:
    """Give the tax bills a firm may choose and pay, together; one query, none for who pays no tax.

    They are due on the last day of the one that is due first; goods on their way back keep theirs from being paid.
    """
    if to.role not in PAYERS or not codes:
        return
    rows = TaxBill.objects.filter(state="generated", open_returns=0, opens_on__lte=day, assure_code__in=codes)
    found = rows.order_by("opens_on").values("due_on")[: _COUNTED + 1].aggregate(number=Count("*"), due=Min("due_on"))
    if found["number"]:
        number = min(found["number"], _COUNTED)
        yield Need("open_bills", "", "/taxes", day=found["due"], number=number, many=found["number"] > _COUNTED)
