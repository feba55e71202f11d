"""Assurers' deposits by the JSON API."""

from __future__ import annotations

import pytest
from tests.ecommerce.asking import bought, inventory_of
from tests.ecommerce.filing import AT, OFFICER, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.deposits.actions import receive_guarantee
from tongguan.ecommerce.models import Deposit


@pytest.fixture
def deposit(window) -> Deposit:
    row = receive_guarantee(samples.PLATFORM.code, 200, reference="BH-1", by=OFFICER, at=AT)
    file_all(bought("A1", "1000.00"))
    return row


def test_an_assurer_reads_his_deposit(window, deposit):
    [line] = window.platform.get("/api/v1/deposits").json()["deposits"]
    assert (line["number"], line["assureCode"], line["state"], line["left"]) == (
        deposit.pk, samples.PLATFORM.code, "kept", "109.00000",
    )  # fmt: skip
    whole = window.platform.get(f"/api/v1/deposits/{deposit.pk}").json()
    number = inventory_of(bought("A1", "1000.00")).invt_no
    assert whole["secured"] == "91.00000" and whole["next"] is None
    assert [(one["kind"], one["number"], one["amount"]) for one in whole["changes"]] == [
        ("taken", number, "-91.00000"), ("received", "BH-1", "200.00000"),
    ]  # fmt: skip
    assert window.platform.get(f"/api/v1/deposits/{deposit.pk}?before=1").json()["changes"] == []


def test_others_do_not(window, deposit):
    assert window.carrier.get(f"/api/v1/deposits/{deposit.pk}").status_code == 404
    assert window.carrier.get("/api/v1/deposits").json() == {"deposits": [], "next": None}
    assert window.nobody.get("/api/v1/deposits").status_code == 401
    assert window.platform.get("/api/v1/deposits/0").status_code in (400, 404, 422)
