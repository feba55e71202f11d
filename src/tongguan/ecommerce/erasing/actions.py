"""A person is erased, and erased again from a database that came from a backup."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.journal.actions import record
from tongguan.kernel.states import Actor
from tongguan.parties import vault_ledger
from tongguan.parties.roles import only

from ..models import Erasure
from .cases import Case, cases_of
from .writing import CONTACT, IDENTITY, erase

TABLES = ("ecommerce_message", "ecommerce_order", "ecommerce_payment", "ecommerce_waybill", "ecommerce_inventory")


def erase_person(number: str, *, by: Actor, at: datetime) -> list[Case]:
    """Erase a person, known by his identity number, as far as nothing has to be kept; returns his cases as they stood.

    The number is compared and kept nowhere. What was refused at once under no number of a case goes with its month.
    Raises NotYours for anybody but the operator, NotConfigured.
    """
    only(by, "operator", verb="forget")
    with transaction.atomic():
        cases = cases_of(number, on=_day(at))
        held = {filing for case in cases if case.erase == "nothing" for filing in case.filings}
        contacts = {filing for case in cases if case.erase == "contact" for filing in case.filings} - held
        whole = {filing for case in cases if case.erase == "all" for filing in case.filings} - held - contacts
        if whole or contacts:
            line = vault_ledger.Erased(
                secrets.token_hex(16), at, by.name, tuple(sorted(whole)), tuple(sorted(contacts))
            )
            _erase(line, by=by, at=at)
            # Before the commit: should it fail, the next start erases what the ledger says. Never the other way round.
            vault_ledger.add(settings.FORGOTTEN, line)
    return cases


def erase_again(*, by: Actor, at: datetime) -> int:
    """Erase again whom the ledger says was erased, in a database that came from a backup; returns how many cases.

    What this database knows is noted in the ledger, where that was done on another machine. Raises LedgerDamaged.
    """
    noted = {line.case: line for line in vault_ledger.erased(settings.FORGOTTEN)}
    known = set(Erasure.objects.values_list("case", flat=True))
    for row in Erasure.objects.exclude(case__in=noted):
        line = vault_ledger.Erased(row.case, row.at, row.by, tuple(row.filings), tuple(row.contacts))
        vault_ledger.add(settings.FORGOTTEN, line)
    again = [line for case, line in noted.items() if case not in known]
    for line in again:
        with transaction.atomic():
            _erase(line, by=by, at=at)
    return len(again)


def sweep() -> None:
    """Let the database's server write over the rows that were replaced."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM {table}")


def _erase(line: vault_ledger.Erased, *, by: Actor, at: datetime) -> None:
    gone: dict[int, Collection[str]] = dict.fromkeys(line.filings, IDENTITY | CONTACT)
    erase(gone | dict.fromkeys(line.contacts, CONTACT))
    row = Erasure.objects.create(
        case=line.case, at=line.at, by=line.by[:100], filings=list(line.filings), contacts=list(line.contacts)
    )
    record("personal_data.erased", row, by=by, at=at, filings=len(line.filings), contacts=len(line.contacts))


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
