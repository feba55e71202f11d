"""The pages of webhooks: for a firm's administrator whole, for others of the firm to look at, for strangers not there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk import test_pages
from tests.exchange.webhooks.conftest import made, receiver, told  # noqa: F401 (fixtures)

from tongguan.exchange.models.webhooks import WebhookDelivery, WebhookEndpoint
from tongguan.parties.models import Person


def browser(name: str, lang: str = "en") -> Client:
    client = Client(headers={"accept-language": lang})
    client.force_login(Person.objects.get(username=name))
    return client


def whole(response, lang: str) -> None:
    """Judge a page as every page is, though this receiver has no certificate."""
    response.content = response.content.replace(b"http://1", b"https://1")
    test_pages.whole(response, lang)


@pytest.fixture
def places(made, receiver) -> list[str]:  # noqa: F811
    """Addresses of every page, after one delivery that failed, one that came through, and one that waits."""
    number = made.endpoint(receiver.url, description="ERP").endpoint.pk
    receiver.answers = [(500, {}), (204, {})]
    told(made.firm, 2)
    made.courier.once()
    made.courier.once()
    told(made.firm, 1)
    sent = WebhookDelivery.objects.order_by("pk").values_list("pk", flat=True)
    return ["/webhooks", f"/webhooks/{number}", *(f"/webhooks/sent/{one}" for one in sent)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ["boss", "viewer"])
def test_every_page_is_whole(places, who, lang):
    client = browser(who, lang)
    for page in places:
        response = client.get(page)
        assert response.status_code == 200, page
        whole(response, lang)
        assert ("csrfmiddlewaretoken" in response.content.decode().partition("<main")[2].partition("</main")[0]) == (
            who == "boss"
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_address_is_set_and_its_secret_is_shown_once(made, receiver, lang):  # noqa: F811
    client = browser("boss", lang)
    wanted = {"url": receiver.url, "description": "ERP", "kind": ["CEB622Message"], "statuses": "800，refused"}
    response = client.post("/webhooks", wanted)
    secret = response.context["made"].secret
    assert f'id="secret">{secret}<' in response.content.decode() and "no-store" in response["Cache-Control"]
    whole(response, lang)
    assert secret not in client.get("/webhooks").content.decode()
    row = WebhookEndpoint.objects.get()
    assert (row.url, row.kinds, row.statuses) == (receiver.url, ["CEB622Message"], ["800", "refused"])
    page = f"/webhooks/{row.pk}"
    changed = client.post(page, {"url": receiver.url, "description": "", "statuses": ""}, follow=True)
    assert changed.status_code == 200 and WebhookEndpoint.objects.get().kinds == []
    rotated = client.post(f"{page}/rotate")
    other = rotated.context["made"].secret
    assert other != secret and other in rotated.content.decode() and other not in client.get(page).content.decode()
    whole(rotated, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "https://127.0.0.1:1/", "description": "x" * 101}, "description"),
        ({"url": "https://127.0.0.1:1/", "kind": "CEB621Message"}, "kinds"),
        ({"url": "https://127.0.0.1:1/", "statuses": "many"}, "statuses"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_written_stays(made, form, field, lang):  # noqa: F811
    response = browser("boss", lang).post("/webhooks", form)
    assert response.status_code == 409 and list(response.context["said"]) == [field]
    assert f'id="{field}-wrong"' in response.content.decode()
    assert response.context["url"] == form["url"] and not WebhookEndpoint.objects.exists()
    whole(response, lang)


def test_the_buttons(made, places, receiver):  # noqa: F811
    client, page = browser("boss"), places[1]
    made.clock.now = timezone.now()
    for verb, state in (("off", "person"), ("on", "on"), ("test", "on")):
        assert client.post(f"{page}/{verb}")["Location"] == page
        assert WebhookEndpoint.objects.get().state() == state
    sent = WebhookDelivery.objects.get(what="test")
    made.clock.pass_(minutes=1)
    made.courier.once()
    sent.refresh_from_db()
    assert sent.state == "delivered"
    assert client.post(f"/webhooks/sent/{sent.pk}/again")["Location"] == f"/webhooks/sent/{sent.pk}"
    sent.refresh_from_db()
    assert sent.state == "waiting"
    client.post(f"{page}/off")
    for path in (f"{page}/test", f"/webhooks/sent/{sent.pk}/again"):
        assert "switched off" in client.post(path, follow=True).content.decode()
    assert client.post(f"{page}/nothing").status_code == 404
    assert client.post(f"{page}/remove")["Location"] == "/webhooks" and not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_address_that_switched_itself_off_says_why(made, places, receiver, lang):  # noqa: F811
    receiver.answers = [(410, {})]
    made.courier.once()
    response = browser("viewer", lang).get(places[1])
    assert "410" in response.content.decode() and 'class="notice error"' in response.content.decode()
    whole(response, lang)


def test_a_log_is_filtered_and_turned(made, places):  # noqa: F811
    client, page = browser("viewer"), places[1]
    assert len(client.get(f"{page}?state=delivered").context["log"]) == 1
    assert len(client.get(f"{page}?state=nothing").context["log"]) == 2
    told(made.firm, 60)
    made.courier.once()
    first = client.get(page)
    assert len(first.context["log"]) == 50
    rest = client.get(first.context["turning"].on)
    assert len(rest.context["log"]) == 13


def test_as_many_queries_for_many_as_for_few(made, places, receiver):  # noqa: F811
    client = browser("boss")

    def asked() -> list[int]:
        counted = []
        for page in places[:3]:
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counted.append(len(queries))
        return counted

    few = asked()
    told(made.firm, 40)
    made.courier.once()
    for n in range(3):
        made.endpoint(f"{receiver.url}/{n}")
    assert asked() == few and max(few) <= 12


def test_nothing_of_another_firm_is_there(made, places):  # noqa: F811
    client = browser("stranger")
    assert client.get("/webhooks").context["lines"] == []
    for page in places[1:]:
        assert client.get(page).status_code == 404
    for path in (
        places[1],
        *(f"{places[1]}/{verb}" for verb in ("test", "rotate", "on", "off", "remove")),
        f"{places[2]}/again",
    ):
        assert client.post(path, {"url": "https://127.0.0.1:1/"}).status_code == 404
    assert WebhookEndpoint.objects.get().state() in ("on", "failing")


def test_who_does_not_administer_changes_nothing(made, places):  # noqa: F811
    client = browser("viewer")
    for path in ("/webhooks", places[1], f"{places[1]}/remove", f"{places[2]}/again"):
        assert client.post(path, {"url": "https://127.0.0.1:1/"}).status_code == 403
