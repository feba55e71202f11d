"""What every test stands on: the database is emptied between tests that commit, append-only tables included."""

from __future__ import annotations

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@pytest.fixture(autouse=True, scope="session")
def _emptied_in_spite_of_guards():
    """Let the test runner, and nobody else, truncate tables whose triggers refuse it."""
    truncate = DatabaseOperations.sql_flush

    def sql_flush(self, *args, **options):
        statements = truncate(self, *args, **options)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Let no test meet keys or tokens that a process remembers from an emptied database."""
    from tongguan.parties import clients, vault

    yield
    clients.clear_cache()
    vault.clear_cache()
