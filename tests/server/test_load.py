"""The real web processes under more than they can take, and told to stop in the middle of it."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.test_up import READY_SECONDS, Portal, free_port, gone, until

from tongguan.server.configuration import checkout
from tongguan.server.postgres import Cluster

MESSAGE = (checkout() / "examples/01-order.xml").read_bytes()


class Narrow(Portal):
    """A portal whose single web process takes in one message at a time and lets one wait, for two seconds."""

    def environment(self) -> dict[str, str]:
        narrow = {"PLACES": "1", "QUEUE": "1", "PATIENCE": "2"}
        more = {f"TONGGUAN_INTAKE_{name}": value for name, value in narrow.items()}
        return {**super().environment(), **more, "TONGGUAN_SIGNATURES": "optional", "TONGGUAN_STOP_SECONDS": "20"}


@pytest.fixture(scope="module")
def portal() -> Iterator[Narrow]:
    folder = Path(tempfile.mkdtemp(prefix="tg-"))
    folder.chmod(0o755)
    started = Narrow(folder / "home", free_port(), "--demo", "--workers", "1")
    try:
        until(lambda: started.ready() or started.process.poll() is not None, READY_SECONDS)
        assert started.process.poll() is None, started.err.read_text()
        yield started
    finally:
        started.process.kill()
        started.process.wait()
        Cluster(started.home).stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


class Filing:
    """A message on its way: begun, and to be finished when the test says so."""

    def __init__(self, port: int, size: int = len(MESSAGE)):
        self.line = socket.create_connection(("127.0.0.1", port), timeout=30)
        head = (
            f"POST /cebcmsg HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/xml\r\nContent-Length: {size}\r\n"
        )
        self.line.sendall(head.encode() + b"Connection: close\r\n\r\n" + MESSAGE[:500])

    def finish(self) -> None:
        self.line.sendall(MESSAGE[500:])

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        found = http.client.HTTPResponse(self.line)
        found.begin()
        return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()


def counted(portal: Portal, name: str) -> float:
    rows = portal.get("/metrics")[1].decode().splitlines()
    return sum(float(row.rsplit(" ", 1)[1]) for row in rows if row.startswith(name))


def test_what_is_too_much_is_turned_away_unread_and_reading_goes_on(portal: Narrow):
    working = Filing(portal.port)
    time.sleep(0.5)
    waiting = Filing(portal.port)
    time.sleep(0.5)
    # Announced with 30 MB, of which only the beginning ever comes: the answer does not wait for it.
    status, fields, body = Filing(portal.port, size=30_000_000).answer()
    assert (status, json.loads(body)["code"], fields["content-type"]) == (503, "BUSY", "application/problem+json")
    assert 1 <= int(fields["retry-after"]) <= 120
    assert [portal.get(path)[0] for path in ("/healthz", "/readyz", "/metrics", "/", "/status")][:4] == [200] * 4
    assert waiting.answer()[0] == 503, "two seconds have passed"
    working.finish()
    status, _, body = working.answer()
    assert status == 200 and b"CEB312Message" in body
    assert counted(portal, "tongguan_requests_shed_total") == 2
    assert counted(portal, 'tongguan_messages_total{kind="CEB311Message"') >= 1
    assert counted(portal, 'tongguan_intake_stage_seconds_count{stage="body"') >= 1


def test_after_it_everything_is_as_before(portal: Narrow):
    again = Filing(portal.port)
    again.finish()
    assert again.answer()[0] == 200


def test_the_condition_is_told_by_the_command_beside_it(portal: Narrow):
    until(lambda: json.loads(portal.run("status", "--json").stdout)["well"], 30)
    ran = portal.run("status", "--json")
    found = json.loads(ran.stdout)
    assert ran.returncode == 0, ran.stdout
    assert found["settings"]["TONGGUAN_INTAKE_PLACES"] == "1" and not found["unknown"]


def test_told_to_stop_it_answers_whom_it_has_let_in_and_nobody_else(portal: Narrow):
    everything = portal.everything()
    working = Filing(portal.port)
    time.sleep(0.5)
    waiting = Filing(portal.port)
    time.sleep(0.5)
    portal.process.send_signal(signal.SIGTERM)
    until(lambda: portal.get("/healthz")[0] == 0, 10, "it still accepts")
    working.finish()
    waiting.finish()
    status, _, body = working.answer()
    assert status == 200 and b"CEB312Message" in body
    assert waiting.answer()[0] in (200, 503), "it had been let in to wait, so it is answered"
    assert portal.process.wait(30) == 0
    until(lambda: gone(everything), 5, "something was left running")
    again = Narrow(portal.home, free_port(), "--demo", "--workers", "1")
    try:
        until(lambda: again.ready() or again.process.poll() is not None, READY_SECONDS)
        # Who never finishes is cut off when the time is over, and holds nothing up for longer.
        stuck, began = Filing(again.port), time.monotonic()
        time.sleep(0.5)
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(45) == 0
        assert 15 < time.monotonic() - began < 40
        with pytest.raises((http.client.HTTPException, OSError)):
            stuck.answer()
    finally:
        again.process.kill()
        again.process.wait()
