"""A file of what is kept about oneself: whole, without a secret, after the password, and noted."""

from __future__ import annotations

import inspect
import json
import re

import pytest
from django.utils import timezone
from tests.desk.conftest import PASSWORD
from tests.desk.reading import CHINESE
from tests.desk.test_account import enter
from tests.desk.test_pages import whole
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.desk.account.own_data import words
from tongguan.journal.models import Event
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text
from tongguan.needs.models import Digest
from tongguan.parties import actions, kept
from tongguan.parties.actions import admit
from tongguan.parties.actions.work import delegate
from tongguan.parties.models import Person

PAGE = "/account/data"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_it_and_the_file_has_it(people, lang):
    admit("colleague", "同事某", PASSWORD, [("officer", None)], by=OPERATOR, at=AT)
    today = timezone.localdate()
    delegate("colleague", today, today, "休假", by=Actor("officer", "officer"), at=timezone.now())
    client, _ = enter("officer", lang=lang)
    page = client.get(PAGE)
    whole(page, lang)
    assert "休假" in page.content.decode() and "Firefox" in page.content.decode()
    answer = client.post(PAGE, {"password": PASSWORD})
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    told = json.loads(answer.content)
    kept = told["kept"]
    assert told["person"] == "officer" and kept["person"][0]["name"] == "officer某"
    assert kept["roles"][0]["role"] == "officer" and len(kept["sessions"]) == 1
    assert [one["kind"] for one in kept["work"]] == ["delegation"]
    assert "person.admitted" in [one["what"] for one in kept["journal"]]
    [event] = Event.objects.filter(what="person.data_taken")
    assert event.subject == f"person/{Person.objects.get(username='officer').pk}" and event.by == "officer"


def test_no_secret_is_in_it(people):
    client, _ = enter("officer")
    person = Person.objects.get(username="officer")
    secret = actions.begin_factor(person, at=timezone.now())
    body = client.post(PAGE, {"password": PASSWORD}).content.decode()
    assert person.password not in body and client.session.session_key not in body and secret.hex() not in body
    assert not {"password", "sealed", "key", "digest", "credential", "public_key"} & set(_names(json.loads(body)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_field_is_named_in_words_of_both_languages(people, lang):
    client, _ = enter("officer", lang=lang)
    told = json.loads(client.post(PAGE, {"password": PASSWORD}).content)
    fields = {name for rows in told["kept"].values() for row in rows for name in row}
    assert fields <= set(told["words"]["zh"]) and set(told["words"]["zh"]) == set(told["words"]["en"])
    assert all(CHINESE.search(said) for said in told["words"]["zh"].values())
    page = client.get(PAGE).content.decode()
    terms = set(re.findall(r"<dt>([^<]+)</dt>", page))
    assert terms and terms <= set(told["words"][lang].values())
    assert text("role.officer", lang) in page and text("event.person.admitted", lang) in page


def test_the_words_are_those_of_all_that_can_be_kept(people):
    """Fields of rows that nobody has yet are named too."""
    source = inspect.getsource(kept)
    asked = set(re.findall(r'"([a-z_]+)"', source)) - {"pk", "codes_left"}
    known = set(words()["en"])
    parts = {"person", "roles", "sessions", "passkeys", "second_factor", "notices", "applications", "work"}
    assert asked - parts - {"taken", "handed_over", "delegation", "two_officers"} <= known


def _names(found) -> list[str]:
    if isinstance(found, dict):
        return [*found, *(name for value in found.values() for name in _names(value))]
    return [name for one in found for name in _names(one)] if isinstance(found, list) else []


def test_it_takes_the_password_again(people):
    client, _ = enter("broker")
    assert client.post(PAGE, {"password": "guessed"}).status_code == 409
    assert client.post(PAGE).status_code == 409
    statuses = [client.post(PAGE, {"password": f"guess {n}"}).status_code for n in range(12)]
    assert statuses[-1] == 429
    assert not Event.objects.filter(what="person.data_taken").exists()


def test_it_is_ones_own(people):
    one, other = enter("broker")[0], enter("payer")[0]
    body = one.post(PAGE, {"password": PASSWORD}).content.decode()
    assert "payer" not in body and "broker某" in body
    assert "broker某" not in other.post(PAGE, {"password": PASSWORD}).content.decode()
    with pytest.raises(NotYours):
        actions.note_data_taken(Person.objects.get(username="payer"), by=Actor("broker", "person"), at=AT)
    assert enter("nobody")[0].get(PAGE).status_code == 200  # who has no role is kept, too


def test_every_table_about_a_person_is_in_it_or_said_to_be_none():
    """A table that comes to hold a person's data has to be told to him."""
    told = {
        "memberships", "sessions", "passkeys", "factor", "recovery_codes", "notices", "applications", "work", "given",
        "taken", "delegated", "stands_in", "proposed_acts", "seconded_acts", "digest",
    }  # fmt: skip
    of_the_window = {"support", "seat"}  # an operator's sessions in a firm's pages; who sits in the conference
    related = {one.related_name for one in Person._meta.related_objects if one.related_name not in (None, "+")}
    assert related == told | of_the_window
    assert Digest._meta.get_field("person").remote_field.related_name == "digest"
