"""`tongguan certificate` registers, lists and revokes, and makes one for trials; `tongguan file` signs with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tongguan.ecommerce.samples import PLATFORM
from tongguan.formats import signing
from tongguan.formats.signing.keys import armoured
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.parties.certificates import TrialCard

AT = datetime.now(UTC)


@pytest.fixture
def firm(db, settings):
    settings.DEMO = True
    return register(PLATFORM.code, name_zh=PLATFORM.name, kinds=["platform"], by=Actor("t", "operator"), at=AT)


@pytest.fixture
def card(tmp_path):
    _, der = signing.make_test_certificate(
        PLATFORM.code, PLATFORM.name, serial=7, since=AT - timedelta(days=1), until=AT + timedelta(days=9)
    )
    path = tmp_path / "card.pem"
    path.write_bytes(armoured("CERTIFICATE", der))
    return str(path)


def test_added_listed_and_revoked(tongguan, firm, card):
    assert tongguan("certificate", "list", "--for", PLATFORM.code, "--json").json == []
    assert tongguan("certificate", "add", card, "--for", PLATFORM.code).status == 0
    [row] = tongguan("certificate", "list", "--for", PLATFORM.code, "--json").json
    assert (row["serial"], row["key"], row["state"], row["trial"]) == ("07", "sm2", "in_force", True)
    assert "in force" in tongguan("certificate", "list", "--for", PLATFORM.code).out
    number = str(row["number"])
    without = tongguan("certificate", "revoke", number)
    assert without.status == 1 and "say why" in without.err
    assert tongguan("certificate", "revoke", number, "--why", "card lost").status == 0
    [row] = tongguan("certificate", "list", "--for", PLATFORM.code, "--json").json
    assert (row["state"], row["revoked_why"]) == ("revoked", "card lost")
    again = tongguan("certificate", "add", card, "--for", PLATFORM.code)
    assert again.status == 1 and "not registered again" in again.err


@pytest.mark.parametrize("words", [[], ["--rsa"]])
def test_a_certificate_for_trials_is_written_once(tongguan, firm, words):
    ran = tongguan("certificate", "trial", "--for", PLATFORM.code, *words)
    made = TrialCard.read(ran.out.encode())
    assert ran.status == 0 and made.key.public == signing.read_certificate(made.certificate).key
    assert made.key.kind == ("rsa" if words else "sm2")
    listed = tongguan("certificate", "list", "--for", PLATFORM.code, "--json")
    assert len(listed.json) == 1 and "PRIVATE" not in listed.out


def test_outside_a_demonstration_there_are_no_trials(tongguan, firm, card, settings):
    settings.DEMO = settings.OPEN_INTAKE = False
    assert "only a demonstration" in tongguan("certificate", "trial", "--for", PLATFORM.code).err
    assert "only a demonstration" in tongguan("certificate", "add", card, "--for", PLATFORM.code).err
    assert tongguan("certificate", "list", "--for", PLATFORM.code, "--json").json == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["burn"], 2),
        (["list"], 2),
        (["list", "--for", "1"], 2),
        (["add", "/nowhere", "--for", PLATFORM.code], 2),
        (["revoke", "x"], 1),
        (["revoke", "99999999999999999999", "--why", "x"], 1),
        (["revoke", "12345", "--why", "x"], 1),
    ],
)
def test_wrong_use_says_what_is_wrong(tongguan, firm, words, status):
    ran = tongguan("certificate", *words)
    assert (ran.status, ran.out) == (status, "") and "Traceback" not in ran.err


def test_a_private_key_is_not_taken(tongguan, firm, card, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(signing.new_key("sm2").pem() + Path(card).read_bytes())
    ran = tongguan("certificate", "add", str(both), "--for", PLATFORM.code)
    assert ran.status == 1 and "CERTIFICATE_PRIVATE_KEY" in ran.err


def test_only_a_demonstration_signs_by_itself(tongguan, firm, card):
    ran = tongguan("file", "--sign", card)
    assert ran.status == 2 and "demonstration" in ran.err
