"""The line to a portal, against a stand-in that answers, breaks off and stays away as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tongguan.exchange.portal import Away, Portal, Shut
from tongguan.formats import dxp

HEADING = dxp.Heading(CopMsgId="1", SenderId="DXPENT1", ReceiverIds=["DXPX"], CreatTime="2026-05-01T09:00:00")
REPLY = dxp.answer("DXPENT1", [dxp.Response(ResponseCode="0000", NoticeTime="2026-05-01", OriHead=HEADING)])
XML, JSON = "application/xml", "application/problem+json"


class StandIn(ThreadingHTTPServer):
    """Gives its answers one after the other; None breaks the line off."""

    daemon_threads = True

    def __init__(self):
        self.answers: list[tuple[int, str, bytes, dict[str, str]] | None] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandIn

    def answers(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        answer = self.server.answers.pop(0)
        if answer is None:
            self.close_connection = True
            return
        status, content_type, content, headers = answer
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answers

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    server = StandIn()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_an_envelope_is_sent_with_the_token(stand_in):
    stand_in.answers = [(200, XML, REPLY, {})]
    assert Portal(stand_in.url + "/window/", "secret").send(b"<x/>").ResponseCode == "0000"
    [(method, path, headers, body)] = stand_in.asked
    assert (method, path, body) == ("POST", "/window/dxp", b"<x/>")
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer secret", XML)


def test_receipts_are_asked_for_after_a_place(stand_in):
    stand_in.answers = [(204, XML, b"", {})] * 2
    portal = Portal(stand_in.url)
    assert portal.fetch("DXPENT1", "") is None and portal.fetch("DXPENT1", "7-1") is None
    assert [path for _, path, _, _ in stand_in.asked] == ["/dxp?dxpid=DXPENT1", "/dxp?dxpid=DXPENT1&after=7-1"]
    assert "Authorization" not in stand_in.asked[0][2]


def test_a_line_that_was_closed_meanwhile_is_opened_again(stand_in):
    stand_in.answers = [(204, XML, b"", {}), None, (204, XML, b"", {})]
    portal = Portal(stand_in.url)
    assert portal.fetch("D", "") is None and portal.fetch("D", "") is None
    assert len(stand_in.asked) == 3


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_asked_again(stand_in, status):
    problem = '{"detail": "没有应答"}'.encode()
    stand_in.answers = [(status, JSON, problem, {"Retry-After": "7"})]
    with pytest.raises(Away) as caught:
        Portal(stand_in.url).fetch("D", "")
    assert (caught.value.wait, caught.value.reason) == (7, f"HTTP {status}: 没有应答")


@pytest.mark.parametrize("status", [301, 401, 403, 404, 405])
def test_what_does_not_pass_is_not(stand_in, status):
    stand_in.answers = [(status, JSON, b'{"detail": "no"}', {})]
    with pytest.raises(Shut, match=f"HTTP {status}: no"):
        Portal(stand_in.url).send(b"<x/>")


def test_another_service_at_the_address_is_no_portal(stand_in):
    stand_in.answers = [(200, "text/html", b"<html>", {})] * 2
    portal = Portal(stand_in.url)
    with pytest.raises(Shut, match="HTTP 200"):
        portal.send(b"<x/>")
    with pytest.raises(Shut, match="HTTP 200"):
        portal.fetch("D", "")


def test_a_refusal_in_an_envelope_says_its_code(stand_in):
    said = dxp.Response(ResponseCode="1999", ResponseInfo="no", NoticeTime="2026-05-01", OriHead=HEADING)
    stand_in.answers = [(403, XML, dxp.answer("D", [said]), {})]
    with pytest.raises(Shut, match="HTTP 403: 1999 no"):
        Portal(stand_in.url).send(b"<x/>")


def test_nobody_there_is_away(stand_in):
    stand_in.answers = [None]
    with pytest.raises(Away):
        Portal(stand_in.url).fetch("D", "")
    with pytest.raises(Away, match="refused"):
        Portal("http://127.0.0.1:1").fetch("D", "")


@pytest.mark.parametrize(
    "address", ["", "window", "ftp://x", "http://", "http://u:p@x", "http://x?y=1", "http://x:port"]
)
def test_what_is_no_address(address):
    with pytest.raises(ValueError):
        Portal(address)
