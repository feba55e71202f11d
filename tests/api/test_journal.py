"""The journal for programs: who reads what, proofs that are true as they come, and witnesses who send what they signed."""

from __future__ import annotations

import pytest
from tests.api.conftest import make_parcel, xml
from tests.journal.signing import AT, OPERATOR, WITNESS, WITNESS_KEY, signed

from tongguan.ecommerce import samples
from tongguan.journal import proofs, tree
from tongguan.journal.actions import add_witness, ensure_log_key, sequence
from tongguan.journal.proving import log_key
from tongguan.kernel import merkle, notes


@pytest.fixture
def log(window):
    parcel = make_parcel("T0001")
    for noun, firm in (("order", "platform"), ("payment", "payer"), ("waybill", "carrier"), ("inventory", "broker")):
        sender = next(one for one in samples.FIRMS if one.kind == firm)
        getattr(window, firm).post("/api/v1/messages", xml(noun, parcel, sender=sender), "application/xml")
    ensure_log_key(at=AT)
    sequence()
    signed()
    return window


def test_the_operator_reads_events_by_subject_kind_and_day(log):
    found = log.operator.get("/api/v1/journal/events", {"what": "message.received"}).json()
    assert len(found["events"]) == 4 and found["next"] is None
    last = found["events"][0]
    assert last["parts"] > 0 and last["leaf"]
    whole = log.operator.get(f"/api/v1/journal/events/{last['number']}").json()
    assert [one["number"] for one in whole["parts"]][0] == f"{last['number']}.1" and len(whole["parts"]) == last[
        "parts"
    ]
    query = {"subject": last["subject"], "day": last["at"][:10]}
    assert [e["number"] for e in log.operator.get("/api/v1/journal/events", query).json()["events"]] == [last["number"]]
    assert log.operator.get("/api/v1/journal/events", {"day": "2020-01-01"}).json()["events"] == []
    earlier = log.operator.get("/api/v1/journal/events", {"before": last["number"]}).json()["events"]
    assert all(int(one["number"]) < int(last["number"]) for one in earlier)


@pytest.mark.parametrize("who", ["platform", "broker", "payer", "carrier"])
def test_a_firm_reads_no_events_but_proves_its_own_parcels(log, who):
    caller = getattr(log, who)
    for path in ("/api/v1/journal/events", "/api/v1/journal/events/1", "/api/v1/proofs/1"):
        assert (caller.get(path).status_code, caller.get(path).json()["code"]) == (403, "NOT_YOURS")
    mine = caller.get("/api/v1/proofs", {"order_no": "T0001"})
    if mine.status_code == 404:
        return
    events = mine.json()["events"]
    assert events and all(one["what"] and one["subject"] for one in events)
    for one in events:
        for form in ("json", "text"):
            proof = caller.get(f"/api/v1/proofs/{one['number']}", {"order_no": "T0001", "form": form})
            proven = proofs.verify(proof.content, log_key())
            assert (proven.told["subject"], proven.told["what"]) == (one["subject"], one["what"])
    others = {e["number"] for e in log.operator.get("/api/v1/journal/events").json()["events"]}
    other = next(iter(others - {one["number"] for one in events}))
    assert caller.get(f"/api/v1/proofs/{other}", {"order_no": "T0001"}).status_code == 404


def test_who_filed_the_inventory_can_prove_it(log):
    subjects = {
        one["subject"].partition("/")[0]
        for one in log.broker.get("/api/v1/proofs", {"order_no": "T0001"}).json()["events"]
    }
    assert "inventory" in subjects


def test_keys_heads_and_growth_are_for_everybody(log):
    assert log.nobody.get("/api/v1/journal/key").json() == {"key": str(log_key()), "past": [], "witnesses": []}
    [head] = log.nobody.get("/api/v1/journal/checkpoints").json()["checkpoints"]
    note = notes.Note.read(head["note"])
    assert note.signed_by(log_key()) and notes.Head.read(note.body).root.hex() == head["root"]
    grown = log.nobody.get("/api/v1/journal/consistency", {"first": 2, "second": head["size"]}).json()
    way = [bytes.fromhex(one) for one in grown["path"]]
    assert merkle.grew(2, head["size"], way, tree.root(2), bytes.fromhex(head["root"]))
    for bad in ({"first": 3, "second": 2}, {"first": 0, "second": 10**9}, {"first": "x", "second": 1}, {}):
        assert log.nobody.get("/api/v1/journal/consistency", bad).status_code == 400


def test_a_witness_sends_what_it_signed(log):
    [head] = log.nobody.get("/api/v1/journal/checkpoints").json()["checkpoints"]
    body = notes.Note.read(head["note"]).body
    content = (head["note"] + notes.cosigned(body, WITNESS_KEY.name, WITNESS, 1_800_000_000)).encode()

    def send(what: bytes):
        return log.nobody.post("/api/v1/journal/cosignatures", what, "text/plain")

    assert (send(content).status_code, send(content).json()["errors"][0]["code"]) == (409, "WITNESS_UNKNOWN")
    add_witness(str(WITNESS_KEY), by=OPERATOR, at=AT)
    assert send(content).json() == {"size": head["size"], "witnesses": [WITNESS_KEY.name]}
    assert log.nobody.get("/api/v1/journal/checkpoints").json()["checkpoints"][0]["witnesses"] == [WITNESS_KEY.name]
    forked = notes.Head(log_key().name, head["size"], bytes(32)).body()
    odd = forked + "\n" + notes.cosigned(forked, WITNESS_KEY.name, WITNESS, 1)
    assert send(odd.encode()).json()["errors"][0]["code"] == "CHECKPOINT_NOT_OURS"
    assert send(b"").json()["errors"][0]["code"] == "CHECKPOINT_UNREADABLE"


def test_bad_questions_are_told_so(log):
    ask = log.operator.get
    for path, status in (
        ("/api/v1/journal/events/0", 404), (f"/api/v1/journal/events/{10**30}", 404), ("/api/v1/proofs/x", 404),
        ("/api/v1/proofs/1.9", 404), ("/api/v1/proofs/1?form=x", 400), ("/api/v1/proofs", 400),
        ("/api/v1/journal/events?day=x", 400), ("/api/v1/journal/events?day=9999-12-31", 400),
        ("/api/v1/journal/events?before=0", 400), ("/api/v1/proofs?order_no=%00", 400),
        ("/api/v1/journal/events?subject=%00", 400),
    ):  # fmt: skip
        assert ask(path).status_code == status, path
    assert log.nobody.get("/api/v1/journal/events").status_code == 401
    sequence()
    event = ask("/api/v1/journal/events").json()["events"][0]
    assert ask(f"/api/v1/proofs/{event['number']}").status_code == 200
