"""The page of an officer's own work, and taking a matter on its page."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.desk.test_account import enter
from tests.desk.test_pages import whole
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.ecommerce.models import Inventory
from tongguan.parties.actions import admit
from tongguan.parties.models import Assignment, Delegation


@pytest.fixture
def row(window):
    admit("colleague", "同事某", "x", [("officer", None)], by=OPERATOR, at=AT)
    return Inventory.objects.get(order_no=window.checked.order.orderNo)


def take(client, row, window, verb: str = "take"):
    return client.post("/account/work/take", {"subject": str(row), "path": window.address("checked"), "verb": verb})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_officer_takes_a_parcel_and_sees_it_among_his_work(row, window, lang):
    client = window.person("officer", lang)
    address = window.address("checked")
    assert b'value="take"' in client.get(address).content
    assert take(client, row, window).url == address
    assert b'value="give_back"' in client.get(address).content
    page = client.get("/account/work")
    assert str(row) in page.content.decode()
    whole(page, lang)
    assert b"account/work/take" not in window.person("platform").get(address).content


def test_a_colleague_decides_it_only_when_it_was_handed_to_him(row, window):
    take(window.person("officer"), row, window)
    colleague = window.person("colleague")
    path = f"/decide/pass{window.address('checked').removeprefix('/parcels')}"
    refused = colleague.post(path, {"reason": "x"})
    assert refused.status_code == 409 and "officer某" in refused.content.decode()
    given = {"verb": "hand_over", "to": "colleague", "note": "请继续", "all": "yes"}
    assert window.person("officer").post("/account/work", given).status_code == 302
    assert colleague.post(path, {"reason": "x"}).status_code == 302
    assert not Assignment.objects.filter(ended=None).exists()


def test_standing_in(row, window):
    client, day = window.person("officer"), timezone.localdate().isoformat()
    given = {"verb": "delegate", "to": "colleague", "since": day, "until": day, "reason": "出差"}
    assert client.post("/account/work", given).status_code == 302
    assert client.post("/account/work", given | {"to": ""}).status_code == 409
    made = Delegation.objects.get()
    assert window.person("colleague").post("/account/work", {"verb": "end", "delegation": made.pk}).status_code == 302
    made.refresh_from_db()
    assert made.ended is not None
    for wrong in ({"verb": "end", "delegation": "x"}, {"verb": "other"}):
        assert client.post("/account/work", wrong).status_code == 404


def test_nobody_else_has_this_page(window):
    for name in ("platform", "operator", "auditor"):
        assert window.person(name).get("/account/work").status_code == 403
        assert take(window.person(name), "inventory/1", window).status_code == 403
    assert (
        window.person("officer").post("/account/work/take", {"subject": "inventory/1", "path": "//x"}).status_code
        == 404
    )
    assert enter("officer")[1].status_code == 302
