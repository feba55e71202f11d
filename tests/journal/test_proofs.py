"""Proofs: true ones hold, offline and in both forms, and no byte of one can be changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.signing import AT, OPERATOR, WITNESS, WITNESS_KEY, happen, happen_together, last, signed, tamper

from tongguan.journal import proofs
from tongguan.journal.actions import add_witness, take_cosignatures
from tongguan.journal.checking import check_log
from tongguan.journal.models import Event
from tongguan.journal.proofs import NotProven, as_json, as_text, verify
from tongguan.journal.proving import log_key, prove
from tongguan.journal.refusals import NotSealedYet
from tongguan.kernel import notes

FORMS = [as_json, as_text]
NAMES = st.sampled_from(["format", "event", "index", "leaf", "part", "path", "checkpoint", "keys"])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=20,
)


def witnessed() -> None:
    head = signed()
    add_witness(str(WITNESS_KEY), by=OPERATOR, at=AT)
    body = notes.Note.read(head.note).body
    take_cosignatures((head.note + notes.cosigned(body, WITNESS_KEY.name, WITNESS, 1_800_000_000)).encode(), at=AT)


@pytest.fixture
def log(db) -> None:
    happen(5)
    happen_together(3)
    happen(2)
    witnessed()


@pytest.mark.measure("M3-9.1")
@pytest.mark.parametrize("form", FORMS)
def test_every_event_and_every_part_is_proven(log, form):
    for event in Event.objects.exclude(seq=None):
        proven = verify(form(prove(event)).encode(), log_key())
        assert (proven.told["subject"], proven.number, proven.size, proven.trusted) == (
            event.subject,
            event.seq,
            8,
            True,
        )
        assert proven.vouched == [(WITNESS_KEY.name, 1_800_000_000)]
    event = Event.objects.get(what="message.received")
    for place in range(3):
        proven = verify(form(prove(event, place)).encode())
        assert (proven.told["subject"], proven.place, proven.trusted) == (f"inventory/{place}", place, False)
    with pytest.raises(IndexError):
        prove(event, 3)


@pytest.mark.parametrize("form", FORMS)
def test_no_byte_of_a_proof_can_be_changed(log, form):
    content = form(prove(Event.objects.get(what="message.received"), 1)).encode()
    assert verify(content)
    for place in range(len(content)):
        for bit in (1, 32):
            changed = bytearray(content)
            changed[place] ^= bit
            with pytest.raises(NotProven):
                verify(bytes(changed))
    for cut in (content[:-1], content + b"\n", b"\n" + content, content.replace(b"\n", b"\r\n"), b""):
        with pytest.raises(NotProven):
            verify(cut)


def wrong(proof: dict, **changed) -> str:
    with pytest.raises(NotProven) as found:
        verify(as_json(proof | changed).encode(), changed.get("key"))
    return found.value.key


def test_a_file_that_fits_together_and_is_not_true_is_told_apart(log):
    event = Event.objects.get(what="message.received")
    proof, other = prove(event, 1), prove(last())
    assert wrong(proof, event=other["event"]) == "event_changed"
    assert wrong(proof, event=other["event"], leaf=other["leaf"]) == "not_in_tree"
    assert wrong(proof, index=0) == "not_in_tree" and wrong(proof, index=-1) == "not_in_tree"
    assert wrong(proof, path=[*proof["path"], "00" * 32]) == "not_in_tree"
    assert wrong(proof, part=proof["part"] | {"place": 2}) == "not_in_event"
    assert wrong(proof, part=proof["part"] | {"of": 2}) == "not_in_event"
    assert wrong(other, part=proof["part"]) == "not_in_event"
    assert wrong(proof, keys=[]) == "no_key" and wrong(proof, keys=proof["keys"][:1]) == "signatures"
    assert wrong(proof, keys=proof["keys"][::-1]) == "no_key"
    forged = notes.key_of(log_key().name, bytes(32))
    assert wrong(proof, keys=[str(forged), proof["keys"][1]]) == "signature_wrong"
    assert wrong(proof, checkpoint="x") == "checkpoint_unreadable" and wrong(proof, more=1) == "unreadable"
    with pytest.raises(NotProven) as found:
        verify(as_json(proof).encode(), forged)
    assert found.value.key == "other_key"
    # A log of somebody else's, whole in itself: only the reader's own key tells it from ours.
    body = notes.Head.read(notes.Note.read(proof["checkpoint"]).body).body()
    note = body + "\n" + notes.signed(body, forged.name, bytes(32))
    theirs = as_json(proof | {"keys": [str(forged)], "checkpoint": note}).encode()
    assert not verify(theirs).trusted
    with pytest.raises(NotProven):
        verify(theirs, log_key())


@given(ANY)
@settings(max_examples=150)
def test_any_json_is_refused_without_failing(value):
    for content in (json.dumps(value).encode(), f"{proofs.TEXT}\nextra {value}\nindex 1\n\n".encode(errors="replace")):
        with pytest.raises(NotProven):
            verify(content)


@pytest.mark.django_db
def test_what_no_head_covers_is_not_proven_yet():
    happen(2)
    with pytest.raises(NotSealedYet):
        prove(last())
    signed()
    happen(1)
    with pytest.raises(NotSealedYet):
        prove(last())
    signed()
    assert verify(as_json(prove(last())).encode()).size == 3


TAMPERED = {
    "event": "UPDATE journal_event SET details = jsonb_set(details, '{n}', '7') WHERE seq = 3",
    "parts": "UPDATE journal_event SET parts = jsonb_set(parts, '{1,4,version}', '2') WHERE seq = 6",
    "node": "UPDATE journal_node SET hash = set_byte(hash, 5, get_byte(hash, 5) # 1) WHERE level = 2 AND place = 1",
    "head": "UPDATE journal_checkpoint SET root = set_byte(root, 5, get_byte(root, 5) # 1)",
    "head_signature": (
        "UPDATE journal_checkpoint SET note = overlay(note placing "
        "CASE substr(note, length(note) - 20, 1) WHEN 'A' THEN 'B' ELSE 'A' END from length(note) - 20 for 1)"
    ),
    "head_chain": "UPDATE journal_checkpoint SET at = at + interval '1 second'",
    "cosignature": (
        "UPDATE journal_cosignature SET line = overlay(line placing "
        "CASE substr(line, length(line) - 20, 1) WHEN 'A' THEN 'B' ELSE 'A' END from length(line) - 20 for 1)"
    ),
    "missing": "DELETE FROM journal_event WHERE seq = 4",
    "head_beyond": "DELETE FROM journal_event WHERE seq = 8",
}


@pytest.mark.parametrize("key", TAMPERED)
def test_one_changed_byte_in_the_database_is_found_and_named(log, key):
    assert check_log().difference is None
    tamper(TAMPERED[key])
    found = check_log().difference
    assert found is not None and found.key == key
    place = {"event": 3, "parts": 6, "node": 5, "missing": 4}.get(key)
    assert place is None or found.values["number"] == place


def test_a_leaf_that_was_changed_with_its_event_is_found_by_the_tree(log):
    event = Event.objects.get(seq=2)
    told = proofs.event(event.what, "s/other", event.by, event.role, event.at, event.details)
    tamper("UPDATE journal_event SET subject = 's/other', leaf = %s WHERE seq = 2", proofs.leaf_of(told))
    found = check_log().difference
    assert found.key == "node" and (found.values["level"], found.values["place"]) == (1, 0)


def test_a_check_tells_how_far_it_is(log):
    steps = []
    assert check_log(lambda done, size: steps.append((done, size))) == (8, 3, 1, None)
    assert steps == [(8, 8)]
