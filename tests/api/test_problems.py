"""Failures: their shape, their language, and nothing that gives the program away."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.http import HttpRequest, UnreadablePostError
from tests.api.conftest import xml

from tongguan.api import problems
from tongguan.api.problems import STATUSES, Problem
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Finding, Refused
from tongguan.kernel.states import NotNow, NotYours
from tongguan.kernel.texts import template

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request"}


@pytest.mark.parametrize("code", STATUSES)
def test_every_problem_has_its_texts_in_both_languages(code):
    for part in ("title", "detail"):
        assert template(f"api.problem.{code}.{part}", "zh") and template(f"api.problem.{code}.{part}", "en")


def test_a_problem_keeps_to_rfc_9457(window):
    response = window.nobody.get("/api/v1/messages", **{"Accept-Language": "en", "X-Request-Id": "abc"})
    assert response["Content-Type"] == "application/problem+json"
    assert response["Content-Disposition"].startswith("attachment;"), "no browser shows it as a page"
    problem = response.json()
    assert set(problem) == MEMBERS and problem["status"] == response.status_code == 401
    assert problem["type"] == "/api/docs#UNAUTHENTICATED" and problem["request"] == "abc"
    [error] = problem["errors"]
    assert set(error) == {"code", "pointer", "message"} and set(error["message"]) == {"zh", "en"}


@pytest.mark.parametrize(
    "accepted, lang",
    [
        ("", "zh"), ("en", "en"), ("en-GB,zh;q=0.5", "en"), ("zh-CN,en;q=0.9", "zh"), ("fr, en;q=0.3", "en"), ("*", "zh"),
        ("de", "zh"), ("en;q=0.1, zh;q=0.2", "zh"), (";;q=x", "zh"), ("en;q=0", "zh"), ("e" * 5000, "zh"),
    ],
)  # fmt: skip
def test_title_and_detail_are_in_the_callers_language(window, accepted, lang):
    response = window.nobody.get("/api/v1/nothing", **{"Accept-Language": accepted})
    assert response["Content-Language"] == lang
    assert response.json()["title"] == {"zh": "未找到", "en": "Not found"}[lang]
    assert "Accept-Language" in response["Vary"]


def test_a_fault_of_ours_is_a_500_without_a_traceback(window, parcel, monkeypatch):
    def broken(*args, **more):
        raise ZeroDivisionError("secret of the program")

    monkeypatch.setattr("tongguan.ecommerce.intake.receive", broken)
    for path in ("/cebcmsg", "/api/v1/messages"):
        response = window.broker.post(path, xml("order", parcel), "application/xml", **{"X-Request-Id": "r-1"})
        assert response.status_code == 500 and response.json()["code"] == "INTERNAL"
        assert "r-1" in response.json()["detail"] and b"secret" not in response.content


def test_a_database_that_is_gone_is_a_503(window, parcel, monkeypatch):
    def gone(*args, **more):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("tongguan.ecommerce.intake.receive", gone)
    response = window.broker.post("/cebcmsg", xml("order", parcel), "application/xml")
    assert response.status_code == 503 and response.json()["code"] == "UNAVAILABLE" and response["Retry-After"]


@pytest.mark.parametrize(
    "error, code, status",
    [
        (NotYours(machine="filing", verb="file", role="officer", roles=["broker"]), "NOT_YOURS", 403),
        (NotNow(machine="inventory", state="released", verb="amend", open=[]), "REFUSED", 409),
        (Refused([Finding("CEB-ODD")]), "REFUSED", 409),
        (NotConfigured("ecommerce.single_limit", __import__("datetime").date(1990, 1, 1)), "RULE_NOT_CONFIGURED", 503),
        (UnreadablePostError("gone"), "BAD_REQUEST", 400),
    ],
)
def test_refusals_of_the_domains_are_problems(error, code, status):
    problem = problems.of(error, HttpRequest())
    assert (problem.code, problem.status) == (code, status)
    said = [problem.as_dict(lang)["detail"] for lang in ("zh", "en")]
    assert said[0] != said[1] and "…" not in said[0] + said[1]


def test_a_role_that_may_not_file_is_told_so(window, parcel, monkeypatch):
    from tongguan.kernel.states import Actor

    monkeypatch.setattr("tongguan.api.callers.actor_of_client", lambda client: Actor("x", "officer"))
    response = window.broker.post("/api/v1/messages", xml("order", parcel), "application/xml")
    assert response.status_code == 403 and response.json()["code"] == "NOT_YOURS"


def test_unknown_addresses_are_problems(window):
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v2/messages", "/cebcmsg/", "/ceb999msg", "/api/"):
        response = window.broker.get(path)
        assert response.status_code == 404 and response.json()["code"] == "NOT_FOUND", path


def test_an_unknown_code_cannot_be_raised():
    with pytest.raises(KeyError):
        Problem("NO_SUCH_PROBLEM")
