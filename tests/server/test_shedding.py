"""Turning away what is too much: places, who waits, who comes again when, and that reading goes on."""

from __future__ import annotations

import json
import math
import threading
import time

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tongguan.api import callers
from tongguan.api.urls import api
from tongguan.server import shedding
from tongguan.server.shedding import Backlog, Gate, Refused, Shedding, fitting, lane, threads


def test_as_many_as_there_are_places_go_in_and_the_next_is_turned_away():
    gate = Gate(2, 0, 1)
    assert [gate.enter(), gate.enter()] == [None, None]
    assert gate.enter().why == "full"
    gate.leave(0.05)
    assert gate.enter() is None


def test_who_waits_is_called_in_the_order_of_coming():
    gate, came = Gate(1, 5, 10), []
    gate.enter("first")

    def come(name: str) -> None:
        assert gate.enter(name) is None
        came.append(name)
        gate.leave(0.01)

    waiting = []
    for name in "abcd":
        waiting.append(threading.Thread(target=come, args=(name,)))
        waiting[-1].start()
        until(lambda: gate.waiting == len(waiting))
    gate.leave(0.01)
    for one in waiting:
        one.join(5)
    assert came == list("abcd")
    assert (gate.working, gate.waiting) == (0, 0)


def until(is_so) -> None:
    ends = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_nobody_waits_longer_than_the_patience():
    gate = Gate(1, 4, 0.05)
    gate.enter()
    assert gate.enter("a").why == "waited"
    assert (gate.working, gate.waiting) == (1, 0)


def test_one_caller_holds_at_most_half_of_the_places_to_wait():
    gate = Gate(1, 4, 0.5)
    gate.enter("loud")
    waiting = [threading.Thread(target=gate.enter, args=("loud",)) for _ in range(2)]
    for one in waiting:
        one.start()
    until(lambda: gate.waiting == 2)
    assert gate.enter("loud").why == "share"
    other = threading.Thread(target=gate.enter, args=("quiet",))
    other.start()
    until(lambda: gate.waiting == 3)
    for one in (*waiting, other):
        one.join(5)


@pytest.mark.parametrize(("mean", "seconds"), [(0.05, 1), (2.0, 4), (30.0, 60), (600.0, 120)])
def test_the_wait_that_is_told_follows_the_rate_of_the_last_filings(mean, seconds):
    gate = Gate(2, 2, 0.01)
    gate.mean = mean
    for _ in range(2):
        gate.enter()
    gate._waiting.extend([(threading.Lock(), "x")] * 2)
    # Four are here, two at a time: it takes as long as two filings one after the other.
    assert gate.enter() == Refused("full", min(120, max(1, math.ceil(2 * mean)))) == Refused("full", seconds)


def test_the_mean_learns():
    gate = Gate(1, 0, 0)
    for _ in range(100):
        gate.enter()
        gate.leave(1.0)
    assert gate.mean == pytest.approx(1.0, rel=0.01)


def test_racing_threads_never_are_more_than_the_places():
    gate, inside, most, turned = Gate(3, 4, 5), 0, 0, 0
    turn = threading.Lock()

    def come() -> None:
        nonlocal inside, most, turned
        for _ in range(200):
            if gate.enter() is None:
                with turn:
                    inside += 1
                    most = max(most, inside)
                with turn:
                    inside -= 1
                gate.leave(0.001)
            else:
                with turn:
                    turned += 1

    coming = [threading.Thread(target=come) for _ in range(16)]
    for one in coming:
        one.start()
    for one in coming:
        one.join(30)
    assert most <= 3 and (gate.working, gate.waiting) == (0, 0)


def test_a_place_given_in_the_moment_patience_ends_is_not_lost():
    gate = Gate(1, 50, 0.001)

    def come() -> None:
        for _ in range(300):
            if gate.enter() is None:
                time.sleep(0.0005)
                gate.leave(0.001)

    coming = [threading.Thread(target=come) for _ in range(8)]
    for one in coming:
        one.start()
    for one in coming:
        one.join(60)
    assert (gate.working, gate.waiting) == (0, 0)


@pytest.mark.parametrize(("given", "working", "waiting"), [(20, 4, 12), (10, 4, 3), (4, 3, 0), (2, 1, 0)])
def test_the_gate_fits_the_threads_and_leaves_some_for_reading(given, working, waiting):
    gate = fitting(given)
    assert (gate.most_working, gate.most_waiting) == (working, waiting)
    assert working + waiting < given


@pytest.mark.parametrize(("workers", "wanted"), [(1, 20), (2, 20), (4, 10), (8, 5), (64, 2)])
def test_all_processes_together_hold_no_more_connections_than_there_are(workers, wanted):
    assert threads(40, workers) == wanted
    assert threads(40, workers) * workers <= 40 or wanted == 2


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("POST", "/cebcmsg", "filing"), ("POST", "/dxp", "filing"), ("POST", "/api/v1/messages", "filing"),
        ("POST", "/api/v1/messages/CEB311Message", "filing"), ("POST", "/file", "filing"),
        ("POST", "/sandbox/cebcmsg", "sandbox"), ("POST", "/sandbox/send", "sandbox"),
        ("GET", "/file", ""), ("GET", "/ceb622msg", ""), ("GET", "/healthz", ""), ("POST", "/decide/pass/x/y", ""),
        ("POST", "/sign-in", ""), ("POST", "/declarations/import", "filing"), ("POST", "/declarations/7/submit", ""),
        ("PUT", "/api/v1/declarations/7", "filing"), ("GET", "/api/v1/declarations/7", ""),
    ],
)  # fmt: skip
def test_only_what_is_taken_in_takes_places(method, path, wanted):
    assert lane(getattr(RequestFactory(), method.lower())(path)) == wanted


def operations():
    """Yield every operation of the API: method, address, whether it is for everybody."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for one in view.operations:
                address = "/".join(part.strip("/") for part in ("", "api/v1", prefix, path) if part.strip("/"))
                yield one.methods[0], "/" + address, one.auth_callbacks


def test_every_operation_of_the_api_is_counted_and_whatever_changes_something_takes_a_place():
    counted = {callers.anybody, callers.caller}
    taking = {"": 0, "filing": 0, "sandbox": 0}
    for method, address, asked in operations():
        assert len(asked) == 1 and set(asked) <= counted, f"{method} {address} is not counted against a limit"
        found = lane(RequestFactory().generic(method, address))
        enquiry = method == "GET" or asked[0] is callers.anybody
        assert (found == "") == enquiry, f"{method} {address} takes {found or 'no place'}"
        taking[found] += 1
    assert taking["filing"] > 40 and taking["sandbox"] >= 3


@pytest.fixture
def full(monkeypatch):
    """A window whose only place is taken, and where nobody may wait."""
    gate = Gate(1, 0, 0)
    gate.enter()
    gate.mean = 7.0
    monkeypatch.setattr(Shedding, "gates", {"filing": gate, "sandbox": Gate(1, 0, 0)})
    return gate


class Unread:
    """A body that must not be read."""

    def read(self, *_):
        raise AssertionError("the body was read")


@pytest.mark.django_db
@pytest.mark.parametrize(("lang", "title"), [("zh", "系统繁忙"), ("en", "Busy")])
def test_a_filing_is_refused_before_its_body_is_read(full, lang, title):
    request = RequestFactory(headers={"accept-language": lang}).post("/cebcmsg", content_type="application/xml")
    request._stream = request.environ["wsgi.input"] = Unread()
    answer = Shedding(lambda request: pytest.fail("it went in"))(request)
    problem = json.loads(answer.content)
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (503, "7", "application/problem+json")
    assert (problem["code"], problem["title"], problem["status"]) == ("BUSY", title, 503)
    assert {"zh", "en"} <= set(problem["errors"][0]["message"]) and "7" in problem["detail"]


@pytest.mark.django_db
def test_reading_and_health_go_on_while_filings_are_turned_away(full):
    client = Client()
    assert client.post("/cebcmsg", b"<a/>", content_type="application/xml").status_code == 503
    assert [client.get(path).status_code for path in ("/healthz", "/metrics", "/", "/sign-in")] == [200] * 4
    assert 'tongguan_requests_shed_total{lane="filing",why="full"}' in client.get("/metrics").content.decode()


@pytest.mark.django_db
def test_a_person_is_told_on_a_page(full):
    answer = Client().post("/file", {"files": "x"})
    said = answer.content.decode()
    assert answer.status_code == 503 and answer["Retry-After"] == "7"
    assert "系统繁忙" in said and "Busy" in said and "7 秒" in said


@pytest.mark.django_db
def test_the_sandbox_is_turned_away_first(full):
    answer = Client().post("/sandbox/cebcmsg", b"<a/>", content_type="application/xml")
    assert (answer.status_code, answer["Retry-After"]) == (503, "7")
    full.leave(7.0)
    assert Client().post("/sandbox/cebcmsg", b"<a/>", content_type="application/xml").status_code != 503


@pytest.mark.django_db
def test_jobs_that_pile_up_close_the_sandbox_and_not_the_window(full, monkeypatch):
    full.leave(0.01)
    monkeypatch.setattr(Backlog, "number", lambda self: 5001)
    guard = Shedding(lambda request: HttpResponse("in"))
    assert guard(RequestFactory().post("/sandbox/dxp")).status_code == 503
    assert guard(RequestFactory().post("/dxp")).content == b"in"


@pytest.mark.django_db
def test_the_backlog_is_asked_at_most_once_in_ten_seconds(django_assert_num_queries):
    now = 0.0
    backlog = Backlog(lambda: now)
    with django_assert_num_queries(1):
        assert [backlog.number() for _ in range(5)] == [0] * 5
    now = shedding.LOOKED + 1
    with django_assert_num_queries(1):
        backlog.number()


def test_a_place_is_given_back_when_the_view_fails(monkeypatch):
    gate = Gate(1, 0, 0)
    monkeypatch.setattr(Shedding, "gates", {"filing": gate, "sandbox": gate})
    with pytest.raises(ZeroDivisionError):
        Shedding(lambda request: HttpResponse(1 / 0))(RequestFactory().post("/cebcmsg"))
    assert gate.working == 0
