"""Signing in and out, the rate of attempts, and the language of a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs
from tests.desk.conftest import PASSWORD

from tongguan.desk.account.entering import SEEN
from tongguan.desk.middleware import preferred
from tongguan.desk.models import FailedSignIn
from tongguan.parties.models import Person, PortalSession

ATTEMPTS = 5
WAIT = timedelta(minutes=15)

pytestmark = pytest.mark.usefixtures("people")


def attempt(client: Client, password: str = PASSWORD, name: str = "broker", **more):
    return client.post("/sign-in", {"username": name, "password": password, **more})


def test_somebody_signs_in_and_out(client):
    assert attempt(client, name=" broker ").url == "/"
    assert client.get("/sign-in").url == "/"
    assert client.get("/").context["actor"].role == "broker"
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").url == "/sign-in"
    assert client.get("/parcels").url == "/sign-in?next=/parcels"


def test_who_signs_in_and_who_does_not_is_logged_without_what_was_typed(client):
    with capture_logs() as logged:
        attempt(client, "not the password")
        attempt(client, name="nobody-of-this-name")
        attempt(client)
    said = [(one["outcome"], one["person"]) for one in logged if one["event"] == "sign in"]
    broker = Person.objects.get(username="broker").pk
    assert said == [("wrong", broker), ("wrong", None), ("entered", broker)]
    assert not any(typed in str(logged) for typed in ("not the password", "nobody-of-this-name", PASSWORD))


@pytest.mark.parametrize("path", ["/parcels", "/account/sessions"])
def test_a_session_that_nobody_uses_ends(client, path):
    assert attempt(client).url == "/"
    session = client.session
    session[SEEN] -= timedelta(minutes=35).total_seconds()
    session.save()
    assert client.get(path).status_code == 200, "it is in use again"
    session = client.session
    session[SEEN] -= timedelta(minutes=41).total_seconds()
    session.save()
    assert client.get(path).url == f"/sign-in?next={path}"
    assert "_auth_user_id" not in client.session
    [row] = PortalSession.objects.all()
    assert (row.ended is not None, row.why) == (True, "run_out")


def test_one_comes_to_the_page_one_asked_for(client):
    asked = client.get("/parcels?group=done").url
    page = client.get(asked)
    assert attempt(client, next=page.context["next"]).url == "/parcels?group=done"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(client, elsewhere):
    assert attempt(client, next=elsewhere).url == "/"


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("broker", "wrong", "不正确"),
        ("unknown", PASSWORD, "不正确"),
        ("", PASSWORD, "请填写"),
        ("broker", "", "请填写"),
    ],
)
def test_who_does_not_sign_in_is_told_why(client, name, password, said):
    response = attempt(client, password, name)
    assert response.status_code == 400 and said in response.content.decode()
    assert PASSWORD not in response.content.decode() and "_auth_user_id" not in client.session


def test_somebody_who_left_does_not_sign_in(client):
    Person.objects.filter(username="broker").update(is_active=False)
    assert attempt(client).status_code == 400


def test_after_five_failures_even_the_right_password_waits(client):
    for _ in range(ATTEMPTS):
        assert attempt(client, "wrong").status_code == 400
    assert attempt(client).status_code == 429
    assert attempt(client, name="BROKER").status_code == 429
    assert attempt(client, name="payer").status_code == 302  # another name is another matter
    client.post("/sign-out")
    assert attempt(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302  # and so is another address


def failures() -> int:
    """Return how many failures are counted for the pair of name and address; each is counted three times."""
    return FailedSignIn.objects.count() // 3


def test_the_wait_ends_and_doubles(client):
    for _ in range(ATTEMPTS + 3):
        attempt(client, "wrong")
    assert failures() == ATTEMPTS  # what is turned away does not lengthen the wait
    FailedSignIn.objects.update(at=timezone.now() - WAIT + timedelta(seconds=30))
    assert attempt(client, "wrong").status_code == 429
    FailedSignIn.objects.update(at=timezone.now() - WAIT)
    assert attempt(client, "wrong").status_code == 400
    FailedSignIn.objects.update(at=timezone.now() - WAIT)  # one more failure, twice the wait
    response = attempt(client)
    assert response.status_code == 429 and response.context["minutes"] == 15
    FailedSignIn.objects.update(at=timezone.now() - 2 * WAIT)
    assert attempt(client).status_code == 302
    assert not FailedSignIn.objects.exists()


def test_one_name_tried_from_everywhere_waits_but_not_where_he_was_before(client):
    at_home = Client(REMOTE_ADDR="10.0.0.1")
    assert attempt(at_home).status_code == 302
    for number in range(20):
        assert attempt(Client(REMOTE_ADDR=f"10.9.0.{number}"), "wrong").status_code == 400
    assert attempt(Client(REMOTE_ADDR="10.9.1.1")).status_code == 429
    at_home.post("/sign-out")
    assert attempt(at_home).status_code == 302


def test_one_address_that_tries_many_names_waits(client):
    for number in range(50):
        attempt(client, "wrong", f"guess{number}")
    assert attempt(client).status_code == 429
    assert attempt(Client(REMOTE_ADDR="10.9.1.1")).status_code == 302


def test_signing_in_oneself_does_not_free_an_address(client):
    for number in range(49):
        attempt(client, "wrong", f"guess{number}")
        if number % 10 == 0:
            assert attempt(client).status_code == 302
            client.post("/sign-out")
    attempt(client, "wrong", "another")
    assert attempt(client).status_code == 429


def test_signing_in_forgets_the_failures(client):
    for _ in range(ATTEMPTS - 1):
        attempt(client, "wrong")
    attempt(client)
    client.post("/sign-out")
    assert attempt(client, "wrong").status_code == 400


def test_the_people_of_the_demo_are_shown_in_the_demo_only(client, settings):
    assert "演示用户" not in client.get("/sign-in").content.decode()
    settings.DEMO = True
    html = client.get("/sign-in").content.decode()
    assert "演示用户" in html and 'value="officer"' in html


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "zh"), ("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("fr,en;q=0.7,zh;q=0.3", "en"),
        ("de-DE", "zh"), ("en;q=0", "zh"), ("en;q=.;zh", "zh"), ("x" * 5000, "zh"),
    ],
)  # fmt: skip
def test_the_language_is_the_browsers_or_chinese(accepted, lang):
    assert preferred(accepted) == lang


def test_a_chosen_language_stays_and_keeps_the_page(client):
    response = client.get("/sign-in?next=/parcels%3Fgroup%3Ddone&lang=en")
    assert response.url == "/sign-in?next=%2Fparcels%3Fgroup%3Ddone"
    assert '<html lang="en">' in client.get(response.url).content.decode()
    assert '<html lang="en">' in client.get("/", headers={"accept-language": "zh"}).content.decode()
    assert client.get("/?lang=fr").status_code == 200
    html = client.get("/sign-in?next=/x").content.decode()
    assert 'href="/sign-in?next=%2Fx&amp;lang=zh"' in html


def test_a_choice_of_language_never_leads_away(client):
    assert client.get("//evil.example?lang=en").url.startswith("/")
    assert not client.get("//evil.example/x?lang=en").url.startswith("//")
