"""What the authority does about requests on its pages: the list of work, counting goods in, accepting and refusing."""

from __future__ import annotations

import pytest
from tests.desk.asked import on, requests_of
from tests.ecommerce.asking import inventory_of
from tests.ecommerce.conftest import drawn_share

from tongguan.ecommerce.models import Return, Withdrawal


@pytest.fixture(autouse=True)
def _may(monkeypatch, settings):
    """It is the fifth of May, and nobody is drawn."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: on(5, 5))
    drawn_share(monkeypatch, "0")
    settings.SIGNATURES = "optional"


@pytest.fixture
def asked(window) -> dict[str, str]:
    return requests_of(window)


def html_of(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


class TestDeciding:
    """What the authority does, from a list that begins with the longest waiting."""

    def test_the_work(self, window, asked):
        client = window.person("officer", "en")
        html = html_of(client, "/requests/work")
        assert html.index(asked["arrived"]) < html.index(asked["to-decide"]) and asked["asked"] not in html
        assert f'href="/requests/{asked["to-decide"]}/accept"' in html
        html = html_of(client, "/requests/work?of=expected")
        assert asked["asked"] in html and f'href="/requests/{asked["asked"]}/arrive"' in html
        html = html_of(window.person("auditor"), "/requests/work")
        assert asked["arrived"] in html and "/accept" not in html

    def test_a_withdrawal_is_accepted(self, window, asked):
        client = window.person("officer")
        path = f"/requests/{asked['to-decide']}/accept"
        assert "管制解除" in html_of(client, path)
        assert client.post(path).url == f"/requests/{asked['to-decide']}"
        assert Withdrawal.objects.get(number="to-decide").state == "accepted"
        assert inventory_of(window.checked).state == "withdrawn"

    def test_a_refusal_needs_a_reason(self, window, asked):
        client = window.person("officer")
        path = f"/requests/{asked['to-decide']}/refuse"
        assert client.post(path, {"reason": " "}).status_code == 409
        assert Withdrawal.objects.get(number="to-decide").state == "asked"
        assert client.post(path, {"reason": "已查获夹藏"}).status_code == 302
        html = html_of(client, f"/requests/{asked['to-decide']}")
        assert "已查获夹藏" in html and "海关未同意撤单" in html

    def test_goods_are_counted_in_and_accepted(self, window, asked):
        operator, officer = window.person("operator"), window.person("officer")
        number = asked["asked"]
        assert operator.post(f"/requests/{number}/arrive", {"qty-1": "1", "state": "original"}).status_code == 302
        row = Return.objects.get(number="asked")
        assert (row.state, row.original_state, row.items.get().tallied) == ("arrived", True, 1)
        assert officer.post(f"/requests/{number}/accept").status_code == 302
        assert Return.objects.get(number="asked").state == "accepted"

    @pytest.mark.parametrize(
        "form, says",
        [
            ({"qty-1": "2"}, "超过"),
            ({"qty-1": "0"}, "未理得"),
            ({"qty-1": "x"}, "不是有效的数字"),
            ({"qty-1": "NaN"}, "不是有效"),
            ({"qty-1": "1e999"}, "不是有效"),
            ({"qty-1": "-1"}, "不是有效"),
            ({"qty-1": "\0"}, "不是有效"),
        ],
    )
    def test_a_wrong_count_is_said(self, window, asked, form, says):
        response = window.person("officer").post(f"/requests/{asked['asked']}/arrive", form)
        assert response.status_code == 409 and says in response.content.decode()
        assert Return.objects.get(number="asked").state == "asked"

    def test_goods_that_are_not_as_they_left_are_not_accepted(self, window, asked):
        officer, number = window.person("officer"), asked["asked"]
        officer.post(f"/requests/{number}/arrive", {"qty-1": "1", "state": "changed"})
        response = officer.post(f"/requests/{number}/accept")
        assert response.status_code == 409 and "不是原状" in response.content.decode()
        assert officer.post(f"/requests/{number}/refuse", {"reason": "非原状"}).status_code == 302
        assert "税款照常缴纳" in html_of(officer, f"/requests/{number}")

    def test_in_another_district_the_transport_is_asked_for(self, window, asked):
        Return.objects.filter(number="asked").update(customs_code="0202")
        officer, path = window.person("officer"), f"/requests/{asked['asked']}/arrive"
        assert 'id="transport"' in html_of(officer, path)
        assert officer.post(path, {"qty-1": "1"}).status_code == 409
        assert officer.post(path, {"qty-1": "1", "transport": "SEAL-1"}).status_code == 302
        assert Return.objects.get(number="asked").transport == "SEAL-1"

    def test_what_is_settled_is_not_decided_again(self, window, asked):
        officer = window.person("officer")
        response = officer.get(f"/requests/{asked['accepted']}/refuse")
        assert response.url == f"/requests/{asked['accepted']}"
        assert officer.post(f"/requests/{asked['accepted']}/refuse", {"reason": "x"}).status_code == 409
        assert officer.post(f"/requests/{asked['to-decide']}/arrive", {}).status_code == 404

    def test_an_operator_counts_and_does_not_decide(self, window, asked):
        operator = window.person("operator")
        assert operator.post(f"/requests/{asked['arrived']}/accept").status_code == 409
        assert Return.objects.get(number="arrived").state == "arrived"
