"""Nothing in the sandbox reaches real data: not one row outside its own tables, and no import that could write one."""

from __future__ import annotations

import ast
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from tests.ecommerce.filing import AT, file_all
from tests.house.source import Module, modules
from tests.sandbox.conftest import parcel
from tests.sandbox.sending import document, keep, written

from tongguan.formats import ceb
from tongguan.parties.models import MonthKey
from tongguan.sandbox import actions, bundles, magic, queries
from tongguan.sandbox.kinds import kinds
from tongguan.sandbox.models import Exchange, Receipt

WRITERS = ("actions", "intake", "tasks", "vouchers", "copying", "batch", "vault")
# What is imported from such modules and writes nothing, or nothing but the key that personal data are sealed under.
HARMLESS = {
    ("sandbox/answering.py", "tongguan.ecommerce.intake.answers"): "how receipts are worded and numbered",
    ("sandbox/judging.py", "tongguan.ecommerce.intake.answers"): "the zone of the law's days",
    ("sandbox/actions/keeping.py", "tongguan.ecommerce.intake.answers"): "the zone of the law's days",
    ("sandbox/actions/certificates.py", "tongguan.ecommerce.intake.answers"): "the zone of the law's days",
    ("sandbox/actions/keeping.py", "tongguan.parties.vault"): "sealing; a month's first seal makes its key",
    ("sandbox/queries.py", "tongguan.parties.vault"): "opening what was sealed",
}


def contents() -> dict[str, tuple[int, str]]:
    """Return how many rows each table of another app has, and a digest of all of them."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.app_label != "sandbox" and model._meta.managed:
                cursor.execute(
                    f"SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM \"{table}\" t"
                )
                found[table] = cursor.fetchone()
    return found


def everything(trial) -> int:
    """Send every message with every magic value, broken ones and strange ones; poll, look, bundle, expire."""
    for kind in kinds():
        words = ["", *(f"-{one.word}" for one in magic.meanings(kind).values() if one.family != "unreadable")]
        most = min(ceb.TABLES[kind].at_most or 50, 50)
        parts = [words[start : start + most] for start in range(0, len(words), most)]
        for part in [*parts, ["-CEB900"]]:
            data = written(kind, *(document(kind, f"I{word}") for word in part))
            keep(trial.judge(trial.signed(data)), data)
    for data in (b"", b"<", b"<a/>", written("CEB621Message", parcel("I1").inventory), b"\0" * 99):
        keep(trial.judge(data), data)
    queries.receipts(to=trial.by, at=AT + timedelta(days=1), limit=500)
    for row in queries.exchanges(to=trial.by):
        bundles.bundle(Exchange.objects.get(pk=row.pk), at=AT)
    return Receipt.objects.count()


def test_only_tables_of_the_sandbox_change(trial):
    file_all(parcel("REAL-500"))
    before = contents()
    assert len(before) > 40 and before["ecommerce_inventory"][0] == 1
    assert everything(trial) > 300
    assert contents() == before
    assert Exchange.objects.count() > 20
    actions.expire(at=AT + timedelta(days=99))
    assert contents() == before and not Exchange.objects.exists()


def test_the_first_seal_of_a_month_makes_its_key_and_nothing_else(trial):
    MonthKey.objects.all().delete()
    before = contents()
    data = written("CEB311Message", parcel("I1").order)
    keep(trial.judge(data), data)
    changed = {table for table, found in contents().items() if found != before[table]}
    assert changed == {"parties_monthkey"}


def imports_of_writers(module: Module) -> set[str]:
    """Return the modules of other domains that a module imports from and that write."""
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    parts = {name: name.split(".") for name in found if name.startswith("tongguan.") and ".sandbox" not in name}
    written_by = {name for name, words in parts.items() if set(words) & set(WRITERS)}
    return {name for name in written_by if not any(name.startswith(f"{other}.") for other in written_by)}


def test_the_sandbox_imports_nothing_that_writes():
    found = {(module.name, name) for module in modules(["sandbox"]) for name in imports_of_writers(module)}
    assert found == set(HARMLESS)


@pytest.mark.parametrize(
    "line",
    [
        "from tongguan.ecommerce.actions import refuse",
        "from tongguan.ecommerce import intake",
        "from tongguan.ecommerce.intake.receive import receive",
        "import tongguan.ledgers.batch",
        "from tongguan.journal.actions import record",
        "from tongguan.parties import actions",
    ],
)
def test_an_import_that_writes_is_found(line):
    assert imports_of_writers(Module("sandbox/x.py", line))
