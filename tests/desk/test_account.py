"""The pages of one's account: second factor, password, sessions, and acting in another of one's roles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk.conftest import OTHER, PASSWORD
from tests.desk.test_pages import whole

from tongguan.ecommerce import samples
from tongguan.kernel.states import Actor
from tongguan.parties import actions, totp
from tongguan.parties.models import Membership, Person, PortalSession
from tongguan.parties.queries import find

pytestmark = pytest.mark.usefixtures("people")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def enter(name: str = "broker", password: str = PASSWORD, lang: str = "zh", **more) -> tuple[Client, object]:
    client = Client(headers={"accept-language": lang, "user-agent": FIREFOX}, **more)
    return client, client.post("/sign-in", {"username": name, "password": password})


def code(secret: bytes, later: int = 0) -> str:
    return totp.code(secret, int(timezone.now().timestamp() + later) // totp.STEP)


@pytest.fixture
def secret(people) -> bytes:
    """The secret of the officer's second factor, set up a moment ago."""
    officer, at = Person.objects.get(username="officer"), timezone.now() - timedelta(minutes=5)
    made = actions.begin_factor(officer, at=at)
    step = totp.code(made, int(at.timestamp()) // totp.STEP)
    actions.confirm_factor(officer, step, by=Actor("officer", "person"), at=at)
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/account", "/account/password", "/account/second-factor", "/account/sessions"])
@pytest.mark.parametrize("who", ["broker", "officer", "nobody"])
def test_everybody_has_an_account(who, path, lang):
    client, _ = enter(who, lang=lang)
    response = client.get(path)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    whole(response, lang)


@pytest.mark.parametrize("path", ["/account", "/account/password", "/account/second-factor", "/account/sessions"])
def test_nobody_without_signing_in(client, path):
    assert client.get(path).url == f"/sign-in?next={path}"


def test_a_code_is_asked_for(secret):
    client, response = enter("officer")
    assert response.url == "/sign-in/code"
    assert client.get("/").context.get("actor") is None  # the password alone opens nothing
    whole(client.get("/sign-in/code"), "zh")
    wrong = client.post("/sign-in/code", {"code": "000000"})
    assert wrong.status_code == 400
    whole(wrong, "zh")
    assert client.post("/sign-in/code", {"code": code(secret)}).url == "/"
    assert client.get("/checks").status_code == 200
    again, _ = enter("officer")
    assert again.post("/sign-in/code", {"code": code(secret)}).status_code == 400  # the same code, a second time


def test_codes_are_not_guessed(secret):
    client, _ = enter("officer")
    for _ in range(5):
        assert client.post("/sign-in/code", {"code": "000000"}).status_code == 400
    assert client.post("/sign-in/code", {"code": code(secret)}).status_code == 429
    other, _ = enter("officer")
    assert other.post("/sign-in/code", {"code": code(secret)}).status_code == 429  # nor from another session


def test_the_second_step_needs_the_first(client, secret):
    assert client.get("/sign-in/code").url == "/sign-in"
    assert client.post("/sign-in/code", {"code": code(secret)}).url == "/sign-in"
    client, _ = enter("officer")
    session = client.session
    session["pending"] = {**session["pending"], "at": (timezone.now() - timedelta(minutes=11)).timestamp()}
    session.save()
    assert client.post("/sign-in/code", {"code": code(secret)}).url == "/sign-in"


def test_where_a_role_needs_one_it_is_set_up_first(settings):
    settings.SECOND_FACTOR = frozenset({"officer"})
    client, response = enter("officer")
    assert response.url == "/account/second-factor"
    for path in ("/", "/checks", "/parcels"):
        assert client.get(path).url == "/account/second-factor"
    page = client.get("/account/second-factor")
    whole(page, "zh")
    made = actions.begin_factor(Person.objects.get(username="officer"), at=timezone.now())
    assert totp.readable(made) in page.content.decode()
    assert client.post("/account/second-factor", {"verb": "confirm", "code": "1"}).status_code == 409
    done = client.post("/account/second-factor", {"verb": "confirm", "code": code(made)})
    whole(done, "zh")
    assert len(done.context["codes"]) == 10 and client.get("/checks").status_code == 200
    _, broker = enter("broker")
    assert broker.url == "/"  # other roles may go without


def test_codes_are_made_anew_and_the_factor_is_removed(secret):
    client, _ = enter("officer")
    client.post("/sign-in/code", {"code": code(secret)})
    page = client.post("/account/second-factor", {"verb": "renew", "code": code(secret, 30)})
    [first, second, *_] = page.context["codes"]
    assert client.post("/account/second-factor", {"verb": "remove", "code": "1"}).status_code == 409
    client, _ = enter("officer")
    assert client.post("/sign-in/code", {"code": first}).url == "/"
    client.post("/account/second-factor", {"verb": "remove", "code": second})
    assert enter("officer")[1].url == "/"


def test_a_changed_password_ends_the_other_sessions():
    here, _ = enter()
    there, _ = enter()
    whole(here.post("/account/password", {"old": PASSWORD, "new": "x", "again": "y"}), "zh")
    short = here.post("/account/password", {"old": PASSWORD, "new": "x", "again": "x"})
    assert short.status_code == 409 and "至少12个字符" in short.content.decode()
    new = "another horse and a battery"
    assert here.post("/account/password", {"old": PASSWORD, "new": new, "again": new}).url == "/account/password"
    assert here.get("/account").status_code == 200 and there.get("/account").status_code == 302
    assert [row["why"] for row in PortalSession.objects.order_by("id").values("why")] == ["", "password"]
    assert "Firefox · Linux" in here.get("/account/sessions").content.decode()
    assert enter()[1].status_code == 400 and enter(password=new)[1].status_code == 302


def test_the_old_password_is_not_guessed():
    client, _ = enter()
    given = {"old": "guess", "new": "another horse and a battery", "again": "another horse and a battery"}
    for _ in range(5):
        assert client.post("/account/password", given).status_code == 409
    assert client.post("/account/password", {**given, "old": PASSWORD}).status_code == 429


def test_sessions_are_listed_and_ended():
    here, _ = enter()
    there, _ = enter(REMOTE_ADDR="10.1.2.3")
    page = here.get("/account/sessions")
    whole(page, "zh")
    assert "10.1.2.3" in page.content.decode() and "Firefox · Linux" in page.content.decode()
    row = PortalSession.objects.get(address="10.1.2.3")
    assert here.post("/account/sessions", {"session": str(row.pk)}).status_code == 302
    assert there.get("/account").status_code == 302 and here.get("/account").status_code == 200
    others = [enter()[0] for _ in range(2)]
    here.post("/account/sessions", {"others": "yes"})
    assert [one.get("/account").status_code for one in (here, *others)] == [200, 302, 302]
    assert here.post("/account/sessions", {"session": "x"}).status_code == 404


def test_nobody_ends_the_session_of_another():
    broker, _ = enter("broker")
    officer, _ = enter("officer")
    row = PortalSession.objects.get(person__username="broker")
    officer.post("/account/sessions", {"session": str(row.pk)})
    assert broker.get("/account").status_code == 200


def test_signing_out_is_noted():
    client, _ = enter()
    client.post("/sign-out")
    assert PortalSession.objects.get().why == "signed_out"


def test_a_session_in_use_is_seen():
    client, _ = enter()
    session, before = client.session, PortalSession.objects.get().seen
    client.get("/parcels")
    assert PortalSession.objects.get().seen == before
    session["seen"] -= 601
    session.save()
    client.get("/parcels")
    assert PortalSession.objects.get().seen > before


def test_somebody_with_several_roles_acts_in_one_at_a_time():
    person = Person.objects.get(username="broker")
    second = Membership.objects.create(
        person=person, role="platform", enterprise=find(OTHER.code), functions=["viewer"]
    )
    client, _ = enter(lang="en")
    page = client.get("/account")
    assert {one.actor.role for one in page.context["held"]} == {"broker", "platform"}
    assert client.get("/").context["actor"].enterprise == find(samples.BROKER.code).pk
    assert client.post("/account/act-as", {"capacity": str(second.pk)}).url == "/account"
    assert client.get("/").context["actor"] == Actor("broker", "platform", find(OTHER.code).pk, str(person))
    theirs = Membership.objects.get(person__username="officer")
    assert client.post("/account/act-as", {"capacity": str(theirs.pk)}).status_code == 404
    Membership.objects.filter(pk=second.pk).update(ended=timezone.now())
    assert client.get("/").context["actor"].role == "broker"


def test_roles_for_one_firm_help_each_other():
    person = Person.objects.get(username="auditor")
    Membership.objects.create(person=person, role="officer")
    client, _ = enter("auditor")
    assert client.get("/").context["actor"].role == "auditor"
    assert client.get("/checks").status_code == 200


@pytest.mark.parametrize(
    ("function", "path", "status"),
    [
        ("viewer", "/file", 403), ("finance", "/file", 403), ("declarant", "/file", 400),
        ("declarant", "/certificates", 403), ("administrator", "/certificates", 409),
        ("declarant", "/taxes/choose", 403), ("viewer", "/taxes/choose", 403),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_function_does_not_give_is_refused_in_words(function, path, status, lang):
    Membership.objects.filter(person__username="broker").update(functions=[function])
    client, _ = enter(lang=lang)
    response = client.post(path, {"certificate": ""})
    assert response.status_code == status
    whole(response, lang)
    assert client.get("/parcels").status_code == 200
