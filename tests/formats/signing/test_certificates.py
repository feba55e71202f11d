"""Certificates: what is read of them, who issued them, and that nothing but NotCertificate comes out of any bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.formats.signing.conftest import CODE, NAME, SERIAL, SINCE, UNTIL, Signer

from tongguan.formats import signing
from tongguan.formats.signing import certificates, keys

ALGORITHMS = ["sm2-sm3", "rsa-sha1"]


@pytest.fixture(params=ALGORITHMS)
def signer(request, sm2, rsa) -> Signer:
    return {"sm2-sm3": sm2, "rsa-sha1": rsa}[request.param]


def test_what_a_certificate_says(signer):
    found = signing.read_certificate(signer.certificate)
    assert (found.serial, found.code, found.name) == ("03000000000cde6f", CODE, NAME)
    assert (found.since, found.until, found.trial) == (SINCE, UNTIL, True)
    assert found.key == signer.key.public and found.key.kind == signer.algorithm.partition("-")[0]
    assert CODE in found.subject and "Tongguan test" in found.issuer and found.der == signer.certificate
    assert signing.read_certificate(keys.armoured("CERTIFICATE", signer.certificate)) == found


def test_its_period(signer):
    found = signing.read_certificate(signer.certificate)
    assert found.valid_at(SINCE) and found.valid_at(UNTIL)
    assert not found.valid_at(SINCE - timedelta(seconds=1)) and not found.valid_at(UNTIL + timedelta(seconds=1))
    assert found.valid_at(datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))))


def test_who_issued_it(sm2, rsa):
    for signer, other in ((sm2, rsa), (rsa, sm2)):
        found = signing.read_certificate(signer.certificate)
        assert signing.is_issued_by(found, signer.authority.certificate)
        assert signing.is_issued_by(signer.authority.certificate, signer.authority.certificate)
        assert not signing.is_issued_by(found, other.authority.certificate)
        assert not signing.is_issued_by(found, found)
        # The same name with another key.
        assert not signing.is_issued_by(found, Signer(signer.algorithm).authority.certificate)


def test_a_changed_certificate_was_not_issued(signer):
    changed = signer.certificate.replace(CODE.encode(), b"310198Z556")
    found = signing.read_certificate(changed)
    assert found.code == "310198Z556" and not signing.is_issued_by(found, signer.authority.certificate)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_without_an_authority_it_is_its_own(algorithm):
    far = datetime(2060, 1, 1, tzinfo=UTC)
    key, data = signing.make_test_certificate(CODE, "甲", serial=7, since=SINCE, until=far, algorithm=algorithm)
    found = signing.read_certificate(data)
    assert (found.serial, found.until, found.trial) == ("07", far, True) and found.key == key.public


def test_every_certificate_for_tests_has_a_key_of_its_own():
    made = [signing.make_test_certificate(CODE, NAME, serial=1, since=SINCE, until=UNTIL) for _ in range(3)]
    assert len({key.public.info for key, _ in made}) == 3


def test_mistakes_of_the_caller():
    with pytest.raises(ValueError, match="zone"):
        signing.make_test_certificate(CODE, NAME, serial=1, since=datetime(2026, 1, 1), until=UNTIL)
    with pytest.raises(ValueError, match="sm2 and rsa"):
        signing.make_test_certificate(CODE, NAME, serial=1, since=SINCE, until=UNTIL, algorithm="dsa")


def test_the_certificate_of_the_published_samples(shared):
    # An old one, of RSA with 1,024 bits, its names in UTF-16 (BMPString).
    root = etree.parse(shared / "samples" / "import" / "CEB621Message.xml")
    found = signing.read_certificate(b"-----BEGIN CERTIFICATE-----%s-----END CERTIFICATE-----" % root.findtext(
        ".//{*}X509Certificate").encode())  # fmt: skip
    assert (found.serial, found.key.kind, found.trial) == ("9927", "rsa", False)
    assert found.name == "13号密钥测试服务器开发区" and found.since.year == 2015


@pytest.mark.parametrize(
    ("number", "text"), [(0, "00"), (7, "07"), (255, "ff"), (256, "0100"), (SERIAL, "03000000000cde6f")]
)
def test_serial_numbers_as_the_name_of_the_key(number, text):
    assert certificates.serial_text(number) == text


@pytest.mark.parametrize("data", [b"", b"0", b"\x30\x00", b"-----BEGIN CERTIFICATE-----", b"\x30" * 40_000, b"x" * 10])
def test_what_is_no_certificate(data):
    with pytest.raises(signing.NotCertificate):
        signing.read_certificate(data)


def test_keys_of_other_kinds_are_not_taken():
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = builder.serial_number(1).not_valid_before(SINCE).not_valid_after(UNTIL).sign(key, hashes.SHA256())
    with pytest.raises(signing.NotCertificate, match="neither of SM2 nor of RSA"):
        signing.read_certificate(made.public_bytes(serialization.Encoding.DER))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data())
def test_changed_bytes_of_certificates(sm2, rsa, chance):
    data = bytearray(chance.draw(st.sampled_from([sm2.certificate, rsa.certificate])))
    for _ in range(chance.draw(st.integers(1, 4))):
        start = chance.draw(st.integers(0, len(data) - 1))
        data[start : start + chance.draw(st.sampled_from([0, 1, 1, 4]))] = chance.draw(st.binary(max_size=4))
    try:
        found = signing.read_certificate(bytes(data))
    except signing.NotCertificate:
        return
    assert isinstance(signing.is_issued_by(found, sm2.authority.certificate), bool)
