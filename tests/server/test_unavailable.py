"""While the database is away every address answers 503 with Retry-After: a page for people, a problem for machines."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

MACHINES = ("/cebcmsg", "/api/v1/parcels", "/ceb622msg")


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(params=[OperationalError, InterfaceError])
def away(request, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_, **__):
        raise request.param("the connection is lost")

    monkeypatch.setattr(connection, "cursor", gone)
    monkeypatch.setattr(connection, "ensure_connection", gone)


@pytest.mark.parametrize("path", ["/", "/find?q=1", "/sign-in"])
def test_a_page_says_so_in_both_languages_and_is_not_kept(client: Client, away, path: str):
    client.cookies["sessionid"] = "k" * 32
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert "数据库暂时无法访问" in page and "The database cannot be reached" in page
    assert "<script" not in page and "Traceback" not in page


@pytest.mark.parametrize("path", MACHINES)
def test_a_machine_is_told_by_a_problem(client: Client, away, path: str):
    answer = client.post(path, b"<x/>", "application/xml") if path == "/cebcmsg" else client.get(path)
    if answer.status_code == 503:
        assert answer["Retry-After"] == "5"
        assert answer.json()["code"] == "UNAVAILABLE"
    else:
        assert answer.status_code == 401, "it was turned away before the database was asked"


def test_what_fails_before_any_view_is_told_to_machines_as_a_problem_too(client: Client, monkeypatch):
    from tongguan.server.middleware import PagesOnly

    def gone(self, request):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(PagesOnly, "__call__", gone)
    answer = client.get("/api/v1/parcels")
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "5", "UNAVAILABLE")
    answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_what_nobody_expected_stays_an_error(client: Client, monkeypatch):
    from tongguan.server.middleware import PagesOnly

    def broken(self, request):
        raise ZeroDivisionError

    monkeypatch.setattr(PagesOnly, "__call__", broken)
    assert client.get("/").status_code == 500
    answer = client.get("/api/v1/parcels")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
