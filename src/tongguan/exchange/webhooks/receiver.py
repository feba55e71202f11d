"""A receiver of webhooks for trials (推送接收模拟): checks each signature, tells what came, and answers as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from . import signing

HOST = "127.0.0.1"
LARGEST = 2**20
UNSIGNED = HTTPStatus.UNAUTHORIZED


@dataclass(slots=True)
class Manner:
    """How a receiver answers: with which status, after how many seconds; ``fail_first``: so many get a failure before."""

    status: int = HTTPStatus.NO_CONTENT
    seconds: float = 0.0
    fail_first: int = 0


@dataclass(slots=True)
class Got:
    """What came: its number, whether it is signed (or why not; unchecked without a secret), its body, and our answer."""

    number: str
    signed: str
    again: bool
    body: Any
    answered: int


@dataclass
class Receiver:
    """Listens on this machine; ``told`` is called with each thing that came, in the thread of its request."""

    port: int
    secrets: Sequence[str]
    manner: Manner
    clock: Callable[[], datetime]
    told: Callable[[Got], None]
    seen: set[str] = field(default_factory=set)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        receiver = self

        class Handling(_Requests):
            asked = receiver

        self.server = ThreadingHTTPServer((HOST, self.port), Handling)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def receive(self, headers: dict[str, str], body: bytes) -> Got:
        """Judge what came, and say how it is answered; what is not signed is refused whatever the manner is."""
        signed = self._signed(headers, body)
        number = headers.get("webhook-id", "")
        with self._turn:
            again, failing = number in self.seen, self.manner.fail_first > 0
            status = HTTPStatus.INTERNAL_SERVER_ERROR if failing else self.manner.status
            if signed not in ("", "unchecked"):
                status = UNSIGNED
            else:
                self.seen.add(number)
                self.manner.fail_first -= failing
        try:
            read = json.loads(body)
        except ValueError:
            read = body.decode(errors="replace")
        return Got(number, signed, again, read, int(status))

    def _signed(self, headers: dict[str, str], body: bytes) -> str:
        if not self.secrets:
            return "unchecked"
        why = ""
        for secret in self.secrets:
            try:
                signing.verify(secret, headers, body, self.clock())
            except signing.NotSigned as wrong:
                why = wrong.reason
            else:
                return ""
        return why


class _Requests(BaseHTTPRequestHandler):
    asked: Receiver

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        got = self.asked.receive(headers, self.rfile.read(int(length)))
        self.asked.told(got)
        threading.Event().wait(self.asked.manner.seconds)
        try:
            self.send_response(got.answered)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            """Who sent it waits no longer."""

    def log_message(self, *_: object) -> None:
        """Say nothing: what came is told by the receiver."""
