"""Before what could give an account or a firm away, who sits there is asked again; what he filled in is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk.conftest import PASSWORD
from tests.desk.reading import read
from tests.desk.test_account import code, enter, secret  # noqa: F401
from tests.desk.test_pages import whole
from tests.desk.test_passkey_pages import Device, arrive, set_up

from tongguan.desk.account.entering import PROVEN
from tongguan.kernel.law import law
from tongguan.needs.models import Digest
from tongguan.parties.actions import confirmed_factor
from tongguan.parties.models import Certificate, Invitation, MachineClient, Membership, Passkey, Person

pytestmark = pytest.mark.usefixtures("people")
PROGRAM = {"name": "erp", "role": "broker", "scope": ["see", "file"], "days": "30"}


def waited(client, *, minutes: int | None = None):
    """Let so much time pass since the person in a browser showed who he is; more than is allowed unless told."""
    most = law("parties.proof_minutes", on=timezone.localdate()).value
    session = client.session
    session[PROVEN] = (timezone.now() - timedelta(minutes=most + 1 if minutes is None else minutes)).timestamp()
    session.save()
    return client


def asks(response, lang: str = "zh") -> bool:
    whole(response, lang)
    return response.status_code == 409 and b'name="proof"' in response.content


def kept(response) -> dict[str, list[str]]:
    """Return the fields that the page keeps for the form it asks before."""
    found: dict[str, list[str]] = {}
    for one in read(response.content.decode()).controls:
        if one.get("type") == "hidden" and one["name"] not in ("csrfmiddlewaretoken", "answer", "back"):
            found.setdefault(one["name"], []).append(one["value"])
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_program_is_given_after_the_password_and_nothing_is_typed_twice(lang):
    client, _ = enter("broker", lang=lang)
    page = waited(client).post("/account/programs", PROGRAM)
    assert asks(page, lang) and not MachineClient.objects.filter(name__endswith="erp").exists()
    again = kept(page)
    assert again == {name: value if isinstance(value, list) else [value] for name, value in PROGRAM.items()}
    wrong = client.post("/account/programs", again | {"proof": "wrong"})
    assert asks(wrong, lang) and kept(wrong) == again
    made = client.post("/account/programs", again | {"proof": PASSWORD})
    assert made.status_code == 200 and b'id="token"' in made.content
    [row] = MachineClient.objects.filter(name__endswith="erp")
    renewed = client.post(f"/account/programs/{row.pk}/renew", {"days": "20"})  # a moment later nobody is asked
    assert b'id="token"' in renewed.content
    assert asks(waited(client).post(f"/account/programs/{row.pk}/renew", {"days": "20"}), lang)
    row.refresh_from_db()
    assert (
        waited(client).post(f"/account/programs/{row.pk}/revoke").status_code == 302
    )  # shutting out waits for nothing


def test_the_minutes_are_the_laws():
    client, _ = enter("broker")
    most = law("parties.proof_minutes", on=timezone.localdate()).value
    assert not asks_for(waited(client, minutes=most - 1)) and asks_for(waited(client, minutes=most + 1))
    assert asks_for(waited(client, minutes=-5))  # a clock that was set back proves nothing


def asks_for(client) -> bool:
    return b'name="proof"' in client.post("/account/people", {"role": "broker", "function": "viewer"}).content


def test_people_are_given_functions_and_invited_after_it():
    client, _ = enter("broker")
    own = Membership.objects.get(person__username="broker")
    for path, given in (
        ("/account/people", {"role": "broker", "function": "viewer"}),
        (f"/account/people/{own.pk}/change", {"function": ["administrator", "viewer"]}),
        (f"/account/people/{own.pk}/hand_over", {}),
    ):
        assert asks(waited(client).post(path, given))
        assert client.post(path, given | {"proof": "wrong"}).status_code == 409
    assert not Invitation.objects.exists() and Membership.objects.get(pk=own.pk).functions == own.functions
    path = f"/account/people/{own.pk}/change"
    assert waited(client).post(path, {"function": ["administrator"], "proof": PASSWORD}).status_code == 302
    assert Membership.objects.get(pk=own.pk).functions == ["administrator"]


def test_a_mail_address_is_changed_after_it():
    client, _ = enter("broker")
    given = {"address": "a@example.com", "days": "working"}
    assert asks(waited(client).post("/account/digest", given)) and not Digest.objects.exists()
    assert waited(client).post("/account/digest", {"verb": "stop"}).status_code == 302
    assert client.post("/account/digest", given | {"proof": PASSWORD}).status_code == 302 and Digest.objects.exists()


def test_a_second_factor_is_removed_after_it_and_by_a_code(secret):  # noqa: F811
    officer, (client, _) = Person.objects.get(username="officer"), enter("officer")
    client.post("/sign-in/code", {"code": code(secret)})
    given = {"verb": "remove", "code": code(secret, 30)}
    assert asks(waited(client).post("/account/second-factor", given)) and confirmed_factor(officer)
    client.post("/account/second-factor", given | {"proof": PASSWORD})
    assert not confirmed_factor(officer)


def test_a_passkey_is_removed_after_it_or_after_itself():
    client, device = arrive(), Device()
    set_up(client, device)
    row = Passkey.objects.get()
    given = {"verb": "remove", "passkey": row.pk}
    page = waited(client).post("/account/passkeys", given)
    assert asks(page) and b'data-passkey="get"' in page.content and Passkey.objects.exists()
    other = Device()
    set_up(arrive("platform"), other)
    options = client.post("/sign-in/passkey/offer").json()
    assert asks(client.post("/account/passkeys", given | {"answer": other.get(options)}))  # another's proves nothing
    answer = device.get(client.post("/sign-in/passkey/offer").json())
    assert client.post("/account/passkeys", given | {"answer": answer}).status_code == 302
    assert not Passkey.objects.filter(pk=row.pk).exists()


def test_a_certificate_is_made_after_it(settings):
    settings.DEMO = True
    client, _ = enter("broker")
    before = Certificate.objects.count()
    page = waited(client).get("/certificates")
    assert b'id="proof"' in page.content
    whole(page, "zh")
    assert asks(client.post("/certificates", {"trial": "sm2"})) and Certificate.objects.count() == before
    assert client.post("/certificates", {"trial": "sm2", "proof": PASSWORD}).status_code == 200
    assert Certificate.objects.count() == before + 1
    assert b'id="proof"' not in client.get("/certificates").content


def test_who_may_not_is_told_so_and_not_asked():
    Membership.objects.filter(person__username="broker").update(functions=["viewer"])
    client, _ = enter("broker")
    assert waited(client).post("/account/programs", PROGRAM).status_code == 403


def test_guessing_here_is_slowed_as_at_the_door():
    client, _ = enter("broker")
    given = PROGRAM | {"proof": "wrong"}
    most = law("parties.sign_in_tries", on=timezone.localdate()).value
    tried = [waited(client).post("/account/programs", given).status_code for _ in range(most + 1)]
    assert tried[-1] == 429 and set(tried[:-1]) == {409}
    assert client.post("/account/programs", PROGRAM | {"proof": PASSWORD}).status_code == 429
    assert Person.objects.get(username="broker").is_active
