"""Sending to a receiver that refuses, breaks off, is slow, redirects, answers without end, or has a wrong certificate."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tongguan.exchange.webhooks.sending import KEPT_MOST, PROBLEMS, Sender
from tongguan.kernel.texts import LANGUAGES, text


@pytest.fixture
def sender() -> Sender:
    return Sender(loopback=True, timeout=1.0)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (200, ""),
        (204, ""),
        (299, ""),
        (301, "redirect"),
        (307, "redirect"),
        (400, "status"),
        (410, "gone"),
        (500, "status"),
    ],
)
def test_what_an_answer_means(receiver, sender, status, problem):
    receiver.answers = [(status, {"Location": receiver.url})]
    answer = sender.send(receiver.url, {"webhook-id": "msg_1"}, b"{}")
    assert (answer.status, answer.problem, len(receiver.got)) == (status, problem, 1)
    headers, body = receiver.got[0]
    assert headers["webhook-id"] == "msg_1" and headers["host"] == receiver.url.split("/")[2] and body == b"{}"


@pytest.mark.parametrize(("written", "seconds"), [("120", 120), ("0", 0), ("soon", 0), ("-5", 0), ("9" * 30, 0)])
def test_how_long_a_receiver_wants_to_be_left_alone(receiver, sender, written, seconds):
    receiver.answers = [(503, {"Retry-After": written})]
    assert sender.send(receiver.url, {}, b"{}").wait == seconds


def test_a_line_that_breaks(receiver, sender):
    receiver.answers = [None]
    assert sender.send(receiver.url, {}, b"{}").problem == "broken"


def test_nobody_there(sender):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert sender.send(f"http://127.0.0.1:{port}/", {}, b"{}").problem == "unreachable"


def test_a_slow_receiver(receiver, sender):
    receiver.answers = [1.5]
    begun = time.monotonic()
    answer = sender.send(receiver.url, {}, b"{}")
    assert answer.problem == "timeout" and time.monotonic() - begun < 1.4 and answer.took >= 900


def _serve(answer) -> str:
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        line, _ = server.accept()
        with server, line:
            line.recv(65536)
            with contextlib.suppress(OSError):
                answer(line)

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_an_answer_that_drips(sender):
    def drip(line: socket.socket) -> None:
        for _ in range(100):
            line.sendall(b"H")
            time.sleep(0.1)

    begun = time.monotonic()
    assert sender.send(_serve(drip), {}, b"{}").problem == "timeout"
    assert time.monotonic() - begun < 1.5


def test_an_answer_without_end_is_read_to_a_limit(sender):
    def flood(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x\x00" * 32768)

    answer = sender.send(_serve(flood), {}, b"{}")
    assert answer.problem == "" and len(answer.text) == KEPT_MOST and "\0" not in answer.text


def test_what_is_no_http(sender):
    assert sender.send(_serve(lambda line: line.sendall(b"220 mail ready\r\n")), {}, b"{}").problem == "broken"


def _certified(tmp_path, host: str) -> tuple[ssl.SSLContext, str]:
    """Return how a server shows a certificate of its own making for a host, and the certificate's file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    pem = tmp_path / "pem"
    form = serialization.PrivateFormat.PKCS8
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context, str(pem)


@pytest.mark.parametrize(
    ("host", "known", "problem"),
    [("erp.example.com", True, ""), ("other.example.com", True, "tls"), ("erp.example.com", False, "tls")],
)
def test_the_certificate_is_judged_by_the_name_and_not_by_the_address(receiver, tmp_path, host, known, problem):
    shown, pem = _certified(tmp_path, host)
    receiver.socket = shown.wrap_socket(receiver.socket, server_side=True)
    context = ssl.create_default_context(cafile=pem if known else None)
    sender = Sender(loopback=True, resolve=lambda *_: ["127.0.0.1"], timeout=2.0, context=context)
    answer = sender.send(f"https://erp.example.com:{receiver.server_address[1]}/", {}, b"{}")
    assert answer.problem == problem
    assert len(receiver.got) == (not problem)


def test_every_problem_has_words():
    for problem in PROBLEMS:
        for lang in LANGUAGES:
            assert text(f"webhooks.problem.{problem}", lang)
