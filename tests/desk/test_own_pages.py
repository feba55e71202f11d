"""One's own allowance: proving who one is, what is shown and to whom, and saying that a purchase was not one's own."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_pages import MOST_QUERIES, WINDOW_ONLY, whole

from tongguan.desk.public.own import entering
from tongguan.ecommerce.models import DisownedPurchase, Inventory
from tongguan.exchange import real_name
from tongguan.exchange.real_name import PEOPLE, SILENT, TrialPerson
from tongguan.journal.models import Event
from tongguan.parties import vault
from tongguan.parties.models import PersonalAccess

SIMULATED = "tongguan.exchange.real_name.SimulatedRealName"


@pytest.fixture(autouse=True)
def _connected(settings):
    settings.REAL_NAME = SIMULATED


@pytest.fixture
def buyer(window, monkeypatch) -> TrialPerson:
    """The buyer of the window's released parcel, as one of the people of the simulated login."""
    row = Inventory.objects.filter(state="released").latest("id")
    number = next(n for n in _numbers() if vault.match("id", n) == bytes(row.buyer_match))
    one = TrialPerson("林小满", number)
    monkeypatch.setitem(real_name.PEOPLE, "lin", one)
    return one


def _numbers():
    from tongguan.ecommerce.intake.opening import still_readable
    from tongguan.ecommerce.models import Order

    return {said.buyerIdNumber for said in still_readable(Order.objects.values_list("filing_id", flat=True)).values()}


def begun(client: Client) -> str:
    """Begin a login; returns the address of the simulated provider."""
    response = client.post("/own/begin")
    assert response.status_code == 302 and response.url.startswith("/own/provider?")
    return response.url


def login(client: Client, who: str = "lin"):
    """Prove to be somebody; returns the answer to coming back."""
    chosen = client.post(begun(client), {"who": who})
    return client.get(chosen.url)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_buyer_sees_what_counted_and_nothing_of_others(window, buyer, lang, caplog):
    client = Client(headers={"accept-language": lang})
    whole(client.get("/own"), lang)
    whole(client.get(begun(client)), lang)
    with caplog.at_level(logging.DEBUG):
        assert login(client).url == "/own"
        with CaptureQueriesContext(connection) as asked:
            response = client.get("/own")
    html = response.content.decode()
    response.content = html.replace("林**", "").encode()
    whole(response, lang)
    own = Inventory.objects.filter(buyer_match=vault.match("id", buyer.number))
    others = Inventory.objects.exclude(pk__in=own)
    assert all(f">{row.order_no}<" in html for row in own.filter(state="released"))
    assert not any(f">{row.order_no}<" in html for row in others)
    assert buyer.number not in html and buyer.number not in caplog.text and buyer.name not in caplog.text
    assert len(asked) <= MOST_QUERIES and "no-store" in response["Cache-Control"]
    look = PersonalAccess.objects.latest("id")
    assert look.subject.startswith("cbec.allowance/") and look.role == "buyer" and buyer.number not in str(vars(look))
    client.get("/own")
    assert PersonalAccess.objects.filter(subject=look.subject).count() == 1


def test_nobody_is_shown_anything_without_proof(window, buyer):
    client = Client()
    row = Inventory.objects.filter(state="released").latest("id")
    for path in ("/own?year=2026", "/own"):
        assert row.order_no not in client.get(path).content.decode()
    assert client.get(f"/own/not-mine/{row.pk}").url == "/own"
    login(client, "wu")
    assert row.order_no not in client.get("/own").content.decode()
    assert client.get(f"/own/not-mine/{row.pk}").status_code == 404
    assert client.post(f"/own/not-mine/{row.pk}", {"kind": "not_bought"}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("", 403), ("nobody", 403), (SILENT, 503)])
def test_a_refusal_and_silence_prove_nobody(window, who, status):
    client = Client()
    assert login(client, who).status_code == status
    assert entering.PROVEN not in client.session


def test_only_what_was_asked_from_this_browser_is_believed(window, buyer):
    client, thief = Client(), Client()
    back = client.post(begun(client), {"who": "lin"}).url
    begun(thief)
    assert thief.get(back).status_code == 400, "another's state"
    asked = parse_qs(urlsplit(back).query)
    begun(thief)
    state = thief.session[entering.ASKED]["state"]
    assert thief.get("/own/back", {"state": state, "code": asked["code"][0]}).status_code == 400, "another's nonce"
    begun(thief)
    assert thief.get("/own/back", {"state": thief.session[entering.ASKED]["state"], "code": "x"}).status_code == 400
    assert thief.get("/own/back").status_code == 400
    assert client.get(back).url == "/own"
    assert client.get(back).status_code == 400, "a second time"
    assert entering.PROVEN not in thief.session


def test_it_ends_after_some_minutes_and_a_trip_too(window, buyer, monkeypatch):
    client = Client()
    back = client.post(begun(client), {"who": "lin"}).url
    later = timezone.now() + timedelta(minutes=11)
    with monkeypatch.context() as patch:
        patch.setattr("tongguan.desk.public.own.entering.timezone.now", lambda: later)
        assert client.get(back).status_code == 400
    login(client)
    assert client.get("/own").context["who"]
    with monkeypatch.context() as patch:
        patch.setattr("tongguan.desk.public.own.entering.timezone.now", lambda: later + timedelta(minutes=5))
        assert "who" not in client.get("/own").context
    login(client)
    client.post("/own/leave")
    assert "who" not in client.get("/own").context


def test_without_a_login_or_with_a_broken_one_nothing_opens(window, settings):
    settings.REAL_NAME = ""
    assert Client().post("/own/begin").status_code == 503
    assert Client().get("/own/provider").status_code == 404
    settings.REAL_NAME = "tests.desk.test_own_pages.Broken"
    assert Client().post("/own/begin").status_code == 503
    settings.REAL_NAME = "tests.desk.test_own_pages.Elsewhere"
    assert 'href="https://login.example/?s=' in Client().post("/own/begin").content.decode()


class Broken:
    """A login that fails."""

    def begin(self, **_):
        raise RuntimeError("down")


class Elsewhere:
    """A login at another site."""

    def begin(self, *, state, nonce, back):
        return f"https://login.example/?s={state}"


def test_too_many_logins_have_to_wait(window):
    client = Client()
    assert [client.post("/own/begin").status_code for _ in range(31)] == [302] * 30 + [429]


def test_a_purchase_is_disowned_once_and_an_officer_decides(window, buyer):
    client = Client(headers={"accept-language": "en"})
    login(client)
    row = Inventory.objects.filter(state="released", buyer_match=vault.match("id", buyer.number)).latest("id")
    path = f"/own/not-mine/{row.pk}"
    whole(client.get(path), "en")
    assert client.post(path, {"kind": "x"}).status_code == 409
    assert client.post(path, {"kind": "not_bought"}).url == "/own"
    assert client.post(path, {"kind": "not_bought"}).status_code == 409
    said = DisownedPurchase.objects.get()
    event = Event.objects.get(what="purchase.disowned")
    assert buyer.number not in str(vars(said)) + str(vars(event)) and said.masked.count("*") == 8
    assert "to be looked into" in client.get("/own").content.decode()
    officer = window.person("officer", "en")
    assert row.order_no in officer.get("/risks/disowned?state=open").content.decode()
    one = f"/risks/disowned/{said.pk}"
    assert officer.post(one, {"verb": "uphold", "reason": ""}).status_code == 409
    assert window.person("auditor").post(one, {"verb": "uphold", "reason": "x"}).status_code == 403
    assert officer.post(one, {"verb": "uphold", "reason": "signature of another"}).status_code == 302
    assert officer.post(one, {"verb": "dismiss", "reason": "x"}).status_code == 409
    html = client.get("/own").content.decode()
    assert "upheld" in html and "signature of another" in html


@pytest.mark.parametrize("who", [*WINDOW_ONLY])
def test_reports_are_seen_by_the_authority_only(window, buyer, who):
    client = Client()
    login(client)
    row = Inventory.objects.filter(state="released", buyer_match=vault.match("id", buyer.number)).latest("id")
    client.post(f"/own/not-mine/{row.pk}", {"kind": "came_back"})
    for lang in ("zh", "en"):
        for path in ("/risks/disowned", f"/risks/disowned/{DisownedPurchase.objects.get().pk}"):
            response = window.person(who, lang).get(path)
            got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
            assert got == WINDOW_ONLY[who]
            if got == 200:
                whole(response, lang)


def test_the_people_of_the_simulated_login_have_valid_numbers():
    from tongguan.kernel.numbers import resident_id

    assert all(resident_id.is_valid(one.number) for one in PEOPLE.values())
