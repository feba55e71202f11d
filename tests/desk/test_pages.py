"""Every page, as everybody, in both languages: who may see it, that it is whole, and that it asks little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.conftest import PLATFORM
from tests.desk.reading import CHINESE, KEY, read, said
from tests.ecommerce.filing import told

from tongguan.desk.officer.checks import open_checks
from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Inventory, Message

FIRMS = ("platform", "broker", "payer", "carrier")
OVERSEERS = ("officer", "operator", "auditor")
PEOPLE = (*FIRMS, *OVERSEERS)
MOST_QUERIES = 12
MOST_QUERIES_OF_A_PARCEL = 13  # one more than others: an officer is told who has taken it
SIGN_IN = "302 /sign-in"


def pages(window) -> dict[str, str]:
    message = Message.objects.order_by("-id").first().pk
    parcel = window.address("checked")
    receipt = told(subject=str(Inventory.objects.get(order_no=parcel.rpartition("/")[2])))[-1].guid
    return {
        "home": "/",
        "file": "/file",
        "messages": "/messages",
        "message": f"/messages/{message}",
        "receipt of message": f"/messages/{message}/receipt.xml",
        "find": "/find",
        "find nothing": "/find?q=none",
        "parcels": "/parcels",
        "parcels waiting": "/parcels?group=waiting",
        "parcel released": window.address("released"),
        "parcel refused": window.address("refused"),
        "parcel waiting": window.address("waiting"),
        "parcel checked": parcel,
        "receipt": f"/receipts/{receipt}/{parcel.removeprefix('/parcels/')}",
        "checks": "/checks",
        "decide": f"/decide/pass/{parcel.removeprefix('/parcels/')}",
    }


# Who sees what: the status of each page for those who may, the firm elsewhere, a person without a role, and nobody.
ALL = dict.fromkeys(PEOPLE, 200) | {"elsewhere": 200, "nobody": 403, "": SIGN_IN}
OWN = ALL | {"elsewhere": 404}
WINDOW_ONLY = ALL | dict.fromkeys((*FIRMS, "elsewhere"), 403)
ALLOWED = {
    "home": ALL | {"": 200, "nobody": "302 /account"},
    "file": ALL,
    "messages": ALL,
    # The messages of these tests are filed by the operator for the broker.
    "message": OWN | dict.fromkeys(FIRMS, 404) | {"broker": 200},
    "receipt of message": OWN | dict.fromkeys(FIRMS, 404) | {"broker": 200},
    "find": ALL,
    "find nothing": ALL,
    "parcels": ALL,
    "parcels waiting": ALL,
    "parcel released": OWN,
    "parcel refused": OWN,
    "parcel waiting": OWN | {"payer": 404},
    "parcel checked": OWN,
    "receipt": OWN | {"payer": 404},
    "checks": WINDOW_ONLY,
    "decide": dict.fromkeys((*PEOPLE, "elsewhere", "nobody"), 403) | {"officer": 200, "": SIGN_IN},
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*PEOPLE, "elsewhere", "nobody", ""])
def test_each_page_is_seen_by_those_who_may(window, who, lang):
    client = window.person(who, lang)
    for name, path in pages(window).items():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        wanted = ALLOWED[name][who]
        got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
        assert got == wanted, (name, path)
        assert_asks_little(name, [one["sql"] for one in asked])
        if response.status_code != 302 and not path.endswith(".xml") and name != "receipt":
            whole(response, lang)


def assert_asks_little(name: str, asked: list[str]) -> None:
    # In service the keys of personal data stay in the process; inside the transaction of a test they do not.
    counted = [sql for sql in asked if "parties_monthkey" not in sql]
    most = MOST_QUERIES_OF_A_PARCEL if name.startswith(("parcel ", "decide", "receipt")) else MOST_QUERIES
    assert len(counted) <= most, (name, [sql[:150] for sql in counted])


def whole(response, lang: str) -> None:
    """A page is well-formed, in its language, without missing texts, and may load nothing from elsewhere."""
    html = response.content.decode()
    words = read(html)
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in html
    assert "<title>" in html and html.count("<h1") == 1 and 'href="#main"' in html and html.count("<main") == 1
    assert len(words.ids) == len(set(words.ids)), "an id stands twice"
    for control in words.controls:
        if control.get("type") not in ("hidden", "submit"):
            assert control.get("id") in words.labels, control
    for text in said(html, lang):
        assert not KEY.search(text.replace("desk.js", "")), text
    if lang == "en":
        foreign = [text for text in said(html, "en") if CHINESE.search(text)]
        assert all(given(text) for text in foreign), [text for text in foreign if not given(text)]
    assert "style=" not in html and "onclick" not in html and "http://" not in html.replace("http://www.w3.org", "")
    assert response["Content-Security-Policy"].startswith("default-src 'self'; script-src 'self'; style-src 'self'")


GIVEN = {firm.name for firm in samples.FIRMS} | {goods.name for goods in samples.GOODS}


def given(text: str) -> bool:
    """Whether Chinese stands in an English page rightly: what people wrote, names, titles of instruments."""
    return (
        any(name in text for name in GIVEN)
        or "**" in text  # a name or an address with its middle hidden
        or text.endswith(("某", "外人", "无岗"))
        or any(sign in text for sign in ("〔", "《", "公告", "法", "税则", "本系统"))
    )


def test_the_navigation_leads_where_one_may_go(window):
    for who in PEOPLE:
        for place in window.person(who).get("/parcels").context["places"]:
            assert window.person(who).get(place["href"]).status_code == 200
    assert "/file" not in {place["href"] for place in window.person("officer").get("/").context["places"]}


def test_pages_can_be_asked_for_their_head_only(window):
    assert window.person("broker").head("/parcels").status_code == 200


def test_pages_of_people_stay_nowhere(window):
    for path in ("/", "/parcels", window.address("released")):
        assert "no-store" in window.person("broker").get(path)["Cache-Control"]


def test_no_personal_value_is_on_a_page_in_clear(window):
    order = window.checked.order
    secrets = [order.buyerName, order.buyerIdNumber, order.buyerTelephone, order.consigneeAddress]
    for who in PEOPLE:
        for path in ("/", "/parcels", "/checks", window.address("checked"), f"/find?q={order.orderNo}"):
            html = window.person(who).get(path, follow=True).content.decode()
            assert not [secret for secret in secrets if secret in html], (who, path)


def test_the_home_counts_what_waits_and_what_needs_somebody(window):
    html = window.person("broker").get("/").content.decode()
    for group, number in (("draft", 0), ("waiting", 2), ("needs_you", 1), ("done", 1)):
        assert f'href="/parcels?group={group}"><strong>{number}</strong>' in html
    assert "/checks" not in html
    assert 'class="needs_you" href="/parcels?group=needs_you"><strong>1</strong>待企业处理' in (
        window.person("officer").get("/").content.decode()
    )


def test_an_officers_home_begins_with_the_open_checks(window):
    html = window.person("officer").get("/").content.decode()
    assert window.address("checked") in html and html.index("P-CHECKED") < html.index("group=draft")


def test_lists_are_read_page_by_page(window, monkeypatch):
    monkeypatch.setattr("tongguan.ecommerce.queries.PAGE", 2)
    client, path, seen = window.person("broker"), "/parcels?group=waiting", []
    path = "/parcels"
    for _ in range(2):
        response = client.get(path)
        lines = response.context["list"].rows
        seen += [line.order_no for line in lines]
        path = response.context["turning"].on
    assert seen == ["P-CHECKED", "P-WAITING", "P-REFUSED", "P-RELEASED"] and not path
    first = client.get("/messages")
    assert len(first.context["list"].rows) == 2 and "before=" in first.context["turning"].on
    end = client.get("/messages?before=1")
    assert "列表到此为止" in end.content.decode() and end.context["turning"].first == "/messages"


def test_the_checks_that_wait_longest_come_first(window, monkeypatch):
    row = Inventory.objects.get(order_no="P-CHECKED")
    again = {
        field.name: getattr(row, field.name) for field in Inventory._meta.concrete_fields if field.name != "filing"
    }
    for place, (number, hours) in enumerate([("LATE", 1), ("EARLY", -2), ("SAME", 0)], 1):
        judged, own = (
            row.judged_at + timedelta(hours=hours),
            {"id": row.pk + place, "order_no": number, "invt_no": None},
        )
        Inventory.objects.create(**again | own | {"judged_at": judged}, filing_id=row.filing_id)
    monkeypatch.setattr(open_checks, "__kwdefaults__", {"after": None, "limit": 1})
    client, path, seen = window.person("officer"), "/checks", []
    while path:
        response = client.get(path)
        seen += [one.order_no for one in response.context["list"].rows]
        path = response.context["turning"].on
    assert seen == ["EARLY", "P-CHECKED", "SAME", "LATE"]


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 25, "１", "", "%00", "1-", "9" * 19 + "-1", "1-" + "9" * 19])
def test_odd_places_in_lists_are_the_beginning(window, odd):
    assert window.person("broker").get(f"/parcels?before={odd}").status_code == 200
    assert window.person("officer").get(f"/checks?after={odd}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/messages/99999999999999999999999",
        "/parcels/x/y",
        f"/parcels/{PLATFORM}/P%00",
        f"/parcels/{PLATFORM}/" + "x" * 500,
        f"/receipts/1/{PLATFORM}/P-RELEASED",
        f"/decide/burn/{PLATFORM}/P-CHECKED",
        f"/decide/pass/{PLATFORM}/none",
    ],
)
def test_what_is_not_there_is_not_found(window, path):
    response = window.person("officer").get(path)
    assert response.status_code == 404
    whole(response, "zh")


def test_a_post_without_its_token_is_refused(window):
    from django.test import Client

    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = client.post("/sign-in", {"username": "broker", "password": "x"})
    assert response.status_code == 403 and "nothing was done" in response.content.decode()


def test_too_much_is_refused_before_it_is_read(window):
    response = window.person("broker", "en").post("/find", {"q": "x" * (2 * 1024 * 1024)})
    assert response.status_code == 413
    whole(response, "en")


def test_when_all_fails_both_languages_say_so(window, monkeypatch):
    def broken(*_args, **_named):
        raise RuntimeError("broken")

    monkeypatch.setattr("tongguan.ecommerce.queries.find", broken)
    client = window.person("broker")
    client.raise_request_exception = False
    response = client.get("/find?q=1")
    html = response.content.decode()
    assert response.status_code == 500 and "系统出错" in html and "Something failed" in html
    read(html)
