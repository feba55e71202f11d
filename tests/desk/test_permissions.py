"""Every page and everybody: which address opens to whom, measured over the whole map of addresses.

``docs/operate/permissions.md`` is what was measured. A page that came or changed makes its test fail; write it anew by
``.venv/bin/python -m tests.desk.permissions``.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from tests.desk.conftest import ROLES

from tongguan.desk.permits import CHANGES, READS
from tongguan.parties.models import Membership, Person
from tongguan.server.configuration import checkout

pytestmark = pytest.mark.usefixtures("people")
PUBLIC = {"home", "before_filing", "advisor", "style", "theme", "sign_in", "sign_out", "account_code", "account_passkey_sign_in",
          "account_passkey_challenge", "account_join", "account_invitation", "account_digest_confirm",
          "account_digest_stop", "status", "measures",
          "measures_file", "measure", "indicators",
          "tariff", "commodity", "credit_grades", "anchor_verify", "calculator", "trade_calculator", "disclosure_calculator",
          "exchange_rates", "check_number", "services", "open_data",
          "data_elements", "data_element", "data_elements_file",
          "open_data_tariff",
          "open_data_codes", "open_data_law", "open_data_months",
          "public_cases", "public_publicity", "measures_workbook",
          "help", "help_page", "own", "own_begin", "own_back", "own_leave", "own_provider", "own_not_mine"}  # fmt: skip
OWN = {"account", "account_data", "account_digest", "account_passkeys", "account_passkey_offer", "account_act_as",
       "account_password", "account_factor", "account_sessions", "account_applications", "account_application"}  # fmt: skip
WHO = ("", "nobody", *ROLES)
PAGE = checkout() / "docs" / "operate" / "permissions.md"
FILLED = {"int": "987654321", "str": "none", "path": "none"}


def addresses(resolver=None, before: str = "") -> dict[str, str]:
    """Return the name of every page with its route."""
    found: dict[str, str] = {}
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            found |= addresses(one, route)
        elif one.name and not f"/{route}".startswith(tuple(settings.MACHINE_PATHS)):
            found[one.name] = f"/{route}"
    return found


def filled(route: str) -> str:
    """Return an address of a route, of something that is not there."""
    return re.sub(r"<(\w+):\w+>", lambda found: FILLED[found[1]], route)


def browser(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    if name:
        client.force_login(Person.objects.get(username=name))
    return client


def asked(client: Client, route: str) -> tuple[int, str]:
    """Return the status of a page, and where it leads; one that only takes forms is sent an empty one."""
    response = client.get(filled(route))
    if response.status_code == 405:
        response = client.post(filled(route))
    return response.status_code, getattr(response, "url", "")


def test_who_is_not_signed_in_sees_what_is_public_and_nothing_else():
    client, opened = browser(""), set()
    for name, route in addresses().items():
        status, to = asked(client, route)
        if not (status == 302 and to.startswith("/sign-in?next=")):
            opened.add(name)
    assert opened == PUBLIC


def test_who_has_no_role_sees_what_is_public_or_his_own():
    client = browser("nobody")
    shut = {name for name, route in addresses().items() if name != "sign_out" and asked(client, route)[0] == 403}
    assert set(addresses()) - shut == PUBLIC | OWN


@pytest.mark.parametrize("who", ["platform", "broker", "payer", "carrier"])
def test_who_only_looks_changes_nothing(who):
    Membership.objects.filter(person__username=who).update(functions=["viewer"])
    client = browser(who)
    for name, route in addresses().items():
        if name in PUBLIC | OWN | READS:
            continue
        status = client.post(filled(route)).status_code
        assert status in (403, 404, 405), (name, status)


def test_every_page_of_the_table_is_there():
    assert not (set(CHANGES) | READS) - set(addresses())
    assert not set(CHANGES) & READS


def test_the_page_of_permissions_is_current():
    assert PAGE.read_text(encoding="utf-8") == written(), "it changed: see the first lines of this test"


SIGNS = {200: "open", 302: "open", 403: "closed", 404: "not found", 400: "open", 409: "open"}


def written() -> str:
    """Return the page: for each address what everybody gets."""
    clients = {name: browser(name) for name in WHO}
    rows = []
    for name, route in sorted(addresses().items(), key=lambda one: one[1]):
        cells = []
        for client in clients.values():
            if name == "sign_out":
                cells.append("open")
                continue
            status, to = asked(client, route)
            cells.append("sign in" if to.startswith("/sign-in?next=") else SIGNS.get(status, str(status)))
        shown = route.replace("<int:", "<").replace("<str:", "<").replace("<path:", "<")
        rows.append(f"| `{shown}` | {' | '.join(cells)} | {CHANGES.get(name, '')} |")
    heads = ("nobody signed in", "no role", *ROLES)
    return (
        "\n".join([HEAD, f"| page | {' | '.join(heads)} | form needs |", f"|{'---|' * (len(heads) + 2)}", *rows]) + "\n"
    )


HEAD = """# Which page opens to whom 页面权限表

<!-- Measured by tests/desk/test_permissions.py over the map of addresses: change the program, then write it anew. -->

Every address with a number of something that is not there. *open*: the page, or a place it leads to. *sign in*: one is sent to
sign in. *closed*: 403, with who may. *not found*: 404, as for everything that is another firm's. The last column is the ability
that sending a form needs besides the role ([identity](identity.md)); the account's own forms are judged by their actions.
"""
