"""Registering enterprises, and meeting those that were never registered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tongguan.journal.actions import record
from tongguan.kernel.numbers import customs_registration, uscc
from tongguan.kernel.states import Actor
from tongguan.parties.codes import TwoEnterprises, kind_of, settle
from tongguan.parties.models import Enterprise
from tongguan.parties.roles import SYSTEM, only


@transaction.atomic
def register(
    code: str,
    registration: str | None = None,
    *,
    name_zh: str,
    name_en: str = "",
    kinds: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> Enterprise:
    """Register an enterprise under its unified social credit code and, where it has one, its customs registration.

    An enterprise only met so far becomes registered; one that is registered gets what is new, and when nothing is,
    nothing is done. Raises NumberError, TwoEnterprises, NotYours for anybody but the operator or an officer.
    """
    only(by, "operator", "officer", verb="register")
    columns = {"uscc": uscc.validate(code)}
    if registration:
        columns["customs_registration"] = customs_registration.validate(registration)
    given = list(columns.values())
    among = Q(uscc=given[0]) | Q(customs_registration__in=given[1:])
    known = list(Enterprise.objects.select_for_update().filter(among).order_by("id"))
    if len(known) > 1:
        raise TwoEnterprises(given)
    enterprise = known[0] if known else Enterprise(created=at)
    before = _known_of(enterprise)
    settle(dict.fromkeys(given, enterprise), *given)
    for column, value in columns.items():
        setattr(enterprise, column, value)
    enterprise.name_zh, enterprise.name_en = name_zh or enterprise.name_zh, name_en or enterprise.name_en
    enterprise.kinds = sorted({*enterprise.kinds, *kinds})
    enterprise.standing = "registered"
    if enterprise.pk is not None and _known_of(enterprise) == before:
        return enterprise
    enterprise.save()
    record("enterprise.registered", f"enterprise/{enterprise.id}", by=by, at=at, **columns, kinds=enterprise.kinds)
    return enterprise


def _known_of(enterprise: Enterprise) -> tuple:
    one = enterprise
    return one.uscc, one.customs_registration, one.name_zh, one.name_en, list(one.kinds), one.standing


@transaction.atomic
def meet(code: str, name: str, *, at: datetime, by: Actor = SYSTEM) -> Enterprise:
    """Return the enterprise of a code, making an *unverified* one of a sender seen for the first time.

    For intake that is open to unknown senders only. Raises NumberError for a code that cannot be right.
    """
    column, compact = kind_of(code)
    enterprise, is_new = Enterprise.objects.get_or_create(
        **{column: compact}, defaults={"name_zh": name.strip(), "standing": "unverified", "created": at}
    )
    if is_new:
        record("enterprise.met", f"enterprise/{enterprise.id}", by=by, at=at, **{column: compact})
    return enterprise
