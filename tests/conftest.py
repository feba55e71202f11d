"""What every test stands on: the database is emptied between tests that commit, append-only tables included."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db.backends.postgresql.operations import DatabaseOperations
from tests.measured import Recorder


def pytest_configure(config):
    """Note what comes of the tests that show a measure of the policy documents."""
    if not config.pluginmanager.has_plugin("measured"):
        config.pluginmanager.register(Recorder(), "measured")


@pytest.fixture(autouse=True, scope="session")
def _emptied_in_spite_of_guards():
    """Let the test runner, and nobody else, truncate tables whose triggers refuse it."""
    truncate = DatabaseOperations.sql_flush

    def sql_flush(self, *args, **options):
        statements = truncate(self, *args, **options)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True, scope="session")
def _signatures_optional():
    """Let tests, and programs they start, file unsigned messages; those about signatures set ``settings.SIGNATURES``."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGGUAN_SIGNATURES", "optional")
        patch.setattr(settings, "SIGNATURES", "optional")
        yield


@pytest.fixture(autouse=True, scope="session")
def _mandates_off():
    """Let agents declare without mandates; tests about these set ``settings.MANDATES``."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGGUAN_MANDATES", "off")
        patch.setattr(settings, "MANDATES", "off")
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_second_factor():
    """Let everybody sign in by password alone; tests about second factors set ``settings.SECOND_FACTOR``."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGGUAN_SECOND_FACTOR", "none")
        patch.setattr(settings, "SECOND_FACTOR", frozenset())
        yield


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """Let nobody wait for the slow digest of a password."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Let no test meet keys, tokens or law that a process remembers from another test."""
    from django.conf import settings

    from tongguan.ecommerce import context
    from tongguan.parties import clients, vault
    from tongguan.server.configuration import home

    secrets = settings.MONTH_SECRETS
    before = secrets.read_bytes() if secrets.exists() else None
    demo = os.environ["TONGGUAN_DEMO"]
    context.clear_cache()
    yield
    os.environ["TONGGUAN_DEMO"] = demo  # a command that was called beside a demonstration has become one
    (home() / "demo").unlink(missing_ok=True)
    clients.clear_cache()
    vault.clear_cache()
    if settings.FORGOTTEN.exists():  # the months are there again for the next test
        settings.FORGOTTEN.unlink()
        secrets.write_bytes(before) if before else secrets.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def tariff_loaded(django_db_setup, django_db_blocker):
    """The authored tariff, committed once for the tests of a module: loading it takes most of a second."""
    from tongguan.kernel.states import Actor
    from tongguan.tariff.actions import load

    with django_db_blocker.unblock():
        load(by=Actor("tests", "operator"), at=datetime(2026, 1, 1, tzinfo=UTC))
        yield
        # Numbers go on: a process keeps what it read of the tariff under the number of its latest edition.
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def ensure_tariff(by, at) -> None:
    """Load the tariff for a test whose threads commit, unless its module has it already."""
    from tongguan.tariff.actions import load
    from tongguan.tariff.models import Line

    if not Line.objects.exists():
        load(by=by, at=at)
