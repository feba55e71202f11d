"""What must hold after any number of kills: each check yields what does not, in words, and changes nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from tests.soak.known import PREFIX, Sent, World, rows

ACCEPTED = "('released', 'check', 'suspended', 'selection')"
SAMPLE = 200  # parcels whose tax is worked out again, messages that are counted again
SHOWN = 5  # findings of one check

Check = Callable[[Sent, World], Iterator[str]]


def inventories_stand_once(sent: Sent, world: World) -> Iterator[str]:
    """What was acknowledged is there exactly once; what was not, at most once; nothing is there that nobody sent."""
    acknowledged = set(sent.acknowledged)
    for number, fate in sent.fates.items():
        found = len(world.states.get(number, ()))
        wanted = {0} if fate == "faulty" else {1} if number in acknowledged else {0, 1}
        if found not in wanted:
            yield f"inventory of {number} ({fate}) stands {found} times"
    yield from (f"inventory of {number} was never sent" for number in world.states.keys() - sent.fates.keys())


def documents_stand_once(sent: Sent, world: World) -> Iterator[str]:
    """Each accepted inventory has its one order, payment and waybill."""
    for table, key in (("order", "order_no"), ("payment", "order_no"), ("waybill", "logistics_no")):
        yield from (
            f"inventory of {number} has {count} {table}s"
            for number, count in rows(
                f"SELECT i.order_no, count(d.id) FROM ecommerce_inventory i LEFT JOIN ecommerce_{table} d"
                f" ON d.{key} = i.{key} AND d.state = 'filed' WHERE i.order_no LIKE %s AND i.state IN {ACCEPTED}"
                " GROUP BY i.id HAVING count(d.id) <> 1",
                f"{PREFIX}%",
            )
        )


BECOMES = {
    "clears": {("released", "800"), ("check", "500")},
    "counts": {("released", "800"), ("check", "500"), ("refused", "-621018")},
    "differs": {("refused", "100")},
    "exceeds": {("refused", "-621005")},
    "waits": {("waiting", "2")},
}


def fates_are_met(sent: Sent, world: World) -> Iterator[str]:
    """Each inventory became what it had to become, whenever its documents came."""
    for number, found in world.states.items():
        fate = sent.fates.get(number, "")
        if fate in BECOMES:
            yield from (f"inventory of {number} ({fate}) is {one}" for one in found if one not in BECOMES[fate])


def states_are_whole(sent: Sent, world: World) -> Iterator[str]:
    """No inventory is half accepted: number, moment, taxes and items are all there, or none is."""
    for number, state in rows(
        "SELECT i.order_no, i.state FROM ecommerce_inventory i LEFT JOIN LATERAL"
        " (SELECT count(*) AS n, sum(customs_value) AS value, sum(duty) AS duty, sum(consumption_tax) AS consumption,"
        "  sum(vat) AS vat FROM ecommerce_inventoryitem t WHERE t.inventory_id = i.id) t ON true WHERE CASE"
        f" WHEN i.state IN {ACCEPTED} THEN i.judged_at IS NULL OR i.invt_no IS NULL OR i.plan = '' OR t.n = 0"
        "  OR (i.customs_value, i.duty, i.consumption_tax, i.vat)"
        "   IS DISTINCT FROM (t.value, t.duty, t.consumption, t.vat)"
        "  OR (i.state = 'released') <> (i.released_at IS NOT NULL)"
        " WHEN i.state IN ('waiting', 'saved')"
        "  THEN i.judged_at IS NOT NULL OR i.invt_no IS NOT NULL OR i.duty IS NOT NULL OR t.n > 0"
        " WHEN i.state = 'refused' AND i.judged_at IS NULL THEN i.duty IS NOT NULL OR t.n > 0 OR i.findings = '[]'"
        " ELSE false END"
    ):
        yield f"inventory of {number} is half {state}"


def checks_hold(sent: Sent, world: World) -> Iterator[str]:
    """Who is under check has an open check and its hold; who was released has neither."""
    for number, state in rows(
        "SELECT order_no, state FROM (SELECT i.order_no, i.state,"
        " EXISTS (SELECT FROM inspections_check c WHERE c.subject = s.subject AND c.concluded_at IS NULL) AS checked,"
        " EXISTS (SELECT FROM holds_hold h WHERE h.subject = s.subject AND h.lifted_at IS NULL"
        "  AND 'release' = ANY (h.stops)) AS held"
        " FROM ecommerce_inventory i, LATERAL (SELECT 'inventory/' || i.id || '/' || i.version AS subject) s"
        " WHERE i.state IN ('check', 'suspended', 'released')) AS i"
        " WHERE (state <> 'released') <> checked OR (state <> 'released') <> held"
    ):
        yield f"inventory of {number} is in state {state}, its check or its hold is not"


def chance_is_kept(sent: Sent, world: World) -> Iterator[str]:
    """Nothing was let go that chance had selected, and no check was made twice or for nothing."""
    from tongguan.ecommerce.context import Context
    from tongguan.inspections.draws import NoKey, selected

    judged: dict[date, list[str]] = {}
    for day, subject in rows(
        "SELECT (judged_at AT TIME ZONE 'Asia/Shanghai')::date, 'inventory/' || id || '/' || version"
        " FROM ecommerce_inventory WHERE judged_at IS NOT NULL"
    ):
        judged.setdefault(day, []).append(subject)
    placed = {subject for (subject,) in rows("SELECT subject FROM inspections_check")}
    for day, subjects in judged.items():
        try:
            drawn = selected(subjects, day=day, share=Context(day).check_share)
        except NoKey:
            continue  # its key is public by now
        yield from (f"{subject} was drawn and has no check" for subject in sorted(drawn - placed))
    known = {subject for several in judged.values() for subject in several}
    yield from (
        f"there is a check of {subject}" for subject in sorted(placed - known) if subject.startswith("inventory/")
    )


def ledgers_add_up(sent: Sent, world: World) -> Iterator[str]:
    """Each balance is the sum of its entries."""
    from tongguan.ledgers.queries import check_all

    yield from (f"{name} stands at {balance}, its entries at {total}" for name, balance, total in check_all())


def purchases_are_counted(sent: Sent, world: World) -> Iterator[str]:
    """Each accepted inventory was taken from its buyer's year once, in full; no other was."""
    for number, state, value, times, taken in rows(
        "SELECT i.order_no, i.state, i.customs_value, count(e.id), coalesce(sum(-e.amount), 0) FROM ecommerce_inventory i"
        " LEFT JOIN ledgers_entry e ON e.reference = 'inventory/' || i.id || '/' || i.version AND e.kind = 'debit'"
        "  AND EXISTS (SELECT FROM ledgers_account a WHERE a.id = e.account_id AND a.name LIKE 'cbec.allowance/%%'"
        "   AND a.name LIKE '%%/' || encode(i.buyer_match, 'hex'))"
        f" GROUP BY i.id HAVING CASE WHEN i.state IN {ACCEPTED} THEN count(e.id) <> 1"
        "   OR sum(-e.amount) <> i.customs_value WHEN i.judged_at IS NULL THEN count(e.id) > 0 ELSE false END"
    ):
        yield f"inventory of {number} ({state}, {value} yuan) took {taken} yuan in {times} entries"
    for (reference,) in rows(
        "SELECT e.reference FROM ledgers_entry e JOIN ledgers_account a ON a.id = e.account_id"
        " WHERE a.name LIKE 'cbec.allowance/%%' AND NOT EXISTS (SELECT FROM ecommerce_inventory i"
        "  WHERE e.reference LIKE 'inventory/' || i.id || '/%%')"
        " AND NOT EXISTS (SELECT FROM ecommerce_return r WHERE e.reference LIKE 'return/' || r.id || '%%')"
        f" LIMIT {SHOWN}"
    ):
        yield f"an entry for {reference}, which there is not"


def years_are_kept(sent: Sent, world: World) -> Iterator[str]:
    """No buyer came below nothing, or beyond the law's limit of a year."""
    from tongguan.kernel.law import law

    most: dict[int, Any] = {}
    for name, balance in rows("SELECT name, balance FROM ledgers_account WHERE name LIKE 'cbec.allowance/%%'"):
        year = int(name.split("/")[1])
        limit = most.setdefault(year, law("ecommerce.annual_limit", on=date(year, 12, 31)).value)
        if not -limit <= balance <= 0:
            yield f"{name} stands at {balance}"


def taxes_are_right(sent: Sent, world: World) -> Iterator[str]:
    """The tax of some inventories, worked out again from what was declared, is the tax that is kept."""
    from tongguan.ecommerce import queries
    from tongguan.kernel.states import Actor

    accepted = rows(f"SELECT order_no FROM ecommerce_inventory WHERE state IN {ACCEPTED} AND stands ORDER BY id")
    for (number,) in random.Random(sent.seed).sample(accepted, min(SAMPLE, len(accepted))):
        found = queries.parcel(number, to=Actor("soak", "operator"))
        row, sheet = found.inventory, queries.sheet(found)
        kept = (row.duty, row.consumption_tax, row.vat)
        right = sheet and tuple(sheet.total(kind) for kind in ("duty", "consumption", "vat"))
        if kept != right:
            yield f"the tax of {number} is {right}, {kept} is kept"


def bills_are_made(sent: Sent, world: World) -> Iterator[str]:
    """Each released inventory that owes tax has its bill over that tax, and no other has one."""
    for number, state, taxes, bill in rows(
        "SELECT i.order_no, i.state, (i.duty, i.consumption_tax, i.vat)::text, (b.duty, b.consumption_tax, b.vat)::text"
        " FROM ecommerce_inventory i LEFT JOIN ecommerce_taxbill b ON b.inventory_id = i.id"
        " WHERE CASE WHEN i.state = 'released' AND i.duty + i.consumption_tax + i.vat > 0 THEN b.inventory_id IS NULL OR"
        "  (b.state <> 'void' AND (i.order_no LIKE %s)"
        "   AND (i.duty, i.consumption_tax, i.vat) <> (b.duty, b.consumption_tax, b.vat))"
        " ELSE b.inventory_id IS NOT NULL END",
        f"{PREFIX}%",
    ):
        yield f"inventory of {number} is {state} with taxes {taxes}, its bill says {bill}"


LAST = {"released": "800", "check": "500", "refused": None, "waiting": "2"}


def receipts_are_there(sent: Sent, world: World) -> Iterator[str]:
    """Every inventory was told all it went through, in order; the last that was said is what it is."""
    for number, subject, state, status in rows(
        "SELECT order_no, 'inventory/' || id, state, status FROM ecommerce_inventory WHERE order_no LIKE %s",
        f"{PREFIX}%",
    ):
        course = world.courses.get(subject, [])
        if course[-1:] != [status] or LAST.get(state) not in (None, status):
            yield f"inventory of {number} is {state} ({status}), its receipts say {course}"
        elif state in ("released", "check") and course != [
            "2",
            "120",
            *(["399"] if state == "released" else []),
            status,
        ]:
            yield f"inventory of {number} was told {course}"
    for table in ("order", "payment", "waybill"):
        for number, subject in rows(
            f"SELECT order_no, '{table}/' || id FROM ecommerce_{table} WHERE order_no LIKE %s", f"{PREFIX}%"
        ):
            if world.courses.get(subject) != ["120"]:
                yield f"{table} of {number} was told {world.courses.get(subject, [])}"


def answers_are_kept(sent: Sent, world: World) -> Iterator[str]:
    """No receipt has the number of another, and every receipt a client was given is kept."""
    numbers = Counter(one.guid for one in world.receipts)
    yield from (f"receipt {guid} is there {times} times" for guid, times in numbers.items() if times > 1)
    yield from (f"receipt {guid} was given and is not kept" for guid in sent.told if guid not in numbers)


def readers_missed_nothing(sent: Sent, world: World) -> Iterator[str]:
    """Who reads page by page has read each of his receipts once."""
    kept: dict[str, set[str]] = {}
    for one in world.receipts:
        if one.kind == "CEB622Message":
            kept.setdefault(one.dxp_id, set()).add(one.guid)
    for dxp_id, read in sent.read.items():
        missed, more = kept.get(dxp_id, set()) - set(read), len(read) - len(set(read))
        if missed or more:
            yield f"{dxp_id} read {len(read)} receipts, {more} of them twice, and missed {sorted(missed)[:SHOWN]}"


def messages_are_whole(sent: Sent, world: World) -> Iterator[str]:
    """The latest messages hold as many filings as they had nodes."""
    from tongguan.ecommerce import queries
    from tongguan.kernel.states import Actor

    everybody = Actor("soak", "operator")
    for message in queries.recent_messages(to=everybody, limit=SAMPLE):
        found = queries.message_filings(message.pk, to=everybody)
        filings = len(found[1]) if found else 0
        if message.problem is None and not message.nodes == filings == message.accepted + message.refused:
            yield f"{message} has {message.nodes} nodes and {filings} filings"


def journal_is_whole(sent: Sent, world: World) -> Iterator[str]:
    """The log verifies to its last number, every event has a number, and the last head is over all of them."""
    from tongguan.journal.checking import check_log

    found = check_log()
    if found.difference:
        yield f"the log differs: {found.difference.key} {found.difference.values}"
    [(unnumbered, last, signed)] = rows(
        "SELECT (SELECT count(*) FROM journal_event WHERE seq IS NULL),"
        " (SELECT max(seq) FROM journal_event), (SELECT max(size) FROM journal_checkpoint)"
    )
    if unnumbered or last != signed:
        yield f"{unnumbered} events have no number; the last is {last}, signed up to {signed}"


def releases_are_told(sent: Sent, world: World) -> Iterator[str]:
    """The journal tells of each release once, and of none that was not."""
    for number, state, times in rows(
        "WITH told AS (SELECT subject FROM journal_event WHERE what = 'inventory.released' UNION ALL"
        " SELECT p ->> 1 FROM journal_event, jsonb_array_elements(parts) AS p WHERE p ->> 0 = 'inventory.released'),"
        " counted AS (SELECT subject, count(*) AS n FROM told GROUP BY subject)"
        " SELECT i.order_no, i.state, coalesce(c.n, 0) FROM ecommerce_inventory i"
        " FULL JOIN counted c ON c.subject = 'inventory/' || i.id"
        " WHERE coalesce(c.n, 0) <> (i.state IS NOT DISTINCT FROM 'released')::int"
    ):
        yield f"inventory of {number} is {state}, and its release is told {times} times"


def jobs_are_done(sent: Sent, world: World) -> Iterator[str]:
    """No job waits or is being done when there is nothing left to do."""
    yield from (f"job {task} is {status} {times} times" for task, status, times in undone())


def undone() -> list[tuple[str, str, int]]:
    """Return the jobs that are not over: task, status, how many."""
    return rows(
        "SELECT task_name, status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )


CHECKS: tuple[Check, ...] = (
    inventories_stand_once, documents_stand_once, fates_are_met, states_are_whole, checks_hold, chance_is_kept,
    ledgers_add_up, purchases_are_counted, years_are_kept, taxes_are_right, bills_are_made, receipts_are_there,
    answers_are_kept, readers_missed_nothing, messages_are_whole, journal_is_whole, releases_are_told, jobs_are_done,
)  # fmt: skip
