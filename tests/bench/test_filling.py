"""What is copied in is what the intake would have left: the same parcels, filed both ways, leave the same rows."""

from __future__ import annotations

import re
from typing import Any

import pytest
import zstandard
from django.db import connection, transaction

from tongguan.bench.filling import Model, Unlike, _file, _tables
from tongguan.bench.traffic import NOUNS, Traffic
from tongguan.kernel.seals import Unsealable
from tongguan.parties import vault

COUNTERS = {"id", "tx", "seq"}
GUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")


def ask(statement: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def rows_since(number: int, known: set[str]) -> dict[str, list[dict]]:
    """Return every row of every table written since a transaction, without what chance and counting alone decide."""
    found = {}
    accounts = dict(ask("SELECT id, name FROM ledgers_account"))
    for table in [*_tables(), "ledgers_account", "ledgers_entry", "journal_event"]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE xmin::text::bigint > %s", [number])
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, map(repr_of, row), strict=True)) for row in cursor.fetchall()]
        for row in rows:
            for name in COUNTERS & set(row):
                if name != "id" or table in ("ecommerce_receipt", "ledgers_account", "ledgers_entry", "journal_event",
                                             "parties_signatureuse"):  # fmt: skip
                    del row[name]
            row.pop("opened_at", None)
            if "account_id" in row:
                row["account_id"] = accounts[int(row["account_id"])]
            for name, value in row.items():
                row[name] = GUID.sub(lambda guid: guid[0] if guid[0] in known else "a guid", value)
        found[table] = sorted(rows, key=lambda row: sorted(row.items()))
    return {table: rows for table, rows in found.items() if rows}


def repr_of(value: Any) -> str:
    if isinstance(value, memoryview | bytes) and len(value) > 100:
        try:
            return repr(zstandard.ZstdDecompressor().decompress(vault.unseal(bytes(value))))
        except Unsealable:
            return "sealed otherwise"
    return bytes(value).hex() if isinstance(value, memoryview) else str(value)


SEQUENCES = ("ecommerce_message_id_seq", "ecommerce_pre_no", "ecommerce_invt_no")


@pytest.mark.parametrize("nouns", [NOUNS, NOUNS[:3]])
def test_copied_rows_are_those_of_the_intake(traffic, nouns):
    plain = Traffic(traffic.plan, traffic.at, traffic.cards, "tests/plain", plain=True)
    model = Model(Traffic(traffic.plan, traffic.at, traffic.cards, "tests/model", plain=True), 1, nouns)
    written = dict(plain.documents(1)) | {"inventory": plain.inventories(1)}
    known = {guid for one in written.values() for guid in (one.guid, *one.guids)}
    since, *places = ask(
        "SELECT pg_current_xact_id()::text::bigint, " + ", ".join(f"(SELECT last_value FROM {s})" for s in SEQUENCES)
    )[0]
    with transaction.atomic():
        model.stamp(plain.parcels(1), {noun: written[noun] for noun in nouns})
        copied = rows_since(since, known)
        transaction.set_rollback(True)
    for sequence, place in zip(SEQUENCES, places, strict=True):
        ask("SELECT setval(%s, %s)", sequence, place)
    _file(plain, 1, nouns)
    filed = rows_since(since, known)
    assert {table: len(rows) for table, rows in copied.items()} == {table: len(rows) for table, rows in filed.items()}
    for table, rows in filed.items():
        assert copied[table] == rows, table


def test_a_model_whose_parcels_do_not_pass_is_refused(traffic):
    with pytest.raises(Unlike):
        Model(traffic, 1)
