"""Only actions change anything: no other module saves, creates, updates or deletes a record."""

from __future__ import annotations

import ast
import re

import pytest
from tests.house.source import Module, modules, without

VERBS = {
    f"{start}{verb}" for start in ("", "a")
    for verb in ("save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "delete", "update")
}  # fmt: skip
COPIES = {"copy_rows", "copy_in"}
SQL = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE\s+[a-z_]+\s+(?:\w+\s+)?SET|DELETE\s+FROM|COPY\s+[\w\"]|TRUNCATE|MERGE\s+INTO)", re.I
)
ACTIONS = re.compile(r"(?:^|/)(?:actions|tasks)(?:\.py$|/)|/intake/")

ALLOWED = {
    ("bench/copying.py",): "fills the database of a run, which nobody else uses",
    ("ecommerce/erasing/writing.py",): "what the action of erasing writes anew, message by message",
    ("desk/throttle.py",): "attempts to sign in are the pages' own; they are counted and forgotten, and no domain knows them",
    ("inspections/draws.py",): "the actions of the keys of draws: making and revealing them",
    ("journal/copying.py",): "the one way into a table by COPY, for the actions that call it",
    ("journal/guards.py",): "the triggers that refuse every change, for migrations",
    ("ledgers/batch.py",): "the actions of ledgers on many accounts",
    ("parties/access.py",): "the action of looking at personal data",
    ("parties/clients.py",): "when a token was used is noted where it is read, every few minutes",
    ("parties/certificates.py",): "the actions of certificates: registering and revoking them, noting what they signed",
    ("parties/vault.py",): "the actions of the month keys: making and destroying them",
    ("server/rescuing.py",): "the queue of jobs is procrastinate's: killed workers are let go, moments still to come forgotten",
}  # fmt: skip


def writes(module: Module) -> list[str]:
    """Return every place where a module writes records; ``update`` with a mapping is that of a dict or a hash."""
    found = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in VERBS:
            if not (node.func.attr == "update" and node.args):
                found.append(f"{module.name}:{node.lineno} .{node.func.attr}(")
        elif isinstance(node.func, ast.Name) and node.func.id in COPIES:
            found.append(f"{module.name}:{node.lineno} {node.func.id}(")
    statements = [one for one in module.strings() if SQL.search(one.value)]
    return found + [f"{module.name}:{one.lineno} {SQL.search(one.value)[0]}" for one in statements]


def test_only_actions_write():
    found = {}
    for module in modules():
        if not ACTIONS.search(module.name) and (lines := writes(module)):
            found[(module.name,)] = "; ".join(lines)
    assert without(found, ALLOWED) == ([], [])


@pytest.mark.parametrize(
    "written",
    [
        "row.state = 'released'\nrow.save()",
        "Order.objects.filter(pk=1).update(state='filed')",
        "Order.objects.create(order_no='1')",
        "Order.objects.all().delete()",
        "Order.objects.bulk_update(rows, ['state'])",
        "cursor.execute('UPDATE ecommerce_order SET state = %s')",
        "cursor.execute(f'delete from {table}')",
        "copy_rows(Order, COLUMNS, rows)",
    ],
)
def test_a_write_is_found(written):
    assert writes(Module("queries.py", written))


@pytest.mark.parametrize(
    "written",
    ["made.update(part)", "values.update({'a': 1})", "rows = Order.objects.select_for_update()", "note = 'An update.'"],
)
def test_what_writes_nothing_is_let_be(written):
    assert not writes(Module("queries.py", written))
