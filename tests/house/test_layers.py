"""Imports point down, and so do the foreign keys that the import linter cannot see."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.db import models
from tests.house.source import ROOT, layers


def rank(module: str) -> int | None:
    """Return the layer of a module of ours, 0 for the lowest; None for somebody else's."""
    package, _, rest = module.partition(".")
    name = rest.split(".")[0]
    return next((place for place, row in enumerate(layers()) if name in row), None) if package == "tongguan" else None


def upward(related: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return the relations that lead from a layer to a higher one, or to another domain of the same layer."""
    found = []
    for module, field, target in related:
        here, there = rank(module), rank(target)
        sideways = here == there and module.split(".")[1] != target.split(".")[1]
        if here is not None and there is not None and (there > here or sideways):
            found.append(f"{module}: {field} leads up to {target}")
    return found


def relations() -> list[tuple[str, str, str]]:
    """Return the relations that our tables declare: module, field, module of the table they lead to."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            declared = isinstance(field, models.Field) and field.is_relation
            if declared and field.related_model is not None and model.__module__.startswith("tongguan."):
                name = f"{model.__name__}.{field.name}"
                found.append((model.__module__, name, field.related_model.__module__))
    return found


def test_imports_point_down():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_foreign_keys_point_down():
    assert upward(relations()) == []


def test_relations_were_found():
    assert ("tongguan.ecommerce.models.messages", "Filing.message", "tongguan.ecommerce.models.messages") in relations()
    assert (
        "tongguan.ecommerce.models.messages",
        "Message.enterprise",
        "tongguan.parties.models.enterprises",
    ) in relations()


def test_a_foreign_key_that_leads_up_is_found():
    assert upward([("tongguan.holds.models", "Hold.parcel", "tongguan.ecommerce.models")])
    assert upward([("tongguan.desk.models", "Page.client", "tongguan.api.models")])
    assert not upward([("tongguan.ecommerce.models", "Order.enterprise", "tongguan.parties.models")])


def test_every_app_with_tables_has_a_layer():
    ours = [config.name for config in apps.get_app_configs() if config.name.startswith("tongguan.")]
    assert [name for name in ours if rank(name) is None] == []
