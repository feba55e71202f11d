"""The description of the API: whole, valid, and the page for people made from it."""

from __future__ import annotations

import re

import msgspec
import pytest
from django.urls import get_resolver

from tongguan.api import urls
from tongguan.api.problems import STATUSES
from tongguan.formats import ceb
from tongguan.kernel.texts import LANGUAGES


@pytest.fixture
def described(client, db) -> dict:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200 and response["Content-Type"] == "application/json"
    return msgspec.json.decode(response.content)


def addresses() -> set[str]:
    """Return every address of ours, as OpenAPI writes it."""
    found = set()
    for pattern in urls.urlpatterns:
        inner = getattr(pattern, "url_patterns", None)
        for one in inner if inner is not None else [pattern]:
            route = (str(pattern.pattern) if inner is not None else "") + str(one.pattern)
            if one.name != "api-root" and not route.startswith("^"):
                found.add("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route))
    return found - {"/api/docs", "/api/v1/openapi.json"}


def test_every_address_is_described(described):
    assert get_resolver().resolve("/cebcmsg") and set(described["paths"]) == addresses()
    assert described["openapi"].startswith("3.1")


def test_no_two_paths_are_the_same_template(described):
    plain = [re.sub(r"\{\w+\}", "{}", path) for path in described["paths"]]
    assert len(plain) == len(set(plain))


def test_every_operation_says_what_it_is_in_both_languages(described):
    names = set()
    for operations in described["paths"].values():
        for told in operations.values():
            names.add(told["operationId"])
            assert re.search("[a-z]", told["summary"]) and re.search("[一-鿿]", told["description"])
            assert told["tags"][0] in {tag["name"] for tag in described["tags"]}
    assert len(names) == sum(len(operations) for operations in described["paths"].values())


def test_every_reference_leads_somewhere(described):
    def references(part):
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found = set(references(described))
    assert len(found) > 20
    for reference in found:
        at = described
        for step in reference.removeprefix("#/").split("/"):
            assert step in at, reference
            at = at[step]


def test_the_records_are_those_of_the_tables(described):
    schemas = described["components"]["schemas"]
    for kind in ("CEB311Message", "CEB411Message", "CEB511Message", "CEB621Message"):
        table = ceb.TABLES[kind]
        assert set(schemas[table.head.document]["properties"]) == {
            *table.head.names,
            *(["items"] if table.items else []),
        }
    assert schemas["Order"]["properties"]["acturalPaid"]["title"] == "实际支付金额"
    assert schemas["InventoryReturn"]["required"]


def test_every_path_that_needs_a_token_says_so(described):
    public = {path for path, ops in described["paths"].items() for told in ops.values() if not told["security"]}
    assert public == {
        "/api/v1/tariff/{code}", "/api/v1/law", "/api/v1/law/{name}", "/api/v1/elements", "/api/v1/elements/{key}",
        "/api/v1/codes", "/api/v1/codes/{table}",
        "/api/v1/exchange-rates", "/api/v1/credit/anchors/{digest}",
        "/api/v1/journal/key", "/api/v1/journal/checkpoints", "/api/v1/journal/consistency", "/api/v1/journal/cosignatures",
        "/api/v1/measures", "/api/v1/measures/{number}", "/api/v1/indicators",
        "/api/v1/tariff", "/api/v1/tariff/{code}/needs", "/api/v1/tariff/{code}/history", "/api/v1/calculator",
        "/api/v1/calculator/trade",
        "/api/v1/calculator/disclosure",
        "/api/v1/advice",
        "/api/v1/licences/needed", "/api/v1/numbers", "/api/v1/statistics/months", "/api/v1/cases", "/api/v1/publicity",
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_lists_every_address_and_every_problem(client, db, described, lang):
    response = client.get("/api/docs", {"lang": lang})
    page = response.content.decode()
    assert response["Content-Language"] == lang
    for path in described["paths"]:
        assert f"<code>{path}</code>" in page
    for code in STATUSES:
        assert f'<tr id="{code}">' in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")


def test_the_page_is_in_the_readers_language(client, db):
    assert "Addresses" in client.get("/api/docs", headers={"Accept-Language": "en"}).content.decode()
    assert "地址" in client.get("/api/docs").content.decode()


def test_the_type_of_a_problem_leads_to_its_line(client, db):
    kind = client.get("/api/v1/nothing").json()["type"]
    path, _, anchor = kind.partition("#")
    assert f'<tr id="{anchor}">' in client.get(path).content.decode()
