"""A person acts at human speed: what a program would send in his name is asked to wait; reading and others are not."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.desk.test_account import enter
from tests.desk.test_pages import whole

from tongguan.desk import pace
from tongguan.kernel.law import law
from tongguan.parties.models import PortalSession

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Three forms a minute, counted by a clock that a test turns."""
    now = [0.0]
    buckets = pace.Buckets(pace.Limit(3 / 60, 3), clock=lambda: now[0])
    monkeypatch.setattr(pace, "acts", lambda most: buckets)
    return now


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_sends_too_many_forms_waits_and_nothing_is_done(few, lang):
    client, other = enter("broker", lang=lang)[0], enter("officer")[0]
    for path in ("/theme", "/account/sessions", "/account/act-as", "/account/digest"):
        last = client.post(path, {"verb": "stop", "session": "987654321"})
    assert last.status_code == 302  # what anybody may do without signing in is not his
    page = client.post("/account/sessions")
    assert page.status_code == 429 and page["Retry-After"] == "20"
    whole(page, lang)
    assert PortalSession.objects.filter(person__username="broker", ended=None).count() == 1
    assert client.get("/account/sessions").status_code == 200 and client.get("/").status_code == 200
    assert other.post("/account/sessions").status_code == 302
    few[0] += 20
    assert client.post("/account/sessions").status_code == 302 and client.post("/account/people").status_code == 429


def test_nobody_is_as_quick_as_the_law_allows():
    assert law("parties.acts_a_minute", on=timezone.localdate()).value >= 120
