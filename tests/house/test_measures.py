"""The register tells the truth: its index of tests is current, and everything it names is there."""

from __future__ import annotations

import ast

import pytest
from tests.house.source import ROOT
from tests.measured import INDEX, index, written

from tongguan.api.openapi import description
from tongguan.cli import COMMANDS
from tongguan.cli.explain import load_rules
from tongguan.governance.building import means
from tongguan.governance.indicators import BETTER, catalogue
from tongguan.governance.register import register
from tongguan.kernel.law import law
from tongguan.kernel.rules import RULES
from tongguan.kernel.texts import known_keys


def routes() -> set[str]:
    """Return the names of the pages."""
    from tongguan.desk.urls import urlpatterns

    return {one.name for one in urlpatterns}


def operations() -> set[str]:
    """Return the ids of the operations of the API."""
    return {told["operationId"] for address in description()["paths"].values() for told in address.values()}


def test_the_index_of_tests_is_current():
    assert INDEX.read_text(encoding="utf-8") == written(index()), "run: .venv/bin/python -m tests.measured"


def test_marks_name_measures_of_the_register():
    assert sorted(set(index()) - {one.id for one in register().units()}) == []


def test_marked_tests_are_there():
    for test in {test for tests in index().values() for test in tests}:
        path, *names = test.split("::")
        body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        for name in names:
            body = next(node.body for node in body if getattr(node, "name", "") == name)


@pytest.mark.parametrize("number", means())
def test_what_is_said_to_do_it_is_there(number):
    its = means()[number]
    load_rules()
    assert set(its.pages) <= routes()
    assert set(its.operations) <= operations()
    assert set(its.commands) <= set(COMMANDS)
    assert set(its.rules) <= set(RULES)
    assert set(its.parameters) <= set(law.names())
    assert {f"desk.measures.page.{name}" for name in its.pages} <= set(known_keys())


def test_indicators_tell_of_measures_of_the_register():
    assert {one for indicator in catalogue().indicators for one in indicator.measures} <= register().ids()
    assert {f"desk.indicators.better.{way}" for way in BETTER} <= set(known_keys())


def test_every_kind_has_its_name():
    assert {f"measure.kind.{one.kind}" for one in register().units()} <= set(known_keys())
