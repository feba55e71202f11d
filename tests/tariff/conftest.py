"""Code lists that a test loads are gone with it."""

from __future__ import annotations

import pytest

from tongguan.tariff import codelists


@pytest.fixture(autouse=True)
def _no_loaded_lists():
    yield
    codelists.refresh(0)
