"""Who sits there is asked again (重新验证) before what could give an account or a firm away, however long he is signed in.

Whoever gave his password or used his passkey within ``parties.proof_minutes`` is not asked. Else the form that he sent is kept
on a page that asks for the one or the other, and goes on from there: nothing is typed twice, and no script is needed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tongguan.desk import throttle
from tongguan.desk.account.challenges import answered, challenge, portal, possible
from tongguan.desk.account.entering import PROVEN, address, log
from tongguan.kernel.law import law
from tongguan.kernel.texts import text
from tongguan.parties.actions.passkeys import check_passkey, passkeys_of
from tongguan.parties.models import Person

PASSWORD = "proof"
_OURS = {PASSWORD, "answer", "csrfmiddlewaretoken"}


def proven(request: HttpRequest) -> bool:
    """Say whether the reader has shown lately that it is he."""
    last, at = request.session.get(PROVEN), timezone.now()
    if last is None:
        return False
    lately = timedelta(minutes=law("parties.proof_minutes", on=timezone.localdate(at)).value)
    return timedelta() <= at - datetime.fromtimestamp(last, at.tzinfo) <= lately


def proof_asked(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks who sits there before a form is acted on; None when it is known.

    A file that was sent is not kept; its page asks for it again.
    """
    if proven(request):
        return None
    person = request.user
    assert isinstance(person, Person)
    problem, status = _shown(request, person)
    if status == 200:
        return None
    kept = [(name, value) for name, values in request.POST.lists() if name not in _OURS for value in values]
    passkeys = possible(request) and bool(passkeys_of(person))
    context = {"kept": kept, "problem": problem, "passkeys": passkeys, "target": request.get_full_path()}
    return render(request, "desk/account/prove.html", context, status=status)


def password_wrong(request: HttpRequest, person: Person, name: str = "password") -> tuple[str, int]:
    """Return what is wrong with the password that was given again, and the status of the answer; nothing when it is right."""
    counted, at = f"password\n{person.username}", timezone.now()
    if throttle.attempt(counted, address(request), at=at):
        return text("desk.password.wait", request.lang), 429
    if not person.check_password(request.POST.get(name, "")[:1000]):
        log("wrong", person)
        return text("desk.passkeys.password_wrong", request.lang), 409
    throttle.succeeded(counted, address(request))
    request.session[PROVEN] = at.timestamp()
    return "", 200


def _shown(request: HttpRequest, person: Person) -> tuple[str, int]:
    """Return what is wrong with what was given now, and the status of the answer: 200 where it shows who sits there."""
    if PASSWORD in request.POST:
        return password_wrong(request, person, PASSWORD)
    answer = answered(request)
    return _passkey_wrong(request, person, answer) if answer else ("", 409)


def _passkey_wrong(request: HttpRequest, person: Person, answer: str) -> tuple[str, int]:
    where, at = address(request), timezone.now()
    counted = f"passkey\n{where}"
    if throttle.attempt(counted, where, at=at):
        return text("desk.password.wait", request.lang), 429
    if check_passkey(answer, challenge(request), portal(request), at=at) != person:
        log("passkey_wrong", person)
        return text("desk.passkeys.wrong", request.lang), 409
    throttle.succeeded(counted, where)
    request.session[PROVEN] = at.timestamp()
    return "", 200
