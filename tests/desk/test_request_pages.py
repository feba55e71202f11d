"""Pages of withdrawals and returns: the list, one request, asking on a parcel's page, and deciding."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.asked import on, requests_of
from tests.desk.conftest import PLATFORM
from tests.desk.test_pages import MOST_QUERIES, OWN, PEOPLE, SIGN_IN, whole
from tests.ecommerce.asking import ask, bought, inventory_of, refund, statuses
from tests.ecommerce.conftest import drawn_share
from tests.ecommerce.filing import file_all

from tongguan.ecommerce.models import Return, TaxBill, Withdrawal
from tongguan.formats import ceb

FIRMS = ("platform", "broker", "payer", "carrier")


@pytest.fixture(autouse=True)
def _may(monkeypatch, settings):
    """It is the fifth of May, and nobody is drawn."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: on(5, 5))
    drawn_share(monkeypatch, "0")
    settings.SIGNATURES = "optional"


@pytest.fixture
def asked(window) -> dict[str, str]:
    return requests_of(window)


def parcel_path(window, fate: str) -> str:
    return window.address(fate).removeprefix("/parcels/")


def pages(window, asked) -> dict[str, str]:
    told = Return.objects.get(number="accepted")
    from tongguan.ecommerce.told import receipts_of

    return {
        "requests": "/requests",
        "requests waiting": "/requests?part=waiting",
        "requests found": "/requests?q=P-RELEASED",
        "requests none": "/requests?q=none",
        "work": "/requests/work",
        "work expected": "/requests/work?of=expected",
        **{f"request {fate}": f"/requests/{number}" for fate, number in asked.items()},
        "receipt": f"/requests/{asked['accepted']}/receipts/{receipts_of(told)[0].guid}",
        "decide arrive": f"/requests/{asked['asked']}/arrive",
        "decide accept": f"/requests/{asked['arrived']}/accept",
        "decide refuse": f"/requests/{asked['to-decide']}/refuse",
        "ask return": f"/requests/ask/return/{parcel_path(window, 'released')}",
        "ask withdrawal": f"/requests/ask/withdrawal/{parcel_path(window, 'checked')}",
        "parcel released": window.address("released"),
        "parcel checked": window.address("checked"),
    }


ALL = dict.fromkeys(PEOPLE, 200) | {"elsewhere": 200, "nobody": 403, "": SIGN_IN}
NOT_FOR_PAYERS = OWN | {"payer": 404}
WINDOW_ONLY = ALL | dict.fromkeys((*FIRMS, "elsewhere"), 403)
DECIDES = dict.fromkeys((*FIRMS, "auditor", "elsewhere", "nobody"), 403) | {"officer": 200, "": SIGN_IN}


def allowed(name: str) -> dict:
    if name.startswith(("request ", "receipt")):
        # A carrier's waybill does not make the request its own.
        return NOT_FOR_PAYERS | {"carrier": 404}
    if name.startswith("ask"):
        return NOT_FOR_PAYERS
    if name.startswith("decide"):
        return DECIDES | {"operator": 200 if name == "decide arrive" else "302 back"}
    if name.startswith("parcel"):
        return OWN
    return WINDOW_ONLY if name.startswith("work") else ALL


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*PEOPLE, "elsewhere", "nobody", ""])
def test_each_page_is_seen_by_those_who_may(window, asked, who, lang):
    client = window.person(who, lang)
    for name, path in pages(window, asked).items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        wanted = allowed(name)[who]
        if isinstance(wanted, int):
            assert response.status_code == wanted, (name, path)
        else:
            assert response.status_code == 302, (name, path)
        made = [one["sql"] for one in queries if "parties_monthkey" not in one["sql"]]
        assert len(made) <= MOST_QUERIES or name.startswith("parcel"), (name, who, [sql[:160] for sql in made])
        if response.status_code != 302 and name != "receipt":
            whole(response, lang)


def test_lists_do_not_ask_more_when_they_are_longer(window, asked):
    client = window.person("broker")

    def asks(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    paths = ("/requests", f"/requests/{asked['asked']}", window.address("released"))
    before = [asks(path) for path in paths]
    goods = [bought(f"MORE{n}", "20.00", 3) for n in range(3)]
    file_all(*goods)
    for n, parcel in enumerate(goods):
        assert statuses(ask(refund(parcel, copNo=f"M{n}"))) == ["120"]
    assert [asks(path) for path in paths] == before


def html_of(client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


class TestList:
    """Every request in one list."""

    def test_what_it_shows(self, window, asked):
        html = html_of(window.person("broker", "en"), "/requests")
        assert all(number in html for number in asked.values())
        assert "waiting for the goods" in html and "2026-06-15" in html and "41 days left" in html

    @pytest.mark.parametrize(
        "query, fates",
        [
            ("part=waiting", {"asked", "arrived", "to-decide"}),
            ("part=accepted", {"accepted", "withdrawn"}),
            ("part=accepted&noun=return", {"accepted"}),
            ("part=ended", set()),
            ("q=P-ARRIVED", {"arrived"}),
            ("q=to-decide", {"to-decide"}),
            ("part=odd&noun=odd&before=odd", {"asked", "arrived", "to-decide", "accepted", "withdrawn"}),
        ],
    )
    def test_it_is_filtered_and_searched(self, window, asked, query, fates):
        html = html_of(window.person("officer"), f"/requests?{query}")
        assert {fate for fate, number in asked.items() if number in html} == fates

    def test_page_by_page(self, window, asked, monkeypatch):
        monkeypatch.setattr("tongguan.ecommerce.queries.PAGE", 2)
        client, path, seen = window.person("broker"), "/requests", []
        while path:
            response = client.get(path)
            seen += [line.own for line in response.context["list"].rows]
            path = response.context["turning"].on
        assert seen == ["withdrawn", "to-decide", "accepted", "arrived", "asked"]

    def test_it_is_empty_for_a_stranger(self, window, asked):
        assert "没有撤单或退货申请" in html_of(window.person("elsewhere"), "/requests")


class TestOne:
    """One request whole."""

    def test_a_return_on_its_way(self, window, asked):
        html = html_of(window.person("platform", "en"), f"/requests/{asked['asked']}")
        assert "Back by" in html and "2026-06-15" in html and "41 days left" in html
        assert "七天无理由退货" in html and "Nothing came back" not in html and "P-RELEASED" in html

    def test_what_an_accepted_return_gave_back(self, window, asked):
        row = Return.objects.get(number="accepted")
        html = html_of(window.person("broker", "en"), f"/requests/{asked['accepted']}")
        assert "Allowance restored" in html and f"{row.counted:,.2f} yuan" in html and f"{row.tax:,.2f} yuan" in html
        assert "as it left" in html and "CEB626Message" in html

    def test_a_withdrawn_inventory(self, window, asked):
        assert "购买人的年度额度已恢复" in html_of(window.person("broker"), f"/requests/{asked['withdrawn']}")

    def test_its_receipts_are_files(self, window, asked):
        client = window.person("broker")
        html = html_of(client, f"/requests/{asked['accepted']}")
        path = html.split(f'href="/requests/{asked["accepted"]}/receipts/')[-1].split('"')[0]
        response = client.get(f"/requests/{asked['accepted']}/receipts/{path}")
        said = ceb.read(response.content)
        assert (said.kind, said.nodes[0].document.returnStatus) == ("CEB626Message", "399")

    @pytest.mark.parametrize("path", ["/requests/B0", "/requests/B%00", "/requests/B0/accept", "/requests/ask/x/y/z"])
    def test_what_is_not_there_is_not_found(self, window, asked, path):
        assert window.person("officer").get(path).status_code == 404

    def test_a_receipt_of_another_request_is_not_found(self, window, asked):
        assert window.person("officer").get(f"/requests/{asked['asked']}/receipts/1").status_code == 404


def ask_path(window, noun: str, fate: str) -> str:
    return f"/requests/ask/{noun}/{parcel_path(window, fate)}"


class TestAsking:
    """What is asked on a page goes through the same door as a message."""

    def test_the_parcel_leads_there_for_those_who_may(self, window):
        for who, may in (
            ("broker", True),
            ("platform", True),
            ("operator", True),
            ("carrier", False),
            ("officer", False),
        ):
            html = html_of(window.person(who), window.address("released"))
            assert (f'href="{ask_path(window, "return", "released")}"' in html) == may, who
        html = html_of(window.person("broker"), window.address("checked"))
        assert "/requests/ask/withdrawal/" in html and "/requests/ask/return/" not in html
        assert "/requests/ask/" not in html_of(window.person("broker"), window.address("refused"))

    def test_a_return(self, window):
        path = ask_path(window, "return", "released")
        client = window.person("platform", "en")
        html = html_of(client, path)
        assert 'max="1"' in html and "26 days left" in html
        response = client.post(path, {"qty-1": "1", "qty-2": "", "reason": "不合适", "own": "MINE1", "file": "yes"})
        row = Return.objects.get()
        assert response.status_code == 302 and response.url == f"/requests/{row.pre_no}"
        assert (row.number, row.state, [i.gnum for i in row.items.all()]) == ("MINE1", "asked", [1])
        assert row.enterprise.code == PLATFORM
        assert TaxBill.objects.get().open_returns == 1
        assert "was filed" in client.get(response.url).content.decode()
        assert f'href="/requests/{row.pre_no}"' in html_of(client, window.address("released"))
        assert 'id="q" name="q" type="search" maxlength="60" autocomplete="off" spellcheck="false" value=""' in html_of(
            client, window.address("released")
        )

    def test_sent_twice_it_is_taken_once(self, window):
        path, form = ask_path(window, "return", "released"), {"qty-1": "1", "reason": "x", "own": "A", "file": "yes"}
        client = window.person("broker")
        assert client.post(path, form).status_code == 302
        again = client.post(path, form)
        assert again.status_code == 409 and "-625022" in again.content.decode()
        assert Return.objects.count() == 1

    def test_a_withdrawal_at_once(self, window):
        path = ask_path(window, "withdrawal", "waiting")
        client = window.person("broker")
        assert "申报后立即撤单" in html_of(client, path)
        response = client.post(path, {"reason": "买家取消", "own": "W-1", "file": "yes"})
        row = Withdrawal.objects.get()
        assert response.url == f"/requests/{row.pre_no}" and row.state == "accepted"
        assert inventory_of(window.waiting).state == "withdrawn"

    def test_a_withdrawal_that_is_decided(self, window):
        path = ask_path(window, "withdrawal", "checked")
        client = window.person("broker")
        assert "申报后由海关决定" in html_of(client, path)
        assert client.post(path, {"reason": "买家取消", "own": "W-1", "file": "yes"}).status_code == 302
        assert Withdrawal.objects.get().state == "asked"

    @pytest.mark.parametrize(
        "form, says",
        [
            ({"qty-1": "3", "reason": "x"}, "-625004"),
            ({"qty-1": "one", "reason": "x"}, "NOT_A_QUANTITY"),
            ({"qty-1": "-1", "reason": "x"}, "NOT_A_QUANTITY"),
            ({"qty-1": "NaN", "reason": "x"}, "NOT_A_QUANTITY"),
            ({"qty-1": "1", "reason": " "}, "reason"),
            ({"reason": "x"}, "item"),
            ({"qty-1": "1", "reason": "x", "own": "9" * 21}, "copNo"),
            ({"qty-1": "1", "reason": "x", "office": "0202"}, "DISTRICT"),
            ({"qty-1": "1" * 20, "reason": "x"}, "qty"),
            ({"qty-99999": "1", "reason": "x\x00"}, "item"),
        ],
    )
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_what_is_wrong_is_said_and_nothing_is_filed(self, window, form, says, lang):
        client = window.person("broker", lang)
        response = client.post(ask_path(window, "return", "released"), {"own": "X", "file": "yes", **form})
        assert response.status_code == 409
        html = response.content.decode()
        if says == "DISTRICT":
            says = "0202"
        assert says in html and not Return.objects.exists()
        assert form["reason"].strip("\x00 ") in html
        whole(response, lang)

    def test_too_late_is_said_before_anybody_writes(self, window, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: on(6, 1))
        html = html_of(window.person("broker", "en"), ask_path(window, "return", "released"))
        assert "could be asked for until 2026-05-31" in html and "<textarea" not in html

    def test_what_is_released_cannot_be_withdrawn(self, window):
        html = html_of(window.person("broker", "en"), ask_path(window, "withdrawal", "released"))
        assert "can no longer be withdrawn" in html and "<textarea" not in html

    def test_nothing_is_left(self, window):
        assert statuses(ask(refund(window.released))) == ["120"]
        assert "没有可再退的数量" in html_of(window.person("broker"), ask_path(window, "return", "released"))

    def test_who_may_not_is_told_so(self, window):
        html = html_of(window.person("officer"), ask_path(window, "return", "released"))
        assert "没有权限" in html and "<textarea" not in html
        response = window.person("officer").post(
            ask_path(window, "return", "released"), {"qty-1": "1", "reason": "x", "file": "yes"}
        )
        assert response.status_code == 403 and not Return.objects.exists()

    def test_the_message_can_be_taken_away_to_be_signed(self, window):
        path = ask_path(window, "return", "released")
        response = window.person("broker").post(path, {"qty-1": "1", "reason": "x", "own": "A", "xml": "yes"})
        assert response["Content-Disposition"].startswith("attachment") and not Return.objects.exists()
        said = ceb.read(response.content)
        assert said.kind == "CEB625Message" and said.nodes[0].document.copNo == "A"

    def test_where_it_must_be_signed_the_page_files_nothing(self, window, settings):
        settings.SIGNATURES, settings.DEMO, settings.OPEN_INTAKE = "required", False, False
        path = ask_path(window, "return", "released")
        html = html_of(window.person("broker"), path)
        assert 'name="file" value="yes"' not in html and 'href="/file"' in html
        window.person("broker").post(path, {"qty-1": "1", "reason": "x", "own": "A", "file": "yes"})
        assert not Return.objects.exists()


def test_no_personal_value_is_on_these_pages(window, asked):
    order = window.released.order
    secrets = [order.buyerName, order.buyerIdNumber, order.buyerTelephone, order.consigneeAddress]
    for who in ("broker", "officer"):
        paths = ["/requests", f"/requests/{asked['asked']}", ask_path(window, "return", "released"), "/requests/work"]
        for path in paths:
            html = window.person(who).get(path, follow=True).content.decode()
            assert not [secret for secret in secrets if secret in html], (who, path)
