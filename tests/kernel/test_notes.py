"""Signed notes and checkpoints as C2SP writes them, against a published note and by changing every byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel.notes import LOG, WITNESS, Head, Key, Note, Unreadable, cosigned, is_right, key_of, signed, time_of

PRIVATE, OTHER = bytes(range(32)), bytes(range(1, 33))

# The example in the documentation of Go's golang.org/x/mod/sumdb/note, whose format C2SP wrote down.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_published_note_is_signed_by_its_published_key():
    key = Key.read(PUBLISHED_KEY)
    assert (key.name, key.kind, str(key)) == ("PeterNeumann", LOG, PUBLISHED_KEY)
    note = Note.read(PUBLISHED)
    assert note.signed_by(key) and str(note) == PUBLISHED
    assert not Note.read(PUBLISHED.replace("problem is", "problem was")).signed_by(key)


def made() -> tuple[Head, str, Key, Key]:
    head = Head("log.example/journal", 7, bytes(range(32)))
    text = head.body() + "\n" + signed(head.body(), head.origin, PRIVATE)
    text += cosigned(head.body(), "witness.example", OTHER, 1_679_315_147)
    return head, text, key_of(head.origin, PRIVATE), key_of("witness.example", OTHER, WITNESS)


def test_a_checkpoint_is_signed_by_log_and_witness():
    head, text, log, witness = made()
    note = Note.read(text)
    assert Head.read(note.body) == head and str(note) == text
    assert note.signed_by(log) and note.signed_by(witness)
    assert time_of(note.signatures[1]) == 1_679_315_147
    assert not note.signed_by(key_of(head.origin, OTHER)) and not is_right(note.body, note.signatures[1], log)
    assert not is_right(note.body, note.signatures[0], witness)


def test_no_byte_of_a_checkpoint_can_be_changed():
    head, text, log, witness = made()
    for place in range(len(text.encode())):
        changed = bytearray(text.encode())
        changed[place] ^= 1
        try:
            note = Note.read(changed.decode())
            whole = note.signed_by(log) and note.signed_by(witness) and Head.read(note.body) == head
        except (Unreadable, UnicodeDecodeError):
            continue
        assert not whole, place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n\nb\n",
        "a\n\n— x\n",
        "a\n\n— x y\n",
        "a\n\n— x AAAA\n",
        "a\n\n— x AAAAAAA=",
        "a\t\n\n— x AAAAAAA=\n",
    ],
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(Unreadable):
        Note.read(text)


@pytest.mark.parametrize(
    "body",
    [
        "", "o\n1\n", "o\n01\nx\n", "o\n-1\nAAAA\n", "o\n1\nAAAA\n", "\n1\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 43 + "=\nmore\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(body):
    with pytest.raises(Unreadable):
        Head.read(body)


@pytest.mark.parametrize(
    "text", ["", "a", "a+00000000+AAAA", PUBLISHED_KEY[:-1] + "X", PUBLISHED_KEY.replace("c7", "c8")]
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(Unreadable):
        Key.read(text)


@given(st.text(max_size=200))
def test_any_text_is_a_note_or_is_refused(text):
    for reading in (Note.read, Head.read, Key.read):
        try:
            reading(text)
        except Unreadable:
            continue
