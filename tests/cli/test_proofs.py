"""`tongguan proof`, `verify` and `witness`: from a parcel to a file that anybody can check, and a log that is whole."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.desk.conftest import bought
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT, file_all
from tests.journal.signing import WITNESS, WITNESS_KEY, signed, tamper

from tongguan.ecommerce.models import Inventory
from tongguan.journal.actions import sequence, take_cosignatures
from tongguan.journal.models import Event
from tongguan.journal.proving import log_key
from tongguan.kernel import notes


@pytest.fixture
def inventory(tariff_loaded, db) -> Inventory:
    prepare()
    file_all(bought("P0001"))
    sequence()
    signed()
    return Inventory.objects.get()


def test_a_parcel_is_proven_by_a_file_and_one_changed_byte_is_found(tongguan, inventory, tmp_path):
    path = tmp_path / "p.proof"
    for form in ((), ("--text",)):
        assert tongguan("proof", str(inventory), "--out", str(path), *form).status == 0
        ran = tongguan("verify", str(path), "--key", str(log_key()))
        assert ran.status == 0 and str(inventory) in ran.out and "Signed by the key you gave" in ran.out
        ran = tongguan("verify", str(path), "--lang", "zh")
        assert ran.status == 0 and "核验通过" in ran.out and str(log_key()) in ran.out
        content = path.read_bytes()
        path.write_bytes(content.replace(b"0", b"1", 1))
        ran = tongguan("verify", str(path))
        assert ran.status == 1 and "the proof is not true" in ran.err and ran.out == ""
        assert "证明不成立" in tongguan("verify", str(path), "--lang", "zh").err
        assert not tongguan("verify", str(path), "--json").json["proven"]


def test_a_proof_is_checked_where_there_is_no_database(tongguan, inventory, tmp_path):
    path = tmp_path / "p.proof"
    tongguan("proof", str(inventory), "--out", str(path))
    code = (
        "import sys; from tongguan.cli import run; status = run(sys.argv[1:]);"
        "sys.exit(status or (77 if 'django' in sys.modules else 0))"
    )
    environment = {**os.environ, "DATABASE_URL": "postgresql://nowhere.invalid/x"}
    ran = subprocess.run([sys.executable, "-c", code, "verify", str(path)], env=environment, capture_output=True)
    assert ran.returncode == 0, ran.stderr


def test_events_by_number_part_and_kind(tongguan, inventory):
    number = Event.objects.get(subject=f"message/{inventory.pk // 1000}").seq
    assert tongguan("proof", str(number)).json["part"] is None
    assert tongguan("proof", f"{number}.1").json["part"]["place"] == 0
    kind = tongguan("proof", str(inventory)).json["part"]["event"]["what"]
    assert kind.startswith("inventory.")
    assert tongguan("proof", str(inventory), "--what", kind).json["part"]["event"]["subject"] == str(inventory)
    assert tongguan("proof", str(inventory), "--what", "inventory.eaten").status == 1
    for wrong in ("999999", f"{number}.999", "inventory/1", "inventory/" + "9" * 30, "x", "order/²"):
        ran = tongguan("proof", wrong)
        assert (ran.status, ran.out) == (1, "") and "Traceback" not in ran.err


def test_wrong_use_says_what_is_wrong(tongguan, db, tmp_path):
    for words in (("verify",), ("verify", "x", "--log"), ("verify", str(tmp_path / "none")), ("verify", "x", "--key", "x"),
                  ("witness", "rob"), ("witness", "add")):  # fmt: skip
        ran = tongguan(*words)
        assert (ran.status, ran.out) == (2, "") and "Traceback" not in ran.err


def test_the_log_is_checked_and_a_changed_byte_is_named(tongguan, inventory):
    ran = tongguan("verify", "--log", "--json")
    assert ran.status == 0 and ran.json["whole"] and ran.json["parts"] > 0
    number = Event.objects.get(subject=f"message/{inventory.pk // 1000}").seq
    tamper("UPDATE journal_event SET parts = jsonb_set(parts, '{0,3}', '\"x\"') WHERE seq = %s", number)
    ran = tongguan("verify", "--log")
    assert ran.status == 1 and f"the parts of event {number} (message/{inventory.pk // 1000}) were changed" in ran.err
    assert tongguan("verify", "--log", "--json").json["difference"]["number"] == number


def test_a_witness_is_named_signs_and_ends(tongguan, inventory, tmp_path):
    assert tongguan("witness", "add", str(WITNESS_KEY)).status == 0
    shown = tongguan("witness", "--json").json
    assert shown["key"] == str(log_key()) and shown["witnesses"] == [
        {"name": WITNESS_KEY.name, "key": str(WITNESS_KEY), "ended": False}
    ]
    body = notes.Note.read(shown["checkpoint"]).body
    cosigned = shown["checkpoint"] + notes.cosigned(body, WITNESS_KEY.name, WITNESS, 1_800_000_000)
    take_cosignatures(cosigned.encode(), at=AT)
    path = tmp_path / "p.proof"
    tongguan("proof", str(inventory), "--out", str(path))
    assert f"The witness {WITNESS_KEY.name} vouches" in tongguan("verify", str(path)).out
    assert str(log_key()) in tongguan("witness").out
    assert tongguan("witness", "end", WITNESS_KEY.name).status == 0
    assert tongguan("witness", "end", WITNESS_KEY.name).status == 1
    assert tongguan("witness", "add", "x").status == 1
