"""The pages of the blacklist: who sees them, who changes it, and that no number stands in them in clear."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.test_pages import MOST_QUERIES, WINDOW_ONLY, whole
from tests.ecommerce.test_patterns import person

from tongguan.ecommerce.blacklist.actions import put_on_list
from tongguan.ecommerce.models import ListedBuyer
from tongguan.kernel.states import Actor

NUMBER = person(1).number


@pytest.fixture
def entry(window) -> ListedBuyer:
    today = timezone.localdate()
    by = Actor("officer", "officer")
    return put_on_list(NUMBER, reason="resale", last_day=today, by=by, at=timezone.now())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", [*WINDOW_ONLY])
def test_each_page_is_seen_by_those_who_may(window, entry, who, lang):
    client = window.person(who, lang)
    for path in ("/risks/buyers", f"/risks/buyers/{entry.pk}"):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        got = response.status_code if response.status_code != 302 else f"302 {response.url.partition('?')[0]}"
        assert got == WINDOW_ONLY[who], path
        assert len(asked) <= MOST_QUERIES
        if got == 200:
            whole(response, lang)
            assert NUMBER not in response.content.decode() and entry.masked in response.content.decode()


def test_an_officer_lists_and_removes(window, entry):
    client, other = window.person("officer", "en"), person(2).number
    asked = {"number": other, "reason": "re\0sale", "last_day": str(timezone.localdate())}
    page = client.post("/risks/buyers", asked, follow=True).content.decode()
    row = ListedBuyer.objects.latest("pk")
    assert "is on the blacklist" in page and other not in page and row.reason == "resale"
    again = client.post("/risks/buyers", asked)
    assert again.status_code == 409 and other not in again.content.decode()
    nothing = client.post(f"/risks/buyers/{row.pk}/remove", {"reason": ""})
    assert nothing.status_code == 409 and "with a reason" in nothing.content.decode()
    done = client.post(f"/risks/buyers/{row.pk}/remove", {"reason": "mistaken"}, follow=True).content.decode()
    assert "taken off" in done and "mistaken" in done
    assert client.post(f"/risks/buyers/{row.pk}/remove", {"reason": "again"}).status_code == 409


@pytest.mark.parametrize(
    "asked", [{}, {"number": NUMBER, "reason": "x", "last_day": "2026-13-40"}, {"last_day": "九" * 40}]
)
def test_bad_input_is_answered(window, asked):
    assert window.person("officer").post("/risks/buyers", asked).status_code == 409
    assert not ListedBuyer.objects.exists()


def test_others_change_nothing(window, entry):
    for who in ("operator", "auditor", "broker"):
        client = window.person(who)
        assert client.post("/risks/buyers", {"number": NUMBER}).status_code == 403
        assert client.post(f"/risks/buyers/{entry.pk}/remove", {"reason": "x"}).status_code == 403
    assert window.person("officer").get("/risks/buyers/999999").status_code == 404
    assert ListedBuyer.objects.get().state == "standing"
