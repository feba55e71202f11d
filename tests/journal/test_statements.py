"""Statements are prepared: the server plans each once a connection, and what else is asked leaves no plan behind."""

import pytest
from django.db import connection, transaction

from tongguan.journal.copying import NoTransaction
from tongguan.journal.models import Event
from tongguan.journal.statements import ask, ask_together, read

pytestmark = pytest.mark.django_db
PREPARED = "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements WHERE starts_with(statement, %s)"


def prepared(beginning: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(PREPARED, [beginning])
        return cursor.fetchall()


def test_a_statement_is_prepared_when_it_is_first_asked_and_used_again() -> None:
    asked = "SELECT 17 + %s"
    assert [read(asked, 4), ask(asked, 5), ask_together((asked, 6), ("SELECT 1",))] == [
        [(21,)],
        [(22,)],
        [[(23,)], [(1,)]],
    ]
    assert prepared("SELECT 17 +") == [("SELECT 17 + $1", 3)]


def test_what_the_mapper_asks_is_not_prepared() -> None:
    for _ in range(20):
        assert not Event.objects.filter(subject="nobody").exists()
    assert not [one for one in prepared("SELECT") if "journal_event" in one[0] and "nobody" in one[0]]


@pytest.mark.django_db(transaction=True)
def test_ask_needs_a_transaction_and_read_none() -> None:
    assert read("SELECT 1") == [(1,)]
    with pytest.raises(NoTransaction):
        ask("SELECT 1")
    with transaction.atomic():
        assert ask("SELECT 1") == [(1,)]
