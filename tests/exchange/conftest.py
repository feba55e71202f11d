"""The window of the tests of the machine endpoints, for those who call it from here."""

from __future__ import annotations

from tests.api.conftest import _nobody_remembered, parcel, racing_window  # noqa: F401 (fixtures)
