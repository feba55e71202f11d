"""The program ends TLS itself by its settings: 1.2 and 1.3, with strong suites only; and believes of proxies whom it should."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test import Client
from tests.server.test_up import free_port

from tongguan.cli import run
from tongguan.server.tls import scheme, tls

READY_SECONDS = 60


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key, as files."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    built = built.not_valid_after(now + timedelta(days=1))
    made = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(
        key, hashes.SHA256()
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(plain)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def port(files, django_db_setup, django_db_blocker, tmp_path_factory):
    """The port of a web process that ends TLS."""
    with django_db_blocker.unblock():
        of = connection.settings_dict
    where = f"postgresql://{of['USER']}:{of['PASSWORD']}@/{of['NAME']}?host={of['HOST']}&port={of['PORT']}"
    port, home = free_port(), tmp_path_factory.mktemp("home")
    environment = {
        **os.environ, "DATABASE_URL": where, "TONGGUAN_HOME": str(home), "TONGGUAN_TLS_CERT": str(files[0]),
        "TONGGUAN_TLS_KEY": str(files[1]), "PROMETHEUS_MULTIPROC_DIR": str(home),
    }  # fmt: skip
    command = [sys.executable, "-m", "tongguan.cli", "web", "--port", str(port), "--workers", "1"]
    with (home / "said").open("w") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def asked(port: int, path: str, files, context: ssl.SSLContext | None = None) -> http.client.HTTPResponse:
    """Ask until somebody listens."""
    context = context or ssl.create_default_context(cafile=str(files[0]))
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            connected = http.client.HTTPSConnection("localhost", port, timeout=10, context=context)
            connected.request("GET", path)
            return connected.getresponse()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "it does not listen"
            time.sleep(0.2)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_answers_over_tls_with_strong_suites_and_hsts_follows(port, files, version):
    context = ssl.create_default_context(cafile=str(files[0]))
    context.minimum_version = context.maximum_version = version
    answer = asked(port, "/healthz", files, context)
    assert answer.status == 200 and "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    with (
        socket.create_connection(("localhost", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as one,
    ):
        suite, spoken, bits = one.cipher()
        assert spoken in ("TLSv1.2", "TLSv1.3") and bits >= 128 and ("GCM" in suite or "CHACHA20" in suite)
        assert suite.startswith(("ECDHE", "TLS_"))


def test_cookies_are_for_this_host_over_tls(port, files):
    set_ = asked(port, "/sign-in", files).headers.get_all("Set-Cookie")
    assert any(one.startswith("__Host-csrf=") and "Secure" in one for one in set_)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("suites", ["AES128-SHA:AES256-SHA", "ECDHE+AES:!ECDHE+AESGCM"])
def test_weak_suites_and_old_versions_are_refused(port, files, suites):
    asked(port, "/healthz", files)
    context = ssl.create_default_context(cafile=str(files[0]))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(suites)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        asked(port, "/healthz", files, context)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        asked(port, "/healthz", files, old)


def test_who_speaks_plainly_is_not_answered(port, files):
    asked(port, "/healthz", files)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        plain = http.client.HTTPConnection("localhost", port, timeout=10)
        plain.request("GET", "/healthz")
        plain.getresponse()


def test_the_portal_asks_itself_by_its_own_certificate(port, files, monkeypatch, tmp_path):
    asked(port, "/healthz", files)
    monkeypatch.setenv("TONGGUAN_TLS_CERT", str(files[0]))
    monkeypatch.setenv("TONGGUAN_TLS_KEY", str(files[1]))
    assert scheme() == "https"
    connected = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=tls().asking())
    connected.request("GET", "/healthz")
    assert connected.getresponse().status == 200


def test_settings_that_do_not_fit_are_said_at_once(files, monkeypatch, tmp_path, capsys):
    assert tls() is None and scheme() == "http"
    monkeypatch.setenv("TONGGUAN_TLS_CERT", str(files[0]))
    with pytest.raises(ValueError, match="together"):
        tls()
    (tmp_path / "other.pem").write_text("no key")
    for key in ("other.pem", "missing.pem"):
        monkeypatch.setenv("TONGGUAN_TLS_KEY", str(tmp_path / key))
        with pytest.raises(ValueError, match="TONGGUAN_TLS_KEY"):
            tls()
    for lang, word in (("zh", "证书"), ("en", "certificate")):
        assert run(["--lang", lang, "web", "--port", str(free_port())]) == 2
        said = capsys.readouterr().err
        assert word in said and "TONGGUAN_TLS_KEY" in said and "Traceback" not in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "address", "secure"),
    [
        ("local", "127.0.0.1", True), ("local", "192.0.2.7", False), ("192.0.2.0/24", "192.0.2.7", True),
        ("192.0.2.0/24", "127.0.0.1", False), ("none", "127.0.0.1", False), ("any", "203.0.113.9", True),
    ],
)  # fmt: skip
def test_a_proxy_is_believed_only_from_where_it_may_be(monkeypatch, settings, proxies, address, secure):
    monkeypatch.setenv("TONGGUAN_PROXIES", proxies)
    settings.SECURE_PROXY_SSL_HEADER, settings.SECURE_HSTS_SECONDS = ("HTTP_X_FORWARDED_PROTO", "https"), 31536000
    answer = Client().get("/sign-in", REMOTE_ADDR=address, headers={"X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer) is secure
    assert answer.wsgi_request.is_secure() is secure
