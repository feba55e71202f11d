"""What the tests of webhooks share: firms with people, receipts as they were committed, and a receiver that does as told."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Receipt
from tongguan.exchange.models.webhooks import WebhookEndpoint
from tongguan.exchange.webhooks import actions, guard
from tongguan.exchange.webhooks.actions import Given
from tongguan.exchange.webhooks.courier import Courier
from tongguan.exchange.webhooks.sending import Sender
from tongguan.kernel.states import Actor
from tongguan.parties.actions import admit, register
from tongguan.parties.queries import actor_of

PASSWORD = "correct horse battery"
PUBLIC = "https://erp.example.com/hooks"


def public(host: str, port: int) -> list[str]:
    """Resolve every host to an address of the public network."""
    return ["93.184.216.34"]


class Receiver(ThreadingHTTPServer):
    """Answers 204, or what ``answers`` holds next; None breaks the line off, a float waits that many seconds."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]] | float | None] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        answer = self.server.answers.pop(0) if self.server.answers else (204, {})
        self.close_connection = True
        if isinstance(answer, float):
            time.sleep(answer)
        if not isinstance(answer, tuple):
            return
        status, headers = answer
        self.send_response(status)
        content = b"" if status == 204 else f"answer {status}".encode()
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Clock:
    """A clock that stands until it is put forward."""

    now: datetime = AT

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Firms:
    """Two firms with who administers each, and somebody who only looks."""

    boss: Actor
    viewer: Actor
    stranger: Actor
    courier: Courier
    clock: Clock = field(default_factory=Clock)

    @property
    def firm(self) -> int:
        assert self.boss.enterprise is not None
        return self.boss.enterprise

    def endpoint(self, url: str, **more: Any) -> Given:
        """Set an address that is told of every receipt the tests make."""
        resolve = guard.resolve if "127.0.0.1" in url else public
        given = actions.add(url, by=self.boss, at=self.clock(), resolve=resolve, **more)
        WebhookEndpoint.objects.filter(pk=given.endpoint.pk).update(tx=0)
        given.endpoint.tx = 0
        return given


def told(firm: int, count: int = 1, status: str = "800", kind: str = "CEB622Message") -> list[Receipt]:
    """Make receipts of transactions that are long over."""
    before = Receipt.objects.count()
    return [
        Receipt.objects.create(
            tx=before + n + 1, kind=kind, subject=f"inventory/{before + n}", message_id=1, enterprise_id=firm, at=AT,
            keys={"ebpCode": "1109960001", "orderNo": f"T{before + n:04d}", "buyerName": "王小明"},
            course=[[f"GUID-{before + n}", one, "[Desc:购买人王小明]"] for one in status.split()],
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture
def made(db, settings) -> Firms:
    return firms_of(settings)


@pytest.fixture
def racing(transactional_db, settings) -> Firms:
    """The same, for tests whose threads commit."""
    return firms_of(settings)


def firms_of(settings: Any) -> Firms:
    settings.DEMO = True
    found: dict[str, Actor] = {}
    for name, firm, functions in (
        ("boss", samples.PLATFORM, ["administrator"]), ("viewer", samples.PLATFORM, ["viewer", "declarant"]),
        ("stranger", samples.BROKER, ["administrator"]),
    ):  # fmt: skip
        row = register(firm.code, firm.customs_registration, name_zh=firm.name, kinds=[firm.kind], by=OPERATOR, at=AT)
        person = admit(name, name, PASSWORD, [(firm.kind, row)], by=OPERATOR, at=AT)
        person.memberships.update(functions=functions)
        actor = actor_of(person)
        assert actor is not None
        found[name] = actor
    clock = Clock()
    courier = Courier(clock, Sender(loopback=True, timeout=2.0), random.Random(1))
    return Firms(**found, courier=courier, clock=clock)
