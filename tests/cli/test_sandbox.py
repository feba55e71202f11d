"""`tongguan sandbox` issues a certificate into files, signs with it, and lists the magic values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tongguan.ecommerce.samples import PLATFORM
from tongguan.formats import signing
from tongguan.kernel.states import Actor
from tongguan.parties.actions import register
from tongguan.sandbox.models import Certificate

AT = datetime.now(UTC)
ORDER = "examples/01-order.xml"


@pytest.fixture
def files(db, tmp_path):
    register(PLATFORM.code, name_zh=PLATFORM.name, kinds=["platform"], by=Actor("t", "operator"), at=AT)
    return ("--key", str(tmp_path / "k.pem"), "--certificate", str(tmp_path / "c.pem"))


@pytest.mark.parametrize("algorithm", ["sm2-sm3", "rsa-sha1"])
def test_a_certificate_is_issued_into_files(tongguan, files, algorithm, tmp_path):
    ran = tongguan("sandbox", "certificate", "--for", PLATFORM.code, "--algorithm", algorithm, *files)
    assert (ran.status, ran.out) == (0, ""), ran.err
    assert "PRIVATE" not in ran.err
    assert (tmp_path / "k.pem").stat().st_mode & 0o777 == 0o600
    assert Certificate.objects.get().algorithm == algorithm
    again = tongguan("sandbox", "certificate", "--for", PLATFORM.code, *files)
    assert again.status == 1 and Certificate.objects.count() == 1


def test_a_message_is_signed(tongguan, files, monkeypatch, tmp_path):
    tongguan("sandbox", "certificate", "--for", PLATFORM.code, "--algorithm", "rsa-sha1", *files)
    signed = tongguan("sandbox", "sign", ORDER, *files)
    assert signed.status == 0
    assert signing.verify(signed.out.encode()).algorithm == "rsa-sha1"
    (tmp_path / "signed.xml").write_text(signed.out, encoding="utf-8")
    assert tongguan("sandbox", "sign", str(tmp_path / "signed.xml"), *files).status == 1


@pytest.mark.parametrize(
    "words, status",
    [
        (("sandbox",), 2),
        (("sandbox", "play"), 2),
        (("sandbox", "certificate", "--for", "123"), 2),
        (("sandbox", "certificate", "--for", PLATFORM.code, "--algorithm", "dsa"), 2),
        (("sandbox", "sign", "examples/none.xml"), 2),
        (("sandbox", "sign", "examples/README.md"), 2),
        (("sandbox", "magic", "CEB312Message"), 2),
    ],
)
def test_wrong_use_says_what_is_wrong(tongguan, files, words, status):
    ran = tongguan(*words, *files)
    assert (ran.status, ran.out) == (status, "") and "Traceback" not in ran.err
    assert not Certificate.objects.exists()


def test_what_is_no_message_or_no_key_is_not_signed(tongguan, files):
    tongguan("sandbox", "certificate", "--for", PLATFORM.code, *files)
    assert tongguan("sandbox", "sign", "examples/21-not-well-formed.xml", *files).status == 1
    assert tongguan("sandbox", "sign", ORDER, "--key", files[3], "--certificate", files[1]).status == 1


def test_magic_values_are_listed(tongguan):
    listed = tongguan("sandbox", "magic", "--json").json
    assert "-621018" in {one["value"] for one in listed["CEB621Message"]} and "CEB311Message" in listed
    ran = tongguan("sandbox", "magic", "CEB621Message")
    assert "-TIMEOUT" in ran.out and "CEB311Message" not in ran.out
