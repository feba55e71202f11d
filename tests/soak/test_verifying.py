"""The verification can fail: each thing it guards is tampered with, and it is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import AT, file
from tests.server import jobs
from tests.soak import verifying
from tests.soak.checks import CHECKS, SHOWN
from tests.soak.known import Sent, World
from tests.soak.parcels import SHARES, Fate, one
from tests.soak.verifying import verify

from tongguan.ecommerce import queries
from tongguan.formats import ceb
from tongguan.journal.actions import record, sequence, sign_head
from tongguan.journal.tasks import sequence as timer
from tongguan.kernel.states import Actor

BY_NAME = {check.__name__: check for check in CHECKS}
DRAWN = "SK-drawn"
SEEDS = range(3)  # parcels of each fate


@pytest.fixture(scope="module")
def filed(reference, django_db_blocker) -> Sent:
    """What a client knows who sent some parcels of each fate, one of them drawn for a check; all is committed."""
    sent, chance = Sent(), random.Random(5)
    with django_db_blocker.unblock():
        jobs.empty()
        for fate in Fate:
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(SHARES, fate, 10_000)
                drawn_share(patch, "0")
                for number in SEEDS:
                    send(one(f"SK-{fate}{number}", chance, at=AT), sent)
        with pytest.MonkeyPatch.context() as patch:
            drawn_share(patch, "1")
            patch.setitem(SHARES, Fate.CLEARS, 100_000)
            send(one(DRAWN, chance, at=AT), sent)
        sequence()
        sign_head(at=AT)
    return sent


@pytest.fixture(autouse=True)
def _few_are_drawn(monkeypatch: pytest.MonkeyPatch):
    drawn_share(monkeypatch, "0")


def send(fated, sent: Sent) -> None:
    sent.fates[fated.number] = fated.fate
    sent.acknowledged.append(fated.number)
    for noun in ("order", "payment", "waybill", "inventory"):
        if noun != "waybill" or fated.fate is not Fate.WAITS:
            outcome = file(noun, getattr(fated.parcel, noun))
            sent.told += [returned.guid for returned in ceb.read(outcome.receipt).documents]


def sql(statement: str) -> Callable[[Sent, World], None]:
    """Return what changes tables as nobody can who has not the database itself: past its guards."""

    def tamper(sent: Sent, world: World) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for one_of in statement.split(";"):
                cursor.execute(one_of)
                assert cursor.rowcount, "nothing was tampered with"

    return tamper


def without_a_receipt(sent: Sent, world: World) -> None:
    world.receipts = [one for one in world.receipts if not (one.status == "800" and one.subject)]


def receipt_twice(sent: Sent, world: World) -> None:
    world.receipts = [*world.receipts, world.receipts[0]]


def not_sent(sent: Sent, world: World) -> None:
    del sent.fates["SK-clears0"]


def never_heard_of(sent: Sent, world: World) -> None:
    sent.fates["SK-lost"] = Fate.CLEARS
    sent.acknowledged.append("SK-lost")


def told_otherwise(sent: Sent, world: World) -> None:
    sent.told.append("00000000-0000-4000-A000-000000000000")


def read_less(sent: Sent, world: World) -> None:
    [dxp_id] = {one.dxp_id for one in world.receipts if one.kind == "CEB622Message"}
    sent.read[dxp_id] = [one.guid for one in world.receipts if one.kind == "CEB622Message"][:-1]


def read_twice(sent: Sent, world: World) -> None:
    read_less(sent, world)
    [(dxp_id, read)] = sent.read.items()
    sent.read[dxp_id] = [one.guid for one in world.receipts if one.kind == "CEB622Message"] + read[:1]


def a_job_waits(sent: Sent, world: World) -> None:
    timer.defer(timestamp=0)


def an_event_without_number(sent: Sent, world: World) -> None:
    record("tampered", "nothing", by=Actor("nobody", "operator"), at=AT)


ACCOUNT = "(SELECT e.account_id FROM ledgers_entry e JOIN ecommerce_inventory i ON e.reference = 'inventory/' || i.id || '/1' AND i.order_no = 'SK-clears0')"  # noqa: E501
CLEARED = "(SELECT id FROM ecommerce_inventory WHERE order_no = 'SK-clears0')"
ENTRY = f"reference = 'inventory/' || {CLEARED} || '/1'"

TAMPERING = {
    "an inventory is lost": ("inventories_stand_once", sql("DELETE FROM ecommerce_inventory WHERE order_no = 'SK-clears0'")),
    "an acknowledged one never came": ("inventories_stand_once", never_heard_of),
    "an inventory stands twice": (
        "inventories_stand_once",
        sql(
            "CREATE TEMPORARY TABLE again AS SELECT * FROM ecommerce_inventory WHERE order_no = 'SK-waits0';"
            "UPDATE again SET id = 1, ebc_code = 'another', pre_no = 'another';"
            "INSERT INTO ecommerce_inventory SELECT * FROM again"
        ),
    ),
    "an inventory nobody sent": ("inventories_stand_once", not_sent),
    "a waybill is lost": ("documents_stand_once", sql("DELETE FROM ecommerce_waybill WHERE order_no = 'SK-clears0'")),
    "a payment is not filed": (
        "documents_stand_once",
        sql("UPDATE ecommerce_payment SET state = 'saved' WHERE order_no = 'SK-clears0'"),
    ),
    "a refused one was let go": (
        "fates_are_met",
        sql("UPDATE ecommerce_inventory SET state = 'released', status = '800' WHERE order_no = 'SK-differs0'"),
    ),
    "one that was complete waits": (
        "fates_are_met",
        sql("UPDATE ecommerce_inventory SET state = 'waiting', status = '2' WHERE order_no = 'SK-clears0'"),
    ),
    "an item is lost": ("states_are_whole", sql(f"DELETE FROM ecommerce_inventoryitem WHERE inventory_id = {CLEARED}")),
    "a released one has no number": (
        "states_are_whole",
        sql("UPDATE ecommerce_inventory SET invt_no = NULL WHERE order_no = 'SK-clears0'"),
    ),
    "a released one has no moment": (
        "states_are_whole",
        sql("UPDATE ecommerce_inventory SET released_at = NULL WHERE order_no = 'SK-clears0'"),
    ),
    "one that waits has taxes": (
        "states_are_whole",
        sql("UPDATE ecommerce_inventory SET duty = 0 WHERE order_no = 'SK-waits0'"),
    ),
    "a hold is lifted": (
        "checks_hold",
        sql("UPDATE holds_hold SET lifted_at = now(), lifted_by = 'x', outcome = 'x'"),
    ),
    "a check is lost": ("checks_hold", sql("DELETE FROM inspections_check")),
    "a check of nothing": (
        "chance_is_kept",
        sql("UPDATE inspections_check SET subject = 'inventory/1/1'"),
    ),
    "a balance is changed": ("ledgers_add_up", sql(f"UPDATE ledgers_account SET balance = balance - 1 WHERE id = {ACCOUNT}")),
    "a purchase is not counted": (
        "purchases_are_counted",
        sql(f"UPDATE ledgers_account SET balance = 0 WHERE id = {ACCOUNT}; DELETE FROM ledgers_entry WHERE {ENTRY}"),
    ),
    "a purchase is counted twice": (
        "purchases_are_counted",
        sql(
            f"UPDATE ledgers_account SET balance = balance * 2 WHERE id = {ACCOUNT};"
            f"UPDATE ledgers_entry SET amount = amount * 2 WHERE {ENTRY}"
        ),
    ),
    "a refused purchase is counted": (
        "purchases_are_counted",
        sql(
            "UPDATE ledgers_entry SET reference = 'inventory/' || (SELECT id FROM ecommerce_inventory"
            f" WHERE order_no = 'SK-differs0') || '/1' WHERE {ENTRY}"
        ),
    ),
    "a year is overdrawn": ("years_are_kept", sql(f"UPDATE ledgers_account SET balance = -26000.01 WHERE id = {ACCOUNT}")),
    "a tax is wrong in every place": (
        "taxes_are_right",
        sql(
            "UPDATE ecommerce_inventory SET vat = vat + 1 WHERE order_no = 'SK-clears0';"
            "UPDATE ecommerce_inventoryitem SET vat = vat + 1 WHERE id ="
            f" (SELECT min(id) FROM ecommerce_inventoryitem WHERE inventory_id = {CLEARED})"
        ),
    ),
    "a bill is lost": ("bills_are_made", sql(f"DELETE FROM ecommerce_taxbill WHERE inventory_id = {CLEARED}")),
    "a bill is too high": (
        "bills_are_made",
        sql(f"UPDATE ecommerce_taxbill SET vat = vat + 1 WHERE inventory_id = {CLEARED}"),
    ),
    "a bill of nothing": (
        "bills_are_made",
        sql(
            "UPDATE ecommerce_taxbill SET inventory_id ="
            f" (SELECT id FROM ecommerce_inventory WHERE order_no = 'SK-waits0') WHERE inventory_id = {CLEARED}"
        ),
    ),
    "a receipt is lost": ("receipts_are_there", without_a_receipt),
    "a receipt is there twice": ("answers_are_kept", receipt_twice),
    "an answer is not kept": ("answers_are_kept", told_otherwise),
    "a reader missed one": ("readers_missed_nothing", read_less),
    "a reader read one twice": ("readers_missed_nothing", read_twice),
    "an event says something else": (
        "journal_is_whole",
        sql("UPDATE journal_event SET by = 'nobody' WHERE seq = 5"),
    ),
    "a part says something else": (
        "journal_is_whole",
        sql("UPDATE journal_event SET parts = jsonb_set(parts, '{0,1}', '\"x\"') WHERE id ="
            " (SELECT min(id) FROM journal_event WHERE jsonb_array_length(parts) > 0)"),
    ),
    "a node of the tree is changed": (
        "journal_is_whole",
        sql("UPDATE journal_node SET hash = sha256(hash) WHERE level = 1 AND place = 1"),
    ),
    "the last head is lost": ("journal_is_whole", sql("DELETE FROM journal_checkpoint")),
    "an event has no number": ("journal_is_whole", an_event_without_number),
    "a release is not told": (
        "releases_are_told",
        sql("UPDATE journal_event SET parts = '[]' WHERE parts @> '[[\"inventory.released\"]]'"),
    ),
    "a job waits": ("jobs_are_done", a_job_waits),
}  # fmt: skip


@pytest.mark.usefixtures("db")
def test_nothing_is_wrong_where_nothing_was_tampered_with(filed: Sent):
    assert verify(filed) == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(filed: Sent, what: str):
    check, tamper = TAMPERING[what]
    sent, world = Sent(dict(filed.fates), list(filed.acknowledged), list(filed.told)), World()
    with transaction.atomic():
        world.receipts  # noqa: B018  read before anything is changed
        tamper(sent, world)
        assert list(BY_NAME[check](sent, world))
        transaction.set_rollback(True)


@pytest.mark.usefixtures("db")
def test_who_was_drawn_and_let_go_is_found(filed: Sent, monkeypatch: pytest.MonkeyPatch):
    drawn_share(monkeypatch, "1")
    assert "chance_is_kept" in {wrong.check for wrong in verify(filed)}


@pytest.mark.usefixtures("db")
def test_a_message_that_lacks_a_filing_is_found(filed: Sent, monkeypatch: pytest.MonkeyPatch):
    whole = queries.message_filings
    monkeypatch.setattr(
        queries, "message_filings", lambda number, *, to: (whole(number, to=to)[0], whole(number, to=to)[1][1:])
    )
    assert "messages_are_whole" in {wrong.check for wrong in verify(filed)}


def test_every_check_is_tried():
    tried = {check for check, _ in TAMPERING.values()} | {"chance_is_kept", "messages_are_whole"}
    assert tried == {check.__name__ for check in CHECKS}


@pytest.mark.usefixtures("db")
def test_what_is_shown_of_one_check_is_bounded(monkeypatch: pytest.MonkeyPatch):
    def talkative(sent, world):
        yield from ("wrong" for _ in range(1000))

    monkeypatch.setattr(verifying, "CHECKS", (talkative,))
    assert len(verify(Sent(), SimpleNamespace())) == SHOWN
