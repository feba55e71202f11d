"""What makes a table append-only: triggers of the database, used by the migrations of every domain that has one."""

from __future__ import annotations

from django.db.migrations import RunSQL

REFUSE_CHANGE = RunSQL(
    """
    CREATE FUNCTION tongguan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "DROP FUNCTION tongguan_refuse_change()",
)
"""The function behind the triggers; made once, by the journal's first migration."""


def append_only(table: str, *, unless: str = "false") -> RunSQL:
    """Return the migration step after which rows of a table can be added and nothing else.

    ``unless`` is an SQL condition on OLD and NEW under which an update is let through. A domain that uses this
    depends on the journal's first migration.
    """
    return RunSQL(
        [
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (({unless}) IS NOT TRUE) EXECUTE FUNCTION tongguan_refuse_change()",
            f"CREATE TRIGGER {table}_stay BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION tongguan_refuse_change()",
        ],
        [f"DROP TRIGGER {table}_keep ON {table}", f"DROP TRIGGER {table}_stay ON {table}"],
    )
