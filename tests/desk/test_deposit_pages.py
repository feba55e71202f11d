"""The pages of assurers' deposits: who sees and changes what, in both languages, and bad input; and the same by the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.test_pages import MOST_QUERIES, whole
from tests.ecommerce.asking import bought
from tests.ecommerce.filing import AT, OFFICER, file_all

from tongguan.ecommerce import samples
from tongguan.ecommerce.deposits.actions import receive_guarantee
from tongguan.ecommerce.models import Deposit

SEES = {"platform": 200, "officer": 200, "operator": 200, "auditor": 200, "carrier": 404, "broker": 404}
FORM = {"code": samples.CARRIER.code, "amount": "1,000.00", "reference": "BH-7", "valid_until": "2099-12-31"}


@pytest.fixture
def deposit(window) -> Deposit:
    row = receive_guarantee(samples.PLATFORM.code, 200, reference="BH-1", by=OFFICER, at=AT)
    file_all(bought("A1", "1000.00"))
    return row


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", SEES)
def test_each_page_is_seen_by_those_who_may(window, deposit, who, lang):
    client = window.person(who, lang)
    for path in ("/taxes/deposits", f"/taxes/deposits/{deposit.pk}"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        wanted = 200 if path == "/taxes/deposits" else SEES[who]
        assert response.status_code == wanted, path
        assert len(asked) <= MOST_QUERIES
        if wanted == 200:
            whole(response, lang)
    assert window.person("").get("/taxes/deposits").status_code == 302


def test_what_the_page_says(window, deposit):
    page = window.person("platform", "en").get(f"/taxes/deposits/{deposit.pk}").content.decode()
    for said in ("109.00", "91.00", "200.00", "BH-1", "Inventory accepted", "no end stated"):
        assert said in page, said
    assert "Keep it no longer" not in page and "Withdraw guarantee" in page


def test_customs_receive_and_close_and_the_firm_withdraws(window, deposit):
    officer, platform = window.person("officer", "en"), window.person("platform", "en")
    assert officer.post("/taxes/deposits", FORM).status_code == 302
    assert Deposit.objects.latest("pk").enterprise.uscc == samples.CARRIER.code
    for wrong in ({"code": "x"}, {"amount": "NaN"}, {"amount": "九"}, {"reference": ""}, {"valid_until": "soon"}):
        assert officer.post("/taxes/deposits", FORM | {"reference": "BH-8"} | wrong).status_code == 409, wrong
    assert platform.post("/taxes/deposits", FORM).status_code == 403
    own = f"/taxes/deposits/{deposit.pk}"
    short = platform.post(f"{own}/withdraw", {"amount": "110", "reference": "T-1"})
    assert short.status_code == 409 and "109.00 are left" in short.content.decode()
    assert platform.post(f"{own}/withdraw", {"amount": "9.00", "reference": "T-1"}).status_code == 302
    assert platform.post(f"{own}/close").status_code == 409
    assert officer.post(f"{own}/nothing").status_code == 404
    assert officer.post(f"{own}/close").status_code == 302
    deposit.refresh_from_db()
    assert (deposit.state, deposit.account.balance) == ("closed", 100)
