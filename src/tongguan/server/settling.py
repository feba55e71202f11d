"""What is done in a restored database before anybody uses it; ``python -m tongguan.server.settling`` does it.

What was forgotten since is forgotten again. Numbers go on beyond what may have been given out after the moment: the
number of the transaction, by which receipts are read, and those of all sequences. The restore is an event of the journal,
and the whole journal is worked out again.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text

RESTORER = Actor("tongguan restore", "operator")
SKIPPED = 1_000_000  # numbers of each sequence: more than are given out in the minute that a loss may cost
MOST = 300_000_000  # transactions that are let pass at most: about 25 minutes

_LET_PASS = "DO $$ BEGIN FOR i IN 1..{count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
_READ_BY_NUMBER = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_default LIKE '%pg_current_xact_id%'
"""
_SKIP = """
    SELECT count(setval(format('%%I.%%I', schemaname, sequencename)::regclass, last_value + %s))
      FROM pg_sequences WHERE data_type = 'bigint'::regtype AND last_value IS NOT NULL AND schemaname = 'public'
"""


class NumbersBehind(RuntimeError):
    """The database's transactions are counted so far behind its receipts that it is no copy of a cluster in use."""

    def __init__(self, count: int):
        self.count = count
        super().__init__(f"{count} transactions behind")

    def text(self, lang: str) -> str:
        """Return it in a language."""
        return text("backup.numbers_behind", lang, count=self.count)


def let_receipts_be_seen(beyond: int = 0) -> int:
    """Let transactions pass until the next one is numbered beyond every receipt, and return how many.

    Receipts are shown in the order of their transactions and only below the oldest that is open. A database made from a
    ``pg_dump`` counts its transactions from the beginning again, and would show none. ``beyond`` is a number of 32 bits
    as the log of changes has them; they go on above it. Raises NumbersBehind.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        [now] = cursor.fetchone()
        known = beyond + (now >> 32 << 32) if beyond else 0
        if known and known + 2**31 < now:
            known += 2**32
        cursor.execute(_READ_BY_NUMBER)
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT coalesce(max("{column}"), 0) FROM "{table}"')
            known = max(known, cursor.fetchone()[0])
        count = max(0, known + 1 - now)
        if count > MOST:
            raise NumbersBehind(count)
        if count:
            cursor.execute(_LET_PASS.format(count=count))
    return count


def settle(name: str, moment: datetime, beyond: int, *, lost: bool = False, at: datetime) -> dict[str, Any]:
    """Do it, and return what there was and what was done.

    ``lost`` says that there were changes after the moment: heads signed then contradict what follows, and a new log begins.
    """
    from django.db import transaction

    from tongguan.ecommerce.erasing.actions import erase_again
    from tongguan.journal.actions import begin_new_log, record, sequence
    from tongguan.journal.checking import check_log
    from tongguan.journal.models import Event
    from tongguan.parties import vault

    last = Event.objects.order_by("-id").first()
    forgotten = vault.forget_again(by=RESTORER, at=at)
    erased = erase_again(by=RESTORER, at=at)
    let_receipts_be_seen(beyond)
    with connection.cursor() as cursor:
        cursor.execute(_SKIP, [SKIPPED])
    with transaction.atomic():
        months = [f"{month:%Y-%m}" for month in forgotten]
        record("database.restored", "database", by=RESTORER, at=at, backup=name, moment=moment, forgotten=months,
               erased=erased)  # fmt: skip
    origin = begin_new_log(by=RESTORER, at=at).origin if lost else ""
    while sequence():
        pass
    if last is not None:
        last.refresh_from_db(fields=["seq"])  # what happened in the last minute has its number only now
    with connection.cursor() as cursor:
        cursor.execute("VACUUM parties_monthkey")
    checked = check_log()
    found = checked.difference
    return {
        "last": last and {"number": last.seq, "id": last.pk, "what": last.what, "subject": last.subject,
                          "at": last.at.isoformat()},
        "forgotten": months, "erased": erased, "new_log": origin,
        "events": checked.events, "parts": checked.parts, "checkpoints": checked.checkpoints,
        "difference": found and {"key": found.key, **found.values},
    }  # fmt: skip


if __name__ == "__main__":
    from tongguan.server.prepare import database

    with database():
        written, now = datetime.fromisoformat(sys.argv[2]), datetime.now(ZoneInfo("Asia/Shanghai"))
        print(
            json.dumps(
                settle(sys.argv[1], written, int(sys.argv[3]), lost=sys.argv[4:] == ["lost"], at=now),
                ensure_ascii=False,
                default=str,
            )
        )
