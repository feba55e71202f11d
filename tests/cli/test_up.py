"""The parts of `tongguan up` that need no running portal; tests/server/test_up.py runs the whole."""

from __future__ import annotations

import http.server
import io
import os
import socket
import threading
from pathlib import Path

import pytest
from rich.console import Console

from tongguan.cli.screen import Failed, Screen
from tongguan.cli.up import REST, Portal, _alone, _readiness, _shown, welcome
from tongguan.cli.web import insist_address
from tongguan.ecommerce.demo import PEOPLE
from tongguan.server.postgres import NotStarted


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TONGGUAN_HOME", str(tmp_path))
    return tmp_path


def shown(lang: str, *, demo: bool, terminal: bool) -> str:
    out = Console(file=io.StringIO(), force_terminal=terminal, width=120, color_system=None)
    welcome(Screen(lang, out=out), "http://[::1]:8000", demo, "/var/log [x]")
    return out.file.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_everybody_who_can_sign_in_to_the_demo_is_named(terminal: bool):
    words = shown("en", demo=True, terminal=terminal)
    for who in PEOPLE:
        [line] = [line for line in words.splitlines() if line.strip("│ ").startswith(f"{who.username} ")]
        assert who.password in line
        assert who.firm is None or who.firm.name_en in line
    assert "http://[::1]:8000" in words and "/var/log [x]" in words
    assert ("╭" in words) is terminal


def test_in_chinese_the_firms_and_roles_are_chinese():
    words = shown("zh", demo=True, terminal=False)
    assert "电商平台, 京津优选跨境电子商务有限公司" in words
    assert "海关关员" in words


def test_without_the_demo_no_password_is_shown():
    words = shown("en", demo=False, terminal=False)
    assert not any(who.password in words for who in PEOPLE)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("a.example", "a.example"),
    ],
)
def test_the_address_can_be_opened(host: str, address: str):
    assert _shown(host) == address


def test_the_home_is_held_by_one_at_a_time(home: Path):
    with _alone("http://127.0.0.1:8000"):
        with pytest.raises(Failed) as refused, _alone("http://127.0.0.1:9000"):
            pass
        assert refused.value.values == {"home": home, "pid": str(os.getpid()), "address": "http://127.0.0.1:8000"}
    with _alone("http://127.0.0.1:9000"):
        assert "9000" in (home / "up.lock").read_text()


def test_a_port_in_use_names_another_one():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failed) as refused:
            insist_address("127.0.0.1", port)
    assert (refused.value.key, refused.value.status) == ("port_taken", 1)
    insist_address("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Failed) as refused:
        insist_address("192.0.2.1", 8000)
    assert refused.value.key == "no_address"


@pytest.mark.parametrize(
    ("status", "body", "lacking"),
    [
        (200, b"{}", None),
        (503, b'{"detail": "No tariff is loaded."}', "No tariff is loaded."),
        (500, b"oops", "HTTP 500"),
    ],
)
def test_what_is_missing_is_taken_from_the_portals_own_words(status: int, body: bytes, lacking: str | None):
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert _readiness("127.0.0.1", server.server_port) == lacking
        thread.join()


def test_a_portal_that_does_not_answer_yet_lacks_nothing_it_could_name():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert _readiness("127.0.0.1", port) == ""


class FullDisk:
    """A database that cannot be started for want of room, once."""

    def __init__(self) -> None:
        self.tried = 0

    def is_up(self) -> bool:
        return self.tried > 1

    def revive(self) -> None:
        self.tried += 1
        if self.tried == 1:
            raise NotStarted("PostgreSQL did not start.\nNo space left on device")


def test_a_database_that_cannot_be_started_is_tried_again_and_the_portal_goes_on(monkeypatch: pytest.MonkeyPatch):
    err = io.StringIO()
    portal = Portal.__new__(Portal)
    portal.screen = Screen("en", err=Console(file=err, width=200))
    portal.cluster, portal.ready, portal.next_look = FullDisk(), True, 0.0
    portal._turn()
    assert portal.cluster.tried == 1
    assert f"it is tried again in {REST} s" in err.getvalue() and "No space left on device" in err.getvalue()
    portal._turn()
    assert portal.cluster.tried == 1, "it rests first"
    portal.next_look = 0.0
    portal._turn()
    assert portal.cluster.is_up()
