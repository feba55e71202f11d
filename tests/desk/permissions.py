"""Writes ``docs/operate/permissions.md`` by measuring: ``.venv/bin/python -m tests.desk.permissions``."""

from __future__ import annotations

import sys

import pytest


class Writer:
    """Writes the page in the place of the test that compares it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        """Write what was measured."""
        from tests.desk import test_permissions as measured

        measured.PAGE.write_text(measured.written(), encoding="utf-8")
        return True


if __name__ == "__main__":
    asked = "tests/desk/test_permissions.py::test_the_page_of_permissions_is_current"
    sys.exit(pytest.main(["-q", asked], plugins=[Writer()]))
