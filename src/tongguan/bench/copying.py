"""Many rows of general trade: the declarations, bills, guarantees, licences and letters of the demonstration, copied.

Each copy has numbers, references and ledger accounts of its own and stands with the same firms, so that the lists of
those firms are long. Nothing of it is filed: it is there for pages to be read on top of it. The ledgers' entries and the
journal are not copied.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models

_DECLARATION = r"^declaration/[0-9]+$"
_NAMED = "CASE WHEN number IS NULL THEN NULL ELSE {} END"
_MONTHS = 120
"""Copies of months: a firm has twelve a year."""


def copy_trade(count: int) -> int:
    """Copy what the demonstration has of general trade until there are about so many declarations; returns how many there are."""
    from tongguan.declarations.models import Declaration, DeclarationVersion
    from tongguan.ecommerce.models import PaymentOrder
    from tongguan.ledgers.models import Account
    from tongguan.licences.models import Licence, LicenceLine, LicenceUse
    from tongguan.revenue import models as revenue

    times = (count - Declaration.objects.count()) // max(Declaration.objects.count(), 1)
    if times <= 0:
        return Declaration.objects.count()
    steps = {one: _step(one) for one in (
        Account, Declaration, DeclarationVersion, PaymentOrder, Licence, LicenceLine, LicenceUse, revenue.Guarantee,
        revenue.Secured, revenue.DutyBill, revenue.MonthBill, revenue.ReliefLetter, revenue.ReliefLine, revenue.RelievedGoods,
    )}  # fmt: skip
    with connection.cursor() as cursor:
        for model, where, most, new in _copies(_reference(steps[Declaration])):
            _copy(cursor, model, steps, min(times, most or times), where, new)
    return Declaration.objects.count()


def _copies(reference: str) -> list[tuple[type[models.Model], str, int, dict[str, str]]]:
    """Return what is copied in its order: which rows, how often at most (0: as often as all), and what is new in a copy."""
    from tongguan.declarations.models import Declaration, DeclarationVersion
    from tongguan.ecommerce.models import PaymentOrder
    from tongguan.ledgers.models import Account
    from tongguan.licences.models import Licence, LicenceLine, LicenceUse
    from tongguan.revenue import models as revenue

    number = "left(number, 1) || 'X' || lpad((n * {step} + id)::text, 12, '0')"
    declared = "left(number, 9) || lpad((500000000 + n * {step} + id)::text, 9, '0')"
    bill_no = "CASE bill_no WHEN '' THEN '' ELSE left(bill_no, 50) || '-' || n END"
    month = "(month - make_interval(months => n::integer * 12))::date"
    own = {"reference": reference}
    return [
        (Account, "name ~ '^(guarantee|licences[.]left|reliefs[.]left)/'", 0, {"name": "name || '#' || n"}),
        (Declaration, "TRUE", 0, {"bill_no": bill_no, "number": _NAMED.format(declared)}),
        (DeclarationVersion, "TRUE", 0, {}),
        (PaymentOrder, "TRUE", 0, {"number": number}),
        (Licence, "TRUE", 0, {"number": _NAMED.format("left(number, 28) || '-' || n")}),
        (LicenceLine, "TRUE", 0, {}),
        (LicenceUse, "TRUE", 0, own),
        (revenue.Guarantee, "TRUE", 0, {"number": number}),
        (revenue.Secured, "TRUE", 0, own),
        (revenue.DutyBill, "TRUE", 0, {"number": number, **own}),
        (revenue.MonthBill, "NOT late", _MONTHS, {"number": number, "month": month}),
        (revenue.ReliefLetter, "TRUE", 0, {"number": _NAMED.format("'X' || lpad((n * {step} + id)::text, 11, '0')")}),
        (revenue.ReliefLine, "TRUE", 0, {}),
        (revenue.RelievedGoods, "TRUE", 0, own),
    ]


def _step(model: type[models.Model]) -> int:
    """Return by how much the ids of a copy lie above those of the copy before."""
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return (last or 0) + 1


def _reference(step: int) -> str:
    """Return the reference of a copy: its own declaration, or the same words with the number of the copy."""
    return (
        f"CASE WHEN reference ~ '{_DECLARATION}' THEN 'declaration/' || (split_part(reference, '/', 2)::bigint + n * {step})"
        " ELSE reference || '#' || n END"
    )


def _copy(cursor: Any, model: type[models.Model], steps: dict, times: int, where: str, new: dict[str, str]) -> None:
    """Copy the rows of a table so many times; a column that leads to a copied row leads to the copy of the same turn."""
    table, told = model._meta.db_table, {}
    for field in model._meta.concrete_fields:
        column, leads = field.column, field.related_model if field.many_to_one or field.one_to_one else None
        if field.primary_key:
            told[column] = f"{column} + n * {steps[model]}"
        elif field.name in new:
            told[column] = new[field.name].replace("{step}", str(steps[model]))
        else:
            told[column] = f'"{column}" + n * {steps[leads]}' if leads in steps else f'"{column}"'
    columns = ", ".join(f'"{one}"' for one in told)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(told.values())} "
        f"FROM (SELECT * FROM {table} WHERE {where}) AS given, generate_series(1::bigint, {times}) AS n"
    )
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
