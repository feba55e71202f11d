"""`tongguan file` files what it is given, shows what became of it, and says by its status whether all went well."""

from __future__ import annotations

import io
import shutil
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tongguan.cli.file import found
from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Message
from tongguan.inspections.draws import ensure_keys
from tongguan.parties.actions import register
from tongguan.parties.models import Certificate
from tongguan.server.configuration import checkout
from tongguan.server.prepare import OPERATOR
from tongguan.tariff import actions as tariff

EXAMPLES = checkout() / "examples"
AT = datetime.now(ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _window():
    tariff.load(by=OPERATOR, at=AT)
    ensure_keys(AT.date(), by=OPERATOR, at=AT)
    for firm in samples.FIRMS:
        names = {"name_zh": firm.name, "name_en": firm.name_en, "kinds": [firm.kind]}
        register(firm.code, firm.customs_registration, **names, by=OPERATOR, at=AT)


def copied(folder: Path, *names: str) -> list[str]:
    return [str(shutil.copy(EXAMPLES / name, folder)) for name in names]


def test_sound_messages_are_filed_and_counted(tongguan, tmp_path: Path):
    paths = copied(tmp_path, "01-order.xml", "02-payment.xml", "03-waybill.xml")
    ran = tongguan("file", *paths)
    assert ran.status == 0, ran.err + ran.out
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"{paths[0]}: CEB311Message, 7 accepted, 0 refused")
    assert lines[-1] == "3 of 3 files were messages; 21 documents accepted, 0 refused."
    assert Message.objects.count() == 3


def test_mistakes_are_shown_with_node_field_code_and_message(tongguan, tmp_path: Path):
    ran = tongguan("file", *copied(tmp_path, "11-inventory-mistakes.xml"))
    assert ran.status == 1
    assert "6 refused" in ran.out
    rows = [line for line in ran.out.splitlines() if line.startswith("11-inventory-mistakes.xml ")]
    grave = [row for row in rows if "  warning  " not in row]  # notes of the positive list stand beside the mistakes
    assert len(grave) >= 6 and len(grave) < len(rows)
    assert all("refused" in row and " -62" in row for row in grave[:6])


def test_the_findings_are_chinese_for_a_chinese_reader(tongguan, tmp_path: Path):
    ran = tongguan("file", *copied(tmp_path, "11-inventory-mistakes.xml"), "--lang", "zh")
    assert "退回" in ran.out and "refused" not in ran.out


def test_as_json_every_finding_has_its_address_and_both_texts(tongguan, tmp_path: Path):
    [filed] = tongguan("file", *copied(tmp_path, "11-inventory-mistakes.xml"), "--json").json
    assert (filed["kind"], filed["read"], filed["refused"]) == ("CEB621Message", True, 6)
    findings = [finding for node in filed["nodes"] for finding in node["findings"]]
    assert all(finding["pointer"] and finding["zh"] and finding["en"] for finding in findings)
    assert [node["position"] for node in filed["nodes"]] == list(range(1, 8))


def test_what_is_no_message_ends_with_two_and_the_rest_is_filed(tongguan, tmp_path: Path):
    ran = tongguan("file", *copied(tmp_path, "21-not-well-formed.xml", "01-order.xml"))
    assert ran.status == 2
    assert "21-not-well-formed.xml: is no message we can read" in ran.out
    assert "CEB311Message, 7 accepted" in ran.out
    assert "1 of 2 files were messages" in ran.out


def test_a_file_that_is_not_there_ends_with_two_and_the_rest_is_filed(tongguan, tmp_path: Path):
    ran = tongguan("file", str(tmp_path / "gone.xml"), *copied(tmp_path, "01-order.xml"))
    assert ran.status == 2
    assert "gone.xml: there is no such file" in ran.err
    assert Message.objects.count() == 1


def test_folders_patterns_and_names_are_opened_each_file_once(tmp_path: Path):
    inner = tmp_path / "inner"
    inner.mkdir()
    first, second = copied(tmp_path, "01-order.xml") + copied(inner, "02-payment.xml")
    (tmp_path / "notes.txt").write_text("no message")
    assert found([str(tmp_path)]) == ([first, second], [])
    assert found([str(tmp_path / "*.xml"), first]) == ([first], [])
    assert found([str(tmp_path / "*.edi"), "-"]) == (["-"], [str(tmp_path / "*.edi")])


def test_a_dash_reads_standard_input(tongguan, monkeypatch: pytest.MonkeyPatch):
    content = (EXAMPLES / "01-order.xml").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    ran = tongguan("file", "-")
    assert (ran.status, ran.out.startswith("-: CEB311Message, 7 accepted")) == (0, True)


def test_the_receipts_are_written_where_asked(tongguan, tmp_path: Path):
    tongguan("file", *copied(tmp_path, "01-order.xml"), "--receipts", str(tmp_path / "receipts"))
    [receipt] = (tmp_path / "receipts").iterdir()
    assert b"CEB312Message" in receipt.read_bytes()


def test_an_enterprise_files_its_own_and_nobody_elses(tongguan, tmp_path: Path):
    [order] = copied(tmp_path, "01-order.xml")
    assert tongguan("file", order, "--as", samples.CARRIER.code).status == 1
    assert tongguan("file", order, "--as", samples.BROKER.customs_registration).status == 0
    unknown = tongguan("file", order, "--as", "91110000000000000X")
    assert (unknown.status, unknown.err) == (
        1,
        "Error: No enterprise with the code 91110000000000000X is known here.\n",
    )


def test_beside_a_demonstration_what_is_unsigned_is_signed(tongguan, tmp_path: Path, settings, monkeypatch):
    monkeypatch.setenv("TONGGUAN_DEMO", "yes")
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path / "trial"
    [path] = copied(tmp_path, "05-inventory-waits.xml")
    assert tongguan("file", path, "--no-sign").status == 0  # the tests take unsigned messages
    assert not Certificate.objects.exists()
    tongguan("file", path)
    assert [row.trial for row in Certificate.objects.all()] == [True]
    assert len(list(settings.TRIAL_KEYS.iterdir())) == 1
