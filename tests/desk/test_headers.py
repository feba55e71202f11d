"""Every address, whoever asks and whatever is answered, tells the browser what it may load, guess, frame and pass on."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.desk.test_permissions import addresses, browser, filled

from tongguan.desk.middleware import POLICY
from tongguan.server.middleware import MACHINE_POLICY

pytestmark = pytest.mark.usefixtures("people")
DIRECTIVES = {"default-src", "script-src", "style-src", "object-src", "base-uri", "form-action", "frame-ancestors"}


def routes(resolver=None, before: str = "") -> set[str]:
    """Return every route there is, named or not: pages, API, transport, health."""
    found: set[str] = set()
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        found |= routes(one, route) if hasattr(one, "url_patterns") else {f"/{route}"}
    return found


def told(response) -> list[str]:
    """Return what the headers of an answer lack."""
    policy = response.get("Content-Security-Policy", "")
    wrong = [] if "frame-ancestors 'none'" in policy and "default-src" in policy else ["policy"]
    wrong += [one for one in ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "*", "data:", "http:") if one in policy]
    if response.get("Content-Type", "").startswith("text/html") and "default-src 'none'" not in policy:
        wrong += sorted(DIRECTIVES - {part.split()[0] for part in policy.split(";")})
    wanted = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
              "Cross-Origin-Opener-Policy": "same-origin"}  # fmt: skip
    return wrong + [name for name, value in wanted.items() if response.get(name) != value]


def plain(route: str) -> str:
    """Return an address of a route; a pattern of a converter stands for something that is not there."""
    return re.sub(r"<(?:\w+:)?\w+>", "none", filled(route))


@pytest.mark.parametrize("who", ["", "broker", "officer", "operator"])
def test_every_page_says_what_a_browser_may_do(who):
    client = browser(who)
    for name, route in addresses().items():
        if name == "sign_out":
            continue
        for response in (client.get(filled(route)), client.post(filled(route))):
            assert told(response) == [], (route, response.status_code)
    assert len(addresses()) > 150


def test_so_does_what_machines_are_answered():
    client, asked = Client(), 0
    for route in sorted(routes()):
        for response in (client.get(plain(route)), client.post(plain(route), b"{}", content_type="application/json")):
            assert told(response) == [], (route, response.status_code)
            asked += 1
    assert asked > 500


@pytest.mark.parametrize(
    "path", ["/no/such/page", "/api/v1/no/such", "/sign-in?next=//elsewhere.example", "/favicon.ico"]
)
def test_so_does_what_is_nowhere(path):
    assert told(Client().get(path)) == []


def test_files_do_too():
    client = browser("broker")
    for path in ("/parcels?as=csv", "/parcels?as=xlsx", "/open-data/tariff.csv", "/api/v1/openapi.json"):
        response = client.get(path)
        assert told(response) == [], path


def test_what_is_lacking_is_found():
    response = Client().get("/sign-in")
    response["Content-Security-Policy"] = POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
    assert told(response) == ["unsafe-inline"]
    response["Content-Security-Policy"] = MACHINE_POLICY
    assert told(response) == []
    del response["X-Content-Type-Options"]
    assert "X-Content-Type-Options" in told(response)


def test_a_form_that_was_not_ours_is_refused_with_them_too():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in", {"username": "broker", "password": "x"})
    assert response.status_code == 403 and told(response) == []
