"""Tax bills and release slips on paper: who gets them, that they are PDF, and that no buyer is named on a slip."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.desk.asked import bill_of
from tests.desk.conftest import PLATFORM
from tests.desk.test_pages import whole
from tests.ecommerce.filing import AT

from tongguan.desk.paper.drawing import Sheet, drawn, named, said, table
from tongguan.desk.templatetags.desk import SHANGHAI
from tongguan.ecommerce.taxes.actions import tell_new


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_released_parcel_has_a_slip_to_print(window, lang):
    client, path = window.person("platform", lang), f"/slips/{PLATFORM}/P-RELEASED"
    assert path in client.get(window.address("released")).content.decode()
    response = client.get(path)
    assert response.status_code == 200
    whole(response, lang)
    inventory = window.released.inventory
    assert (
        inventory.buyerName not in response.content.decode()
        and inventory.buyerIdNumber not in response.content.decode()
    )
    file = client.get(f"{path}?as=pdf")
    assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF-")
    assert file["Content-Disposition"].startswith('inline; filename="release-')


@pytest.mark.parametrize("fate", ["P-WAITING", "P-CHECKED", "P-REFUSED", "none"])
def test_what_is_not_released_has_none(window, fate):
    assert window.person("platform").get(f"/slips/{PLATFORM}/{fate}").status_code == 404


@pytest.mark.parametrize("who", ["elsewhere", "payer", "carrier"])
def test_a_slip_is_for_those_who_see_the_parcel_whole(window, who):
    status = window.person(who).get(f"/slips/{PLATFORM}/P-RELEASED").status_code
    parcel = window.person(who).get(window.address("released"))
    assert status == 404 if parcel.status_code == 404 else status in (200, 404)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bill_is_a_pdf(window, lang):
    tell_new(at=AT)
    bill = bill_of(window.released)
    assert "?as=pdf" in window.person("platform", lang).get(f"/taxes/bills/{bill.tax_no}").content.decode()
    file = window.person("platform", lang).get(f"/taxes/bills/{bill.tax_no}?as=pdf")
    assert file.status_code == 200 and file.content.startswith(b"%PDF-") and b"STSong-Light" in file.content
    assert window.person("elsewhere").get(f"/taxes/bills/{bill.tax_no}?as=pdf").status_code == 404


def test_the_same_sheet_gives_the_same_bytes_over_several_pages():
    def sheet() -> Sheet:
        rows = [[f"<b>{n}&", "货物", None, "1.00"] for n in range(120)]
        parts = [
            named([("名称", None), ("name", "𠮷野家 Ünïcödé")]),
            said("<i>"),
            table(["a", "b", "c", "d"], rows, (1, 1, 1, 1), {3}),
        ]
        return Sheet("题", "1", "", datetime(2026, 5, 1, tzinfo=SHANGHAI), parts)

    made = drawn(sheet(), "zh")
    assert made == drawn(sheet(), "zh") and made.count(b"/Type /Page\n") > 1
    assert b"FontFile" not in made, "no font is in it"
