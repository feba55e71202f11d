"""Another program signs and verifies the same things: OpenSSL, where it is there."""

from __future__ import annotations

import base64

import pytest
from lxml import etree
from tests.formats.signing.conftest import SINCE

from tongguan.formats import signing
from tongguan.formats.signing import canonical, keys
from tongguan.formats.signing import sm2 as sm2_module

USER = "distid:1234567812345678"


def test_it_verifies_what_we_sign(sm2, openssl, unsigned, tmp_path):
    root = etree.fromstring(sm2.sign(unsigned))
    (tmp_path / "data").write_bytes(canonical.part(root[-1][0]))
    (tmp_path / "value").write_bytes(sm2_module.in_der(base64.b64decode(root[-1][1].text)))
    (tmp_path / "key").write_bytes(keys.armoured("PUBLIC KEY", sm2.key.public.info))
    done = openssl(
        "dgst",
        "-sm3",
        "-verify",
        tmp_path / "key",
        "-sigopt",
        USER,
        "-signature",
        tmp_path / "value",
        tmp_path / "data",
    )
    assert done.stdout.strip() == b"Verified OK", done.stderr


def test_we_verify_what_it_signs(openssl, tmp_path):
    made = openssl("genpkey", "-algorithm", "SM2", "-out", tmp_path / "key")
    if made.returncode:
        pytest.skip("this OpenSSL was built without SM2")
    key = signing.load_key((tmp_path / "key").read_bytes())
    (tmp_path / "data").write_bytes(b"data")
    done = openssl(
        "dgst", "-sm3", "-sign", tmp_path / "key", "-sigopt", USER, "-out", tmp_path / "value", tmp_path / "data"
    )
    assert done.returncode == 0, done.stderr
    assert key.public.verifies(b"data", sm2_module.from_der((tmp_path / "value").read_bytes()))


def test_it_reads_our_keys(sm2, rsa, openssl, tmp_path):
    for key in (sm2.key, rsa.key):
        (tmp_path / "key").write_bytes(key.pem())
        done = openssl("pkey", "-in", tmp_path / "key", "-pubout", "-outform", "DER")
        assert done.stdout == key.public.info, done.stderr


def test_it_takes_our_certificates(sm2, rsa, openssl, tmp_path):
    for signer, options in ((sm2, ["-vfyopt", USER]), (rsa, [])):
        for name, data in (("authority", signer.authority.certificate.der), ("own", signer.certificate)):
            (tmp_path / name).write_bytes(keys.armoured("CERTIFICATE", data))
        at = int(SINCE.timestamp()) + 1
        done = openssl("verify", "-attime", at, *options, "-CAfile", tmp_path / "authority", tmp_path / "own")
        assert done.stdout.strip().endswith(b": OK"), done.stderr


def test_a_message_signed_by_it_alone(openssl, unsigned, tmp_path):
    """Sign as a client would that has no line of ours: OpenSSL for the key, the certificate, digest and signature."""
    subject = ["-subj", "/CN=client/organizationIdentifier=310198Z555"]
    made = openssl("req", "-x509", "-newkey", "sm2", "-sm3", "-sigopt", USER, "-nodes", "-days", 9, *subject,
                   "-keyout", tmp_path / "key", "-out", tmp_path / "certificate")  # fmt: skip
    if made.returncode:
        pytest.skip("this OpenSSL makes no certificates of SM2")
    certificate = signing.read_certificate((tmp_path / "certificate").read_bytes())
    (tmp_path / "document").write_bytes(etree.tostring(etree.fromstring(unsigned), method="c14n"))
    digest = openssl("dgst", "-sm3", "-binary", tmp_path / "document").stdout
    ds, port = "http://www.w3.org/2000/09/xmldsig#", "http://www.chinaport.gov.cn/2022/04/xmldsig#"
    info = (
        f'<ds:SignedInfo xmlns:ceb="http://www.chinaport.gov.cn/ceb" xmlns:ds="{ds}"><ds:CanonicalizationMethod '
        f'Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:CanonicalizationMethod><ds:SignatureMethod '
        f'Algorithm="{port}sm2-sm3"></ds:SignatureMethod><ds:Reference URI=""><ds:Transforms><ds:Transform '
        f'Algorithm="{ds}enveloped-signature"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="{port}sm3">'
        f"</ds:DigestMethod><ds:DigestValue>{base64.b64encode(digest).decode()}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
    (tmp_path / "data").write_text(info)
    openssl("dgst", "-sm3", "-sign", tmp_path / "key", "-sigopt", USER, "-out", tmp_path / "value", tmp_path / "data")
    value = sm2_module.from_der((tmp_path / "value").read_bytes())
    whole = (
        f'<ds:Signature xmlns:ds="{ds}">{info}<ds:SignatureValue>{base64.b64encode(value).decode()}</ds:SignatureValue>'
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{base64.b64encode(certificate.der).decode()}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature></ceb:CEB621Message>"
    )
    found = signing.verify(unsigned.replace(b"</ceb:CEB621Message>", whole.encode()))
    assert (found.serial, found.read.code) == (certificate.serial, "310198Z555")
